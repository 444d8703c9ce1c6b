package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What a killed process's jobs left does not keep the next one from starting.
func TestWorkThatStaysDoesNotStopTheStart(t *testing.T) {
	f := newFixture(t).open()
	f.stop()
	file := filepath.Join(f.cfg.Dir, "work", "0", "a", "kept")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(file), 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 && exec.Command("chattr", "+i", file).Run() == nil { // rights do not stop root
		defer func() {
			found, _ := filepath.Glob(filepath.Join(f.cfg.Dir, "work-*", "0", "a", "kept"))
			_ = exec.Command("chattr", append([]string{"-i"}, found...)...).Run()
		}()
	}
	f.open()
	if _, err := os.Stat(file); err == nil {
		t.Error("it lies where the next job works")
	}
	f.stop()
	f.open() // for the end of the fixture
}
