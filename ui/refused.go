package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Refusal is why Sluice could not start, and what can be done about it.
type Refusal struct {
	Err error
	Way string // names one thing that can be done; "" if nothing can
	// Check is as in Backups; nil: no backup is of use.
	Check func(ctx context.Context, file string) (doubt string, err error)
}

// Chosen is what a person chose to do about a Refusal.
type Chosen struct {
	Way    bool
	Backup string // to be put in place; "" is none
}

// ShowRefused tells in a window why Sluice could not start: who starts it by an
// icon sees no terminal. It returns what was chosen when the window is closed.
func ShowRefused(a fyne.App, dark bool, r Refusal) (chosen Chosen) {
	w := refused(a, dark, r, func(c Chosen) { chosen = c; a.Quit() })
	probe(w)
	w.CenterOnScreen()
	w.ShowAndRun()
	return chosen
}

// refused makes the window of ShowRefused.
func refused(a fyne.App, dark bool, r Refusal, choose func(Chosen)) fyne.Window {
	a.Settings().SetTheme(kit.NewTheme(dark))
	f := model.Fault(r.Err)
	w := a.NewWindow("Sluice")
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 240))
	b := kit.NewBanner(kit.Bad, f.Title, f.Hint)
	if f.Err != nil {
		b.Copying(fmt.Sprintf("%s\n%s: %v", f.Title, f.Code, f.Err))
	}
	closing := kit.HBox(10, kit.Space(), kit.NewButton(say.T("Close"), kit.Outline, a.Quit))
	if r.Check != nil {
		w.Resize(fyne.NewSize(720, 480)) // what asks for the file has room
		check := func(file string, then func(string, error)) {
			go func() {
				doubt, err := r.Check(context.Background(), file)
				later(func() { then(doubt, err) })
			}()
		}
		closing.Add(kit.NewButton(say.T("Restore a backup"), kit.Primary, func() {
			askBackup(w, say.T("Sluice starts again with it."), check, func(file string) { choose(Chosen{Backup: file}) })
		}))
	}
	if r.Way != "" {
		closing.Add(kit.NewButton(r.Way, kit.Primary, func() { choose(Chosen{Way: true}) }))
	}
	w.SetContent(kit.NewHost(kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(24, kit.VBox(20, kit.Heading(say.T("Sluice did not start")), b, closing)))))
	return w
}
