package code

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// offering is a small editor in which names of a list are proposed.
func offering(t *testing.T, text string, names ...string) (*Editor, fyne.Window) {
	t.Helper()
	stage(t)
	c := NewExpr(text, "js")
	c.Complete = func(text string, at int, asked bool, show func([]Proposal)) {
		from := strings.LastIndexAny(text[:at], " .") + 1
		var out []Proposal
		for _, n := range names {
			if strings.HasPrefix(n, text[from:at]) {
				out = append(out, Proposal{Label: n, Note: "its value", Text: n, From: from})
			}
		}
		show(out)
	}
	w := show(t, c, 320, 200)
	w.Canvas().Focus(c)
	c.Resume(nil)
	return c, w
}

func typeIn(c *Editor, s string) {
	for _, r := range s {
		c.TypedRune(r)
	}
}

func labels(c *Editor) string {
	var out []string
	for _, p := range c.Proposals() {
		out = append(out, p.Label)
	}
	return strings.Join(out, " ")
}

func TestProposalsFollowWhatIsTyped(t *testing.T) {
	c, _ := offering(t, "results.", "customer", "customer_since", "total")
	typeIn(c, "c")
	if got := labels(c); got != "customer customer_since" {
		t.Errorf("after c: %s", got)
	}
	if !c.AcceptsTab() {
		t.Error("Tab goes away while something is proposed")
	}
	key(c, fyne.KeyDown, fyne.KeyTab)
	if c.Text() != "results.customer_since" || len(c.Proposals()) != 0 || c.AcceptsTab() {
		t.Errorf("taken: %q, proposed %s", c.Text(), labels(c))
	}
	c.TypedShortcut(&fyne.ShortcutUndo{})
	if c.Text() != "results.c" {
		t.Errorf("undone: %q", c.Text())
	}
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: fyne.KeyModifierControl})
	if labels(c) == "" {
		t.Error("nothing is proposed when asked for")
	}
	key(c, fyne.KeyEscape)
	if labels(c) != "" || c.Text() != "results.c" {
		t.Errorf("after Escape: %s, %q", labels(c), c.Text())
	}
	typeIn(c, "u")
	key(c, fyne.KeyBackspace)
	if got := labels(c); got != "customer customer_since" || c.Text() != "results.c" {
		t.Errorf("one letter back: %s, %q", got, c.Text())
	}
	typeIn(c, " ")
	if labels(c) != "" {
		t.Errorf("after a blank: %s", labels(c))
	}
}

// A press on a proposal takes it, though the press takes the keyboard first; the list
// stays inside the window.
func TestAProposalIsTakenWithThePointer(t *testing.T) {
	c, w := offering(t, "results.", "customer", "total")
	typeIn(c, "t")
	l := c.offer.list
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(l)
	if full := w.Canvas().Size(); pos.X < 0 || pos.Y < 0 || pos.X+l.Size().Width > full.Width || pos.Y+l.Size().Height > full.Height {
		t.Errorf("the list is at %v, %v large, in a window of %v", pos, l.Size(), full)
	}
	l.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(10, 10)}})
	w.Canvas().Unfocus()
	if len(c.Proposals()) == 0 {
		t.Fatal("the press took the proposals away")
	}
	test.TapAt(l, fyne.NewPos(10, 10))
	if c.Text() != "results.total" || w.Canvas().Focused() != fyne.Focusable(c) {
		t.Errorf("%q", c.Text())
	}
	typeIn(c, "s")
	l.MouseOut()
	w.Canvas().Unfocus()
	if len(c.Proposals()) != 0 {
		t.Error("proposals stay when the keyboard goes elsewhere")
	}
}

// Places of the text are told in bytes of it.
func TestPlacesInBytes(t *testing.T) {
	c, _ := offering(t, "`€ ${flow_inp}`\n+ x")
	for _, m := range []struct{ from, line, col int }{{0, 0, 0}, {7, 0, 5}, {17, 0, 15}, {18, 1, 0}, {21, 1, 3}, {99, 1, 3}} {
		if got := c.spotAt(m.from); got != (spot{m.line, m.col}) {
			t.Errorf("%d bytes: %+v", m.from, got)
		}
		if m.from < 30 && c.offset(spot{m.line, m.col}) != m.from {
			t.Errorf("%+v is %d bytes", m, c.offset(spot{m.line, m.col}))
		}
	}
	if m := c.MarkOf(7, 15, "why"); m.Line != 1 || m.From != 5 || m.To != 13 || !m.Doubt {
		t.Errorf("%+v", m)
	}
	c.ReplaceRange(7, 15, "x")
	if c.Text() != "`€ ${x}`\n+ x" {
		t.Errorf("%q", c.Text())
	}
}

func BenchmarkTypeInExpression(b *testing.B) {
	stage(b)
	c := NewExpr("`Refund ${flow_input.amount} € for ${results.a.customer}?`", "js")
	w := show(b, c, 340, 200)
	w.Canvas().Focus(c)
	c.Complete = func(_ string, at int, _ bool, show func([]Proposal)) {
		show([]Proposal{{Label: "customer", Note: "“Mia Berg”", Text: "customer", From: at}, {Label: "total", Note: "120", Text: "total", From: at}})
	}
	for b.Loop() {
		c.TypedRune('x')
		key(c, fyne.KeyBackspace)
	}
}
