package flow

import (
	"errors"
	"fmt"
	"slices"

	"sluice/engine/fault"
)

// ErrNotFound says that a flow has no step of an id.
var ErrNotFound = errors.New("there is no such step")

// CodeEdit is the code of an edit that cannot be done.
const CodeEdit fault.Code = "flow.edit"

func notFound(id string) error {
	return fault.Because(ErrNotFound, CodeEdit, "There is no step "+quoteName(id), "It may have been removed. Nothing was changed.")
}

func noEdit(title, hint string) error { return fault.New(CodeEdit, title, hint) }

// edits are pure: each returns a new flow that shares what it did not change,
// and leaves the one it was given alone.

// Insert adds m at a place; what stood there moves down. A module without an id
// gets the next free one.
func Insert(f *Flow, at Place, m *Module) (*Flow, error) {
	if m.ID == "" {
		c := *m
		c.ID = NewID(f)
		m = &c
	}
	if err := freeIDs(f, m, nil); err != nil {
		return nil, err
	}
	return withMods(f, at, func(mods []*Module) ([]*Module, error) {
		if at.Index < 0 || at.Index > len(mods) {
			return nil, noEdit(fmt.Sprintf("There is no place %d among %d steps", at.Index, len(mods)), "Nothing was changed.")
		}
		return slices.Insert(slices.Clone(mods), at.Index, m), nil
	})
}

// freeIDs checks that the ids of m and of the steps in it are new to f, the
// steps of the module old set aside.
func freeIDs(f *Flow, m, old *Module) error { return freeIDsOf(f, idsOf(m), old) }

func freeIDsOf(f *Flow, ids []string, old *Module) error {
	taken := map[string]bool{}
	Every(f, func(other *Module) { taken[other.ID] = true })
	if old != nil {
		for _, id := range idsOf(old) {
			delete(taken, id)
		}
	}
	for _, id := range ids {
		switch {
		case id == "":
			return noEdit("A step has no id", "Nothing was changed.")
		case taken[id]:
			return noEdit("There is a step "+quoteName(id)+" already", "Nothing was changed. Choose another id, such as "+NewID(f)+".")
		}
		taken[id] = true
	}
	return nil
}

func idsOf(m *Module) []string {
	var ids []string
	walk([]*Module{m}, Place{}, 0, func(m *Module, _ Place, _ int) { ids = append(ids, m.ID) })
	return ids
}

// withMods changes the list of modules that a place belongs to.
func withMods(f *Flow, at Place, change func([]*Module) ([]*Module, error)) (*Flow, error) {
	if at.Container == "" {
		mods, err := change(f.Value.Modules)
		if err != nil {
			return nil, err
		}
		g := *f
		g.Value.Modules = mods
		return &g, nil
	}
	m, _ := Find(f, at.Container)
	if m == nil {
		return nil, notFound(at.Container)
	}
	for _, l := range listsOf(m.Value) {
		if loop := TypeOf(m.Value) == "forloopflow" || TypeOf(m.Value) == "whileloopflow"; l.branch != at.Branch && !loop {
			continue
		}
		mods, err := change(l.mods)
		if err != nil {
			return nil, err
		}
		return replace(f, m, withList(m, l.branch, mods)), nil
	}
	return nil, noEdit(fmt.Sprintf("The step %s has no branch %d to put steps into", quoteName(at.Container), at.Branch), "Nothing was changed.")
}

// replace puts another module in the place of one.
func replace(f *Flow, old, new *Module) *Flow {
	return mapModules(f, func(m *Module) *Module {
		if m == old {
			return new
		}
		return m
	})
}

// Remove takes a step out, with all that is in it.
func Remove(f *Flow, id string) (*Flow, error) {
	m, at := Find(f, id)
	if m == nil {
		return nil, notFound(id)
	}
	g := *f
	switch m {
	case f.Value.FailureModule:
		g.Value.FailureModule = nil
		return &g, nil
	case f.Value.PreprocessorModule:
		g.Value.PreprocessorModule = nil
		return &g, nil
	}
	return withMods(f, at, func(mods []*Module) ([]*Module, error) {
		return slices.Delete(slices.Clone(mods), at.Index, at.Index+1), nil
	})
}

// Move moves a step up (delta < 0) or down among its siblings, as far as it goes.
func Move(f *Flow, id string, delta int) (*Flow, error) {
	m, at := Find(f, id)
	if m == nil || at.Index < 0 {
		return nil, notFound(id)
	}
	return withMods(f, at, func(mods []*Module) ([]*Module, error) {
		to := max(0, min(at.Index+delta, len(mods)-1))
		out := slices.Delete(slices.Clone(mods), at.Index, at.Index+1)
		return slices.Insert(out, to, m), nil
	})
}

// MoveTo moves a step to another place, which is meant as before the move.
func MoveTo(f *Flow, id string, to Place) (*Flow, error) {
	m, at := Find(f, id)
	if m == nil || at.Index < 0 {
		return nil, notFound(id)
	}
	if slices.Contains(idsOf(m), to.Container) {
		return nil, noEdit("The step "+quoteName(id)+" cannot be moved into itself", "Nothing was changed.")
	}
	if c, _ := Find(f, to.Container); to.Container == "" || c == nil || TypeOf(c.Value) == "forloopflow" || TypeOf(c.Value) == "whileloopflow" {
		to.Branch = -1
	}
	if to.Container == at.Container && to.Branch == at.Branch && at.Index < to.Index {
		to.Index--
	}
	g, err := Remove(f, id)
	if err != nil {
		return nil, err
	}
	return Insert(g, to, m)
}

// Replace puts another module in the place of the step of an id.
func Replace(f *Flow, id string, m *Module) (*Flow, error) {
	old, _ := Find(f, id)
	if old == nil {
		return nil, notFound(id)
	}
	if err := freeIDsOf(f, added(idsOf(m), idsOf(old)), old); err != nil {
		return nil, err
	}
	return replace(f, old, m), nil
}

// added are the ids that a step has beyond those it had. What was double in a
// file stays so until its author mends it; an edit adds nothing to that.
func added(ids, had []string) []string {
	had = slices.Clone(had)
	var more []string
	for _, id := range ids {
		if i := slices.Index(had, id); i >= 0 {
			had = slices.Delete(had, i, i+1)
			continue
		}
		more = append(more, id)
	}
	return more
}

// Update replaces the step of an id by what change makes of it. The module is a
// copy, but what it points to is shared: change must replace, not write into it.
func Update(f *Flow, id string, change func(Module) Module) (*Flow, error) {
	old, _ := Find(f, id)
	if old == nil {
		return nil, notFound(id)
	}
	m := change(*old)
	return Replace(f, id, &m)
}

// AddBranch adds a branch after those that a step has.
func AddBranch(f *Flow, id string, b *Branch) (*Flow, error) {
	return withBranches(f, id, func(all []*Branch) ([]*Branch, error) {
		var ids []string
		for _, m := range b.Modules {
			ids = append(ids, idsOf(m)...)
		}
		if err := freeIDsOf(f, ids, nil); err != nil {
			return nil, err
		}
		return append(slices.Clone(all), b), nil
	})
}

// RemoveBranch takes a branch out, with the steps in it.
func RemoveBranch(f *Flow, id string, at int) (*Flow, error) {
	return withBranches(f, id, func(all []*Branch) ([]*Branch, error) {
		if at < 0 || at >= len(all) {
			return nil, noEdit(fmt.Sprintf("The step %s has no branch %d", quoteName(id), at), "Nothing was changed.")
		}
		return slices.Delete(slices.Clone(all), at, at+1), nil
	})
}

// SetBranch replaces a branch by what change makes of it.
func SetBranch(f *Flow, id string, at int, change func(Branch) Branch) (*Flow, error) {
	return withBranches(f, id, func(all []*Branch) ([]*Branch, error) {
		if at < 0 || at >= len(all) {
			return nil, noEdit(fmt.Sprintf("The step %s has no branch %d", quoteName(id), at), "Nothing was changed.")
		}
		out := slices.Clone(all)
		b := change(*all[at])
		out[at] = &b
		return out, nil
	})
}

func withBranches(f *Flow, id string, change func([]*Branch) ([]*Branch, error)) (*Flow, error) {
	m, _ := Find(f, id)
	if m == nil {
		return nil, notFound(id)
	}
	c := *m
	switch v := m.Value.(type) {
	case *BranchOne:
		w := *v
		out, err := change(v.Branches)
		if err != nil {
			return nil, err
		}
		w.Branches, c.Value = out, &w
	case *BranchAll:
		w := *v
		out, err := change(v.Branches)
		if err != nil {
			return nil, err
		}
		w.Branches, c.Value = out, &w
	default:
		return nil, noEdit("The step "+quoteName(id)+" has no branches", "Nothing was changed.")
	}
	return replace(f, m, &c), nil
}
