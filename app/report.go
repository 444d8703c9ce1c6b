package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/engine/run"
)

// report tells on standard output what a headless Sluice sees: one JSON object
// a line for programs, or sentences for people.
type report struct {
	w       io.Writer
	json    bool
	links   bool // of approvals that were given out before are made anew
	noLinks bool // of approvals

	intro string // for people, once nothing refuses the start
}

// event is one line of --json.
type event struct {
	Event    string          `json:"event"`
	Open     int             `json:"open,omitempty"`
	URL      string          `json:"url,omitempty"`
	Listen   string          `json:"listen,omitempty"` // where the listener is, if url is another place
	Run      run.ID          `json:"run,omitempty"`
	Flow     string          `json:"flow,omitempty"`
	Path     string          `json:"path,omitempty"`    // of the flow in the library
	Trigger  *run.Trigger    `json:"trigger,omitempty"` // what started the run
	Step     string          `json:"step,omitempty"`
	Required int             `json:"required,omitempty"`
	Deadline time.Time       `json:"deadline,omitzero"`
	High     bool            `json:"high_stakes,omitempty"`
	Links    []run.Links     `json:"links,omitempty"`
	To       string          `json:"to,omitempty"`
	State    run.MailState   `json:"state,omitempty"`
	Title    string          `json:"title,omitempty"`
	Hint     string          `json:"hint,omitempty"`
	Outcome  run.Outcome     `json:"outcome,omitempty"`
	Skipped  bool            `json:"skipped,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    *run.Failure    `json:"error,omitempty"`

	// Of a run that was restarted: the earlier run, whose decisions stand, what is done
	// once more, whether the flow as it is now runs, and the step for which it does not.
	Of      run.ID       `json:"of,omitempty"`
	Kept    []keptVote   `json:"kept,omitempty"`
	Again   []run.StepID `json:"again,omitempty"`
	Now     *bool        `json:"now,omitempty"`
	Changed run.StepID   `json:"changed,omitempty"`
}

// line writes one object.
func (r *report) line(e event) {
	b, err := json.Marshal(e)
	if err != nil {
		b, _ = json.Marshal(map[string]string{"event": e.Event, "error": err.Error()})
	}
	r.w.Write(append(b, '\n'))
}

// listening tells the public address, and the listener's own where they differ.
func (r *report) listening(url, own string) {
	if url == own {
		own = ""
	}
	if r.json {
		r.line(event{Event: "listening", URL: url, Listen: own})
		return
	}
	plain.Fprintf(r.w, "%s", plain.Lines(r.intro))
	plain.Fprintf(r.w, "Approval pages are served at %s\n", url)
	if own != "" {
		plain.Fprintf(r.w, "Sluice itself listens at %s\n", own)
	}
}

func (r *report) started(id run.ID, name string) {
	if r.json {
		r.line(event{Event: "started", Run: id, Flow: name})
		return
	}
	plain.Fprintf(r.w, "Started %q, run %s\n", name, id)
}

// begun tells of a run that began while Sluice serves, and by what.
func (r *report) begun(id run.ID, s run.Started) {
	if r.json {
		r.line(event{Event: "started", Run: id, Flow: s.Name, Path: s.Path, Trigger: &s.Trigger})
		return
	}
	by := ""
	switch t := s.Trigger; t.Kind {
	case run.TriggerSchedule, run.TriggerWebhook, run.TriggerForm:
		by = " by the " + t.Kind + " " + t.By
	case run.TriggerRestart:
		if of, step, ok := t.Restarted(); ok {
			by = " at step " + string(step) + " of run " + string(of)
		}
	}
	plain.Fprintf(r.w, "\nStarted %q%s, run %s\n", s.Name, by, id)
}

// left tells that a run goes on without this process. Programs asked for it and
// have the run's id.
func (r *report) left() {
	if !r.json {
		io.WriteString(r.w, "It is in the data folder; `sluice serve` or the window carries it on.\n")
	}
}

func (r *report) waiting(a run.Approval, links []run.Links) {
	if r.json {
		r.line(event{Event: "waiting", Run: a.Run, Step: string(a.Step), Required: a.Required, Deadline: a.Deadline, High: a.HighStakes, Links: links})
		return
	}
	plain.Fprintf(r.w, "\nWaiting at step %s: %s\n", a.Step, a.Ask.Question)
	plain.Fprintf(r.w, "%s needed, until %s.\n", plural(a.Required, "approval", "approvals"), a.Deadline.Local().Format("2 Jan 2006 15:04 MST"))
	word := ""
	if a.HighStakes {
		word = "?word=WORD"
		plain.Fprintf(r.w, "It is marked high stakes: to approve it by the call, put %s in the place of WORD.\n", run.ConfirmWord)
	}
	answer := strings.ReplaceAll(example(a), "'", `'\''`)
	for _, l := range links {
		plain.Fprintf(r.w, "  %s\n    page    %s\n    approve curl -X POST -H 'Content-Type: application/json' -d '%s' '%s'\n    deny    curl -X POST '%s'\n", l.Person, l.Page, answer, l.Resume+word, l.Cancel)
	}
}

// given tells why a request stands there without links.
func (r *report) given() {
	if !r.json {
		io.WriteString(r.w, "  Its links were given out before and go on working. `sluice serve --links` makes new ones.\n")
	}
}

// more tells that further requests are open than are listed.
func (r *report) more(n int) {
	if r.json {
		r.line(event{Event: "more", Open: n})
		return
	}
	plain.Fprintf(r.w, "\n%s more. Links that were given out before go on working.\n", plural(n, "request waits", "requests wait"))
}

// example is an answer that fits a request's form: what the form starts with,
// and the first choice, or something of the right kind, where it must be filled.
func example(a run.Approval) string {
	fields, err := flow.Fields(a.Form, a.Ask.Enums, a.Ask.Defaults)
	if err != nil {
		return "{}"
	}
	kinds := map[flow.FieldKind]string{
		flow.FieldNumber: "1", flow.FieldInteger: "1", flow.FieldBool: "true", flow.FieldEmail: `"you@example.com"`,
		flow.FieldDate: `"2030-01-31"`, flow.FieldDateTime: `"2030-01-31T09:00:00Z"`, flow.FieldStrings: `["..."]`,
		flow.FieldObject: "{}", flow.FieldJSON: "{}",
	}
	values := map[string]json.RawMessage{}
	for _, f := range fields {
		switch {
		case f.Default != nil:
			values[f.Name] = f.Default
		case !f.Required:
		case len(f.Choices) > 0:
			values[f.Name] = f.Choices[0].Value
		case len(f.Variants) > 0:
			values[f.Name] = json.RawMessage(f.Tagged(0, nil))
		case kinds[f.Kind] != "":
			values[f.Name] = json.RawMessage(kinds[f.Kind])
		default:
			values[f.Name] = json.RawMessage(`"..."`)
		}
	}
	b, err := json.Marshal(values)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// mail tells of a mail that did not go out.
func (r *report) mail(id run.ID, m run.MailNoted) {
	m.Hint = atTerminal(m.Hint)
	if r.json {
		r.line(event{Event: "mail", Run: id, Step: string(m.Step), To: m.To, State: m.State, Title: m.Title, Hint: m.Hint})
		return
	}
	plain.Fprintf(r.w, "\nThe mail of step %s to %s did not go out: %s\n%s\n", m.Step, m.To, m.Title, m.Hint)
}

// logs tells what a step printed.
func (r *report) logs(step run.StepID, b []byte) {
	for line := range strings.Lines(string(b)) {
		plain.Fprintf(r.w, "  %s | %s\n", step, plain.Lines(plain.Log(strings.TrimRight(line, "\n"))))
	}
}

// cut tells of a step that was cut off in the middle.
func (r *report) cut(c engine.Cut) {
	if r.json {
		r.line(event{Event: "cut", Run: c.Run, Step: string(c.Step)})
		return
	}
	plain.Fprintf(r.w, "\nStep %s of run %s was cut off in the middle. It may have acted, so only its own retries try it again.\n", c.Step, c.Run)
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
	plain.Fprintf(r.w, "\nRun %s %s.\n", id, howItEnded(e.Outcome))
	if failure != nil {
		plain.Fprintf(r.w, "%s\n", plain.Hang(why(failure), "  "))
		if failure.Hint != "" {
			plain.Fprintf(r.w, "%s\n", plain.Hang(atTerminal(failure.Hint), "  "))
		}
		return
	}
	plain.Fprintf(r.w, "%s\n", plain.Lines(indent(e.Result)))
}

// Hints name a part of the window as the window shows it: under Resources, press Send
// again.
var (
	partOfWindow   = regexp.MustCompile(`\bunder (Flows|Runs|Approvals|Resources|Hub|Outbox|Settings)\b`)
	buttonOfWindow = regexp.MustCompile(`\b([Pp]ress Send again)\b`)
)

// atTerminal is a hint for who has no window before them.
func atTerminal(hint string) string {
	hint = partOfWindow.ReplaceAllString(hint, "in the window under $1")
	hint = buttonOfWindow.ReplaceAllString(hint, "$1 in the window")
	return strings.ReplaceAll(hint, "in the inbox", "in the window under Approvals")
}

// howItEnded says how a run ended, after its name, in the words of the window and the page:
// the outcomes themselves are for programs.
func howItEnded(o run.Outcome) string {
	switch o {
	case run.Refused:
		return "was denied"
	case run.Canceled:
		return "was canceled"
	}
	return string(o)
}

// inWords says where a run stands, for a list.
func inWords(s run.Status, o run.Outcome) string {
	switch {
	case o == run.Refused:
		return "denied"
	case o != "":
		return string(o)
	case s == run.StatusSuspended:
		return "waiting"
	}
	return string(s)
}

// lastLogLines is where the message of a program that ended badly goes on with
// what it printed.
const lastLogLines = ", last log lines:\n"

// why tells a failure on one line: the step, the kind of the script's own error,
// the message, the line. Names that Sluice gave are for programs.
func why(f *run.Failure) string {
	var b strings.Builder
	if f.StepID != "" {
		fmt.Fprintf(&b, "Step %s: ", f.StepID)
	}
	switch f.Name {
	case "", "Error", run.NameRefused, run.NameExpired, run.NameCanceled, run.NameLost, run.NameTimeout:
	default:
		b.WriteString(f.Name + ": ")
	}
	message, rest := f.Message, ""
	if i := strings.Index(message, lastLogLines); i >= 0 {
		message, rest = message[:i], message[i:]
	}
	b.WriteString(message)
	if f.Line > 0 {
		fmt.Fprintf(&b, " (line %d)", f.Line)
	}
	return b.String() + rest
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
