package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder whose key is missing is told so, and its key is not replaced unless that
// is asked for.
func TestMissingKeyIsTold(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "f.json")
	if err := os.WriteFile(file, []byte(`{"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bash","content":"echo 1","input_transforms":{}}}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(more ...string) said {
		t.Helper()
		return call(t, nil, append([]string{"run", file, "--data", data, "--listen", "127.0.0.1:0"}, more...)...)
	}
	key := filepath.Join(data, "vault.key")
	if got := run(); got.code != exitOK || strings.Contains(got.err, "vault.missing") {
		t.Fatalf("%d %s", got.code, got.err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if got := run(); got.code != exitOK || !strings.Contains(got.err, "(vault.missing)") || !strings.Contains(got.err, key) {
		t.Errorf("%d %s", got.code, got.err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("the key was replaced in silence")
	}
	if got := run("--new-key"); got.code != exitOK || strings.Contains(got.err, "vault.missing") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if _, err := os.Stat(key); err != nil {
		t.Error(err)
	}
}
