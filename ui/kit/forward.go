package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/say"
)

var forwardTo func(fyne.Shortcut)

// ForwardShortcuts says who gets the shortcuts that a field, editor or list with
// the keyboard has no use for. Fyne hands them to nobody else. The window sets it
// once, before it is shown.
func ForwardShortcuts(to func(fyne.Shortcut)) { forwardTo = to }

// HelpKey is the key that shows all shortcuts, whatever has the keyboard.
var HelpKey = &desktop.CustomShortcut{KeyName: fyne.KeyF1}

// ProblemKey is the key that goes to the next problem, whatever has the keyboard, and
// ProblemBackKey goes to the one before.
var (
	ProblemKey     = &desktop.CustomShortcut{KeyName: fyne.KeyF8}
	ProblemBackKey = &desktop.CustomShortcut{KeyName: fyne.KeyF8, Modifier: fyne.KeyModifierShift}
)

// Help hands the keys on to the window that work whatever has the keyboard, and reports
// whether it was one of them.
func Help(e *fyne.KeyEvent) bool {
	switch e.Name {
	case HelpKey.KeyName:
		Forward(HelpKey)
	case ProblemKey.KeyName:
		Forward(ProblemShortcut())
	default:
		return false
	}
	return true
}

// ProblemShortcut is ProblemKey, or ProblemBackKey while Shift is held.
func ProblemShortcut() *desktop.CustomShortcut {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
		return ProblemBackKey
	}
	return ProblemKey
}

// Forward hands a shortcut that a widget has no use for to the window.
func Forward(s fyne.Shortcut) {
	if forwardTo != nil {
		forwardTo(s)
	}
}

// forwardUnused forwards what Fyne's entry ignores.
func forwardUnused(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return
	}
	switch c.KeyName {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return
	}
	Forward(s)
}

// TypedShortcut lets the window have what the field ignores.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	if i.TryShortcut(s) || tooLong(i, s, len(i.Text), i.owner.most()) {
		return
	}
	i.Entry.TypedShortcut(s)
	forwardUnused(s)
}

// TryShortcut is part of ShortcutUser.
func (i *input) TryShortcut(s fyne.Shortcut) bool {
	return i.owner.OnShortcut != nil && i.owner.OnShortcut(s)
}

// ShortcutUser is a widget that has uses of its own for combinations of keys that the
// window has, too: it does what one does in it, and tells whether it does something.
type ShortcutUser interface{ TryShortcut(fyne.Shortcut) bool }

// TypedShortcut lets the window have what the field ignores.
func (i *chipInput) TypedShortcut(s fyne.Shortcut) {
	if tooLong(i, s, len(i.Text), mostOfArea) {
		return
	}
	i.Entry.TypedShortcut(s)
	forwardUnused(s)
}

// tooLong refuses to paste more than a field takes, in words, and tells whether it
// did.
func tooLong(o fyne.CanvasObject, s fyne.Shortcut, have, most int) bool {
	paste, ok := s.(*fyne.ShortcutPaste)
	if !ok {
		return false
	}
	from := paste.Clipboard
	if from == nil {
		from = fyne.CurrentApp().Clipboard()
	}
	n := len(from.Content())
	if have+n <= most {
		return false
	}
	ShowToast(fyne.CurrentApp().Driver().CanvasForObject(o), NewBanner(Bad, say.T("That is too long for this field"),
		say.F("The clipboard holds %s, and the field takes %s. Nothing was pasted. Code and expressions take more.", sizeOf(n), sizeOf(most))))
	return true
}

// sizeOf tells a number of bytes.
func sizeOf(n int) string {
	if n < 1_000_000 {
		return say.Decimal(max(1, float64(n)/1000), 0) + " kB"
	}
	return say.Decimal(float64(n)/1e6, 1) + " MB"
}
