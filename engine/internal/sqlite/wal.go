package sqlite

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"sluice/engine/disk"
)

// ErrLog says that the write-ahead log is spoiled in its middle: what was committed
// behind that place is there, and SQLite would pass over it without a word.
var ErrLog = errors.New("the write-ahead log is damaged")

// ErrLost says that the file itself is empty or gone, while its write-ahead log is there.
var ErrLost = errors.New("the file is gone, and its write-ahead log is there")

// Sizes of the parts of a write-ahead log (sqlite.org/fileformat2.html, section 4).
const (
	walHeader = 32
	walFrame  = 24 // before each page
)

// CheckLog reads the write-ahead log beside a file as SQLite does after a crash, and
// tells what SQLite would not: a place where it stops reading, although what was
// committed later lies behind it. The last commit of all may have been cut short by
// whatever ended the process; nobody was told that it is on the disk. It returns ErrLog,
// ErrLost, or an error of reading; nil where there is no log.
func CheckLog(path string) error {
	for range 10 {
		before, err := readLog(path + "-wal")
		switch {
		case errors.Is(err, os.ErrNotExist):
			return nil
		case err != nil:
			return fmt.Errorf("read the write-ahead log: %w", err)
		case before.header != nil && empty(path):
			return ErrLost
		case before.behind < 2: // what is behind one broken commit can be that commit's rest
			return nil
		}
		now, err := readLog(path + "-wal")
		if err != nil || bytes.Equal(before.header, now.header) && before.broken == now.broken {
			return fmt.Errorf("%w: %d commits lie behind the damaged place", ErrLog, before.behind)
		}
		// Another process was writing to that place, or began the log anew.
	}
	return nil
}

func empty(path string) bool {
	st, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist) || err == nil && st.Size() == 0
}

// logState is what a log is found to be.
type logState struct {
	header []byte // nil if the log has no frames
	broken int    // where SQLite stops reading it, in frames
	behind int    // commits that lie behind
}

func readLog(path string) (l logState, err error) {
	f, err := disk.Open(path)
	if err != nil {
		return l, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<17)
	header, err := in.Peek(walHeader + walFrame)
	if errors.Is(err, io.EOF) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	header = bytes.Clone(header)
	var order binary.ByteOrder = binary.LittleEndian
	magic := binary.BigEndian.Uint32(header)
	if magic&1 == 1 {
		order = binary.BigEndian
	}
	size := int(binary.BigEndian.Uint32(header[8:]))
	sum := checksum(order, [2]uint32{}, header[:24])
	sound := magic&^1 == 0x377f0682 && sum == sumAt(header[24:])
	salts := header[16:24]
	if !sound { // then the frames tell what belongs together
		size, salts = pageSize, header[walHeader+8:walHeader+16]
	}
	_, _ = in.Discard(walHeader)
	frame := make([]byte, walFrame+size)
	for {
		if _, err := io.ReadFull(in, frame); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			l.header = header[:walHeader]
			return l, nil
		} else if err != nil {
			return l, err
		}
		mine := bytes.Equal(frame[8:16], salts)
		if sound && mine {
			next := checksum(order, checksum(order, sum, frame[:8]), frame[walFrame:])
			if next == sumAt(frame[16:]) {
				sum = next
				l.broken++
				continue
			}
		}
		sound = false
		if mine && binary.BigEndian.Uint32(frame[4:]) != 0 && !bytes.Equal(salts, make([]byte, 8)) {
			l.behind++
		}
	}
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
	b, err := os.ReadFile(path)
	if err != nil || len(b) < walHeader+walFrame+pageSize {
		return err
	}
	out := make([]byte, walHeader, len(b))
	copy(out, b)
	binary.BigEndian.PutUint32(out, 0x377f0682)
	binary.BigEndian.PutUint32(out[4:], 3007000)
	binary.BigEndian.PutUint32(out[8:], pageSize)
	copy(out[16:24], b[walHeader+8:]) // as its frames say it
	sum := checksum(binary.LittleEndian, [2]uint32{}, out[:24])
	putSum(out[24:], sum)
	var order binary.ByteOrder = binary.LittleEndian
	if binary.BigEndian.Uint32(b)&1 == 1 {
		order = binary.BigEndian
	}
	for at := walHeader; at+walFrame+pageSize <= len(b); at += walFrame + pageSize {
		frame := b[at : at+walFrame+pageSize]
		if !bytes.Equal(frame[8:16], out[16:24]) {
			continue
		}
		if at > walHeader { // of the first one it is not known
			before := sumAt(b[at-pageSize-8:])
			if checksum(order, checksum(order, before, frame[:8]), frame[walFrame:]) != sumAt(frame[16:]) {
				continue
			}
		}
		sum = checksum(binary.LittleEndian, checksum(binary.LittleEndian, sum, frame[:8]), frame[walFrame:])
		out = append(out, frame...)
		putSum(out[len(out)-pageSize-8:], sum)
	}
	return os.WriteFile(path, out, 0o600)
}

// fileOfLog makes a file of the pages that its log holds. SQLite would take an empty file
// for a new one, and remove the log.
func fileOfLog(path string) error {
	b, err := os.ReadFile(path + "-wal")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for at := walHeader; at+walFrame+pageSize <= len(b) && err == nil; at += walFrame + pageSize {
		if !bytes.Equal(b[at+8:at+16], b[16:24]) {
			break // of the log's time before
		}
		_, err = f.WriteAt(b[at+walFrame:at+walFrame+pageSize], pageSize*(int64(binary.BigEndian.Uint32(b[at:]))-1))
	}
	return errors.Join(err, f.Close(), os.Remove(path+"-wal"))
}

func putSum(b []byte, s [2]uint32) {
	binary.BigEndian.PutUint32(b, s[0])
	binary.BigEndian.PutUint32(b[4:], s[1])
}
