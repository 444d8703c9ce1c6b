package kit

import (
	"sluice/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Field puts a label above a control, and a hint or an error below it.
type Field struct {
	widget.BaseWidget
	Label    string
	Name     string // the argument's name, in mono beside the label
	Required bool
	Hint     string
	Err      string
	Control  fyne.CanvasObject
	// Side stands at the right of the label, such as a small Segments.
	Side fyne.CanvasObject
	// Act stands before Side, such as a button that finds a value.
	Act fyne.CanvasObject
	fix *Button // offers to mend what is wrong
	// Gives is said right below the control: what the value comes to.
	Gives string

	label, name, must, bang *canvas.Text
	note, gives             *Paragraph
}

// NewField returns a field.
func NewField(label, name string, required bool, control fyne.CanvasObject) *Field {
	f := &Field{Label: label, Name: name, Required: required, Control: control}
	f.note = NewParagraph("", Muted).Sized(TextCaption + 1)
	f.gives = NewParagraph("", Muted).Sized(TextCaption + 1)
	f.ExtendBaseWidget(f)
	return f
}

// WithHint sets the hint below the control.
func (f *Field) WithHint(s string) *Field { f.Hint = s; return f }

// WithSide puts an object at the right of the label.
func (f *Field) WithSide(o fyne.CanvasObject) *Field { f.Side = o; return f }

// SetHint changes the hint.
func (f *Field) SetHint(s string) {
	if f.Hint != s {
		f.Hint = s
		f.fit()
	}
}

// SetAct puts an object before Side.
func (f *Field) SetAct(o fyne.CanvasObject) {
	f.Act = o
	f.fit()
}

// SetFix offers a way to mend what is wrong, below the words that say what it is; ""
// offers none.
func (f *Field) SetFix(label string, do func()) {
	switch {
	case label == "" && f.fix == nil:
		return
	case label == "":
		f.fix = nil
	case f.fix != nil && f.fix.Text == label:
		f.fix.OnTapped = do
		return
	default:
		f.fix = NewButton(label, Outline, do).AsSmall()
	}
	f.fit()
}

// Fix is what is offered to mend what is wrong, nil if nothing is.
func (f *Field) Fix() *Button { return f.fix }

// SetGives says what the value comes to; "" says nothing.
func (f *Field) SetGives(s string) {
	if f.Gives != s {
		f.Gives = s
		f.fit()
	}
}

// SetErr shows what is wrong with the value, or takes it back with "". Controls
// that have a SetBad get the color, too. What was said of one text does not stay
// beside another: an Entry that is changed takes it back, unless its OnChanged says so
// again.
func (f *Field) SetErr(s string) {
	e, _ := f.Control.(*Entry)
	if x, ok := f.Control.(*Suggest); ok {
		e = x.in
	}
	if e != nil && s != "" {
		e.edited = f.forget
	}
	if b, ok := f.Control.(interface{ SetBad(bool) }); ok {
		b.SetBad(s != "")
	}
	if f.Err != s {
		f.Err = s
		f.fit()
	}
}

// forget takes back what is wrong, to be seen after what is done in between.
func (f *Field) forget() (after func()) {
	had := f.Err
	f.Err = ""
	return func() {
		if had != "" && f.Err == "" {
			if b, ok := f.Control.(interface{ SetBad(bool) }); ok {
				b.SetBad(false)
			}
			f.fit()
		}
	}
}

// SetControl exchanges the control, such as a value for an expression.
func (f *Field) SetControl(o fyne.CanvasObject) {
	f.Control = o
	f.fit()
}

// fit draws it anew, and what is around it where its height has changed.
func (f *Field) fit() {
	f.Refresh()
	if s := f.BaseWidget.Size(); s.Width > 0 && f.HeightFor(s.Width) != s.Height {
		relayout(f)
	}
}

const labelRow = 20

// requiredWord stands behind the label of a field that must be filled in, as on the
// page of an approval.
const requiredWord = "(required)"

func (f *Field) headHeight() float32 {
	if f.Label == "" && f.Name == "" && f.Side == nil {
		return 0
	}
	return labelRow + 4
}

func (f *Field) noteText() (string, Role) {
	if f.Err != "" {
		return f.Err, Bad
	}
	return f.Hint, Muted
}

// HeightFor tells how high the field is at a width.
func (f *Field) HeightFor(w float32) float32 {
	h := f.headHeight() + heightAt(f.Control, w)
	if f.Gives != "" {
		f.gives.Text = f.Gives
		h += 5 + f.gives.HeightFor(w)
	}
	if s, _ := f.noteText(); s != "" {
		f.note.Text = s
		h += 5 + f.note.HeightFor(w-f.noteInset())
	}
	if f.fix != nil {
		h += 5 + f.fix.MinSize().Height
	}
	return h
}

func (f *Field) noteInset() float32 {
	if f.Err != "" {
		return 18
	}
	return 0
}

// MinSize is that of the control with what is around it.
func (f *Field) MinSize() fyne.Size {
	w := max(f.Control.MinSize().Width, 80)
	if f.Side != nil {
		w = max(w, f.Side.MinSize().Width+100)
	}
	at := f.BaseWidget.Size().Width
	if at <= 0 {
		at = max(w, 280)
	}
	return fyne.NewSize(w, f.HeightFor(at))
}

func (f *Field) paint() {
	p := Colors()
	note, role := f.noteText()
	f.label.Text, f.label.Color = f.Label, p.Ink
	f.name.Text, f.name.Color = f.Name, p.Muted
	f.must.Color, f.must.Hidden = p.Muted, !f.Required
	f.note.Text, f.note.Role, f.note.Hidden = note, role, note == ""
	f.gives.Text, f.gives.Hidden = f.Gives, f.Gives == ""
	f.bang.Color, f.bang.Hidden = p.Bad, f.Err == ""
	f.lay(f.BaseWidget.Size())
	f.label.Refresh()
	f.name.Refresh()
	f.must.Refresh()
	f.bang.Refresh()
	f.note.Refresh()
	f.gives.Refresh()
}

func (f *Field) lay(s fyne.Size) {
	y := f.headHeight()
	if y > 0 {
		right := s.Width
		if f.Side != nil {
			m := f.Side.MinSize()
			right -= m.Width
			Place(f.Side, right, (labelRow-m.Height)/2, m.Width, m.Height)
			right -= 8
		}
		if f.Act != nil {
			m := f.Act.MinSize()
			right -= m.Width
			Place(f.Act, right, (labelRow-m.Height)/2, m.Width, m.Height)
			right -= 6
		}
		if f.Required {
			right -= f.must.MinSize().Width + 8
		}
		f.label.Text = Shorten(f.Label, right, f.label.TextSize, f.label.TextStyle, nil)
		leftText(f.label, 0, 0, labelRow)
		x := f.label.MinSize().Width + 8
		if f.Label == "" {
			x = 0
		}
		f.name.Text = Shorten(f.Name, right-x, f.name.TextSize, f.name.TextStyle, nil)
		f.name.Hidden = right-x < 24
		leftText(f.name, x, 1, labelRow)
		if f.Name != "" && !f.name.Hidden {
			x += f.name.MinSize().Width + 6
		}
		leftText(f.must, x, 1, labelRow)
	}
	h := heightAt(f.Control, s.Width)
	Place(f.Control, 0, y, s.Width, h)
	y += h + 5
	if f.Gives != "" {
		h := f.gives.HeightFor(s.Width)
		Place(f.gives, 0, y, s.Width, h)
		y += h + 5
	}
	in := f.noteInset()
	note := f.note.HeightFor(s.Width - in)
	Place(f.note, in, y, s.Width-in, note)
	if f.fix != nil {
		m := f.fix.MinSize()
		Place(f.fix, in, y+note+5, min(m.Width, s.Width-in), m.Height)
	}
	leftText(f.bang, 0, y, 17)
}

// CreateRenderer is part of fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	f.label, f.name, f.must = canvas.NewText("", nil), canvas.NewText("", nil), canvas.NewText(say.T(requiredWord), nil)
	f.label.TextSize, f.label.TextStyle.Bold = 12, true
	f.name.TextSize, f.name.TextStyle.Monospace = TextCaption, true
	f.must.TextSize = TextCaption
	f.bang = newIconText(IconAlert, 13)
	f.paint()
	return &Painted{Of: f, Least: f.MinSize, Place: f.lay, Paint: f.paint, Vary: func() []fyne.CanvasObject {
		o := []fyne.CanvasObject{f.label, f.name, f.must}
		if f.Act != nil {
			o = append(o, f.Act)
		}
		if f.Side != nil { // in the order of reading, which Tab follows
			o = append(o, f.Side)
		}
		o = append(o, f.Control, f.gives, f.bang, f.note)
		if f.fix != nil {
			o = append(o, f.fix)
		}
		return o
	}}
}
