package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"sluice/engine/disk"
)

// A Stamp is the number of a file's last commit. It stands in the head of the file, in
// the field that SQLite keeps for a program's own use (application_id), so that each
// commit writes that page, into the write-ahead log too. By it three things are known
// without SQLite, which takes any file and any log for the newest: whether what was
// recorded last is there, whether a log belongs to its file, and whether a file whose log
// is missing was closed. It begins with a random number, so that those of two files
// differ, and is odd while the file is open for writing. 0 is none: of a file that no
// Sluice has opened since it was made, or since stamps are.
type Stamp uint32

// open reports whether a file with this stamp was not closed.
func (s Stamp) open() bool { return s&1 == 1 }

// since is how far s lies behind t: negative if it lies before it. Stamps go round.
func (s Stamp) since(t Stamp) int32 { return int32(s - t) }

// opened and after are the stamp of a file that is opened, and of its next commit;
// closed is that of its last one.
func (s Stamp) opened() Stamp { return s + 1 + s&1 }
func (s Stamp) after() Stamp  { return s + 2 }
func (s Stamp) closed() Stamp { return s + s&1 }

// mostStep is the most that a stamp grows by in a commit.
const mostStep = 2

// stray is how far two stamps of one file do not lie apart: some millions of commits.
const stray = 1 << 24

const (
	stampAt   = 68 // in the head of a file (sqlite.org/fileformat2.html, section 1.3)
	headBytes = 100
	headMagic = "SQLite format 3\x00"
)

// stampOf is the stamp in the first bytes of a file or of its first page; ok is false if
// they are not the head of one.
func stampOf(head []byte) (s Stamp, ok bool) {
	if len(head) < headBytes || string(head[:len(headMagic)]) != headMagic {
		return 0, false
	}
	return Stamp(binary.BigEndian.Uint32(head[stampAt:])), true
}

// fileHead is what a file says of itself, without its log.
type fileHead struct {
	size  int64 // 0 also if there is none
	head  bool  // it begins as a file of SQLite does
	stamp Stamp
	said  int64 // pages that it has by its head
}

func headOf(path string) (h fileHead) {
	f, err := disk.Open(path)
	if err != nil {
		return h
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return h
	}
	h.size = st.Size()
	var head [headBytes]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return h
	}
	if h.stamp, h.head = stampOf(head[:]); h.head {
		h.said = int64(binary.BigEndian.Uint32(head[28:]))
	}
	return h
}

// pages is how many a file has.
func (h fileHead) pages() int64 { return h.size / pageSize }

// short is how many pages are missing at the end of a file that said it has them, if a log
// brings some and says which is the last one of all, 0 for nothing.
func (h fileHead) short(last int64, inLog map[int64]bool) (n int64) {
	end := h.said
	if last > 0 {
		end = min(end, last)
	}
	if !h.head || end-h.pages() > 1<<24 {
		return 0 // it is told otherwise
	}
	for page := h.pages() + 1; page <= end; page++ {
		if page != pendingPage && !inLog[page] {
			n++
		}
	}
	return n
}

// execer is a connection, or a pool of one.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func putStamp(ctx context.Context, db execer, s Stamp) error {
	_, err := db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, int32(s)))
	return err
}

func getStamp(ctx context.Context, db execer) (Stamp, error) {
	var s int32
	err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&s)
	return Stamp(s), err
}

// firstStamp is that of a file which has none.
func firstStamp() Stamp { return Stamp(rand.Uint32()) &^ 1 }

// stampOpen marks the file as open, in the file itself: should its log and all beside it
// be gone, it tells that something is missing.
func (db *DB) stampOpen() error {
	ctx := context.Background()
	s, err := getStamp(ctx, db.w)
	if err != nil {
		return fmt.Errorf("read the stamp of %s: %w", db.path, err)
	}
	if s == 0 {
		s = firstStamp()
	}
	s = s.opened()
	if err := putStamp(ctx, db.w, s); err != nil {
		return fmt.Errorf("mark %s as open: %w", db.path, err)
	}
	db.stamp = s
	db.know()
	// A reader may be in the way: then the mark is written back with the rest.
	if _, err := db.w.ExecContext(ctx, `PRAGMA wal_checkpoint(passive)`); err != nil {
		return fmt.Errorf("mark %s as open: %w", db.path, err)
	}
	return nil
}

// replaced has the last commit noted again.
func (db *DB) replaced() {
	if db.notedAgain != nil && db.stamp != 0 {
		db.notedAgain(db.stamp)
	}
}

// stampClosed marks the file as closed, if it is the one that was open. Else, and where it
// cannot be written, it stays as it is, and what is noted elsewhere tells.
func (db *DB) stampClosed() {
	if db.stamp == 0 {
		return
	}
	if db.same() != nil {
		db.replaced()
		return
	}
	if s := db.stamp.closed(); putStamp(context.Background(), db.w, s) == nil {
		db.stamp = s
	}
}

// Stamp is the stamp of the last commit.
func (db *DB) Stamp() Stamp {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.stamp
}

// OnCommit has note called with the stamp of each commit, once it is on the disk and before
// its Write returns, and again with the last one when the file is found to be replaced:
// whoever did that may have replaced what was noted.
func (db *DB) OnCommit(note, again func(Stamp)) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.noted, db.notedAgain = note, again
}

// same says ErrReplaced if the file is not the one any more that the last commit went into:
// what is committed on top of another one would be lost, or would go on from what was
// undone by it.
func (db *DB) same() error {
	if db.stamp != 0 {
		now, err := db.readStamp()
		if err != nil {
			return fmt.Errorf("read the stamp: %w", err)
		}
		if now != db.stamp {
			return fmt.Errorf("%w: another state of it lies there", ErrReplaced)
		}
	}
	for i, end := range []string{"", "-wal"} {
		if db.parts[i] == nil {
			continue
		}
		now, err := os.Stat(db.path + end)
		if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(now, db.parts[i]) {
			return fmt.Errorf("%w: %s is gone, or another one", ErrReplaced, filepath.Base(db.path+end))
		}
	}
	return nil
}

// readStamp reads what a commit would go on from.
func (db *DB) readStamp() (Stamp, error) {
	st, err := db.stmt(`PRAGMA application_id`)
	if err != nil {
		return 0, err
	}
	var s int32
	err = st.QueryRowContext(context.Background()).Scan(&s)
	return Stamp(s), err
}

// know notes which files are open, where a system lets others remove them.
func (db *DB) know() {
	if runtime.GOOS == "windows" {
		return
	}
	for i, end := range []string{"", "-wal"} {
		if st, err := os.Stat(db.path + end); err == nil {
			db.parts[i] = st
		}
	}
}

// next stamps the transaction in progress, and returns the stamp.
func (db *DB) next() (Stamp, error) {
	ctx := context.Background()
	if db.stamp == 0 { // the last commit may have come to its end or not
		s, err := db.readStamp()
		if err != nil {
			return 0, err
		}
		db.stamp = s
	}
	s := db.stamp.after()
	return s, putStamp(ctx, db.w, s)
}
