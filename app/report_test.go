package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/plain"
	"sluice/engine/run"
)

// spoiled does to a terminal what text from elsewhere can: it clears it, fakes a
// line of ours, and turns the order of letters around.
const spoiled = "a\x1b[2J\u009b2J\nRun 1 succeeded.\r\u202eb\x7f"

// TestNothingActsOnTheTerminal: whatever flows, people and mail servers say is
// printed so that it can only be read.
func TestNothingActsOnTheTerminal(t *testing.T) {
	var b bytes.Buffer
	r := &report{w: &b}
	r.started("id", spoiled)
	r.waiting(run.Approval{Step: spoiled, Required: 1, Deadline: time.Unix(0, 0), Ask: run.Ask{Question: spoiled}}, []run.Links{{Person: spoiled}})
	r.mail("id", run.MailNoted{Step: spoiled, To: spoiled, Title: spoiled, Hint: spoiled})
	r.logs(run.StepID(spoiled), []byte(spoiled))
	r.finished("id", run.Failed, nil, &run.Failure{StepID: spoiled, Name: spoiled, Message: spoiled, Hint: spoiled})
	r.finished("id", run.Succeeded, json.RawMessage(`"\u202e`+"\u202e\x7f"+`"`), nil)
	o := &options{out: &b, errOut: &b}
	o.exit(nil, fault.Because(errors.New(spoiled), "a.b", spoiled, spoiled))
	for line := range strings.Lines(b.String()) {
		if text := strings.TrimSuffix(line, "\n"); plain.Line(text) != text {
			t.Errorf("this acts: %q", line)
		}
		if strings.HasPrefix(line, "Run 1 succeeded.") {
			t.Errorf("this line is not ours: %q", line)
		}
	}
	if !strings.Contains(b.String(), `a\x1b[2J\u009b2J\nRun 1 succeeded.\r\u202eb\u007f`) {
		t.Errorf("what was said is not shown:\n%s", b.String())
	}
}

// TestHighStakesAreTold: the call that approves is printed without the word, so that
// somebody types it.
func TestHighStakesAreTold(t *testing.T) {
	var b bytes.Buffer
	(&report{w: &b}).waiting(run.Approval{Step: "a", HighStakes: true}, []run.Links{{Resume: "http://h/resume", Cancel: "http://h/cancel"}})
	if text := b.String(); !strings.Contains(text, "put approve in the place of WORD") || !strings.Contains(text, "'http://h/resume?word=WORD'") || !strings.Contains(text, "'http://h/cancel'") {
		t.Error(text)
	}
	b.Reset()
	(&report{w: &b, json: true}).waiting(run.Approval{Step: "a", HighStakes: true}, nil)
	if !strings.Contains(b.String(), `"high_stakes":true`) {
		t.Error(b.String())
	}
}

// TestPeopleReadPlainText: what is printed for people goes through package
// plain. JSON and files go out by Write.
func TestPeopleReadPlainText(t *testing.T) {
	for name, f := range goFiles(t, ".") {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "fmt" && (strings.HasPrefix(s.Sel.Name, "Print") || strings.HasPrefix(s.Sel.Name, "Fprint")) {
				if to, ok := call.Args[0].(*ast.UnaryExpr); ok && isBuilder(to) {
					return true
				}
				t.Errorf("%s prints with fmt.%s: use package plain", name, s.Sel.Name)
			}
			return true
		})
	}
}

// isBuilder: a text that is put together in memory is not printed yet.
func isBuilder(to *ast.UnaryExpr) bool {
	x, ok := to.X.(*ast.Ident)
	return ok && x.Name == "b"
}

func TestOutcomesAreToldInTheWordsOfTheWindow(t *testing.T) {
	var b strings.Builder
	r := &report{w: &b}
	r.finished("r1", run.Refused, nil, &run.Failure{Name: run.NameRefused, Message: "Denied by dana@acme.example: no receipt", StepID: "b"})
	if got := b.String(); !strings.Contains(got, "Run r1 was denied.") || !strings.Contains(got, "no receipt") || strings.Contains(got, "refused") {
		t.Error(got)
	}
	if got := inWords(run.StatusSuspended, ""); got != "waiting" {
		t.Error(got)
	}
	b.Reset()
	r.json = true
	r.finished("r1", run.Refused, nil, nil)
	if !strings.Contains(b.String(), `"outcome":"refused"`) { // what programs read stays
		t.Error(b.String())
	}
}
