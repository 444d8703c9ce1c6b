package js

import (
	"context"
	"io"
	"testing"
	"time"

	"modernc.org/quickjs"

	"sluice/engine/run"
	"sluice/engine/script/internal/scripttest"
)

const fib = "const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2);\n"

// bare is the floor: the engine alone, a fresh machine.
func bare(b *testing.B, code, want string) {
	b.Helper()
	vm, err := quickjs.NewVM()
	if err != nil {
		b.Fatal(err)
	}
	v, err := vm.Eval(code, quickjs.EvalGlobal)
	if err != nil || v != want {
		b.Fatal(v, err)
	}
	vm.Close()
}

func BenchmarkBare(b *testing.B) {
	for b.Loop() {
		bare(b, fib+"JSON.stringify(fib(10))", "55")
	}
}

// do runs a job and checks its result.
func do(b *testing.B, x *Executor, j run.Job, want string) {
	b.Helper()
	if v, err := x.Run(context.Background(), j, io.Discard); err != nil || string(v) != want {
		b.Fatal(string(v), err)
	}
}

func BenchmarkJS(b *testing.B) {
	x := newJS(b)
	j := scripttest.Job("bun", fib+"export function main(n: number) { return fib(n) }", `{"n":10}`)
	do(b, x, j, "55")
	for b.Loop() {
		do(b, x, j, "55")
	}
}

// BenchmarkHeavyStep is a step that computes for a while beside the same work
// in the bare engine.
func BenchmarkHeavyStep(b *testing.B) {
	x := newJS(b)
	j := scripttest.Job("bun", fib+"export function main(n: number) { return fib(n) }", `{"n":27}`)
	do(b, x, j, "196418")
	var ours, floor time.Duration
	for range max(b.N, 10) {
		start := time.Now()
		bare(b, fib+"JSON.stringify(fib(27))", "196418")
		between := time.Now()
		do(b, x, j, "196418")
		floor, ours = floor+between.Sub(start), ours+time.Since(between)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours)/float64(floor), "ratio")
}

// BenchmarkLargeResult is a step whose result has 10 MB.
func BenchmarkLargeResult(b *testing.B) {
	x := newJS(b)
	j := scripttest.Job("bun", "export function main(n: number) { return 'x'.repeat(n) }", `{"n":10000000}`)
	b.SetBytes(10_000_000)
	for b.Loop() {
		if v, err := x.Run(context.Background(), j, io.Discard); err != nil || len(v) != 10_000_002 {
			b.Fatal(len(v), err)
		}
	}
}
