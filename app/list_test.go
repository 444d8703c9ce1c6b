package main

import (
	"os"
	"strings"
	"testing"
)

// A run that no process carries on is told as that; one that is being carried on, and
// what programs read, is told as ever.
func TestRunsThatNothingCarriesOn(t *testing.T) {
	data := t.TempDir()
	flow := write(t, "flow.yaml", oneStep(`{type: rawscript, language: bash, content: "sleep 60", input_transforms: {}}`, ""))
	if got := call(t, nil, "run", flow, "--no-wait", "--data", data); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	list := func(flags ...string) string {
		t.Helper()
		got := call(t, nil, append([]string{"runs", "--data", data}, flags...)...)
		if got.code != exitOK {
			t.Fatalf("runs: %+v", got)
		}
		return got.out
	}
	const idle = "running (once sluice serve or the window carries it on)"
	if got := list(); !strings.Contains(got, idle) {
		t.Errorf("nothing carries it on: %s", got)
	}
	if got := list("--json"); !strings.Contains(got, `"status":"running"`) || strings.Contains(got, "once") {
		t.Errorf("for programs: %s", got)
	}
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	if got := list(); !strings.Contains(got, "running") || strings.Contains(got, "once") {
		t.Errorf("serve carries it on: %s", got)
	}
	p.kill()
	if got := list(); !strings.Contains(got, idle) {
		t.Errorf("after a kill: %s", got)
	}
}

// What list and versions tell can be asked while another Sluice holds the folder.
func TestListsBesideARunningSluice(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	for _, line := range []string{"runs", "list", "versions u/me/ask_me_first", "export u/me/ask_me_first", "verify"} {
		if got := call(t, nil, append(strings.Fields(line), "--data", data)...); got.code != exitOK {
			t.Errorf("%s: %+v", line, got)
		}
	}
	p.interrupt()
}

// A file that cannot be read is told as that where a good one of its name was imported
// before: --replace would be no way on.
func TestImportTellsWhatCannotBeRead(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	file := dir + "/u/me/x.flow/flow.yaml"
	if err := os.MkdirAll(dir+"/u/me/x.flow", 0o700); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{plainFlow, "summary: [\n", "summary: Other\nsteps: []\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := call(t, nil, "import", dir, "--data", data)
		if i == 0 {
			if got.code != exitOK {
				t.Fatalf("%+v", got)
			}
			continue
		}
		why := []string{"", "not valid YAML", "another program"}[i]
		if got.code != exitUsage || !strings.Contains(got.out, why) || !strings.Contains(got.out, "that one stays") || strings.Contains(got.out, "--replace") {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
