package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluice/engine/hook"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
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

// BenchmarkVote measures from a vote to the start of the next step's code, and
// beside it bare commits on the same disk at the same time.
func BenchmarkVote(b *testing.B) {
	f := newFixture(b).open()
	f.votes(b)
}

// votes measures votes of runs that wait for one person.
func (f *fixture) votes(b *testing.B) {
	f.world.Quiet = true
	began := make(chan bool, 1)
	f.world.Script("a", instant)
	f.world.Script("b", signal(began))
	bare := bareCommit(b)
	var vote, commit []time.Duration
	for b.Loop() {
		b.StopTimer()
		id := f.start(script("a", gate1), script("b", ""))
		f.awaitStatus(id, run.StatusSuspended)
		t := time.Now()
		bare()
		commit = append(commit, time.Since(t))
		b.StartTimer()
		t = time.Now()
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
			b.Fatal(err)
		}
		<-began
		vote = append(vote, time.Since(t))
		b.StopTimer()
		f.await(id)
		b.StartTimer()
	}
	for _, q := range []int{50, 99} {
		v, c := percentile(vote, q), percentile(commit, q)
		b.ReportMetric(float64(v.Microseconds()), fmt.Sprintf("µs-p%d", q))
		b.ReportMetric(float64(c.Microseconds()), fmt.Sprintf("µs-bare-p%d", q))
		b.ReportMetric(float64(v)/float64(c), fmt.Sprintf("x-bare-p%d", q))
	}
}

// BenchmarkErase erases the values of one run, two of them large, in a file that holds
// runs with large values besides: how many must not matter.
func BenchmarkErase(b *testing.B) {
	for _, others := range []int{100, 10_000} {
		b.Run(fmt.Sprint("others=", others), func(b *testing.B) {
			f := newFixture(b).open()
			f.world.Quiet = true
			var n atomic.Int64
			f.world.Script("a", func(context.Context, run.Job) (any, error) {
				return strings.Repeat(fmt.Sprint(n.Add(1), " "), 500), nil
			})
			ids := make(chan run.ID, others)
			for range 8 {
				go func() {
					for range others / 8 {
						id := f.start(script("a", ""))
						f.await(id)
						ids <- id
					}
				}()
			}
			for range others / 8 * 8 {
				<-ids
			}
			file := []byte(`{"summary":"E","value":{"delete_after_secs":86400,"modules":[` + script("a", "") + `]}}`)
			for b.Loop() {
				b.StopTimer()
				begun, err := f.Start(bg, run.Request{Flow: file, Input: json.RawMessage(`{"x":"` + strings.Repeat(journal.NewID(), 100) + `"}`)})
				id := begun.ID
				if err != nil {
					b.Fatal(err)
				}
				f.await(id)
				row, err := f.Row(id)
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := f.maintenance.Erase(bg, sqlite.Erasure{Run: row.Key, UUID: row.UUID, Seconds: 86400}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVoteAmongTurns votes in a run whose parallel loop waits in each of
// 5,000 iterations, and measures to the start of the next step of that iteration.
func BenchmarkVoteAmongTurns(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	began := make(chan bool, 1)
	f.world.Script("a", instant)
	f.world.Script("b", signal(began))
	const iterations = 5000
	items, err := json.Marshal(make([]int, iterations))
	if err != nil {
		b.Fatal(err)
	}
	id := f.start(fmt.Sprintf(`{"id":"l","value":{"type":"forloopflow","parallel":true,"skip_failures":false,"iterator":{"type":"static","value":%s},"modules":[%s,%s]}}`,
		items, script("a", gate1), script("b", "")))
	f.awaitStatus(id, run.StatusSuspended)
	var votes []time.Duration
	i := 0
	for b.Loop() {
		if i == iterations {
			b.Fatal("the iterations are used up; set -benchtime to fewer than 5000x")
		}
		t := time.Now()
		if err := f.Decide(bg, run.Decision{Run: id, Step: run.StepID(fmt.Sprintf("l/%d/a", i)), Approve: true}); err != nil {
			b.Fatal(err)
		}
		<-began
		votes = append(votes, time.Since(t))
		i++
	}
	for _, q := range []int{50, 99} {
		b.ReportMetric(float64(percentile(votes, q).Microseconds()), fmt.Sprintf("µs-p%d", q))
	}
}

func percentile(d []time.Duration, q int) time.Duration {
	slices.Sort(d)
	return d[min(len(d)*q/100, len(d)-1)]
}

// bareCommit opens a file of its own and returns a function that commits one row
// to it.
func bareCommit(b *testing.B) func() {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+b.TempDir()+"/bare.db?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)`); err != nil {
		b.Fatal(err)
	}
	st, err := db.Prepare(`INSERT INTO t (s) VALUES (?)`)
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		if _, err := st.Exec(`{"step":"a"}`); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWaiting fills a folder with runs that wait for a person and tells
// what each costs on disk, how long the folder takes to open, how much memory it
// takes more than an empty one, and how long a vote takes among them. WAITING
// sets their number.
func BenchmarkWaiting(b *testing.B) {
	runs := 100_000
	if s := os.Getenv("WAITING"); s != "" {
		runs, _ = strconv.Atoi(s)
	}
	f := newFixture(b)
	f.cfg.Workers = 64
	f.open()
	f.stop()
	size := func() int64 {
		st, err := os.Stat(filepath.Join(f.cfg.Dir, datadir.FileName))
		if err != nil {
			b.Fatal(err)
		}
		return st.Size()
	}
	empty := size()
	f.open()
	f.world.Quiet = true
	f.world.Script("a", instant)
	var starters sync.WaitGroup
	for range 64 {
		starters.Go(func() {
			for range runs / 64 {
				f.start(script("a", gate1), script("b", ""))
			}
		})
	}
	starters.Wait()
	runs -= runs % 64
	for {
		moved := f.writer.Moved()
		if busy, err := f.Runs(bg, Filter{Status: run.StatusRunning, Limit: 1}); err != nil || len(busy) == 0 {
			break
		}
		<-moved
	}
	f.stop()
	f.cfg.Workers = 2
	disk := size() - empty
	before := inUse()
	t := time.Now()
	f.open()
	took := time.Since(t)
	memory := inUse() - before
	if n, err := f.Runs(bg, Filter{Status: run.StatusSuspended, Limit: 1}); err != nil || len(n) != 1 {
		b.Fatalf("%v, %v", n, err)
	}
	f.votes(b)
	b.ReportMetric(float64(disk)/float64(runs), "B/run")
	b.ReportMetric(float64(took.Microseconds())/1000, "ms-open")
	b.ReportMetric(float64(memory)/(1<<20), "MB-open")
	b.ReportMetric(0, "ns/op")
	f.stop() // Verify reads them all
}

// inUse is the memory that the Go runtime holds and uses.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// BenchmarkLoop runs loops of 2,000 and of 10,000 iterations, one after the other and
// in parallel, and tells what an iteration costs in time and in the journal, and the
// most memory that was in use.
func BenchmarkLoop(b *testing.B) {
	for _, parallel := range []bool{false, true} {
		for _, iterations := range []int{2_000, 10_000} {
			b.Run(fmt.Sprintf("parallel=%v/iterations=%d", parallel, iterations), func(b *testing.B) {
				f := newFixture(b).open()
				f.world.Quiet = true
				f.world.Script("a", instant)
				items := make([]int, iterations)
				for i := range items {
					items[i] = i
				}
				list, err := json.Marshal(items)
				if err != nil {
					b.Fatal(err)
				}
				loop := fmt.Sprintf(`{"id":"l","value":{"type":"forloopflow","parallel":%v,"skip_failures":false,"iterator":{"type":"static","value":%s},"modules":[%s]}}`,
					parallel, list, script("a", `"n":{"type":"javascript","expr":"flow_input.iter.value"}`))
				most, journal := int64(0), int64(0)
				for b.Loop() {
					stop := watchMemory(&most)
					id := f.start(loop)
					f.await(id)
					stop()
					b.StopTimer()
					row, err := f.Row(id)
					if err != nil {
						b.Fatal(err)
					}
					for line, err := range f.db.Journal(row.Key, row.UUID) {
						if err != nil {
							b.Fatal(err)
						}
						journal += int64(len(line.Type) + len(line.Data))
					}
					b.StartTimer()
				}
				n := float64(b.N * iterations)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/n, "µs/iteration")
				b.ReportMetric(float64(journal)/n, "B/iteration")
				b.ReportMetric(float64(most)/(1<<20), "MB")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// watchMemory notes the most memory in use until it is stopped.
func watchMemory(most *int64) (stop func()) {
	end, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			*most = max(*most, int64(m.HeapInuse+m.StackInuse))
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() { close(end); <-ended }
}

// BenchmarkLargeResult runs a step with a result of 10 MB and one that takes a
// part of it.
func BenchmarkLargeResult(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	large := strings.Repeat("x", 10<<20)
	f.world.Script("a", func(context.Context, run.Job) (any, error) { return map[string]any{"big": large, "n": 1}, nil })
	f.world.Script("b", instant)
	for b.Loop() {
		f.await(f.start(script("a", ""), script("b", `"n":{"type":"javascript","expr":"results.a.n"}`)))
	}
	b.SetBytes(10 << 20)
}

// BenchmarkWebhook measures from a delivery, signed and with a key, to the run that is on
// disk, and beside it bare commits on the same disk at the same time.
func BenchmarkWebhook(b *testing.B) {
	f := newFixture(b).open()
	f.world.Quiet = true
	f.world.Script("a", instant)
	f.try(f.SaveFlow(bg, "f/shop/order", flowOf(script("a", ""))))
	h := onOrder()
	h.Signature.Kind, h.Key = hook.GitHub, "k"
	secret, _ := f.saveHook(h)
	bare := bareCommit(b)
	var whole, commit []time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		body := fmt.Sprintf(`{"n":%d}`, n)
		sum := "sha256=" + hexSum("k", body)
		t := time.Now()
		bare()
		commit = append(commit, time.Since(t))
		b.StartTimer()
		t = time.Now()
		o, err := f.OpenHook(bg, secret)
		f.try(err)
		f.try(f.CheckDelivery(bg, o, func(string) string { return sum }, []byte(body)))
		id := f.deliver(o, came(fmt.Sprint(n), body)).Run
		whole = append(whole, time.Since(t))
		b.StopTimer()
		f.await(run.ID(id))
		b.StartTimer()
	}
	for _, q := range []int{50, 99} {
		v, c := percentile(whole, q), percentile(commit, q)
		b.ReportMetric(float64(v.Microseconds()), fmt.Sprintf("µs-p%d", q))
		b.ReportMetric(float64(c.Microseconds()), fmt.Sprintf("µs-bare-p%d", q))
		b.ReportMetric(float64(v)/float64(c), fmt.Sprintf("x-bare-p%d", q))
	}
}
