package pane

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// What is done on the canvas, by mouse and by keyboard, with one step or several.

// onCanvas wires the acts of the canvas.
func (p *Editor) onCanvas() {
	c, h := p.canvas, p.h
	c.OnAlso = func(id string) { h.Changed(h.Model.SelectAlso(id)) }
	c.OnSelectMany = func(ids []string) { h.Changed(h.Model.SelectSteps(ids)) }
	c.OnPin = p.Pin
	c.OnFold = func(id string) { h.Changed(h.Model.Fold(id)) }
	c.OnAdd = func(inside bool) { p.addAt(h.Model.SpotFor(inside)) }
	c.OnCommand = func(id string) { p.Command(id) }
	c.OnNote = func(id string, at model.Rect) {
		if n, ok := h.Model.NoteOf(id); ok {
			h.Changed(h.Model.Select(id))
			h.Do(model.PlaceNote(n.ID, at))
		}
	}
	c.OnNudge = func(id string, dx, dy float32) {
		if n, ok := h.Model.NoteOf(id); ok {
			h.Do(h.Model.MoveNote(n.ID, dx, dy))
		}
	}
}

// showScene draws the flow, and keeps the step that runs in view where that is wanted.
func (p *Editor) showScene() {
	m := p.h.Model
	scene := m.Scene()
	p.canvas.ReadOnly = scene.ReadOnly
	runs := m.RunsNow()
	p.canvas.CanFollow = m.HasRun()
	p.canvas.SetScene(scene)
	if p.canvas.Following && runs != "" && runs != p.followed {
		p.canvas.Follow(runs)
	}
	p.followed = runs
	p.finder.refresh()
}

// commands are the acts that keys and menus ask for, by their names in model.Keys.
func (p *Editor) commands() map[string]func() {
	return map[string]func(){
		"all": func() { p.h.Changed(p.h.Model.SelectAll()) }, "copy": p.Copy, "cut": p.Cut, "paste": p.Paste, "pastein": func() { p.paste(true) },
		"add": p.AddAfter, "addin": func() { p.addAt(p.h.Model.SpotFor(true)) }, "duplicate": p.Duplicate, "delete": p.Delete,
		"up": func() { p.Move(-1) }, "down": func() { p.Move(1) }, "skip": p.Skip, "replace": p.Replace, "unwrap": p.Unwrap,
		"loop": func() { p.Wrap(model.InForLoop) }, "while": func() { p.Wrap(model.InWhileLoop) }, "branch": func() { p.Wrap(model.InBranch) }, "branches": func() { p.Wrap(model.InBranchAll) },
		"rename": func() {
			if m := p.h.Model.SelectedStep(); m != nil {
				p.rename(m.ID)
			}
		},
		"note": p.AddNote, "group": p.Group, "ungroup": p.Ungroup, "fold": p.Fold, "foldall": p.FoldAll, "follow": p.ToggleFollow, "find": p.Find, "keys": func() { ShowKeys(p.h) },
		"fit": p.canvas.Fit, "full": p.canvas.ZoomReset, "zoomin": p.canvas.ZoomIn, "zoomout": p.canvas.ZoomOut,
	}
}

// looks are the commands that change nothing of the flow.
var looks = []string{"all", "copy", "fold", "foldall", "follow", "find", "keys", "fit", "full", "zoomin", "zoomout"}

// Command does what a key or a menu asks for, and reports whether it is known.
func (p *Editor) Command(id string) bool {
	do := p.commands()[id]
	doc := p.h.Model.Doc()
	if do == nil || doc == nil {
		return false
	}
	if doc.ReadOnly && !slices.Contains(looks, id) {
		p.h.Fail(p.readOnly())
		return true
	}
	do()
	return true
}

// canvasShortcut takes the shortcuts that work with the keyboard on the canvas.
func (p *Editor) canvasShortcut(s fyne.Shortcut) {
	if s.ShortcutName() == (&fyne.ShortcutSelectAll{}).ShortcutName() {
		p.Command("all")
		return
	}
	k, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return
	}
	const ctrl, shift = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift
	for _, c := range []struct {
		id  string
		mod fyne.KeyModifier
		key fyne.KeyName
	}{
		{"duplicate", ctrl, fyne.KeyD}, {"all", ctrl, fyne.KeyA}, {"group", ctrl, fyne.KeyG}, {"ungroup", ctrl | shift, fyne.KeyG}, {"find", ctrl, fyne.KeyF},
		{"pastein", ctrl | shift, fyne.KeyV}, {"zoomin", ctrl, fyne.KeyEqual}, {"zoomin", ctrl | shift, fyne.KeyEqual}, {"zoomin", ctrl, fyne.KeyPlus}, {"zoomout", ctrl, fyne.KeyMinus},
	} {
		if k.KeyName == c.key && k.Modifier == c.mod {
			p.Command(c.id)
			return
		}
	}
}

// open opens what is selected: a group, a note, the plus of an empty sequence, or the
// page of a step, which takes the keyboard.
func (p *Editor) open(id string) {
	m := p.h.Model
	d := m.Select(id)
	p.h.Changed(d)
	scene := m.Scene()
	switch b, _ := scene.Box(id); b.Kind {
	case model.BoxGroup:
		p.h.Changed(m.Fold(id))
	case model.BoxNote:
		p.writeNote(id)
	case model.BoxPlace:
		if at, ok := scene.PlusOn(id); ok {
			p.add(at)
		}
	case model.BoxStep, model.BoxInput, model.BoxEnd:
		p.inspector.Enter()
	}
}

// AddAfter opens the picker for the place after the selected step, or for the first
// step of a loop or branch that is empty.
func (p *Editor) AddAfter() {
	if p.h.Model.Doc() != nil {
		p.addAt(p.h.Model.SpotFor(false))
	}
}

// addAt opens the picker for a place.
func (p *Editor) addAt(at model.Spot) {
	doc := p.h.Model.Doc()
	if doc.ReadOnly {
		p.h.Fail(p.readOnly())
		return
	}
	out := &dragOut{p: p}
	picker := ShowPicker(p.h, textAddStep(at.Words), flow.NewID(doc.Flow), "Script", func(m *flow.Module) { p.insert(model.Plus{Place: at.Place}, m) })
	picker.Drag = out
	p.picker = picker
	picker.show()
}

// selection is the selected steps; with none it says so.
func (p *Editor) selection() []string {
	ids := p.h.Model.Selection()
	if len(ids) == 0 && len(p.h.Model.SelectedNotes()) == 0 {
		p.h.Tell(say.T(textSelectFirst))
	}
	return ids
}

// Delete takes the selected steps and notes out, after a question where others read
// them.
func (p *Editor) Delete() {
	m := p.h.Model
	if _, at, ok := m.GroupOf(m.Selected()); ok {
		p.h.Do(model.Ungroup(at))
		return
	}
	notes := m.SelectedNotes()
	ids := p.selection()
	switch {
	case len(ids) > 0:
		e := model.DeleteSteps(ids)
		title := textDelete(ids)
		if len(notes) > 0 {
			e = model.WithoutNotes(e, notes)
		}
		p.h.DoAsking(title, say.T("Delete anyway"), e)
	case len(notes) > 0:
		p.h.Do(model.WithoutNotes(model.Edit{}, notes))
	}
}

// Move moves the selected steps among their neighbors.
func (p *Editor) Move(delta int) {
	if ids := p.selection(); len(ids) > 0 {
		p.doTelling(model.MoveSteps(ids, delta))
	}
}

// drop moves a step, and those that are selected with it, to a plus.
func (p *Editor) drop(id string, to model.Plus) {
	ids := p.h.Model.Selection()
	if !slices.Contains(ids, id) {
		ids = []string{id}
	}
	p.doTelling(model.MoveStepsTo(ids, to.Place))
}

// Duplicate puts copies of the selected steps after them.
func (p *Editor) Duplicate() {
	if ids := p.selection(); len(ids) > 0 {
		p.h.Do(p.h.Model.DuplicateSteps(ids))
	}
}

// Copy puts the selected steps on the clipboard as OpenFlow text.
func (p *Editor) Copy() { p.copied() }

func (p *Editor) copied() bool {
	ids := p.h.Model.Selection()
	if len(ids) == 0 {
		return false
	}
	text, err := p.h.Model.CopySteps(ids)
	if err != nil {
		p.h.Fail(err)
		return false
	}
	what := say.F("Step %s", ids[0])
	if len(ids) > 1 {
		what = say.N(len(ids), "%d step", "%d steps")
	}
	p.h.Copy(text, what)
	return true
}

// Cut copies the selected steps and takes them out.
func (p *Editor) Cut() {
	if ids := p.h.Model.Selection(); p.copied() {
		p.doTelling(model.DeleteSteps(ids))
	}
}

// Paste puts the steps on the clipboard, of this flow or from anywhere, after the
// selected step.
func (p *Editor) Paste() { p.paste(false) }

func (p *Editor) paste(inside bool) {
	m := p.h.Model
	if m.Doc() == nil {
		return
	}
	e, err := m.Paste(m.SpotFor(inside).Place, fyne.CurrentApp().Clipboard().Content())
	if err != nil {
		p.h.Fail(err)
		return
	}
	p.h.Do(e)
}

// Skip skips the selected steps in every run, or takes that back.
func (p *Editor) Skip() {
	if ids := p.selection(); len(ids) > 0 {
		p.h.Do(p.h.Model.SkipSteps(ids))
	}
}

// Wrap puts the selected steps into a loop or a branch.
func (p *Editor) Wrap(in model.Wrapper) {
	if ids := p.selection(); len(ids) > 0 {
		e := p.h.Model.Wrap(ids, in)
		p.inspector.Begin(&flow.Module{Value: &flow.BranchOne{}}) // its first tab
		p.doTelling(e)
	}
}

// Unwrap puts the steps of the selected loop or branch in its place.
func (p *Editor) Unwrap() {
	if m := p.h.Model.SelectedStep(); m != nil {
		p.doTelling(model.Unwrap(m.ID))
	}
}

// Replace asks which step shall stand in the place of the selected one.
func (p *Editor) Replace() {
	old := p.h.Model.SelectedStep()
	if old == nil {
		p.h.Tell(say.T(textSelectFirst))
		return
	}
	ShowPicker(p.h, textReplaceBy(old.ID), flow.NewID(p.h.Model.Doc().Flow), "Script", func(by *flow.Module) {
		swap := func() {
			p.inspector.Begin(by)
			p.doTelling(p.h.Model.Replace(old.ID, by))
		}
		ask := func() {
			if n := model.LosesSteps(old, by); n > 0 {
				p.h.Confirm(textReplaces(old.ID), textLoses(n), say.T("Replace"), swap)
				return
			}
			swap()
		}
		v, script := by.Value.(*flow.RawScript)
		if !script {
			ask()
			return
		}
		host.AskThen(p.h, func(context.Context) (flow.Raw, error) { // to know which inputs fit
			schema, _ := p.h.Signature(v.Language, v.Content)
			return schema, nil
		}, func(schema flow.Raw) {
			p.h.Changed(p.h.Model.Learn(v.Language, v.Content, schema))
			ask()
		})
	})
}

// Fold shows what the selected step holds, or folds it away.
func (p *Editor) Fold() { p.h.Changed(p.h.Model.Fold(p.canvas.Selected())) }

// FoldAll folds all loops, branches and groups, or opens them where some are folded.
func (p *Editor) FoldAll() {
	scene := p.h.Model.Scene()
	folded := slices.ContainsFunc(scene.Boxes, func(b model.Box) bool { return b.Fold == model.Folded && !b.Opens })
	p.h.Changed(p.h.Model.FoldAll(!folded))
}

// ToggleFollow keeps the step that runs in view, or not any more.
func (p *Editor) ToggleFollow() {
	p.canvas.Following = !p.canvas.Following
	p.followed = ""
	if p.canvas.Following {
		p.h.Tell(say.T(textFollowing))
	}
	p.showScene()
}

// context is the menu of what is selected on the canvas, or of the canvas itself.
func (p *Editor) context(id string, at fyne.Position) {
	m := p.h.Model
	if id != "" && !slices.Contains(m.Selection(), id) {
		p.h.Changed(m.Select(id))
	}
	scene := m.Scene()
	b, _ := scene.Box(id)
	var items []*fyne.MenuItem
	switch {
	case id == "" || id == model.InputID || id == model.EndID || b.Kind == model.BoxPlace:
		items = p.menuOf("add", "paste", "", "note", "", "all", "find", "foldall", "fit", "keys")
		p.noteAt = p.canvas.PlaceAt(at)
	case b.Kind == model.BoxNote:
		items = append([]*fyne.MenuItem{fyne.NewMenuItem(say.T(textWriteNote), func() { p.writeNote(id) }), p.colors(id)}, p.menuOf("", "delete")...)
	case b.Kind == model.BoxGroup:
		items = append(p.menuOf("fold"), fyne.NewMenuItem(say.T(textNameGroup), func() { p.nameGroup(id) }), p.colors(id), fyne.NewMenuItemSeparator())
		items = append(items, p.menuOf("ungroup")...)
	case b.Inner:
		items = p.menuOf("find", "fit")
	default:
		items = p.stepMenu(&b)
	}
	where := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.canvas).Add(at)
	kit.ShowMenuAt(p.h.Window.Canvas(), where, items...)
}

// stepMenu is the menu of a step, or of several.
func (p *Editor) stepMenu(b *model.Box) []*fyne.MenuItem {
	s := p.h.Model.SelectedStep()
	many := len(p.h.Model.Selection()) > 1
	holds := s != nil && model.Container(s) && !many
	var items []*fyne.MenuItem
	add := func(ids ...string) { items = append(items, p.menuOf(ids...)...) }
	if add("add"); holds {
		add("addin")
	}
	add("", "copy", "cut", "paste")
	if holds {
		add("pastein")
	}
	add("duplicate", "")
	wrap := fyne.NewMenuItem(say.T(textWrapIn), nil)
	wrap.ChildMenu = fyne.NewMenu("", p.menuOf("loop", "while", "branch", "branches")...)
	items = append(items, wrap)
	if holds {
		add("unwrap")
	}
	if !many {
		add("replace")
	}
	if add("skip"); b.Fold != model.NoFold && !many {
		add("fold")
	}
	add("group", "note", "", "up", "down")
	if !many {
		add("rename")
		items = append(items, p.item(say.T(textTestStep), "", func() { p.testStep(b.ID) }),
			p.item(say.T(textUpToHere), "", func() { p.TestUpTo(b.ID) }), p.item(say.T(textFromHere), "", func() { p.restartAt(b.ID) }), p.item(p.pinWord(b.ID), "", func() { p.Pin(b.ID) }))
	}
	add("", "delete")
	return items
}

// menuOf makes the items of commands; "" is a line between them.
func (p *Editor) menuOf(ids ...string) (items []*fyne.MenuItem) {
	all := p.commands()
	for _, id := range ids {
		if id == "" {
			items = append(items, fyne.NewMenuItemSeparator())
			continue
		}
		items = append(items, p.item(p.words(id), id, all[id]))
	}
	return items
}

func (p *Editor) item(label, id string, do func()) *fyne.MenuItem {
	if keys := model.KeysOf(id); keys != "" {
		first, _, _ := strings.Cut(keys, " / ")
		label += "   " + say.Keys(first)
	}
	i := fyne.NewMenuItem(label, do)
	i.Disabled = p.h.Model.Doc().ReadOnly && !slices.Contains(looks, id)
	return i
}

// words names a command in a menu, as it would work now.
func (p *Editor) words(id string) string {
	m := p.h.Model
	switch id {
	case "add":
		return textAddStep(m.SpotFor(false).Words)
	case "addin":
		return textAddStep(m.SpotFor(true).Words)
	case "paste":
		return textPaste(m.SpotFor(false).Words)
	case "pastein":
		return textPaste(m.SpotFor(true).Words)
	case "skip":
		if ids := m.Selection(); len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { s, _ := flow.Find(m.Doc().Flow, id); return s != nil && !s.Skipped() }) {
			return say.T(textDoNotSkip)
		}
	case "fold":
		scene := m.Scene()
		if b, ok := scene.Box(p.canvas.Selected()); ok && b.Fold == model.Open {
			return say.T(textFoldIt)
		}
		return say.T(textShowIn)
	}
	return say.Of(commandWords[id])
}
