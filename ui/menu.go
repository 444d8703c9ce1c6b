package ui

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/host"
	"sluice/ui/kit"
)

// menu makes the main menu. Its shortcuts work also while a field or the code
// editor has the keyboard, which those of the canvas do not.
func (u *UI) menu() {
	item := func(label string, mod fyne.KeyModifier, key fyne.KeyName, do func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, do)
		if key != "" {
			keys := &desktop.CustomShortcut{KeyName: key, Modifier: mod}
			i.Shortcut = keys
			i.Action = func() {
				if !u.takes(keys) {
					do()
				}
			}
		}
		return i
	}
	const ctrl, shift = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift
	inEditor := func(do func()) func() {
		return func() {
			if u.place == host.PlaceEditor {
				do()
			}
		}
	}
	quit := item("Quit", ctrl, fyne.KeyQ, u.quit)
	quit.IsQuit = true
	undo, redo := item("Undo", 0, "", nil), item("Redo", 0, "", nil)
	undo.Action, undo.Shortcut = u.history(&fyne.ShortcutUndo{}, u.editor.Undo), &fyne.ShortcutUndo{}
	redo.Action, redo.Shortcut = u.history(&fyne.ShortcutRedo{}, u.editor.Redo), &fyne.ShortcutRedo{}
	again := &desktop.CustomShortcut{KeyName: fyne.KeyZ, Modifier: ctrl | shift} // the other usual key of Redo
	kit.ForwardShortcuts(func(s fyne.Shortcut) {
		if s.ShortcutName() == again.ShortcutName() {
			redo.Action()
		}
	})
	u.win.Canvas().AddShortcut(again, func(fyne.Shortcut) { redo.Action() })
	menu := fyne.NewMainMenu(
		fyne.NewMenu("Sluice",
			item("Import a flow or workspace…", ctrl, fyne.KeyO, u.importFlow),
			item("Export the flow…", ctrl|shift, fyne.KeyE, inEditor(u.editor.ExportOpen)),
			item("Export the whole library…", 0, "", u.exportWorkspace),
			fyne.NewMenuItemSeparator(), quit),
		fyne.NewMenu("Edit",
			undo, redo,
			item("Save the trigger", ctrl, fyne.KeyS, func() {
				if u.place == host.PlaceTriggers {
					u.triggers.Save()
				}
			}),
			fyne.NewMenuItemSeparator(),
			item("Add a step after this one", ctrl, fyne.KeyReturn, inEditor(u.editor.AddAfter)),
			item("Move step up", fyne.KeyModifierAlt, fyne.KeyUp, inEditor(func() { u.editor.Move(-1) })),
			item("Move step down", fyne.KeyModifierAlt, fyne.KeyDown, inEditor(func() { u.editor.Move(1) })),
			item("Delete step", 0, "", inEditor(u.editor.Delete))),
		fyne.NewMenu("View",
			item("Run panel", ctrl, fyne.KeyJ, inEditor(u.editor.ToggleRun))),
		fyne.NewMenu("Run",
			item("Test flow", ctrl, fyne.KeyT, inEditor(u.editor.TestFlow)),
			item("Cancel run", 0, "", inEditor(u.editor.CancelRun))),
		fyne.NewMenu("Go",
			item("Flows", ctrl, fyne.Key1, func() { u.visitFrom(host.PlaceFlows) }),
			item("Runs", ctrl, fyne.Key2, func() { u.visit(host.PlaceRuns) }),
			item("Approvals", ctrl, fyne.Key3, func() { u.visit(host.PlaceApprovals) }),
			item("Triggers", ctrl, fyne.Key4, func() { u.visit(host.PlaceTriggers) }),
			item("Resources", ctrl, fyne.Key5, func() { u.visit(host.PlaceResources) }),
			item("Hub", ctrl, fyne.Key6, func() { u.visit(host.PlaceHub) }),
			item("Outbox", ctrl, fyne.Key7, func() { u.visit(host.PlaceOutbox) }),
			item("Settings", ctrl, fyne.KeyComma, func() { u.visit(host.PlaceSettings) })),
	)
	if runtime.GOOS != "darwin" { // whose menus the system draws
		for _, m := range menu.Items {
			writeKeys(m)
		}
	}
	u.win.SetMainMenu(menu)
}

// plainShortcut is a shortcut that Fyne answers and does not write into the menu.
type plainShortcut struct{ fyne.Shortcut }

// writeKeys writes the shortcuts of a menu behind its labels, in their color: Fyne's own
// have a fifth of it, which on a light ground nobody can read.
func writeKeys(m *fyne.Menu) {
	wide := func(s string) float32 { return kit.Measure(s, kit.TextBase, fyne.TextStyle{}, nil).Width }
	const gap, hair = 28, "\u200a"
	labels, keys := float32(0), float32(0)
	for _, i := range m.Items {
		labels = max(labels, wide(i.Label))
		if s, ok := i.Shortcut.(fyne.KeyboardShortcut); ok {
			keys = max(keys, wide(keysOf(s)))
		}
	}
	for _, i := range m.Items {
		s, ok := i.Shortcut.(fyne.KeyboardShortcut)
		if !ok {
			continue
		}
		text := keysOf(s)
		room := labels + gap + keys - wide(i.Label) - wide(text)
		i.Label += strings.Repeat(hair, int(kit.Round(room/wide(hair)))) + text
		i.Shortcut = plainShortcut{s}
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
