package logs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"sluice/engine/disk"
	"sluice/engine/run"
)

const (
	logMax   = 64 << 20 // bytes of one attempt
	logChunk = 1 << 20  // bytes of one answer
)

// Path names the file of a step's attempt. Step ids become safe file names
// that stay readable.
func Path(dir string, id run.ID, step run.StepID, attempt int) (string, error) {
	folder, err := Folder(dir, id)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, c := range []byte(step) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		case c == '/':
			b.WriteByte('.')
		default: // upper case, too: some file systems fold it
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	name := b.String()
	if len(name) > 120 {
		sum := sha256.Sum256([]byte(step))
		name = name[:100] + "~" + hex.EncodeToString(sum[:8])
	}
	return filepath.Join(folder, name+"."+strconv.Itoa(attempt)+".log"), nil
}

// Folder is where the logs of a run are.
func Folder(dir string, id run.ID) (string, error) {
	if err := uuid.Validate(string(id)); err != nil {
		return "", fmt.Errorf("log of run %q: %w", id, err)
	}
	return filepath.Join(dir, "logs", string(id)), nil
}

// File is the log of one attempt while it is written. The file is made when
// there is something to write: most steps print nothing. A log is bounded, as a
// script that never stops printing must not fill the disk, and a write always
// succeeds: losing lines is allowed, failing a step over them is not.
type File struct {
	path string
	log  *slog.Logger // hears of a log that cannot be opened

	mu    sync.Mutex // executors copy from two pipes
	f     *os.File
	tried bool
	left  int
}

// New is the log of an attempt at a path that Path made.
func New(path string, log *slog.Logger) *File { return &File{path: path, log: log} }

// Write adds to the log, as far as there is room. It never fails.
func (l *File) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if !l.tried {
		l.tried, l.left = true, logMax
		if err := l.open(); err != nil {
			l.log.Error("open a log", "path", l.path, "err", err)
		}
	}
	switch {
	case l.f == nil || l.left <= 0:
	case len(p) > l.left:
		l.left = 0
		l.f.WriteString("\n… the log is longer than 64 MB; the rest was not kept\n")
	default:
		l.left -= len(p)
		l.f.Write(p)
	}
	return len(p), nil
}

func (l *File) open() (err error) {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return err
	}
	l.f, err = disk.OpenToAdd(l.path)
	return err
}

// Close closes the file; what is written later is lost.
func (l *File) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tried = true
	if l.f == nil {
		return nil
	}
	f := l.f
	l.f = nil
	return f.Close()
}

// Read returns a step's log from a byte offset on, up to a megabyte. A log that
// was not begun is empty.
func Read(dir string, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error) {
	path, err := Path(dir, id, step, attempt)
	if err != nil {
		return nil, err
	}
	f, err := disk.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open a log: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, offset, logChunk))
	if err != nil {
		return nil, fmt.Errorf("read a log: %w", err)
	}
	return b, nil
}
