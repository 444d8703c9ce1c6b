package kit

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/say"
)

// ModalSpec says what is in a dialog.
type ModalSpec struct {
	Title string
	// Sub is a caption below the title.
	Sub string
	// Tile stands before the title.
	Tile *Tile
	// Head replaces title, caption and tile.
	Head fyne.CanvasObject
	Body fyne.CanvasObject
	// Note stands at the left of the buttons.
	Note fyne.CanvasObject
	// Buttons stand at the right, the primary one last.
	Buttons []fyne.CanvasObject
	// Submit is what Enter does when no control uses it; nil: nothing.
	Submit func()
	// Focus gets the keyboard first; nil: the first control of the body that takes it.
	Focus fyne.Focusable
	// OnClose is called once, however the dialog ends.
	OnClose func()
	// Width is the panel's width, 480 if 0. Height 0 follows the content.
	Width, Height float32
	// Flush leaves out the room around the body, with lines instead.
	Flush bool
	// Firm keeps the dialog open when the window behind it is pressed.
	Firm bool
	// Passing says that nothing typed in it is lost with it, such as a search or the path
	// of a file.
	Passing bool
}

// Modal is a dialog over a dimmed window. Escape closes it, and asks first where
// something was typed.
type Modal struct {
	widget.BaseWidget
	spec   ModalSpec
	canvas fyne.Canvas
	dim    *canvas.Rectangle
	panel  *Box
	host   *Host
	typed  func(*fyne.KeyEvent)
	back   fyne.Focusable
	closed bool
	begun  string // what its fields held when it was opened
}

// modals are the open dialogs, the topmost last.
var modals []*Modal

// ShowModal opens a dialog.
func ShowModal(c fyne.Canvas, spec ModalSpec) *Modal {
	hideTip()
	if spec.Width == 0 {
		spec.Width = 480
	}
	m := &Modal{spec: spec, canvas: c, back: c.Focused()}
	m.panel = NewBox(OnPanel, None, DialogRadius, m.build())
	m.panel.Shadow = 40
	m.host = NewHost(&backdrop{m: m})
	m.host.Content.(*backdrop).ExtendBaseWidget(m.host.Content.(*backdrop))
	m.ExtendBaseWidget(m)
	modals = append(modals, m)
	m.typed = c.OnTypedKey()
	c.SetOnTypedKey(m.key)
	m.Resize(c.Size())
	c.Overlays().Add(m)
	m.Resize(c.Size())
	m.begun = typedIn(m.panel)
	first := spec.Focus
	if first == nil {
		first = firstFocus(spec.Body)
	}
	if first != nil {
		begin := func() {
			c.Focus(first)
			if in, ok := first.(*input); ok && !in.MultiLine {
				in.owner.SelectAll() // what stands there is a proposal: typing replaces it
			}
		}
		begin()
		// The end of a press that opened it takes the keyboard away once more.
		soon(func() {
			if n := len(modals); !m.closed && modals[n-1] == m && c.Focused() == nil {
				begin()
			}
		})
	}
	return m
}

// soon runs f after what happens now; tests put a function in its place.
var soon = fyne.Do

func (m *Modal) build() fyne.CanvasObject {
	s := m.spec
	head := s.Head
	if head == nil {
		words := VBox(2, Heading(s.Title).Ellipsis())
		if s.Sub != "" {
			words.Add(Caption(s.Sub).Ellipsis())
		}
		row := HBox(12, Grow(words))
		if s.Tile != nil {
			row = HBox(12, s.Tile, Grow(words))
		}
		head = row
	}
	foot := HBox(10)
	if s.Note != nil {
		foot.Add(Grow(s.Note))
	} else {
		foot.Add(Space())
	}
	for _, b := range s.Buttons {
		foot.Add(b)
	}
	showFoot := s.Note != nil || len(s.Buttons) > 0
	body := s.Body
	if body == nil {
		body = VBox(0)
	}
	if s.Flush {
		col := VBox(0, Pad(14, 18, 14, 18, head), HLine(), Grow(body))
		if showFoot {
			col.Add(HLine())
			col.Add(Pad(12, 18, 12, 18, foot))
		}
		return col
	}
	col := VBox(14, head, Grow(body))
	if showFoot {
		col.Add(Pad(8, 0, 0, 0, foot))
	}
	return Pad(22, 24, 22, 24, col)
}

func (m *Modal) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		m.escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		m.submit()
	}
}

func (m *Modal) escape() {
	if !m.typedSince() {
		m.Close()
		return
	}
	Ask(m.canvas, Question{Title: say.T("Throw away what you typed?"), Text: say.T("This dialog keeps nothing of it once it is closed."),
		Back: say.T("Go on typing"), Verb: say.T("Throw away"), Danger: true, Yes: m.Close})
}

// typedSince reports whether closing the dialog would lose something.
func (m *Modal) typedSince() bool { return !m.spec.Passing && typedIn(m.panel) != m.begun }

func (m *Modal) submit() {
	if m.spec.Submit != nil {
		m.spec.Submit()
	}
}

// Close ends the dialog and gives the keyboard back.
func (m *Modal) Close() {
	if m.closed {
		return
	}
	m.closed = true
	hideTip()
	m.canvas.Unfocus() // Fyne tells a field that is taken away nothing: it would go on as if it had the keyboard
	m.canvas.Overlays().Remove(m)
	m.canvas.SetOnTypedKey(m.typed)
	dropHost(m.host)
	for i, x := range modals {
		if x == m {
			modals = append(modals[:i:i], modals[i+1:]...)
			break
		}
	}
	if m.back != nil {
		m.canvas.Focus(m.back)
	}
	if m.spec.OnClose != nil {
		m.spec.OnClose()
	}
}

// Closed tells whether it has ended.
func (m *Modal) Closed() bool { return m.closed }

// SetBody exchanges the body, such as for the next step of a dialog.
func (m *Modal) SetBody(o fyne.CanvasObject) {
	m.spec.Body = o
	m.panel.Content = m.build()
	m.begun = typedIn(m.panel)
	m.panel.Refresh()
	m.Relayout()
}

// Relayout fits the panel after the body's height changed.
func (m *Modal) Relayout() { m.host.Content.Refresh() }

// CreateRenderer is part of fyne.Widget.
func (m *Modal) CreateRenderer() fyne.WidgetRenderer {
	m.dim = canvas.NewRectangle(Colors().Dim)
	return &Painted{Of: m, Parts: []fyne.CanvasObject{m.dim, m.host}, Paint: func() {
		fillRect(m.dim, Colors().Dim, nil, 0, 0)
		m.host.Refresh()
	}, Place: func(s fyne.Size) {
		Place(m.dim, 0, 0, s.Width, s.Height)
		Place(m.host, 0, 0, s.Width, s.Height)
	}}
}

// backdrop places the panel and takes presses beside it.
type backdrop struct {
	widget.BaseWidget
	m *Modal
}

func (b *backdrop) Tapped(e *fyne.PointEvent) {
	p, s := b.m.panel.Position(), b.m.panel.Size()
	inside := e.Position.X >= p.X && e.Position.Y >= p.Y && e.Position.X < p.X+s.Width && e.Position.Y < p.Y+s.Height
	if !inside && !b.m.spec.Firm && !b.m.typedSince() {
		b.m.Close() // once something was typed a press beside it is no reason to lose it
	}
}

// textField is what a person types into, here or in another package.
type textField interface {
	Text() string
	SetBad(bad bool)
}

// typedIn is what all fields of an object hold.
func typedIn(o fyne.CanvasObject) string {
	switch x := o.(type) {
	case textField:
		return x.Text() + "\x00"
	case *ChipsEntry:
		return strings.Join(x.Values(), "\x01") + x.in.Text + "\x00"
	}
	var all strings.Builder
	for _, c := range inside(o) {
		if c != nil {
			all.WriteString(typedIn(c))
		}
	}
	return all.String()
}

func (b *backdrop) lay(s fyne.Size) {
	w := min(b.m.spec.Width, s.Width-32)
	h := b.m.spec.Height
	if h == 0 {
		h = heightAt(b.m.panel, w)
	}
	h = min(h, s.Height-32)
	Place(b.m.panel, Round((s.Width-w)/2), Round(max(16, (s.Height-h)*0.42)), w, h)
}

func (b *backdrop) CreateRenderer() fyne.WidgetRenderer {
	return &Painted{Of: b, Parts: []fyne.CanvasObject{b.m.panel}, Place: b.lay, Paint: func() { b.lay(b.BaseWidget.Size()) }}
}

// submitFrom is Enter in a field: it does what the dialog's primary button does.
func submitFrom(o fyne.CanvasObject) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if n := len(modals); n > 0 && modals[n-1].canvas == c {
		modals[n-1].submit()
	}
}

// firstFocus finds the first thing in an object that takes the keyboard.
func firstFocus(o fyne.CanvasObject) fyne.Focusable {
	switch x := o.(type) {
	case nil:
		return nil
	case *fyne.Container:
		for _, c := range x.Objects {
			if f := firstFocus(c); f != nil {
				return f
			}
		}
		return nil
	case *Entry:
		return x.in
	case *Field:
		return firstFocus(x.Control)
	case *Suggest:
		return x.Focusable()
	case *container.Scroll:
		return firstFocus(x.Content)
	case *Box:
		return firstFocus(x.Content)
	case fyne.Disableable:
		if x.Disabled() {
			return nil
		}
	}
	if f, ok := o.(fyne.Focusable); ok && o.Visible() {
		return f
	}
	return nil
}

// Question is something that a person has to say yes or no to.
type Question struct {
	Title, Text string
	Back        string // the button that leaves things as they are
	Verb        string // the button that goes on
	Danger      bool   // going on loses something
	Stay        bool   // leaving things as they are is what most people should do
	Yes         func() // goes on
}

// Ask asks a question. Escape, and a press beside it, leave things as they are.
func Ask(c fyne.Canvas, q Question) *Modal {
	back, kind := Outline, Primary
	switch {
	case q.Danger:
		kind = DangerFill
	case q.Stay:
		back, kind = Primary, Outline
	}
	var m *Modal
	do := func() {
		m.Close()
		q.Yes()
	}
	spec := ModalSpec{Title: q.Title, Body: NewParagraph(q.Text, Muted), Width: 440, Submit: do,
		Buttons: []fyne.CanvasObject{NewButton(q.Back, back, func() { m.Close() }), NewButton(q.Verb, kind, do)}}
	switch {
	case q.Danger: // Enter must not destroy by accident
		spec.Submit = nil
	case q.Stay:
		spec.Submit = func() { m.Close() }
		slices.Reverse(spec.Buttons)
	}
	m = ShowModal(c, spec)
	return m
}

// Confirm asks before something is done. verb is the button's; danger colors it.
func Confirm(c fyne.Canvas, title, text, verb string, danger bool, yes func()) *Modal {
	back := say.T("Cancel")
	if strings.Contains(strings.ToLower(verb), strings.ToLower(back)) {
		back = say.T("Go back") // two buttons that cancel would be a riddle
	}
	return Ask(c, Question{Title: title, Text: text, Back: back, Verb: verb, Danger: danger, Yes: yes})
}
