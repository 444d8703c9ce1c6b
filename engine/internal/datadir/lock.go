package datadir

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// errHeld says that another process holds the lock.
var errHeld = errors.New("held by another process")

// Lock is the lock beside the database, and the note of the last commit in it. The system
// frees it when the process dies, however it dies; the file itself stays. Somebody may
// remove it as a leftover, so where the system lets one, the folder is locked too, and
// the note stands in a second file as well.
type Lock struct {
	f, second, dir *os.File
	// Lost says that a Sluice was here before, and its file is not, or is empty.
	Lost bool
}

// The names of the lock, and of the file with the second note: whoever copies the database
// by its name takes that along.
const (
	lockName = "sluice.lock"
	noteName = FileName + "-last"
)

// TakeLock takes the lock of a folder, or says who has it. Codes: engine.lock,
// engine.locked.
func TakeLock(dir string) (_ *Lock, err error) {
	path := filepath.Join(dir, lockName)
	l := &Lock{}
	defer func() {
		if err != nil {
			_ = l.Release()
		}
	}()
	if l.f, err = openNote(path); err != nil {
		return nil, lockFault(path, err)
	}
	if l.dir, err = lockFolder(dir); err == nil {
		if err = lockFile(l.f); errors.Is(err, errHeld) { // by somebody who only looks, maybe: see InUse
			time.Sleep(20 * time.Millisecond)
			err = lockFile(l.f)
		}
	}
	switch {
	case errors.Is(err, errHeld):
		who := "Another Sluice"
		if b, err := disk.Read(path, 1<<10); err == nil {
			if pid, _ := readNote(b); pid > 0 {
				who = fmt.Sprintf("Another Sluice (process %d)", pid)
			}
		}
		return nil, fault.Because(err, "engine.locked", who+" is using this folder",
			"It may be a window, or sluice serve or run. Use that one, or end it and start again. The folder is "+dir+".")
	case err != nil:
		return nil, fault.Because(fmt.Errorf("lock %s: %w", path, err), "engine.lock", "Sluice cannot lock its folder",
			"Sluice keeps its data on a disk of this computer only: choose a folder that is not on a network drive.")
	}
	if l.second, err = openNote(filepath.Join(dir, noteName)); err != nil {
		return nil, lockFault(filepath.Join(dir, noteName), err)
	}
	if st, err := l.f.Stat(); err == nil && st.Size() > 0 {
		file, err := os.Stat(filepath.Join(dir, FileName))
		l.Lost = errors.Is(err, os.ErrNotExist) || err == nil && file.Size() == 0
	}
	for _, f := range []*os.File{l.f, l.second} { // each keeps what it says: it is looked at later
		_, s := noteIn(f.Name())
		if err := errors.Join(write(f, s), f.Sync()); err != nil {
			return nil, lockFault(f.Name(), err)
		}
	}
	return l, nil
}

// InUse reports whether a process holds the lock of a folder.
func InUse(dir string) bool {
	f, err := disk.Open(filepath.Join(dir, lockName))
	if err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	defer f.Close()
	return lookLock(f) != nil
}

func openNote(path string) (*os.File, error) {
	if err := disk.Itself(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// lockFault says why the file of a lock cannot be used.
func lockFault(path string, err error) *fault.Error {
	return fault.Because(err, "engine.lock", "Sluice cannot use "+path,
		"Nothing was changed. It must be a file that you may read and write, on a disk with room: look what lies there, and move it away if it is something else.")
}

// Note notes the stamp of a commit that is on the disk, before anybody is told of it. It
// is not flushed: what a process wrote outlives it, and after a power cut an older note
// serves as well. One that cannot be written is worth no commit.
func (l *Lock) Note(s sqlite.Stamp) { _, _ = write(l.f, s), write(l.second, s) }

// NoteAgain is Note where the files may have been replaced by others: it goes by their names.
func (l *Lock) NoteAgain(s sqlite.Stamp) {
	l.Note(s)
	for _, f := range []*os.File{l.f, l.second} {
		if again, err := openNote(f.Name()); err == nil {
			_, _ = write(again, s), again.Close()
		}
	}
}

// Forget lets the folder's file be another one.
func (l *Lock) Forget() error {
	return errors.Join(write(l.f, 0), write(l.second, 0), l.f.Sync(), l.second.Sync())
}

func write(f *os.File, s sqlite.Stamp) error {
	_, err := f.WriteAt(noteText(pid, s), 0)
	return err
}

// pid does not change.
var pid = os.Getpid()

// noteText is what stands in a lock: the process and the stamp, always of one length so
// that one write replaces the other, and their sum.
func noteText(pid int, s sqlite.Stamp) []byte {
	const columns = 10 // of the process
	b := make([]byte, 0, 32)
	b = strconv.AppendInt(b, int64(pid), 10)
	for len(b) <= columns {
		b = append(b, ' ')
	}
	b = appendHex(b, uint32(s))
	return append(appendHex(append(b, ' '), crc32.ChecksumIEEE(b)), '\n')
}

func appendHex(b []byte, n uint32) []byte {
	return hex.AppendEncode(b, binary.BigEndian.AppendUint32(nil, n))
}

// readNote reads it; the stamp is 0 if it is not as it was written.
func readNote(b []byte) (pid int, s sqlite.Stamp) {
	var text string
	if fields := strings.Fields(string(b)); len(fields) > 0 {
		pid, _ = strconv.Atoi(fields[0])
		if len(fields) > 1 {
			text = fields[1]
		}
	}
	n, err := strconv.ParseUint(text, 16, 32)
	if err != nil || !bytes.HasPrefix(b, noteText(pid, sqlite.Stamp(n))) {
		return pid, 0
	}
	return pid, sqlite.Stamp(n)
}

// noteIn is what a file notes.
func noteIn(path string) (pid int, s sqlite.Stamp) {
	b, err := disk.Read(path, 1<<10)
	if err != nil {
		return 0, 0
	}
	return readNote(b)
}

// noted are the stamps of the last commit that are noted in a folder, none if it is not
// known.
func noted(dir string) (out []sqlite.Stamp) {
	for _, name := range []string{lockName, noteName} {
		if _, s := noteIn(filepath.Join(dir, name)); s != 0 {
			out = append(out, s)
		}
	}
	return out
}

// Release frees the folder. To close the files is not enough: a child process holds them,
// too, from its fork until it begins its own program.
func (l *Lock) Release() error {
	for _, f := range []*os.File{l.f, l.dir} {
		if f != nil {
			unlockFile(f)
		}
	}
	return closeAll(l.f, l.second, l.dir)
}

// closeAll closes files, of which some may be nil.
func closeAll(files ...*os.File) error {
	var errs []error
	for _, f := range files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}
