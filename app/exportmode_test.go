package main

import (
	"io/fs"
	"path/filepath"
	"runtime"
	"testing"
)

// A folder that holds secrets is for its owner alone.
func TestExportWithSecretsIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no such modes")
	}
	for _, secrets := range []bool{false, true} {
		dir, data := filepath.Join(t.TempDir(), "out"), t.TempDir()
		args := []string{"export", dir, "--data", data}
		if secrets {
			args = append(args, "--with-secrets")
		}
		if out, err := sluiceOutput(t, args...); err != nil {
			t.Fatalf("%s, %v", out, err)
		}
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			open := info.Mode().Perm()&0o077 != 0
			if path == dir && open == secrets || !e.IsDir() && open == secrets {
				t.Errorf("secrets %t: %s has the mode %s", secrets, path, info.Mode())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
