package data

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"sluice/ui/kit"
)

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

func tree(t testing.TB, raw string) *JSONTree {
	t.Helper()
	stage(t)
	j := NewJSONTree("result", "results.a", ReadJSON(json.RawMessage(raw)))
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

// A line that is chosen before the list has its size is in view once it has it, and
// without need nothing is scrolled.
func TestTheChosenLineIsInView(t *testing.T) {
	stage(t)
	for _, at := range []int{0, 3, 500, 999} {
		for _, early := range []bool{true, false} {
			l := NewPickList(func(i int) PickLine { return PickLine{Label: fmt.Sprint(i)} }, nil)
			if early {
				l.Set(1000, at)
			}
			test.WidgetRenderer(l) // a window would try its least size first
			l.Resize(fyne.NewSize(400, 200))
			if !early {
				l.Set(1000, at)
			}
			y := l.pad + float32(at)*l.rowHeight - l.top
			if y < 0 || y+l.rowHeight > 200 {
				t.Errorf("line %d, chosen early %v, lies at %v of 200", at, early, y)
			}
			if at == 3 && l.top != 0 {
				t.Errorf("chosen early %v: it is scrolled by %v for a line that is in view", early, l.top)
			}
			l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -100}})
			top := l.top
			l.Resize(fyne.NewSize(300, 180))
			if l.top > top || l.top < top-20 {
				t.Errorf("a new size scrolls it from %v to %v", top, l.top)
			}
		}
	}
}

func TestTheMenuOfALogCopies(t *testing.T) {
	l := logView(t)
	l.Append("one\ntwo\nthree\n")
	at := func(row int) fyne.PointEvent {
		return fyne.PointEvent{Position: fyne.NewPos(20, l.pad+float32(row)*l.rowHeight+4)}
	}
	offers := func(row int) map[string]func() {
		all := map[string]func(){}
		for _, i := range l.menu(row).Items {
			all[i.Label] = i.Action
		}
		return all
	}
	copied := func(row int, label string) string {
		do := offers(row)[label]
		if do == nil {
			t.Fatalf("at line %d it offers no %q", row, label)
		}
		do()
		return fyne.CurrentApp().Clipboard().Content()
	}
	if got := copied(1, "Copy line"); got != "two" {
		t.Errorf("the line under the pointer is copied as %q", got)
	}
	l.MouseDown(&desktop.MouseEvent{PointEvent: at(0), Button: desktop.MouseButtonPrimary})
	l.Dragged(&fyne.DragEvent{PointEvent: at(1)})
	if got := copied(1, "Copy 2 lines"); got != "one\ntwo" {
		t.Errorf("in what was chosen, %q is copied", got)
	}
	if got := copied(2, "Copy line"); got != "three" {
		t.Errorf("beside what was chosen, %q is copied", got)
	}
	if got := copied(2, "Copy all"); got != "one\ntwo\nthree" {
		t.Errorf("all is %q", got)
	}
	test.TapSecondaryAt(l, at(2).Position)
	if fyne.CurrentApp().Driver().CanvasForObject(l).Overlays().Top() == nil {
		t.Error("the secondary button shows no menu")
	}
}

func logView(t testing.TB) *LogView {
	t.Helper()
	stage(t)
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

// Fifty megabytes in one line of a log, or in a result, and a list of a hundred
// thousand do not hold the window up.
func TestGreatResultsAreShownAtOnce(t *testing.T) {
	stage(t)
	text := strings.Repeat("word and ", 50<<20/9)
	tree := ReadJSON([]byte(`{"t":"` + text + `"}`)) // off the window's goroutine in the program
	list := ReadJSON([]byte("[" + strings.Repeat(`{"a":1},`, 99_999) + `{"a":1}]`))
	log := NewLogView("")
	began := time.Now()
	log.Append(text[:20<<20])
	log.Append(text[20<<20:] + "\nnext")
	for _, o := range []fyne.CanvasObject{log, NewJSONTree("a", "results.a", tree), NewJSONTree("a", "results.a", list)} {
		show(t, o, 400, 300).Canvas().Capture()
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := len(log.lines); n != 2 || len(log.lines[0]) > 2*logLineMost || log.lines[1] != "next" {
		t.Errorf("%d lines, the first of %d", n, len(log.lines[0]))
	}
}
