package run

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// steps makes a flow of n script steps, each with an input from the one before.
func manySteps(n int) string {
	var b strings.Builder
	b.WriteString("value:\n  modules:\n")
	for i := range n {
		fmt.Fprintf(&b, "    - {id: s%d, value: {type: rawscript, language: bun, content: '', input_transforms: {x: {type: javascript, expr: previous_result}}}}\n", i)
	}
	return b.String()
}

func runThrough(b *bench, n int) {
	must := func(ev Event) {
		if _, err := b.state.Next(epoch.Add(time.Duration(b.state.seq)*time.Second), ev); err != nil {
			panic(err)
		}
		seq, at := b.state.Last()
		b.journal = append(b.journal, Entry{Run: testID, Seq: seq, At: at, Event: ev})
	}
	must(Started{Rules: 1, Input: value("{}")})
	for i := range n {
		id := StepID(fmt.Sprintf("s%d", i))
		must(Evaluated{Step: id, For: ForInputs, Value: value(`{"x":1}`)})
		must(JobStarted{id, 1, "job"})
		must(JobSucceeded{id, 1, value("1")})
	}
}

// BenchmarkNext measures one event of a flow of 40 steps.
func BenchmarkNext(b *testing.B) {
	made := newBench(b, manySteps(40), nil)
	runThrough(made, 40)
	b.ReportAllocs()
	for b.Loop() {
		s := NewState(made.plan, testID)
		for _, e := range made.journal {
			if _, err := s.Next(e.At, e.Event); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(made.journal)), "ns/event")
}

// BenchmarkFold measures the fold of a journal of 10,000 events.
func BenchmarkFold(b *testing.B) {
	made := newBench(b, manySteps(3333), nil)
	runThrough(made, 3333)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Fold(made.plan, testID, slices.Values(made.journal)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(made.journal)), "ns/event")
}
