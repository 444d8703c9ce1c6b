package ui

import (
	"context"
	"fmt"
	"slices"

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
	// Salvage takes what can be read out of the damaged file into a new one, which is as a
	// backup; nil: there is nothing to take it out of.
	Salvage func(ctx context.Context) (Salvaged, error)
}

// Salvaged is what could be read of a damaged file.
type Salvaged struct {
	File                            string
	Runs, Flows, Scripts, Resources int
	Aside                           int  // runs of which a part of the journal is missing
	Part                            bool // of what was there something could not be read
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

// askSalvaged tells what could be read of a damaged file and asks whether Sluice shall start
// with it.
func askSalvaged(w fyne.Window, s Salvaged, choose func(Chosen)) {
	text := say.F("It could be read: %s, %s, %s, %s.", say.N(s.Runs, "one run", "%d runs"), say.N(s.Flows, "one flow", "%d flows"), say.N(s.Scripts, "one script", "%d scripts"), say.N(s.Resources, "one resource", "%d resources"))
	if s.Part {
		text += " " + say.T("Something else that was there could not, so compare it with a backup.")
	}
	if s.Aside > 0 {
		text += " " + say.N(s.Aside, "Of one run a part is missing: it can be looked at, and does not go on.", "Of %d runs a part is missing: they can be looked at, and do not go on.")
	}
	kit.Ask(w.Canvas(), kit.Question{Title: say.T("Start with what could be read?"), Back: say.T("Cancel"), Verb: say.T("Start with it"), Danger: true,
		Text: text + "\n\n" + say.F("It is in %s. The damaged file is kept beside it, as it is.", s.File), Yes: func() { choose(Chosen{Backup: s.File}) }})
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
	failed := kit.NewParagraph("", kit.Bad)
	failed.Hide()
	column := kit.VBox(20, kit.Heading(say.T("Sluice did not start")), b, failed)
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
	if r.Salvage != nil {
		var salvage *kit.Button
		salvage = kit.NewButton(say.T("Take out what can be read"), kit.Outline, func() {
			salvage.Off(say.T("It is being read…"))
			go func() {
				s, err := r.Salvage(context.Background())
				later(func() {
					salvage.On()
					if err != nil {
						f := model.Fault(err)
						failed.SetText(f.Title + ". " + f.Hint)
						failed.Show()
						column.Refresh()
						return
					}
					failed.Hide()
					column.Refresh()
					askSalvaged(w, s, choose)
				})
			}()
		})
		closing.Objects = slices.Insert(closing.Objects, len(closing.Objects)-1, fyne.CanvasObject(salvage))
	}
	if r.Way != "" {
		closing.Add(kit.NewButton(r.Way, kit.Primary, func() { choose(Chosen{Way: true}) }))
	}
	column.Add(closing)
	w.SetContent(kit.NewHost(kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(24, column))))
	return w
}
