package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// FileName is what the file of a folder is called.
const FileName = "sluice.db"

// errLogGone says that the write-ahead log of a folder is gone that was not closed.
var errLogGone = errors.New("the write-ahead log is gone")

// CheckLog tells whether the newest part of a folder's file, its write-ahead log, is
// there and can be read. Code engine.damaged.
func CheckLog(dir string) error {
	path := filepath.Join(dir, FileName)
	for _, name := range []string{path, path + "-wal", path + "-shm"} { // SQLite would wait for a pipe
		if err := disk.Regular(name); errors.Is(err, disk.ErrNotFile) {
			return OpenFault(dir, err)
		}
	}
	if err := sqlite.CheckLog(path); err != nil {
		return OpenFault(dir, err)
	}
	if wasOpen(dir) && missing(path+"-wal") {
		return OpenFault(dir, errLogGone)
	}
	return nil
}

// OpenFault says why the file of a folder cannot be opened, and what to do.
func OpenFault(dir string, err error) error {
	path := filepath.Join(dir, FileName)
	switch {
	case errors.Is(err, disk.ErrNotFile):
		return fault.Because(err, "engine.foreign", "In the place of Sluice's file there is a pipe, a device or a folder",
			"Nothing was changed. Look at what "+path+" and what lies beside it are: put the file itself there, or name another folder.")
	case errors.Is(err, sqlite.ErrNewer):
		return fault.Because(err, "engine.newer", "This folder was written by a newer Sluice", "Install the newer version. Nothing was changed.")
	case errors.Is(err, sqlite.ErrOlder):
		return fault.Because(err, "engine.older", "This folder was written by an older Sluice", "Start Sluice once; it brings the folder up to date.")
	case errors.Is(err, os.ErrNotExist):
		return fault.Because(err, "engine.empty", "There is no Sluice data in this folder", "Start Sluice once, or name another folder. The folder is "+dir+".")
	case isSchema(err):
		return fault.Because(err, "engine.schema", "Sluice's file is not as Sluice makes it: "+schemaWords(err),
			"Nothing was changed, and nothing goes on: it may act on what Sluice records, or a part may be gone. Copy the folder "+dir+" first. Then bring back your newest backup with sluice restore FILE; without one, sluice salvage takes out what can be read, and leaves what is not Sluice's. sluice verify tells each difference.")
	case errors.Is(err, sqlite.ErrForeign):
		return fault.Because(err, "engine.foreign", "The file sluice.db in this folder is not Sluice's",
			"Nothing was changed. Another program made "+path+": move it away, or name another folder.")
	case errors.Is(err, sqlite.ErrLost):
		return fault.Because(err, "engine.damaged", "Sluice's file is empty or gone, while its write-ahead log is still there",
			"Nothing was changed. Put "+path+" back beside "+FileName+"-wal, if it was moved. Else bring back your newest backup with sluice restore FILE, or take out what can be read with sluice salvage.")
	case errors.Is(err, sqlite.ErrLog), errors.Is(err, errLogGone):
		title := "The newest part of Sluice's file is damaged: answers that were accepted are in it"
		if errors.Is(err, errLogGone) {
			title = "The newest part of Sluice's file is gone: answers that were accepted may have been in it"
		}
		hint := "Nothing was changed, and nothing goes on: without that part, steps that ran could run again. Copy the folder " + dir + " first. If " + FileName +
			"-wal was moved, put it back. Else take out what can be read with sluice salvage, and bring that back with sluice restore: runs that were open are set aside in it."
		if errors.Is(err, errLogGone) {
			hint += " If you know that another program opened the file since and wrote that part into it, nothing is missing: remove " + lockName + " and start again."
		}
		return fault.Because(err, "engine.damaged", title, hint)
	case sqlite.Full(err), errors.Is(err, syscall.ENOSPC):
		return fault.Because(err, "engine.disk_full", "The disk has no room, so Sluice cannot open its file", "Nothing was changed. Make room on the disk of "+dir+", and start again.")
	case sqlite.Garbled(err), sqlite.Corrupt(err):
		return damagedFile(dir, err)
	}
	return fault.Because(err, "engine.open", "Sluice cannot open its file", "Nothing was changed. Check that you may read and write in the folder "+dir+", or name another one.")
}

// damagedFile is about a file that is spoiled where nothing works without it.
func damagedFile(dir string, err error) *fault.Error {
	path := filepath.Join(dir, FileName)
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

func isSchema(err error) bool {
	_, ok := errors.AsType[*sqlite.SchemaError](err)
	return ok
}

// schemaWords tells the first difference, and how many there are.
func schemaWords(err error) string {
	e, _ := errors.AsType[*sqlite.SchemaError](err)
	if n := len(e.Differs) - 1; n > 0 {
		return fmt.Sprintf("%s, and %d more", e.Differs[0], n)
	}
	return e.Differs[0]
}
