package main

import (
	"bytes"
	"context"
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const waitingFlow = `
summary: Waits
value:
  modules:
    - id: a
      value: {type: rawscript, language: bash, content: echo 1, input_transforms: {}}
      suspend: {required_events: 1, timeout: 3600}
`

// While Sluice runs, a backup can be made and none restored.
func TestBackupWhileSluiceRuns(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "run", write(t, "flow.yaml", waitingFlow), "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("waiting")
	call := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := execute(context.Background(), append(args, "--data", data), &out, &out)
		return code, out.String()
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if code, out := call("backup", file); code != exitOK {
		t.Fatalf("backup: %d %s", code, out)
	}
	if code, out := call("restore", file); code != exitFailed || !strings.Contains(out, "is using this folder") {
		t.Errorf("restore under a running Sluice: %d %s", code, out)
	}
	if code, out := call("verify"); code != exitOK {
		t.Errorf("verify under a running Sluice: %d %s", code, out)
	}
	p.kill()
	if code, out := call("restore", file); code != exitOK {
		t.Fatalf("restore: %d %s", code, out)
	}
	damaged, err := sql.Open("sqlite", filepath.Join(data, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer damaged.Close()
	if code, out := call("runs"); code != exitOK || !strings.Contains(out, "waiting") {
		t.Errorf("runs: %d %s", code, out)
	}
	if _, err := damaged.Exec(`DELETE FROM gate`); err != nil {
		t.Fatal(err)
	}
	if code, out := call("verify"); code != exitFailed || !regexp.MustCompile(`gate a for 1 until 20\d\d-\S+Z is outstanding and has no row`).MatchString(out) {
		t.Errorf("verify of a damaged file: %d %s", code, out)
	}
}
