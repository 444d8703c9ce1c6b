package kit

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// A megabyte on the clipboard is refused with words, and never is the window held
// up by it.
func TestPastingAMegabyte(t *testing.T) {
	stage(t, false)
	for kind, text := range map[string]string{"letters": strings.Repeat("x", 1<<20), "words": strings.Repeat("word and ", 1<<20/9),
		"lines": strings.Repeat("const x = 1\n", 1<<20/12), "addresses": strings.Repeat("a@b.example, ", 1<<20/13), "brackets": strings.Repeat("([{", 1<<20/3)} {
		line, area, chips := NewEntry(""), NewTextArea("", 2, 6), NewChipsEntry(nil, "", nil)
		for name, tt := range map[string]struct {
			in    fyne.CanvasObject
			field fyne.Focusable
			text  func() string
		}{
			"line": {line, line.in, line.Text}, "area": {area, area.in, area.Text},
			"chips": {chips, chips.in, func() string { return chips.in.Text + strings.Join(chips.Values(), "") }},
		} {
			w := test.NewTempWindow(t, NewHost(Dock(nil, nil, nil, nil, tt.in)))
			w.Resize(fyne.NewSize(500, 300))
			w.Canvas().Focus(tt.field)
			fyne.CurrentApp().Clipboard().SetContent(text)
			began := time.Now()
			tt.field.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
			w.Canvas().Capture()
			tt.field.TypedRune('a')
			took := time.Since(began)
			toast := w.Content().(*Host).Toast()
			if len(tt.text()) > 1 || toast == nil {
				t.Errorf("%s into %s: %d letters, told %+v", kind, name, len(tt.text()), toast)
			}
			if took > 3*time.Second { // far below a second on a machine of its own
				t.Errorf("%s into %s took %v", kind, name, took)
			}
		}
	}
}

// A value that is too long for a field is kept whole, and a field's most is quick.
func TestAFieldKeepsATextThatItCanNotShow(t *testing.T) {
	stage(t, false)
	long := strings.Repeat("word and ", 1<<20/9)
	for _, e := range []*Entry{NewEntry(""), NewTextArea("", 2, 6)} {
		show(t, e, 400, 200)
		began := time.Now()
		e.SetText(long)
		if e.Text() != long || !e.Disabled() || len(e.in.Text) > 300 || !strings.Contains(e.in.Text, "1.0 MB in all") {
			t.Errorf("%d letters are kept, %q is shown", len(e.Text()), e.in.Text)
		}
		if e.Enable(); !e.Disabled() {
			t.Error("what is shown of it can be changed")
		}
		e.SetText("short")
		if e.Text() != "short" || e.Disabled() {
			t.Errorf("another text stays locked: %q", e.Text())
		}
		e.SetText(long[:e.most()])
		if took := time.Since(began); took > 3*time.Second || e.Disabled() {
			t.Errorf("it took %v", took)
		}
	}
}
