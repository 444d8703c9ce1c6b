package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// TextIndex finds runs by their words. It lies in a file of its own beside the journal: it
// can be made of that at any time, so nothing of it is flushed, backed up or salvaged, no
// commit of the journal waits for it, and one that is lost or spoiled is made anew.
type TextIndex struct {
	path string
	db   *sql.DB
}

// TextDoc is what a run is found by.
type TextDoc struct {
	Run  int64
	UUID string
	End  End // the end of its journal as it was read
	// What it is found by: its flow, what went in, what came of it, who started it, whom it
	// asked and who answered, and marks of what is told by no words.
	Name, Input, Result, People, Marks string
	Note                               string // what a list tells of it
}

// textVersion is the number of the layout of the file, and of what is taken into it.
const textVersion = 2

var errTextLayout = errors.New("the index of words has another layout")

const textSchema = `
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(name, input, result, people, marks, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 2");
CREATE TABLE IF NOT EXISTS doc (
	run  INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	seq  INTEGER NOT NULL,
	sum  INTEGER NOT NULL,
	note TEXT NOT NULL
) STRICT;
`

// OpenTextIndex opens the file, and makes it where it is missing, of another layout, or
// spoiled.
func OpenTextIndex(path string) (*TextIndex, error) {
	x, err := openTextIndex(path)
	if err == nil || !Corrupt(err) && !Garbled(err) && !errors.Is(err, errTextLayout) {
		return x, err
	}
	if err := removeIndex(path); err != nil {
		return nil, fmt.Errorf("make the index of words anew: %w", err)
	}
	return openTextIndex(path)
}

func removeIndex(path string) error {
	var errs []error
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + part); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Drop closes the index and removes it.
func (x *TextIndex) Drop() error { return errors.Join(x.db.Close(), removeIndex(x.path)) }

func openTextIndex(path string) (*TextIndex, error) {
	if err := private(path); err != nil {
		return nil, fmt.Errorf("open the index of words: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path, "rwc", "journal_mode(wal)", "synchronous(off)"))
	if err != nil {
		return nil, fmt.Errorf("open the index of words: %w", err)
	}
	db.SetMaxOpenConns(2)
	x := &TextIndex{path: path, db: db}
	if err := x.ready(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the index of words: %w", err), db.Close())
	}
	return x, nil
}

// ready looks whether the file is as this version makes it.
func (x *TextIndex) ready() error {
	var version, tables int
	if err := x.db.QueryRow(`SELECT (SELECT user_version FROM pragma_user_version), COUNT(*) FROM sqlite_schema`).Scan(&version, &tables); err != nil {
		return err
	}
	if tables > 0 && version != textVersion {
		return errTextLayout
	}
	if tables == 0 {
		if _, err := x.db.Exec(textSchema + fmt.Sprintf(`PRAGMA user_version = %d;`, textVersion)); err != nil {
			return err
		}
	}
	var n int
	for _, query := range []string{`SELECT COUNT(*) FROM words WHERE words MATCH 'a'`, `SELECT COUNT(*) FROM (SELECT note FROM doc LIMIT 1)`} {
		if err := x.db.QueryRow(query).Scan(&n); err != nil {
			if e, ok := errors.AsType[*driver.Error](err); ok && e.Code() == sqlite3.SQLITE_ERROR {
				return errTextLayout // a table is missing
			}
			return err
		}
	}
	return nil
}

// Close closes the file.
func (x *TextIndex) Close() error { return x.db.Close() }

// Put takes runs in, each in the place of what was there of it, and lets others go.
func (x *TextIndex) Put(docs []TextDoc, gone []int64) error {
	tx, err := x.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	drop := func(run int64) error {
		res, err := tx.Exec(`DELETE FROM doc WHERE run = ?`, run)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM words WHERE rowid = ?`, run)
		return err
	}
	for _, run := range gone {
		if err := drop(run); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if err := drop(d.Run); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO words (rowid, name, input, result, people, marks) VALUES (?, ?, ?, ?, ?, ?)`, d.Run, d.Name, d.Input, d.Result, d.People, d.Marks); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO doc (run, uuid, seq, sum, note) VALUES (?, ?, ?, ?, ?)`, d.Run, d.UUID, d.End.Seq, d.End.Sum, d.Note); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Docs lists, without their texts, the runs that are in the index from one on, up to a
// limit.
func (x *TextIndex) Docs(from int64, limit int) (out []TextDoc, err error) {
	rows, err := x.db.Query(`SELECT run, uuid, seq, sum FROM doc WHERE run >= ? ORDER BY run LIMIT ?`, from, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d TextDoc
		if err := rows.Scan(&d.Run, &d.UUID, &d.End.Seq, &d.End.Sum); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// Notes returns what lists tell of some runs, by their ids.
func (x *TextIndex) Notes(keys []int64) (map[string]string, error) {
	out := make(map[string]string, len(keys))
	if len(keys) == 0 {
		return out, nil
	}
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	rows, err := x.db.Query(`SELECT uuid, note FROM doc WHERE run IN (`+strings.TrimSuffix(strings.Repeat("?,", len(keys)), ",")+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var uuid, note string
		if err := rows.Scan(&uuid, &note); err != nil {
			return nil, err
		}
		out[uuid] = note
	}
	return out, rows.Err()
}

// Purge takes what was let go out of the file itself.
func (x *TextIndex) Purge() error {
	_, err := x.db.Exec(`INSERT INTO words (words) VALUES ('optimize')`)
	return err
}

// TextQuery is what runs are looked for by.
type TextQuery struct {
	Text   string   // all of its words, each as the beginning of one, but for single letters
	Person string   // the same, among the people
	Marks  []string // all of them
}

// match writes a query for FTS5; "" where there is nothing to look for.
func (q TextQuery) match() string {
	var parts []string
	add := func(columns, text string, begins bool) {
		for word := range strings.FieldsSeq(text) {
			if !strings.ContainsFunc(word, isTokenRune) {
				continue
			}
			term := `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
			if begins && utf8.RuneCountInString(word) > 1 { // one letter begins too much
				term += "*"
			}
			parts = append(parts, columns+" : "+term)
		}
	}
	add("{name input result people}", q.Text, true)
	add("people", q.Person, true)
	add("marks", strings.Join(q.Marks, " "), false)
	return strings.Join(parts, " AND ")
}

// Find yields the numbers of the runs that match, the newest first, below a number if it is
// not 0. all: there is nothing in the query to look for.
func (x *TextIndex) Find(q TextQuery, below int64, yield func(run int64) bool) (all bool, err error) {
	match := q.match()
	if match == "" {
		return true, nil
	}
	if below == 0 {
		below = 1 << 62
	}
	rows, err := x.db.Query(`SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC`, match, below)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var run int64
		if err := rows.Scan(&run); err != nil {
			return false, err
		}
		if !yield(run) {
			return false, nil
		}
	}
	return false, rows.Err()
}

// RunsAmong lists the runs of a query among some, the newest first.
func (v View) RunsAmong(q RunQuery, ids []int64) ([]Run, error) {
	where, args := q.where()
	marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	for _, id := range ids {
		args = append(args, id)
	}
	return v.runs(`SELECT `+runColumns+` FROM run WHERE `+where+` AND id IN (`+marks+`) ORDER BY id DESC`, args...)
}

// RunsFrom lists the runs from a number on, up to a limit.
func (v View) RunsFrom(from int64, limit int) ([]Run, error) {
	return v.runs(`SELECT `+runColumns+` FROM run WHERE id >= ? ORDER BY id LIMIT 0 + ?`, from, limit)
}

// RunsOf lists the runs that entries after one are of, up to the entry last.
func (v View) RunsOf(after, last int64) (out []int64, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var run int64
		if err := rows.Scan(&run); err != nil {
			return err
		}
		out = append(out, run)
		return nil
	}, `SELECT DISTINCT run FROM entry WHERE id > ? AND id <= ?`, after, last)
	slices.Sort(out)
	return out, err
}

// isTokenRune reports whether the index keeps something of a word with such a letter.
func isTokenRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
