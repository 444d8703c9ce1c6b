package code

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestQuery(t *testing.T) {
	for _, tt := range []struct {
		reason string
		q      query
		text   string
		want   []string
	}{
		{"capitals do not count", query{text: "ab"}, "ab AB xab", []string{"0:0-0:2", "0:3-0:5", "0:7-0:9"}},
		{"they do", query{text: "ab", exact: true}, "ab AB", []string{"0:0-0:2"}},
		{"other letters", query{text: "ÄPFEL"}, "äpfel", []string{"0:0-0:5"}},
		{"whole words", query{text: "ab", word: true}, "ab xab ab_ (ab)", []string{"0:0-0:2", "0:12-0:14"}},
		{"places do not overlap", query{text: "aa"}, "aaaa", []string{"0:0-0:2", "0:2-0:4"}},
		{"over lines", query{text: "a\nb"}, "xa\nb\na\nbc", []string{"0:1-1:1", "2:0-3:1"}},
		{"over three", query{text: "a\nb\nc"}, "a\nb\nc\na\nbb\nc", []string{"0:0-2:1"}},
		{"a regular expression", query{text: `\d+`, pattern: true}, "a1 22\n333", []string{"0:1-0:2", "0:3-0:5", "1:0-1:3"}},
		{"its lines", query{text: `^b$`, pattern: true}, "a\nb\nbb", []string{"1:0-1:1"}},
		{"over lines", query{text: `a\nb`, pattern: true}, "ä a\nb", []string{"0:2-1:1"}},
		{"what is empty is no place", query{text: `x*`, pattern: true}, "axa", []string{"0:1-0:2"}},
		{"nothing is looked for", query{}, "a", nil},
	} {
		found, err := tt.q.all(newBuffer(tt.text))
		var got []string
		for _, m := range found {
			got = append(got, fmt.Sprintf("%d:%d-%d:%d", m.from.line, m.from.col, m.to.line, m.to.col))
		}
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.reason, err, d)
		}
	}
	if _, err := (query{text: "(", pattern: true}).all(newBuffer("a")); err == nil {
		t.Error("an expression that cannot be read is taken")
	}
}

// The bar finds as one types, goes on and back, and replaces in one step of undo.
func TestTheBarFindsAndReplaces(t *testing.T) {
	c, _ := editor(t, "cat Cat concat\ncat", "js")
	ctrl(c, fyne.KeyF, 0)
	if c.bar == nil {
		t.Fatal("there is no bar")
	}
	type_ := func(s string) { c.bar.find.SetText(s); c.bar.find.OnChanged(s) }
	says := func(want string) {
		t.Helper()
		if got := c.bar.count.Text; got != want {
			t.Errorf("the bar says %q, want %q", got, want)
		}
	}
	type_("cat")
	says("1 of 4")
	c.bar.step(true)
	says("2 of 4")
	c.bar.step(false)
	c.bar.step(false)
	says("4 of 4")
	if marked(c) != "cat Cat concat\n[cat|]" {
		t.Errorf("shown is %q", marked(c))
	}
	test.Tap(c.bar.word)
	says("3 of 3")
	test.Tap(c.bar.exact)
	says("2 of 2")
	type_("dog")
	says("Not found")
	type_("cat")
	ctrl(c, fyne.KeyH, 0)
	if c.bar.with == nil || c.bar.query.text != "cat" || !c.bar.query.word {
		t.Fatal("the bar for replacing has forgotten what is looked for")
	}
	c.bar.with.SetText("dog")
	told := 0
	c.OnChanged = func(string) { told++ }
	test.Tap(c.bar.all)
	if c.Text() != "dog Cat concat\ndog" || told != 1 {
		t.Errorf("replaced to %q, told %d times", c.Text(), told)
	}
	says("2 places replaced")
	key(c, fyne.KeyEscape)
	if c.bar != nil {
		t.Error("Escape leaves the bar")
	}
	c.TypedShortcut(&fyne.ShortcutUndo{})
	if c.Text() != "cat Cat concat\ncat" {
		t.Errorf("one undo leads to %q", c.Text())
	}
	key(c, fyne.KeyF3)
	if got := c.Selected(); got != "cat" {
		t.Errorf("F3 without the bar selects %q", got)
	}
}

func TestReplacingOneByOneAndByExpression(t *testing.T) {
	c, _ := editor(t, "a1 b2 c3", "js")
	ctrl(c, fyne.KeyH, 0)
	test.Tap(c.bar.expr)
	c.bar.find.SetText(`(\w)(\d)`)
	c.bar.find.OnChanged(`(\w)(\d)`)
	c.bar.with.SetText(`$2$$$1\n$&`)
	c.bar.replace()
	if c.Text() != "1$a\na1 b2 c3" {
		t.Errorf("replaced to %q", c.Text())
	}
	if got := c.Selected(); got != "b2" {
		t.Errorf("it goes on to %q", got)
	}
	c.bar.find.SetText(`(`)
	c.bar.find.OnChanged(`(`)
	if got := c.bar.count.Text; !strings.Contains(got, "missing closing") || !c.bar.next.Disabled() {
		t.Errorf("of an expression that cannot be read it says %q", got)
	}
}

// Replacing in very many places is one step, whatever the undo log holds.
func TestReplacingEverywhereIsOneStep(t *testing.T) {
	text := strings.Repeat("one two one\n", 5000)
	c, _ := editor(t, text, "js")
	c.sought = query{text: "one"}
	ctrl(c, fyne.KeyH, 0)
	c.bar.with.SetText("three")
	c.bar.replaceAll()
	if want := strings.ReplaceAll(text, "one", "three"); c.Text() != want {
		t.Error("not all was replaced")
	}
	c.TypedShortcut(&fyne.ShortcutUndo{})
	if c.Text() != text {
		t.Error("one undo does not lead back")
	}
}

func TestGoToLine(t *testing.T) {
	c, w := editor(t, strings.Repeat("line\n", 300), "js")
	ctrl(c, fyne.KeyG, 0)
	c.bar.line.SetText("200")
	c.bar.line.OnChanged("200")
	c.bar.line.OnKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.caret.line != 199 || c.bar != nil || w.Canvas().Focused() != fyne.Focusable(c) {
		t.Errorf("the caret is at %v", c.caret)
	}
	if y := c.lineTop(199); y < 0 || y > 280 {
		t.Errorf("line 200 lies at %v", y)
	}
}

// The text begins below the bar, and a press finds its place there.
func TestTheBarLiesAboveTheText(t *testing.T) {
	c, _ := editor(t, "one\ntwo", "js")
	before := c.at(fyne.NewPos(200, 35))
	ctrl(c, fyne.KeyF, 0)
	if got := c.at(fyne.NewPos(200, 35+c.top())); c.top() == 0 || got != before {
		t.Errorf("the bar is %v high; a press below it lies at %v, not %v", c.top(), got, before)
	}
	if c.clip.Position().Y < c.bar.box.Size().Height {
		t.Error("the bar lies on the text")
	}
}

func long() string {
	return strings.Repeat("  const value = await fetch(`x${1}`); // one\n", 5000)
}

// A letter typed in the middle of 5,000 lines, and taken away again, with drawing.
func BenchmarkTypingIn5000Lines(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	c.OnChanged = func(string) {}
	c.moveTo(spot{2500, 8}, false)
	for b.Loop() {
		c.TypedRune('x')
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}

// The same with the bar open, which looks through the text for each.
func BenchmarkTypingIn5000LinesWhileFinding(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	c.OnChanged = func(string) {}
	c.sought = query{text: "value"}
	c.moveTo(spot{2500, 8}, false)
	c.openBar(barFind)
	for b.Loop() {
		c.TypedRune('x')
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}

// Ten carets.
func BenchmarkTypingAtTenCaretsIn5000Lines(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	c.OnChanged = func(string) {}
	c.moveTo(spot{2500, 8}, false)
	for range 9 {
		c.addRow(1)
	}
	for b.Loop() {
		c.TypedRune('x')
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}

// A line broken and joined again, which moves all lines below.
func BenchmarkEnterIn5000Lines(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	c.OnChanged = func(string) {}
	c.moveTo(spot{2500, 0}, false)
	for b.Loop() {
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}

func BenchmarkScrollingIn5000Lines(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	down := float32(57)
	for b.Loop() {
		if c.scrollBy(0, down); c.off.Y+c.area().Height+100 > c.full().Height || c.off.Y == 0 {
			down = -down
		}
	}
}

func BenchmarkFindIn5000Lines(b *testing.B) {
	for name, q := range map[string]query{"words": {text: "value"}, "expression": {text: `va\w+`, pattern: true}, "nothing": {text: "valuex"}} {
		b.Run(name, func(b *testing.B) {
			buf := newBuffer(long())
			for b.Loop() {
				_, _ = q.all(buf)
			}
		})
	}
}
