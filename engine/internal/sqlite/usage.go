package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// TableSizes tells how many bytes each table takes with its indexes. It reads all pages,
// half a second for each gigabyte that the system has at hand, one tree after the other.
func (v View) TableSizes(ctx context.Context) (map[string]int64, error) {
	trees := map[string]string{"sqlite_schema": "sqlite_schema"}
	err := v.each(func(rows *sql.Rows) error {
		var name, table string
		err := rows.Scan(&name, &table)
		trees[name] = table
		return err
	}, `SELECT name, tbl_name FROM sqlite_schema WHERE rootpage > 0`)
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64)
	for tree, table := range trees {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var n int64
		if _, err := v.one([]any{&n}, `SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name = ?`, tree); err != nil {
			return nil, fmt.Errorf("measure %s: %w", tree, err)
		}
		out[table] += n
	}
	return out, nil
}

// RunsByPath counts the runs of each flow, and those of none under "".
func (v View) RunsByPath() (map[string]int, error) {
	out := make(map[string]int)
	err := v.each(func(rows *sql.Rows) error {
		var path string
		var n int
		err := rows.Scan(&path, &n)
		out[path] = n
		return err
	}, `SELECT path, COUNT(*) FROM run GROUP BY path`)
	return out, err
}

// Of a table with more rows than sampleAll, sampleParts pieces are looked at that lie at
// the same distance.
const (
	sampleAll   = 200_000
	sampleParts = 100
)

// BytesByPath tells how the bytes of what runs have in a table are shared among their flows,
// of a large table by samples. Only the ratios mean something.
func (v View) BytesByPath(ctx context.Context, of RunTable) (map[string]int64, error) {
	var first, last int64
	if _, err := v.one([]any{&first, &last}, `SELECT COALESCE(MIN(rowid), 0), COALESCE(MAX(rowid), 0) FROM `+of.table); err != nil {
		return nil, err
	}
	out := make(map[string]int64)
	step, size := last-first+1, last-first+1
	if size > sampleAll {
		step, size = size/sampleParts, sampleAll/sampleParts
	}
	for at := first; at <= last; at += step {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := v.each(func(rows *sql.Rows) error {
			var path string
			var n int64
			err := rows.Scan(&path, &n)
			out[path] += n
			return err
		}, `SELECT r.path, SUM(`+of.bytes+`) FROM `+of.table+` t JOIN run r ON r.id = t.`+of.run+` WHERE t.rowid >= ? AND t.rowid < ? GROUP BY r.path`, at, at+size)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// RunTable is a table whose rows belong to runs.
type RunTable struct{ table, run, bytes string }

// The tables in which a run takes room.
var (
	RunEntries = RunTable{"entry", "run", "length(t.data) + 60"}
	RunValues  = RunTable{"blob", "owner", "length(t.data)"}
	RunMails   = RunTable{"mail", "run", "length(t.body) + 200"}
)
