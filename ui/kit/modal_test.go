package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestModal(t *testing.T) {
	stage(t, false)
	behind := NewEntry("")
	w := show(t, VBox(0, behind), 800, 600)
	c := w.Canvas()
	c.Focus(behind.Focusable())
	typed := 0
	c.SetOnTypedKey(func(*fyne.KeyEvent) { typed++ })

	closed, sent := 0, 0
	name := NewEntry("")
	m := ShowModal(c, ModalSpec{Title: "Add", Body: VBox(8, NewParagraph("words", Muted), NewField("Name", "", true, name)),
		Submit: func() { sent++ }, OnClose: func() { closed++ },
		Buttons: []fyne.CanvasObject{NewButton("Cancel", Outline, nil)}})
	if c.Focused() != name.Focusable() {
		t.Error("the first field has not got the keyboard")
	}
	key(name.in, fyne.KeyReturn)
	c.Unfocus()
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if sent != 2 {
		t.Errorf("Enter in a field and beside it submits %d times, want 2", sent)
	}
	p := m.panel
	if p.Size().Width != 480 || p.Position().X != 160 || p.Position().Y <= 0 || p.Size().Height > 560 {
		t.Errorf("the panel is %v at %v", p.Size(), p.Position())
	}

	// A second dialog on top takes Escape; the first stays.
	top := ShowModal(c, ModalSpec{Title: "Sure", Body: NewEntry("")})
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !top.Closed() || m.Closed() {
		t.Fatalf("Escape closes top=%v, below=%v", top.Closed(), m.Closed())
	}
	test.TapCanvas(c, m.panel.Position().Add(fyne.NewPos(5, 5)))
	if m.Closed() {
		t.Fatal("a press on the panel closes it")
	}
	test.TapCanvas(c, fyne.NewPos(5, 5))
	m.Close()
	if !m.Closed() || closed != 1 || c.Overlays().Top() != nil {
		t.Errorf("a press beside the panel leaves closed=%v, told %d times", m.Closed(), closed)
	}
	if c.Focused() != behind.Focusable() {
		t.Error("the keyboard does not come back")
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF1})
	if typed != 1 {
		t.Error("the window's keys do not come back")
	}
}

func TestConfirm(t *testing.T) {
	stage(t, false)
	w := show(t, NewText("x"), 600, 400)
	yes := 0
	m := Confirm(w.Canvas(), "Delete the flow?", "Its runs stay.", "Delete", true, func() { yes++ })
	m.key(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if yes != 0 {
		t.Fatal("Enter destroys")
	}
	test.Tap(m.spec.Buttons[1].(*Button))
	if yes != 1 || !m.Closed() {
		t.Errorf("done %d times, closed %v", yes, m.Closed())
	}
	m = Confirm(w.Canvas(), "Save?", "", "Save", false, func() { yes++ })
	m.key(&fyne.KeyEvent{Name: fyne.KeyEnter})
	if yes != 2 {
		t.Error("Enter does not do what is harmless")
	}
	m = Confirm(w.Canvas(), "Save?", "", "Save", false, func() { yes++ })
	test.Tap(m.spec.Buttons[0].(*Button))
	if yes != 2 || !m.Closed() {
		t.Error("Cancel does it, or leaves the dialog open")
	}
}

func TestToastAndBanner(t *testing.T) {
	stage(t, false)
	w := show(t, NewText("x"), 600, 400)
	h := hostOf(w.Canvas())
	acted, closed := 0, 0
	b := NewBanner(Bad, "Could not save", "The disk is full.").Do("Try again", func() { acted++ }).Copying("no space left")
	b.OnClose = func() { closed++ }
	b.Build()
	ShowToast(w.Canvas(), b)
	if h.Toast() != b {
		t.Fatal("the toast is not shown")
	}
	for _, x := range test.LaidOutObjects(b) {
		if button, ok := x.(*Button); ok {
			test.Tap(button)
		}
	}
	if acted != 1 || closed != 1 || h.Toast() != nil {
		t.Errorf("acted %d times, closed %d times, toast %v", acted, closed, h.Toast())
	}
	if got := fyne.CurrentApp().Clipboard().Content(); got != "no space left" {
		t.Errorf("the clipboard holds %q", got)
	}
}

// Fyne tells a field that is taken away nothing: with the keyboard left in it, it
// would draw its caret for ever.
func TestAClosedDialogTakesTheKeyboardFromItsField(t *testing.T) {
	stage(t, false)
	w := show(t, VBox(0, NewButton("Open", Primary, nil)), 800, 600)
	field, chips := NewEntry(""), NewChipsEntry(nil, "", nil)
	for name, tt := range map[string]struct {
		body fyne.CanvasObject
		has  func() bool
	}{
		"entry": {field, func() bool { return field.in.focused }},
		"chips": {chips, func() bool { return chips.in.focused }},
	} {
		m := ShowModal(w.Canvas(), ModalSpec{Title: name, Body: tt.body})
		if !tt.has() {
			w.Canvas().Focus(map[string]fyne.Focusable{"entry": field.in, "chips": chips.in}[name])
		}
		if !tt.has() {
			t.Fatalf("%s has not got the keyboard", name)
		}
		m.Close()
		if tt.has() {
			t.Errorf("%s of a closed dialog has the keyboard", name)
		}
	}
}

func TestNoWidgetOfFyneAnimates(t *testing.T) {
	stage(t, false)
	was := fyne.CurrentApp()
	defer fyne.SetCurrentApp(was)
	Still(was)
	if fyne.CurrentApp().Settings().ShowAnimations() {
		t.Error("carets would fade in and out")
	}
	if fyne.CurrentApp().Settings().Theme() != was.Settings().Theme() {
		t.Error("the theme is another one")
	}
}

// The press that opens a dialog ends after it: Fyne takes the keyboard away then,
// and the dialog's field has it all the same.
func TestADialogOpenedByAPressHasTheKeyboard(t *testing.T) {
	stage(t, false)
	w := show(t, VBox(0, NewButton("Open", Primary, nil)), 800, 600)
	var queue []func()
	was := soon
	soon = func(f func()) { queue = append(queue, f) }
	defer func() { soon = was }()
	other, search := NewEntry(""), NewEntry("")
	m := ShowModal(w.Canvas(), ModalSpec{Title: "Add", Body: VBox(4, other, search), Focus: search.Focusable()})
	w.Canvas().Unfocus() // the end of the press
	for _, f := range queue {
		f()
	}
	if w.Canvas().Focused() != search.Focusable() {
		t.Errorf("%v has the keyboard", w.Canvas().Focused())
	}
	m.Close()
}

// What gets the keyboard below the edge of a pane is scrolled to.
func TestTabScrollsToTheField(t *testing.T) {
	stage(t, false)
	col := VBox(10)
	var fields []*Entry
	for range 30 {
		e := NewEntry("")
		fields = append(fields, e)
		col.Add(NewField("Field", "", false, e))
	}
	scroll := Scroll(col)
	w := show(t, Dock(nil, nil, nil, nil, scroll), 300, 200)
	for i, e := range fields {
		w.Canvas().Focus(e.Focusable())
		y := float32(0)
		for _, x := range pathTo(col, e) {
			if x != col {
				y += x.Position().Y
			}
		}
		if at := scroll.Offset.Y; y < at || y+e.Size().Height > at+scroll.Size().Height {
			t.Fatalf("field %d is at %v, the view at %v", i, y, at)
		}
	}
	w.Canvas().Focus(fields[0].Focusable())
	if scroll.Offset.Y > 30 {
		t.Errorf("the first field leaves the view at %v", scroll.Offset.Y)
	}
}

// A press beside a dialog closes it only while nothing was typed in it; Escape asks.
func TestAPressBesideADialogLosesNothing(t *testing.T) {
	stage(t, false)
	w := show(t, VBox(0, NewButton("Open", Primary, nil)), 800, 600)
	for name, tt := range map[string]struct {
		body fyne.CanvasObject
		in   fyne.Focusable
	}{"entry": {func() fyne.CanvasObject { e := NewEntry(""); e.SetText("as it was"); return e }(), nil}, "chips": {NewChipsEntry(nil, "", nil), nil}} {
		for _, typed := range []bool{false, true} {
			m := ShowModal(w.Canvas(), ModalSpec{Title: name, Body: Scroll(VBox(4, NewField("Name", "", true, tt.body)))})
			m.Relayout()
			if typed {
				switch x := tt.body.(type) {
				case *Entry:
					x.in.TypedRune('x')
				case *ChipsEntry:
					x.in.TypedRune('x')
				}
			}
			test.TapCanvas(w.Canvas(), fyne.NewPos(5, 5))
			if m.Closed() == typed {
				t.Errorf("%s, typed %v: closed %v", name, typed, m.Closed())
			}
			if typed {
				escape := w.Canvas().OnTypedKey()
				escape(&fyne.KeyEvent{Name: fyne.KeyEscape})
				question := modals[len(modals)-1]
				if m.Closed() || question == m {
					t.Errorf("%s: Escape threw away what was typed, closed %v", name, m.Closed())
				} else {
					question.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
					if m.Closed() || !question.Closed() {
						t.Errorf("%s: Escape at the question: the dialog closed %v, the question closed %v", name, m.Closed(), question.Closed())
					}
				}
				escape(&fyne.KeyEvent{Name: fyne.KeyEscape})
				test.Tap(modals[len(modals)-1].spec.Buttons[1].(*Button))
				if !m.Closed() {
					t.Errorf("%s: it stays though the question was answered", name)
				}
			}
			m.Close()
		}
	}
}

// Where leaving things as they are is what most people should do, the accent and Enter
// are with it.
func TestTheSafeAnswerHasTheAccent(t *testing.T) {
	stage(t, false)
	c := show(t, VBox(0), 800, 600).Canvas()
	for _, tt := range []struct {
		q       Question
		primary string
		enter   bool // goes on
	}{
		{Question{Back: "Keep it running", Verb: "Quit", Stay: true}, "Keep it running", false},
		{Question{Back: "Not now", Verb: "Install"}, "Install", true},
		{Question{Back: "Cancel", Verb: "Delete", Danger: true}, "", false},
	} {
		went := false
		tt.q.Yes = func() { went = true }
		m := Ask(c, tt.q)
		last := m.spec.Buttons[1].(*Button)
		for _, b := range m.spec.Buttons {
			if b := b.(*Button); (b.Kind == Primary) != (b.Text == tt.primary) {
				t.Errorf("%s: the kind of %q is %d", tt.q.Verb, b.Text, b.Kind)
			}
		}
		if tt.primary != "" && last.Text != tt.primary {
			t.Errorf("%s: %q stands last", tt.q.Verb, last.Text)
		}
		c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if went != tt.enter {
			t.Errorf("%s: Enter goes on: %v", tt.q.Verb, went)
		}
		m.Close()
	}
}
