package kit

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func press1(p *Paragraph, at fyne.Position, mod fyne.KeyModifier) {
	p.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary, Modifier: mod})
	p.MouseUp(nil)
}

func drag(p *Paragraph, from, to fyne.Position) {
	press1(p, from, 0)
	p.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}})
	p.DragEnd()
}

func double(p *Paragraph, at fyne.Position) {
	press1(p, fyne.NewPos(-100, 0), 0) // whatever was pressed before
	press1(p, at, 0)
	press1(p, at.AddXY(1, 0), 0)
}

// spotOf is the point before a word of a paragraph, as it is wrapped.
func spotOf(t *testing.T, p *Paragraph, word string) fyne.Position {
	t.Helper()
	for i, l := range p.lines {
		if n := strings.Index(l, word); n >= 0 {
			return fyne.NewPos(p.leftOf(i)+p.measure(l[:n])+1, (float32(i)+0.5)*p.lineHeight())
		}
	}
	t.Fatalf("%q is on none of the lines %q", word, p.lines)
	return fyne.Position{}
}

// copiedFrom presses Ctrl+C in a window.
func copiedFrom(c fyne.Canvas) string {
	fyne.CurrentApp().Clipboard().SetContent("before")
	if f, ok := c.Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(&fyne.ShortcutCopy{})
	}
	return fyne.CurrentApp().Clipboard().Content()
}

func TestTextIsCopied(t *testing.T) {
	for _, centered := range []bool{false, true} {
		stage(t, false)
		text := "Ask li@acme.example  (the \u202eowner), who knows\n\nhttps://a-very-long-address.example/that/does/not/fit is said to be “gone”."
		p := NewParagraph(text, Muted)
		p.Centered = centered
		w := show(t, VBox(0, p), 160, 400)
		c := w.Canvas()
		if len(p.lines) < 5 {
			t.Fatalf("the lines are %q", p.lines)
		}
		plainly := c.Capture()
		drag(p, spotOf(t, p, "acme"), spotOf(t, p, "owner"))
		if got := copiedFrom(c); got != `acme.example  (the \u202e` {
			t.Errorf("a drag over two lines copies %q", got)
		}
		if different(c.Capture(), plainly) < 100 {
			t.Error("what is selected is not seen")
		}
		drag(p, spotOf(t, p, "fit"), spotOf(t, p, "https"))
		if got := copiedFrom(c); got != "https://a-very-long-address.example/that/does/not/" {
			t.Errorf("a drag upwards in a long word copies %q", got)
		}
		press1(p, spotOf(t, p, "Ask"), 0)
		press1(p, spotOf(t, p, "is said"), fyne.KeyModifierShift)
		if got := copiedFrom(c); !strings.HasPrefix(got, "Ask li@") || !strings.HasSuffix(got, "knows\n\nhttps://a-very-long-address.example/that/does/not/fit ") {
			t.Errorf("Shift with a press copies %q", got)
		}
		for at, want := range map[string]string{"acme": "li@acme.example", "one": "gone", "very": "https://a-very-long-address.example/that/does/not/fit"} {
			double(p, spotOf(t, p, at))
			if got := copiedFrom(c); got != want {
				t.Errorf("a double click at %q copies %q, want %q", at, got, want)
			}
		}
		double(p, spotOf(t, p, "knows"))
		press1(p, spotOf(t, p, "knows"), 0)
		if got, want := copiedFrom(c), `Ask li@acme.example  (the \u202eowner), who knows`; got != want {
			t.Errorf("a triple click copies %q, want %q", got, want)
		}
		p.TypedShortcut(&fyne.ShortcutSelectAll{})
		if got := copiedFrom(c); got != p.shown {
			t.Errorf("all is %q", got)
		}
		p.SetText("Ask nobody")
		if got := copiedFrom(c); got != "before" || p.SelectedText() != "" {
			t.Errorf("of a new text %q is selected", got)
		}
	}
}

func TestTheMenuOfATextCopies(t *testing.T) {
	stage(t, false)
	p := NewParagraph("What the mail says", Ink)
	w := show(t, VBox(0, p), 300, 100)
	test.TapSecondary(p)
	menu := w.Canvas().Overlays().Top()
	if menu == nil {
		t.Fatal("there is no menu")
	}
	var words []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *canvas.Text:
			words = append(words, x.Text)
		case *fyne.Container:
			for _, o := range x.Objects {
				walk(o)
			}
		case fyne.Widget:
			for _, o := range test.WidgetRenderer(x).Objects() {
				walk(o)
			}
		}
	}
	walk(menu)
	if strings.Join(words, ",") != "Copy,Copy all" {
		t.Errorf("it offers %q", words)
	}
}

// A text takes the keyboard only to be copied from: Tab passes it by, and what is
// typed goes where it goes when nothing has the keyboard.
func TestATextIsInNobodysWay(t *testing.T) {
	stage(t, false)
	var got fyne.Shortcut
	ForwardShortcuts(func(s fyne.Shortcut) { got = s })
	t.Cleanup(func() { ForwardShortcuts(nil) })
	a, p, b := NewEntry("a"), NewParagraph("words to read", Muted), NewEntry("b")
	w := show(t, VBox(4, a, p, b), 300, 200)
	c := w.Canvas()
	c.Focus(a.Focusable())
	c.FocusNext()
	if c.Focused() != b.Focusable() {
		t.Error("Tab stops at a text")
	}
	press1(p, spotOf(t, p, "to"), 0)
	if c.Focused() != fyne.Focusable(p) {
		t.Fatal("a press does not make its words ready to be copied")
	}
	run := &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl}
	p.TypedShortcut(run)
	if got != fyne.Shortcut(run) {
		t.Error("a text keeps Ctrl+Enter")
	}
	if c.FocusNext(); c.Focused() != b.Focusable() {
		t.Error("Tab does not go on from the text that was pressed")
	}

	done := 0
	q := NewParagraph("words in a dialog", Muted)
	m := ShowModal(c, ModalSpec{Title: "Add", Body: VBox(4, q, NewEntry("c")), Submit: func() { done++ }})
	press1(q, spotOf(t, q, "in"), 0)
	if c.Focused() != fyne.Focusable(q) {
		t.Fatal("a press in a dialog does not make its words ready to be copied")
	}
	if key(q, fyne.KeyReturn); done != 1 {
		t.Error("Enter does not do what the dialog is for")
	}
	key(q, fyne.KeyEscape)
	if !m.Closed() {
		t.Error("Escape does not close the dialog that the text is in")
	}
}

func TestATipIsDeaf(t *testing.T) {
	stage(t, false)
	var o any = newTipBox().paragraph
	if _, ok := o.(desktop.Mouseable); ok {
		t.Error("a tip takes presses from what is below it")
	}
}

func different(a, b image.Image) int {
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

func BenchmarkParagraphs1000(b *testing.B) {
	stage(b, false)
	b.ReportAllocs()
	for b.Loop() {
		for i := range 1000 {
			p := NewParagraph(fmt.Sprint("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account. ", i), Muted)
			test.WidgetRenderer(p)
			p.Resize(fyne.NewSize(400, p.HeightFor(400)))
		}
	}
}
