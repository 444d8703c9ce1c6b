package code

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/ui/kit"
)

// Fyne tells an editor that is taken away nothing: with the keyboard left in it, it
// would draw its caret for ever.
func TestAClosedDialogTakesTheKeyboardFromItsEditor(t *testing.T) {
	stage(t)
	w := show(t, kit.VBox(0), 800, 600)
	c := NewEditor("", "ts")
	m := kit.ShowModal(w.Canvas(), kit.ModalSpec{Title: "code", Body: c})
	if !c.focused || c.beat == nil {
		t.Fatal("the editor has not got the keyboard")
	}
	m.Close()
	if c.focused || c.beat != nil {
		t.Error("the editor of a closed dialog has the keyboard")
	}
}

// What was typed into an editor is as dear to a dialog as the text of a field.
func TestAPressBesideADialogLosesNoCode(t *testing.T) {
	stage(t)
	w := show(t, kit.VBox(0), 800, 600)
	c := NewExpr("", "js")
	m := kit.ShowModal(w.Canvas(), kit.ModalSpec{Title: "code", Body: kit.Scroll(kit.VBox(4, kit.NewField("Name", "", true, c)))})
	m.Relayout()
	c.TypedRune('x')
	test.TapCanvas(w.Canvas(), fyne.NewPos(5, 5))
	if m.Closed() {
		t.Error("a press beside it threw away what was typed")
	}
	before := w.Canvas().Overlays().Top()
	w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if m.Closed() || w.Canvas().Overlays().Top() == before {
		t.Error("Escape threw away what was typed, unasked")
	}
	m.Close()
}

// A megabyte on the clipboard is taken within a second.
func TestPastingAMegabyte(t *testing.T) {
	stage(t)
	for kind, text := range map[string]string{"letters": strings.Repeat("x", 1<<20), "words": strings.Repeat("word and ", 1<<20/9),
		"lines": strings.Repeat("const x = 1\n", 1<<20/12), "brackets": strings.Repeat("([{", 1<<20/3)} {
		for name, c := range map[string]*Editor{"code": NewEditor("", "ts"), "expression": NewExpr("", "js")} {
			w := show(t, kit.Dock(nil, nil, nil, nil, c), 500, 300)
			w.Canvas().Focus(c)
			fyne.CurrentApp().Clipboard().SetContent(text)
			began := time.Now()
			c.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
			w.Canvas().Capture()
			c.TypedRune('a')
			took := time.Since(began)
			if toast := w.Content().(*kit.Host).Toast(); len(c.Text()) < len(text) || toast != nil {
				t.Errorf("%s into %s: %d letters, told %+v", kind, name, len(c.Text()), toast)
			}
			if took > 3*time.Second { // far below a second on a machine of its own
				t.Errorf("%s into %s took %v", kind, name, took)
			}
		}
	}
}
