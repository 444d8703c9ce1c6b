package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Reader is the half of an engine that only reads. It also stands alone, beside
// an engine in another process.
type Reader struct {
	*journal.Reader
	db  *sqlite.DB
	dir string
}

// Filter selects runs. Zero fields select everything.
type Filter = journal.Filter

// Near are a run, those that somebody started, and those of a flow.
type Near = journal.Near

// Problem is something that Verify found wrong.
type Problem = journal.Problem

func newReader(db *sqlite.DB, dir string) *Reader {
	return &Reader{Reader: journal.NewReader(db), db: db, dir: dir}
}

// OpenReader opens a folder for reading, whether or not an engine runs on it.
func OpenReader(dir string) (*Reader, error) {
	db, err := sqlite.OpenReader(filepath.Join(dir, fileName))
	if err != nil {
		return nil, openFault(dir, err)
	}
	return newReader(db, dir), nil
}

// Close closes a Reader that stands alone.
func (r *Reader) Close() error { return r.db.Close() }

// openFault says why the file of a folder cannot be opened, and what to do.
func openFault(dir string, err error) error {
	path := filepath.Join(dir, fileName)
	switch {
	case errors.Is(err, sqlite.ErrNewer):
		return fault.Because(err, "engine.newer", "This folder was written by a newer Sluice", "Install the newer version. Nothing was changed.")
	case errors.Is(err, sqlite.ErrOlder):
		return fault.Because(err, "engine.older", "This folder was written by an older Sluice", "Start Sluice once; it brings the folder up to date.")
	case errors.Is(err, os.ErrNotExist):
		return fault.Because(err, "engine.empty", "There is no Sluice data in this folder", "Start Sluice once, or name another folder. The folder is "+dir+".")
	case errors.Is(err, sqlite.ErrForeign):
		return fault.Because(err, "engine.foreign", "The file sluice.db in this folder is not Sluice's",
			"Nothing was changed. Another program made "+path+": move it away, or name another folder.")
	case sqlite.Full(err), errors.Is(err, syscall.ENOSPC):
		return fault.Because(err, "engine.disk_full", "The disk has no room, so Sluice cannot open its file", "Nothing was changed. Make room on the disk of "+dir+", and start again.")
	case sqlite.Garbled(err), sqlite.Corrupt(err):
		return damagedFile(dir, err)
	}
	return fault.Because(err, "engine.open", "Sluice cannot open its file", "Nothing was changed. Check that you may read and write in the folder "+dir+", or name another one.")
}

// damagedFile is about a file that is spoiled where nothing works without it.
func damagedFile(dir string, err error) *fault.Error {
	path := filepath.Join(dir, fileName)
	title := "Sluice's file is damaged"
	if missing, size := sqlite.Missing(path); missing > 0 {
		title = fmt.Sprintf("Sluice's file is cut off: %d of its %d bytes are missing", missing, size)
	} else if sqlite.Garbled(err) {
		title += ": it does not begin as a database does"
	}
	hint := "Nothing was changed. Copy the folder " + dir + " to another disk first. Then bring back your newest backup with sluice restore FILE; the damaged file is kept beside it. Without one, sluice salvage takes out what can be read."
	if kept, _ := filepath.Glob(path + ".v*.bak*"); len(kept) > 0 {
		hint += " Sluice made one before its last upgrade: " + kept[len(kept)-1] + "."
	}
	return fault.Because(err, "engine.damaged", title, hint)
}
