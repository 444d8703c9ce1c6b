package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The first hundred bytes of a file, its head, say how the rest is to be read
// (https://www.sqlite.org/fileformat2.html, 1.3). One byte of them that is damaged makes
// SQLite read nothing. Sluice writes nearly the same ones always, and the rest can be
// known from elsewhere: the number of pages from the length, the version from the tables,
// whether the file can shrink from its second page.

// firstMap is the page that begins a file which can shrink, after the first one: it tells
// of each page which one points to it, and begins with the third, the root of a table.
const firstMap = 2

// mapped reports whether a page is firstMap, and none of a tree.
func mapped(page []byte) bool { return len(page) > 0 && page[0] == 1 }

// madeAnew returns what a head should be in a file of some pages: what may be so is kept,
// all other is as Sluice's files have it. It is nil for what is no head of a file at all.
// shrinks says that its pages can be moved.
func madeAnew(head []byte, pages uint32, shrinks bool) []byte {
	out := bytes.Clone(head)
	at := binary.BigEndian
	copy(out, headMagic)
	at.PutUint16(out[16:], pageSize)
	if mode := [2]byte{head[18], head[19]}; mode != [2]byte{1, 1} {
		out[18], out[19] = 2, 2 // with a write-ahead log
	}
	copy(out[20:], []byte{0, 64, 32, 32}) // nothing reserved; the shares of a page, which are fixed
	at.PutUint32(out[28:], pages)
	if first, n := at.Uint32(head[32:]), at.Uint32(head[36:]); first > pages || n >= pages || (first == 0) != (n == 0) {
		clear(out[32:40]) // no free pages
	}
	at.PutUint32(out[44:], 4) // of the schema
	clear(out[48:52])         // no cache of its own
	at.PutUint32(out[56:], 1) // UTF-8
	clear(out[64:68])
	if shrinks {
		if root := at.Uint32(head[52:]); root <= firstMap || root > pages { // the last one of a table
			at.PutUint32(out[52:], firstMap+1)
		}
		at.PutUint32(out[64:], 1) // a few at a time
	} else {
		clear(out[52:56])
	}
	clear(out[72:92])
	copy(out[92:96], out[24:28]) // the number of pages is that of the last change
	return out
}

// mendHead makes the head of a copy anew, and returns what it was if it was damaged. A file that
// is cut off is one of fewer pages: SQLite reads nothing of one that says more, and what
// is missing could not be told from what is empty in one that was made longer.
func mendHead(name string) (damaged []byte, err error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, headBytes)
	if _, err := f.ReadAt(head, 0); errors.Is(err, io.EOF) {
		return nil, nil // not even that: the next look says so
	} else if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	second := make([]byte, 1)
	if _, err := f.ReadAt(second, pageSize*(firstMap-1)); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	said := head[67] == 1 && bytes.Equal(head[52:54], []byte{0, 0}) && head[55] > firstMap // where one byte of each is right
	anew := madeAnew(head, uint32((st.Size()+pageSize-1)/pageSize), mapped(second) || said)
	if _, err := f.WriteAt(anew, 0); err != nil {
		return nil, err
	}
	copy(anew[28:], head[28:32]) // a file may be cut off, or longer than it says while it has a log
	copy(anew[92:], head[92:96])
	if bytes.Equal(anew, head) {
		return nil, nil
	}
	return head, nil
}

// errHead is told of a file whose head was made anew.
var errHead = errors.New("the first bytes of the file, its head, are damaged: what they say was taken from the rest")

// foreignAs reports whether a copy, with the head that it had, is another program's.
func foreignAs(ctx context.Context, name string, head []byte) (bool, error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	_, err = f.WriteAt(head, 0)
	if err := errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	db, err := sql.Open("sqlite", dsn(name, "rw"))
	if err != nil {
		return false, err
	}
	defer db.Close()
	_, _, err = whose(ctx, db)
	return errors.Is(err, ErrForeign), ctx.Err()
}

// together reports whether a log may be that of its file all the same: by one bit of the
// file's stamp, which may be damaged, and since SQLite finds both sound. try is a copy
// that it makes and removes.
func together(ctx context.Context, name, try string) bool {
	file := headOf(name)
	l, err := readLog(name+"-wal", file)
	if err != nil {
		return false
	}
	fits := false
	for bit := range 32 {
		l := l
		l.file = file
		l.file.stamp ^= 1 << bit
		fits = fits || !errors.Is(l.check(nil), ErrApart)
	}
	if !fits || copyParts(name, try, []string{"", "-wal"}) != nil {
		return false
	}
	defer os.Remove(try)
	db, err := sql.Open("sqlite", dsn(try, "rw"))
	if err != nil {
		return false
	}
	defer db.Close() // it writes the log back and removes it
	return len(damageOf(ctx, db)) == 0
}

// whose tells which version of Sluice made a file, by its tables: the number in its head
// may be damaged. ErrForeign says that it is another program's, ErrNewer that a newer
// Sluice made it. listed is false if its list of tables cannot be read; then the number
// is as it stands there.
func whose(ctx context.Context, db *sql.DB) (version int, listed bool, err error) {
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, false, err
	}
	query := func(q string) (*sql.Rows, error) { return db.QueryContext(ctx, q) }
	theirs, err := schemaOf(query)
	if err != nil {
		return version, false, ctx.Err()
	}
	nearest, most := 0, 0
	for v := Version; v > 0; v-- {
		ours, err := schemaMade(v)
		if err != nil {
			return 0, true, err
		}
		same := 0
		for name, text := range ours {
			if theirs[name] == text {
				same++
			}
		}
		if same == len(ours) && same == len(theirs) {
			return v, true, nil
		}
		if same > most {
			nearest, most = v, same
		}
	}
	switch {
	case most < 3: // each version has more tables than these
		return 0, true, ErrForeign
	case version > Version:
		return version, true, fmt.Errorf("version %d: %w", version, ErrNewer)
	case version < 1:
		return nearest, true, nil
	}
	return version, true, nil
}
