package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A flow that came with an id that no step may have is kept as it came; it does not start,
// and is told why.
func TestAFlowWithAnOddIDIsKept(t *testing.T) {
	tmp := t.TempDir()
	file, data := filepath.Join(tmp, "odd.json"), filepath.Join(tmp, "data")
	text := `{"summary":"Odd","value":{"modules":[{"id":"..","value":{"type":"identity"}},{"id":"a\u202eb","value":{"type":"identity"}}]},"schema":{"type":"object","properties":{}}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, told := calls(t, "import", file, "--path", "f/a/odd", "--data", data); code != exitOK || !strings.Contains(told, "cannot run here yet") {
		t.Errorf("import: %d %s", code, told)
	}
	if code, told := calls(t, "export", "f/a/odd", "--to", "json", "--data", data); code != exitOK || !strings.Contains(told, `"id": ".."`) {
		t.Errorf("export: %d %s", code, told)
	}
	for _, args := range [][]string{{"run", "f/a/odd", "--data", data, "--listen", "127.0.0.1:0"}, {"validate", file}} {
		if code, told := calls(t, args...); code != exitUsage || !strings.Contains(told, "has a character that ids cannot have") {
			t.Errorf("%v: %d %s", args, code, told)
		}
	}
	whole, again := filepath.Join(tmp, "whole"), filepath.Join(tmp, "again")
	if code, told := calls(t, "export", whole, "--data", data); code != exitOK {
		t.Errorf("export of all: %d %s", code, told)
	}
	if code, told := calls(t, "import", whole, "--data", again); code != exitOK {
		t.Errorf("import of all: %d %s", code, told)
	}
	if code, told := calls(t, "list", "--data", again); code != exitOK || !strings.Contains(told, "f/a/odd") {
		t.Errorf("list: %d %s", code, told)
	}
}

// calls runs a command to its end, which must come soon.
func calls(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	done := make(chan int, 1)
	go func() { done <- execute(t.Context(), args, &out, &out) }()
	select {
	case code := <-done:
		return code, out.String()
	case <-time.After(30 * time.Second):
		t.Fatalf("%q does not end", args)
		return 0, ""
	}
}
