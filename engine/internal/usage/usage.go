// Package usage tells what takes how much room in a data folder.
package usage

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	mostFlows = 10
	// mostFiles is how many files are looked at in one folder: more are told of, and not
	// counted.
	mostFiles = 200_000
)

// kindOf tells where the room of a table is counted; what is not named is part of the runs.
var kindOf = map[string]run.RoomKind{
	"blob": run.RoomValues, "blob_ref": run.RoomValues, "kept_result": run.RoomValues, "kept_ref": run.RoomValues,
	"mail": run.RoomMails,
	"flow": run.RoomLibrary, "flow_saved": run.RoomLibrary, "flow_named": run.RoomLibrary, "flow_version": run.RoomLibrary, "script": run.RoomLibrary, "kept_file": run.RoomLibrary,
	"resource": run.RoomLibrary, "variable": run.RoomLibrary, "schedule": run.RoomLibrary, "endpoint": run.RoomLibrary, "form_link": run.RoomLibrary, "setting": run.RoomLibrary,
	"sqlite_schema": run.RoomPages,
}

// Measure looks at a folder whose file has a name. It takes some seconds for a very large
// one.
func Measure(ctx context.Context, dir, name string, v sqlite.View, now time.Time) (run.Usage, error) {
	u := run.Usage{At: now}
	kinds := make(map[run.RoomKind]int64)
	tables, err := v.TableSizes(ctx)
	if err != nil {
		return u, err
	}
	used := int64(0)
	for table, n := range tables {
		kinds[cmp.Or(kindOf[table], run.RoomRuns)] += n
		used += n
	}
	room, err := v.Room()
	if err != nil {
		return u, err
	}
	u.Shrinks = room.Shrinks
	kinds[run.RoomFree] = room.Free * sqlite.PageSize
	kinds[run.RoomPages] += max(0, (room.Pages-room.Free)*sqlite.PageSize-used)
	if u.Flows, err = flows(ctx, v, tables, kinds[run.RoomRuns]); err != nil {
		return u, err
	}
	if u.Partial, err = files(ctx, dir, name, kinds); err != nil {
		return u, err
	}
	for kind, n := range kinds {
		if n > 0 {
			u.Kinds = append(u.Kinds, run.Room{Kind: kind, Bytes: n})
		}
	}
	slices.SortFunc(u.Kinds, func(a, b run.Room) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Kind, b.Kind))
	})
	return u, nil
}

// flows shares what runs take in the file among their flows.
func flows(ctx context.Context, v sqlite.View, tables map[string]int64, journals int64) ([]run.FlowRoom, error) {
	runs, err := v.RunsByPath()
	if err != nil {
		return nil, err
	}
	bytes := make(map[string]float64)
	for _, part := range []struct {
		of  sqlite.RunTable
		all int64
	}{{sqlite.RunEntries, journals}, {sqlite.RunValues, tables["blob"]}, {sqlite.RunMails, tables["mail"]}} {
		shares, err := v.BytesByPath(ctx, part.of)
		if err != nil {
			return nil, err
		}
		sum := int64(0)
		for _, n := range shares {
			sum += n
		}
		for path, n := range shares {
			bytes[path] += float64(part.all) * float64(n) / float64(max(1, sum))
		}
	}
	out := make([]run.FlowRoom, 0, len(runs))
	for path, n := range runs {
		out = append(out, run.FlowRoom{Path: path, Runs: n, Bytes: int64(bytes[path])})
	}
	slices.SortFunc(out, func(a, b run.FlowRoom) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Path, b.Path))
	})
	return out[:min(len(out), mostFlows)], nil
}

// files adds up what lies beside the tables.
func files(ctx context.Context, dir, name string, kinds map[run.RoomKind]int64) (partial bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		kind := run.RoomOther
		switch at := e.Name(); {
		case at == name, at == name+"-shm":
			continue // the tables are counted
		case at == name+"-wal":
			kind = run.RoomLog
		case at == name+"-last", at == "sluice.lock":
			kind = run.RoomPages
		case strings.HasPrefix(at, name+"."):
			kind = run.RoomBackups
		case at == "logs":
			kind = run.RoomLogs
		case at == "outbox":
			kind = run.RoomOutbox
		case at == "work", at == "shared":
			kind = run.RoomWork
		case strings.HasPrefix(at, "sluice.log"), strings.HasPrefix(at, "crash-"):
			kind = run.RoomDiary
		}
		n, whole, err := size(ctx, filepath.Join(dir, e.Name()))
		if err != nil {
			return false, err
		}
		kinds[kind] += n
		partial = partial || !whole
	}
	return partial, nil
}

// size is that of a file, or of all files in a folder; whole is false if there are too many.
// What goes meanwhile takes no room.
func size(ctx context.Context, name string) (n int64, whole bool, err error) {
	files := 0
	err = filepath.WalkDir(name, func(_ string, e fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err != nil || e.IsDir() {
			return nil
		}
		if files++; files > mostFiles {
			return errMany
		}
		if st, err := e.Info(); err == nil && st.Mode().IsRegular() {
			n += st.Size()
		}
		return nil
	})
	if errors.Is(err, errMany) {
		return n, false, nil
	}
	return n, true, err
}

var errMany = errors.New("there are very many files")
