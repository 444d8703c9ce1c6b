package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"modernc.org/quickjs"

	"sluice/engine/run"
)

const heavyFib = `export function main() {
  const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return fib(33)
}`

const bareHeavyFib = `(() => {
  const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2)
  return JSON.stringify(fib(33))
})()`

// bareScript runs one in a fresh virtual machine, and nothing else.
func bareScript(b *testing.B, code, want string) {
	vm, err := quickjs.NewVM()
	if err != nil {
		b.Error(err)
		return
	}
	defer vm.Close()
	if v, err := vm.Eval(code, quickjs.EvalGlobal); err != nil || v != want {
		b.Error(v, err)
	}
}

// BenchmarkHeavySteps is one flow of ten steps that each compute fib(33), beside
// ten bare runs of the script: what Sluice adds to work that is itself long.
func BenchmarkHeavySteps(b *testing.B) {
	h := benchServer(b)
	var modules []map[string]any
	for i := range 10 {
		modules = append(modules, step(fmt.Sprintf("s%d", i), heavyFib))
	}
	doc := flowOf(b, modules...)
	end := watch(b, h, func(e run.Event) bool {
		done, ok := e.(run.JobSucceeded)
		return ok && done.Step == "s9"
	})
	var flows, bares []time.Duration
	for range max(b.N, 3) {
		start := time.Now()
		begin(b, h, doc)
		flows = append(flows, (<-end).at.Sub(start))
		start = time.Now()
		for range 10 {
			bareScript(b, bareHeavyFib, "3524578")
		}
		bares = append(bares, time.Since(start))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(median(flows)), "flow-ms")
	b.ReportMetric(ms(median(bares)), "bare-ms")
	b.ReportMetric(float64(median(flows))/float64(median(bares)), "ratio")
}

// BenchmarkManyFlows is 200 flows of ten light steps at once, beside 2,000 bare
// runs of the script on two threads: how much of two cores is left for scripts.
// What the engine and its workers use of the processors tells what bounds it.
func BenchmarkManyFlows(b *testing.B) {
	h := benchServer(b)
	const flows, steps = 200, 10
	var modules []map[string]any
	for i := range steps {
		modules = append(modules, step(fmt.Sprintf("s%d", i), fib))
	}
	doc := flowOf(b, modules...)
	end := watch(b, h, func(e run.Event) bool {
		done, ok := e.(run.JobSucceeded)
		return ok && done.Step == "s9"
	})
	begin(b, h, doc)
	<-end // the workers are warm
	var ours, bares []time.Duration
	var all, engine, workers time.Duration
	for range max(b.N, 10) {
		own, theirs := cpuTime(b, os.Getpid()), workerTime(b)
		start := time.Now()
		for range flows {
			go func() {
				if _, err := h.eng.Start(b.Context(), run.Request{Flow: doc, Trigger: run.Trigger{Kind: "test"}}); err != nil {
					b.Error(err)
				}
			}()
		}
		var last time.Time
		for range flows {
			last = (<-end).at
		}
		ours = append(ours, last.Sub(start))
		all += ours[len(ours)-1]
		engine += cpuTime(b, os.Getpid()) - own
		workers += workerTime(b) - theirs
		start = time.Now()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for range flows * steps / 2 {
					bareScript(b, bareFib, "55")
				}
			})
		}
		both.Wait()
		bares = append(bares, time.Since(start))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(flows*steps/median(ours).Seconds(), "steps/s")
	b.ReportMetric(flows*steps/median(bares).Seconds(), "bare-scripts/s")
	b.ReportMetric(100*median(bares).Seconds()/median(ours).Seconds(), "%-of-bare")
	n := float64(len(ours) * flows * steps)
	b.ReportMetric(engine.Seconds()*1e6/n, "engine-µs/step")
	b.ReportMetric(workers.Seconds()*1e6/n, "workers-µs/step")
	b.ReportMetric((engine+workers).Seconds()/all.Seconds(), "cores-busy")
}

// BenchmarkLongLoop is a for loop whose iterations each run a TypeScript step, of
// 2,000 and of 10,000 iterations, one at a time and all at once: the time and the
// disk of an iteration, and the most memory of the process.
func BenchmarkLongLoop(b *testing.B) {
	for _, parallel := range []bool{false, true} {
		var iteration [2]float64
		for i, n := range []int{2000, 10_000} {
			b.Run(fmt.Sprintf("parallel=%v/iterations=%d", parallel, n), func(b *testing.B) {
				b.Setenv("SLUICE_KEYRING", "file")
				body := step("s", `export function main(x: { n: number }) { return x.n * 2 }`)
				body["value"].(map[string]any)["input_transforms"] = map[string]any{"x": map[string]any{"type": "javascript", "expr": "flow_input.iter.value"}}
				doc := flowOf(b, map[string]any{"id": "l", "value": map[string]any{
					"type": "forloopflow", "parallel": parallel, "skip_failures": false, "modules": []any{body},
					"iterator": map[string]any{"type": "javascript", "expr": fmt.Sprintf("[...Array(%d).keys()].map(n => ({n, text: 'x'.repeat(40)}))", n)},
				}})
				file, data := write(b, "flow.json", string(doc)), b.TempDir()
				if c := call(b, nil, "run", file, "--no-wait", "--data", data); c.code != exitOK {
					b.Fatal(c.err)
				}
				p := startSluice(b, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
				p.must("listening")
				start := time.Now()
				if e := p.must("finished"); e.Outcome != run.Succeeded || len(list(b, e.Result)) != n {
					b.Errorf("the loop ended %s", e.Outcome)
				}
				took, peak := time.Since(start), memory(b, p.cmd.Process.Pid, "VmHWM")
				p.interrupt()
				iteration[i] = took.Seconds() * 1e6 / float64(n)
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(iteration[i], "µs/iteration")
				b.ReportMetric(float64(diskUse(b, data))/float64(n), "bytes/iteration")
				b.ReportMetric(peak, "peak-MB")
				if i == 1 && iteration[0] > 0 {
					b.ReportMetric(iteration[1]/iteration[0], "ratio-to-2000")
				}
			})
		}
	}
}

func list(b *testing.B, v json.RawMessage) (items []json.RawMessage) {
	b.Helper()
	if err := json.Unmarshal(v, &items); err != nil {
		b.Error(err)
	}
	return items
}
