package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"sluice/engine/run"
)

// The benchmarks whose figures stand in the README. Each measures the bare work
// in the same run and in iterations with ours, so that the ratio holds on any machine
// and whatever else it does meanwhile.

const fib = `export function main() {
  const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return fib(10)
}`

const bareFib = `(() => {
  const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return JSON.stringify(fib(10))
})()`

// flowOf makes a flow of the given modules.
func flowOf(b *testing.B, modules ...map[string]any) json.RawMessage {
	b.Helper()
	doc, err := json.Marshal(map[string]any{"summary": "Benchmark", "value": map[string]any{"modules": modules}})
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

// step is a step of TypeScript.
func step(id, code string) map[string]any {
	return map[string]any{"id": id, "value": map[string]any{
		"type": "rawscript", "language": "bun", "content": code, "input_transforms": map[string]any{}}}
}

// gate is a step that does nothing and then waits for one approver.
func gate(id string) map[string]any {
	return map[string]any{"id": id, "value": map[string]any{"type": "identity"}, "suspend": map[string]any{"required_events": 1, "timeout": 86400}}
}

// benchServer opens a Sluice of its own with its public listener.
func benchServer(b *testing.B) *server {
	b.Helper()
	b.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: b.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.openAndProceed(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(h.close)
	if err := h.listen(b.Context()); err != nil {
		b.Fatal(err)
	}
	return h
}

// begin starts a run of a flow.
func begin(b *testing.B, h *server, doc json.RawMessage) run.ID {
	b.Helper()
	begun, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}})
	id := begun.ID
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// watch passes on the journal's new entries that are wanted, with the moment
// at which they were seen.
func watch(b *testing.B, h *server, want func(run.Event) bool) <-chan seen {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended, out := make(chan struct{}), make(chan seen, 20_000)
	go func() {
		defer close(ended)
		for batch := range h.eng.Watch(ctx, 0) {
			for _, e := range batch {
				if want(e.Event) {
					out <- seen{e.Run, time.Now()}
				}
			}
		}
	}()
	b.Cleanup(func() { stop(); <-ended })
	return out
}

type seen struct {
	run run.ID
	at  time.Time
}

// BenchmarkFortySteps is one flow of 40 TypeScript steps that each compute
// fib(10), durable between steps: from the call of Start to the last entry of
// the run as a reader of the journal sees it. Beside it stand 40 times one bare
// commit with synchronous=FULL and one bare run of the script, without types,
// in a fresh virtual machine of the same engine.
func BenchmarkFortySteps(b *testing.B) {
	h := benchServer(b)
	var modules []map[string]any
	for i := range 40 {
		modules = append(modules, step(fmt.Sprintf("s%d", i), fib))
	}
	doc := flowOf(b, modules...)
	end := watch(b, h, func(e run.Event) bool { // the last step and the end of the run are one commit
		done, ok := e.(run.JobSucceeded)
		return ok && done.Step == "s39"
	})
	once := func() time.Duration {
		start := time.Now()
		id := begin(b, h, doc)
		s := <-end
		if s.run != id {
			b.Fatalf("run %s ended, not %s", s.run, id)
		}
		took := s.at.Sub(start)
		if sum, err := h.eng.Run(b.Context(), id); err != nil || sum.Outcome != run.Succeeded {
			b.Fatal(sum, err)
		}
		return took
	}
	db := bareDB(b)
	first := once()
	bare(b, db, 40)
	var flows, bares []time.Duration
	for range max(b.N, 31) {
		flows = append(flows, once())
		start := time.Now()
		bare(b, db, 40)
		bares = append(bares, time.Since(start))
	}
	f, bar := median(flows), median(bares)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(first), "first-ms")
	b.ReportMetric(ms(f), "flow-ms")
	b.ReportMetric(ms(bar), "bare-ms")
	b.ReportMetric(float64(f)/float64(bar), "ratio")
}

// bare commits n rows one by one and runs the script n times in fresh virtual
// machines.
func bare(b *testing.B, db *sql.Stmt, n int) {
	b.Helper()
	for range n {
		bareScript(b, bareFib, "55")
		if _, err := db.Exec(bareFib); err != nil {
			b.Fatal(err)
		}
	}
}

// bareDB is the statement that adds a row to a table of a database set up as
// ours is.
func bareDB(b *testing.B) *sql.Stmt {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("create table t(id integer primary key, data text) strict"); err != nil {
		b.Fatal(err)
	}
	s, err := db.Prepare("insert into t(data) values(?)")
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkVoteToNextStep measures from the approver's POST to the entry that
// says the next step started, as a reader of the journal sees it.
func BenchmarkVoteToNextStep(b *testing.B) {
	h := benchServer(b)
	doc := flowOf(b, gate("a"), step("b", fib))
	next := watch(b, h, func(e run.Event) bool {
		started, ok := e.(run.JobStarted)
		return ok && started.Step == "b"
	})
	end := watch(b, h, func(e run.Event) bool {
		done, ok := e.(run.JobSucceeded)
		return ok && done.Step == "b"
	})
	db := bareDB(b)
	const warm = 20
	var took, commits []time.Duration
	for i := range max(b.N, 500) + warm {
		id := begin(b, h, doc)
		l, err := h.eng.MintLink(b.Context(), id, "a", run.DesktopUser)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if _, err := db.Exec(bareFib); err != nil {
			b.Fatal(err)
		}
		commit := time.Since(start)

		start = time.Now()
		resp, err := http.Post(l.Resume, "application/json", strings.NewReader("{}"))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			b.Fatalf("vote: %d", resp.StatusCode)
		}
		s := <-next
		if s.run != id {
			b.Fatalf("run %s went on, not %s", s.run, id)
		}
		<-end
		if i >= warm {
			took = append(took, s.at.Sub(start))
			commits = append(commits, commit)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(quantile(took, 0.50)), "p50-ms")
	b.ReportMetric(ms(quantile(took, 0.99)), "p99-ms")
	b.ReportMetric(ms(quantile(commits, 0.50)), "commit-p50-ms")
	b.ReportMetric(ms(quantile(commits, 0.99)), "commit-p99-ms")
}

// BenchmarkWaitingRuns measures what 100,000 runs cost that wait for approval:
// memory, disk, the time until Sluice is ready, to count their requests and to
// read the oldest hundred. Each figure is of a process
// of its own, without a window, that starts one more such run.
func BenchmarkWaitingRuns(b *testing.B) {
	b.Setenv("SLUICE_KEYRING", "file")
	file := filepath.Join(b.TempDir(), "flow.json")
	doc := flowOf(b, gate("a"))
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		b.Fatal(err)
	}
	const runs = 100_000
	empty, full := b.TempDir(), b.TempDir()
	o := &options{data: full, listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.openAndProceed(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	before := diskUse(b, full)
	errs := make(chan error, runs)
	places := make(chan bool, 64)
	start := time.Now()
	for range runs {
		places <- true
		go func() {
			_, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}})
			errs <- err
			<-places
		}()
	}
	for range runs {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
	filled := time.Since(start)
	var counts, pages []time.Duration
	for range 20 {
		start := time.Now()
		if n, err := h.eng.Waiting(b.Context(), 0); err != nil || n != runs {
			b.Fatal(n, err)
		}
		counts = append(counts, time.Since(start))
		start = time.Now()
		if list, err := h.eng.Approvals(b.Context(), 100); err != nil || len(list) != 100 {
			b.Fatal(len(list), err)
		}
		pages = append(pages, time.Since(start))
	}
	h.close()
	size := diskUse(b, full) - before

	var readyEmpty, readyFull []time.Duration
	var idle, waiting, worker []float64
	for range 7 {
		for _, dir := range []string{empty, full} {
			start := time.Now()
			p := startSluice(b, nil, "run", file, "--json", "--data", dir, "--listen", "127.0.0.1:0")
			p.must("listening")
			ready := time.Since(start)
			p.must("waiting")
			if dir == empty {
				readyEmpty, idle = append(readyEmpty, ready), append(idle, rss(b, p.cmd.Process.Pid))
				worker = append(worker, workerRSS(b, p.cmd.Process.Pid))
			} else {
				readyFull, waiting = append(readyFull, ready), append(waiting, rss(b, p.cmd.Process.Pid))
			}
			p.kill()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(idle), "idle-MB")
	b.ReportMetric(middle(worker), "worker-MB")
	b.ReportMetric(middle(waiting), "waiting-MB")
	b.ReportMetric(ms(median(readyEmpty)), "ready-ms")
	b.ReportMetric(ms(median(readyFull)), "ready-waiting-ms")
	b.ReportMetric(ms(median(counts)), "count-ms")
	b.ReportMetric(ms(median(pages)), "oldest-100-ms")
	b.ReportMetric(float64(size)/runs, "bytes/run")
	b.ReportMetric(runs/filled.Seconds(), "runs/s")
}

// diskUse is the size of the database and its log.
func diskUse(b *testing.B, dir string) (n int64) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			b.Fatal(err)
		}
		n += st.Size()
	}
	return n
}

// rss is a process's resident memory in megabytes, 0 where it cannot be read.
func rss(b *testing.B, pid int) float64 { return memory(b, pid, "VmRSS") }

// memory is a line of what Linux tells of a process's memory, in megabytes.
func memory(b *testing.B, pid int, line string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(l, line+": %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

// workerRSS is the memory of a process's script workers.
func workerRSS(b *testing.B, pid int) (sum float64) {
	b.Helper()
	for _, child := range children(pid) {
		sum += rss(b, child)
	}
	return sum
}

// children are the processes that a process started.
func children(pid int) (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range tasks {
		text, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		for child := range strings.FieldsSeq(string(text)) {
			var n int
			if _, err := fmt.Sscan(child, &n); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// cpuTime is the processor time that a process has used, 0 where it cannot be
// read.
func cpuTime(b *testing.B, pid int) (sum time.Duration) {
	b.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, t := range tasks {
		text, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		var n time.Duration
		if _, err := fmt.Sscan(string(text), &n); err == nil {
			sum += n
		}
	}
	return sum
}

// workerTime is the processor time that our script workers have used.
func workerTime(b *testing.B) (sum time.Duration) {
	b.Helper()
	for _, child := range children(os.Getpid()) {
		sum += cpuTime(b, child)
	}
	return sum
}

func median(d []time.Duration) time.Duration { return quantile(d, 0.5) }

func middle(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

func quantile(d []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(d))
	return s[min(int(float64(len(s))*q), len(s)-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
