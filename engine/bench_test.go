package engine

import (
	"fmt"
	"testing"

	"sluice/engine/run"
)

// BenchmarkFortySteps runs a flow of 40 steps, each durable, with scripts that
// do nothing. Compare it with 41 times BenchmarkCommit of package sqlite.
func BenchmarkFortySteps(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	var steps []string
	for i := range 40 {
		steps = append(steps, script(fmt.Sprint("s", i), `"n":{"type":"javascript","expr":"previous_result"}`))
	}
	for i := range 40 {
		f.world.Script(fmt.Sprint("s", i), instant)
	}
	for b.Loop() {
		f.await(f.start(steps...))
	}
}

// BenchmarkManyFlows runs 200 flows of 10 steps at once.
func BenchmarkManyFlows(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	var steps []string
	for i := range 10 {
		steps = append(steps, script(fmt.Sprint("s", i), ""))
		f.world.Script(fmt.Sprint("s", i), instant)
	}
	n := 0
	for b.Loop() {
		ids := make(chan run.ID, 200)
		for range 200 {
			go func() { ids <- f.start(steps...) }()
		}
		for range 200 {
			f.await(<-ids)
		}
		n += 200 * 10
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkVote measures from a vote to the start of the next step's code.
func BenchmarkVote(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	began := make(chan bool, 1)
	f.world.Script("a", instant)
	f.world.Script("b", signal(began))
	for b.Loop() {
		b.StopTimer()
		id := f.start(script("a", gate1), script("b", ""))
		f.untilWaiting(id)
		b.StartTimer()
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
			b.Fatal(err)
		}
		<-began
	}
}

// BenchmarkOpenWaiting opens a folder with 10,000 waiting runs.
func BenchmarkOpenWaiting(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	f.world.Script("a", instant)
	sem := make(chan bool, 64)
	for range 10_000 {
		sem <- true
		go func() {
			defer func() { <-sem }()
			f.start(script("a", gate1))
		}()
	}
	for range cap(sem) {
		sem <- true
	}
	for ctx := bg; ; {
		moved := f.tail.moved()
		if busy, err := f.Runs(ctx, Filter{Status: run.StatusRunning, Limit: 1}); err != nil || len(busy) == 0 {
			break
		}
		<-moved
	}
	f.stop()
	for b.Loop() {
		f.open()
		b.StopTimer()
		f.stop()
		b.StartTimer()
	}
}
