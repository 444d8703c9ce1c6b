package script

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/run"
)

// heavy scripts take minutes under the race detector, which has nothing to find
// in them: all their work is inside the engine.
var heavy = map[string]bool{"a memory bomb of lists": true, "a huge result": true, "a million brackets": true, "a million parentheses": true}

// After every hostile script the same executor must do honest work.
func TestHostileScripts(t *testing.T) {
	x := newJS(t)
	deep := func(open, end string) string {
		return strings.Repeat(open, 1_000_000) + "1" + strings.Repeat(end, 1_000_000)
	}
	for _, tt := range []struct{ reason, source, name string }{
		{"an endless loop", "export function main() { for (;;) {} }", run.NameTimeout},
		{"an endless loop that catches everything", "export function main() { for (;;) { try { for (;;) {} } catch {} finally { continue } } }", run.NameTimeout},
		{"endless promises", "export async function main() { for (;;) await null }", run.NameTimeout},
		{"an endless interval", "export async function main() { setInterval(() => {}, 1); await new Promise(() => {}) }", run.NameTimeout},
		{"a slow pattern", `export function main() { return /^(a+)+$/.test("a".repeat(40) + "b") }`, run.NameTimeout},
		{"a loop while loading", "for (;;) {}\nexport function main() {}", run.NameTimeout},
		{"a memory bomb of lists", "export function main() { const a = []; for (;;) a.push(new Array(100000).fill(a.length)) }", "OutOfMemory"},
		{"a memory bomb of bytes", "export function main() { const a = []; for (;;) a.push(new Uint8Array(1e7)) }", "OutOfMemory"},
		{"a memory bomb that catches", "export function main() { const a = []; for (;;) { try { a.push(new Uint8Array(1e7)) } catch (e) { throw e } } }", "OutOfMemory"},
		{"endless recursion", "export function main() { const f = () => f() + 1; return f() }", "RangeError"},
		{"recursion through a builtin", "export function main() { const f = () => [2, 1].sort(f); return f() }", "RangeError"},
		{"a huge result", "export function main() { return 'x'.repeat(70e6) }", "ResultTooLarge"},
		{"a million brackets", "export const main = () => " + deep("[", "]"), "SyntaxError"},
		{"a million parentheses", "export const main = () => " + deep("(", ")"), "SyntaxError"},
	} {
		if race && heavy[tt.reason] {
			continue
		}
		t.Run(tt.reason, func(t *testing.T) {
			j := job("bun", tt.source, `{}`)
			if tt.name == run.NameTimeout {
				j.Timeout = 150 * time.Millisecond
			}
			_, err := x.Run(context.Background(), j, &lines{})
			f, ok := errors.AsType[*run.Failure](err)
			if !ok {
				t.Fatalf("error %v is not a failure", err)
			}
			if f.Name != tt.name || f.Message == "" || f.Hint == "" {
				t.Errorf("%s: %.300s (hint %q)", f.Name, f.Message, f.Hint)
			}
			honest(t, x)
		})
	}
}

func honest(t *testing.T, x *JS) {
	t.Helper()
	v, err := x.Run(context.Background(), job("bun", "export const main = (a: number) => a + 1", `{"a":1}`), &lines{})
	if err != nil || string(v) != "2" {
		t.Fatalf("afterwards an honest script gives %s, %v", v, err)
	}
}

func TestCancelStopsAScript(t *testing.T) {
	x := newJS(t)
	ctx, cancel := context.WithCancel(context.Background())
	log := &lines{want: "running", seen: make(chan struct{})}
	go func() { <-log.seen; cancel() }()
	_, err := x.Run(ctx, job("bun", "export function main() { console.log('running'); for (;;) {} }", `{}`), log)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	honest(t, x)
}

func TestKilledWorker(t *testing.T) {
	x := newJS(t)
	honest(t, x)
	x.pool.mu.Lock()
	w := x.pool.idle[0]
	x.pool.mu.Unlock()
	log := &lines{want: "running", seen: make(chan struct{})}
	go func() { <-log.seen; _ = w.Cmd.Process.Kill() }()
	_, err := x.Run(context.Background(), job("bun", "export function main() { console.log('running'); for (;;) {} }", `{}`), log)
	f, ok := errors.AsType[*run.Failure](err)
	if !ok || f.Name != "WorkerDied" || f.Hint == "" {
		t.Errorf("error %v, want WorkerDied", err)
	}
	honest(t, x)
}

func TestManyAtOnce(t *testing.T) {
	x := newJS(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				v, err := x.Run(context.Background(), job("bun", "export async function main(a) { await new Promise(r => setTimeout(r, 1)); return a }", `{"a":[1]}`), &lines{})
				if err != nil || string(v) != "[1]" {
					t.Errorf("%s, %v", v, err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(x.pool.idle); n > idleWorkers {
		t.Errorf("%d workers stay", n)
	}
}

func TestClosedExecutor(t *testing.T) {
	x := &JS{}
	honest(t, x)
	x.Close()
	if _, err := x.Run(context.Background(), job("bun", "export const main = () => 1", `{}`), &lines{}); err == nil {
		t.Error("a closed executor ran a job")
	}
}
