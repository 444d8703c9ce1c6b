package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"sluice/engine/run"
)

// report tells on standard output what a headless Sluice sees: one JSON object
// a line for programs, or sentences for people.
type report struct {
	w    io.Writer
	json bool
}

// event is one line of --json.
type event struct {
	Event    string          `json:"event"`
	URL      string          `json:"url,omitempty"`
	Run      run.ID          `json:"run,omitempty"`
	Flow     string          `json:"flow,omitempty"`
	Step     string          `json:"step,omitempty"`
	Required int             `json:"required,omitempty"`
	Deadline time.Time       `json:"deadline,omitzero"`
	Links    []run.Links     `json:"links,omitempty"`
	Outcome  run.Outcome     `json:"outcome,omitempty"`
	Skipped  bool            `json:"skipped,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    *run.Failure    `json:"error,omitempty"`
}

// line writes one object.
func (r *report) line(e event) {
	b, err := json.Marshal(e)
	if err != nil {
		b, _ = json.Marshal(map[string]string{"event": e.Event, "error": err.Error()})
	}
	fmt.Fprintf(r.w, "%s\n", b)
}

func (r *report) listening(url string) {
	if r.json {
		r.line(event{Event: "listening", URL: url})
		return
	}
	fmt.Fprintf(r.w, "Approval pages are served at %s\n", url)
}

func (r *report) started(id run.ID, name string) {
	if r.json {
		r.line(event{Event: "started", Run: id, Flow: name})
		return
	}
	fmt.Fprintf(r.w, "Started %q, run %s\n", name, id)
}

func (r *report) waiting(a run.Approval, links []run.Links) {
	if r.json {
		r.line(event{Event: "waiting", Run: a.Run, Step: string(a.Step), Required: a.Required, Deadline: a.Deadline, Links: links})
		return
	}
	fmt.Fprintf(r.w, "\nWaiting at step %s: %s\n", a.Step, a.Ask.Question)
	fmt.Fprintf(r.w, "%s needed, until %s.\n", plural(a.Required, "approval", "approvals"), a.Deadline.Local().Format("2 Jan 2006 15:04 MST"))
	for _, l := range links {
		fmt.Fprintf(r.w, "  %s\n    page    %s\n    approve curl -X POST -H 'Content-Type: application/json' -d '{}' '%s'\n    deny    curl -X POST '%s'\n", l.Person, l.Page, l.Resume, l.Cancel)
	}
}

// finished tells the end; a run that stopped early as skipped counts as
// succeeded.
func (r *report) finished(id run.ID, outcome run.Outcome, result json.RawMessage, failure *run.Failure) {
	e := event{Event: "finished", Run: id, Outcome: outcome, Result: result, Error: failure}
	if outcome == run.Skipped {
		e.Outcome, e.Skipped = run.Succeeded, true
	}
	if e.Result == nil {
		e.Result = json.RawMessage("null")
	}
	if r.json {
		r.line(e)
		return
	}
	fmt.Fprintf(r.w, "\nRun %s %s.\n", id, e.Outcome)
	if failure != nil {
		fmt.Fprintf(r.w, "%s: %s\n", failure.Name, failure.Message)
		if failure.Hint != "" {
			fmt.Fprintln(r.w, failure.Hint)
		}
		return
	}
	fmt.Fprintf(r.w, "%s\n", indent(e.Result))
}

// code is the exit code that an outcome means.
func code(outcome run.Outcome) int {
	switch outcome {
	case run.Succeeded, run.Skipped:
		return exitOK
	case run.Refused, run.Expired:
		return exitDenied
	}
	return exitFailed
}

// indent lays JSON out for reading.
func indent(v json.RawMessage) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if enc.Encode(v) != nil {
		return string(v)
	}
	return strings.TrimRight(b.String(), "\n")
}

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
