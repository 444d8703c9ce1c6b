package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/script"
	"sluice/ui"
)

// codeTools is what the window needs of the languages of scripts, and of the person's own
// editor of them.
type codeTools struct {
	set  *script.Set
	data string // the data folder

	mu   sync.Mutex
	made map[string]bool // files that are open now
}

var _ ui.Code = (*codeTools)(nil)

// Problems tells what cannot be read of a script.
func (c *codeTools) Problems(ctx context.Context, language, content string) ([]flow.CodeProblem, bool, error) {
	return c.set.Problems(ctx, language, content)
}

// Formatter names what lays out scripts of a language.
func (c *codeTools) Formatter(language string) (string, []string) { return script.Formatter(language) }

// Format lays a script out.
func (c *codeTools) Format(ctx context.Context, language, content string) (string, error) {
	return script.Format(ctx, language, content)
}

// copiesFolder holds, in the data folder, code that an editor outside has open: each file in
// a folder of its own, beside what it held when Sluice and the editor agreed last. It lies
// there rather than in the system's folder for passing files, so that what was saved
// outside is still there after Sluice was killed.
const copiesFolder = "own-editor"

// agreedFile is what the file held last when both agreed.
const agreedFile = ".agreed"

// mostOfCopy is more than any script has.
const mostOfCopy = 32 << 20

func (c *codeTools) folderOf(of string) string {
	sum := sha256.Sum256([]byte(of))
	return filepath.Join(c.data, copiesFolder, hex.EncodeToString(sum[:8])+"-")
}

// MakeCopy writes code into a file of its own.
func (c *codeTools) MakeCopy(of, name, content string) (string, error) {
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("copy code out under the name %q", name)
	}
	failed := func(err error) (string, error) {
		return "", fault.Because(err, "editor.copy", "The code could not be written into a file for your editor", "Nothing was changed. Is the data folder full, or may it not be written to?")
	}
	if err := os.MkdirAll(filepath.Join(c.data, copiesFolder), 0o700); err != nil {
		return failed(err)
	}
	base := c.folderOf(of)
	dir, err := os.MkdirTemp(filepath.Dir(base), filepath.Base(base))
	if err != nil {
		return failed(err)
	}
	file := filepath.Join(dir, name)
	if err := c.WriteCopy(file, content); err != nil {
		_ = os.RemoveAll(dir)
		return failed(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[string]bool{}
	}
	c.made[file] = true
	return file, nil
}

// WriteCopy writes a file that was copied out anew. What both agree on is noted first: else, cut
// off between the two, the person's own text would look like a change of the editor's.
func (c *codeTools) WriteCopy(file, content string) error {
	if err := c.Synced(file, content); err != nil {
		return err
	}
	return disk.Write(file, []byte(content), 0o600)
}

// Synced notes what both hold.
func (c *codeTools) Synced(file, content string) error {
	return disk.Write(filepath.Join(filepath.Dir(file), agreedFile), []byte(content), 0o600)
}

// LeftCopy finds what an editor outside left when Sluice ended.
func (c *codeTools) LeftCopy(of string) (file, content, first string, ok bool) {
	dirs, _ := filepath.Glob(c.folderOf(of) + "*")
	for _, dir := range slices.Backward(dirs) {
		agreed, err := disk.Read(filepath.Join(dir, agreedFile), mostOfCopy)
		list, err2 := os.ReadDir(dir)
		if err != nil || err2 != nil {
			continue
		}
		for _, e := range list {
			name := filepath.Join(dir, e.Name())
			if e.Name() == agreedFile || c.isOpen(name) || disk.Itself(name) != nil {
				continue
			}
			if b, err := disk.Read(name, mostOfCopy); err == nil {
				return name, string(b), string(agreed), true
			}
		}
	}
	return "", "", "", false
}

func (c *codeTools) isOpen(file string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[file]
}

// ReadCopy reads a file that was copied out, where it has changed.
func (c *codeTools) ReadCopy(file, seen string) (content, sign string, err error) {
	st, err := os.Stat(file)
	if err != nil { // an editor may be putting a new file in its place
		return "", seen, err
	}
	if sign = fmt.Sprintf("%d %d", st.ModTime().UnixNano(), st.Size()); sign == seen {
		return "", sign, nil
	}
	b, err := disk.Read(file, mostOfCopy)
	return string(b), sign, err
}

// DropCopy removes a file that was copied out, with its folder.
func (c *codeTools) DropCopy(file string) {
	c.mu.Lock()
	delete(c.made, file)
	c.mu.Unlock()
	dir := filepath.Dir(file)
	if filepath.Dir(dir) == filepath.Join(c.data, copiesFolder) {
		_ = os.RemoveAll(dir)
	}
}

// windowed are editors that open a window of their own, as they are called in $VISUAL and
// $EDITOR. Others want a terminal.
var windowed = []string{"code", "code-insiders", "codium", "subl", "zed", "zeditor", "gedit", "gnome-text-editor", "kate", "kwrite", "gvim", "mvim", "mate", "bbedit", "geany", "mousepad", "xed", "pluma", "featherpad", "lite-xl", "notepad", "notepad++"}

// OpenOutside opens a file in the person's editor: the one of Settings, else $VISUAL or
// $EDITOR where that has a window, else what the system has for texts. It never has the
// system open a script as it would by a double press: that may run it.
func (c *codeTools) OpenOutside(file, command string) error {
	argv := editorCommand(command, os.Getenv, runtime.GOOS)
	if len(argv) == 0 {
		return fault.New("editor.none", "No editor was found", "Nothing was opened. Enter the command of yours under Settings → Code editor, such as code or gedit.")
	}
	cmd := apart(exec.Command(argv[0], append(argv[1:], file)...))
	if err := cmd.Start(); err != nil {
		title := argv[0] + " could not be started"
		if errors.Is(err, exec.ErrNotFound) {
			title = "There is no program " + argv[0]
		}
		return fault.Because(err, "editor.start", title, "Nothing was opened. Enter the command of your editor under Settings → Code editor, such as code or gedit.")
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// editorCommand is the command that opens a file for editing, without the file.
func editorCommand(command string, env func(string) string, system string) []string {
	if argv := splitCommand(command); len(argv) > 0 {
		return argv
	}
	for _, v := range []string{"VISUAL", "EDITOR"} {
		argv := splitCommand(env(v))
		if len(argv) > 0 && slices.Contains(windowed, strings.TrimSuffix(strings.ToLower(filepath.Base(argv[0])), ".exe")) {
			return argv
		}
	}
	switch system {
	case "windows":
		return []string{"notepad"}
	case "darwin":
		return []string{"open", "-t"}
	}
	for _, name := range append(slices.Clone(windowed[:len(windowed)-2]), "xdg-open") {
		if _, err := exec.LookPath(name); err == nil {
			return []string{name}
		}
	}
	return nil
}

// splitCommand parts a command into words; quotes keep blanks together.
func splitCommand(s string) (argv []string) {
	word, quote, has := strings.Builder{}, rune(0), false
	for _, r := range s {
		switch {
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, has = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if has || word.Len() > 0 {
				argv = append(argv, word.String())
			}
			word.Reset()
			has = false
		default:
			word.WriteRune(r)
		}
	}
	if has || word.Len() > 0 {
		argv = append(argv, word.String())
	}
	if len(argv) > 0 && argv[0] == "" {
		return nil
	}
	return argv
}
