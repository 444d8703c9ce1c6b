package js

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/engine/script/internal/scripttest"
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
		if scripttest.Race && heavy[tt.reason] {
			continue
		}
		t.Run(tt.reason, func(t *testing.T) {
			j := scripttest.Job("bun", tt.source, `{}`)
			if tt.name == run.NameTimeout {
				j.Timeout = 150 * time.Millisecond
			}
			_, err := x.Run(context.Background(), j, &scripttest.Log{})
			f, ok := errors.AsType[*run.Failure](err)
			if !ok {
				t.Fatalf("error %v is not a failure", err)
			}
			if f.Name != tt.name || f.Message == "" || f.Hint == "" {
				t.Errorf("%s: %.300s (hint %q)", f.Name, f.Message, f.Hint)
			}
			scripttest.Honest(t, x)
		})
	}
}

func TestCancelStopsAScript(t *testing.T) {
	x := newJS(t)
	ctx, cancel := context.WithCancel(context.Background())
	log, seen := scripttest.WaitingLog("running")
	go func() { <-seen; cancel() }()
	_, err := x.Run(ctx, scripttest.Job("bun", "export function main() { console.log('running'); for (;;) {} }", `{}`), log)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	scripttest.Honest(t, x)
}

func TestKilledWorker(t *testing.T) {
	x := newJS(t)
	scripttest.Honest(t, x)
	x.pool.mu.Lock()
	w := x.pool.idle[0]
	x.pool.mu.Unlock()
	log, seen := scripttest.WaitingLog("running")
	go func() { <-seen; _ = w.Cmd.Process.Kill() }()
	_, err := x.Run(context.Background(), scripttest.Job("bun", "export function main() { console.log('running'); for (;;) {} }", `{}`), log)
	f, ok := errors.AsType[*run.Failure](err)
	if !ok || f.Name != "WorkerDied" || f.Hint == "" {
		t.Errorf("error %v, want WorkerDied", err)
	}
	scripttest.Honest(t, x)
}

func TestManyAtOnce(t *testing.T) {
	x := newJS(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				v, err := x.Run(context.Background(), scripttest.Job("bun", "export async function main(a) { await new Promise(r => setTimeout(r, 1)); return a }", `{"a":[1]}`), &scripttest.Log{})
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
	x := New()
	scripttest.Honest(t, x)
	x.Close()
	if _, err := x.Run(context.Background(), scripttest.Job("bun", "export const main = () => 1", `{}`), &scripttest.Log{}); err == nil {
		t.Error("a closed executor ran a job")
	}
}
