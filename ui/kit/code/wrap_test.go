package code

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/google/go-cmp/cmp"
)

// narrow is an expression with room for some 20 columns.
func narrow(t *testing.T, text string) *Editor {
	t.Helper()
	stage(t)
	c := NewExpr(text, "js")
	w := show(t, c, 100, 200)
	c.Resize(fyne.NewSize(c.gutter()+codePad+20.5*c.char().Width, 190))
	w.Canvas().Focus(c)
	return c
}

func (c *Editor) broken() []string {
	var out []string
	for _, r := range c.rows(c.BaseWidget.Size().Width) {
		out = append(out, string(c.buf.lines[r.line][r.from:r.to]))
	}
	return out
}

func TestExpressionsBreakTheirLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                     {""},
		"short":                                {"short"},
		"flow_input.amount > 100 && results.a": {"flow_input.amount > ", "100 && results.a"},
		"a_very_long_name.without_a_blank":     {"a_very_long_name.wit", "hout_a_blank"},
		"one\ntwo three four five six":         {"one", "two three four five ", "six"},
	} {
		c := narrow(t, text)
		if d := cmp.Diff(want, c.broken()); d != "" {
			t.Errorf("%q (-want +got):\n%s", text, d)
		}
		if got := strings.ReplaceAll(c.Text(), "\n", ""); got != strings.Join(c.broken(), "") {
			t.Errorf("what is shown of %q is not all of it", text)
		}
	}
}

func TestTheCaretWalksOverBrokenLines(t *testing.T) {
	c := narrow(t, "flow_input.amount > 100 && results.a")
	c.moveTo(spot{0, 3}, false)
	key(c, fyne.KeyDown)
	if c.caret != (spot{0, 23}) {
		t.Errorf("a row down the caret is at %v", c.caret)
	}
	key(c, fyne.KeyUp)
	if c.caret != (spot{0, 3}) {
		t.Errorf("and up again at %v", c.caret)
	}
	for _, p := range []spot{{0, 0}, {0, 19}, {0, 20}, {0, 36}} {
		row, col := c.rowOf(c.rows(c.BaseWidget.Size().Width), p)
		at := fyne.NewPos(c.colX(col)+2, c.lineTop(row)+8)
		c.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary})
		if c.caret != p {
			t.Errorf("a press at %v puts the caret at %v", p, c.caret)
		}
		c.MouseUp(&desktop.MouseEvent{})
	}
}

func TestAnExpressionIsAsHighAsItsRows(t *testing.T) {
	c := narrow(t, "flow_input.amount > 100 && results.a")
	one := NewExpr("x", "js").HeightFor(c.BaseWidget.Size().Width)
	if two := c.HeightFor(c.BaseWidget.Size().Width); two != one+c.char().Height {
		t.Errorf("two rows are %v high, one is %v", two, one)
	}
	if wide := c.HeightFor(1000); wide != one {
		t.Errorf("with room it is %v high, not %v", wide, one)
	}
	long := NewExpr(strings.Repeat("word ", 400), "js")
	if got := long.HeightFor(200); got != long.HeightFor(100) {
		t.Error("it grows beyond six rows")
	}
}
