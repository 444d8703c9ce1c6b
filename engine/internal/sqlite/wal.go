package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"sluice/engine/disk"
)

// What CheckLog finds.
var (
	// ErrLog: the write-ahead log is spoiled, and what was committed behind that place is
	// there: SQLite would pass over it without a word.
	ErrLog = errors.New("the write-ahead log is damaged")
	// ErrLost: the file itself is empty or gone, while its write-ahead log is there.
	ErrLost = errors.New("the file is gone, and its write-ahead log is there")
	// ErrBehind: the file and its log lack commits that were on the disk.
	ErrBehind = errors.New("what was recorded last is missing")
	// ErrApart: the log is not that of this file, or not of this state of it. SQLite would
	// write its pages over those of the file.
	ErrApart = errors.New("the file and its write-ahead log do not belong together")
	// ErrShort: the end of the file was cut off, and the log does not have it.
	ErrShort = errors.New("the end of the file is missing")
	// ErrReplaced: the file was replaced or removed while it was open.
	ErrReplaced = errors.New("the file was replaced while it was open")
	// ErrOther: the file is not the one that was written last in its place.
	ErrOther = errors.New("the file is another one than was written last")
)

// Sizes of the parts of a write-ahead log (sqlite.org/fileformat2.html, section 4).
const (
	walHeader = 32
	walFrame  = 24 // before each page
)

// CheckLog tells what SQLite would not, before it sees a file: that what was committed
// last is not there, or cannot be read. The log beside the file is read as SQLite does
// after a crash. The last commit of all may have been cut short by whatever ended the
// process: nobody was told that it is on the disk. noted are the stamps that were noted
// of the last commit that somebody was told of, where one is known; they must be read
// before. It returns one of the errors above, or one of reading.
func CheckLog(path string, noted ...Stamp) error {
	var before logState
	var found error
	for range 10 {
		file := headOf(path)
		now, err := readLog(path+"-wal", file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("read the write-ahead log: %w", err)
		}
		now.file = file
		if found != nil && now == before {
			return found
		}
		if found = now.check(noted); found == nil || errors.Is(found, ErrOther) && foreign(path) {
			return nil
		}
		before = now // unless another process is writing, it stays so
	}
	return nil
}

// check says what a file and its log lack.
func (l logState) check(noted []Stamp) error {
	now := l.file.stamp
	if l.stamped {
		now = l.last
	}
	var newest error // what a note says of it
	for _, n := range noted {
		switch {
		case newest != nil:
		case now == 0, n.since(now) > stray, now.since(n) > stray:
			newest = ErrOther // Open tells it if it is another program's
		case n.since(now) > 0:
			newest = fmt.Errorf("%w (commits: %d)", ErrBehind, (n.since(now)+1)/mostStep)
		}
	}
	// What is behind one broken commit can be that commit's rest. So can what is behind the
	// last one that was told: frames of commits that failed stay until others lie over them.
	damaged := l.behind > 1 || l.behind > 0 && !l.sound
	if len(noted) > 0 && newest == nil {
		damaged = false
	}
	switch {
	case l.file.size == 0 && l.frames > 0:
		return ErrLost
	case damaged:
		return fmt.Errorf("%w (commits behind the damaged place: %d)", ErrLog, l.behind)
	case !l.file.head:
		return nil // Open tells it
	case l.stamped && l.file.stamp != 0 && (l.file.stamp.since(l.first) < -mostStep || l.last.since(l.file.stamp) < 0):
		return ErrApart
	case newest != nil:
		return newest
	case len(noted) == 0 && now.open() && l.frames == 0:
		return fmt.Errorf("%w: the file was not closed, and it has no write-ahead log", ErrBehind)
	case l.frames > 0 && l.short > 0:
		return fmt.Errorf("%w (pages: %d)", ErrShort, l.short)
	}
	return nil
}

func empty(path string) bool {
	st, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist) || err == nil && st.Size() == 0
}

// logState is what a file and its log are found to be.
type logState struct {
	header      [walHeader]byte
	sound       bool  // the header is
	frames      int   // whole ones, of any time
	broken      int   // where SQLite stops reading them
	behind      int   // commits that lie behind
	first, last Stamp // of the commits that SQLite reads
	stamped     bool  // there is one of them
	salts       [8]byte
	file        fileHead
	short       int64 // pages that neither the file nor the log has
}

// pendingPage is one that SQLite leaves out of every file (sqlite.org/fileformat2.html,
// section 1.4).
const pendingPage = 0x40000000/pageSize + 1

// readLog reads the log of a file whose head is given.
func readLog(path string, file fileHead) (l logState, err error) {
	f, err := disk.Open(path)
	if err != nil {
		return l, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<17)
	if _, err := io.ReadFull(in, l.header[:]); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return logState{}, nil
	} else if err != nil {
		return l, err
	}
	order, size := l.readHeader()
	frame := make([]byte, walFrame+size)
	sum, whole := sumAt(l.header[24:]), l.sound
	var pending Stamp // of the commit that is being read
	has := false
	var before struct {
		salts [8]byte
		sum   [2]uint32
	}
	beyond, last := make(map[int64]bool), int64(0) // pages that the file does not have yet, and the last one of all
	for {
		if _, err := io.ReadFull(in, frame); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			l.short = file.short(last, beyond)
			return l, nil
		} else if err != nil {
			return l, err
		}
		l.frames++
		salts, commits := [8]byte(frame[8:]), binary.BigEndian.Uint32(frame[4:]) != 0
		if whole && salts == l.salts && frameSum(order, sum, frame) == sumAt(frame[16:]) {
			sum = sumAt(frame[16:])
			l.broken++
			page := int64(binary.BigEndian.Uint32(frame))
			if page > file.pages() {
				beyond[page] = true
			}
			if commits {
				last = int64(binary.BigEndian.Uint32(frame[4:]))
			}
			if page == 1 {
				pending, has = stampOf(frame[walFrame:])
				has = has && pending != 0 // else it was written before there were stamps in this file
			}
			if commits && has {
				if !l.stamped {
					l.first, l.stamped = pending, true
				}
				l.last, has = pending, false
			}
			continue
		}
		whole = false
		if none := [8]byte{}; l.salts == none && salts != none && salts == before.salts && frameSum(order, before.sum, frame) == sumAt(frame[16:]) {
			l.salts = salts // the header does not say what belongs together, but two frames do
		}
		if commits && salts == l.salts {
			l.behind++
		}
		before.salts, before.sum = salts, sumAt(frame[16:])
	}
}

// readHeader tells the order of bytes in which checksums are made, and the size of a page.
func (l *logState) readHeader() (order binary.ByteOrder, size int) {
	const magic = 0x377f0682
	order = binary.LittleEndian
	found := binary.BigEndian.Uint32(l.header[:])
	if found == magic|1 {
		order = binary.BigEndian
	}
	size = int(binary.BigEndian.Uint32(l.header[8:]))
	l.sound = found&^1 == magic && size >= 512 && size <= 1<<16 && checksum(order, [2]uint32{}, l.header[:24]) == sumAt(l.header[24:])
	if !l.sound {
		return order, pageSize
	}
	l.salts = [8]byte(l.header[16:])
	return order, size
}

// frameSum is the sum that a frame has behind one with the sum before.
func frameSum(order binary.ByteOrder, before [2]uint32, frame []byte) [2]uint32 {
	return checksum(order, checksum(order, before, frame[:8]), frame[walFrame:])
}

func sumAt(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// checksum goes on with the checksum of a log over a text of whole double words.
func checksum(order binary.ByteOrder, s [2]uint32, b []byte) [2]uint32 {
	for i := 0; i+8 <= len(b); i += 8 {
		s[0] += order.Uint32(b[i:]) + s[1]
		s[1] += order.Uint32(b[i+4:]) + s[0]
	}
	return s
}

// mendLog has a log read to its end: frames behind a damaged place are kept where they
// are as they were written, which the sum of the frame before each tells, and the sums
// are made anew. What a damaged frame said is missing then.
func mendLog(path string) error {
	l, err := readLog(path, fileHead{})
	if err != nil || l.frames == 0 {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	out := make([]byte, walHeader, len(b))
	copy(out, b)
	binary.BigEndian.PutUint32(out, 0x377f0682)
	binary.BigEndian.PutUint32(out[4:], 3007000)
	binary.BigEndian.PutUint32(out[8:], pageSize)
	copy(out[16:24], l.salts[:])
	sum := checksum(binary.LittleEndian, [2]uint32{}, out[:24])
	putSum(out[24:], sum)
	order, _ := l.readHeader()
	for at := walHeader; at+walFrame+pageSize <= len(b); at += walFrame + pageSize {
		frame := b[at : at+walFrame+pageSize]
		if [8]byte(frame[8:]) != l.salts {
			continue
		}
		if at > walHeader && frameSum(order, sumAt(b[at-pageSize-8:]), frame) != sumAt(frame[16:]) { // of the first one it is not known
			continue
		}
		sum = frameSum(binary.LittleEndian, sum, frame)
		out = append(out, frame...)
		putSum(out[len(out)-pageSize-8:], sum)
	}
	return os.WriteFile(path, out, 0o600)
}

// fileOfLog makes a file of the pages that its log holds. SQLite would take an empty file
// for a new one, and remove the log.
func fileOfLog(path string) error {
	l, err := readLog(path+"-wal", fileHead{})
	if err != nil {
		return err
	}
	b, err := os.ReadFile(path + "-wal")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for at := walHeader; at+walFrame+pageSize <= len(b) && err == nil; at += walFrame + pageSize {
		if [8]byte(b[at+8:]) != l.salts {
			continue // of the log's time before, or damaged
		}
		_, err = f.WriteAt(b[at+walFrame:at+walFrame+pageSize], pageSize*(int64(binary.BigEndian.Uint32(b[at:]))-1))
	}
	return errors.Join(err, f.Close(), os.Remove(path+"-wal"))
}

func putSum(b []byte, s [2]uint32) {
	binary.BigEndian.PutUint32(b, s[0])
	binary.BigEndian.PutUint32(b[4:], s[1])
}
