package data

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// LogView shows lines of text as they come. It stays at the end until a person
// scrolls up, and takes up following when they scroll down again.
type LogView struct {
	rolls
	// Placeholder is shown while there are no lines.
	Placeholder string
	// Paint chooses a line's color; nil is ink for all.
	Paint func(line string) kit.Role

	// Still keeps the beginning in view, as of a text; a log follows its end.
	Still bool

	// OnFind is called for Ctrl+F; nil: the key goes on.
	OnFind func()

	lines    []string
	open     bool // the last line has no end yet
	follow   bool
	cut      int // lines dropped at the beginning
	from, to int // chosen lines, -1 if none
	left     float32
}

const logMax = 50_000

// logLineMost is how much of a line is kept, in bytes: nobody reads on to its end
// here.
const logLineMost = 200_000

func start(line string) string {
	if len(line) > logLineMost {
		return strings.ToValidUTF8(line[:logLineMost], "") + "…"
	}
	return line
}

// NewLogView returns an empty log.
func NewLogView(placeholder string) *LogView {
	l := &LogView{Placeholder: placeholder, follow: true, from: -1, to: -1}
	l.rowHeight, l.pad = 18, 8
	l.count, l.row = func() int { return max(1, len(l.lines)) }, l.drawRow
	l.init(l)
	return l
}

// SetPlaceholder changes the words that stand there while there are no lines.
func (l *LogView) SetPlaceholder(s string) {
	if l.Placeholder != s {
		l.Placeholder = s
		l.draw()
	}
}

// Append adds text; lines may come in pieces.
func (l *LogView) Append(text string) {
	if text == "" {
		return
	}
	parts := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, p := range parts {
		last := i == len(parts)-1
		if i == 0 && l.open && len(l.lines) > 0 {
			if at := &l.lines[len(l.lines)-1]; len(*at) < logLineMost {
				*at += clean(start(p))
			}
		} else if !last || p != "" {
			l.lines = append(l.lines, clean(start(p)))
		}
	}
	l.open = parts[len(parts)-1] != ""
	if over := len(l.lines) - logMax; over > 0 {
		over += logMax / 10
		l.lines = append(l.lines[:0:0], l.lines[over:]...)
		l.cut += over
		l.from, l.to = -1, -1
	}
	if l.follow {
		l.top = l.bottom()
	}
	l.draw()
}

// SetText exchanges all lines.
func (l *LogView) SetText(text string) {
	l.Clear()
	l.Append(text)
}

// Clear removes all lines.
func (l *LogView) Clear() {
	l.lines, l.open, l.cut, l.from, l.to, l.top, l.left, l.follow = nil, false, 0, -1, -1, 0, 0, !l.Still
	l.draw()
}

// Len is the number of lines held.
func (l *LogView) Len() int { return len(l.lines) }

// Following tells whether new lines are scrolled into view.
func (l *LogView) Following() bool { return l.follow }

// Text is all lines held.
func (l *LogView) Text() string { return strings.Join(l.lines, "\n") }

// clean is a line as it is shown.
func clean(s string) string {
	return strings.ReplaceAll(plain.Log(s), "\t", "    ")
}

func (l *LogView) drawRow(i int, y float32) {
	p := kit.Colors()
	if len(l.lines) == 0 {
		l.write(l.Placeholder, 12, y, p.Muted, false, nil, kit.TextBase)
		return
	}
	w := l.BaseWidget.Size().Width
	if a, b := min(l.from, l.to), max(l.from, l.to); a >= 0 && i >= a && i <= b {
		l.fill(0, y, w, l.rowHeight, p.Select, 0)
	}
	role := kit.Ink
	if l.Paint != nil {
		role = l.Paint(l.lines[i])
	}
	// Very long lines are shown in part: a texture has limits.
	cw := kit.Measure("MMMMMMMMMM", 12, fyne.TextStyle{Monospace: true}, nil).Width / 10
	text := l.lines[i]
	skip := int(l.left / cw)
	if n := int(w/cw) + 2; len(text) > n || skip > 0 {
		r := []rune(text)
		r = r[min(skip, len(r)):]
		text = string(r[:min(n, len(r))])
	}
	l.write(text, 12, y, p.Of(role), true, nil, 12)
}

// Scrolled is part of fyne.Scrollable.
func (l *LogView) Scrolled(e *fyne.ScrollEvent) {
	l.left = max(0, l.left-e.Scrolled.DX)
	l.scrollTo(l.top - e.Scrolled.DY)
	l.follow = !l.Still && l.top >= l.bottom()-1
	l.draw()
}

// Resize keeps the end in view.
func (l *LogView) Resize(s fyne.Size) {
	l.rolls.Resize(s)
	if l.follow {
		l.scrollTo(l.bottom())
	}
}

// MouseDown begins to choose lines, or takes hold of the scroll bar.
func (l *LogView) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	kit.Focus(l)
	if l.grab(e) {
		return
	}
	i := l.rowAt(e.Position.Y)
	if len(l.lines) == 0 {
		i = -1
	}
	if e.Modifier&fyne.KeyModifierShift != 0 && l.from >= 0 && i >= 0 {
		l.to = i
	} else {
		l.from, l.to = i, i
	}
	l.draw()
}

// MouseUp is part of desktop.Mouseable.
func (l *LogView) MouseUp(*desktop.MouseEvent) { l.held = false }

// Dragged chooses more lines.
func (l *LogView) Dragged(e *fyne.DragEvent) {
	if l.held {
		l.pull(e.Dragged.DY)
		l.follow = !l.Still && l.top >= l.bottom()-1
		return
	}
	i := l.rowAt(e.Position.Y)
	if l.from < 0 || i < 0 || len(l.lines) == 0 {
		return
	}
	l.to = i
	l.reveal(i)
	l.draw()
}

// DragEnd is part of fyne.Draggable.
func (l *LogView) DragEnd() { l.held = false }

// TypedKey scrolls.
func (l *LogView) TypedKey(e *fyne.KeyEvent) {
	page := l.BaseWidget.Size().Height - l.rowHeight
	switch e.Name {
	case fyne.KeyUp:
		l.scrollTo(l.top - l.rowHeight)
	case fyne.KeyDown:
		l.scrollTo(l.top + l.rowHeight)
	case fyne.KeyPageUp:
		l.scrollTo(l.top - page)
	case fyne.KeyPageDown:
		l.scrollTo(l.top + page)
	case fyne.KeyHome:
		l.scrollTo(0)
	case fyne.KeyEnd:
		l.scrollTo(l.bottom())
	case fyne.KeyEscape:
		kit.EscapeFrom(l)
	}
	l.follow = !l.Still && l.top >= l.bottom()-1
}

// TappedSecondary offers to copy.
func (l *LogView) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(l)
	if i := l.rowAt(e.Position.Y); c != nil && i >= 0 && len(l.lines) > 0 {
		widget.ShowPopUpMenuAtPosition(l.menu(i), c, e.AbsolutePosition)
	}
}

// menu offers the chosen lines if the one that was pressed is among them, or else
// chooses that one.
func (l *LogView) menu(i int) *fyne.Menu {
	if i < min(l.from, l.to) || i > max(l.from, l.to) {
		l.from, l.to = i, i
		l.draw()
	}
	label := say.T("Copy line")
	if n := max(l.from, l.to) - min(l.from, l.to) + 1; n > 1 {
		label = say.N(n, "Copy %d line", "Copy %d lines")
	}
	return fyne.NewMenu("", fyne.NewMenuItem(label, l.Copy),
		fyne.NewMenuItem(say.T("Copy all"), func() { fyne.CurrentApp().Clipboard().SetContent(l.Text()) }))
}

// TypedShortcut copies the chosen lines, or chooses all.
func (l *LogView) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		l.Copy()
	case *fyne.ShortcutSelectAll:
		if len(l.lines) > 0 {
			l.from, l.to = 0, len(l.lines)-1
			l.draw()
		}
	default:
		if k, ok := s.(*desktop.CustomShortcut); ok && l.OnFind != nil && k.KeyName == fyne.KeyF && k.Modifier == fyne.KeyModifierShortcutDefault {
			l.OnFind()
			return
		}
		kit.Forward(s)
	}
}

// Copy puts the chosen lines, or all of them, on the clipboard.
func (l *LogView) Copy() {
	a, b := min(l.from, l.to), max(l.from, l.to)
	if a < 0 {
		a, b = 0, len(l.lines)-1
	}
	if b >= 0 {
		fyne.CurrentApp().Clipboard().SetContent(strings.Join(l.lines[a:b+1], "\n"))
	}
}

// Top is how far the lines are scrolled.
func (l *LogView) Top() float32 { return l.top }
