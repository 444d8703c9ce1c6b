//go:build unix

package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"sluice/engine/disk"
)

// A pipe is not waited for, and a device that has no end is not read.
func TestPipesAndDevices(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	link(t, "/dev/zero", filepath.Join(dir, "zero"))
	for _, name := range []string{pipe, "/dev/zero", filepath.Join(dir, "zero")} {
		if _, err := disk.Read(name, 10); !errors.Is(err, disk.ErrNotFile) {
			t.Errorf("%s: %v", name, err)
		}
		if err := disk.Write(name, []byte("x"), 0o600); !errors.Is(err, disk.ErrNotFile) {
			t.Errorf("written to %s: %v", name, err)
		}
		if _, err := disk.OpenToAdd(name); !errors.Is(err, disk.ErrNotFile) {
			t.Errorf("added to %s: %v", name, err)
		}
	}
	f, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := disk.ReadFS(f, "pipe", 10); !errors.Is(err, disk.ErrNotFile) {
		t.Errorf("in a folder: %v", err)
	}
	if _, err := f.Open("pipe"); !errors.Is(err, disk.ErrNotFile) {
		t.Errorf("opened in a folder: %v", err)
	}
	if _, err := disk.ReadFS(os.DirFS(dir), "zero", 10); !errors.Is(err, disk.ErrNotFile) {
		t.Errorf("a device in another file system: %v", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w.WriteString("12345")
	w.Close()
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip(err)
	}
	name := "/dev/fd/" + strconv.Itoa(int(r.Fd()))
	if _, err := disk.Read(name, 4); !errors.Is(err, disk.ErrLarge) {
		t.Errorf("a stream with too much: %v", err)
	}
}
