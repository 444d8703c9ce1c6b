package run

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A clone made at any moment goes on as the run did, and the run goes on as if there were
// none.
func TestClone(t *testing.T) {
	files, err := filepath.Glob("testdata/journals/3/*.json")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d journals, %v", len(files), err)
	}
	for _, file := range files {
		k := readKept(t, file)
		if len(k.Entries) > 60 {
			continue
		}
		plan, entries := k.entries(t)
		for at := 0; at < len(entries); at += 1 + len(entries)/8 {
			s := NewState(plan, testID)
			var c *State
			for i, e := range entries {
				if i == at {
					c = s.Clone()
					if d := differs(s, c); d != "" {
						t.Fatalf("%s: at %d the clone differs:\n%s", file, at, d)
					}
					for _, e := range entries[i:] { // first the clone, so that what it changes shows
						if _, err := c.Next(e.At, e.Event); err != nil {
							t.Fatalf("%s: the clone of %d refuses %T: %v", file, at, e.Event, err)
						}
					}
				}
				if _, err := s.Next(e.At, e.Event); err != nil {
					t.Fatalf("%s: after a clone at %d: %v", file, at, err)
				}
			}
			if d := differs(s, c); d != "" {
				t.Fatalf("%s: the clone of %d ends otherwise:\n%s", file, at, d)
			}
		}
	}
}

// A mail that changes after a clone changes in one of the two.
func TestCloneOfMails(t *testing.T) {
	b := newBench(t, `{value: {modules: [{id: a, value: {type: rawscript, language: bun, content: '', input_transforms: {}}}, {id: b, value: {type: rawscript, language: bun, content: '', input_transforms: {}}}]}}`, nil)
	next := func(s *State, ev Event) {
		if _, err := s.Next(epoch, ev); err != nil {
			t.Fatal(err)
		}
	}
	next(b.state, Started{Rules: RulesNow})
	next(b.state, MailNoted{Step: "a", Mail: "m", To: "dana", State: MailQueued})
	next(b.state, JobSucceeded{Step: "a", Attempt: 1})
	c := b.state.Clone()
	next(c, MailNoted{Step: "a", Mail: "m", To: "dana", State: MailSent})
	was, _ := b.state.Step("a")
	is, _ := c.Step("a")
	if was.Mails[0].State != MailQueued || is.Mails[0].State != MailSent || c.Steps()[0].Mails[0].State != MailSent {
		t.Errorf("before %v, in the clone %v", was.Mails, is.Mails)
	}
}

func differs(a, b *State) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	return cmp.Diff(a, b, whole) // slow
}

// BenchmarkClone copies the state of a loop of 10,000 iterations.
func BenchmarkClone(b *testing.B) {
	s := loopState(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		s.Clone()
	}
}

func loopState(t testing.TB, n int) *State {
	bench := newBench(t, fmt.Sprintf(`{value: {modules: [{id: l, value: {type: forloopflow, iterator: {type: static, value: [%s]}, modules: [
		{id: a, value: {type: rawscript, language: bun, content: '', input_transforms: {x: {type: javascript, expr: flow_input.iter.value}}}}]}}]}}`, manyItems(n)), nil)
	s := bench.state
	apply := func(ev Event) {
		if _, err := s.Next(epoch, ev); err != nil {
			t.Fatal(err)
		}
	}
	apply(Started{Rules: RulesNow})
	for i := range n {
		id := StepID(fmt.Sprintf("l/%d/a", i))
		apply(Evaluated{Step: id, For: ForInputs, Value: Ref{Inline: []byte(`{"x":1}`)}})
		apply(JobStarted{Step: id, Attempt: 1, Job: "j"})
		apply(JobSucceeded{Step: id, Attempt: 1, Result: Ref{Inline: []byte("1")}})
	}
	return s
}

func manyItems(n int) string {
	s := "0"
	for i := 1; i < n; i++ {
		s += fmt.Sprintf(",%d", i)
	}
	return s
}
