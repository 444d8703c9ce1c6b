//go:build walk

package walk

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCode types code in the window: what cannot be read is told at its foot, the bar finds
// and replaces by the keyboard, and a save in an editor outside comes here. Each is taken
// back by the keys of undo.
func TestCode(t *testing.T) {
	s := newScreen(t)
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tick.json")
	if err := os.WriteFile(file, []byte(tickFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "import", file, "--path", "u/me/tick", "--data", data)
	opened, editor := filepath.Join(dir, "opened"), filepath.Join(dir, "gedit")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nprintf %s \"$1\" >"+opened+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := s.open(data, freeAddress(t), "VISUAL="+editor)
	w.visit("Flows")
	w.click("Tick")
	w.wait("the page of the step", func() bool { // a press while the canvas is laid out goes beside it
		if !w.shows("Code") {
			w.click("Say so")
			pause(500 * time.Millisecond)
		}
		return w.shows("Code")
	})
	w.click("Code")
	w.click("Line 1, column 1") // the foot gives the keyboard and moves nothing
	w.key("ctrl+End")
	w.key("Return")
	w.typeText("let tick = ;")
	w.see(`Line 2: Unexpected ";"`)
	w.shot("code-1-mistake")
	w.key("BackSpace")
	w.typeText("'tick'; tick;")
	w.see("Line 2, column 25")
	w.key("ctrl+h")
	w.typeText("tick")
	w.see("1 of 4")
	w.key("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab") // over the buttons of the bar
	w.typeText("tock")
	w.shot("code-2-replace")
	w.click("All")
	w.see("4 places replaced")
	w.see("'tock'")
	w.key("Escape")
	w.key("ctrl+z")
	w.see("'tick'")
	w.wait("the page that tells of the editor outside", func() bool {
		if !w.shows("Say_so.ts is open in") {
			w.click("\ue0b9") // the icon that leads outside
			pause(time.Second)
		}
		return w.shows("Say_so.ts is open in")
	})
	var name []byte
	w.wait("an editor outside", func() bool {
		name, _ = os.ReadFile(opened)
		return len(name) > 0
	})
	if err := os.WriteFile(string(name), []byte("export async function main() { return 'outside' }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.see("'outside'")
	w.shot("code-3-outside")
	w.key("ctrl+z")
	w.see("'tick'")
	w.click("End")
	w.wait("the end of the file", func() bool {
		_, err := os.Stat(string(name))
		return os.IsNotExist(err)
	})
}
