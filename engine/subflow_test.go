package engine

import (
	"fmt"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// flowAt is a step that runs a flow of the library.
func flowAt(id, path string) string {
	return fmt.Sprintf(`{"id":%q,"value":{"type":"flow","path":%q,"input_transforms":{}}}`, id, path)
}

// each is a loop over two items.
func each(id string, steps ...string) string {
	return fmt.Sprintf(`{"id":%q,"value":{"type":"forloopflow","iterator":{"type":"static","value":[1,2]},"skip_failures":false,"modules":[%s]}}`, id, strings.Join(steps, ","))
}

func (f *fixture) save(path string, steps ...string) {
	f.t.Helper()
	if err := f.SaveFlow(bg, path, flowOf(steps...)); err != nil {
		f.t.Fatal(err)
	}
}

// What a flow names is fixed at the start, at any depth: scripts by path and by
// hash, flows in flows and in loops. Later edits and deletions change nothing.
func TestRunsKeepTheFlowsOfTheirStart(t *testing.T) {
	f := newFixture(t).open()
	hold := make(chan bool)
	f.world.Script("a", blockUntil(hold))
	old := f.store("u/me/s", "first")
	f.store("u/me/s", "second")
	f.save("f/x/inner", scriptAt("s", "u/me/s", old), scriptAt("t", "u/me/s", ""))
	f.save("f/x/outer", each("l", flowAt("in", "f/x/inner")))
	id := f.start(script("a", ""), flowAt("o", "f/x/outer"), flowAt("again", "f/x/inner"))
	f.save("f/x/inner", script("other", ""))
	if err := f.DeleteFlow(bg, "f/x/outer"); err != nil {
		t.Fatal(err)
	}
	if err := f.DeleteScript(bg, "u/me/s"); err != nil {
		t.Fatal(err)
	}
	close(hold)
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		t.Errorf("the run %s: %v", s.Outcome, f.events(id))
	}
	want := []string{"a#1"}
	for i := range 2 {
		want = append(want, fmt.Sprintf("o/flow/l/%d/in/flow/s#1", i), fmt.Sprintf("o/flow/l/%d/in/flow/t#1", i))
	}
	want = append(want, "again/flow/s#1", "again/flow/t#1")
	f.diff("jobs", want, f.world.Began())
	pin := f.pinnedOf(id)
	if a, b := pin.Scripts[run.ScriptKey("u/me/s", old)].Content, pin.Scripts["u/me/s"].Content; a != "first" || b != "second" {
		t.Errorf("pinned scripts: %q by hash, %q by path", a, b)
	}
	if len(pin.Flows) != 2 {
		t.Errorf("pinned flows: %v", pin.Flows)
	}
}

func TestStartRefusesWhatIsMissingInside(t *testing.T) {
	f := newFixture(t).open()
	f.save("f/x/a", flowAt("s1", "f/x/b"))
	f.save("f/x/b", each("l", flowAt("s2", "f/x/a")))
	f.save("f/x/self", flowAt("s", "f/x/self"))
	f.save("f/x/hole", script("fine", ""), flowAt("gap", "f/x/nowhere"))
	f.save("f/x/noscript", scriptAt("call", "u/me/none", ""))
	f.save("f/x/rusty", `{"id":"r","value":{"type":"rawscript","language":"python3","content":"x","input_transforms":{}}}`)
	if err := f.SaveFlow(bg, "f/x/broken", []byte(`{"value":`)); err != nil {
		t.Fatal(err)
	}
	hash := f.store("u/me/s", "x")
	for i := range 20 { // each runs the next one four times
		f.save(fmt.Sprint("f/big/", i), flowAt("a", fmt.Sprint("f/big/", i+1)), flowAt("b", fmt.Sprint("f/big/", i+1)), flowAt("c", fmt.Sprint("f/big/", i+1)), flowAt("d", fmt.Sprint("f/big/", i+1)))
	}
	f.save("f/big/20", script("a", ""))
	for _, test := range []struct {
		reason, path string
		steps        string
		code         fault.Code
		names        []string // must stand in the title
	}{
		{"a circle of flows", "", flowAt("x", "f/x/a"), "flow.cycle", []string{"f/x/a → f/x/b → f/x/a"}},
		{"a circle through the flow itself", "f/x/a", flowAt("s1", "f/x/b"), "flow.cycle", []string{"f/x/a → f/x/b → f/x/a"}},
		{"a flow that runs itself", "", flowAt("x", "f/x/self"), "flow.cycle", []string{"f/x/self → f/x/self"}},
		{"a flow that is nowhere", "", flowAt("x", "f/x/nowhere"), "flow.subflow", []string{"Step x", "f/x/nowhere"}},
		{"a flow that is nowhere, in a flow", "", flowAt("x", "f/x/hole"), "flow.subflow", []string{"f/x/hole", "Step gap", "f/x/nowhere"}},
		{"a flow that cannot be read", "", flowAt("x", "f/x/broken"), "flow.subflow", []string{"Step x", "f/x/broken"}},
		{"a script that is nowhere, in a flow in a loop", "", each("l", flowAt("x", "f/x/noscript")), "script.unknown", []string{"f/x/noscript", "Step call", "u/me/none"}},
		{"a version that is nowhere", "", scriptAt("x", "u/me/s", "0123456789abcdef"), "script.unknown", []string{"Step x", "0123456789abcdef", "u/me/s"}},
		{"a language that cannot run, in a flow", "", flowAt("x", "f/x/rusty"), "flow.language", []string{"f/x/rusty", "Step r", "python3"}},
		{"flows that grow without end", "", flowAt("x", "f/big/0"), "flow.large", []string{"100000"}},
	} {
		_, err := f.Start(bg, run.Request{Flow: flowOf(test.steps), Path: test.path})
		e := fault.From(err)
		if err == nil || e.Code != test.code || e.Hint == "" {
			t.Errorf("%s: Start = %v, want code %s", test.reason, err, test.code)
			continue
		}
		for _, name := range test.names {
			if !strings.Contains(e.Title, name) {
				t.Errorf("%s: the title %q does not name %q", test.reason, e.Title, name)
			}
		}
	}
	if runs, err := f.Runs(bg, Filter{}); err != nil || len(runs) != 0 {
		t.Errorf("Runs = %v, %v; want none", runs, err)
	}
	f.untilDone(f.start(scriptAt("x", "u/me/s", hash)))
}
