package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/run"
)

// For how long runs are kept is set for all and for a flow, goes with the flow's file, and
// is told; what takes room is told, too.
func TestKeepAndUsage(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data, dir := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "x.flow.yaml")
	if err := os.WriteFile(file, []byte("summary: X\nvalue:\n  modules:\n    - id: a\n      value: {type: identity}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(code int, args ...string) string {
		t.Helper()
		c := call(t, nil, append(args, "--data", data)...)
		if c.code != code {
			t.Fatalf("%q: %d, %s", args, c.code, c.err)
		}
		return c.out + c.err
	}
	do(exitOK, "import", file, "--path", "f/x/a")
	do(exitOK, "run", "f/x/a", "--listen", "127.0.0.1:0")
	if out := do(exitOK, "keep"); strings.Count(out, "for ever") != 3 {
		t.Errorf("at first: %s", out)
	}
	do(exitOK, "keep", "--succeeded", "30", "--logs", "7")
	do(exitOK, "keep", "--others", "365")
	do(exitOK, "keep", "f/x/a", "--succeeded", "forever", "--others", "90")
	if out := do(exitOK, "keep", "--json"); out != `{"succeeded":30,"others":365,"logs":7}`+"\n"+`{"path":"f/x/a","succeeded":0,"others":90}`+"\n" {
		t.Errorf("then: %s", out)
	}
	for _, args := range [][]string{{"--logs", "0"}, {"--logs", "40000"}, {"--logs", "settings"}, {"f/x/none", "--logs", "7"}, {"f/x/none"}} {
		do(exitUsage, append([]string{"keep"}, args...)...)
	}
	for _, to := range []string{"yaml", "json"} {
		if out := do(exitOK, "export", "f/x/a", "--to", to); !strings.Contains(out, "retention_days") {
			t.Errorf("exported: %s", out)
		} else if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		do(exitOK, "import", file, "--path", "f/x/"+to)
		if out := do(exitOK, "keep", "f/x/"+to); !strings.Contains(out, "90 days") || !strings.Contains(out, "as of all: 7 days") {
			t.Errorf("imported: %s", out)
		}
	}
	slips := filepath.Join(dir, "slips.flow.yaml")
	const wrong = "summary: s\nx-sluice: {retention_days: {succeeded: a, others: -1}}\nvalue: {modules: [{id: a, x-sluice: {high_stakes: yes please}, value: {type: identity}}]}\n"
	if err := os.WriteFile(slips, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"validate", slips}, {"import", slips, "--path", "f/slips/a"}} {
		out := call(t, nil, append(args, "--data", data)...).out
		for _, want := range []string{"x-sluice.retention_days.succeeded", "x-sluice.retention_days.others", "kept for ever", "step a, x-sluice.high_stakes"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in %s", args[0], want, out)
			}
		}
	}
	do(exitOK, "export", filepath.Join(dir, "slips"))
	if out := call(t, nil, "import", filepath.Join(dir, "slips"), "--data", filepath.Join(dir, "other"), "--json").out; !strings.Contains(out, "x-sluice.retention_days.others") || !strings.Contains(out, "x-sluice.retention_days.succeeded") {
		t.Errorf("a workspace: %s", out)
	}
	space := filepath.Join(dir, "workspace")
	do(exitOK, "export", space)
	do(exitOK, "import", space, "--replace")
	if out := do(exitOK, "keep", "f/x/a"); !strings.Contains(out, "90 days") {
		t.Errorf("through a workspace: %s", out)
	}
	do(exitOK, "keep", "f/x/a", "--succeeded", "settings", "--others", "settings")
	if out := do(exitOK, "export", "f/x/a"); strings.Contains(out, "x-sluice") {
		t.Errorf("as in the settings again: %s", out)
	}

	var u run.Usage
	if err := json.Unmarshal([]byte(do(exitOK, "usage", "--json")), &u); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(filepath.Join(data, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Flows) != 1 || u.Flows[0].Path != "f/x/a" || u.Flows[0].Runs != 1 || u.Flows[0].Bytes <= 0 || !u.Shrinks || u.Total() < st.Size() || u.Total() > st.Size()+100_000 {
		t.Errorf("of a file of %d bytes: %+v", st.Size(), u)
	}
	if out := do(exitOK, "usage"); !strings.Contains(out, "In all") || !strings.Contains(out, "f/x/a") {
		t.Errorf("usage: %s", out)
	}
}
