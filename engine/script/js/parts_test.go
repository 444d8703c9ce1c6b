package js

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A step loads the parts of our own scripts that it touches, and no others.
func TestOnlyTouchedPartsAreLoaded(t *testing.T) {
	for _, tt := range []struct{ reason, source, want string }{
		{"nothing", "export function main(n: number) { return [n].map((x) => x + 1) }", "base core"},
		{"text is printed without the printer of objects", "export function main(n: number) { console.log('n is', n) }", "base core"},
		{"an object is printed", "export function main(n: number) { console.log({ n }) }", "base core print"},
		{"the environment", "export function main() { return process.env.X }", "base core process"},
		{"fetch is mentioned, not touched", "export function main(n: number) { if (n > 5) return fetch('http://localhost/') }", "base core"},
		{"fetch asked for", "export function main() { return typeof fetch }", "base core fetch outside"},
		{"a property of the same name is another's", "export function main() { return { crypto: 1 }.crypto }", "base core"},
		{"URL", "export function main() { return new URL('http://x.example').href }", "base core text url"},
		{"Array.from is no import", "export function main() { return Array.from([1]) }", "base core"},
		{"the client goes past fetch", "import { getVariable } from 'windmill-client'\nexport function main() { return typeof getVariable }", "base client core outside"},
		{"an import that is not used", "import * as wmill from 'windmill-client'\nexport function main() { return 1 }", "base core"},
		{"timers", "export function main() { clearTimeout(0) }", "base core outside timers"},
		{"the global object holds all names and loads none", "export function main() { return 'Blob' in globalThis }", "base console core dispose intl weak"},
		{"big integers", "export function main() { return 2n }", "base core"},
		{"an error", "export function main() { throw new Error('x') }", "base core fail"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			bytecode.Lock()
			clear(bytecode.by)
			bytecode.Unlock()
			p := compile(compileRequest{File: "step.ts", Source: tt.source, Language: "bun"})
			if p.Trouble != nil {
				t.Fatal(p.Trouble.Message)
			}
			m, err := newMachine()
			if err != nil {
				t.Fatal(err)
			}
			defer m.close()
			head := jobHeader{File: "step.ts", Entry: "main", Base: p.Base, Names: p.Names, Parts: p.Parts, Memory: memoryLimit}
			if _, bad := m.run(head, "{}", p.JS, `{"n":1}`, &output{w: bufio.NewWriter(io.Discard)}); bad != nil && bad.Message != "x" {
				t.Fatalf("%+v", bad)
			}
			got := strings.Join(slices.Sorted(maps.Keys(bytecode.by)), " ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
