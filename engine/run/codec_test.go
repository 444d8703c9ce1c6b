package run

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// every is one event of each kind, with every field set.
var every = []Event{
	Started{Flow: "f", Name: "n", Path: "u/a/b", Input: Inline(map[string]int{"a": 1}), Trigger: Trigger{Kind: "test", By: "me"}, Rules: 1},
	Started{Flow: "f", Name: "n", Trigger: Trigger{Kind: TriggerRestart, By: "0180/l/1", Person: "me", Origin: "webhook"}, Rules: 3, Restart: &Restart{
		Run: "0180", From: "l/1", Loop: &KeptLoop{List: Inline([]int{1, 2}), Total: 2, Noted: 1, Results: []Ref{Inline(1)}},
		Kept: []KeptStep{{Step: "a", Run: "0170", Outcome: Skipped, Attempt: 2, Branch: -2, Args: Inline(1), Result: Ref{Hash: "ab", Size: 9}, Err: &Failure{Name: "n", Message: "m"},
			Started: epoch, Ended: epoch, Iterations: &Iterations{Total: 2, Begun: 2, Ended: 2, Failed: 1}, Seen: true,
			Gate: &KeptGate{Required: 1, Outcome: Refused, Opened: epoch, Deadline: epoch, Ended: epoch, By: "p", Reason: "r", Resume: Inline("e"),
				Votes: []Vote{{Person: "p", Payload: Inline(1), Reason: "r", At: epoch, Via: ViaLink, Taken: true}}}}}}},
	Evaluated{Step: "a", For: ForBranch, Value: Inline(1), Err: &Failure{Name: "n", Message: "m", Stack: "s", StepID: "a", Line: 3, Code: "c", Hint: "h", Result: Ref{Items: []Ref{Inline(nil), {Hash: "x"}}, Len: 2}}},
	Admitted{},
	Recalled{Hit: true, Result: Inline(1)},
	JobStarted{Step: "a", Attempt: 2, Job: "j"},
	JobSucceeded{Step: "a", Attempt: 1, Result: Ref{Hash: "ab", Size: 9, Preview: "[1", Len: 4}},
	JobFailed{Step: "a", Attempt: 1, Err: Failure{Name: "n", Message: "<m>"}},
	JobLost{Step: "a", Attempt: 1},
	JobInterrupted{Step: "a", Attempt: 1},
	TimerFired{Step: "a", Kind: TimerSleep},
	DecisionMade{Step: "c/0/a", Person: "p", Link: 4, Approve: true, Payload: Inline(nil), Reason: "r", Via: ViaAPI},
	CancelRequested{By: "me", Reason: "r"},
	AskNoted{Step: "a", Attempt: 1, Ask: Ask{Question: "q", Message: "m", Facts: []Fact{{"l", "v"}}, Defaults: []byte(`{}`), Enums: []byte(`{"a":[1]}`), Description: []byte(`"d"`)}},
	LinkMinted{Step: "a", Link: 1, Person: "p", By: "q"},
	MailNoted{Step: "a", Mail: "m", To: "t", State: MailFailed, Title: "t", Hint: "h"},
}

// TestEveryEventIsStored takes the kinds from the source, so that a new one can
// not be forgotten.
func TestEveryEventIsStored(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "event" {
			kinds = append(kinds, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	var covered []string
	for _, ev := range every {
		typ, data, err := EncodeEvent(ev)
		if err != nil {
			t.Fatal(err)
		}
		if name := reflect.TypeOf(ev).Name(); typ != name {
			t.Errorf("%s is stored as %q", name, typ)
		}
		back, err := DecodeEvent(typ, data)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(ev, back); d != "" {
			t.Errorf("%s came back otherwise (-stored +read):\n%s", typ, d)
		}
		if !slices.Contains(covered, typ) {
			covered = append(covered, typ)
		}
	}
	slices.Sort(kinds)
	slices.Sort(covered)
	if d := cmp.Diff(kinds, covered); d != "" || len(decoders) != len(kinds) {
		t.Errorf("kinds without a name, a decoder or a sample:\n%s", d)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ typ, data string }{
		{"Stopped", "{}"}, {"", ""}, {"started", "{}"}, {"JobLost", "{"}, {"JobLost", `{"attempt":"x"}`}, {"TimerFired", ""},
	} {
		if ev, err := DecodeEvent(c.typ, []byte(c.data)); err == nil {
			t.Errorf("%s %s was read as %#v", c.typ, c.data, ev)
		}
	}
	if _, _, err := EncodeEvent(nil); err == nil {
		t.Error("nothing was encoded")
	}
}
