package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
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

// A key that is put back is no longer told to be missing, whether or not something
// needed it.
func TestKeyThatIsPutBack(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data := t.TempDir()
	key, away := filepath.Join(data, "vault.key"), filepath.Join(data, "away")
	for _, missing := range []bool{false, true} {
		h, err := (&options{data: data}).openAndProceed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := func() bool {
			return slices.ContainsFunc(h.eng.Conditions(), func(c fault.Condition) bool { return c.Code == "vault.missing" })
		}
		if told() != missing {
			t.Fatalf("the key is missing: %t; conditions: %+v", missing, h.eng.Conditions())
		}
		if missing {
			if err := os.Rename(away, key); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); told(); time.Sleep(20 * time.Millisecond) { // nothing announces its end
				if time.Now().After(deadline) {
					t.Fatal("it is still told")
				}
			}
		}
		h.close()
		if !missing {
			if err := os.Rename(key, away); err != nil {
				t.Fatal(err)
			}
		}
	}
}
