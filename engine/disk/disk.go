// Package disk opens the files and folders that a person names, and those that lie in a
// folder that came from somebody else. Only regular files are read: a pipe would be
// waited for, and a device has no end. How much is read is bounded by reading, as a size
// that a system states may be none. In a folder no link is followed: what it leads to
// was never part of the folder, whoever packed it.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

var (
	// ErrNotFile says that there is something else than a file: a folder, pipe, device or socket.
	ErrNotFile = errors.New("it is a pipe, a device or a folder, not a file")
	// ErrLink says that a link stands in the way, in a folder where none is followed.
	ErrLink = errors.New("it is a link, and links in a folder are not followed")
	// ErrLarge says that a file holds more than is read.
	ErrLarge = errors.New("it is too large")
)

// Open opens a regular file for reading. It never waits, as opening a pipe would.
func Open(name string) (*os.File, error) {
	if err := Regular(name); err != nil { // opening a device may already do something
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	return regular(f, name)
}

// OpenToAdd opens a regular file to write at its end, or makes one that only its owner can
// read. It never waits, as opening a pipe would.
func OpenToAdd(name string) (*os.File, error) { return openTo(name, os.O_APPEND, 0o600) }

// Write makes a regular file hold the data, or makes one. A link to a file is followed, as
// the person who named it meant it; into what is no file nothing is written.
func Write(name string, data []byte, perm fs.FileMode) error {
	f, err := openTo(name, 0, perm)
	if err != nil {
		return err
	}
	if err = f.Truncate(0); err == nil { // not by opening it, as it might be no file
		_, err = f.Write(data)
	}
	return errors.Join(err, f.Close())
}

func openTo(name string, how int, perm fs.FileMode) (*os.File, error) {
	if err := Regular(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(name, how|os.O_WRONLY|os.O_CREATE|nonblock, perm)
	if err != nil {
		return nil, err
	}
	return regular(f, name)
}

// regular closes what turns out to be no regular file.
func regular(f *os.File, name string) (*os.File, error) {
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotFile}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Regular says why a name is not that of a regular file: the error of looking, or
// ErrNotFile. A link to a file is one, as the person who named it meant it.
func Regular(name string) error {
	st, err := os.Stat(name)
	if err == nil && !st.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: name, Err: ErrNotFile}
	}
	return err
}

// Itself is Regular for a name that a program made: a link is ErrLink.
func Itself(name string) error {
	st, err := os.Lstat(name)
	switch {
	case err != nil:
		return err
	case st.Mode()&fs.ModeSymlink != 0:
		return &fs.PathError{Op: "open", Path: name, Err: ErrLink}
	case !st.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: name, Err: ErrNotFile}
	}
	return nil
}

// IsStream reports whether a name stands for what the shell has opened already, such as
// /dev/stdin, or what it writes for <(command).
func IsStream(name string) bool {
	return runtime.GOOS != "windows" && (name == "/dev/stdin" || strings.HasPrefix(path.Clean(name), "/dev/fd/"))
}

// Read returns a regular file, or what comes through a stream, of at most so many bytes.
func Read(name string, most int64) ([]byte, error) {
	if IsStream(name) {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return bounded(f, name, most)
	}
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, name, most)
}

func bounded(in io.Reader, name string, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(b)) > most {
		err = &fs.PathError{Op: "read", Path: name, Err: ErrLarge}
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// ReadFS returns a regular file of a file system, of at most so many bytes.
func ReadFS(fsys fs.FS, name string, most int64) ([]byte, error) {
	st, err := fs.Stat(fsys, name)
	if err == nil && !st.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotFile}
	}
	if err == nil && st.Size() > most {
		err = &fs.PathError{Op: "read", Path: name, Err: ErrLarge}
	}
	if err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, name, most)
}

// Folder is a folder as a file system. Nothing outside of it is read, no link in it is
// followed, and of its files only regular ones are opened.
type Folder struct{ root *os.Root }

var _ fs.ReadDirFS = (*Folder)(nil)

// OpenFolder opens a folder. Its own name may be a link: who named it meant it.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{root}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Root returns the folder for writing.
func (f *Folder) Root() *os.Root { return f.root }

// Stat tells about a file or folder; of a link it says ErrLink.
func (f *Folder) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	local, err := filepath.Localize(name)
	if err != nil { // on Windows, of a\b each part would have to be looked at
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	parts := strings.Split(local, string(filepath.Separator))
	for i := range parts {
		st, err := f.root.Lstat(filepath.Join(parts[:i+1]...))
		switch {
		case err != nil:
			return nil, err
		case st.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0 && !st.Mode().IsDir(): // irregular: a junction of Windows
			return nil, &fs.PathError{Op: "stat", Path: name, Err: ErrLink}
		case i == len(parts)-1:
			return st, nil
		}
	}
	panic("disk: a name without parts")
}

// Open opens a regular file, or a folder.
func (f *Folder) Open(name string) (fs.File, error) {
	st, err := f.Stat(name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() && !st.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrNotFile}
	}
	file, err := f.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return file, nil
	}
	return regular(file, name)
}

// ReadDir lists a folder.
func (f *Folder) ReadDir(name string) ([]fs.DirEntry, error) {
	dir, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	in, ok := dir.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "list", Path: name, Err: ErrNotFile}
	}
	list, err := in.ReadDir(-1)
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, err
}

// WriteNew writes a folder that must not exist, with files by their names in it. What
// could not be written whole is removed again.
func WriteNew(dir string, files map[string][]byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil { // also if a link of that name leads nowhere
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for name, data := range files {
		name = filepath.FromSlash(name)
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// WriteNewFile writes a file that must not exist, and neither must a link of its name.
func WriteNewFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// Followed returns what a name leads to: itself, or where its link ends.
func Followed(name string) (string, error) {
	full, err := filepath.Abs(name) // "." has no name to tell in a message
	if err != nil {
		return "", err
	}
	st, err := os.Lstat(full)
	if err == nil && st.Mode()&fs.ModeSymlink != 0 {
		full, err = filepath.EvalSymlinks(full)
	}
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	return full, nil
}

// EachName visits the names of what lies in a folder, some of them at a time, as there may
// be very many. A folder that is not there is empty.
func EachName(ctx context.Context, dir string, visit func(name string) error) error {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	for ctx.Err() == nil {
		names, err := f.Readdirnames(500)
		for _, name := range names {
			if err := visit(name); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
