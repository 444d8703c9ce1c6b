//go:build unix

package ui

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fyne.io/fyne/v2/storage"
)

// A pipe is not offered: opening it would hold the window.
func TestOnlyFilesAreOffered(t *testing.T) {
	dir := t.TempDir()
	pipe, file := filepath.Join(dir, "pipe"), filepath.Join(dir, "file")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{file: true, pipe: false, "/dev/zero": false} {
		if got := (regularFiles{}).Matches(storage.NewFileURI(path)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
