package datadir

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder of one that was killed goes with the next; that of one that lives, and what
// merely is called so, stays.
func TestLeftWorkFolders(t *testing.T) {
	parent := t.TempDir()
	mine := filepath.Join(parent, workName+"mine")
	if err := os.Mkdir(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	made := func() *workFolder {
		w, err := makeWorkFolder(parent)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	lives, dies := made(), made()
	if err := os.WriteFile(filepath.Join(dies.path, "damaged.db"), []byte("much"), 0o600); err != nil {
		t.Fatal(err)
	}
	dies.lock.Close() // as the system does after a kill
	last := made()
	for dir, want := range map[string]bool{mine: true, lives.path: true, dies.path: false, last.path: true} {
		if _, err := os.Lstat(dir); (err == nil) != want {
			t.Errorf("%s: %v", dir, err)
		}
	}
	lives.remove()
	last.remove()
	if list, err := os.ReadDir(parent); err != nil || len(list) != 1 {
		t.Errorf("left: %v, %v", list, err)
	}
}
