package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// FileName is what the file of a folder is called.
const FileName = "sluice.db"

// OpenFault says why the file of a folder cannot be opened, and what to do.
func OpenFault(dir string, err error) error {
	path := filepath.Join(dir, FileName)
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
