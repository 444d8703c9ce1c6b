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
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"modernc.org/quickjs"
	_ "modernc.org/sqlite"

	"sluice/engine/run"
)

// The benchmarks whose figures stand in the README. Each measures the bare work
// in the same run, so that the ratio holds on any machine.

const fib = `export function main() {
  const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return fib(10)
}`

const bareFib = `(() => {
  const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return JSON.stringify(fib(10))
})()`

// flowOf makes a flow of the given modules.
func flowOf(b *testing.B, modules []map[string]any) json.RawMessage {
	b.Helper()
	doc, err := json.Marshal(map[string]any{"summary": "Benchmark", "value": map[string]any{"modules": modules}})
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

// benchHouse opens a Sluice of its own with its public listener.
func benchHouse(b *testing.B) *house {
	b.Helper()
	b.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: b.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(h.close)
	if err := h.listen(b.Context()); err != nil {
		b.Fatal(err)
	}
	return h
}

// runToEnd starts a flow and waits for its end.
func runToEnd(b *testing.B, h *house, doc json.RawMessage) {
	b.Helper()
	id, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}})
	if err != nil {
		b.Fatal(err)
	}
	var out strings.Builder
	if err := h.follow(b.Context(), &report{&out, true}, id); err != nil {
		b.Fatalf("%v: %s", err, out.String())
	}
}

// BenchmarkFortySteps is one flow of 40 TypeScript steps that each compute
// fib(10), durable between steps, beside 40 times one bare commit with
// synchronous=FULL and one bare run of the script in a fresh VM.
func BenchmarkFortySteps(b *testing.B) {
	h := benchHouse(b)
	var modules []map[string]any
	for i := range 40 {
		modules = append(modules, map[string]any{"id": fmt.Sprintf("s%d", i), "value": map[string]any{
			"type": "rawscript", "language": "bun", "content": fib, "input_transforms": map[string]any{}}})
	}
	doc := flowOf(b, modules)
	runToEnd(b, h, doc) // workers are warm
	var flows, bares []time.Duration
	for range max(b.N, 15) {
		start := time.Now()
		runToEnd(b, h, doc)
		flows = append(flows, time.Since(start))
		start = time.Now()
		bare(b, 40)
		bares = append(bares, time.Since(start))
	}
	f, bar := median(flows), median(bares)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(f), "ms/flow")
	b.ReportMetric(ms(bar), "ms/bare")
	b.ReportMetric(float64(f)/float64(bar), "ratio")
}

// bare commits n rows one by one and runs the script n times in fresh VMs.
func bare(b *testing.B, n int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("create table t(id integer primary key, data text) strict"); err != nil {
		b.Fatal(err)
	}
	for range n {
		vm, err := quickjs.NewVM()
		if err != nil {
			b.Fatal(err)
		}
		if v, err := vm.Eval(bareFib, quickjs.EvalGlobal); err != nil || fmt.Sprint(v) != "55" {
			b.Fatal(v, err)
		}
		vm.Close()
		if _, err := db.Exec("insert into t(data) values(?)", bareFib); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVoteToNextStep measures from the approver's POST to the entry that
// says the next step started.
func BenchmarkVoteToNextStep(b *testing.B) {
	h := benchHouse(b)
	doc := flowOf(b, []map[string]any{
		{"id": "a", "value": map[string]any{"type": "identity"}, "suspend": map[string]any{"required_events": 1, "timeout": 3600}},
		{"id": "b", "value": map[string]any{"type": "rawscript", "language": "bun", "content": fib, "input_transforms": map[string]any{}}},
	})
	runs := max(b.N, 200)
	var links []string
	for range runs {
		id, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}})
		if err != nil {
			b.Fatal(err)
		}
		l, err := h.eng.MintLink(b.Context(), id, "a", run.DesktopUser)
		if err != nil {
			b.Fatal(err)
		}
		links = append(links, l.Resume)
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	next := make(chan time.Time, runs)
	go func() {
		for batch := range h.eng.Watch(ctx, 0) {
			for _, e := range batch {
				if js, ok := e.Event.(run.JobStarted); ok && js.Step == "b" {
					next <- time.Now()
				}
			}
		}
	}()
	var took, commits []time.Duration
	db := bareDB(b)
	for _, l := range links {
		start := time.Now()
		resp, err := http.Post(l, "application/json", strings.NewReader("{}"))
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			b.Fatalf("vote: %d", resp.StatusCode)
		}
		took = append(took, (<-next).Sub(start))
		start = time.Now()
		if _, err := db.Exec("insert into t(data) values('x')"); err != nil {
			b.Fatal(err)
		}
		commits = append(commits, time.Since(start))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(quantile(took, 0.50)), "p50-ms")
	b.ReportMetric(ms(quantile(took, 0.99)), "p99-ms")
	b.ReportMetric(ms(quantile(commits, 0.50)), "commit-p50-ms")
	b.ReportMetric(ms(quantile(commits, 0.99)), "commit-p99-ms")
}

func bareDB(b *testing.B) *sql.DB {
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
	return db
}

// BenchmarkWaitingRuns measures what 10,000 runs cost that wait for approval:
// memory of the process, disk, and the time to open the data folder.
func BenchmarkWaitingRuns(b *testing.B) {
	b.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: b.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	idle := rss(b)
	doc := flowOf(b, []map[string]any{
		{"id": "a", "value": map[string]any{"type": "identity"}, "suspend": map[string]any{"required_events": 1, "timeout": 86400}},
	})
	const runs = 10_000
	for range runs {
		if _, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}}); err != nil {
			b.Fatal(err)
		}
	}
	for open := 0; open < runs; {
		list, err := h.eng.Approvals(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		open = len(list)
	}
	h.close()
	size := int64(0)
	files, _ := filepath.Glob(filepath.Join(o.data, "*.db*"))
	for _, f := range files {
		if st, err := os.Stat(f); err == nil {
			size += st.Size()
		}
	}
	runtime.GC()
	before := rss(b)
	var opens []time.Duration
	for range 5 {
		start := time.Now()
		h, err = o.open(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		opens = append(opens, time.Since(start))
		if len(opens) < 5 {
			h.close()
		}
	}
	waiting := rss(b)
	h.close()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(idle, "idle-MB")
	b.ReportMetric(waiting-before, "waiting-MB-more")
	b.ReportMetric(ms(median(opens)), "open-ms")
	b.ReportMetric(float64(size)/runs, "bytes/run")
}

// rss is the process's resident memory in megabytes.
func rss(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

func median(d []time.Duration) time.Duration { return quantile(d, 0.5) }

func quantile(d []time.Duration, q float64) time.Duration {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[min(int(float64(len(s))*q), len(s)-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
