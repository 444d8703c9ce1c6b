package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
)

// said is how a call of sluice ended.
type said struct {
	code     int
	out, err string
}

// call runs sluice to its end.
func call(t testing.TB, env []string, args ...string) said {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), append([]string{asSluice + "=1", "SLUICE_KEYRING=file", "DISPLAY=", "WAYLAND_DISPLAY="}, env...)...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run() // the exit code tells
	return said{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// oneStep is a flow of one step with that value, and more of the flow behind it.
func oneStep(value, more string) string {
	return "summary: One step\nvalue:\n  modules:\n    - id: a\n      value: " + value + "\n" + more
}

const (
	echo    = `{type: rawscript, language: bun, content: "export function main(x: any) { return x }", input_transforms: {}}`
	pleaseX = "schema: {type: object, properties: {x: {type: integer}}, required: [x]}\n"
)

// Each bad input is told with what happened, what was kept or to do, and a code;
// nothing is started, and the exit code says whose mistake it is.
func TestBadInput(t *testing.T) {
	data := t.TempDir()
	holder := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	busy := strings.TrimPrefix(holder.must("listening").URL, "http://")
	list := []struct {
		name             string
		file             string // text of the flow file, if any
		args             []string
		code             int
		title, hint, tag string
	}{
		{"not OpenFlow", "name: x\nsteps:\n  - run: echo\n", nil, exitUsage,
			"This file is a workflow of another program.", `It has "steps" where an OpenFlow file has its steps below value. It was left as it is.`, "flow.dialect"},
		{"a list", "[1, 2]", nil, exitUsage, "This file is not a flow.", "A flow file begins with summary and value; this one holds a list.", "flow.dialect"},
		{"empty", "", nil, exitUsage, "The file is empty.", "A flow file holds at least a summary and a value with modules.", "flow.empty"},
		{"broken YAML", "summary: x\nvalue:\n  modules: [\n", nil, exitUsage, "This is not valid YAML: line 3, column 3.", "The file was left as it is.", "flow.syntax"},
		{"not text", "\xff\xfe\x00", nil, exitUsage, "This is not valid YAML: line 1, column 1.", "not UTF-8", "flow.syntax"},
		{"deep", "summary: x\nvalue: " + strings.Repeat("[", 100_000), nil, exitUsage, "This is not valid YAML: line 2, column 1.", "exceeded max depth", "flow.syntax"},
		{"too large", strings.Repeat("a", 33<<20), nil, exitUsage, `The file "flow.yaml" is too large for a flow.`, "Files of up to 32 MB are read. It was left as it is.", "flow.large"},
		{"modules are no list", "summary: x\nvalue: {modules: 17}\n", nil, exitUsage, "value.modules is not a list of objects, so it was not understood", "It was kept as it is.", "flow.field"},
		{"missing inline file", oneStep(`{type: rawscript, language: bun, content: "!inline code.ts", input_transforms: {}}`, ""), nil, exitUsage,
			`Step "a" wants the file "code.ts", which is missing.`, "Open the whole folder of the flow, or put the file back beside flow.yaml.", "flow.inline"},
		{"inline file elsewhere", oneStep(`{type: rawscript, language: bun, content: "!inline ../../../etc/passwd", input_transforms: {}}`, ""), nil, exitUsage,
			"which is outside of the flow's folder.", "Only files in the flow's own folder are read.", "flow.inline"},
		{"missing required input", oneStep(echo, pleaseX), nil, exitUsage, "The input does not fit: x is required.", "Nothing was started. Correct the input and start again.", "flow.input"},
		{"input of the wrong kind", oneStep(echo, pleaseX), []string{"--input", `{"x": "seven"}`}, exitUsage, "The input does not fit: x must be a whole number.", "Nothing was started.", "flow.input"},
		{"input that is no object", oneStep(echo, ""), []string{"--input", "[1]"}, exitUsage, "The input is not a JSON object.", "Nothing was started. Write it as", "input.json"},
		{"missing input file", oneStep(echo, ""), []string{"--input", "@nowhere.json"}, exitUsage, `The input file "nowhere.json" cannot be read.`, "Nothing was started.", "input.file"},
		{"unknown script", oneStep(`{type: script, path: hub/999999/none, input_transforms: {}}`, ""), nil, exitUsage,
			`There is no script "hub/999999/none" here`, "Choose one from the hub, or put the code into the flow.", "script.unknown"},
		{"language", oneStep(`{type: rawscript, language: rust, content: "fn main() {}", input_transforms: {}}`, ""), nil, exitUsage, `Step "a" is a script in "rust", which this version cannot run`, "The flow is kept as it is.", "flow.unsupported"},
		{"expression with a mistake", oneStep(`{type: rawscript, language: bun, content: "export function main(x: any) {}", input_transforms: {x: {type: javascript, expr: "flow_input.x.("}}}`, ""), nil, exitUsage,
			"Step a: input_transforms.x cannot be read", "Nothing was started. Correct the expression.", "flow.expression"},
		{"code with a mistake", oneStep(`{type: rawscript, language: bun, content: "export function main() {", input_transforms: {}}`, ""), nil, exitUsage,
			"Step a: its code cannot be read", "Nothing was started. Correct the code.", "flow.code"},
		{"misspelled approval", oneStep(`{type: rawscript, language: bun, content: "export function main() {}", input_transforms: {}}`, "      suspnd: {required_events: 1}\n"), nil, exitUsage,
			"Step a: suspnd is not a field that is known here", "If you mean suspend, write it so", "flow.field"},
		{"unknown resource", oneStep(`{type: rawscript, language: bun, content: "export function main(db: any) {}", input_transforms: {db: {type: static, value: "$res:u/me/nothing"}}}`, ""), nil, exitFailed,
			"u/me/nothing", "Resources", ""},
		{"port in use", oneStep(echo, ""), []string{"--listen", busy}, exitFailed,
			"The approval pages cannot be served at " + busy + ".", "Another program may hold that port. Nothing was lost; choose another with --listen HOST:PORT, or port 0 for any free one.", "listen.port"},
		{"no address", oneStep(echo, ""), []string{"--listen", "nonsense"}, exitUsage, `"nonsense" is no address to listen at.`, "Write it as HOST:PORT", "listen.address"},
		{"no port", oneStep(echo, ""), []string{"--listen", "127.0.0.1:99999"}, exitUsage, `"127.0.0.1:99999" is no address to listen at.`, "Write it as HOST:PORT", "listen.address"},
		{"no public address", oneStep(echo, ""), []string{"--base-url", "ftp://x"}, exitUsage, `"ftp://x" is no public address.`, "Write it as https://host or https://host/path.", "base.url"},
		{"folder in use", oneStep(echo, ""), []string{"--data", data}, exitFailed, "is using this folder.", "It may be a window, or sluice serve or run. Use that one, or end it and start again. The folder is " + data, "engine.locked"},
		{"data folder that is a file", oneStep(echo, ""), []string{"--data", "flow.yaml"}, exitFailed, `The data folder "flow.yaml" cannot be made.`, "Name another one with --data.", "data.folder"},
	}
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("flow.yaml", []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			got := call(t, nil, append([]string{"run", "flow.yaml", "--data", "d", "--listen", "127.0.0.1:0"}, c.args...)...)
			text := got.out + got.err
			if got.code != c.code {
				t.Errorf("exit code %d, want %d", got.code, c.code)
			}
			for _, part := range []string{c.title, c.hint} {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not told", part)
				}
			}
			if c.tag != "" && !strings.Contains(text, "("+c.tag) {
				t.Errorf("the code %s is not told", c.tag)
			}
			if c.code == exitUsage && strings.Contains(got.out, "Started") {
				t.Error("a run was started")
			}
			if kept, err := os.ReadFile("flow.yaml"); err != nil || string(kept) != c.file {
				t.Errorf("the file was touched (%v)", err)
			}
			if t.Failed() {
				t.Logf("it said:\n%.2000s", text)
			}
		})
	}
}

// Messages name the folder as the person knows it, "." too.
func TestFolderWithoutFlow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "refund.flow")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, name := range []string{".", dir, "../refund.flow/"} {
		got := call(t, nil, "validate", name)
		if got.code != exitUsage || !strings.Contains(got.err, `There is no flow in the folder "refund.flow".`) || !strings.Contains(got.err, "flow.yaml") {
			t.Errorf("validate %s: %d %s", name, got.code, got.err)
		}
	}
}

// Wrong words say how the call goes.
func TestWrongUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"nonsense"}, "There is no command \"nonsense\"."},
		{[]string{"run"}, "sluice run FILE|FOLDER"},
		{[]string{"run", "a", "b"}, "sluice run FILE|FOLDER"},
		{[]string{"run", "--colour"}, "sluice run FILE|FOLDER"},
		{[]string{"run", "x.yaml", "--input"}, "sluice run FILE|FOLDER"},
		{[]string{"format", "x.yaml", "--to"}, "sluice format FILE|FOLDER"},
		{[]string{"runs", "extra"}, "sluice runs"},
	} {
		got := call(t, nil, c.args...)
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.err, c.want) || !strings.Contains(got.err, "--help") {
			t.Errorf("%v: %d %q %q", c.args, got.code, got.out, got.err)
		}
	}
}

// What keeps a run from starting is the caller's mistake only where the flow or
// its input is at fault; a full disk is not.
func TestBlame(t *testing.T) {
	for err, want := range map[*fault.Error]int{
		fault.New("flow.input", "The input does not fit", "Correct it."):                        exitUsage,
		fault.New("script.unknown", "There is no script", "Choose one."):                        exitUsage,
		fault.New("engine.disk_full", "The disk is full", "Nothing that was saved is lost."):    exitFailed,
		fault.New("engine.disk", "Sluice cannot write its file", "What was saved is safe."):     exitFailed,
		fault.New(fault.Unexpected, "Something unexpected happened", "Nothing saved was lost."): exitFailed,
	} {
		var text bytes.Buffer
		o := &options{out: io.Discard, errOut: &text}
		if code := o.exit(&cobra.Command{}, blame(fmt.Errorf("start: %w", err))); code != want {
			t.Errorf("%s: exit code %d, want %d", err.Code, code, want)
		}
		if want := err.Title + ".\n" + err.Hint + "\n(" + string(err.Code) + ")\n"; text.String() != want {
			t.Errorf("told %q, want %q", text.String(), want)
		}
	}
}

// Standard error is quiet where the system names no language, as in containers.
func TestQuietWithoutLanguage(t *testing.T) {
	for _, lang := range []string{"C.UTF-8", "C", "POSIX", "", "en_US.UTF-8"} {
		if got := call(t, []string{"LANG=" + lang, "LC_ALL=", "LC_MESSAGES=", "LANGUAGE="}, "version"); got.err != "" {
			t.Errorf("LANG=%s: %s", lang, got.err)
		}
	}
}

// A listener on all addresses is told by one that a browser can open.
func TestListenEverywhere(t *testing.T) {
	p := startSluice(t, nil, "serve", "--json", "--data", t.TempDir(), "--listen", ":0", "--base-url", "https://ask.example/s")
	e := p.must("listening")
	host, _, err := net.SplitHostPort(strings.TrimPrefix(e.Listen, "http://"))
	if err != nil || host != "127.0.0.1" || e.URL != "https://ask.example/s" {
		t.Errorf("listening = %+v", e)
	}
	if status, _ := get(t, e.Listen+"/a/aaaaaaaaaaaaaaaaaaaaaaaaaa"); status != 404 {
		t.Errorf("a page there: %d", status)
	}
}
