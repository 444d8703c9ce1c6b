package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEditorCommand(t *testing.T) {
	env := func(list map[string]string) func(string) string { return func(k string) string { return list[k] } }
	for _, tt := range []struct {
		reason, command, system string
		env                     map[string]string
		want                    []string
	}{
		{"the setting", `"/opt/my editor/ed" -n`, "linux", map[string]string{"VISUAL": "gedit"}, []string{"/opt/my editor/ed", "-n"}},
		{"an editor with a window", "", "linux", map[string]string{"VISUAL": "vim", "EDITOR": "code --wait"}, []string{"code", "--wait"}},
		{"one that wants a terminal is left out", " ", "windows", map[string]string{"EDITOR": "vim"}, []string{"notepad"}},
		{"a Mac", "", "darwin", nil, []string{"open", "-t"}},
	} {
		if d := cmp.Diff(tt.want, editorCommand(tt.command, env(tt.env), tt.system)); d != "" {
			t.Errorf("%s: %s", tt.reason, d)
		}
	}
}

// Code that an editor outside has is only the person's to read, tells that it changed, and
// is found again after a Sluice that was killed.
func TestCopiedCodeIsFoundAgain(t *testing.T) {
	data := t.TempDir()
	c := &codeTools{data: data}
	file, err := c.MakeCopy("u/me/f\na", "Look_up.ts", "first")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Dir(file), filepath.Join(data, copiesFolder)} {
		if st, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v, %v", name, st.Mode(), err)
		}
	}
	if _, _, _, ok := c.LeftCopy("u/me/f\na"); ok {
		t.Error("what is open now is told as left")
	}
	text, sign, err := c.ReadCopy(file, "")
	if text != "first" || err != nil {
		t.Fatal(text, err)
	}
	if again, same, err := c.ReadCopy(file, sign); again != "" || same != sign || err != nil {
		t.Error("read though nothing changed")
	}
	if err := os.WriteFile(file, []byte("second, which is longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, now, _ := c.ReadCopy(file, sign); text != "second, which is longer" || now == sign {
		t.Errorf("a save reads %q", text)
	}
	next := &codeTools{data: data} // the next Sluice
	if _, _, _, ok := next.LeftCopy("u/me/f\nb"); ok {
		t.Error("another step is told of it")
	}
	name, text, first, ok := next.LeftCopy("u/me/f\na")
	if !ok || name != file || text != "second, which is longer" || first != "first" {
		t.Errorf("left are %q: %q, once %q, %v", name, text, first, ok)
	}
	next.DropCopy(name)
	if list, _ := os.ReadDir(filepath.Join(data, copiesFolder)); len(list) != 0 {
		t.Errorf("%d folders stay", len(list))
	}
	for _, bad := range []string{"../x", "a/b", ".agreed"} {
		if _, err := c.MakeCopy("x", bad, ""); err == nil {
			t.Errorf("copied out as %q", bad)
		}
	}
	keep := filepath.Join(data, "sluice.db")
	if err := os.WriteFile(keep, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.DropCopy(keep)
	if _, err := os.Stat(keep); err != nil {
		t.Error("something else was removed")
	}
}

func TestNoEditorIsTold(t *testing.T) {
	c := &codeTools{data: t.TempDir()}
	err := c.OpenOutside("x", "no-such-editor-here --now")
	if err == nil || !strings.Contains(err.Error(), "no-such-editor-here") {
		t.Errorf("told is %v", err)
	}
}
