package flow

import (
	"slices"
	"strconv"
	"strings"
)

// EditExpression rewrites the expression in one field of a step, named as in Problem:
// "input_transforms.sum", "branches[0].expr", "skip_if.expr". A field that has no
// expression stays as it is.
func EditExpression(f *Flow, step, field string, change func(expr string) string) (*Flow, error) {
	m, _ := Find(f, step)
	if m == nil {
		return nil, notFound(step)
	}
	text, with := exprAt(m, field)
	if with == nil || change(text) == text {
		return f, nil
	}
	return Update(f, step, func(m Module) Module {
		with(&m, change(text))
		return m
	})
}

// ExpressionAt returns the expression in one field of a step, false if there is none.
func ExpressionAt(f *Flow, step, field string) (expr string, ok bool) {
	m, _ := Find(f, step)
	if m == nil {
		return "", false
	}
	text, with := exprAt(m, field)
	return text, with != nil
}

// exprAt finds the expression in a field of a step. with puts another one into a copy of
// the step; it is nil where the field has none.
func exprAt(m *Module, field string) (text string, with func(m *Module, text string)) {
	set := func(in *Input, put func(*Module, *Input)) {
		if in == nil || in.Kind != JavaScript {
			return
		}
		text, with = in.Expr, func(m *Module, text string) {
			c := *in
			c.Expr = text
			put(m, &c)
		}
	}
	predicate := func(p *Predicate, put func(*Module, *Predicate)) {
		if p != nil {
			text, with = p.Expr, func(m *Module, text string) {
				c := *p
				c.Expr = text
				put(m, &c)
			}
		}
	}
	stop := func(s *StopAfter, put func(*Module, *StopAfter)) {
		if s != nil {
			text, with = s.Expr, func(m *Module, text string) {
				c := *s
				c.Expr = text
				put(m, &c)
			}
		}
	}
	loop := func(pick func(*ForLoop) **Input) {
		if l, ok := m.Value.(*ForLoop); ok {
			set(*pick(l), func(m *Module, in *Input) {
				c := *l
				*pick(&c) = in
				m.Value = &c
			})
		}
	}
	switch field {
	case "skip_if.expr":
		predicate(m.SkipIf, func(m *Module, p *Predicate) { m.SkipIf = p })
	case "stop_after_if.expr":
		stop(m.StopAfterIf, func(m *Module, s *StopAfter) { m.StopAfterIf = s })
	case "stop_after_all_iters_if.expr":
		stop(m.StopAfterAllItersIf, func(m *Module, s *StopAfter) { m.StopAfterAllItersIf = s })
	case "retry.retry_if.expr":
		if r := m.Retry; r != nil {
			predicate(r.RetryIf, func(m *Module, p *Predicate) {
				c := *r
				c.RetryIf = p
				m.Retry = &c
			})
		}
	case "sleep":
		set(m.Sleep, func(m *Module, in *Input) { m.Sleep = in })
	case "timeout":
		set(m.Timeout, func(m *Module, in *Input) { m.Timeout = in })
	case "iterator":
		loop(func(l *ForLoop) **Input { return &l.Iterator })
	case "parallelism":
		loop(func(l *ForLoop) **Input { return &l.Parallelism })
	}
	if name, ok := strings.CutPrefix(field, "input_transforms."); ok {
		in := InputsOf(m)
		set(in.By[name], func(m *Module, one *Input) { putInputs(m, in.Set(name, one)) })
	}
	if rest, ok := strings.CutPrefix(field, "branches["); ok {
		at, _, _ := strings.Cut(rest, "]")
		n, err := strconv.Atoi(at)
		if b, is := m.Value.(*BranchOne); is && err == nil && n >= 0 && n < len(b.Branches) {
			text, with = b.Branches[n].Expr, func(m *Module, text string) {
				c, one := *b, *b.Branches[n]
				one.Expr = text
				c.Branches = slices.Clone(b.Branches)
				c.Branches[n] = &one
				m.Value = &c
			}
		}
	}
	return text, with
}

// putInputs puts the inputs of a step where its kind keeps them.
func putInputs(m *Module, in *Inputs) {
	switch v := m.Value.(type) {
	case *RawScript:
		c := *v
		c.Inputs, m.Value = in, &c
	case *Script:
		c := *v
		c.Inputs, m.Value = in, &c
	case *Subflow:
		c := *v
		c.Inputs, m.Value = in, &c
	case *Agent:
		c := *v
		c.Inputs, m.Value = in, &c
	default:
		return
	}
	m.LegacyInputs = nil
}

// Distinct gives each step whose id another one before it has an id of its own. What reads
// the id goes on reading the first of them.
func Distinct(f *Flow) *Flow {
	taken, seen := map[string]bool{}, map[string]bool{}
	Every(f, func(m *Module) { taken[m.ID] = true })
	fresh := map[*Module]string{}
	Walk(f, func(m *Module, _ Place, _ int) {
		if seen[m.ID] {
			id := nextID(taken)
			taken[id], fresh[m] = true, id
		}
		seen[m.ID] = true
	})
	if len(fresh) == 0 {
		return f
	}
	g := *f
	g.Value.Modules = renumber(f.Value.Modules, fresh)
	return &g
}

func renumber(mods []*Module, fresh map[*Module]string) []*Module {
	out := make([]*Module, len(mods))
	for i, m := range mods {
		out[i] = m
		for _, l := range listsOf(m.Value) {
			out[i] = withList(out[i], l.branch, renumber(l.mods, fresh))
		}
		if id := fresh[m]; id != "" {
			c := *out[i]
			c.ID = id
			out[i] = &c
		}
	}
	return out
}
