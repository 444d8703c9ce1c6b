package main

import (
	"bytes"
	"context"
	"path/filepath"
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
	p.kill()
	if code, out := call("restore", file); code != exitOK {
		t.Fatalf("restore: %d %s", code, out)
	}
	if code, out := call("runs"); code != exitOK || !strings.Contains(out, "suspended") {
		t.Errorf("runs: %d %s", code, out)
	}
}
