package run

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// every is one event of each kind, with every field set.
var every = []Event{
	Started{Flow: "f", Name: "n", Path: "u/a/b", Input: Inline(map[string]int{"a": 1}), Trigger: Trigger{Kind: "test", By: "me"}, Rules: 1},
	Evaluated{Step: "a", For: ForBranch, Value: Inline(1), Err: &Failure{Name: "n", Message: "m", Stack: "s", StepID: "a", Line: 3, Code: "c", Hint: "h", Result: Ref{Items: []Ref{Inline(nil), {Hash: "x"}}, Len: 2}}},
	JobStarted{Step: "a", Attempt: 2, Job: "j"},
	JobSucceeded{Step: "a", Attempt: 1, Result: Ref{Hash: "ab", Size: 9, Preview: "[1", Len: 4}},
	JobFailed{Step: "a", Attempt: 1, Err: Failure{Name: "n", Message: "<m>"}},
	JobLost{Step: "a", Attempt: 1},
	JobInterrupted{Step: "a", Attempt: 1},
	TimerFired{Step: "a", Kind: TimerSleep},
	DecisionMade{Step: "c/0/a", Person: "p", Link: 4, Approve: true, Payload: Inline(nil), Reason: "r", Via: ViaAPI},
	CancelRequested{By: "me", Reason: "r"},
	AskNoted{Step: "a", Attempt: 1, Ask: Ask{Question: "q", Message: "m", Facts: []Fact{{"l", "v"}}, Defaults: []byte(`{}`), Enums: []byte(`{"a":[1]}`), Description: []byte(`"d"`)}},
	LinkMinted{Step: "a", Link: 1, Person: "p"},
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
		covered = append(covered, typ)
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

func TestCompileRefuses(t *testing.T) {
	script := &flow.RawScript{Language: "bun"}
	once := &flow.Suspend{RequiredEvents: 1}
	tries := &flow.Retry{Constant: &flow.Constant{Attempts: 1}}
	ai := &flow.RawScript{Language: "bun", Inputs: &flow.Inputs{Names: []string{"x"}, By: map[string]*flow.Input{"x": {Kind: flow.AI}}}}
	for _, c := range []struct {
		reason  string
		code    fault.Code
		modules []*flow.Module
		failure *flow.Module
	}{
		{"for loop", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.ForLoop{}}}, nil},
		{"while loop", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.WhileLoop{}}}, nil},
		{"branch to all", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.BranchAll{}}}, nil},
		{"subflow", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.Subflow{Path: "u/a/b"}}}, nil},
		{"agent", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.Agent{}}}, nil},
		{"unknown kind", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.Unknown{Type: "x"}}}, nil},
		{"nothing at all", "flow.unsupported", []*flow.Module{{ID: "a"}}, nil},
		{"deep inside", "flow.unsupported", []*flow.Module{{ID: "c", Value: &flow.BranchOne{Default: []*flow.Module{{ID: "a", Value: &flow.ForLoop{}}}}}}, nil},
		{"input by AI", "flow.unsupported", []*flow.Module{{ID: "a", Value: ai}}, nil},
		{"retry of a branch", "flow.unsupported", []*flow.Module{{ID: "a", Retry: tries, Value: &flow.BranchOne{}}}, nil},
		{"failure module that is no script", "flow.unsupported", nil, &flow.Module{ID: "a", Value: &flow.Identity{}}},
		{"gate in the failure module", "flow.unsupported", nil, &flow.Module{ID: "a", Suspend: once, Value: script}},
		{"script that is not there", "flow.script", []*flow.Module{{ID: "a", Value: &flow.Script{Path: "u/a/gone"}}}, nil},
		{"no id", "flow.id", []*flow.Module{{Value: script}}, nil},
		{"id twice", "flow.id", []*flow.Module{{ID: "a", Value: script}, {ID: "c", Value: &flow.BranchOne{Default: []*flow.Module{{ID: "a", Value: script}}}}}, nil},
		{"reserved id", "flow.id", []*flow.Module{{ID: "failure", Value: script}}, nil},
		{"id with a slash", "flow.id", []*flow.Module{{ID: "a/0/b", Value: script}}, nil},
	} {
		_, err := compile(&flow.Flow{Value: flow.Value{Modules: c.modules, FailureModule: c.failure}}, nil)
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s: %v, want code %s", c.reason, err, c.code)
		}
	}
	if _, err := Compile(Pinned{Flow: []byte(`{"value":`)}); err == nil {
		t.Error("half a flow was compiled")
	}
}

func TestPlanKnowsItsSteps(t *testing.T) {
	p, err := Compile(Pinned{
		Flow: []byte(`{"summary":"x","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/x/y"}},
			{"id":"c","value":{"type":"branchone","branches":[{"expr":"1","modules":[{"id":"d","value":{"type":"identity"}}]}],
			"default":[{"id":"e","value":{"type":"rawscript","language":"bash","content":"echo"}}]}}],
			"failure_module":{"id":"oops","value":{"type":"rawscript","language":"bun","content":"f"}}}}`),
		Scripts: map[string]Code{"u/x/y": {Path: "u/x/y", Language: "bun", Content: "pinned"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id      StepID
		module  string
		content string
		order   int
	}{
		{"a", "a", "pinned", 0}, {"c", "c", "", 1}, {"c/0/d", "d", "", 2}, {"c/default/e", "e", "echo", 3}, {"failure", "oops", "f", 4},
		{"b", "", "", -1}, {"c/1/d", "", "", -1}, {"c/00/d", "", "", -1}, {"c/0", "", "", -1}, {"c/0/e", "", "", -1}, {"c/0/d/x", "", "", -1},
		{"a/0/d", "", "", -1}, {"", "", "", -1}, {"c/default/e/", "", "", -1}, {"c//d", "", "", -1},
	} {
		m := p.Module(c.id)
		if (m == nil) != (c.module == "") || m != nil && m.ID != c.module {
			t.Errorf("%q: module %+v, want %q", c.id, m, c.module)
		}
		if code, ok := p.Code(c.id); code.Content != c.content || ok != (c.content != "") {
			t.Errorf("%q: code %+v %v, want %q", c.id, code, ok, c.content)
		}
		if o := p.Order(c.id); o != c.order {
			t.Errorf("%q: order %d, want %d", c.id, o, c.order)
		}
	}
	if n := len(p.Modules()); n != 5 || p.Flow().Summary != "x" {
		t.Errorf("%d modules of %q", n, p.Flow().Summary)
	}
}

func TestOtherRulesAreRefused(t *testing.T) {
	for _, rules := range []int{0, -1, RulesNow + 1} {
		b := newBench(t, "value: {modules: []}", nil)
		if _, err := b.state.Next(epoch, Started{Rules: rules}); !fault.HasCode(err, "run.rules") {
			t.Errorf("rules %d: %v", rules, err)
		}
		if seq, at := b.state.Last(); seq != 0 || !at.IsZero() {
			t.Errorf("rules %d: the state moved to %d, %v", rules, seq, at)
		}
	}
}

func TestFoldFindsDamage(t *testing.T) {
	b := newBench(t, "value: {modules: [{id: a, value: {type: rawscript, language: bun, content: ''}}]}", nil)
	for _, ev := range []Event{Started{Rules: 1}, JobStarted{Step: "a", Attempt: 1, Job: "j"}, JobSucceeded{Step: "a", Attempt: 1}} {
		if _, err := b.apply(epoch, ev); err != nil {
			t.Fatal(err)
		}
	}
	whole := b.journal
	for reason, journal := range map[string][]Entry{
		"a missing entry":   {whole[0], whole[2]},
		"an entry twice":    {whole[0], whole[0], whole[1]},
		"a wrong beginning": {whole[1]},
		"the wrong order":   {whole[0], whole[2], whole[1]},
		"another run's":     {whole[0], {Run: "x", Seq: 2, At: epoch, Event: whole[1].Event}},
		"no event":          {whole[0], {Run: testID, Seq: 2, At: epoch}},
		"an impossible one": {whole[0], {Run: testID, Seq: 2, At: epoch, Event: TimerFired{Step: "a", Kind: TimerRetry}}},
	} {
		if _, err := Fold(b.plan, testID, slices.Values(journal)); err == nil {
			t.Errorf("%s went unnoticed", reason)
		}
	}
	if _, err := Fold(b.plan, testID, slices.Values(whole)); err != nil {
		t.Error(err)
	}
}

func TestPolicy(t *testing.T) {
	at := func(s int) time.Time { return epoch.Add(time.Duration(s) * time.Second) }
	yes := func(p string, s int) Vote { return Vote{Person: p, Approve: true, At: at(s)} }
	no := func(p string, s int) Vote { return Vote{Person: p, At: at(s), Reason: "no"} }
	for _, c := range []struct {
		reason   string
		required int
		now      int
		votes    []Vote
		want     Verdict
	}{
		{"nobody yet", 1, 0, nil, Verdict{Need: 1}},
		{"one is enough", 1, 1, []Vote{yes("a", 1)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
		{"one of two", 2, 1, []Vote{yes("a", 1)}, Verdict{Have: 1, Need: 2}},
		{"one person twice is one", 2, 2, []Vote{yes("a", 1), yes(" A", 2)}, Verdict{Have: 1, Need: 2}},
		{"two people", 2, 2, []Vote{yes("a", 1), yes("b", 2)}, Verdict{Outcome: Approved, By: "b", Have: 2, Need: 2}},
		{"more than enough", 1, 2, []Vote{yes("a", 1), yes("b", 2)}, Verdict{Outcome: Approved, By: "a", Have: 2, Need: 1}},
		{"a refusal after enough", 1, 2, []Vote{yes("a", 1), no("b", 2)}, Verdict{Outcome: Refused, By: "b", Reason: "no", Have: 1, Need: 1}},
		{"a refusal first", 1, 2, []Vote{no("b", 1), yes("a", 2)}, Verdict{Outcome: Refused, By: "b", Reason: "no", Need: 1}},
		{"the last instant", 1, 60, []Vote{yes("a", 60)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
		{"open at the last instant", 1, 60, nil, Verdict{Need: 1}},
		{"too late", 1, 61, []Vote{yes("a", 61)}, Verdict{Outcome: Expired, Need: 1}},
		{"a late refusal", 1, 61, []Vote{no("a", 61)}, Verdict{Outcome: Expired, Need: 1}},
		{"decided in time, asked later", 1, 90, []Vote{yes("a", 5)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
	} {
		got := Policy{Required: c.required, Deadline: at(60)}.Decide(c.votes, at(c.now))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestWaitsStayInBounds(t *testing.T) {
	big, neg := 1e300, -5.0
	for _, c := range []struct {
		reason string
		r      *flow.Retry
		failed int
		want   time.Duration
		again  bool
	}{
		{"no policy", nil, 1, 0, false},
		{"off", &flow.Retry{Constant: &flow.Constant{}, Exponential: &flow.Exponential{Seconds: 3}}, 1, 0, false},
		{"negative attempts", &flow.Retry{Constant: &flow.Constant{Attempts: -2, Seconds: 1}, Exponential: &flow.Exponential{Attempts: 1, Seconds: 3}}, 1, 3 * time.Second, true},
		{"an endless power", &flow.Retry{Exponential: &flow.Exponential{Attempts: 5000, Seconds: 9}}, 4999, maxWait, true},
		{"an endless factor", &flow.Retry{Exponential: &flow.Exponential{Attempts: 3, Seconds: 1e200, Multiplier: &big}}, 2, maxWait, true},
		{"a negative factor", &flow.Retry{Exponential: &flow.Exponential{Attempts: 3, Seconds: 3, Multiplier: &neg}}, 1, 0, true},
		{"a day, constant", &flow.Retry{Constant: &flow.Constant{Attempts: 1, Seconds: 86400}}, 1, maxWait, true},
		{"negative seconds", &flow.Retry{Constant: &flow.Constant{Attempts: 1, Seconds: -3}}, 1, 0, true},
		{"used up", &flow.Retry{Constant: &flow.Constant{Attempts: 2, Seconds: 3}}, 3, 0, false},
	} {
		if d, again := wait(c.r, c.failed, "r", "s"); d != c.want || again != c.again {
			t.Errorf("%s: %v %v, want %v %v", c.reason, d, again, c.want, c.again)
		}
	}
	r := &flow.Retry{Exponential: &flow.Exponential{Attempts: 1000, Seconds: 1, Multiplier: new(float64(100)), RandomFactor: 20}}
	seen := map[time.Duration]bool{}
	for _, id := range []ID{"a", "b", "c", "d", "e", "f"} {
		d, _ := wait(r, 1, id, "s")
		if d < 80*time.Second || d > 120*time.Second {
			t.Errorf("20 percent around 100 s: %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 5 {
		t.Errorf("different runs wait alike: %v", seen)
	}
}

func TestErrorsTellTheirKind(t *testing.T) {
	b := newBench(t, "value: {modules: []}", nil)
	if _, err := b.state.Next(epoch, nil); err == nil {
		t.Error("no event at all was accepted")
	}
	var r error = &Refusal{Kind: RefusalDecided, Who: "dana", When: epoch, Approved: true}
	if got, want := r.Error(), "vote not counted: decided by dana at 2030-01-02T03:00:00Z"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if errors.Is(r, ErrStale) {
		t.Error("a refusal is told as stale")
	}
}
