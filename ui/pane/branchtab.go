package pane

import (
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// branches lists the ways of a branch with their conditions.
func (p *Inspector) branches(m *flow.Module) fyne.CanvasObject {
	b, ok := m.Value.(*flow.BranchOne)
	if !ok {
		return kit.Space()
	}
	col := kit.VBox(16, kit.NewPara("The first way whose condition is true is taken, else the default.", kit.Muted))
	for i, br := range b.Branches {
		col.Add(p.branch(i, br, len(b.Branches)))
	}
	col.Add(kit.HBox(8, kit.NewBtn("Add a way", kit.Outline, func() {
		p.structure("Add a way", func(f *flow.Flow, id string) (*flow.Flow, error) {
			return flow.AddBranch(f, id, &flow.Branch{Expr: "true"})
		})
	}).With(kit.IconPlus)))
	return col
}

// branch is one way.
func (p *Inspector) branch(i int, br *flow.Branch, of int) fyne.CanvasObject {
	name := kit.NewEntry("What this way is for")
	name.SetText(br.Summary)
	set := func(label string, do func(*flow.Branch)) {
		p.change(label, fmt.Sprintf("branch %d %s", i, label), func(m *flow.Module) {
			v, ok := m.Value.(*flow.BranchOne)
			if !ok || i >= len(v.Branches) {
				return
			}
			one := *v
			one.Branches = append([]*flow.Branch{}, v.Branches...)
			c := *one.Branches[i]
			do(&c)
			one.Branches[i] = &c
			m.Value = &one
		})
	}
	name.OnChanged = func(s string) { set("Rename a way", func(b *flow.Branch) { b.Summary = s }) }
	field := kit.NewField(fmt.Sprintf("Way %d when", i+1), "expr", true, kit.Space())
	field.SetControl(p.exprEditor(br.Expr, field, func(expr string) {
		set("Change a condition", func(b *flow.Branch) { b.Expr = expr })
	}))
	if of > 1 {
		field.WithSide(kit.IconBtn(kit.IconTrash, "Take this way out", kit.Ghost, func() {
			p.structure("Take a way out", func(f *flow.Flow, id string) (*flow.Flow, error) { return flow.RemoveBranch(f, id, i) })
		}).AsSmall())
	}
	return kit.VBox(8, field, name)
}

// structure makes an edit that changes which steps or ways there are.
func (p *Inspector) structure(name string, do func(f *flow.Flow, id string) (*flow.Flow, error)) {
	id := p.id
	p.h.Do(model.Edit{Name: name + " of " + id, Do: func(f *flow.Flow) (*flow.Flow, error) { return do(f, id) }})
	p.Rebuild()
}
