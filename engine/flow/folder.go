package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"sluice/engine/disk"
	"sluice/engine/fault"
)

// maxFile bounds the size of a file that ReadFS takes for a flow or a script.
const maxFile = 32 << 20

// ReadPath reads a flow from a file or folder as a person names it. Nothing outside of
// its folder is read, and no link in it is followed.
func ReadPath(name string) (*Flow, error) {
	if disk.IsStream(name) {
		data, err := disk.Read(name, maxFile)
		if err != nil {
			return nil, unread(name, err)
		}
		f, err := Parse(name, data)
		if err != nil {
			return nil, err
		}
		return f, inline(f, alone{}, ".")
	}
	full, err := disk.Followed(name)
	if err != nil {
		return nil, unread(name, err)
	}
	folder, err := disk.OpenFolder(filepath.Dir(full))
	if err != nil {
		return nil, unread(name, err)
	}
	defer folder.Close()
	return ReadFS(folder, filepath.Base(full))
}

// alone is the folder of a flow that lies in none.
type alone struct{}

func (alone) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// unread says why the file of a flow cannot be read.
func unread(file string, err error) error {
	const left = " It was left as it is."
	switch {
	case errors.Is(err, disk.ErrLarge):
		return fault.Because(err, CodeLarge, "The file "+quoteName(file)+" is too large for a flow", fmt.Sprintf("Files of up to %d MB are read."+left, maxFile>>20))
	case errors.Is(err, disk.ErrLink):
		return fault.Because(err, CodeMissing, "The file "+quoteName(file)+" is a link, and links in a folder are not followed", "Put the file itself in its place, or name the file that it leads to."+left)
	case errors.Is(err, disk.ErrNotFile):
		return fault.Because(err, CodeMissing, quoteName(file)+" is a pipe, a device or a folder, not a file", "Name a file."+left)
	}
	return fault.Because(err, CodeMissing, "The file "+quoteName(file)+" cannot be read", "Check that it exists and that you may read it.")
}

// ReadFS reads a flow from dir in fsys: a folder with flow.yaml or flow.json in
// it (NAME.flow, NAME__flow or any other name), a single file, or a NAME whose
// folder is NAME.flow or NAME__flow. References to inline files are resolved.
func ReadFS(fsys fs.FS, dir string) (*Flow, error) {
	dir = path.Clean(dir)
	file, err := findFile(fsys, dir)
	if err != nil {
		return nil, err
	}
	data, err := disk.ReadFS(fsys, file, maxFile)
	if err != nil {
		return nil, unread(file, err)
	}
	f, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	if err := inline(f, fsys, path.Dir(file)); err != nil {
		return nil, err
	}
	InlineTools(f, fsys, path.Dir(file))
	return f, nil
}

var flowFiles = []string{"flow.yaml", "flow.yml", "flow.json"}

func findFile(fsys fs.FS, dir string) (string, error) {
	for _, name := range []string{dir, dir + ".flow", dir + "__flow"} {
		st, err := fs.Stat(fsys, name)
		if errors.Is(err, disk.ErrLink) || err == nil && !st.IsDir() {
			return name, nil
		}
		if err != nil {
			continue
		}
		for _, base := range flowFiles {
			full := path.Join(name, base)
			if st, err := fs.Stat(fsys, full); errors.Is(err, disk.ErrLink) || err == nil && !st.IsDir() {
				return full, nil
			}
		}
		return "", fault.New(CodeMissing, "There is no flow in the folder "+quoteName(name),
			"A flow folder holds a file flow.yaml or flow.json.")
	}
	return "", fault.New(CodeMissing, "There is no file or folder "+quoteName(dir),
		"Name a flow file, or a folder with flow.yaml in it.")
}

// inline replaces references to files by their texts. f was just read, so it is
// changed in place.
func inline(f *Flow, fsys fs.FS, dir string) error {
	var first error
	Every(f, func(m *Module) {
		v, ok := m.Value.(*RawScript)
		if !ok || first != nil {
			return
		}
		if first = inlineText(&v.Content, m, fsys, dir); first == nil {
			first = inlineText(&v.Lock, m, fsys, dir)
		}
	})
	return first
}

// InlineName returns the file that a text refers to ("!inline FILE", also over
// two lines), and whether it is such a reference.
func InlineName(text string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "!inline")
	name := strings.TrimSpace(rest)
	if !ok || name == rest || name == "" || strings.Contains(name, "\n") || len(name) > 1000 {
		return "", false
	}
	return name, true
}

func inlineText(text *string, m *Module, fsys fs.FS, dir string) error {
	name, ok := InlineName(*text)
	if !ok {
		return nil
	}
	step := "A step without an id"
	if m.ID != "" {
		step = "Step " + quoteName(m.ID)
	}
	full := path.Join(dir, name)
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") || !fs.ValidPath(full) {
		return fault.New(CodeInline, step+" wants the file "+quoteName(name)+", which is outside of the flow's folder",
			"Only files in the flow's own folder are read. Copy the file there and change the reference.")
	}
	data, err := disk.ReadFS(fsys, full, maxFile)
	if errors.Is(err, fs.ErrNotExist) && strings.Contains(name, `\`) {
		data, err = disk.ReadFS(fsys, path.Join(dir, clean), maxFile)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.Because(err, CodeInline, step+" wants the file "+quoteName(name)+", which is missing",
			"Open the whole folder of the flow, or put the file back beside flow.yaml.")
	case errors.Is(err, disk.ErrLink):
		return fault.Because(err, CodeInline, step+" wants the file "+quoteName(name)+", which is a link or lies behind one",
			"Links in a flow's folder are not followed, as they may lead to any file of yours. Put the file itself in its place.")
	case errors.Is(err, disk.ErrNotFile):
		return fault.Because(err, CodeInline, step+" wants the file "+quoteName(name)+", which is a pipe, a device or a folder, not a file",
			"Put the script itself in its place.")
	case errors.Is(err, disk.ErrLarge):
		return fault.Because(err, CodeInline, step+" wants the file "+quoteName(name)+", which is too large",
			fmt.Sprintf("Scripts of up to %d MB are read.", maxFile>>20))
	case err != nil:
		return fault.Because(err, CodeInline, step+" wants the file "+quoteName(name)+", which cannot be read",
			"Check that it is a text file and that you may read it.")
	case !utf8.Valid(data):
		return fault.New(CodeInline, step+" wants the file "+quoteName(name)+", which is not UTF-8 text",
			"Save the script as UTF-8.")
	}
	*text = string(data)
	return nil
}
