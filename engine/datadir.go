package engine

import (
	"context"
	"errors"
	"path/filepath"

	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Salvaged tells what Salvage could take out of a damaged file.
type Salvaged = datadir.Salvaged

// Backup writes a copy of a folder's file, also while an engine runs on it. The copy is
// the file at one moment; the key that opens its secrets, and the logs of steps, are not
// in it. Codes: backup.exists, backup.write, engine.empty.
func Backup(ctx context.Context, dir, to string) error { return datadir.Backup(ctx, dir, to) }

// CheckBackup says why Restore would not take a file, nil if it would. Codes:
// backup.missing, backup.unsound, engine.newer.
func CheckBackup(from string) error { return datadir.CheckBackup(from) }

// VerifyBackup tells what in a file that CheckBackup takes is not as it was written, as
// Verify does of a folder's file. Such a file may be all that there is, so Restore takes
// it; who restores it is to know. Of a file of an older version it tells nothing: that is
// compared once a start has brought it up to date.
func VerifyBackup(ctx context.Context, file string) ([]Problem, error) {
	db, err := sqlite.OpenReader(file)
	if errors.Is(err, sqlite.ErrOlder) {
		return nil, nil
	}
	if err != nil {
		return nil, datadir.OpenFault(filepath.Dir(file), err)
	}
	found, err := journal.NewReader(db).Verify(ctx)
	if missing := datadir.MissesNewest(file); missing != nil {
		found = append([]Problem{{What: missing.Error() + ": what was decided then is asked again, and what steps did, they do again"}}, found...)
	}
	return found, errors.Join(err, db.Close())
}

// InUse reports whether a Sluice holds a folder, and so carries its runs on. One that
// cannot be looked into may be in use.
func InUse(dir string) bool { return datadir.InUse(dir) }

// Restore puts a backup in the place of a folder's file and returns under which name
// that is kept, "" if there was none. It is refused while an engine runs on the folder.
// Runs go on from where they stood in the backup; mails that were waiting in it are not
// sent, because they probably were since. Codes: engine.locked, backup.missing,
// backup.unsound, engine.newer, backup.write.
func Restore(ctx context.Context, dir, from string) (kept string, err error) {
	return datadir.Restore(ctx, dir, from)
}

// Salvage takes out of a damaged file what can be read, into a new file that Restore
// takes. The damaged file is not touched. If a part of the journal could not be read,
// runs that were open are set aside in the new file: they can be read, and do nothing.
// Codes: salvage.missing, salvage.exists, salvage.nothing, engine.newer, backup.write.
func Salvage(ctx context.Context, from, to string) (Salvaged, error) {
	return datadir.Salvage(ctx, from, to)
}
