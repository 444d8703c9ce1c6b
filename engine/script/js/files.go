package js

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/script/internal/job"
)

// maxFile bounds what a script in the engine reads or writes at once.
const maxFile = 32 << 20

// What a script in the engine writes in all is bounded, as it may write as fast as the
// disk takes it: 1 GB, and a new file or folder counts as a block of the disk at least.
const (
	maxWritten = 1 << 30
	diskBlock  = 4 << 10
)

// errWritten says that a script has written all that it may.
var errWritten = errors.New("too much written")

// spend counts what is about to be written to a file or folder.
func (m *machine) spend(in string, size int) error {
	if _, err := m.root.Lstat(in); err != nil {
		size += diskBlock
	}
	if m.written+int64(size) > maxWritten {
		return errWritten
	}
	m.written += int64(size)
	return nil
}

// fileError is worded as Node words errors of files.
func fileError(code, what, op, name string) error {
	return fmt.Errorf("%s: %s, %s '%s'", code, what, op, name)
}

// file does one thing with the files that the script sees: those of the folder
// that the run's steps share, which it calls ./shared or /shared. The root
// keeps links from leading out of it.
func (m *machine) file(op, name string, a []any) (any, error) {
	if m.shared == "" {
		return nil, fileError("EACCES", "a step has files only where the flow's steps share a worker (same_worker)", op, name)
	}
	if m.root == nil {
		root, err := os.OpenRoot(m.shared)
		if err != nil {
			return nil, fileError("EIO", "the shared folder is not there", op, name)
		}
		m.root = root
	}
	in, ok := inShared(name)
	if !ok {
		return nil, fileError("EACCES", "a step sees only the folder ./shared", op, name)
	}
	out, err := m.fileOp(op, in, a)
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fileError("ENOENT", "no such file or directory", op, name)
	case errors.Is(err, fs.ErrExist):
		return nil, fileError("EEXIST", "file already exists", op, name)
	case errors.Is(err, fs.ErrPermission):
		return nil, fileError("EACCES", "permission denied", op, name)
	case errors.Is(err, errWritten):
		return nil, fileError("ENOSPC", fmt.Sprintf("a step writes %d MB in all", maxWritten>>20), op, name)
	case errors.Is(err, job.ErrTooLarge):
		return nil, fileError("EFBIG", fmt.Sprintf("a script handles %d MB at once", maxFile>>20), op, name)
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	return nil, fileError("EIO", err.Error(), op, name)
}

// inShared turns a path as the script writes it, whose folder is /, into one
// in the shared folder.
func inShared(name string) (string, bool) {
	p := path.Clean("/" + filepath.ToSlash(name))
	rest, ok := strings.CutPrefix(p, "/shared")
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest = strings.TrimPrefix(rest, "/"); rest == "" {
		rest = "."
	}
	return filepath.FromSlash(rest), true
}

func (m *machine) fileOp(op, in string, a []any) (any, error) {
	switch op {
	case "read":
		b, err := m.readFile(in)
		if err != nil {
			return nil, err
		}
		if flag(a, 1) {
			return fromBytes(b), nil
		}
		if !utf8.Valid(b) {
			return strings.ToValidUTF8(string(b), "\ufffd"), nil
		}
		return string(b), nil
	case "write", "append":
		data := []byte(str(a, 1))
		if flag(a, 2) {
			data = toBytes(str(a, 1))
		}
		if len(data) > maxFile {
			return nil, job.ErrTooLarge
		}
		how := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if op == "append" {
			how = os.O_WRONLY | os.O_CREATE | os.O_APPEND
		}
		return nil, m.writeFile(in, how, data)
	case "copy":
		to, ok := inShared(str(a, 1))
		if !ok {
			return nil, fs.ErrPermission
		}
		b, err := m.readFile(in)
		if err != nil {
			return nil, err
		}
		return nil, m.writeFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, b)
	case "rename":
		to, ok := inShared(str(a, 1))
		if !ok {
			return nil, fs.ErrPermission
		}
		return nil, m.root.Rename(in, to)
	case "mkdir":
		at := ""
		for part := range strings.SplitSeq(in, string(filepath.Separator)) {
			at = filepath.Join(at, part)
			if err := m.spend(at, 0); err != nil {
				return nil, err
			}
		}
		if flag(a, 1) {
			return nil, m.root.MkdirAll(in, 0o700)
		}
		return nil, m.root.Mkdir(in, 0o700)
	case "remove":
		if in == "." {
			return nil, fs.ErrPermission
		}
		if flag(a, 1) {
			if _, err := m.root.Lstat(in); err != nil {
				return nil, err
			}
			return nil, m.root.RemoveAll(in)
		}
		return nil, m.root.Remove(in)
	case "stat":
		s, err := m.root.Stat(in)
		if err != nil {
			return nil, err
		}
		return string(mustJSON(map[string]any{"dir": s.IsDir(), "size": s.Size(), "time": float64(s.ModTime().UnixNano()) / float64(time.Millisecond)})), nil
	case "list":
		list, err := fs.ReadDir(m.root.FS(), filepath.ToSlash(in))
		if err != nil {
			return nil, err
		}
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = e.Name()
		}
		return string(mustJSON(names)), nil
	}
	return nil, fmt.Errorf("unknown operation %q", op)
}

func (m *machine) readFile(in string) ([]byte, error) { return job.ReadFile(m.root, in, maxFile) }

func (m *machine) writeFile(in string, how int, data []byte) error {
	if err := m.spend(in, len(data)); err != nil {
		return err
	}
	f, err := m.root.OpenFile(in, how|job.NoWait, 0o600)
	if err != nil {
		return err
	}
	if s, err := f.Stat(); err != nil || !s.Mode().IsRegular() {
		return errors.Join(job.ErrNoFile, f.Close())
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func flag(a []any, i int) bool {
	if i >= len(a) {
		return false
	}
	b, _ := a[i].(bool)
	return b
}
