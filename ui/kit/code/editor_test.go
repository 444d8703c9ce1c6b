package code

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"sluice/ui/kit"
)

const script = `import { z } from "zod";

/* Looks up an order
   by its number. */
export async function main(order_id: string, amount = 12.5) {
	const url = ` + "`https://shop.example/${order_id}?n=${[1, 2].map(n => `${n}`)}`" + `;
  const res = await fetch(url); // may fail
  if (!res.ok) {
    throw new Error("no such order");
  }
  return { id: order_id, amount, ok: true };
}
`

// stage starts an app with our theme.
func stage(t testing.TB) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(false))
}

// show opens a window around an object.
func show(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, kit.NewHost(o))
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

func key(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func editor(t testing.TB, text, lang string) (*Editor, fyne.Window) {
	t.Helper()
	stage(t)
	c := NewEditor(text, lang)
	w := show(t, c, 500, 300)
	w.Canvas().Focus(c)
	return c, w
}

func ctrl(c fyne.Shortcutable, k fyne.KeyName, more fyne.KeyModifier) {
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl | more})
}

func TestCodeTyping(t *testing.T) {
	for _, tt := range []struct {
		reason, text, lang string
		at                 spot
		do                 func(c *Editor)
		want               string
	}{
		{"letters go in at the caret", "ab", "js", spot{0, 1}, func(c *Editor) { test.Type(c, "XY") }, "aXYb"},
		{"Enter keeps the indent", "  a", "js", spot{0, 3}, func(c *Editor) { key(c, fyne.KeyReturn); test.Type(c, "b") }, "  a\n  b"},
		{"Enter after a brace goes in", "if (x) {", "js", spot{0, 8}, func(c *Editor) { key(c, fyne.KeyReturn); test.Type(c, "b") }, "if (x) {\n  b"},
		{"Enter between braces makes room", "f({})", "js", spot{0, 3}, func(c *Editor) { key(c, fyne.KeyReturn); test.Type(c, "b") }, "f({\n  b\n})"},
		{"Enter after a colon goes in", "def f():", "python", spot{0, 8}, func(c *Editor) { key(c, fyne.KeyReturn); test.Type(c, "b") }, "def f():\n    b"},
		{"a closing brace goes out", "{\n  ", "js", spot{1, 2}, func(c *Editor) { test.Type(c, "}") }, "{\n}"},
		{"Backspace joins lines", "a\nb", "js", spot{1, 0}, func(c *Editor) { key(c, fyne.KeyBackspace) }, "ab"},
		{"Delete joins lines", "a\nb", "js", spot{0, 1}, func(c *Editor) { key(c, fyne.KeyDelete) }, "ab"},
		{"Backspace at the beginning does nothing", "a", "js", spot{}, func(c *Editor) { key(c, fyne.KeyBackspace) }, "a"},
		{"Delete at the end does nothing", "a", "js", spot{0, 1}, func(c *Editor) { key(c, fyne.KeyDelete) }, "a"},
		{"Tab puts spaces", "a", "js", spot{}, func(c *Editor) { key(c, fyne.KeyTab) }, "  a"},
		{"Shift and Tab takes them", "  a", "js", spot{0, 2}, func(c *Editor) { c.shift = true; key(c, fyne.KeyTab) }, "a"},
		{"Tab moves selected lines in", "a\n\nb", "js", spot{}, func(c *Editor) { c.caret = spot{2, 1}; key(c, fyne.KeyTab) }, "  a\n\n  b"},
		{"comment", "  a\nb", "js", spot{}, func(c *Editor) { c.caret = spot{1, 1}; ctrl(c, fyne.KeySlash, 0) }, "  // a\n// b"},
		{"comment and back", "  # a\n# b", "python", spot{}, func(c *Editor) { c.caret = spot{1, 1}; ctrl(c, fyne.KeySlash, 0) }, "  a\nb"},
		{"a word is erased", "foo bar.baz", "js", spot{0, 11}, func(c *Editor) { ctrl(c, fyne.KeyBackspace, 0); ctrl(c, fyne.KeyBackspace, 0) }, "foo bar"},
		{"letters outside of the basic plane are one step", "a😀b", "js", spot{0, 2}, func(c *Editor) { key(c, fyne.KeyBackspace) }, "ab"},
		{"typing replaces the selection", "abc", "js", spot{0, 1}, func(c *Editor) { c.caret = spot{0, 3}; test.Type(c, "x") }, "ax"},
		{"up keeps the column over a short line", "abcd\n\nabcd", "js", spot{2, 3}, func(c *Editor) { c.moveTo(c.caret, false); key(c, fyne.KeyUp, fyne.KeyUp); test.Type(c, "X") }, "abcXd\n\nabcd"},
		{"paste in lines from elsewhere", "ab", "js", spot{0, 1}, func(c *Editor) {
			fyne.CurrentApp().Clipboard().SetContent("1\r\n2")
			c.TypedShortcut(&fyne.ShortcutPaste{})
		}, "a1\n2b"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			c, _ := editor(t, tt.text, tt.lang)
			c.caret, c.mark = tt.at, tt.at
			var told string
			c.OnChanged = func(s string) { told = s }
			tt.do(c)
			if d := cmp.Diff(tt.want, c.Text()); d != "" {
				t.Error(d)
			}
			if tt.want != tt.text && told != tt.want {
				t.Errorf("OnChanged was told %q", told)
			}
			for c.Text() != tt.text {
				before := len(c.buf.done)
				c.TypedShortcut(&fyne.ShortcutUndo{})
				if len(c.buf.done) == before {
					t.Fatalf("undo ends at %q, want %q", c.Text(), tt.text)
				}
			}
			for len(c.buf.undid) > 0 {
				c.TypedShortcut(&fyne.ShortcutRedo{})
			}
			if c.Text() != tt.want {
				t.Errorf("redo ends at %q, want %q", c.Text(), tt.want)
			}
		})
	}
}

// Any number of edits can be undone to the beginning and redone to the end, and
// the colors are then those of a fresh reading.
func TestCodeUndoAndColorsAgree(t *testing.T) {
	c, _ := editor(t, script, "ts")
	r := rand.New(rand.NewPCG(1, 2))
	bits := []string{"a", "`", "${", "}", "/*", "*/", "\n", "\"", "x y", "//", "{\n}\n"}
	spotIn := func() spot {
		l := r.IntN(len(c.buf.lines))
		return spot{l, r.IntN(len(c.buf.lines[l]) + 1)}
	}
	same := func(when string) {
		t.Helper()
		fresh := colored{g: c.colors.g}
		fresh.update(c.buf.lines, 0, len(c.buf.lines))
		if d := cmp.Diff(fresh.lines, c.colors.lines, cmp.AllowUnexported(coloredLine{}, token{}, lexState{})); d != "" {
			t.Fatalf("%s, the colors differ from a fresh reading:\n%s", when, d)
		}
	}
	for i := range 300 {
		a, b := spotIn(), spotIn()
		if b.before(a) {
			a, b = b, a
		}
		if r.IntN(3) > 0 || b.line-a.line > 3 {
			b = a
		}
		c.edit(a, b, bits[r.IntN(len(bits))], r.IntN(2) == 0)
		same(fmt.Sprintf("after edit %d", i))
	}
	end := c.Text()
	for len(c.buf.done) > 0 {
		c.TypedShortcut(&fyne.ShortcutUndo{})
	}
	same("after undo")
	if d := cmp.Diff(script, c.Text()); d != "" {
		t.Errorf("undo does not lead back:\n%s", d)
	}
	for len(c.buf.undid) > 0 {
		c.TypedShortcut(&fyne.ShortcutRedo{})
	}
	if c.Text() != end {
		t.Error("redo does not lead to the end")
	}
}

func TestCodeUndoTakesAWord(t *testing.T) {
	c, _ := editor(t, "", "js")
	test.Type(c, "one two")
	c.TypedShortcut(&fyne.ShortcutUndo{})
	if c.Text() != "one" {
		t.Errorf("one undo leaves %q, want the first word", c.Text())
	}
}

func TestCodeMouse(t *testing.T) {
	c, w := editor(t, "hello world\nsecond", "js")
	ch := c.char()
	at := func(line, col int) fyne.Position {
		return fyne.NewPos(c.gutter()+float32(col)*ch.Width+1, c.padTop()+float32(line)*ch.Height+5)
	}
	c.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at(0, 6)}, Button: desktop.MouseButtonPrimary})
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at(1, 3)}})
	c.DragEnd()
	if got := c.Selected(); got != "world\nsec" {
		t.Errorf("dragging selects %q", got)
	}
	c.TypedShortcut(&fyne.ShortcutCut{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "world\nsec" || c.Text() != "hello ond" {
		t.Errorf("cut leaves %q and puts %q on the clipboard", c.Text(), got)
	}
	c.DoubleTapped(&fyne.PointEvent{Position: at(0, 2)})
	if got := c.Selected(); got != "hello" {
		t.Errorf("a double click selects %q", got)
	}
	if w.Canvas().Focused() != fyne.Focusable(c) {
		t.Error("a click does not give the keyboard")
	}
}

func TestCodeForwardsWhatItDoesNotUse(t *testing.T) {
	c, _ := editor(t, "a", "js")
	var got fyne.Shortcut
	kit.ForwardShortcuts(func(s fyne.Shortcut) { got = s })
	t.Cleanup(func() { kit.ForwardShortcuts(nil) })
	run := &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl}
	c.TypedShortcut(run)
	if got != fyne.Shortcut(run) {
		t.Errorf("Ctrl+Enter goes to %v", got)
	}
	got = nil
	ctrl(c, fyne.KeyRight, 0)
	if got != nil {
		t.Error("Ctrl+Right, which the editor uses, is forwarded, too")
	}
}

func TestCodeReadOnly(t *testing.T) {
	c, _ := editor(t, "keep\nme", "js")
	c.ReadOnly(true)
	c.OnChanged = func(string) { t.Error("a read-only text changed") }
	test.Type(c, "x}")
	fyne.CurrentApp().Clipboard().SetContent("y")
	key(c, fyne.KeyReturn, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyTab)
	for _, s := range []fyne.Shortcut{&fyne.ShortcutPaste{}, &fyne.ShortcutSelectAll{}, &fyne.ShortcutCut{}, &fyne.ShortcutUndo{}} {
		c.TypedShortcut(s)
	}
	ctrl(c, fyne.KeySlash, 0)
	if c.Text() != "keep\nme" {
		t.Errorf("the text is %q", c.Text())
	}
	if c.AcceptsTab() {
		t.Error("Tab cannot leave a read-only text")
	}
	c.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "keep\nme" {
		t.Errorf("copy gives %q", got)
	}
}

func TestCodeDrawsOnlyWhatIsInView(t *testing.T) {
	c, _ := editor(t, strings.Repeat("const a = 1; // one\n", 5000), "ts")
	if n := len(c.view.Objects); n > 400 {
		t.Errorf("%d objects for 5000 lines of which 16 are in view", n)
	}
	key(c, fyne.KeyPageDown, fyne.KeyPageDown)
	ctrl(c, fyne.KeyEnd, 0)
	if y := c.lineTop(c.caret.line); y < 0 || y > 300 {
		t.Errorf("the caret lies at %v, outside of the view", y)
	}
	c.wheel.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1e6)})
	if c.off.Y != 0 {
		t.Errorf("scrolled to %v, want the beginning", c.off.Y)
	}
}

func TestExprGrowsWithItsLines(t *testing.T) {
	stage(t)
	c := NewExpr("a", "js")
	show(t, kit.VBox(0, c), 300, 300)
	one := c.MinSize().Height
	if one != kit.ControlHeight {
		t.Errorf("one line is %v high, want %v", one, kit.ControlHeight)
	}
	c.put("\nb\nc", false)
	if three := c.MinSize().Height; three != one+2*c.char().Height {
		t.Errorf("three lines are %v high, one is %v", three, one)
	}
	if c.AcceptsTab() {
		t.Error("Tab does not leave an expression")
	}
}

func TestLexing(t *testing.T) {
	names := [...]string{"_", "k", "n", "s", "d", "c", "p", "t"}
	for _, tt := range []struct{ reason, lang, text, want string }{
		{"words", "js", "const a = 12", "kkkkk___p_dd"},
		{"a hole in a template", "js", "`a${b}c`", "sspp_pss"},
		{"a template in a hole", "js", "`${`x`}`", "sppsssps"},
		{"braces in a hole", "js", "`${{a}}`", "sppp_pps"},
		{"a quote that is not closed", "js", `"a`, "ss"},
		{"an escaped quote", "js", `"\""`, "ssss"},
		{"a comment after code", "js", "a//b", "_ccc"},
		{"a keyword as a member", "js", "a.delete", "_p______"},
		{"a call", "ts", "f(x)", "np_p"},
		{"a type", "ts", "x: Foo", "_p_ttt"},
		{"a hash in a shell word", "bash", "a#b", "_p_"},
		{"a shell comment", "bash", "a #b", "__cc"},
		{"a name in a shell string", "bash", `"a$b"`, "ssnns"},
		{"no name in a quoted shell string", "bash", `'$b'`, "ssss"},
		{"a key and a value", "json", `{"a":"b"}`, "pnnnpsssp"},
		{"no language", "", `"a" // 1`, "p_p_pp_d"},
		{"a decorator", "python", "@a", "nn"},
	} {
		tokens, _ := grammarOf(tt.lang).lex([]rune(tt.text), lexState{}, nil)
		got := ""
		for _, k := range tokens {
			got += strings.Repeat(names[k.kind], k.to-k.from)
		}
		if got != tt.want {
			t.Errorf("%s: %s\n%s\n%s, want", tt.reason, tt.text, got, tt.want)
		}
	}
}

func TestLexingAcrossLines(t *testing.T) {
	for _, tt := range []struct {
		lang, text string
		line       int
		want       kit.Token
	}{
		{"js", "/*\nx", 1, kit.TokenComment},
		{"js", "/*\n*/x", 1, kit.TokenComment},
		{"ts", "`\nx", 1, kit.TokenString},
		{"js", "`${\nx", 1, kit.TokenPlain},
		{"python", "\"\"\"\nx", 1, kit.TokenString},
		{"python", "'''\nx'''", 1, kit.TokenString},
		{"bash", "\"\nx", 1, kit.TokenString},
		{"bash", "'\nx", 1, kit.TokenString},
		{"js", "'\nx", 1, kit.TokenPlain},
	} {
		b := newBuffer(tt.text)
		c := colored{g: grammarOf(tt.lang)}
		c.update(b.lines, 0, len(b.lines))
		if got := c.lines[tt.line].tokens[0].kind; got != tt.want {
			t.Errorf("%s %q: line %d begins as %d, want %d", tt.lang, tt.text, tt.line, got, tt.want)
		}
	}
}

func FuzzLex(f *testing.F) {
	f.Add("`${`${a}`}` /* \" */ '''")
	f.Add("a\n\t\"\\")
	f.Fuzz(func(t *testing.T, s string) {
		for lang := range grammars {
			c := colored{g: grammarOf(lang)}
			b := newBuffer(s)
			c.update(b.lines, 0, len(b.lines))
			for i, l := range c.lines {
				at := 0
				for _, k := range l.tokens {
					if k.from != at || k.to <= k.from {
						t.Fatalf("%s line %d: a token from %d to %d after %d", lang, i, k.from, k.to, at)
					}
					at = k.to
				}
				if at != len(b.lines[i]) {
					t.Fatalf("%s line %d: tokens end at %d of %d", lang, i, at, len(b.lines[i]))
				}
			}
		}
	})
}

// One keystroke in the middle of a thousand lines, with drawing.
func BenchmarkCodeKeystroke(b *testing.B) {
	c, _ := editor(b, strings.Repeat("  const value = await fetch(`x${1}`); // one\n", 1000), "ts")
	c.OnChanged = func(string) {}
	c.moveTo(spot{500, 8}, false)
	b.ReportAllocs()
	for b.Loop() {
		c.TypedRune('x')
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}

// The caret goes where the text has changed, and the view follows it.
func TestReplacedCodeShowsWhereItChanged(t *testing.T) {
	stage(t)
	long := strings.Repeat("line\n", 200)
	for _, tt := range []struct {
		from, to string
		want     spot
	}{
		{"a\nb\nc", "a\nb\nc", spot{1, 1}},
		{"a\nbx\nc", "a\nb\nc", spot{1, 1}},
		{"ab\nc", "axb\nc", spot{0, 2}},
		{"a\nb\nc", "a\nc", spot{1, 0}},
		{"a\nc", "a\nb\nc", spot{2, 0}},
		{"a", "a\nb", spot{1, 1}},
		{"a\nb", "a", spot{0, 1}},
		{"", "abc", spot{0, 3}},
		{"aa", "aaa", spot{0, 1}},
		{"x\n" + long, "x", spot{0, 1}},
	} {
		c := NewEditor(tt.from, "ts")
		show(t, c, 300, 200)
		c.moveTo(spot{1, 1}, false)
		if c.caret = c.buf.clamp(spot{1, 1}); tt.from == tt.to {
			c.Replace(tt.to)
		} else {
			c.moveTo(c.buf.end(), false)
			c.Replace(tt.to)
		}
		if c.Text() != tt.to || c.caret != tt.want && tt.from != tt.to {
			t.Errorf("%.10q to %.10q: caret %v, want %v", tt.from, tt.to, c.caret, tt.want)
		}
		if c.off.Y > 0 && len(c.buf.lines) < 5 {
			t.Errorf("%.10q to %.10q: it stays scrolled to %v", tt.from, tt.to, c.off.Y)
		}
	}
}
