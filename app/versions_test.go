package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A version is made, is what runs, is exported by its number, and another is let run; what
// is imported over it is the next one.
func TestVersionsOfAFlow(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data, dir := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "x.flow.yaml")
	do := func(code int, args ...string) string {
		t.Helper()
		c := call(t, nil, append(args, "--data", data)...)
		if c.code != code {
			t.Fatalf("%q: %d, %s", args, c.code, c.err)
		}
		return c.out + c.err
	}
	bring := func(answer string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte("summary: X\nvalue:\n  modules:\n    - id: a\n      value: {type: rawscript, language: bash, content: echo "+answer+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return do(exitOK, "import", file, "--path", "f/x/a", "--replace")
	}
	runs := func(want string) {
		t.Helper()
		if out := do(exitOK, "run", "f/x/a", "--json", "--listen", "127.0.0.1:0"); !strings.Contains(out, `"result":"`+want+`"`) {
			t.Errorf("it gave %s, not %s", out, want)
		}
	}
	if out := bring("one"); strings.Contains(out, "ersion") {
		t.Errorf("imported without versions: %s", out)
	}
	if out := do(exitOK, "versions", "f/x/a", "--make", "--name", "the first"); !strings.Contains(out, "Version 1 of f/x/a runs") {
		t.Errorf("made: %s", out)
	}
	if out := do(exitOK, "versions", "f/x/a", "--make"); !strings.Contains(out, "Nothing was changed since version 1") {
		t.Errorf("made again: %s", out)
	}
	bring("two")
	runs("two")
	do(exitOK, "versions", "f/x/a", "--run", "1")
	runs("one")
	if out := do(exitOK, "export", "f/x/a", "--version", "1"); !strings.Contains(out, "echo one") {
		t.Errorf("version 1: %s", out)
	}
	if out := do(exitOK, "export", "f/x/a"); !strings.Contains(out, "echo two") {
		t.Errorf("what is edited: %s", out)
	}
	do(exitOK, "keep", "f/x/a", "--logs", "7") // which changes what runs, and lets nothing else run
	runs("one")

	var told []string
	for line := range strings.Lines(do(exitOK, "versions", "f/x/a", "--json")) {
		var v versionLine
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Number > 0 {
			told = append(told, v.Name)
			if v.Runs != (v.Number == 3) {
				t.Errorf("version %d runs: %v", v.Number, v.Runs)
			}
		}
	}
	if strings.Join(told, ",") != ",,the first" {
		t.Errorf("the names of the versions: %q", told)
	}
	do(exitOK, "versions", "f/x/a", "--run", "newest")
	runs("two")
	for _, args := range [][]string{{"--run", "9"}, {"--run", "0"}, {"--run", "x"}, {"--name", "n"}, {"--make", "--run", "1"}} {
		do(exitUsage, append([]string{"versions", "f/x/a"}, args...)...)
	}
	do(exitUsage, "versions", "f/x/none", "--make")

	do(exitOK, "versions", "f/x/a", "--run", "1")
	if out := bring("three"); !strings.Contains(out, "Version 4 of it runs from now on") {
		t.Errorf("imported over a flow of which version 1 runs: %s", out)
	}
	runs("three")
}
