package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine"
	"sluice/engine/fault"
)

// What the window was asked to put in place is there before it opens, and it is told
// which file was kept; where it cannot be, nothing is changed.
func TestAWindowStartsWithTheBackupItWasAskedFor(t *testing.T) {
	var out bytes.Buffer
	dir, backup := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
	o := &options{data: dir, out: &out, errOut: &out}
	write := func(path string) {
		h, err := o.openAndProceed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer h.close()
		if err := h.eng.SaveFlow(t.Context(), path, []byte(`{"summary":"`+path+`","value":{"modules":[]}}`)); err != nil {
			t.Fatal(err)
		}
	}
	write("u/me/before")
	if err := engine.Backup(t.Context(), dir, backup); err != nil {
		t.Fatal(err)
	}
	write("u/me/after")
	have := func(path string) bool {
		h, err := o.openAndProceed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer h.close()
		_, err = h.eng.Flow(t.Context(), path)
		return err == nil
	}

	if told, err := o.putBack(t.Context()); told != "" || err != nil {
		t.Errorf("nothing was asked for: %q, %v", told, err)
	}
	notes := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(notes, []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.restore = notes
	if _, err := o.putBack(t.Context()); !fault.HasCode(err, "backup.unsound") || !have("u/me/after") {
		t.Errorf("a file that is no backup: %v", err)
	}
	o.restore = backup
	told, err := o.putBack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, kept, ok := strings.Cut(strings.TrimSuffix(told, "."), "is kept as ")
	if _, err := os.Stat(kept); !ok || err != nil || !strings.Contains(out.String(), kept) {
		t.Errorf("told %q: %v", told, err)
	}
	if !have("u/me/before") || have("u/me/after") {
		t.Error("the backup is not in place")
	}
	if err := withHint(fault.New("listen.port", "The port is taken", "Choose another."), told); !strings.Contains(fault.From(err).Hint, kept) {
		t.Error("a start that is refused afterwards does not tell what was kept")
	}
}
