package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
)

// callsOfClient is a script that tells which functions of the client that is built in,
// and of its services, are there: it calls each without arguments, and takes as missing
// what says so.
const callsOfClient = `import * as wmill from 'windmill-client'
const late = () => new Promise((done) => setTimeout(() => done(), 300))
async function there(f) {
  try {
    await Promise.race([f({ requestBody: {} }), late()])
  } catch (e) {
    return !/ is not available here: |Sluice does not have the call /.test(String(e.message) + String(e.body))
  }
  return true
}
export async function main() {
  const out = { '': [] }
  for (const name of Object.keys(wmill).sort()) {
    const v = wmill[name]
    if (/Service$/.test(name)) {
      const calls = Object.keys(v).sort()
      if (calls.length > 0) out[name] = calls
      for (const call of calls) if (!(await there(v[call]))) throw new Error(name + '.' + call + ' is listed and not there')
    } else if (name !== 'default' && name !== 'setClient' && typeof v === 'function' && !/^class/.test(String(v)) && (await there(v))) out[''].push(name)
  }
  out[''].push('setClient') // which would lose the token
  return out
}`

const (
	callsFrom = "<!-- calls: made by make picture -->\n"
	callsTo   = "<!-- end of calls -->\n"
)

// The README lists the calls of the client that is built in: an error that a script gets
// for others says so.
func TestReadmeListsTheCalls(t *testing.T) {
	h, _ := clientServer(t)
	file := `{"summary":"Calls","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":` + quoted(callsOfClient) + `,"input_transforms":{}}}]}}`
	var got map[string][]string
	if err := json.Unmarshal([]byte(ended(t, h, "u/client/calls", file, nil)["a"]), &got); err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(got)) {
		slices.Sort(got[kind])
		fmt.Fprintf(&list, "- %s: `%s`\n", cmp.Or(kind, "functions"), strings.Join(got[kind], "`, `"))
	}
	const readme = "../README.md"
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), callsFrom)
	listed, after, ok2 := strings.Cut(rest, callsTo)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the list of calls")
	}
	switch {
	case listed == list.String():
	case *draw:
		if err := os.WriteFile(readme, []byte(before+callsFrom+list.String()+callsTo+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the README lists other calls than there are, run make picture (-README +client):\n%s", diff.Diff(listed, list.String()))
	}
}
