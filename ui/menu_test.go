package ui

import (
	"runtime"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// The keys of a menu stand in the color of its words, below each other at the right, and
// still do what they say.
func TestTheKeysOfMenusCanBeRead(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the system draws the menus")
	}
	s := show(t, newWorld())
	seen := 0
	for _, m := range s.win.MainMenu().Items {
		right := float32(0)
		for _, i := range m.Items {
			if i.Shortcut == nil {
				continue
			}
			seen++
			if _, faint := i.Shortcut.(fyne.KeyboardShortcut); faint {
				t.Errorf("the keys of %q are written by Fyne", i.Label)
			}
			w := kit.Measure(i.Label, kit.TextBase, fyne.TextStyle{}, nil).Width
			if right != 0 && (w < right-1.5 || w > right+1.5) {
				t.Errorf("%q ends at %v, those above at %v", i.Label, w, right)
			}
			right = w
		}
	}
	if seen < 15 {
		t.Fatalf("%d items have keys", seen)
	}
	name := (&desktop.CustomShortcut{KeyName: fyne.KeyE, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}).ShortcutName()
	for _, i := range s.win.MainMenu().Items[0].Items {
		if strings.HasPrefix(i.Label, "Export the flow") && (!strings.HasSuffix(i.Label, "Ctrl+Shift+E") || i.Shortcut.ShortcutName() != name) {
			t.Errorf("%q answers %s", i.Label, i.Shortcut.ShortcutName())
		}
	}
}
