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
