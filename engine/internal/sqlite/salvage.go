package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sluice/engine/disk"
)

// Salvaged is what could be taken out of a damaged file, by table.
type Salvaged struct {
	Rows map[string]int // that were read
	Lost []string       // tables of which a part could not be read
	// Damage is what SQLite finds in the file, up to five lines: rows may be missing of
	// which nothing else tells, such as those of a page that another lies in place of.
	Damage []string
	// Relisted says that the list of tables was damaged, and the tables were read where a
	// fresh file of the version has them.
	Relisted bool
	// Orphans are entries of runs whose own row could not be read: they are left out.
	Orphans int
	// Incomplete are the runs, by UUID, of whose journal a part is missing.
	Incomplete []string
}

// ErrNothing says that nothing of a damaged file can be read.
var ErrNothing = errors.New("nothing of it can be read")

// mostProbes bounds how often a damaged place is looked at from another side.
const mostProbes = 20_000

// Salvage takes out of a damaged file every row that can be read, into a new file of
// the same version, which must not exist; work is a folder beside it for what is needed
// meanwhile. A table is read from its beginning up to
// the damage, from its end down to it, and in between row by row. The damaged file is
// not touched. Open runs are set aside if a part of the journal is missing: the part
// might be theirs, and going on without it could do a thing twice. noted is as CheckLog
// takes it. ErrNewer and errors
// of a file of which nothing can be read are returned.
func Salvage(ctx context.Context, from, to, work string, noted []Stamp) (_ Salvaged, err error) {
	out := Salvaged{Rows: make(map[string]int)}
	if _, err := os.Lstat(to); err == nil {
		return out, fmt.Errorf("%s: %w", to, os.ErrExist)
	}
	log := CheckLog(from, noted...)
	name := filepath.Join(work, "damaged.db")
	src, head, err := openCopy(ctx, from, name, log)
	if err != nil {
		return out, err
	}
	defer func() { _ = src.Close() }()
	version, listed, err := whose(ctx, src)
	switch {
	case errors.Is(err, ErrForeign) && log != nil:
		err = ErrNothing
	case err != nil || listed:
	case head != nil: // nothing says that it is Sluice's
		err = ErrNothing
		if foreign, ferr := foreignAs(ctx, name, head); foreign || ferr != nil {
			err = cmp.Or(ferr, ErrForeign)
		}
	case version > Version:
		err = fmt.Errorf("version %d: %w", version, ErrNewer)
	case version < 1 && log != nil:
		err = ErrNothing
	case version < 1:
		err = ErrForeign
	}
	if err != nil {
		return out, fmt.Errorf("read %s: %w", from, err)
	}
	var said int
	if err := src.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&said); err != nil {
		return out, fmt.Errorf("read %s: %w", from, err)
	}
	made := filepath.Join(work, "salvaged.db")
	dst, err := sql.Open("sqlite", dsn(made, "rwc", "foreign_keys(off)", "synchronous(off)"))
	if err != nil {
		return out, err
	}
	defer dst.Close()
	dst.SetMaxOpenConns(1)
	for _, script := range migrations[:version] {
		if _, err := dst.ExecContext(ctx, script); err != nil {
			return out, err
		}
	}
	if _, err := dst.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		return out, err
	}
	if err := rewrite(ctx, dst); err != nil {
		return out, err
	}
	tables, err := tablesOf(ctx, dst)
	if err != nil {
		return out, err
	}
	if !lists(ctx, src, tables) {
		out.Relisted = true
		again, err := reopen(ctx, src, name, work, version)
		if err != nil {
			return out, err
		}
		src = again
	}
	out.Damage = damageOf(ctx, src)
	if head != nil || said != version {
		out.Damage = append([]string{errHead.Error()}, out.Damage...)
	}
	if log != nil {
		out.Damage = append([]string{log.Error()}, out.Damage...)
	}
	for _, t := range tables {
		r := rescue{ctx: ctx, src: src, dst: dst, table: t}
		if err := r.all(); err != nil {
			return out, fmt.Errorf("write what was read of %s: %w", t.name, err)
		}
		out.Rows[t.name] = r.rows
		if r.lost {
			out.Lost = append(out.Lost, t.name)
		}
	}
	if n := 0; len(out.Lost) > 0 || out.Relisted {
		for _, rows := range out.Rows {
			n += rows
		}
		if n == 0 {
			return out, ErrNothing
		}
	}
	for _, t := range tables {
		if !slices.Contains(t.columns, "run") {
			continue
		}
		gone, err := dst.ExecContext(ctx, `DELETE FROM `+t.name+` WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM run)`)
		if err != nil {
			return out, err
		}
		if t.name == "entry" {
			n, err := gone.RowsAffected()
			if err != nil {
				return out, err
			}
			out.Orphans = int(n)
			out.Rows["entry"] -= out.Orphans
		}
	}
	if version >= refsSince { // what could be read of them may not be all
		if err := mendRefs(ctx, dst); err != nil {
			return out, err
		}
	}
	if out.Incomplete, err = incomplete(ctx, dst, version); err != nil {
		return out, err
	}
	if out.Relisted || log != nil || slices.ContainsFunc(out.Lost, func(t string) bool {
		return t == "entry" || t == "run" || t == "blob" || t == "gate" || t == "timer"
	}) {
		_, err := dst.ExecContext(ctx, `UPDATE run SET damaged = 'it was open when the file was damaged, and a part of its journal may be missing' WHERE status <> 'done' AND damaged IS NULL`)
		if err != nil {
			return out, err
		}
	}
	if err := errors.Join(dst.Close(), flush(made)); err != nil {
		return out, err
	}
	if err := os.Chmod(made, 0o600); err != nil {
		return out, err
	}
	if _, err := os.Lstat(to); err == nil {
		return out, fmt.Errorf("%s: %w", to, os.ErrExist)
	}
	if err := os.Rename(made, to); err != nil {
		return out, err
	}
	return out, flushDir(filepath.Dir(to))
}

// damageOf is what SQLite finds wrong in a file.
func damageOf(ctx context.Context, db *sql.DB) (out []string) {
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check(5)`)
	if err != nil {
		return []string{err.Error()}
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if rows.Scan(&line) == nil && line != "ok" {
			out = append(out, strings.Split(strings.TrimPrefix(line, "*** in database main ***\n"), "\n")...)
		}
	}
	if err := rows.Err(); err != nil {
		out = append(out, err.Error())
	}
	return out[:min(len(out), 5)]
}

// incomplete lists the runs whose journal has a gap, has no entries, or ends before the
// entry that the run's row saw last.
func incomplete(ctx context.Context, db *sql.DB, version int) (out []string, err error) {
	end := `0`
	if version >= 7 {
		end = `COALESCE(end_seq, 0)`
	}
	rows, err := db.QueryContext(ctx, `SELECT uuid FROM (
		SELECT uuid, `+end+` AS end, (SELECT COUNT(*) FROM entry WHERE run = r.id) AS have, (SELECT COALESCE(MAX(seq), 0) FROM entry WHERE run = r.id) AS last
		FROM run r) WHERE have < MAX(last, end, 1) ORDER BY uuid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var uuid string
		if err := rows.Scan(&uuid); err != nil {
			return nil, err
		}
		out = append(out, uuid)
	}
	return out, rows.Err()
}

// openCopy opens a copy of a file and of what was not yet written back to it. log is
// what CheckLog says of that. head is that of the file if it was damaged.
func openCopy(ctx context.Context, from, to string, log error) (db *sql.DB, head []byte, err error) {
	parts := []string{"", "-wal"}
	if errors.Is(log, ErrApart) && !together(ctx, from, to+"-both") {
		parts = parts[:1] // the pages of another file are nothing to this one
	}
	if errors.Is(log, ErrLost) {
		_, err = os.Lstat(from)
		if errors.Is(err, os.ErrNotExist) {
			parts = parts[1:]
		}
	}
	if err := copyParts(from, to, parts); err != nil {
		return nil, nil, err
	}
	if errors.Is(log, ErrLog) {
		if err := mendLog(to + "-wal"); err != nil {
			return nil, nil, err
		}
	}
	if errors.Is(log, ErrLost) {
		if err := fileOfLog(to); err != nil {
			return nil, nil, err
		}
	}
	if head, err = mendHead(to); err != nil {
		return nil, nil, err
	}
	db, err = sql.Open("sqlite", dsn(to, "rw"))
	return db, head, err
}

// copyParts copies a file with what lies beside it; of those what is not there is left out.
func copyParts(from, to string, parts []string) error {
	for _, end := range parts {
		in, err := disk.Open(from + end)
		if end != "" && errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		copied, err := os.OpenFile(to+end, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			in.Close()
			return err
		}
		_, err = io.Copy(copied, in)
		if err := errors.Join(err, copied.Close(), in.Close()); err != nil {
			return err
		}
	}
	return nil
}

// reopen opens a copy whose list of tables is damaged with that of a fresh file.
func reopen(ctx context.Context, src *sql.DB, name, work string, version int) (*sql.DB, error) {
	_, _ = src.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`) // what cannot be written back is lost
	if err := src.Close(); err != nil {
		return nil, err
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(name + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	if err := relist(ctx, name, work, version); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", dsn(name, "rw"))
}

// table is one that every file of its version has.
type table struct {
	name    string
	columns []string
	rowid   bool
}

func tablesOf(ctx context.Context, db *sql.DB) (out []table, err error) {
	rows, err := db.QueryContext(ctx, `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t table
		var without bool
		if err := rows.Scan(&t.name, &without); err != nil {
			return nil, err
		}
		t.rowid = !without
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i := range out {
		cols, err := db.QueryContext(ctx, `SELECT name FROM pragma_table_info(?) ORDER BY cid`, out[i].name)
		if err != nil {
			return nil, err
		}
		for cols.Next() {
			var name string
			if err := cols.Scan(&name); err != nil {
				cols.Close()
				return nil, err
			}
			out[i].columns = append(out[i].columns, name)
		}
		if err := errors.Join(cols.Err(), cols.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rescue reads one table.
type rescue struct {
	ctx      context.Context
	src, dst *sql.DB
	table    table
	rows     int
	probes   int
	lost     bool
}

func (r *rescue) all() error {
	tx, err := r.dst.BeginTx(r.ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	key := `rowid`
	if !r.table.rowid {
		key = "0"
	}
	read := `SELECT ` + key + `, "` + strings.Join(r.table.columns, `", "`) + `" FROM ` + r.table.name
	order := `rowid`
	if !r.table.rowid {
		order = `1`
		for i := range r.table.columns {
			order += fmt.Sprintf(", %d", i+2)
		}
	}
	low, whole, err := r.take(tx, read+` ORDER BY `+order)
	if err != nil || whole {
		return errors.Join(err, commit(tx, err))
	}
	high, whole, err := r.take(tx, read+` ORDER BY `+strings.ReplaceAll(order, ",", " DESC,")+` DESC`)
	if err != nil || whole {
		return errors.Join(err, commit(tx, err))
	}
	r.lost = true
	if r.table.rowid && high > low+1 {
		err = r.between(tx, read, low+1, high-1)
	}
	return errors.Join(err, commit(tx, err))
}

func commit(tx *sql.Tx, err error) error {
	if err != nil {
		return nil // it is rolled back
	}
	return tx.Commit()
}

// between reads a range of rows by halves.
func (r *rescue) between(tx *sql.Tx, read string, from, to int64) error {
	if r.probes++; from > to || r.probes > mostProbes {
		return nil
	}
	_, whole, err := r.take(tx, fmt.Sprintf(`%s WHERE rowid BETWEEN %d AND %d`, read, from, to))
	if err != nil || whole || from == to {
		return err
	}
	half := from + (to-from)/2
	return errors.Join(r.between(tx, read, from, half), r.between(tx, read, half+1, to))
}

// take stores what a query reads, up to the first row that cannot be read. It returns
// the number of the last row, and whether the query came to its end. The error is that
// of writing.
func (r *rescue) take(tx *sql.Tx, query string) (last int64, whole bool, err error) {
	rows, err := r.src.QueryContext(r.ctx, query)
	if err != nil {
		return 0, false, r.ctx.Err()
	}
	defer rows.Close()
	put, err := tx.PrepareContext(r.ctx, `INSERT OR IGNORE INTO `+r.table.name+` ("`+strings.Join(r.table.columns, `", "`)+`") VALUES (?`+strings.Repeat(", ?", len(r.table.columns)-1)+`)`)
	if err != nil {
		return 0, false, err
	}
	defer put.Close()
	values := make([]any, len(r.table.columns)+1)
	dest := make([]any, len(values))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if rows.Scan(dest...) != nil {
			return last, false, nil
		}
		n, isNumber := values[0].(int64)
		if isNumber {
			last = n
		}
		res, err := put.ExecContext(r.ctx, values[1:]...)
		if err != nil {
			if Trouble(err) {
				return last, false, err
			}
			r.lost = true // the row itself is spoiled: it breaks a rule of its table
			continue
		}
		added, err := res.RowsAffected()
		if err != nil {
			return last, false, err
		}
		r.rows += int(added)
	}
	if rows.Err() != nil {
		return last, false, r.ctx.Err()
	}
	return last, true, nil
}
