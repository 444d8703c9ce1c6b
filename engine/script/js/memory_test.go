package js

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// inMachine runs a script in a machine of this process and returns its result.
func inMachine(t *testing.T, m *machine, source string) (string, *thrown) {
	t.Helper()
	p := compile(compileRequest{File: "step.ts", Source: source, Language: "bun"})
	if p.Trouble != nil {
		t.Fatal(p.Trouble.Message)
	}
	head := jobHeader{File: "step.ts", Entry: "main", Base: p.Base, Names: p.Names, Parts: p.Parts, Memory: memoryLimit}
	return m.run(head, "{}", p.JS, "{}", &output{w: bufio.NewWriter(io.Discard)})
}

func testMachine(t *testing.T) *machine {
	t.Helper()
	m, err := newMachine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.close)
	return m
}

// look tells what a script can see of the world that it is born into.
const look = `export function main() {
  const seen = []
  const walk = (o, path, depth) => {
    if (depth > 3 || (typeof o !== 'object' && typeof o !== 'function') || o === null) return
    seen.push(path + ':' + Object.isFrozen(o) + Object.isExtensible(o))
    for (const k of Reflect.ownKeys(o)) {
      const d = Object.getOwnPropertyDescriptor(o, k), at = path + '.' + String(k)
      seen.push(at + ':' + typeof (d.value ?? d.get) + d.writable + d.enumerable + d.configurable + (typeof d.value === 'function' ? d.value.name + d.value.length : ''))
      walk(d.value, at, depth + 1)
    }
  }
  walk(globalThis, '', 0)
  return seen
}`

// Whatever a job did, the next finds the world as the first found it.
func TestNothingIsLeftOfAJob(t *testing.T) {
	m := testMachine(t)
	first, bad := inMachine(t, m, look)
	if bad != nil || len(first) < 10_000 {
		t.Fatal(len(first), bad)
	}
	for _, source := range []string{
		`globalThis.left = 1; var x = 2; export function main() { return 1 }`,
		`export function main() { Array.prototype.map = () => 'mine'; delete (globalThis as any).JSON; return 1 }`,
		`export function main() { Object.freeze(Object.prototype); Object.preventExtensions(globalThis); return 1 }`,
		`export function main() { Object.defineProperty(Promise.prototype, 'then', { get() { throw 1 } }); return 1 }`,
		`export function main() { Reflect.ownKeys(globalThis).forEach((k) => { try { delete globalThis[k] } catch {} }); return 1 }`,
		`export function main() { const a = []; for (let i = 0; i < 300000; i++) a.push({ ['k' + i]: 'v'.repeat(i % 50) }); return a.length }`,
		`const keep = new Map(); Symbol.for('left'); export function main() { keep.set('x'.repeat(9e6), new Uint8Array(4e6)); return 1 }`,
		`export function main() { const f = () => f(); f() }`,
		`export function main() { throw new TypeError('on purpose') }`,
		`export async function main() { setTimeout(() => { (globalThis as any).late = 1 }, 1); await 0; return 1 }`,
		`export async function main() { await new Promise(() => {}) }`,
		`export function main() { console.log = () => {}; return URL && Buffer && fetch && 1 }`,
	} {
		if !m.reset() {
			t.Fatal("the machine cannot be used again")
		}
		inMachine(t, m, source)
		if !m.reset() {
			t.Fatalf("after %s: the machine cannot be used again", source)
		}
		if len(m.mem.fresh) != 0 {
			t.Errorf("after %s: %d blocks are left", source, len(m.mem.fresh))
		}
		context := m.mem.context()
		state := uintptr(unsafe.Pointer(&context.Frandom_state))
		for p, was := range m.mem.kept {
			now := slices.Clone(block(p))
			if i := int(state - p); i >= 0 && i < len(now) {
				copy(now[i:], was[i:i+int(unsafe.Sizeof(context.Frandom_state))])
			}
			if !bytes.Equal(was, now) {
				t.Errorf("after %s: %d bytes are not as they were", source, len(was))
			}
		}
		if again, bad := inMachine(t, m, look); bad != nil || again != first {
			t.Errorf("after %s: the world is not the same (%d, %d, %v)", source, len(first), len(again), bad)
		}
	}
}

// Two jobs of one machine do not draw the same numbers.
func TestRandomIsNotRepeated(t *testing.T) {
	m := testMachine(t)
	seen := map[string]bool{}
	for range 20 {
		v, bad := inMachine(t, m, "export function main() { return [Math.random(), Math.random()] }")
		if bad != nil {
			t.Fatal(bad)
		}
		var n [2]float64
		if err := json.Unmarshal([]byte(v), &n); err != nil || n[0] == n[1] || n[0] < 0 || n[0] >= 1 {
			t.Errorf("%s is not random (%v)", v, err)
		}
		if seen[v] {
			t.Errorf("%s was drawn before", v)
		}
		seen[v] = true
		m.reset()
	}
}

// What ends after its job ended does not reach the next job.
func TestLateAnswersAreNotHeard(t *testing.T) {
	m := testMachine(t)
	if _, bad := inMachine(t, m, "export function main() { for (let i = 0; i < 50; i++) setTimeout(() => {}, 1); return 1 }"); bad != nil {
		t.Fatal(bad)
	}
	m.reset()
	v, bad := inMachine(t, m, `export async function main() {
	  let n = 0
	  for (let i = 0; i < 5; i++) await new Promise((done) => setTimeout(() => { n++; done(0) }, 2))
	  return n
	}`)
	if bad != nil || v != "5" {
		t.Errorf("got %s, %+v", v, bad)
	}
}

// The engine counts what it uses from the same start in every job, and its bound
// holds in each.
func TestMemoryIsCountedAnew(t *testing.T) {
	m := testMachine(t)
	start := m.mem.state().Fmalloc_size
	for range 3 {
		if v, bad := inMachine(t, m, "export function main() { return new Uint8Array(50e6).length }"); bad != nil || v != "50000000" {
			t.Fatal(v, bad)
		}
		m.reset()
		if got := m.mem.state().Fmalloc_size; got != start {
			t.Errorf("a new job starts with %d bytes in use, the first with %d", got, start)
		}
	}
	_, bad := inMachine(t, m, "export function main() { return new Uint8Array(300e6).length }")
	if bad == nil || bad.Name != "OutOfMemory" {
		t.Errorf("a job took more than its %d bytes: %+v", memoryLimit, bad)
	}
}

// A machine that got what lies outside its own memory is not used again.
func TestMachineWithDatesIsNotUsedAgain(t *testing.T) {
	m := testMachine(t)
	v, bad := inMachine(t, m, "export function main() { return new Intl.NumberFormat('en-US').format(1234.5) }")
	if bad != nil || !strings.Contains(v, "1,234.5") {
		t.Fatal(v, bad)
	}
	if m.reset() {
		t.Error("the machine was taken for a fresh one")
	}
}

// A machine whose engine does not ask us for its memory, as a later version of it may
// not, is noticed: then no two jobs share one.
func TestAMachineThatDoesNotForgetIsNoticed(t *testing.T) {
	if !testMachine(t).restoresAll() {
		t.Error("a machine that forgets is taken for one that does not")
	}
	m := testMachine(t)
	m.mem.state().Fopaque = 0
	m.mem.kept, m.mem.fresh = nil, map[uintptr]struct{}{}
	if m.restoresAll() {
		t.Error("it is not noticed")
	}
}
