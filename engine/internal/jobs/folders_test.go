package jobs

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What a job leaves where it cannot be removed is not found by the next one.
func TestWorkDirIsEmptyForEachJob(t *testing.T) {
	dir := t.TempDir()
	d := &workDir{path: filepath.Join(dir, "0")}
	if err := d.ready(); err != nil {
		t.Fatal(err)
	}
	leave := func() (undo func()) {
		inner := filepath.Join(d.path, "a", "b")
		file := filepath.Join(d.path, "result.json")
		if err := os.MkdirAll(inner, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("1"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{inner, filepath.Dir(inner), d.path} {
			if err := os.Chmod(path, 0o500); err != nil {
				t.Fatal(err)
			}
		}
		if os.Getuid() != 0 {
			return func() {}
		}
		if err := exec.Command("chattr", "+i", file).Run(); err != nil { // rights do not stop root
			t.Skip("files cannot be locked here")
		}
		return func() { _ = exec.Command("chattr", "-i", file).Run() }
	}
	for range 3 {
		undo := leave()
		defer undo()
		d.empty()
		if err := d.ready(); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(d.path); err != nil || len(left) > 0 {
			t.Errorf("the next job finds %v, %v", left, err)
		}
	}
}
