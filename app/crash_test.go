package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/run"
)

// crashFlow is the sample's way with steps that leave a line in a file each
// time they run, so that a step run twice is seen. The steps may be tried
// again: after a kill their first try counts as failed.
const crashFlow = `
summary: Refund, killed everywhere
value:
  modules:
    - id: a
      value:
        type: rawscript
        language: bash
        content: |
          file="$1"
          echo a >> "$file"
          echo '{"name": "Mia Berg"}' > result.json
        input_transforms:
          file: {type: javascript, expr: flow_input.file}
      retry: {constant: {attempts: 2, seconds: 0}}
    - id: b
      value:
        type: script
        path: hub/1397/gmail/approval
        input_transforms:
          gmail_auth: {type: static, value: "$res:u/me/practice"}
          approver_emails: {type: static, value: [dana@acme.example, li@acme.example]}
          subject: {type: javascript, expr: "` + "`Refund for ${results.a.name}?`" + `"}
      suspend: {required_events: 2, timeout: 3600}
      retry: {constant: {attempts: 2, seconds: 0}}
    - id: c
      value:
        type: branchone
        branches:
          - expr: resume["message"] === "yes"
            modules:
              - id: d
                value:
                  type: rawscript
                  language: bash
                  content: |
                    file="$1"
                    echo d >> "$file"
                    echo refunded
                  input_transforms:
                    file: {type: javascript, expr: flow_input.file}
                retry: {constant: {attempts: 2, seconds: 0}}
        default: []
schema:
  type: object
  properties:
    file: {type: string}
`

// TestKillAtEveryCommit kills Sluice with -9 before and after each commit of
// the way from start to finish, starts it again, and demands the same end: no
// vote lost, nobody mailed twice, and no step run twice unless its first try
// was cut off and its retries asked for another.
func TestKillAtEveryCommit(t *testing.T) {
	file := write(t, "flow.yaml", crashFlow)
	for n := 1; ; n++ {
		reached := false
		for _, when := range []string{"before", "after"} {
			at := fmt.Sprintf("%s:%d", when, n)
			t.Run(at, func(t *testing.T) {
				if killed := killAt(t, file, at); killed {
					reached = true
				}
			})
		}
		if !reached {
			if n < 6 {
				t.Fatalf("the way had only %d commits; the crash point was not reached", n-1)
			}
			return
		}
		if n > 60 {
			t.Fatal("the way never ends")
		}
	}
}

// killAt walks the way with a crash at one point and reports whether the point
// was reached.
func killAt(t *testing.T, file, at string) bool {
	data := t.TempDir()
	trace := filepath.Join(t.TempDir(), "trace")
	in, _ := json.Marshal(map[string]string{"file": trace})
	args := []string{"run", file, "--json", "--data", data, "--listen", "127.0.0.1:0", "--input", string(in)}
	w := &walk{t: t, voted: map[string]bool{}}
	p := startSluice(t, []string{"SLUICE_CRASH_AT=" + at}, args...)
	killed := !w.until(p)
	if killed {
		switch kept := keptRun(t, data); {
		case kept.ID == "": // the run itself was not recorded: nothing happened
			p = startSluice(t, nil, args...)
			w.until(p)
		case kept.Status == run.StatusDone: // only the news of its end was lost
			w.end = event{Outcome: kept.Outcome}
		default:
			p = startSluice(t, nil, "serve", "--json", "--links", "--data", data, "--listen", "127.0.0.1:0") // the walk keeps none
			if !w.until(p) {
				t.Fatalf("the second process ended: %s", p.err)
			}
		}
	}
	if w.end.Outcome != run.Succeeded || w.end.Result != nil && !jsonEqual(w.end.Result, []byte(`"refunded"`)) {
		t.Errorf("the run ended %s with %s (%v)", w.end.Outcome, w.end.Result, w.end.Error)
	}
	b, _ := os.ReadFile(trace)
	for _, step := range []string{"a", "d"} {
		if n := strings.Count(string(b), step+"\n"); n < 1 || n > 2 {
			t.Errorf("step %s ran %d times", step, n)
		}
	}
	mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
	if len(mails) > 2 {
		t.Errorf("%d mails for two people", len(mails))
	}
	p.interrupt()
	return killed
}

// keptRun is the run that the data folder holds, if any.
func keptRun(t *testing.T, data string) (s run.Summary) {
	t.Helper()
	out, err := sluiceOutput(t, "runs", "--json", "--data", data)
	if err != nil {
		return s // no data folder yet
	}
	line, _, _ := strings.Cut(out, "\n")
	if line == "" {
		return s
	}
	if err := json.Unmarshal([]byte(line), &s); err != nil {
		t.Fatalf("runs --json: %v in %q", err, out)
	}
	return s
}

// walk decides for both people as soon as they are asked.
type walk struct {
	t       *testing.T
	started bool
	voted   map[string]bool // votes that Sluice acknowledged
	end     event
}

// until follows a process to the end of the run; false if the process died.
func (w *walk) until(p *process) bool {
	for e := range p.lines {
		switch e.Event {
		case "started":
			w.started = true
		case "waiting":
			w.started = true
			for _, l := range e.Links {
				if l.Person == run.DesktopUser {
					continue
				}
				status, err := tryPost(l.Resume, `{"message": "yes"}`)
				switch {
				case err != nil: // died under the vote; it is asked again
				case status == 201:
					if w.voted[l.Person] {
						w.t.Errorf("%s could vote twice: the first vote was lost", l.Person)
					}
					w.voted[l.Person] = true
				case status == 409: // counted before the kill, or not told in time
				default:
					w.t.Errorf("vote of %s: %d", l.Person, status)
				}
			}
		case "finished":
			w.end = e
			return true
		}
	}
	return false
}
