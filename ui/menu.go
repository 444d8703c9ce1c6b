package ui

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/pane"
	"sluice/ui/say"
)

// acts is what each command of the window does.
func (u *UI) acts() map[model.CommandID]func() {
	e := u.editor
	theme := func(setting string) func() { return func() { u.settings.SetTheme(setting) } }
	acts := map[model.CommandID]func(){
		model.CmdNewFlow: u.flows.Create, model.CmdImport: u.importFlow, model.CmdExport: e.ExportOpen, model.CmdExportAll: u.exportWorkspace,
		model.CmdBackup: u.makeBackup, model.CmdRestore: u.restoreBackup, model.CmdQuit: u.quit,
		model.CmdUndo: u.history(&fyne.ShortcutUndo{}, e.Undo), model.CmdRedo: u.history(&fyne.ShortcutRedo{}, e.Redo),
		model.CmdAddAfter: e.AddAfter, model.CmdMoveUp: func() { e.Move(-1) }, model.CmdMoveDown: func() { e.Move(1) }, model.CmdDelete: e.Delete,
		model.CmdCopyStep: e.Copy, model.CmdCutStep: e.Cut, model.CmdPasteStep: e.Paste, model.CmdDuplicate: e.Duplicate,
		model.CmdRenameStep: e.RenameStep, model.CmdTestStep: e.TestStep,
		model.CmdSave: u.save, model.CmdVersions: e.Versions,
		model.CmdRunPanel: e.ToggleRun, model.CmdTest: e.TestFlow, model.CmdCancelRun: e.CancelRun,
		model.CmdTestUpTo: e.TestUpToHere, model.CmdRestartRun: e.RestartHere, model.CmdPin: e.PinHere,
		model.CmdFlowRuns: e.ListRuns, model.CmdTimeline: e.ToggleTimeline, model.CmdCompareRuns: e.Compare,
		model.CmdPalette: u.openPalette,
		model.CmdFlows:   func() { u.visitFrom(host.PlaceFlows) }, model.CmdRuns: func() { u.visit(host.PlaceRuns) },
		model.CmdApprovals: func() { u.visit(host.PlaceApprovals) }, model.CmdTriggers: func() { u.visit(host.PlaceTriggers) },
		model.CmdResources: func() { u.visit(host.PlaceResources) }, model.CmdHub: func() { u.visit(host.PlaceHub) },
		model.CmdOutbox: func() { u.visit(host.PlaceOutbox) }, model.CmdSettings: func() { u.visit(host.PlaceSettings) },
		model.CmdNewSchedule: func() { u.newSchedule("", true) },
		model.CmdAddResource: func() { u.visit(host.PlaceResources); u.resources.Add(nil) },
		model.CmdLight:       theme("light"), model.CmdDark: theme("dark"), model.CmdSystemColors: theme("system"),
		model.CmdLarger: func() { u.resize(1) }, model.CmdSmaller: func() { u.resize(-1) },
		model.CmdProblems: e.Problems, model.CmdNextProblem: func() { e.NextProblem(1) }, model.CmdProblemBefore: func() { e.NextProblem(-1) },
		model.CmdKeys:  func() { pane.ShowKeys(u.host) },
		model.CmdGuide: u.guide.begin, model.CmdGuideLeave: u.guide.leave,
	}
	for _, c := range model.Commands {
		if acts[c.ID] == nil {
			acts[c.ID] = func() { e.Command(string(c.ID)) }
		}
	}
	return acts
}

// save saves what is open for good: the trigger, or a version of the flow, whose changes
// are saved anyway.
func (u *UI) save() {
	switch u.place {
	case host.PlaceEditor:
		u.editor.MakeVersion()
	case host.PlaceTriggers:
		u.triggers.Save()
	default:
	}
}

// act does a command, if what it needs is there.
func (u *UI) act(id model.CommandID) {
	c, ok := model.CommandOf(id)
	at := u.place == host.PlaceEditor
	switch c.Where {
	case model.Anywhere:
		at = true
	case model.AtFlow, model.AtStep, model.AtDraft, model.AtChosen:
	}
	if ok && at {
		u.does[id]()
	}
}

// menu makes the main menu. Its shortcuts work also while a field or the code
// editor has the keyboard, which those of the canvas do not.
func (u *UI) menu() {
	u.does = u.acts()
	menus := make([]*fyne.Menu, len(model.MenuNames))
	for i, name := range model.MenuNames {
		menus[i] = fyne.NewMenu(say.Of(name))
	}
	for _, c := range model.Commands {
		if c.Menu == model.MenuNone {
			continue
		}
		i := fyne.NewMenuItem(say.Of(c.Name), func() { u.act(c.ID) })
		switch {
		case c.Local:
			i.Shortcut = shownKeys(c.Keys)
		case c.Keys != "":
			keys := shortcutOf(c.Keys)
			i.Shortcut = keys
			i.Action = func() {
				if !u.takes(keys) {
					u.act(c.ID)
				}
			}
		}
		switch c.ID {
		case model.CmdQuit:
			i.IsQuit = true
		case model.CmdUndo:
			i.Shortcut, i.Action = &fyne.ShortcutUndo{}, func() { u.act(c.ID) }
		case model.CmdRedo:
			i.Shortcut, i.Action = &fyne.ShortcutRedo{}, func() { u.act(c.ID) }
		}
		m := menus[c.Menu]
		if c.Rule {
			m.Items = append(m.Items, fyne.NewMenuItemSeparator())
		}
		m.Items = append(m.Items, i)
	}
	again := shortcutOf("Ctrl+Shift+Z") // the other usual key of Redo
	kit.ForwardShortcuts(func(s fyne.Shortcut) {
		switch s.ShortcutName() {
		case again.ShortcutName():
			u.act(model.CmdRedo)
		case kit.HelpKey.ShortcutName():
			u.act(model.CmdKeys)
		case kit.ProblemKey.ShortcutName():
			u.act(model.CmdNextProblem)
		case kit.ProblemBackKey.ShortcutName():
			u.act(model.CmdProblemBefore)
		}
	})
	typed := u.win.Canvas().OnTypedKey()
	u.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { // where nothing has the keyboard
		switch {
		case e.Name == kit.HelpKey.KeyName:
			u.act(model.CmdKeys)
		case e.Name == kit.ProblemKey.KeyName:
			kit.Help(e)
		case e.Name == fyne.KeyEscape && u.place == host.PlaceEditor && u.win.Canvas().Overlays().Top() == nil:
			u.editor.Back()
		case typed != nil:
			typed(e)
		}
	})
	u.win.Canvas().AddShortcut(again, func(fyne.Shortcut) { u.act(model.CmdRedo) })
	for _, m := range menus {
		if runtime.GOOS != "darwin" { // whose menus the system draws
			writeKeys(m)
		}
		for _, i := range m.Items {
			if _, shown := i.Shortcut.(shownKeys); shown {
				i.Shortcut = nil
			}
		}
	}
	u.win.SetMainMenu(fyne.NewMainMenu(menus...))
}

// shortcutOf reads the keys of a command: "Ctrl+Shift+E".
func shortcutOf(keys string) *desktop.CustomShortcut {
	parts := strings.Split(keys, "+")
	s := &desktop.CustomShortcut{KeyName: fyne.KeyName(parts[len(parts)-1])}
	for _, mod := range parts[:len(parts)-1] {
		switch mod {
		case "Ctrl":
			s.Modifier |= fyne.KeyModifierShortcutDefault
		case "Shift":
			s.Modifier |= fyne.KeyModifierShift
		case "Alt":
			s.Modifier |= fyne.KeyModifierAlt
		}
	}
	return s
}

// shownKeys are keys that a menu tells of and the window does not answer: they are for
// whatever has the keyboard, such as the canvas.
type shownKeys string

// ShortcutName is for Fyne, which asks whether it is one of its own.
func (s shownKeys) ShortcutName() string { return "" }

// plainShortcut is a shortcut that Fyne answers and does not write into the menu.
type plainShortcut struct{ fyne.Shortcut }

// writeKeys writes the shortcuts of a menu behind its labels, in their color: Fyne's own
// have a fifth of it, which on a light ground nobody can read.
func writeKeys(m *fyne.Menu) {
	wide := func(s string) float32 { return kit.Measure(s, kit.TextBase, fyne.TextStyle{}, nil).Width }
	const gap, hair = 28, "\u200a"
	labels, keys := float32(0), float32(0)
	textOf := func(i *fyne.MenuItem) string {
		switch s := i.Shortcut.(type) {
		case fyne.KeyboardShortcut:
			return keysOf(s)
		case shownKeys:
			return string(s)
		}
		return ""
	}
	for _, i := range m.Items {
		labels = max(labels, wide(i.Label))
		keys = max(keys, wide(textOf(i)))
	}
	for _, i := range m.Items {
		text := textOf(i)
		if text == "" {
			continue
		}
		room := labels + gap + keys - wide(i.Label) - wide(text)
		i.Label += strings.Repeat(hair, int(kit.Round(room/wide(hair)))) + text
		if s, ok := i.Shortcut.(fyne.KeyboardShortcut); ok {
			i.Shortcut = plainShortcut{s}
		}
	}
}

// keysOf names the keys of a shortcut: "Ctrl+Shift+E".
func keysOf(s fyne.KeyboardShortcut) string {
	text := ""
	for _, m := range []struct {
		mod  fyne.KeyModifier
		name string
	}{{fyne.KeyModifierControl, "Ctrl+"}, {fyne.KeyModifierAlt, "Alt+"}, {fyne.KeyModifierShift, "Shift+"}, {fyne.KeyModifierSuper, "Super+"}} {
		if s.Mod()&m.mod != 0 {
			text += m.name
		}
	}
	return text + string(s.Key())
}

// takes lets what has the keyboard have a combination of keys that it has a use for of
// its own, such as Alt and an arrow, which moves a line of code. Of a menu that is
// pressed with the mouse the keys are not held.
func (u *UI) takes(keys *desktop.CustomShortcut) bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	if ok && d.CurrentKeyModifiers() != keys.Modifier {
		return false
	}
	f, ok := u.win.Canvas().Focused().(kit.ShortcutUser)
	return ok && f.TryShortcut(keys)
}

// history makes Undo or Redo: of the flow in the editor, elsewhere of the field
// that has the keyboard. The driver asks the menu first, so fields never see it.
func (u *UI) history(s fyne.Shortcut, do func()) func() {
	return func() {
		if u.place == host.PlaceEditor {
			do()
		} else if f, ok := u.win.Canvas().Focused().(fyne.Shortcutable); ok {
			f.TypedShortcut(s)
		}
	}
}
