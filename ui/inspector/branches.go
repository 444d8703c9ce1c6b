package inspector

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// branches lists the ways of a branch: of one to one with their conditions.
func (p *Inspector) branches(m *flow.Module) fyne.CanvasObject {
	col := kit.VBox(16)
	switch b := m.Value.(type) {
	case *flow.BranchOne:
		col.Add(kit.NewParagraph(say.T("The first branch whose condition is true is taken, else the default."), kit.Muted))
		for i, br := range b.Branches {
			col.Add(p.branch(i, br, len(b.Branches)))
		}
	case *flow.BranchAll:
		col.Add(kit.NewParagraph(say.T("All branches are taken. The result is the list of their results."), kit.Muted))
		col.Add(p.switchOf(say.T("All at the same time"), say.T("Else one after another; the first that fails ends the step"), b.Parallel, say.T("Set parallel"), true, func(m *flow.Module, on bool) {
			if v, ok := m.Value.(*flow.BranchAll); ok {
				c := *v
				c.Parallel = on
				m.Value = &c
			}
		}))
		for i, br := range b.Branches {
			col.Add(p.wayOfAll(i, br, len(b.Branches)))
		}
		if !b.Parallel {
			col.Add(p.stopEditor(say.T("End the flow after a branch when"), "stop_after_if", "result.enough", say.T("result is that of the branch that just ended."), stopAfter))
		}
		col.Add(p.stopEditor(say.T("End the flow after all branches when"), "stop_after_all_iters_if", "result.length == 0", say.T("result is the list of all."), stopAfterAll))
	case *flow.Agent, *flow.ForLoop, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// They have no ways.
	}
	more := kit.HBox(8, kit.NewButton(say.T("Add a branch"), kit.Outline, func() {
		p.h.Do(model.AddBranch(p.id))
		p.Rebuild()
	}).With(kit.IconPlus))
	if _, all := m.Value.(*flow.BranchAll); all { // behind the ways, before what holds for all
		at := len(col.Objects) - 1
		if !m.Value.(*flow.BranchAll).Parallel {
			at--
		}
		col.Objects = append(col.Objects[:at:at], append([]fyne.CanvasObject{more}, col.Objects[at:]...)...)
		return col
	}
	col.Add(more)
	return col
}

// setBranch changes a way in place.
func (p *Inspector) setBranch(i int, label string, do func(*flow.Branch)) {
	p.do(model.SetBranch(p.id, i, label, do))
}

// branch is one way of a branch to one.
func (p *Inspector) branch(i int, br *flow.Branch, of int) fyne.CanvasObject {
	name := kit.NewEntry(say.T("What this branch is for"))
	name.SetText(br.Summary)
	name.OnChanged = func(s string) { p.setBranch(i, say.T("Rename a branch"), func(b *flow.Branch) { b.Summary = s }) }
	field := kit.NewField(say.F("Branch %d when", i+1), "expr", true, kit.Space())
	p.places[fmt.Sprintf("branches[%d].expr", i)] = field
	field.SetControl(p.exprEditor(br.Expr, field, p.h.CheckCondition, func(expr string) {
		p.setBranch(i, say.T("Change a condition"), func(b *flow.Branch) { b.Expr = expr })
	}))
	if of > 1 {
		field.WithSide(p.dropWay(i))
	}
	offer := p.offerTest(i, br)
	if strings.TrimSpace(br.Expr) == "" {
		p.toSay, p.proposed = field, offer
	}
	return kit.VBox(8, field, offer, name)
}

// ConditionSpot is where the condition that is missing is proposed, or else typed.
func (p *Inspector) ConditionSpot() kit.Spot {
	if p.toSay == nil {
		return kit.Spot{}
	}
	if row, ok := p.proposed.(*fyne.Container); ok && len(row.Objects) > 0 {
		if b, ok := row.Objects[0].(*kit.Button); ok {
			return kit.Spot{Of: b}
		}
	}
	return kit.Spot{Of: p.toSay}
}

// offerTest offers a condition to a branch that has none: on what an approver wrote right
// before it.
func (p *Inspector) offerTest(i int, br *flow.Branch) fyne.CanvasObject {
	offer := p.h.Model.TestOffer(p.id)
	if offer == "" || strings.TrimSpace(br.Expr) != "" {
		return kit.Space()
	}
	return kit.HBox(8, kit.NewButton(offer, kit.Outline, func() {
		p.h.Do(model.SetBranch(p.id, i, say.T("Change a condition"), func(b *flow.Branch) { b.Expr = offer }))
		p.Rebuild()
	}).AsSmall(), host.Middle(kit.Caption(say.T(textOfferTest))))
}

// wayOfAll is one way of a branch to all.
func (p *Inspector) wayOfAll(i int, br *flow.Branch, of int) fyne.CanvasObject {
	name := kit.NewEntry(say.F("branch %d", i+1))
	name.SetText(br.Summary)
	name.OnChanged = func(s string) { p.setBranch(i, say.T("Rename a branch"), func(b *flow.Branch) { b.Summary = s }) }
	field := kit.NewField(say.F("Branch %d", i+1), "summary", false, name)
	if of > 1 {
		field.WithSide(p.dropWay(i))
	}
	return kit.VBox(6, field, kit.NewToggle(say.T("The rest goes on when it fails"), br.SkipFailure, func(on bool) {
		p.setBranch(i, say.T("Set skip failure"), func(b *flow.Branch) { b.SkipFailure = on })
	}))
}

// dropWay takes a way out with its steps; undo brings them back.
func (p *Inspector) dropWay(i int) fyne.CanvasObject {
	return kit.IconButton(kit.IconTrash, say.T("Take this branch out"), kit.Ghost, func() {
		p.h.DoAsking(say.T("Take this branch out?"), say.T("Take it out"), model.RemoveBranch(p.id, i))
	}).AsSmall()
}
