//go:build unix

package datadir

import (
	"os"
	"os/exec"
	"testing"
)

// A folder is free once it was released, though a child process still holds the files
// open: each does so for a moment after its fork.
func TestAReleasedFolderIsFree(t *testing.T) {
	dir := t.TempDir()
	l, err := TakeLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command("cat")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.ExtraFiles = []*os.File{l.f, l.dir}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); child.Wait() }()
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := TakeLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeLock(dir); err == nil {
		t.Error("two have it")
	}
	again.Release()
}
