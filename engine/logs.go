package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"sluice/engine/run"
)

const (
	logMax   = 64 << 20 // bytes of one attempt
	logChunk = 1 << 20  // bytes of one answer
)

// logPath names the file of a step's attempt. Step ids become safe file names
// that stay readable.
func logPath(dir string, id run.ID, step run.StepID, attempt int) (string, error) {
	if err := uuid.Validate(string(id)); err != nil {
		return "", fmt.Errorf("log of run %q: %w", id, err)
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
	return filepath.Join(dir, "logs", string(id), name+"."+strconv.Itoa(attempt)+".log"), nil
}

// openLog opens a log for writing at its end.
func openLog(dir string, id run.ID, step run.StepID, attempt int) (io.WriteCloser, error) {
	path, err := logPath(dir, id, step, attempt)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of a log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open a log: %w", err)
	}
	return &logFile{File: f, left: logMax}, nil
}

// logFile bounds a log: a script that never stops printing must not fill the
// disk. Its own writes always succeed.
type logFile struct {
	*os.File
	left int
}

func (l *logFile) Write(p []byte) (int, error) {
	switch {
	case l.left <= 0:
	case len(p) > l.left:
		l.left = 0
		_, _ = l.File.WriteString("\n… the log is longer than 64 MB; the rest was not kept\n") // losing lines is allowed
	default:
		l.left -= len(p)
		_, _ = l.File.Write(p)
	}
	return len(p), nil
}

// Logs returns a step's log from a byte offset on, up to a megabyte. A log that
// was not begun is empty.
func (r *Reader) Logs(ctx context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error) {
	path, err := logPath(r.dir, id, step, attempt)
	if err != nil {
		return nil, unexpected(err)
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unexpected(fmt.Errorf("open a log: %w", err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, offset, logChunk))
	if err != nil {
		return nil, unexpected(fmt.Errorf("read a log: %w", err))
	}
	return b, nil
}
