package inspector

import (
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// codePage is a step's script.
type codePage struct{ *Inspector }

// show shows a script: one's own to change, the hub's to read or fork.
func (p codePage) show(m *flow.Module) fyne.CanvasObject {
	if s, ok := scriptOf(m); ok {
		editor := code.NewEditor(s.Content, "ts").ReadOnly(true)
		head := kit.HBox(8, kit.Grow(host.Middle(kit.Caption(say.F("From the hub: %s", s.Path)).Ellipsis())), kit.NewButton(say.T("Fork and edit"), kit.Outline, func() { p.fork(s) }).With(kit.IconGitFork).AsSmall())
		return kit.Dock(kit.Pad(12, 16, 8, 16, head), nil, nil, nil, kit.Pad(0, 16, 16, 16, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
	}
	if v, ok := m.Value.(*flow.Script); ok {
		s, here := p.h.Script(v.Path)
		if !here {
			return kit.PadAll(16, kit.NewParagraph(say.F("The script %s is not here, so its code cannot be shown. The step is kept as it is.", v.Path), kit.Muted))
		}
		editor := code.NewEditor(s.Content, s.Language).ReadOnly(true)
		fork := kit.NewButton(say.T("Fork and edit"), kit.Outline, func() {
			p.h.Do(p.h.Model.Fork(m.ID))
			p.Rebuild()
		}).With(kit.IconGitFork).AsSmall()
		head := kit.HBox(8, kit.Grow(host.Middle(kit.Caption(say.F("From the library: %s", s.Path)).Ellipsis())), scheduleButton(p.h, s.Path, false), fork)
		return kit.Dock(kit.Pad(12, 16, 8, 16, head), nil, nil, nil, kit.Pad(0, 16, 16, 16, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
	}
	raw, ok := m.Value.(*flow.RawScript)
	if !ok {
		return kit.Space()
	}
	names, chosen := []string{}, -1
	for i, l := range model.Runnable {
		names = append(names, model.LanguageName(l))
		if l == raw.Language || (i == 0 && model.LanguageTile(raw.Language) == model.TileTypeScript) {
			chosen = i
		}
	}
	if chosen < 0 {
		names, chosen = append(names, model.LanguageName(raw.Language)), len(names)
	}
	language := kit.NewSelectBox(names, chosen, func(i int) {
		if i < len(model.Runnable) {
			p.do(model.SetLanguage(p.id, model.Runnable[i]))
			p.Rebuild()
		}
	})
	editor := p.editCode(raw)
	editor.OnHistory = p.History
	p.shownCode = editor
	p.markCode()
	larger := kit.IconButton(kit.IconMaximize, say.T("Edit in a larger window"), kit.Ghost, func() { p.largeCode(m.ID) })
	find := kit.IconButton(kit.IconSearch, say.T(textFind), kit.Ghost, editor.OpenFind)
	outside := kit.IconButton(kit.IconExternalLink, textOpenOutside(fileName(p.h.Model.Title(m), raw.Language)), kit.Ghost, func() { p.outside.begin(m.ID) })
	var more *kit.Button
	more = kit.IconButton(kit.IconMore, say.T(textMore), kit.Ghost, func() { p.codeMenu(editor, more) })
	head := kit.HBox(2, host.Width(140, language), kit.Space(), find, outside, larger, more)
	return kit.Dock(kit.VBox(0, kit.Pad(12, 16, 8, 16, head), p.outside.banner(m.ID)), nil, nil, nil, kit.Pad(0, 16, 16, 16, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
}

// markCode marks the line that the script failed in, as long as it is as it was.
func (p *Inspector) markCode() {
	if p.shownCode == nil || p.shown == nil && p.h.Model.SelectedStep() == nil {
		return
	}
	errs := map[int]string{}
	if line, why := p.h.Model.CodeError(p.h.Model.Selected()); line > 0 {
		errs[line] = why
	}
	p.shownCode.SetErrors(errs)
}

// ShowLine shows a line of a step's own script, from 1.
func (p *Inspector) ShowLine(id string, line int) {
	p.h.Changed(p.h.Model.Select(id))
	p.Open(say.T("Code"))
	if p.shownCode != nil {
		p.h.Window.Canvas().Focus(p.shownCode)
		p.shownCode.GoTo(line)
	}
}

// wordsUpTo is the size of a script, in bytes, up to which each word that is typed
// can be taken back alone: each step of the history holds the whole text.
const wordsUpTo = 100_000

// editCode is an editor of a step's own script; what is typed counts at once. Its
// steps are those of the flow's history.
func (p codePage) editCode(raw *flow.RawScript) *code.Editor {
	editor := code.NewEditor(raw.Content, raw.Language).WithFoot()
	p.editors++
	nth := p.editors
	check := &codeCheck{p: p.Inspector, editor: editor, language: raw.Language}
	check.look()
	p.check = check
	editor.OnFormat = func() { p.layOut(editor) }
	editor.OnPaste = p.pasteScript
	editor.Complete = func(text string, at int, asked bool, show func([]code.Proposal)) {
		show(proposals(model.CompleteCode(raw.Language, text, at, asked)))
	}
	editor.OnChanged = func(text string) {
		check.soon()
		if p.naming != "" {
			p.do(model.SetCodeAs(p.id, text, p.naming))
			return
		}
		typing := fmt.Sprintf("code %d", nth)
		if len(text) <= wordsUpTo {
			typing += fmt.Sprintf(" %d", editor.Step())
		}
		p.do(model.SetCode(p.id, text, typing))
	}
	return editor
}

// largeCode edits the code in a dialog; what is typed counts at once.
func (p codePage) largeCode(id string) {
	m, _ := flow.Find(p.h.Model.Doc().Flow, id)
	raw, ok := m.Value.(*flow.RawScript)
	if !ok {
		return
	}
	editor := p.editCode(raw)
	begun, undone := len(p.h.Model.History().Past), 0
	editor.OnHistory = func(redo bool) { // what was changed elsewhere is taken back where it is seen
		p.typing = true // the page behind is built anew when the dialog closes
		switch {
		case redo && undone > 0:
			undone--
			p.h.Changed(p.h.Model.Redo())
		case !redo && len(p.h.Model.History().Past) > begun:
			undone++
			p.h.Changed(p.h.Model.Undo())
		}
		p.typing = false
		if m, _ := flow.Find(p.h.Model.Doc().Flow, id); m != nil {
			if raw, ok := m.Value.(*flow.RawScript); ok {
				editor.Replace(raw.Content)
			}
		}
	}
	var d *kit.Modal
	done := kit.NewButton(say.T("Done"), kit.Primary, func() { d.Close() })
	d = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Title: p.h.Model.Title(m), Sub: say.F("step %s", id), Width: 1000, Height: 680, Flush: true, Passing: true,
		Body: editor, Buttons: []fyne.CanvasObject{done}, OnClose: p.Rebuild})
}

// fork puts a hub script's code into the flow, to be edited.
func (p codePage) fork(s hub.Script) {
	p.rebuild(say.T("Fork the hub script"), func(m *flow.Module) {
		m.Value = &flow.RawScript{Content: s.Content, Language: s.Language, Path: s.Path, Inputs: flow.InputsOf(m)}
	})
}
