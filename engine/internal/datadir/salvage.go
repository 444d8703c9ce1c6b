package datadir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Salvaged tells what Salvage could take out of a damaged file.
type Salvaged struct {
	Runs, Flows, Scripts, Resources, Variables int
	Entries                                    int
	Lost                                       []string // tables of which a part could not be read
	Damage                                     []string // what SQLite finds in the file: rows may be missing of which nothing else tells
	Relisted                                   bool     // the list of tables was damaged, and taken from a fresh file
	Orphans                                    int      // entries left out, as the row of their run could not be read
	Incomplete                                 []run.ID // runs of whose journal a part is missing
}

// Salvage takes out of a damaged file what can be read, into a new file that Restore
// takes. The damaged file is not touched. If a part of the journal could not be read,
// runs that were open are set aside in the new file: they can be read, and do nothing.
// Codes: salvage.missing, salvage.exists, salvage.nothing, salvage.stopped, engine.newer,
// backup.write.
func Salvage(ctx context.Context, from, to string) (Salvaged, error) {
	if st, err := os.Stat(from); err == nil && st.IsDir() {
		from = filepath.Join(from, FileName)
	}
	var last []sqlite.Stamp
	if filepath.Base(from) == FileName {
		last = noted(filepath.Dir(from))
	}
	s, err := sqlite.Salvaged{}, disk.Regular(from)
	if errors.Is(err, os.ErrNotExist) && !missing(from+"-wal") {
		err = nil // what its write-ahead log holds can be read
	}
	if _, there := os.Lstat(to); err == nil && there == nil {
		err = fmt.Errorf("%s: %w", to, os.ErrExist)
	}
	var work *workFolder
	if err == nil {
		work, err = makeWorkFolder(filepath.Dir(to))
	}
	if err == nil {
		defer work.remove()
		s, err = sqlite.Salvage(ctx, from, to, work.path, last)
	}
	switch {
	case err == nil:
	case sqlite.Stopped(ctx, err):
		return Salvaged{}, fault.New("salvage.stopped", "This was stopped before all was read", "Nothing was written.")
	case errors.Is(err, disk.ErrNotFile):
		return Salvaged{}, fault.Because(err, "salvage.missing", from+" is a pipe, a device or a folder, not a file", "Nothing was written. Name the damaged file: it is called sluice.db and lies in the data folder.")
	case missing(from):
		return Salvaged{}, fault.Because(err, "salvage.missing", "There is no file "+from, "Name the damaged file: it is called sluice.db and lies in the data folder.")
	case errors.Is(err, os.ErrExist):
		return Salvaged{}, fault.Because(err, "salvage.exists", "There is already a file "+to, "It was left as it is. Name another file with --to.")
	case errors.Is(err, sqlite.ErrNewer):
		return Salvaged{}, fault.Because(err, "engine.newer", "This file was written by a newer Sluice", "Install the newer version.")
	case errors.Is(err, sqlite.ErrForeign):
		return Salvaged{}, fault.Because(err, "engine.foreign", "The file "+from+" is not Sluice's", "Nothing was written. Name another file.")
	case errors.Is(err, sqlite.ErrNothing):
		return Salvaged{}, fault.Because(err, "salvage.nothing", "Nothing of "+from+" can be read", "Nothing was written. Use a backup, or another copy of the file.")
	case sqlite.Corrupt(err), sqlite.Garbled(err):
		return Salvaged{}, fault.Because(err, "salvage.nothing", "Nothing of "+from+" can be read: its beginning is damaged", "Nothing was written. Use a backup, or another copy of the file.")
	default:
		return Salvaged{}, unwritten(err, "The salvaged file could not be written to "+to, to)
	}
	var incomplete []run.ID
	for _, uuid := range s.Incomplete {
		incomplete = append(incomplete, run.ID(uuid))
	}
	return Salvaged{
		Runs: s.Rows["run"], Flows: s.Rows["flow"], Scripts: s.Rows["script"], Resources: s.Rows["resource"], Variables: s.Rows["variable"],
		Entries: s.Rows["entry"], Lost: s.Lost,
		Damage: s.Damage, Relisted: s.Relisted, Orphans: s.Orphans, Incomplete: incomplete,
	}, nil
}
