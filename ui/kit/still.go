package kit

import "fyne.io/fyne/v2"

// Still makes an app whose widgets do not animate. Fyne draws the whole window
// for each step of a fade, and a caret that fades in and out for as long as its
// field has the keyboard takes a third of a core where no graphics card helps.
// Its caret stands still then; that of Code blinks with two states.
func Still(a fyne.App) fyne.App {
	noMotion.system = !a.Settings().ShowAnimations()
	s := still{a}
	fyne.SetCurrentApp(s)
	return s
}

type still struct{ fyne.App }

func (s still) Settings() fyne.Settings { return stillSettings{s.App.Settings()} }

type stillSettings struct{ fyne.Settings }

func (stillSettings) ShowAnimations() bool { return false }

// noMotion is who wants nothing to move: the system, or the person.
var noMotion struct{ system, chosen bool }

// SetMotion says whether a person wants to see things move.
func SetMotion(on bool) { noMotion.chosen = !on }

// Moves reports whether something may move, once and shortly, to be noticed.
func Moves() bool { return !noMotion.system && !noMotion.chosen }
