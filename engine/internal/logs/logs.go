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
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	"sluice/engine/disk"
	"sluice/engine/run"
)

const (
	logMax   = 64 << 20  // bytes of one attempt
	runMax   = 256 << 20 // bytes of all attempts of a run
	logChunk = 1 << 20   // bytes of one answer
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
	if base, _, _ := strings.Cut(name, "."); device.MatchString(base) {
		name = fmt.Sprintf("%%%02x", name[0]) + name[1:]
	}
	if len(name) > 120 {
		sum := sha256.Sum256([]byte(step))
		name = name[:100] + "~" + hex.EncodeToString(sum[:8])
	}
	return filepath.Join(folder, name+"."+strconv.Itoa(attempt)+".log"), nil
}

// device matches what Windows takes for a device, also before a dot.
var device = regexp.MustCompile("^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")

// Folder is where the logs of a run are.
func Folder(dir string, id run.ID) (string, error) {
	if err := uuid.Validate(string(id)); err != nil {
		return "", fmt.Errorf("log of run %q: %w", id, err)
	}
	return filepath.Join(dir, "logs", string(id)), nil
}

// Bounds are how much room is left for the logs of runs. They are of the process that
// writes them.
type Bounds struct {
	mu   sync.Mutex
	left map[string]*atomic.Int64 // by folder
}

// mostBounds is for how many runs it is remembered: of another one its files are looked at.
const mostBounds = 1024

// of is how much room is left in a folder.
func (b *Bounds) of(folder string) *atomic.Int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if left := b.left[folder]; left != nil {
		return left
	}
	if b.left == nil || len(b.left) >= mostBounds {
		b.left = make(map[string]*atomic.Int64) // who writes has its own
	}
	left := new(atomic.Int64)
	left.Store(runMax)
	files, _ := os.ReadDir(folder) // there may be none yet
	for _, f := range files {
		if st, err := f.Info(); err == nil {
			left.Add(-st.Size())
		}
	}
	b.left[folder] = left
	return left
}

// File is the log of one attempt while it is written. The file is made when
// there is something to write: most steps print nothing. A log is bounded, and so are
// those of a run, as a script that never stops printing must not fill the disk, and a write
// always succeeds: losing lines is allowed, failing a step over them is not. What was left
// out is told where the log was cut, and how much it was at its end.
type File struct {
	path   string
	log    *slog.Logger // hears of a log that cannot be opened
	bounds *Bounds

	mu    sync.Mutex // executors copy from two pipes
	f     *os.File
	tried bool
	left  int64
	run   *atomic.Int64 // what is left for all of the run
	out   int64         // bytes that were left out
}

// New is the log of an attempt at a path that Path made.
func (b *Bounds) New(path string, log *slog.Logger) *File {
	return &File{path: path, log: log, bounds: b}
}

// Write adds to the log, as far as there is room. It never fails.
func (l *File) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if !l.tried {
		l.tried, l.left, l.run = true, logMax, l.bounds.of(filepath.Dir(l.path))
		if err := l.open(); err != nil {
			l.log.Error("open a log", "path", l.path, "err", err)
		}
	}
	n := int64(len(p))
	switch {
	case l.f == nil:
	case l.out > 0:
		l.out += n
	case n > l.left:
		l.cut(n, fmt.Sprintf("the log is longer than %d MB", logMax>>20))
	case l.run.Add(-n) < 0:
		l.run.Add(n)
		l.cut(n, fmt.Sprintf("the logs of this run are longer than %d MB", runMax>>20))
	default:
		l.left -= n
		l.f.Write(p)
	}
	return len(p), nil
}

// cut ends what is kept of the log.
func (l *File) cut(n int64, why string) {
	l.out = n
	fmt.Fprintf(l.f, "\n… %s; what follows was left out\n", why)
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
	if l.out > 0 {
		fmt.Fprintf(l.f, "…, %s left out\n", leftOut(l.out))
	}
	f := l.f
	l.f = nil
	return f.Close()
}

// leftOut writes how much it was.
func leftOut(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", max(1, n>>10))
	}
	return fmt.Sprintf("%d MB", n>>20)
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
