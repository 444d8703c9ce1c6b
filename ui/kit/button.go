package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// ButtonKind is how loudly a button speaks.
type ButtonKind int

// The kinds. A view has one Primary at most.
const (
	Outline    ButtonKind = iota // the usual one
	Primary                      // the one thing to do here
	Soft                         // a quiet accent
	Ghost                        // in bars and rows
	Danger                       // outline, for what destroys or refuses
	DangerFill                   // the last press before something is destroyed
	Words                        // words of a caption that can be pressed
	Crumb                        // the way back, before a heading
)

// Button is a button: a verb, perhaps with an icon.
type Button struct {
	press
	Text  string
	Icon  Icon
	Kind  ButtonKind
	Small bool
	// Trailing puts the icon behind the text.
	Trailing bool

	bg, halo    *canvas.Rectangle
	label, icon *canvas.Text
}

// NewButton returns a button.
func NewButton(text string, kind ButtonKind, tapped func()) *Button {
	b := &Button{Text: text, Kind: kind}
	b.OnTapped = tapped
	b.init(b)
	return b
}

// IconButton returns a square button with an icon only; tip is its name.
func IconButton(icon Icon, tip string, kind ButtonKind, tapped func()) *Button {
	b := NewButton("", kind, tapped)
	b.Icon, b.Tip = icon, tip
	return b
}

// With sets the icon.
func (b *Button) With(i Icon) *Button { b.Icon = i; return b }

// After puts the icon behind the words, as of what opens a list.
func (b *Button) After() *Button { b.Trailing = true; return b }

// AsSmall makes it lower.
func (b *Button) AsSmall() *Button { b.Small = true; return b }

// WithTip sets the tip.
func (b *Button) WithTip(s string) *Button { b.Tip = s; return b }

// SetText changes the words.
func (b *Button) SetText(s string) {
	if b.Text != s {
		b.Text = s
		b.Refresh()
	}
}

// SetIcon changes the icon.
func (b *Button) SetIcon(i Icon) {
	if b.Icon != i {
		b.Icon = i
		b.Refresh()
	}
}

// SetKind changes the kind.
func (b *Button) SetKind(k ButtonKind) {
	if b.Kind != k {
		b.Kind = k
		b.Refresh()
	}
}

func (b *Button) metrics() (height, pad, text, icon float32) {
	if b.Kind == Words {
		return wordsHeight, 3, TextCaption, 12
	}
	if b.Kind == Crumb {
		return ControlHeight, 4, TextBase, 16
	}
	if b.Small {
		return ControlSmall, 10, 12, 14
	}
	return ControlHeight, 12, TextBase, 16
}

const (
	wordsHeight = 20
	wordsMost   = 240
)

func (b *Button) bold() bool { return b.Kind != Words && b.Kind != Crumb }

// MinSize fits words and icon.
func (b *Button) MinSize() fyne.Size {
	h, pad, ts, is := b.metrics()
	if b.Text == "" {
		return fyne.NewSize(h, h)
	}
	w := Measure(b.Text, ts, fyne.TextStyle{Bold: b.bold()}, nil).Width + 2*pad
	if b.Icon != NoIcon {
		w += is + 6
	}
	if b.Kind == Words {
		w = min(w, wordsMost) // a longer one is shortened
	}
	return fyne.NewSize(Round(w+0.49), h)
}

func (b *Button) colors() (fill, stroke, ink color.NRGBA) {
	p := Colors()
	none := color.NRGBA{}
	hot := b.hovered && !b.off
	switch b.Kind {
	case Primary:
		fill, ink = p.Accent, p.OnAccent
		if hot {
			fill = p.AccentHover
		}
		stroke = fill
	case DangerFill:
		fill, ink = p.Bad, p.OnBad
		if hot {
			fill = p.BadHover
		}
		stroke = fill
	case Soft:
		fill, ink = p.AccentSoft, p.AccentInk
		if hot {
			stroke = p.Accent
		}
	case Words, Crumb:
		ink = p.Muted
		if hot {
			ink = p.AccentInk
		}
	case Ghost:
		ink = p.Ink
		if hot {
			fill = p.Well
		}
	default:
		fill, stroke, ink = p.Panel, p.Line, p.Ink
		if b.Kind == Danger {
			ink = p.Bad
		}
		if hot {
			fill, stroke = p.Well, p.LineStrong
			if b.Kind == Danger {
				fill, stroke = p.BadSoft, p.Bad
			}
		}
	}
	if b.down {
		switch b.Kind {
		case Primary, Soft, DangerFill, Danger, Crumb:
		default:
			fill = p.Press
		}
	}
	if b.off {
		ink = p.Faint
		if b.Kind == Primary || b.Kind == DangerFill || b.Kind == Soft {
			fill, stroke = p.Well, p.Line
		}
		if b.Kind == Ghost || b.Kind == Words || b.Kind == Crumb {
			fill = none
		}
	}
	return fill, stroke, ink
}

func (b *Button) paint() {
	fill, stroke, ink := b.colors()
	_, _, ts, is := b.metrics()
	fillRect(b.bg, fill, stroke, 1, Radius)
	Ring(b.halo, b.focused, Radius+2)
	b.label.Text, b.label.TextSize, b.label.Color = b.Text, ts, ink
	b.icon.Text, b.icon.TextSize, b.icon.Color = string(b.Icon), is, ink
	b.label.Hidden, b.icon.Hidden = b.Text == "", b.Icon == NoIcon
	b.lay(b.BaseWidget.Size())
	b.label.Refresh()
	b.icon.Refresh()
}

func (b *Button) lay(s fyne.Size) {
	Place(b.bg, 0, 0, s.Width, s.Height)
	Place(b.halo, -2, -2, s.Width+4, s.Height+4)
	_, pad, ts, is := b.metrics()
	if b.Text == "" {
		centerText(b.icon, 0, 0, s.Width, s.Height)
		return
	}
	room := s.Width - 2*pad
	if b.Icon != NoIcon {
		room -= is + 6
	}
	b.label.Text = Shorten(b.Text, room+1, ts, b.label.TextStyle, nil)
	w := b.label.MinSize().Width
	x := (s.Width - w) / 2
	if b.Icon != NoIcon {
		x = (s.Width - w - is - 6) / 2
		ix := x
		if b.Trailing {
			ix = x + w + 6
		} else {
			x += is + 6
		}
		centerText(b.icon, ix, 0, is, s.Height)
	}
	leftText(b.label, x, 0, s.Height)
}

// AccessibilityLabel is the button's verb.
func (b *Button) AccessibilityLabel() string {
	if b.Text == "" {
		return b.Tip
	}
	return b.Text
}

// AccessibilityRole says that this is a button.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	b.bg, b.halo = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	b.label, b.icon = canvas.NewText("", nil), newIconText("", 16)
	b.label.TextStyle.Bold = b.bold()
	b.paint()
	return &Painted{Of: b, Parts: []fyne.CanvasObject{b.bg, b.icon, b.label, b.halo}, Place: b.lay, Least: b.MinSize, Paint: b.paint}
}
