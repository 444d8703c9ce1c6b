package code

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"sluice/ui/kit"
)

// marked is the text with its carets: | where one is, [ and ] around what it selected.
func marked(c *Editor) string {
	list, _ := c.carets()
	var b strings.Builder
	for i, line := range c.buf.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		for col := 0; col <= len(line); col++ {
			at := spot{i, col}
			for _, s := range list {
				from, to := s.ends()
				if from != to && at == to && at == s.caret {
					b.WriteString("|]")
				} else if from != to && at == to {
					b.WriteByte(']')
				}
			}
			for _, s := range list {
				from, to := s.ends()
				switch {
				case from == to && at == from:
					b.WriteByte('|')
				case at == from && at == s.caret:
					b.WriteString("[|")
				case at == from && from != to:
					b.WriteByte('[')
				}
			}
			if col < len(line) {
				b.WriteRune(line[col])
			}
		}
	}
	return b.String()
}

// at puts carets where | stands in a text, and selections where [ and ] do.
func placed(t *testing.T, text, lang string) (*Editor, fyne.Window) {
	t.Helper()
	plain := strings.NewReplacer("|", "", "‹", "", "›", "").Replace(text)
	c, w := editor(t, plain, lang)
	var list []sel
	p, from, open := spot{}, spot{}, false
	for _, r := range text {
		switch r {
		case '|':
			list = append(list, sel{caret: p, mark: p})
		case '‹':
			from, open = p, true
		case '›':
			list, open = append(list, sel{caret: p, mark: from}), false
		case '\n':
			p = spot{p.line + 1, 0}
		default:
			p.col++
		}
	}
	if len(list) == 0 || open {
		t.Fatal("no caret in", text)
	}
	c.setCarets(list, len(list)-1)
	c.setGoals()
	return c, w
}

func alt(c *Editor, k fyne.KeyName, more fyne.KeyModifier) {
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierAlt | more})
}

// What one does at several carets, and with lines, is one step of undo.
func TestCaretsAndLines(t *testing.T) {
	const shift = fyne.KeyModifierShift
	for _, tt := range []struct {
		reason, text, lang string
		do                 func(c *Editor)
		want               string
	}{
		{"typing at each caret", "a|\nb|\nc", "", func(c *Editor) { test.Type(c, "xy") }, "axy|\nbxy|\nc"},
		{"two carets in a line", "a|b|c", "", func(c *Editor) { test.Type(c, "xy") }, "axy|bxy|c"},
		{"typing replaces each selection", "‹one› ‹two›", "", func(c *Editor) { test.Type(c, "x") }, "x| x|"},
		{"Backspace at each caret", "ab|\ncd|", "", func(c *Editor) { key(c, fyne.KeyBackspace) }, "a|\nc|"},
		{"Backspace joins each line", "a\n|b\n|c", "", func(c *Editor) { key(c, fyne.KeyBackspace) }, "a|b|c"},
		{"Delete at each caret", "|ab\n|cd", "", func(c *Editor) { key(c, fyne.KeyDelete) }, "|b\n|d"},
		{"Enter at each caret", "a|b\nc|d", "", func(c *Editor) { key(c, fyne.KeyReturn) }, "a\n|b\nc\n|d"},
		{"carets that meet become one", "a|b|", "", func(c *Editor) { key(c, fyne.KeyHome); test.Type(c, "x") }, "x|ab"},
		{"paste of a line for each caret", "a|\nb|", "", func(c *Editor) { c.put("1\n2", false) }, "a1|\nb2|"},
		{"paste of another number of lines goes to each", "a|\nb|", "", func(c *Editor) { c.put("1\n2\n3", false) }, "a1\n2\n3|\nb1\n2\n3|"},
		{"a word to the left", "one two|\nthree|", "", func(c *Editor) { ctrl(c, fyne.KeyBackspace, 0) }, "one |\n|"},
		{"Ctrl+D takes the word, then the next", "|foo bar foo foobar", "js", func(c *Editor) { ctrl(c, fyne.KeyD, 0); ctrl(c, fyne.KeyD, 0) }, "[foo|] bar [foo|] foobar"},
		{"Ctrl+D goes round", "foo bar |foo", "js", func(c *Editor) { ctrl(c, fyne.KeyD, 0); ctrl(c, fyne.KeyD, 0) }, "[foo|] bar [foo|]"},
		{"a caret on the row below", "ab|c\nx\nabc", "", func(c *Editor) {
			ctrl(c, fyne.KeyDown, fyne.KeyModifierAlt)
			ctrl(c, fyne.KeyDown, fyne.KeyModifierAlt)
		}, "ab|c\nx|\nab|c"},
		{"a caret on the row above", "abc\nab|c", "", func(c *Editor) { ctrl(c, fyne.KeyUp, fyne.KeyModifierAlt) }, "ab|c\nab|c"},
		{"Escape leaves one", "a|\nb|", "", func(c *Editor) { key(c, fyne.KeyEscape) }, "a\nb|"},
		{"a line goes up", "a\nb|\nc", "", func(c *Editor) { alt(c, fyne.KeyUp, 0) }, "b|\na\nc"},
		{"a line goes down", "a|\nb\nc", "", func(c *Editor) { alt(c, fyne.KeyDown, 0) }, "b\na|\nc"},
		{"selected lines go down", "‹a\nb›\nc", "", func(c *Editor) { alt(c, fyne.KeyDown, 0) }, "c\n[a\nb|]"},
		{"the last line goes no further", "a\nb|", "", func(c *Editor) { alt(c, fyne.KeyDown, 0) }, "a\nb|"},
		{"a line is doubled below", "a|b\nc", "", func(c *Editor) { alt(c, fyne.KeyDown, shift) }, "ab\na|b\nc"},
		{"a line is doubled above", "a|b\nc", "", func(c *Editor) { alt(c, fyne.KeyUp, shift) }, "a|b\nab\nc"},
		{"lines of two carets are doubled", "a|\nx\nb|", "", func(c *Editor) { ctrl(c, fyne.KeyD, shift) }, "a\na|\nx\nb\nb|"},
		{"a line is deleted", "a\nb|b\nc", "", func(c *Editor) { ctrl(c, fyne.KeyK, shift) }, "a\nc|"},
		{"the last line is deleted", "a\nbb|", "", func(c *Editor) { ctrl(c, fyne.KeyK, shift) }, "a|"},
		{"the only line is deleted", "aa|", "", func(c *Editor) { ctrl(c, fyne.KeyK, shift) }, "|"},
		{"lines go in by keys", "‹a\nb›", "js", func(c *Editor) { ctrl(c, fyne.KeyRightBracket, 0) }, "  [a\n  b|]"},
		{"comments keep the selection", "‹a\nb›", "js", func(c *Editor) { ctrl(c, fyne.KeySlash, 0) }, "// [a\n// b|]"},
		{"comments where the slash stands on the 7", "a|", "js", func(c *Editor) { ctrl(c, fyne.Key7, shift) }, "// a|"},
		{"comments of SQL", "select 1|", "postgresql", func(c *Editor) { ctrl(c, fyne.KeySlash, 0) }, "-- select 1|"},
		{"no comments in JSON", "1|", "json", func(c *Editor) { ctrl(c, fyne.KeySlash, 0) }, "1|"},
		{"a bracket brings its half", "f|", "ts", func(c *Editor) { test.Type(c, "(") }, "f(|)"},
		{"and is stepped over", "f|", "ts", func(c *Editor) { test.Type(c, "(a)") }, "f(a)|"},
		{"a quote, too", "x = |", "ts", func(c *Editor) { test.Type(c, `"a"`) }, `x = "a"|`},
		{"no half before a word", "|word", "ts", func(c *Editor) { test.Type(c, "(") }, "(|word"},
		{"no half in a comment", "// it|", "ts", func(c *Editor) { test.Type(c, "(") }, "// it(|"},
		{"no half of an apostrophe in a word", "don|", "ts", func(c *Editor) { test.Type(c, "'") }, "don'|"},
		{"a bracket that lacks its half is typed", "f(a|)", "ts", func(c *Editor) { c.put(")", true); key(c, fyne.KeyLeft); key(c, fyne.KeyLeft); test.Type(c, "(") }, "f((|a))"},
		{"Backspace takes both halves", "f(|)", "ts", func(c *Editor) { key(c, fyne.KeyBackspace) }, "f|"},
		{"a bracket goes around what is selected", "‹a›", "ts", func(c *Editor) { test.Type(c, "(") }, "(a|)"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			c, _ := placed(t, tt.text, tt.lang)
			before, told := c.Text(), 0
			c.OnChanged = func(string) { told++ }
			tt.do(c)
			if d := cmp.Diff(tt.want, marked(c)); d != "" {
				t.Error(d)
			}
			after := c.Text()
			for range 6 {
				c.TypedShortcut(&fyne.ShortcutUndo{})
			}
			if c.Text() != before {
				t.Errorf("undo leads to %q, want %q", c.Text(), before)
			}
			for range 6 {
				c.TypedShortcut(&fyne.ShortcutRedo{})
			}
			if c.Text() != after {
				t.Errorf("redo leads to %q, want %q", c.Text(), after)
			}
		})
	}
}

// A word that is typed at several carets is one step, and told as one.
func TestAWordAtSeveralCaretsIsOneStep(t *testing.T) {
	c, _ := placed(t, "a|\nb|\nc|", "js")
	step := c.Step()
	told := 0
	c.OnChanged = func(string) { told++ }
	test.Type(c, "word")
	if told != 4 || c.Step() != step+1 {
		t.Errorf("4 letters at 3 carets are told %d times, in %d steps", told, c.Step()-step)
	}
	c.TypedShortcut(&fyne.ShortcutUndo{})
	if c.Text() != "a\nb\nc" {
		t.Errorf("one undo leaves %q", c.Text())
	}
}

// Two presses take a word, three a line; with Alt one more caret.
func TestPresses(t *testing.T) {
	c, _ := editor(t, "hello world\nsecond", "js")
	clock := time.Now()
	now = func() time.Time { return clock }
	t.Cleanup(func() { now = time.Now })
	ch := c.char()
	press := func(line, col int, mod fyne.KeyModifier) {
		at := fyne.NewPos(c.gutter()+float32(col)*ch.Width+1, c.padTop()+float32(line)*ch.Height+5)
		c.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary, Modifier: mod})
		c.MouseUp(&desktop.MouseEvent{})
	}
	for _, want := range []string{"hello |world\nsecond", "hello [world|]\nsecond", "[hello world\n|]second"} {
		press(0, 6, 0)
		if got := marked(c); got != want {
			t.Errorf("%d presses: %q, want %q", c.pressed.times, got, want)
		}
		c.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(c.gutter()+6*ch.Width+1, c.padTop()+5)}) // comes late, and changes nothing
		if got := marked(c); c.pressed.times > 1 && got != want {
			t.Errorf("%d presses, and the driver's word of it: %q, want %q", c.pressed.times, got, want)
		}
	}
	clock = clock.Add(time.Second)
	press(0, 2, 0)
	press(1, 3, fyne.KeyModifierAlt)
	if got := marked(c); got != "he|llo world\nsec|ond" {
		t.Errorf("a press with Alt: %q", got)
	}
	press(1, 1, fyne.KeyModifierShift)
	if got := marked(c); got != "hello world\ns[|ec]ond" {
		t.Errorf("a press with Shift: %q", got)
	}
}

// While the mouse drags beyond an edge the text moves.
func TestDraggingBeyondTheEdgeScrolls(t *testing.T) {
	c, _ := editor(t, strings.Repeat("line\n", 200), "js")
	c.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(60, 40)}, Button: desktop.MouseButtonPrimary})
	for range 5 {
		c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(60, 500)}})
	}
	if c.off.Y == 0 || c.drift == nil {
		t.Errorf("scrolled to %v, going on: %v", c.off.Y, c.drift != nil)
	}
	c.DragEnd()
	if c.drift != nil {
		t.Error("it goes on after the end")
	}
}

func TestBrackets(t *testing.T) {
	for _, tt := range []struct{ text, lang, want string }{
		{"f(a[1])|", "js", "1 6"},
		{"f|(a[1])", "js", "1 6"},
		{"f(a|[1])", "js", "3 5"},
		{`f(")"|)`, "js", "1 5"},
		{"(|", "js", ""},
		{"// (|)", "js", ""},
	} {
		c, _ := placed(t, tt.text, tt.lang)
		a, b, ok := c.brackets()
		got := ""
		if ok {
			if b.before(a) {
				a, b = b, a
			}
			got = strings.TrimSpace(strings.Join([]string{string(rune('0' + a.col)), string(rune('0' + b.col))}, " "))
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// A list that is open above the text sees keys first.
func TestAListAboveTheTextSeesKeysFirst(t *testing.T) {
	c, _ := editor(t, "a", "js")
	var saw []fyne.KeyName
	c.keyFirst = func(e *fyne.KeyEvent) bool { saw = append(saw, e.Name); return e.Name == fyne.KeyReturn }
	key(c, fyne.KeyReturn, fyne.KeyDelete)
	if c.Text() != "" || len(saw) != 2 {
		t.Errorf("the text is %q, seen were %v", c.Text(), saw)
	}
}

// What is wrong is underlined, told at the foot, and found by a key; it moves with its line.
func TestMarks(t *testing.T) {
	stage(t)
	c := NewEditor("one\ntwo three\n", "js").WithFoot()
	w := show(t, c, 500, 300)
	w.Canvas().Focus(c)
	c.SetMarks([]Mark{{Line: 2, From: 4, To: 9, Text: "three is wrong"}})
	if text, role := c.footer(); text != "Line 2: three is wrong" || role != kit.Bad {
		t.Errorf("the foot says %q", text)
	}
	if c.pools.lines == 0 {
		t.Error("nothing is underlined")
	}
	key(c, fyne.KeyF8)
	if marked(c) != "one\ntwo |three\n" {
		t.Errorf("F8 leads to %q", marked(c))
	}
	c.moveTo(spot{0, 3}, false)
	key(c, fyne.KeyReturn)
	if m := c.Marks()[0]; m.Line != 3 {
		t.Errorf("with a line more above it stands on line %d", m.Line)
	}
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(c.colX(6), c.lineTop(2)+5)}})
	if c.told != "three is wrong" {
		t.Errorf("the pointer is told %q", c.told)
	}
	c.SetMarks(nil)
	if text, _ := c.footer(); text != "Line 2, column 1" {
		t.Errorf("the foot says %q", text)
	}
	for _, m := range []Mark{{Line: 1, From: 99}, {Line: 99}, {Line: 0}, {Line: 4}, {Line: 1, From: -1, To: 99}} {
		c.SetMarks([]Mark{m}) // of a text that was longer: no panic
		c.draw()
	}
}

// Edits at several places, in any order with others, can be undone to the beginning,
// and the colors are those of a fresh reading.
func TestEditsAtSeveralPlacesCanBeUndone(t *testing.T) {
	c, _ := editor(t, script, "ts")
	r := rand.New(rand.NewPCG(3, 4))
	bits := []string{"a", "`", "\n", "/*", "{", "x\ny", ""}
	for i := range 200 {
		var list []sel
		for range 1 + r.IntN(4) {
			l := r.IntN(len(c.buf.lines))
			a := spot{l, r.IntN(len(c.buf.lines[l]) + 1)}
			b := a
			if r.IntN(2) == 0 {
				b = c.buf.clamp(spot{l + r.IntN(2), r.IntN(9)})
			}
			list = append(list, sel{caret: a, mark: b})
		}
		c.setCarets(list, 0)
		n := c.Carets()
		switch r.IntN(6) {
		case 0:
			c.moveBlocks(1)
		case 1:
			c.duplicate(false)
		case 2:
			c.deleteLines()
		case 3:
			c.comment()
		default:
			c.put(bits[r.IntN(len(bits))], r.IntN(2) == 0)
		}
		if c.Carets() > n {
			t.Fatalf("%d carets became %d", n, c.Carets())
		}
		fresh := colored{g: c.colors.g}
		fresh.update(c.buf.lines, 0, len(c.buf.lines))
		if d := cmp.Diff(fresh.lines, c.colors.lines, cmp.AllowUnexported(coloredLine{}, token{}, lexState{})); d != "" {
			t.Fatalf("after edit %d the colors differ from a fresh reading:\n%s", i, d)
		}
	}
	for len(c.buf.done) > 0 {
		c.TypedShortcut(&fyne.ShortcutUndo{})
	}
	if d := cmp.Diff(script, c.Text()); d != "" {
		t.Errorf("undo does not lead back:\n%s", d)
	}
}
