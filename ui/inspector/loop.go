package inspector

import (
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/say"
)

// loop sets what a loop goes through and how its iterations run.
func (p *Inspector) loop(m *flow.Module) fyne.CanvasObject {
	col := kit.VBox(18)
	switch v := m.Value.(type) {
	case *flow.ForLoop:
		col.Add(p.iterator(v.Iterator))
		col.Add(p.switchOf(say.T("Iterations at the same time"), say.T("Else one after another; the first that fails ends the loop"), v.Parallel, say.T("Set parallel"), true,
			func(m *flow.Module, on bool) { editLoop(m, func(l *flow.ForLoop) { l.Parallel = on }) }))
		if v.Parallel {
			col.Add(p.figure(say.T("At most at a time"), "parallelism", say.T("Empty: all of them."), v.Parallelism,
				func(m *flow.Module, in *flow.Input) { editLoop(m, func(l *flow.ForLoop) { l.Parallelism = in }) }))
		}
		col.Add(p.switchOf(say.T("Go on when an iteration fails"), say.T("Its error stands in its place in the result"), v.SkipFailures, say.T("Set skip failures"), false,
			func(m *flow.Module, on bool) { editLoop(m, func(l *flow.ForLoop) { l.SkipFailures = on }) }))
		if !v.Parallel {
			col.Add(p.stopEditor(say.T("End the loop after an iteration when"), "stop_after_if", "result.done == true", say.T("result is the iteration's result, all_iters those so far."), stopAfter))
		}
	case *flow.WhileLoop:
		col.Add(kit.NewParagraph(say.T("The steps run again and again until the condition is true. Steps read flow_input.iter.index, and previous_result of the iteration before."), kit.Muted))
		col.Add(p.stopEditor(say.T("End the loop after an iteration when"), "stop_after_if", "result.done == true", say.T("Without a condition here or on a step inside, it goes on for 100,000 iterations and then fails."), stopAfter))
		col.Add(p.switchOf(say.T("Go on when an iteration fails"), say.T("Its error stands in its place in the result"), v.SkipFailures, say.T("Set skip failures"), false, func(m *flow.Module, on bool) {
			if l, ok := m.Value.(*flow.WhileLoop); ok {
				c := *l
				c.SkipFailures = on
				m.Value = &c
			}
		}))
	case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They are no loops.
	}
	col.Add(p.stopEditor(say.T("End the flow after the loop when"), "stop_after_all_iters_if", "result.length == 0", say.T("result is the list of all iterations."), stopAfterAll))
	return col
}

func editLoop(m *flow.Module, do func(*flow.ForLoop)) {
	if l, ok := m.Value.(*flow.ForLoop); ok {
		c := *l
		do(&c)
		m.Value = &c
	}
}

// switchOf is a toggle with a line about it. rebuild is set where it brings
// other controls.
func (p *Inspector) switchOf(label, about string, on bool, name string, rebuild bool, set func(*flow.Module, bool)) fyne.CanvasObject {
	return kit.VBox(2, kit.NewToggle(label, on, func(on bool) {
		if rebuild {
			p.rebuild(name, func(m *flow.Module) { set(m, on) })
			return
		}
		p.change(name, "", func(m *flow.Module) { set(m, on) })
	}), kit.Pad(0, 0, 0, 40, kit.NewParagraph(about, kit.Muted).Sized(kit.TextCaption)))
}

// iterator is the list that a for loop goes through: a fixed one, or an
// expression.
func (p *Inspector) iterator(in *flow.Input) fyne.CanvasObject {
	field := kit.NewField(say.T("Go through"), "iterator", true, kit.Space())
	store := func(in *flow.Input) {
		p.change(say.T("Set the list"), "iterator", func(m *flow.Module) { editLoop(m, func(l *flow.ForLoop) { l.Iterator = in }) })
	}
	left := [2]*flow.Input{}
	chosen := 0
	if in == nil || in.Kind == flow.JavaScript {
		chosen = 1
	}
	left[chosen] = in
	show := func(kind int) {
		field.SetErr("")
		if kind == 1 {
			text := ""
			if left[1] != nil {
				text = left[1].Expr
			}
			field.SetHint(say.T("A list. Steps inside read flow_input.iter.value and flow_input.iter.index."))
			field.SetControl(p.exprEditor(text, field, p.h.CheckExpr, func(expr string) {
				left[1] = &flow.Input{Kind: flow.JavaScript, Expr: expr}
				store(left[1])
			}).Placeholder("flow_input.orders"))
			return
		}
		text := "[]"
		if left[0] != nil && left[0].Value != nil {
			text = pretty(left[0].Value)
		}
		editor := code.NewEditor(text, "json").Rows(3, 10)
		editor.OnChanged = func(text string) {
			var list []json.RawMessage
			if json.Unmarshal([]byte(text), &list) != nil || !strings.HasPrefix(strings.TrimSpace(text), "[") {
				field.SetErr(say.T("This is no list yet, such as [\"a\", \"b\"]; the last good one is kept"))
				return
			}
			field.SetErr("")
			left[0] = static(json.RawMessage(text))
			store(left[0])
		}
		field.SetHint(say.T("A list in JSON. Steps inside read flow_input.iter.value and flow_input.iter.index."))
		field.SetControl(editor)
	}
	field.WithSide(kit.NewSegments([]string{say.T("List"), say.T("Expression")}, chosen, func(kind int) {
		if left[kind] == nil && kind == 1 && left[0] != nil {
			left[1] = &flow.Input{Kind: flow.JavaScript, Expr: string(left[0].Value)}
		}
		if left[kind] == nil && kind == 0 {
			left[0] = static(json.RawMessage("[]"))
			if left[1] != nil && strings.HasPrefix(left[1].Expr, "[") && json.Valid([]byte(left[1].Expr)) {
				left[0] = static(json.RawMessage(left[1].Expr))
			}
		}
		store(left[kind])
		show(kind)
	}).AsSmall())
	show(chosen)
	return field
}

// stopPlace is which of a step's early stops an editor is about.
type stopPlace struct {
	get func(*flow.Module) *flow.StopAfter
	set func(*flow.Module, *flow.StopAfter)
}

var (
	stopAfter = stopPlace{func(m *flow.Module) *flow.StopAfter { return m.StopAfterIf },
		func(m *flow.Module, s *flow.StopAfter) { m.StopAfterIf = s }}
	stopAfterAll = stopPlace{func(m *flow.Module) *flow.StopAfter { return m.StopAfterAllItersIf },
		func(m *flow.Module, s *flow.StopAfter) { m.StopAfterAllItersIf = s }}
)

// stopEditor sets a condition under which something ends early, and as what.
func (p *Inspector) stopEditor(label, name, example, hint string, at stopPlace) fyne.CanvasObject {
	stop := flow.StopAfter{}
	if m, _ := flow.Find(p.h.Model.Doc().Flow, p.h.Model.Selected()); m != nil && at.get(m) != nil {
		stop = *at.get(m)
	}
	update := func(do func(*flow.StopAfter)) {
		p.change(say.T("Set early stop"), name, func(m *flow.Module) {
			s := flow.StopAfter{}
			if old := at.get(m); old != nil {
				s = *old
			}
			do(&s)
			if s.Expr == "" {
				at.set(m, nil)
				return
			}
			at.set(m, &s)
		})
	}
	cond := kit.NewField(label, name, false, kit.Space()).WithHint(hint)
	message := kit.NewEntry(say.T("Error message; empty: it ends well"))
	fails := stop.ErrorMessage != nil
	if fails {
		message.SetText(*stop.ErrorMessage)
	}
	message.OnChanged = func(text string) {
		update(func(s *flow.StopAfter) {
			s.ErrorMessage = nil
			if text != "" {
				s.ErrorMessage = &text
			}
		})
	}
	more := kit.VBox(8, message,
		kit.NewToggle(say.T("Mark the run as skipped"), stop.SkipIfStopped, func(on bool) { update(func(s *flow.StopAfter) { s.SkipIfStopped = on }) }),
		kit.NewToggle(say.T("The error carries the result"), stop.ErrorIncludeResult, func(on bool) { update(func(s *flow.StopAfter) { s.ErrorIncludeResult = on }) }))
	host.Show(more, stop.Expr != "")
	cond.SetControl(p.exprEditor(stop.Expr, cond, p.h.CheckCondition, func(expr string) {
		expr = strings.TrimSpace(expr)
		update(func(s *flow.StopAfter) { s.Expr = expr })
		if more.Visible() != (expr != "") {
			host.Show(more, expr != "")
			p.body.Refresh()
		}
	}).Placeholder(example))
	return kit.VBox(8, cond, more)
}
