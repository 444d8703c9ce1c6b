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

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// errHeld says that another process holds the lock.
var errHeld = errors.New("held by another process")

// Lock is the lock beside the database. The system frees it when the
// process dies, however it dies; the file itself stays. Somebody may remove it as a
// leftover, so where the system lets one, the folder is locked too.
type Lock struct {
	f, dir *os.File
	// noted is the stamp of the last commit that was noted.
	noted sqlite.Stamp
	// Lost says that a Sluice was here before, and its file is not, or is empty.
	Lost bool
}

const lockName = "sluice.lock"

// TakeLock takes the lock of a folder, or says who has it.
func TakeLock(dir string) (*Lock, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	folder, err := lockFolder(dir)
	if err == nil {
		err = lockFile(f)
	}
	if err != nil {
		defer closeAll(f, folder)
		if !errors.Is(err, errHeld) {
			return nil, fault.Because(fmt.Errorf("lock %s: %w", path, err), "engine.lock", "Sluice cannot lock its folder",
				"Sluice keeps its data on a disk of this computer only: choose a folder that is not on a network drive.")
		}
		who := "Another Sluice"
		if b, err := disk.Read(path, 1<<10); err == nil {
			if pid, _ := readNote(b); pid > 0 {
				who = fmt.Sprintf("Another Sluice (process %d)", pid)
			}
		}
		return nil, fault.Because(err, "engine.locked", who+" is using this folder",
			"It may be a window, or sluice serve or run. Use that one, or end it and start again. The folder is "+dir+".")
	}
	l := &Lock{f: f, dir: folder}
	if st, err := f.Stat(); err == nil && st.Size() > 0 {
		file, err := os.Stat(filepath.Join(dir, FileName))
		l.Lost = errors.Is(err, os.ErrNotExist) || err == nil && file.Size() == 0
	}
	l.noted = noted(dir)
	if err := errors.Join(l.write(l.noted), f.Sync()); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock: %w", err), closeAll(f, folder))
	}
	return l, nil
}

// Note notes the stamp of a commit that is on the disk, before anybody is told of it. It
// is not flushed: what a process wrote outlives it, and after a power cut an older note
// serves as well. One that cannot be written is worth no commit.
func (l *Lock) Note(s sqlite.Stamp) { _ = l.write(s) }

// Forget lets the folder's file be another one.
func (l *Lock) Forget() error { return errors.Join(l.write(0), l.f.Sync()) }

func (l *Lock) write(s sqlite.Stamp) error {
	_, err := l.f.WriteAt(noteText(pid, s), 0)
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

// noted is the stamp of the last commit that is noted in a folder, 0 if it is not known.
func noted(dir string) sqlite.Stamp {
	b, err := disk.Read(filepath.Join(dir, lockName), 1<<10)
	if err != nil {
		return 0
	}
	_, s := readNote(b)
	return s
}

// Release frees the folder.
func (l *Lock) Release() error { return closeAll(l.f, l.dir) }

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
