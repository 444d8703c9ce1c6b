package run

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// endless is a while loop that nothing ends.
const endless = `value: {modules: [{id: w, value: {type: whileloopflow, modules: [{id: a, value: {type: identity}}]}}]}`

func TestLoopWithoutEndIsEnded(t *testing.T) {
	b := newBench(t, endless, nil)
	if _, err := b.apply(epoch, Started{Rules: 1}); err != nil {
		t.Fatal(err)
	}
	o, _, f := b.state.Outcome()
	if o != Failed || f.Name != NameTooLong || f.StepID != "w" {
		t.Errorf("%s, %v", o, f)
	}
	if st, _ := b.state.Step("w"); st.Iterations.Ended != MaxIterations {
		t.Errorf("%d iterations", st.Iterations.Ended)
	}
}

func TestRunOfTooManyStepsIsEnded(t *testing.T) {
	text := `value: {modules: [{id: o, value: {type: whileloopflow, skip_failures: true, modules: [{id: w, value: {type: whileloopflow, modules: [{id: a, value: {type: identity}}]}}]}}]}`
	b := newBench(t, text, nil)
	if _, err := b.apply(epoch, Started{Rules: 1}); err != nil {
		t.Fatal(err)
	}
	if o, _, f := b.state.Outcome(); o != Failed || f.Name != NameTooLong || len(b.state.order) != MaxSteps {
		t.Errorf("%s, %v, %d steps", o, f, len(b.state.order))
	}
}

// BenchmarkLoop folds loops of different lengths: the time and the memory of a
// iteration must not depend on how many there are.
func BenchmarkLoop(b *testing.B) {
	for _, parallel := range []bool{false, true} {
		for _, n := range []int{2000, 10000} {
			text := fmt.Sprintf(`value: {modules: [{id: l, value: {type: forloopflow, parallel: %v, iterator: {type: javascript, expr: x}, modules: [
  {id: a, value: {type: rawscript, language: bun, content: ''}}, {id: g, value: {type: identity}}]}}]}`, parallel)
			journal := []Entry{}
			first := newBench(b, text, nil)
			add := func(ev Event) {
				journal = append(journal, Entry{Run: testID, Seq: len(journal) + 1, At: epoch, Event: ev})
			}
			add(Started{Rules: 1})
			add(Evaluated{Step: "l", For: ForIterator, Value: Ref{Hash: "ab", Len: n}})
			for i := range n {
				add(JobStarted{Step: StepID(fmt.Sprintf("l/%d/a", i)), Attempt: 1, Job: "j"})
				add(JobSucceeded{Step: StepID(fmt.Sprintf("l/%d/a", i)), Attempt: 1, Result: Ref{Inline: []byte("1")}})
			}
			b.Run(fmt.Sprintf("parallel=%v/iterations=%d", parallel, n), func(b *testing.B) {
				b.ReportAllocs()
				begin := time.Now()
				for b.Loop() {
					s, err := Fold(first.plan, testID, slices.Values(journal))
					if err != nil || s.Status() != StatusDone {
						b.Fatal(err, s.Status())
					}
				}
				b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(b.N*n), "ns/iteration")
			})
		}
	}
}
