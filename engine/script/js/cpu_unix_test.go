//go:build unix

package js

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sluice/engine/script/internal/scripttest"
)

// cpu is the processor time that this process has used, and, as far as the
// system tells, its workers.
func cpu(b *testing.B, x *Executor) time.Duration {
	b.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	sum := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	x.pool.mu.Lock()
	defer x.pool.mu.Unlock()
	for _, w := range x.pool.idle {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", w.Cmd.Process.Pid))
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
	}
	return sum
}

// BenchmarkStep is the processor time of one step, in Sluice and its worker
// together, beside that of the bare engine: fresh machine, run and result, in
// iterations. The names tell what the step uses.
func BenchmarkStep(b *testing.B) {
	for _, s := range []struct{ name, source, want string }{
		{"light", "export function main(n: number) { return fib(n) }", "55"},
		{"prints", "export function main(n: number) { console.log('n is', n); return fib(n) }", "55"},
		{"env", "export function main(n: number) { return process.env.WM_JOB_ID ? fib(n) : 0 }", "55"},
		{"mentions-fetch", "export function main(n: number) { if (n > 99) return fetch('http://localhost/'); return fib(n) }", "55"},
		{"client", "import * as wmill from 'windmill-client'\nexport function main(n: number) { return wmill.getWorkspace() ? fib(n) : 0 }", "55"},
		{"url", "export function main(n: number) { return new URL('http://x.example/a').pathname ? fib(n) : 0 }", "55"},
	} {
		b.Run(s.name, func(b *testing.B) {
			x := newJS(b)
			j := scripttest.Job("bun", fib+s.source, `{"n":10}`)
			const iteration = 20
			for range iteration {
				do(b, x, j, s.want)
			}
			var ours, floor time.Duration
			n := 0
			for b.Loop() {
				from := cpu(b, x)
				for range iteration {
					do(b, x, j, s.want)
				}
				between := cpu(b, x)
				for range iteration {
					bare(b, fib+"JSON.stringify(fib(10))", "55")
				}
				ours, floor, n = ours+between-from, floor+cpu(b, x)-between, n+iteration
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(ours.Microseconds())/float64(n), "step-cpu-µs")
			b.ReportMetric(float64(floor.Microseconds())/float64(n), "bare-cpu-µs")
			b.ReportMetric(float64(ours)/float64(floor), "ratio")
		})
	}
}
