package pane

import (
	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

// Where the palette leads to in the panes.

// Find shows one resource in the list.
func (p *Resources) Find(path string) {
	p.search.SetText(path)
	p.show()
}

// Lead shows the page of one trigger: kind is schedule, webhook or form.
func (p *Triggers) Lead(kind, path string) {
	p.search.SetText("")
	p.led = func() {
		k := map[string]triggerKind{"schedule": p.schedules, "webhook": p.hooks, "form": p.forms}[kind]
		if k != nil && k.index(path) >= 0 {
			p.choose(triggerKey{k, path})
		}
	}
	p.Refresh()
}

// Find shows one script of the hub.
func (p *Hub) Find(path string) {
	p.search.SetText("")
	p.apps.Select(0)
	p.chosen = path
	p.show()
}

// Look shows the code of a script of the library.
func (p *Hub) Look(path string) {
	if s, ok := p.h.Script(path); ok {
		editor := code.NewEditor(s.Content, s.Language).ReadOnly(true)
		p.h.DialogWith(kit.ModalSpec{Title: model.First(s.Summary, path), Sub: path, Width: 760, Height: 560, Flush: true, Body: editor})
	}
}

// AddScript adds a step after the selected one that runs a script of the hub or of the
// library.
func (p *Editor) AddScript(path string) {
	doc := p.h.Model.Doc()
	if doc == nil || doc.ReadOnly {
		return
	}
	scene, id := p.h.Model.Scene(), p.h.Model.Selected()
	if id == "" {
		id = model.InputID
	}
	at, ok := scene.PlusAfter(id)
	if !ok {
		at = model.Plus{Place: flow.Place{Branch: -1, Index: len(doc.Flow.Value.Modules)}}
	}
	for _, o := range append(offers(), ownOffers(p.h, nil)...) {
		if o.path != path {
			continue
		}
		m, err := o.make(flow.NewID(doc.Flow))
		if err != nil {
			p.h.Fail(err)
			return
		}
		p.insert(at, m)
		return
	}
}

// RenameStep asks for another id of the selected step.
func (p *Editor) RenameStep() {
	if m := p.h.Model.SelectedStep(); m != nil {
		p.rename(m.ID)
	}
}

// TestStep tests the selected step.
func (p *Editor) TestStep() {
	if m := p.h.Model.SelectedStep(); m != nil {
		p.testStep(m.ID)
	}
}
