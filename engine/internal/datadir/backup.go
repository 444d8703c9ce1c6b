package datadir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Backup writes a copy of a folder's file, also while an engine runs on it. The
// copy is the file at one moment; the key that opens its secrets, and the logs of
// steps, are not in it. Codes: backup.exists, backup.stopped, backup.write,
// engine.empty.
func Backup(ctx context.Context, dir, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fault.Newf("backup.exists", "It was left as it is. Name another file, or move it away.", "There is already a file %s", to)
	}
	err := sqlite.Backup(ctx, filepath.Join(dir, FileName), to)
	switch {
	case err == nil:
		return nil
	case sqlite.Stopped(ctx, err):
		return fault.New("backup.stopped", "The backup was stopped before it was done", "Nothing was written.")
	case errors.Is(err, disk.ErrNotFile), errors.Is(err, os.ErrNotExist) && missing(filepath.Join(dir, FileName)):
		return OpenFault(dir, err)
	case errors.Is(err, sqlite.ErrSource) && sqlite.NoAccess(err):
		return unreadable(filepath.Join(dir, FileName), err)
	case errors.Is(err, sqlite.ErrSource), sqlite.Corrupt(err), sqlite.Garbled(err):
		return OpenFault(dir, err)
	}
	return unwritten(err, "The backup could not be written to "+to, to)
}

// unreadable says that a file cannot be read where it is.
func unreadable(path string, err error) error {
	return fault.Because(err, "backup.read", path+" cannot be read where it is",
		"Nothing was written. You may not read it, or its folder cannot be written: Sluice needs a file of its own beside it even to read. Copy the whole folder, with "+filepath.Base(path)+"-wal if there is one, to where you may write, and name that.")
}

// unwritten says why a file could not be written, as far as that is known.
func unwritten(err error, title, to string) error {
	hint := "Nothing was changed. What the system says of it is told with this. Name a file on another disk, or try again."
	switch {
	case sqlite.Full(err), errors.Is(err, syscall.ENOSPC):
		hint = "Nothing was changed. The disk has no room: make some, or name a file on another disk."
	case errors.Is(err, os.ErrNotExist):
		hint = "Nothing was changed. There is no folder " + filepath.Dir(to) + ": make it, or name another."
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS), sqlite.NoAccess(err):
		hint = "Nothing was changed. You may not write in " + filepath.Dir(to) + ": name another folder."
	}
	return fault.Because(err, "backup.write", title, hint)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

// CheckBackup says why Restore would not take a file, nil if it would. Codes:
// backup.missing, backup.unsound, engine.newer.
func CheckBackup(from string) error {
	err := sqlite.Inspect(from)
	if err == nil { // a log that is gone, though, is all the same to a file that is to be taken as it is
		if err = sqlite.CheckLog(from); errors.Is(err, sqlite.ErrBehind) {
			err = nil
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqlite.ErrLog), errors.Is(err, sqlite.ErrApart):
		return fault.Because(err, "backup.unsound", from+" and its write-ahead log do not go together, or the log is damaged",
			"Nothing was changed. Put the right "+filepath.Base(from)+"-wal beside it, or move that away to take the file as it was before; sluice salvage takes out of both what can be read.")
	case errors.Is(err, disk.ErrNotFile):
		return fault.Because(err, "backup.unsound", from+" is a pipe, a device or a folder, not a file", "Nothing was changed. Name a file that sluice backup has written.")
	case missing(from):
		return fault.Because(err, "backup.missing", "There is no file "+from, "Nothing was changed. Name a file that sluice backup has written.")
	case sqlite.NoAccess(err):
		return unreadable(from, err)
	case errors.Is(err, sqlite.ErrNewer):
		return fault.Because(err, "engine.newer", "This backup was written by a newer Sluice", "Nothing was changed. Install the newer version.")
	}
	return fault.Because(err, "backup.unsound", from+" is not a sound backup of Sluice", "Nothing was changed. Name another backup.")
}

// MissesNewest reports whether a file that CheckBackup takes lacks what was recorded in it
// last, as far as that is known: it lies in the folder where that was noted, or it was
// open when it was copied.
func MissesNewest(from string) error {
	var last []sqlite.Stamp
	if filepath.Base(from) == FileName {
		last = noted(filepath.Dir(from))
	}
	if err := sqlite.CheckLog(from, last...); errors.Is(err, sqlite.ErrBehind) || errors.Is(err, sqlite.ErrOther) {
		return err
	}
	return nil
}

// Restore puts a backup in the place of a folder's file and returns under which
// name that is kept, "" if there was none. It is refused while an engine runs on
// the folder. Runs go on from where they stood in the backup; mails that were
// waiting in it are not sent, because they probably were since. Codes:
// engine.locked, backup.missing, backup.unsound, engine.newer, restore.stopped, backup.write.
func Restore(ctx context.Context, dir, from string) (kept string, err error) {
	if err := CheckBackup(from); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", OpenFault(dir, err)
	}
	lock, err := TakeLock(dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	path := filepath.Join(dir, FileName)
	fresh := path + ".restoring"
	aside := sqlite.FreeName(path + ".before-restore-" + time.Now().UTC().Format("20060102-150405"))
	sound := CheckLog(dir) == nil
	err = sqlite.RemoveAll(fresh) // of a restore that was cut off
	if err == nil {
		err = sqlite.Backup(ctx, from, fresh) // with what may still stand in its WAL
	}
	if err == nil {
		err = sqlite.Adopt(ctx, fresh, run.TitleRestored)
	}
	if err == nil {
		err = lock.Forget() // first: a restore that is cut off behind it is told of nothing it did not do
	}
	if err == nil {
		kept, err = sqlite.Replace(path, fresh, aside, sound)
	}
	if err != nil {
		_ = sqlite.RemoveAll(fresh)
		if sqlite.Stopped(ctx, err) {
			return "", fault.New("restore.stopped", "The backup was not put in place: this was stopped before it was done", "Nothing was changed.")
		}
		return "", unwritten(err, "The backup could not be put in place", path)
	}
	return kept, nil
}
