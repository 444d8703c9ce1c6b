package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// npmFolder installs what testdata/NAME/package-lock.json names, in its exact
// versions and checked by their hashes, once for each user.
func npmFolder(t *testing.T, name string) string {
	t.Helper()
	lock, err := os.ReadFile("testdata/" + name + "/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "sluice-tests", name+"-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "part-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(part)
	for _, file := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile("testdata/" + name + "/" + file)
		if err == nil {
			err = os.WriteFile(filepath.Join(part, file), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = part
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s\nThe test needs node and npm (Debian: nodejs, npm) and a registry of npm packages.", err, out)
	}
	if err := os.Rename(part, dir); err != nil {
		if _, there := os.Stat(dir); there != nil { // or another test was faster
			t.Fatal(err)
		}
	}
	return dir
}

// scripts is a folder with the scripts of testdata/client beside the package.
func scripts(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/client")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(npmFolder(t, "client"), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// clientServer is a Sluice of its own with what the scripts of the tests use.
func clientServer(t *testing.T) (h *server, hash string) {
	t.Helper()
	t.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: t.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	if err := h.listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"u/client/double": `{"summary":"Double","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main(n) { return { twice: n * 2 } }","input_transforms":{"n":{"type":"javascript","expr":"flow_input.n"}}}}]}}`,
		"u/client/fails":  `{"summary":"Fails","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main() { throw new TypeError('not today') }","input_transforms":{}}}]}}`,
		"u/client/prepared": `{"summary":"Prepared","value":{"preprocessor_module":{"id":"preprocessor","value":{"type":"rawscript","language":"bun","content":"export function preprocessor(event) { return { kind: event.kind, twice: event.body.n * 2 } }","input_transforms":{}}},
			"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main(kind, twice) { return [kind ?? null, twice] }","input_transforms":{"kind":{"type":"javascript","expr":"flow_input.kind"},"twice":{"type":"javascript","expr":"flow_input.twice"}}}}]},
			"schema":{"type":"object","properties":{"kind":{"type":"string"},"twice":{"type":"number"}},"required":["twice"]}}`,
		"u/client/early": `{"summary":"Early","value":{"early_return":"a","modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main() { return 'early' }","input_transforms":{}}},
			{"id":"b","suspend":{"required_events":1},"value":{"type":"identity"}}]}}`,
		"u/client/waits": `{"summary":"Waits","value":{"modules":[{"id":"a","suspend":{"required_events":1},"value":{"type":"identity"}}]}}`,
		"u/client/loop": `{"summary":"Loop","value":{"modules":[{"id":"l","value":{"type":"forloopflow","skip_failures":true,"parallel":true,"iterator":{"type":"javascript","expr":"flow_input.list"},"modules":[
			{"id":"x","value":{"type":"rawscript","language":"bun","content":"export function main(v) { if (v < 0) throw new Error('below'); return v + 1 }","input_transforms":{"v":{"type":"javascript","expr":"flow_input.iter.value"}}}}]}}]}}`,
	} {
		if err := h.eng.SaveFlow(t.Context(), path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	hash, err = h.eng.SaveScript(t.Context(), flow.StoredScript{Path: "u/client/greet", Language: "bun", Content: "export function main(name) { return 'Hello, ' + name }"})
	if err != nil {
		t.Fatal(err)
	}
	return h, hash
}

// ended runs a flow to its end and returns the results of its steps.
func ended(t *testing.T, h *server, path, file string, input map[string]any) map[run.StepID]string {
	t.Helper()
	after, err := h.eng.LastEntry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	begun, err := h.eng.Start(t.Context(), run.Request{Flow: []byte(file), Path: path, Input: in, Trigger: run.Trigger{Kind: "test"}})
	id := begun.ID
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for _, err := range h.eng.Watch(ctx, after) {
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := h.eng.Run(ctx, id); err != nil {
			t.Fatal(err)
		} else if sum.Status == run.StatusDone {
			break
		}
	}
	log, err := h.eng.Log(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[run.StepID]string{}
	for _, e := range log {
		switch ev := e.Event.(type) {
		case run.JobSucceeded:
			v, err := h.eng.Value(ctx, ev.Result)
			if err != nil {
				t.Fatal(err)
			}
			out[ev.Step] = string(v)
		case run.JobFailed:
			text, _ := h.eng.Logs(ctx, id, ev.Step, ev.Attempt, 0)
			t.Fatalf("step %s: %s\n%s\n%s", ev.Step, ev.Err.Message, ev.Err.Stack, text)
		}
	}
	return out
}

// quoted makes a JSON text.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// gated is a flow whose first step is the code and asks for approval; the second
// returns what the approver said.
func gated(language, code string) string {
	return fmt.Sprintf(`{"summary":"Test","value":{"modules":[
		{"id":"a","suspend":{"required_events":1,"timeout":60},"value":{"type":"rawscript","language":%s,"content":%s,"input_transforms":{
			"at":{"type":"javascript","expr":"flow_input.at"},"hash":{"type":"javascript","expr":"flow_input.hash"}}}},
		{"id":"b","value":{"type":"rawscript","language":"bun","content":"export function main(resume) { return resume }","input_transforms":{"resume":{"type":"javascript","expr":"resume"}}}}]}}`,
		quoted(language), quoted(code))
}

// byNode is shell code that runs a script of the folder with node and the npm
// package. What it prints is the step's log.
func byNode(folder, script, args string) string {
	return "at=\"$1\"\nhash=\"$2\"\ncat > run.mjs <<END\nimport { main } from '" + filepath.ToSlash(folder) + "/" + script + "'\n" +
		"import { writeFileSync } from 'node:fs'\nwriteFileSync('result.json', JSON.stringify(await main(" + args + ")))\nEND\nnode run.mjs\n"
}

// The npm package in node and the client that is built into Sluice's own engine
// do the same with the same script.
func TestClientScript(t *testing.T) {
	h, hash := clientServer(t)
	folder := scripts(t)
	script, err := os.ReadFile("testdata/client/script.mjs")
	if err != nil {
		t.Fatal(err)
	}
	double := map[string]any{"twice": 8.0}
	want := map[string]any{
		"a variable that is not there": "thrown", "the words of it": "! Variable not found at X or not visible to you: Not foun", "a variable": `two, "quoted"`, "a variable by its mark": `two, "quoted"`, "a secret": "hidden",
		"a resource that is not there": "undefined", "the error of one": "! Resource not found at X or not visible to you: Not",
		"a resource with a default": map[string]any{"host": "i", "user": "u", "password": "p", "port": 5432.0, "dbname": "d", "sslmode": "disable"},
		"a database address":        "postgresql://u:p@i:5432/d?sslmode=disable",
		"no state":                  "undefined", "state": map[string]any{"n": 2.0, "list": []any{1.0, nil}},
		"the flow's state": map[string]any{"by": "a"}, "a key that was not set": nil, "null in the flow's state": nil, "the root job": true,
		"a flow": map[string]any{"twice": 42.0}, "a flow that fails": []any{true, true}, "a flow that is not there": []any{404.0, true},
		"a script by path": "Hello, Li", "a script by hash": "Hello, Bo",
		"an id": true, "its end": double, "its result": double, "its result, maybe": map[string]any{"completed": true, "success": true, "started": true, "result": double},
		"one that waits": map[string]any{"completed": false, "success": nil, "started": true, "result": nil}, "and was canceled": []any{true, false, "Canceled"},
		"one that begins later": false,
		"the links":             []any{"approvalPage", "cancel", "resume"}, "the page": []any{200.0, true}, "to look decides nothing": 200.0,
		"a link for the whole flow": "! Links are bound to a step here, neve", "a vote of its own": []any{201.0, ""}, "and a second one": 409.0,
		"progress": 40.0, "an address": "desktop@localhost", "no identity": []any{501.0, true}, "no files": true,
		"a step": map[string]any{"n": 1.0, "gone": nil}, "parallel": []any{2.0, 4.0, 6.0}, "a service": "CompletedJob",
	}
	for at, file := range map[string]string{"node": gated("bash", byNode(folder, "script.mjs", "'$at', '$hash'")), "own": gated("bun", string(script))} {
		steps := ended(t, h, "u/client/test_"+at, file, map[string]any{"at": at, "hash": hash})
		var got map[string]any
		if err := json.Unmarshal([]byte(steps["a"]), &got); err != nil {
			t.Fatalf("%s: %v: %s", at, err, steps["a"])
		}
		// What a script stored is text, though it looks like a reference.
		stored := map[string]any{"host": "h", "password": "$var:u/client/" + at + "_secret"}
		want["a resource"], want["a resource by its mark"] = stored, stored
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", at, d)
		}
		if want := `{"from":"` + at + `"}`; steps["b"] != want {
			t.Errorf("%s: the step after the vote got %s, want %s", at, steps["b"], want)
		}
	}
}

// The generated services of the npm package reach the whole API.
func TestClientServices(t *testing.T) {
	folder := scripts(t)
	reports(t, "bash", byNode(folder, "services.mjs", "'$hash'"), "services.json")
}

// The requests of the Python client are answered as it reads them.
func TestClientOfPython(t *testing.T) {
	code, err := os.ReadFile("testdata/client/calls.py")
	if err != nil {
		t.Fatal(err)
	}
	reports(t, "python3", string(code), "calls.json")
}

// The client that Python scripts import here does the same.
func TestPythonModule(t *testing.T) {
	code, err := os.ReadFile("testdata/client/module.py")
	if err != nil {
		t.Fatal(err)
	}
	reports(t, "python3", string(code), "module.json")
}

// reports runs code as a step and compares what it returns with a file.
func reports(t *testing.T, language, code, golden string) {
	t.Helper()
	h, hash := clientServer(t)
	file := fmt.Sprintf(`{"summary":"Test","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":%s,"content":%s,"input_transforms":{
		"at":{"type":"static","value":""},"hash":{"type":"javascript","expr":"flow_input.hash"}}}}]}}`, quoted(language), quoted(code))
	text := ended(t, h, "u/client/report", file, map[string]any{"hash": hash})["a"]
	expected, err := os.ReadFile("testdata/client/" + golden)
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	for s, v := range map[string]*map[string]any{text: &got, strings.ReplaceAll(string(expected), "HASH", hash): &want} {
		if err := json.Unmarshal([]byte(s), v); err != nil {
			t.Fatalf("%v: %s", err, s)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", golden, d, text)
	}
}
