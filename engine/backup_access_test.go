//go:build unix

package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
)

// A backup that cannot be made blames what is to blame: the file that is copied, or the
// place where the copy was to be written.
func TestABackupSaysWhatIsToBlame(t *testing.T) {
	f := newFixture(t).open()
	f.untilDone(f.start(script("a", "")))
	f.stop()
	f.Engine = nil // nothing more to look at
	dir, out := f.cfg.Dir, t.TempDir()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hint := func(err error) string { return fault.From(err).Hint }
	err := Backup(bg, dir, filepath.Join(out, "no/such/b.db"))
	if !fault.HasCode(err, "backup.write") || !strings.Contains(hint(err), "There is no folder "+filepath.Join(out, "no/such")) {
		t.Errorf("a folder that is not there: %v, %s", err, hint(err))
	}
	shm := filepath.Join(dir, datadir.FileName+"-shm")
	_ = os.Remove(shm)
	try(os.Symlink(filepath.Join(out, "nowhere/shm"), shm)) // SQLite cannot make it, as in a folder where nothing can be written
	for what, err := range map[string]error{
		"backup":  Backup(bg, dir, filepath.Join(out, "b.db")),
		"restore": CheckBackup(filepath.Join(dir, datadir.FileName)),
	} {
		if !fault.HasCode(err, "backup.read") || strings.Contains(hint(err), "full") || !strings.Contains(fault.From(err).Title, dir) {
			t.Errorf("%s of a file that cannot be read where it is: %v, %s", what, err, hint(err))
		}
	}
	try(os.Remove(shm))
	try(Backup(bg, dir, filepath.Join(out, "b.db")))
	if os.Geteuid() == 0 {
		return // may write everywhere
	}
	for folder, code := range map[string]fault.Code{out: "backup.write", dir: "backup.read"} {
		_, _ = os.Remove(shm), os.Remove(filepath.Join(dir, datadir.FileName+"-wal")) // with them it can be read
		try(os.Chmod(folder, 0o500))
		err := Backup(bg, dir, filepath.Join(out, "c.db"))
		try(os.Chmod(folder, 0o700))
		if !fault.HasCode(err, code) || strings.Contains(hint(err), "full") {
			t.Errorf("%s is read-only: %v, %s", folder, err, hint(err))
		}
	}
}
