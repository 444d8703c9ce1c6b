package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// maxFile bounds what a script in the engine reads or writes at once.
const maxFile = 32 << 20

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
	case errors.Is(err, errTooLarge):
		return nil, fileError("EFBIG", fmt.Sprintf("a script handles %d MB at once", maxFile>>20), op, name)
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	return nil, fileError("EIO", err.Error(), op, name)
}

var errTooLarge = errors.New("too large")

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
			return nil, errTooLarge
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
		return jsonText(map[string]any{"dir": s.IsDir(), "size": s.Size(), "time": float64(s.ModTime().UnixNano()) / float64(time.Millisecond)}), nil
	case "list":
		list, err := fs.ReadDir(m.root.FS(), filepath.ToSlash(in))
		if err != nil {
			return nil, err
		}
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = e.Name()
		}
		return jsonText(names), nil
	}
	return nil, fmt.Errorf("unknown operation %q", op)
}

func (m *machine) readFile(in string) ([]byte, error) { return readPlain(m.root, in, maxFile) }

// readPlain reads a plain file of a folder that scripts write to. It never waits:
// what lies under the name may be a pipe that nobody writes to.
func readPlain(root *os.Root, name string, most int64) ([]byte, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !s.Mode().IsRegular() {
		return nil, errNoFile
	}
	if s.Size() > most {
		return nil, &sizeError{s.Size()}
	}
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = &sizeError{int64(len(b))}
	}
	return b, err
}

var errNoFile = errors.New("not a file")

// sizeError is about a file that is larger, in bytes, than what is read of one.
type sizeError struct{ size int64 }

func (e *sizeError) Error() string        { return errTooLarge.Error() }
func (e *sizeError) Is(target error) bool { return target == errTooLarge }

func (m *machine) writeFile(in string, how int, data []byte) error {
	f, err := m.root.OpenFile(in, how|noWait, 0o600)
	if err != nil {
		return err
	}
	if s, err := f.Stat(); err != nil || !s.Mode().IsRegular() {
		return errors.Join(errNoFile, f.Close())
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("script: " + err.Error()) // our own types only
	}
	return string(b)
}

func flag(a []any, i int) bool {
	if i >= len(a) {
		return false
	}
	b, _ := a[i].(bool)
	return b
}
