package kit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func tree(t testing.TB, raw string) *JSONTree {
	t.Helper()
	stage(t, false)
	j := NewJSONTree("result", "results.a", json.RawMessage(raw))
	show(t, j, 400, 300)
	return j
}

func (t *JSONTree) words() []string {
	var out []string
	for _, r := range t.rows {
		s := strings.Repeat(" ", r.depth)
		switch {
		case r.more > 0:
			s += fmt.Sprintf("%d more", r.more)
		case r.node.index >= 0:
			s += fmt.Sprint(r.node.index)
		default:
			s += r.node.key
		}
		out = append(out, s)
	}
	return out
}

func TestJSONTree(t *testing.T) {
	j := tree(t, ` {"z": 1.50, "a": {"b c": [true, null, "x<y"], "d": {}}, "$e": "é"}`)
	if d := cmp.Diff([]string{"", " z", " a", " $e"}, j.words()); d != "" {
		t.Errorf("keys are not in the order they were written: %s", d)
	}
	var picked []string
	j.OnPick = func(p string) { picked = append(picked, p) }
	j.FocusGained()
	tap := func(row int, x float32) {
		test.TapAt(j, fyne.NewPos(x, j.pad+float32(row)*j.rowHeight+5))
	}
	tap(2, 28) // the arrow opens
	tap(3, 48)
	if d := cmp.Diff([]string{"", " z", " a", "  b c", "   0", "   1", "   2", "  d", " $e"}, j.words()); d != "" {
		t.Error(d)
	}
	for _, i := range []int{1, 3, 6, 8, 0} {
		tap(i, 200)
	}
	if d := cmp.Diff([]string{"results.a.z", `results.a.a["b c"]`, `results.a.a["b c"][2]`, "results.a.$e", "results.a"}, picked); d != "" {
		t.Error(d)
	}
	copied := func(row int) string {
		j.chosen = row
		j.TypedShortcut(&fyne.ShortcutCopy{})
		return fyne.CurrentApp().Clipboard().Content()
	}
	for row, want := range map[int]string{1: "1.50", 6: "x<y", 5: "null", 3: "[\n  true,\n  null,\n  \"x<y\"\n]", 8: "é"} {
		if got := copied(row); got != want {
			t.Errorf("row %d copies %q, want %q", row, got, want)
		}
	}
	j.chosen = 6
	j.CopyPath()
	if got := fyne.CurrentApp().Clipboard().Content(); got != `results.a.a["b c"][2]` {
		t.Errorf("the path copied is %q", got)
	}
	key(j, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyLeft) // to b c, close it, to a, close it
	if d := cmp.Diff([]string{"", " z", " a", " $e"}, j.words()); d != "" || j.chosen != 2 {
		t.Error(d, j.chosen)
	}
	key(j, fyne.KeyRight, fyne.KeyDown, fyne.KeyReturn)
	if got := picked[len(picked)-1]; got != `results.a.a["b c"]` {
		t.Errorf("Enter picks %q", got)
	}
	j.SetJSON(json.RawMessage(`{"a": {"b c": [1], "new": 2}}`))
	if d := cmp.Diff([]string{"", " a", "  b c", "  new"}, j.words()); d != "" {
		t.Errorf("a new value closes what was open: %s", d)
	}
}

func TestJSONTreeOfOddValues(t *testing.T) {
	for raw, rows := range map[string]int{"": 0, "null": 1, `"text"`: 1, "12": 1, "[]": 1, "{}": 1, "{": 0, "not json": 0, strings.Repeat("[", 300) + strings.Repeat("]", 300): 2} {
		j := tree(t, raw)
		if len(j.rows) != rows {
			t.Errorf("%.20q has %d rows, want %d", raw, len(j.rows), rows)
		}
		key(j, fyne.KeyDown, fyne.KeyUp, fyne.KeyRight, fyne.KeyLeft, fyne.KeyReturn, fyne.KeyEnd)
		test.TapAt(j, fyne.NewPos(20, 10))
		j.CopyValue()
	}
}

func TestJSONTreePagesLongArrays(t *testing.T) {
	long, _ := json.Marshal(make([]int, 100_000))
	j := tree(t, string(long))
	if n := len(j.rows); n != 1+jsonPage+1 {
		t.Fatalf("%d rows at first", n)
	}
	key(j, fyne.KeyEnd, fyne.KeyReturn)
	if n := len(j.rows); n != 1+2*jsonPage+1 {
		t.Errorf("%d rows after asking for more", n)
	}
	if n := len(j.view.Objects); n > 150 {
		t.Errorf("%d objects are drawn, of which 14 rows are in view", n)
	}
}

func logView(t testing.TB) *LogView {
	t.Helper()
	stage(t, false)
	l := NewLogView("Nothing was printed")
	show(t, l, 400, 100)
	return l
}

func TestLogViewTakesPieces(t *testing.T) {
	l := logView(t)
	for _, s := range []string{"a", "b\nc\r\n", "", "\n", "\x1b[31mred\x1b[0m\ttab", "\n50%\r100%\u202e\x1b[2J\n"} {
		l.Append(s)
	}
	if d := cmp.Diff("ab\nc\n\nred    tab\n50%\\r100%\\u202e\\x1b[2J", l.Text()); d != "" {
		t.Error(d)
	}
	l.SetText("x\n")
	if l.Len() != 1 || l.Text() != "x" {
		t.Errorf("SetText leaves %q", l.Text())
	}
}

func TestLogViewFollowsUntilScrolledUp(t *testing.T) {
	l := logView(t)
	l.Append(strings.Repeat("line\n", 100))
	if !l.Following() || l.top != l.bottom() {
		t.Fatal("it does not follow")
	}
	l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: 100}})
	at := l.top
	l.Append("more\n")
	if l.Following() || l.top != at {
		t.Error("it follows while a person reads")
	}
	l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -1e6}})
	l.Append("more\n")
	if !l.Following() || l.top != l.bottom() {
		t.Error("it does not follow again at the end")
	}
	if n := len(l.view.Objects); n > 12 {
		t.Errorf("%d objects for 5 lines in view", n)
	}
}

func TestLogViewCopies(t *testing.T) {
	l := logView(t)
	l.Append("one\ntwo\nthree\n")
	clip := func() string {
		l.TypedShortcut(&fyne.ShortcutCopy{})
		return fyne.CurrentApp().Clipboard().Content()
	}
	if got := clip(); got != "one\ntwo\nthree" {
		t.Errorf("with nothing chosen, copy gives %q", got)
	}
	at := func(row int) fyne.PointEvent {
		return fyne.PointEvent{Position: fyne.NewPos(20, l.pad+float32(row)*l.rowHeight+4)}
	}
	l.MouseDown(&desktop.MouseEvent{PointEvent: at(2), Button: desktop.MouseButtonPrimary})
	l.Dragged(&fyne.DragEvent{PointEvent: at(1)})
	l.DragEnd()
	if got := clip(); got != "two\nthree" {
		t.Errorf("dragging copies %q", got)
	}
	l.TypedShortcut(&fyne.ShortcutSelectAll{})
	if got := clip(); got != "one\ntwo\nthree" {
		t.Errorf("all gives %q", got)
	}
}

func TestLogViewHasALimit(t *testing.T) {
	l := logView(t)
	l.Append(strings.Repeat("x\n", logMax+10) + "last\n")
	if l.Len() > logMax || !strings.HasSuffix(l.Text(), "\nlast") {
		t.Errorf("%d lines are held", l.Len())
	}
}

func TestParaWraps(t *testing.T) {
	stage(t, false)
	p := NewPara("one two three\n\nhttps://a-very-long-address.example/that/does/not/fit/anywhere", Muted)
	show(t, VBox(0, p), 100, 300)
	if len(p.lines) < 6 || p.lines[len(p.lines)-1] == "" {
		t.Errorf("lines %q", p.lines)
	}
	for _, l := range p.lines {
		if w := Measure(l, p.TextSize, p.Style, nil).Width; w > 100 {
			t.Errorf("%q is %v wide", l, w)
		}
	}
	if got := strings.Join(p.lines, ""); !strings.HasSuffix(strings.ReplaceAll(got, " ", ""), "does/not/fit/anywhere") {
		t.Errorf("letters are lost in %q", p.lines)
	}
	p.Max = 2
	p.SetText("one two three four five six seven eight nine ten eleven twelve")
	if len(p.lines) != 2 || !strings.HasSuffix(p.lines[1], "…") {
		t.Errorf("with two lines at most: %q", p.lines)
	}
}

func TestLayouts(t *testing.T) {
	stage(t, false)
	a, b, c := NewTxt("a"), NewTxt("b"), NewTxt("c")
	row := HBox(10, a, Grow(b), c)
	row.Resize(fyne.NewSize(300, 40))
	if end := c.Position().X + c.Size().Width; end != 300 {
		t.Errorf("a row ends at %v of 300", end)
	}
	c.Hide()
	row.Resize(fyne.NewSize(301, 40))
	if g := row.Objects[1]; g.Position().X+g.Size().Width != 301 {
		t.Error("a hidden object takes room")
	}
	para := NewPara(strings.Repeat("word ", 40), Ink)
	col := VBox(10, para, a)
	col.Resize(fyne.NewSize(200, 600))
	if y := a.Position().Y; y != para.HeightFor(200)+10 || para.HeightFor(200) <= para.HeightFor(400) {
		t.Errorf("what follows a paragraph lies at %v, the paragraph is %v high", y, para.HeightFor(200))
	}
	left, mid, right := NewTxt("left"), Fixed(100, 20, NewTxt("mid")), Fixed(50, 20, NewTxt("right"))
	bar := TopBar(left, mid, right)
	bar.Resize(fyne.NewSize(600, 52))
	if mid.Position().X != 250 || right.Position().X != 550 || right.Position().Y != 16 {
		t.Errorf("the middle lies at %v, the right at %v", mid.Position(), right.Position())
	}
}

func TestShortenFits(t *testing.T) {
	stage(t, false)
	s := "Send approval by e-mail to “everyone” 😀"
	for w := float32(10); w < 300; w += 7 {
		got := Shorten(s, w, TextBase, fyne.TextStyle{}, nil)
		if got != s && (!strings.HasSuffix(got, "…") || got != "…" && Measure(got, TextBase, fyne.TextStyle{}, nil).Width > w) {
			t.Errorf("at %v: %q", w, got)
		}
	}
	if got := Shorten("abc", 1000, TextBase, fyne.TextStyle{}, nil); got != "abc" {
		t.Errorf("a text that fits becomes %q", got)
	}
}
