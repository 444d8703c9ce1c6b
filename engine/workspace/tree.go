package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
)

// Bounds of what is read. The largest public folder seen holds some 3,000 files
// with 20 MB.
const (
	maxFile = 32 << 20
	maxTree = 512 << 20
)

// Folders of other tools, which can be made again or are another tool's own.
var tools = []string{".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "venv", "__pycache__", ".DS_Store", "Thumbs.db"}

// tree holds files by the names that their authors chose.
type tree struct {
	files map[string][]byte
	short map[string]string // what shortened parts of names stand for
	disk  map[string]string // what a file is called where it lies, if otherwise
}

// newTree makes a tree of kept files.
func newTree(kept []flow.KeptFile) tree {
	t := tree{files: map[string][]byte{}, disk: map[string]string{}}
	for _, f := range kept {
		t.files[f.Path] = f.Data
	}
	t.short, _ = shortNames(t.files[NamesFile])
	return t
}

// plain returns what the names of a path stand for.
func (t tree) plain(path string) string {
	return eachPart(path, func(part string) string {
		if long, ok := t.short[part]; ok {
			return long
		}
		return PlainName(part)
	})
}

// IsRoot reports whether a folder is a workspace: it has wmill.yaml, or the
// folders u or f.
func IsRoot(fsys fs.FS) bool {
	if st, err := fs.Stat(fsys, settingsFile); err == nil && !st.IsDir() {
		return true
	}
	for _, dir := range []string{"u", "f"} {
		if st, err := fs.Stat(fsys, dir); errors.Is(err, disk.ErrLink) || err == nil && st.IsDir() { // a link is told where it is left out
			return true
		}
	}
	return false
}

// FindRoot looks for workspaces in a folder that is none itself, up to three
// folders deep, so that a message can name them.
func FindRoot(fsys fs.FS) []string {
	var found []string
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil
		case slices.Contains(tools, d.Name()) || strings.Count(name, "/") >= 3 || len(found) >= 5:
			return fs.SkipDir
		case name == ".":
			return nil
		}
		sub, err := fs.Sub(fsys, name)
		if err == nil && IsRoot(sub) {
			found = append(found, name)
			return fs.SkipDir
		}
		return nil
	})
	return found
}

// load reads all files of a folder. What cannot be read is told and passed
// over; the error is for a folder that cannot be read at all.
func load(fsys fs.FS, r *Report) (tree, error) {
	t, total := newTree(nil), 0
	if data, err := disk.ReadFS(fsys, NamesFile, maxFile); err == nil {
		if t.short, err = shortNames(data); err != nil {
			r.add(Line{File: NamesFile, What: Refused, Why: "It tells what shortened names stand for, and cannot be read.", Do: "Put it back as Sluice wrote it; without it shortened names stay short."})
		}
	}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		leave := func(why, do string) error {
			r.add(Line{File: name, What: LeftOut, Why: why, Do: do})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			r.add(Line{File: name, What: Refused, Why: "It cannot be read: " + reason(err) + ".", Do: "Check that you may read it, then import again."})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !utf8.ValidString(name):
			return leave("Its name is not UTF-8 text.", "Give it another name, then import again.")
		case name != "." && slices.Contains(tools, d.Name()):
			return leave("It belongs to another tool.", "")
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return leave("It is a link or a device, not a file.", "Put the file itself in its place.")
		}
		data, err := disk.ReadFS(fsys, name, maxFile)
		switch {
		case errors.Is(err, disk.ErrLarge), err == nil && total+len(data) > maxTree:
			return leave(fmt.Sprintf("It is too large: files of up to %d MB are kept, %d MB in all.", maxFile>>20, maxTree>>20), "Keep it elsewhere.")
		case err != nil:
			r.add(Line{File: name, What: Refused, Why: "It cannot be read: " + reason(err) + ".", Do: "Check that you may read it, then import again."})
			return nil
		}
		plain := t.plain(name)
		if _, twice := t.files[plain]; twice {
			return leave("Another file stands for the same name, "+plain+".", "Remove one of the two.")
		}
		total += len(data)
		t.files[plain] = data
		if plain != name {
			t.disk[plain] = name
		}
		return nil
	})
	if err != nil {
		return t, fault.Because(err, "workspace.read", "The folder cannot be read", "Check that it exists and that you may read it.")
	}
	return t, nil
}

// reason is what a system says of a file, without the file.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// NamesFile is a file of Sluice's own in a folder: it tells what shortened names
// stand for.
const NamesFile = "sluice-names.json"

type nameList struct {
	Names map[string]string `json:"names"`
}

// MergeNames adds what one such file tells to what another tells.
func MergeNames(old, add []byte) []byte {
	all, err := shortNames(old)
	more, err2 := shortNames(add)
	if err != nil || len(all) == 0 || err2 != nil {
		return add
	}
	maps.Copy(all, more)
	data, err := json.MarshalIndent(nameList{all}, "", "  ")
	if err != nil {
		return add
	}
	return append(data, '\n')
}

func shortNames(data []byte) (map[string]string, error) {
	if len(data) == 0 {
		return nil, nil
	}
	var list nameList
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	for short, long := range list.Names {
		if long == "" || long == "." || long == ".." || strings.Contains(long, "/") {
			delete(list.Names, short)
		}
	}
	return list.Names, nil
}

// find returns the name of a file that a reference means: from the root, or
// from the folder of the file that refers to it.
func (t tree) find(reference, dir string) (string, bool) {
	reference = path.Clean(strings.ReplaceAll(reference, `\`, "/"))
	if path.IsAbs(reference) || reference == ".." || strings.HasPrefix(reference, "../") {
		return "", false
	}
	for _, name := range []string{reference, path.Join(dir, reference)} {
		for _, name := range []string{name, t.plain(name)} {
			if _, ok := t.files[name]; ok {
				return name, true
			}
		}
	}
	return "", false
}

// Open makes a tree a file system for the reader of flows, which only asks for
// files.
func (t tree) Open(name string) (fs.File, error) {
	for _, n := range []string{name, t.plain(name)} {
		if data, ok := t.files[n]; ok {
			return openFile{bytes.NewReader(data), info{path.Base(n), int64(len(data))}}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// openFile is a file of a tree.
type openFile struct {
	*bytes.Reader
	info info
}

func (f openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (openFile) Close() error                 { return nil }

// Stat tells about a file.
func (t tree) Stat(name string) (fs.FileInfo, error) {
	for _, n := range []string{name, t.plain(name)} {
		if data, ok := t.files[n]; ok {
			return info{path.Base(n), int64(len(data))}, nil
		}
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

type info struct {
	name string
	size int64
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) Mode() fs.FileMode  { return 0o444 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }
