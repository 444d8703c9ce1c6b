package kit

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestButtonIsPressedByMouseAndKeyboard(t *testing.T) {
	stage(t, false)
	n := 0
	b := NewButton("Save", Primary, func() { n++ })
	w := show(t, Center(b), 200, 100)
	test.Tap(b)
	w.Canvas().Focus(b)
	key(b, fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyLeft)
	if n != 4 {
		t.Errorf("pressed %d times, want 4", n)
	}
	b.Off("A step has no code")
	test.Tap(b)
	key(b, fyne.KeySpace)
	if n != 4 {
		t.Error("a button that is off was pressed")
	}
	b.OffIf("")
	test.Tap(b)
	if n != 5 {
		t.Error("a button that is on again cannot be pressed")
	}
}

func TestButtonSaysWhyItIsOff(t *testing.T) {
	stage(t, false)
	b := NewButton("Save", Primary, nil).WithTip("Save the flow")
	w := show(t, Center(b), 300, 100)
	h := hostOf(w.Canvas())
	in := func() string {
		b.MouseIn(&desktop.MouseEvent{})
		defer b.MouseOut()
		if !h.tip.Visible() {
			return ""
		}
		return h.tip.text
	}
	if got := in(); got != "Save the flow" {
		t.Errorf("the tip is %q", got)
	}
	b.Off("Nothing has changed")
	if got := in(); got != "Nothing has changed" {
		t.Errorf("the tip of a button that is off is %q", got)
	}
	if h.tip.Visible() {
		t.Error("the tip stays when the pointer leaves")
	}
}

func TestSegmentsChoose(t *testing.T) {
	stage(t, false)
	var got []int
	s := NewSegments([]string{"One", "Two", "Three"}, 0, func(i int) { got = append(got, i) })
	w := show(t, s, 400, 60)
	l, r := s.span(1)
	test.TapAt(s, fyne.NewPos((l+r)/2, 10))
	test.TapAt(s, fyne.NewPos((l+r)/2, 10)) // chosen already
	w.Canvas().Focus(s)
	key(s, fyne.KeyRight, fyne.KeyRight, fyne.KeyHome)
	s.Select(2) // by the program: nobody is told
	if d := cmp.Diff([]int{1, 2, 0}, got); d != "" {
		t.Error(d)
	}
	s.Disable()
	key(s, fyne.KeyLeft)
	if s.Selected != 2 {
		t.Error("a control that is off changed")
	}
	test.TapAt(s, fyne.NewPos(399, 10))
	s.SetLabels([]string{"One"})
	if s.Selected != 0 {
		t.Errorf("with one label, %d is chosen", s.Selected)
	}
}

func TestSelectBox(t *testing.T) {
	stage(t, false)
	var got []int
	acted := false
	s := NewSelectBox([]string{"a", "b", "c"}, -1, func(i int) { got = append(got, i) })
	s.Act, s.OnAct = "Add one…", func() { acted = true }
	w := show(t, s, 200, 300)
	key(s, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp)
	test.Tap(s)
	top := w.Canvas().Overlays().Top()
	if top == nil {
		t.Fatal("a press opens no menu")
	}
	items := s.menu.Items
	test.Tap(items[2].(fyne.Tappable))
	if d := cmp.Diff([]int{0, 1, 0, 2}, got); d != "" {
		t.Error(d)
	}
	s.OnAct()
	if !acted || s.Value() != "c" {
		t.Errorf("the act changes the value to %q", s.Value())
	}
	s.SetOptions([]string{"x", "c"})
	if s.Value() != "c" || s.Selected() != 1 {
		t.Errorf("new options choose %q", s.Value())
	}
	s.SetOptions([]string{"x"})
	if s.Value() != "" || s.Selected() != -1 {
		t.Errorf("a value that is gone is still %q", s.Value())
	}
}

func TestEntry(t *testing.T) {
	stage(t, false)
	e := NewEntry("hint")
	var changes []string
	submitted, left := "", 0
	e.OnChanged = func(s string) { changes = append(changes, s) }
	e.OnSubmitted = func(s string) { submitted = s }
	e.OnLeave = func() { left++ }
	w := show(t, VBox(0, e), 200, 100)
	e.SetText("by program")
	test.Tap(e) // the margin
	if w.Canvas().Focused() != e.Focusable() {
		t.Fatal("a press beside the text does not give the keyboard")
	}
	e.SelectAll()
	test.Type(e.in, "ab")
	key(e.in, fyne.KeyReturn)
	w.Canvas().Unfocus()
	if d := cmp.Diff([]string{"a", "ab"}, changes); d != "" {
		t.Error(d)
	}
	if submitted != "ab" || left != 1 {
		t.Errorf("submitted %q, left %d times", submitted, left)
	}
}

func TestWhatIsWrongWithOneTextIsNotSaidOfAnother(t *testing.T) {
	stage(t, false)
	e := NewEntry("")
	f := NewField("Name", "", false, e)
	show(t, VBox(0, f), 200, 100)
	f.SetErr("Wrong")
	high := f.MinSize().Height
	test.Type(e.in, "a")
	if f.Err != "" || f.MinSize().Height >= high {
		t.Errorf("after a change it still says %q", f.Err)
	}
	e.OnChanged = func(s string) {
		if len(s) < 4 {
			f.SetErr("Too short")
		}
	}
	f.SetErr("Wrong")
	test.Type(e.in, "b")
	if f.Err != "Too short" {
		t.Errorf("it says %q", f.Err)
	}
	test.Type(e.in, "cd")
	if f.Err != "" {
		t.Errorf("it is right now and says %q", f.Err)
	}
}

func TestTextAreaGrows(t *testing.T) {
	stage(t, false)
	e := NewTextArea("", 2, 4)
	show(t, VBox(0, e), 220, 300)
	h2 := e.MinSize().Height
	e.SetText("1\n2\n3")
	h3 := e.MinSize().Height
	e.SetText("1\n2\n3\n4\n5\n6")
	h4 := e.MinSize().Height
	if h3 <= h2 || h4 <= h3 || h4-h3 != h3-h2 {
		t.Errorf("heights are %v, %v, %v for 2, 3 and 4 rows", h2, h3, h4)
	}
	e.SetText("a long line that wraps a few times since it does not fit into the field at all")
	if e.MinSize().Height <= h2 {
		t.Error("wrapped lines do not count")
	}
}

func TestFieldShowsTheErrorInsteadOfTheHint(t *testing.T) {
	stage(t, false)
	e := NewEntry("")
	f := NewField("Name", "path", true, e).WithHint("A hint")
	show(t, VBox(0, f), 300, 200)
	plain := f.HeightFor(300)
	f.SetErr("This name is taken by another resource, so please choose another one")
	if text, role := f.noteText(); role != Bad || text == "A hint" || !e.bad {
		t.Errorf("the note is %q", text)
	}
	if f.HeightFor(300) <= plain {
		t.Error("a longer note takes no more room")
	}
	f.SetErr("")
	if text, _ := f.noteText(); text != "A hint" || e.bad {
		t.Errorf("the error stays as %q", text)
	}
}

func TestChipsEntry(t *testing.T) {
	stage(t, false)
	var told [][]string
	c := NewChipsEntry([]string{"ann@acme.example"}, "", func(v []string) { told = append(told, v) })
	w := show(t, VBox(0, c), 300, 200)
	w.Canvas().Focus(c.Focusable())
	test.Type(c.in, "bob@acme.example,")
	test.Type(c.in, "ANN@acme.example ") // there already
	test.Type(c.in, "nobody")
	key(c.in, fyne.KeyReturn)
	fyne.CurrentApp().Clipboard().SetContent("<cy@acme.example>; dee@acme.example\n")
	c.in.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	want := []string{"ann@acme.example", "bob@acme.example", "nobody", "cy@acme.example", "dee@acme.example"}
	if d := cmp.Diff(want, c.Values()); d != "" {
		t.Error(d)
	}
	if !c.chips[2].Bad || c.chips[1].Bad {
		t.Error("the value that is no address should be the only bad one")
	}
	two := c.HeightFor(300)
	if two <= ControlHeight || c.HeightFor(2000) != ControlHeight {
		t.Errorf("five chips are %v high at 300 and %v at 2000", two, c.HeightFor(2000))
	}
	key(c.in, fyne.KeyBackspace)
	test.TapAt(c.chips[2], fyne.NewPos(c.chips[2].Size().Width-8, 8))
	if d := cmp.Diff([]string{"ann@acme.example", "bob@acme.example", "cy@acme.example"}, told[len(told)-1]); d != "" {
		t.Error(d)
	}
	test.Type(c.in, "eve@acme.example")
	w.Canvas().Unfocus()
	if n := len(c.Values()); n != 4 {
		t.Errorf("what was typed is lost when the keyboard goes elsewhere: %v", c.Values())
	}
}

func TestLooksLikeEmail(t *testing.T) {
	for s, want := range map[string]bool{"a@b": true, "a.b+c@d.example": true, "": false, "a": false, "@b": false, "a@": false,
		"a@b@c": false, "a b@c": false, "a@.b": false, "a@b.": false, "<a@b>": false} {
		if got := LooksLikeEmail(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestToggle(t *testing.T) {
	stage(t, false)
	var got []bool
	for _, x := range []*Toggle{NewToggle("A", false, nil), NewCheck("B", false, nil)} {
		got = nil
		x.OnChanged = func(on bool) { got = append(got, on) }
		show(t, x, 100, 40)
		test.Tap(x)
		key(x, fyne.KeySpace)
		x.Set(true)
		x.Off("not now")
		test.Tap(x)
		if d := cmp.Diff([]bool{true, false}, got); d != "" || !x.Value() {
			t.Error(d, x.Value())
		}
	}
}

func TestSplitKeepsItsLimits(t *testing.T) {
	stage(t, false)
	main, side := NewText("main"), NewText("side")
	s := NewSplit(main, side, 300, 200, 400)
	kept := float32(0)
	s.OnChanged = func(v float32) { kept = v }
	w := show(t, s, 1000, 100)
	drag := func(dx float32) {
		s.grip.Dragged(&fyne.DragEvent{Dragged: fyne.Delta{DX: dx}})
		s.grip.DragEnd()
	}
	for _, tt := range []struct{ dx, want float32 }{{-50, 350}, {-500, 400}, {1000, 200}, {-10, 210}} {
		drag(tt.dx)
		if side.Size().Width != tt.want || kept != tt.want || main.Size().Width != 1000-tt.want {
			t.Errorf("dragged by %v, the side is %v wide and %v was kept, want %v", tt.dx, side.Size().Width, kept, tt.want)
		}
	}
	s.Collapse(true)
	if side.Visible() || main.Size().Width != 1000 {
		t.Error("a collapsed side takes room")
	}
	s.Collapse(false)
	w.Resize(fyne.NewSize(350, 100))
	if main.Size().Width < 150 || side.Size().Width > 200 {
		t.Errorf("in a small window, the main part has %v and the side %v", main.Size().Width, side.Size().Width)
	}
}

func TestRow(t *testing.T) {
	stage(t, false)
	taps, menus := 0, 0
	inner := NewButton("x", Ghost, func() { taps += 10 })
	r := NewRow(HBox(0, Grow(NewText("a")), inner), func() { taps++ })
	r.OnMenu = func(fyne.Position) { menus++ }
	r.OnKey = func(e *fyne.KeyEvent) bool { return e.Name == fyne.KeySpace }
	w := show(t, VBox(0, r), 300, 100)
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 10))
	test.TapCanvas(w.Canvas(), inner.Position().Add(fyne.NewPos(5, 10)))
	test.TapSecondary(r)
	key(r, fyne.KeySpace, fyne.KeyReturn)
	if taps != 12 || menus != 1 {
		t.Errorf("%d presses and %d menus, want 12 (1 row, 10 its button, 1 Enter) and 1", taps, menus)
	}
}

func TestAFieldForwardsWhatItDoesNotUse(t *testing.T) {
	stage(t, false)
	var got fyne.Shortcut
	ForwardShortcuts(func(s fyne.Shortcut) { got = s })
	t.Cleanup(func() { ForwardShortcuts(nil) })
	run := &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl}
	NewEntry("").in.TypedShortcut(run)
	if got != fyne.Shortcut(run) {
		t.Error("a field keeps Ctrl+Enter")
	}
}

// Every icon has a glyph, and all take the same square.
func TestEveryIconIsInTheFont(t *testing.T) {
	stage(t, false)
	none := measureIcon(t, "\ue000")
	_, icons := AllIcons(t)
	for name, i := range icons {
		if n := measureIcon(t, i); n == none {
			t.Errorf("%s is not in the font", name)
		}
	}
}

// An icon that nothing shows is to go.
func TestEveryIconIsShown(t *testing.T) {
	var source strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || d.Name() == "icons.go" {
			return err
		}
		b, err := os.ReadFile(path)
		source.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, name := range regexp.MustCompile(`\bIcon[A-Z]\w*`).FindAllString(source.String(), -1) {
		shown[name] = true
	}
	names, _ := AllIcons(t)
	for _, name := range names {
		if !shown[name] {
			t.Errorf("nothing shows %s", name)
		}
	}
}

// measureIcon tells how many pixels an icon colors, with where they lie.
func measureIcon(t *testing.T, i Icon) [2]int {
	t.Helper()
	img := show(t, NewGlyphSized(i, Ink, 32), 40, 40).Canvas().Capture()
	sum, n := 0, 0
	ground := img.At(0, 0)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if img.At(x, y) != ground {
				n++
				sum += x*31 + y*97
			}
		}
	}
	return [2]int{n, sum}
}

func TestTheWheelOverAFieldScrollsThePaneAroundIt(t *testing.T) {
	stage(t, false)
	e, area := NewEntry(""), NewTextArea("", 2, 4)
	high := NewText("x")
	scroll := Scroll(VBox(0, NewField("One", "", false, HBox(8, Grow(e))), area, Fixed(100, 2000, high)))
	show(t, scroll, 300, 200)
	e.wheel.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -30)})
	if scroll.Offset.Y != 30 {
		t.Errorf("the pane is scrolled by %v", scroll.Offset.Y)
	}
	if area.wheel.Visible() {
		t.Error("a text area cannot be scrolled itself")
	}
}

// A field that must be filled in says so in the word that the page has for it.
func TestARequiredFieldSaysSo(t *testing.T) {
	test.NewTempApp(t)
	for _, must := range []bool{true, false} {
		f := NewField("Amount", "amount", must, NewEntry(""))
		f.Resize(fyne.NewSize(300, 80))
		told := false
		for _, o := range test.WidgetRenderer(f).Objects() {
			x, ok := o.(*canvas.Text)
			told = told || ok && x.Visible() && x.Text == "(required)"
		}
		if told != must {
			t.Errorf("required %v is told %v", must, told)
		}
	}
}

// A text that is longer than its line shows no bar on itself, wherever the pointer is.
func TestALongLineShowsNoBar(t *testing.T) {
	stage(t, false)
	e := NewEntry("")
	c := show(t, VBox(0, e), 300, 200).Canvas()
	e.SetText(strings.Repeat("a long name ", 20))
	bar := Colors().LineStrong
	r, g, b, _ := bar.RGBA()
	for _, hover := range []bool{false, true} {
		if hover {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
			test.MoveMouse(c, at.AddXY(40, e.Size().Height-5))
		}
		img := c.Capture()
		for y := range int(e.Size().Height) - 2 {
			run := 0
			for x := range img.Bounds().Dx() {
				if ir, ig, ib, _ := img.At(x, y+2).RGBA(); ir == r && ig == g && ib == b {
					run++
				} else {
					run = 0
				}
				if run > 12 {
					t.Fatalf("hovered %v: there is a bar at line %d", hover, y+2)
				}
			}
		}
	}
}

// A row that does nothing does not look as if a press did something.
func TestARowThatDoesNothing(t *testing.T) {
	stage(t, false)
	for _, does := range []func(){nil, func() {}} {
		r := NewRow(NewText("left out"), does)
		show(t, r, 300, 60)
		still := r.bg.FillColor
		r.MouseIn(&desktop.MouseEvent{})
		if lit := r.bg.FillColor != still; lit != (does != nil) {
			t.Errorf("a row that does something: %v; it lights up: %v", does != nil, lit)
		}
		r.MouseOut()
	}
}
