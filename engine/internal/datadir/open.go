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

// CheckLog tells whether a folder's file with its write-ahead log holds what was recorded
// last. Code engine.damaged.
func CheckLog(dir string) error {
	path := filepath.Join(dir, FileName)
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} { // SQLite would wait for a pipe
		if err := disk.Itself(name); errors.Is(err, disk.ErrNotFile) || errors.Is(err, disk.ErrLink) {
			return OpenFault(dir, err)
		}
	}
	if err := sqlite.CheckLog(path, noted(dir)...); err != nil {
		return OpenFault(dir, err)
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
		return fault.Because(err, "engine.newer", "This folder was written by a newer Sluice",
			"Nothing was changed. Install the newer version. If there was never one here, the beginning of the file is damaged: sluice salvage takes out what can be read.")
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
	case errors.Is(err, disk.ErrLink):
		return fault.Because(err, "engine.foreign", "In the place of Sluice's file there is a link",
			"Nothing was changed. Two could use one file so, and not know of each other: name the folder in which the file itself lies with --data, or put the file here.")
	case errors.Is(err, sqlite.ErrLost):
		return fault.Because(err, "engine.damaged", "Sluice's file is empty or gone, while its write-ahead log is still there",
			"Nothing was changed. Put "+path+" back beside "+FileName+"-wal, if it was moved. Else take out what the log holds with sluice salvage, and compare it with your newest backup: sluice restore brings back either, and keeps what is there now beside it.")
	case errors.Is(err, sqlite.ErrLog), errors.Is(err, sqlite.ErrBehind), errors.Is(err, sqlite.ErrApart), errors.Is(err, sqlite.ErrOther):
		return newestFault(dir, err)
	case sqlite.Full(err), errors.Is(err, syscall.ENOSPC):
		return fault.Because(err, "engine.disk_full", "The disk has no room, so Sluice cannot open its file", "Nothing was changed. Make room on the disk of "+dir+", and start again.")
	case sqlite.Garbled(err), sqlite.Corrupt(err), errors.Is(err, sqlite.ErrShort):
		return damagedFile(dir, err)
	}
	return fault.Because(err, "engine.open", "Sluice cannot open its file", "Nothing was changed. Check that you may read and write in the folder "+dir+" and that its disk has room, or name another one.")
}

// newestFault is about a file that lacks what was recorded in it last.
func newestFault(dir string, err error) *fault.Error {
	path := filepath.Join(dir, FileName)
	var title, back string
	switch {
	case errors.Is(err, sqlite.ErrLog):
		title = "The newest part of Sluice's file is damaged: answers that were accepted are in it"
		back = "If " + FileName + "-wal was replaced, put the right one back."
	case errors.Is(err, sqlite.ErrBehind):
		title = "The newest part of Sluice's file is gone: answers that were accepted may have been in it"
		back = "If " + FileName + " or " + FileName + "-wal was moved or replaced, put it back."
	case errors.Is(err, sqlite.ErrApart):
		title = "Sluice's file and its write-ahead log do not belong together: one of them is older, or comes from another folder"
		back = "If " + FileName + " or " + FileName + "-wal was replaced, put the right one back."
	default:
		title = "In this folder lies another file than Sluice wrote last"
		back = "If " + FileName + " was replaced, put the right one back."
	}
	hint := "Nothing was changed, and nothing goes on: without that part, steps that ran could run again. Copy the folder " + dir + " first. " + back +
		" Else take out what can be read with sluice salvage, and bring that back with sluice restore: runs that were open are set aside in it."
	if !errors.Is(err, sqlite.ErrLog) {
		hint += " If you put an older file there on purpose, or know that nothing is missing, sluice restore " + path + " takes it as it is"
		if errors.Is(err, sqlite.ErrApart) {
			hint += ", once " + FileName + "-wal is moved away"
		}
		hint += "."
	}
	return fault.Because(err, "engine.damaged", title, hint)
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
