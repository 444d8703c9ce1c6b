package model

import (
	"bytes"
	"encoding/json"
	"slices"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/say"
)

// DeleteSteps takes steps out; a neighbor of the last is selected then.
func DeleteSteps(ids []string) Edit {
	if len(ids) == 1 {
		return Delete(ids[0])
	}
	return Edit{Name: textSteps(say.In("edit", "Delete"), ids), Do: func(f *flow.Flow) (*flow.Flow, error) { return removeAll(f, ids) }}
}

func removeAll(f *flow.Flow, ids []string) (*flow.Flow, error) {
	var err error
	for _, id := range ids {
		if f, err = flow.Remove(f, id); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// MoveSteps moves steps among their siblings; they stay in order, and the first stops
// the others where the way ends.
func MoveSteps(ids []string, delta int) Edit {
	if len(ids) == 1 {
		return Move(ids[0], delta)
	}
	ids = slices.Clone(ids)
	if delta > 0 {
		slices.Reverse(ids)
	}
	return Edit{Name: textSteps(say.In("edit", "Move"), ids), Do: func(f *flow.Flow) (*flow.Flow, error) {
		g := f
		for _, id := range ids {
			_, at := flow.Find(g, id)
			next := at
			next.Index += delta
			if slices.ContainsFunc(ids, func(other string) bool { _, there := flow.Find(g, other); return there == next }) {
				continue // the one before it did not move
			}
			moved, err := flow.Move(g, id, delta)
			if err != nil {
				return nil, err
			}
			if !samePlace(g, moved, id) {
				g = moved
			}
		}
		return g, nil
	}}
}

// MoveStepsTo moves steps to another place, one after the other.
func MoveStepsTo(ids []string, to flow.Place) Edit {
	if len(ids) == 1 {
		return MoveTo(ids[0], to)
	}
	return Edit{Name: textSteps(say.In("edit", "Move"), ids), Select: ids[len(ids)-1], Also: ids, Do: func(f *flow.Flow) (*flow.Flow, error) {
		var mods []*flow.Module
		place := to
		for _, id := range ids {
			s, at := flow.Find(f, id)
			if s == nil || at.Index < 0 {
				return nil, errStands()
			}
			if at.Container == to.Container && (at.Branch == to.Branch || to.Container == "") && at.Index < to.Index {
				place.Index--
			}
			inside := false
			flow.Every(&flow.Flow{Value: flow.Value{Modules: []*flow.Module{s}}}, func(in *flow.Module) { inside = inside || in.ID == to.Container })
			if inside {
				return nil, fault.New(flow.CodeEdit, say.T("Steps cannot be moved into one of themselves"), say.T("Nothing was changed."))
			}
			mods = append(mods, s)
		}
		g, err := removeAll(f, ids)
		if err != nil {
			return nil, err
		}
		return insertAll(g, place, mods)
	}}
}

func insertAll(f *flow.Flow, at flow.Place, mods []*flow.Module) (*flow.Flow, error) {
	var err error
	for _, s := range mods {
		if f, err = flow.Insert(f, at, s); err != nil {
			return nil, err
		}
		at.Index++
	}
	return f, nil
}

func errStands() error {
	return fault.New(flow.CodeEdit, say.T("This step stands alone"), say.T("Only steps of the flow itself can be moved, copied or wrapped."))
}

// modulesOf returns steps by their ids.
func modulesOf(f *flow.Flow, ids []string) (mods []*flow.Module) {
	for _, id := range ids {
		if s, _ := flow.Find(f, id); s != nil {
			mods = append(mods, s)
		}
	}
	return mods
}

// DuplicateSteps puts copies of steps after the last of them. What they read of each
// other, the copies read of the copies.
func (m *Model) DuplicateSteps(ids []string) Edit {
	if len(ids) == 1 {
		return m.Duplicate(ids[0])
	}
	e := Edit{Name: textSteps(say.In("edit", "Duplicate"), ids)}
	mods := modulesOf(m.doc.Flow, ids)
	_, at := flow.Find(m.doc.Flow, ids[len(ids)-1])
	at.Index++
	twins := flow.FreshAll(m.doc.Flow, mods)
	for _, t := range twins {
		e.Also, e.Select = append(e.Also, t.ID), t.ID
	}
	e.Do = func(f *flow.Flow) (*flow.Flow, error) {
		if at.Index == 0 {
			return nil, errStands()
		}
		return insertAll(f, at, twins)
	}
	return e
}

// CopySteps is steps as OpenFlow text for the clipboard: one, or a list.
func (m *Model) CopySteps(ids []string) (string, error) {
	mods := modulesOf(m.doc.Flow, ids)
	if len(mods) == 1 {
		return CopyText(mods[0])
	}
	list := make([]json.RawMessage, 0, len(mods))
	for _, s := range mods {
		text, err := CopyText(s)
		if err != nil {
			return "", err
		}
		list = append(list, json.RawMessage(text))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(list); err != nil {
		return "", fault.From(err)
	}
	return b.String(), nil
}

// Wrapper is what steps are wrapped in.
type Wrapper int

// The wrappers.
const (
	InForLoop Wrapper = iota
	InWhileLoop
	InBranch
	InBranchAll
)

// Wrap puts neighboring steps, and what stands between them, into a loop or a branch.
func (m *Model) Wrap(ids []string, in Wrapper) Edit {
	if m.doc == nil || len(ids) == 0 {
		return Edit{Name: say.T(textWrap), Do: func(f *flow.Flow) (*flow.Flow, error) { return nil, errNoFlow() }}
	}
	id := flow.NewID(m.doc.Flow)
	return Edit{Name: textWrapped(in, ids), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		list, at, err := between(f, ids)
		if err != nil {
			return nil, err
		}
		mods := modulesOf(f, list)
		g, err := removeAll(f, list)
		if err != nil {
			return nil, err
		}
		return flow.Insert(g, at, &flow.Module{ID: id, Summary: textWrapper(in), Value: wrapper(in, mods), StopAfterIf: endless(in)})
	}}
}

// between lists the steps of a sequence from the first of some to the last.
func between(f *flow.Flow, ids []string) (all []string, at flow.Place, err error) {
	_, at = flow.Find(f, ids[0])
	_, end := flow.Find(f, ids[len(ids)-1])
	if at.Index < 0 || at.Container != end.Container || at.Branch != end.Branch {
		return nil, at, fault.New(flow.CodeEdit, say.T("The steps stand in several sequences"), say.T("Choose steps of one sequence: of the flow itself, of one loop or of one branch. Nothing was changed."))
	}
	for _, id := range ids {
		if _, p := flow.Find(f, id); p.Container != at.Container || p.Branch != at.Branch {
			return between(f, []string{ids[0], id})
		}
	}
	return flow.MembersOf(f, flow.Group{Start: ids[0], End: ids[len(ids)-1]}), at, nil
}

func wrapper(in Wrapper, mods []*flow.Module) flow.ModuleValue {
	switch in {
	case InWhileLoop:
		return &flow.WhileLoop{Modules: mods}
	case InBranch:
		return &flow.BranchOne{Branches: []*flow.Branch{{Modules: mods}}}
	case InBranchAll:
		return &flow.BranchAll{Parallel: true, Branches: []*flow.Branch{{Modules: mods}, {}}}
	}
	return &flow.ForLoop{Modules: mods, Iterator: &flow.Input{Kind: flow.Static, Value: flow.Raw(`["first","second"]`)}}
}

// endless is the end of a loop that would have none: it is over after one iteration
// until somebody says more.
func endless(in Wrapper) *flow.StopAfter {
	if in == InWhileLoop {
		return &flow.StopAfter{Expr: "true"}
	}
	return nil
}

// Unwrap puts the steps of a loop or branch in its place: those of all branches, one
// branch after the other.
func Unwrap(id string) Edit {
	return Edit{Name: textEdit(say.T(textUnwrap), id), Do: func(f *flow.Flow) (*flow.Flow, error) {
		s, at := flow.Find(f, id)
		if s == nil || at.Index < 0 {
			return nil, errStands()
		}
		if !Container(s) {
			return nil, fault.New(flow.CodeEdit, say.T("This step holds no others"), say.T("Only loops and branches can be unwrapped."))
		}
		mods := held(s)
		g, err := flow.Remove(f, id)
		if err != nil {
			return nil, err
		}
		return insertAll(g, at, mods)
	}}
}

// Container reports whether a step holds others: a loop or a branch.
func Container(s *flow.Module) bool {
	switch s.Value.(type) {
	case *flow.ForLoop, *flow.WhileLoop, *flow.BranchOne, *flow.BranchAll:
		return true
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They hold no steps.
	}
	return false
}

// held are the steps right inside of a step.
func held(s *flow.Module) (mods []*flow.Module) {
	switch v := s.Value.(type) {
	case *flow.ForLoop:
		return v.Modules
	case *flow.WhileLoop:
		return v.Modules
	case *flow.BranchOne:
		for _, b := range v.Branches {
			mods = append(mods, b.Modules...)
		}
		return append(mods, v.Default...)
	case *flow.BranchAll:
		for _, b := range v.Branches {
			mods = append(mods, b.Modules...)
		}
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They hold no steps.
	}
	return mods
}

// Replace puts another step in the place of one. It keeps the id, so that what others
// read of it stays, its name where it has one, the inputs that the new one asks for,
// too, and all that is set for a step of any kind. A gate stays: no approval is lost
// on the way. A loop keeps its steps in another loop.
func (m *Model) Replace(id string, by *flow.Module) Edit {
	return Edit{Name: textEdit(say.T(textReplace), id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		old, at := flow.Find(f, id)
		if old == nil {
			return nil, flow.ErrNotFound
		}
		n := *by
		n.ID = old.ID
		if old.Summary != "" && Container(old) == Container(by) {
			n.Summary = old.Summary
		}
		n.SkipIf, n.Sleep, n.CacheTTL, n.Timeout, n.Priority, n.ContinueOnError, n.Retry = old.SkipIf, old.Sleep, old.CacheTTL, old.Timeout, old.Priority, old.ContinueOnError, old.Retry
		n.DeleteAfterUse, n.DeleteAfterSecs, n.XSluice = old.DeleteAfterUse, old.DeleteAfterSecs, old.XSluice
		if _, loop := by.Value.(*flow.WhileLoop); !loop {
			n.StopAfterIf = old.StopAfterIf
		}
		if old.Suspend != nil {
			n.Suspend = old.Suspend
		}
		m.keepInputs(old, &n)
		if mods := held(old); len(mods) > 0 {
			keepHeld(old, &n, mods)
		}
		if at.Index < 0 && Container(&n) {
			return nil, fault.New(flow.CodeEdit, say.T("Beside the flow stands a single step"), say.T("A loop or a branch cannot stand there."))
		}
		return flow.Replace(f, id, &n)
	}}
}

// keepInputs fills the inputs of a new step with those of the old one that it asks
// for.
func (m *Model) keepInputs(old, n *flow.Module) {
	had := flow.InputsOf(old)
	if len(had.Names) == 0 {
		return
	}
	fields, err := flow.Fields(m.asks(&flow.Module{ID: "\x00", Value: n.Value}), nil, nil)
	if err != nil {
		return
	}
	in := flow.InputsOf(n).Clone()
	for _, fd := range fields {
		if one := had.By[fd.Name]; one != nil {
			in = in.Set(fd.Name, one)
		}
	}
	setInputs(n, in)
}

// keepHeld keeps the steps of a container in another of its kind.
func keepHeld(old, n *flow.Module, mods []*flow.Module) {
	switch v := n.Value.(type) {
	case *flow.ForLoop:
		c := *v
		c.Modules = mods
		if was, ok := old.Value.(*flow.ForLoop); ok {
			c.Iterator = was.Iterator
		}
		n.Value = &c
	case *flow.WhileLoop:
		c := *v
		c.Modules = mods
		n.Value = &c
	case *flow.BranchOne:
		c := *v
		if c.Branches = branchesOf(old); c.Branches == nil {
			c.Branches = []*flow.Branch{{Modules: mods}}
		}
		n.Value = &c
	case *flow.BranchAll:
		c := *v
		if c.Branches = branchesOf(old); c.Branches == nil {
			c.Branches = []*flow.Branch{{Modules: mods}}
		} else if one, ok := old.Value.(*flow.BranchOne); ok && len(one.Default) > 0 {
			c.Branches = append(slices.Clone(c.Branches), &flow.Branch{Summary: say.T(textDefault), Modules: one.Default})
		}
		n.Value = &c
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They hold no steps: those of the old one go with it.
	}
}

func branchesOf(s *flow.Module) []*flow.Branch {
	switch v := s.Value.(type) {
	case *flow.BranchOne:
		return v.Branches
	case *flow.BranchAll:
		return v.Branches
	case *flow.Agent, *flow.ForLoop, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// They have no ways.
	}
	return nil
}

// LosesSteps counts the steps that go when a step is replaced by another.
func LosesSteps(old, by *flow.Module) int {
	if !Container(old) || Container(by) {
		return 0
	}
	return flow.Steps(&flow.Flow{Value: flow.Value{Modules: held(old)}})
}

// SkipSteps skips steps in every run, or, where all of them are skipped, takes that
// back. A condition of their own is kept meanwhile.
func (m *Model) SkipSteps(ids []string) Edit {
	on := false
	if m.doc != nil {
		for _, s := range modulesOf(m.doc.Flow, ids) {
			on = on || !s.Skipped()
		}
	}
	name := textSteps(say.In("edit", "Skip"), ids)
	if !on {
		name = textSteps(say.In("edit", "Do not skip"), ids)
	}
	return Edit{Name: name, Do: func(f *flow.Flow) (*flow.Flow, error) {
		var err error
		for _, id := range ids {
			if f, err = flow.Update(f, id, func(s flow.Module) flow.Module {
				s.SetSkipped(on)
				return s
			}); err != nil {
				return nil, err
			}
		}
		return f, nil
	}}
}
