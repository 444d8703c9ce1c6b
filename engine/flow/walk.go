package flow

// FailureID is the id under which the failure module of a flow runs and is
// shown, whatever id its file gives it.
const FailureID = "failure"

// Place is where a module stands: in the root (Container ""), in a loop, or in
// a branch of a BranchOne or BranchAll. Branch counts the branches; -1 is the
// default of a BranchOne, and means nothing in the root and in loops.
type Place struct {
	Container string
	Branch    int
	Index     int
}

// Walk calls visit for every module of the main tree, parents before children,
// in the order of the file. Depth is 0 in the root. The failure and the
// preprocessor module are not part of the tree; see Every.
func Walk(f *Flow, visit func(m *Module, at Place, depth int)) {
	walk(f.Value.Modules, Place{Branch: -1}, 0, visit)
}

func walk(mods []*Module, at Place, depth int, visit func(*Module, Place, int)) {
	for i, m := range mods {
		at.Index = i
		visit(m, at, depth)
		for _, l := range listsOf(m.Value) {
			walk(l.mods, Place{Container: m.ID, Branch: l.branch}, depth+1, visit)
		}
	}
}

// Every calls visit for every module of the flow, the failure and the
// preprocessor module included.
func Every(f *Flow, visit func(m *Module)) {
	every(f, func(m *Module, _, _ *Module) { visit(m) })
}

// every also tells the enclosing module and the one before, nil if none.
func every(f *Flow, visit func(m, parent, prior *Module)) {
	var list func(mods []*Module, parent *Module)
	list = func(mods []*Module, parent *Module) {
		var prior *Module
		for _, m := range mods {
			visit(m, parent, prior)
			for _, l := range listsOf(m.Value) {
				list(l.mods, m)
			}
			prior = m
		}
	}
	list(f.Value.Modules, nil)
	for _, m := range []*Module{f.Value.FailureModule, f.Value.PreprocessorModule} {
		if m != nil {
			list([]*Module{m}, nil)
		}
	}
}

// modList is one list of modules inside a container.
type modList struct {
	branch int
	mods   []*Module
}

func listsOf(v ModuleValue) []modList {
	switch v := v.(type) {
	case *ForLoop:
		return []modList{{-1, v.Modules}}
	case *WhileLoop:
		return []modList{{-1, v.Modules}}
	case *BranchOne:
		var all []modList
		for i, b := range v.Branches {
			all = append(all, modList{i, b.Modules})
		}
		return append(all, modList{-1, v.Default})
	case *BranchAll:
		var all []modList
		for i, b := range v.Branches {
			all = append(all, modList{i, b.Modules})
		}
		return all
	case *Agent, *Identity, *RawScript, *Script, *Subflow, *Unknown:
		// They hold no steps.
	}
	return nil
}

// Steps returns how many modules the tree of a flow has.
func Steps(f *Flow) int {
	n := 0
	Walk(f, func(*Module, Place, int) { n++ })
	return n
}

// Find returns the module of an id and its place, nil if there is none. The
// failure and the preprocessor module are found under their own ids, at a
// Place whose Container is that id and whose Index is -1.
func Find(f *Flow, id string) (*Module, Place) {
	var found *Module
	var where Place
	Walk(f, func(m *Module, at Place, _ int) {
		if found == nil && m.ID == id {
			found, where = m, at
		}
	})
	if found != nil {
		return found, where
	}
	if m := f.Value.FailureModule; m != nil && (m.ID == id || id == FailureID) {
		return m, Place{Container: FailureID, Branch: -1, Index: -1}
	}
	if m := f.Value.PreprocessorModule; m != nil && (m.ID == id || id == "preprocessor") {
		return m, Place{Container: "preprocessor", Branch: -1, Index: -1}
	}
	return nil, Place{}
}

// mapModules returns a flow whose every module was passed through change, inner
// ones first. Where change returns its argument, the module is shared.
func mapModules(f *Flow, change func(*Module) *Module) *Flow {
	g := *f
	mods, same := mapList(f.Value.Modules, change)
	failure, sameF := mapOne(f.Value.FailureModule, change)
	pre, sameP := mapOne(f.Value.PreprocessorModule, change)
	if same && sameF && sameP {
		return f
	}
	g.Value.Modules, g.Value.FailureModule, g.Value.PreprocessorModule = mods, failure, pre
	return &g
}

func mapList(mods []*Module, change func(*Module) *Module) ([]*Module, bool) {
	var out []*Module
	for i, m := range mods {
		n, same := mapOne(m, change)
		if same {
			continue
		}
		if out == nil {
			out = append([]*Module{}, mods...)
		}
		out[i] = n
	}
	if out == nil {
		return mods, true
	}
	return out, false
}

func mapOne(m *Module, change func(*Module) *Module) (*Module, bool) {
	if m == nil {
		return nil, true
	}
	n := m
	for _, l := range listsOf(m.Value) {
		if mods, same := mapList(l.mods, change); !same {
			n = withList(n, l.branch, mods)
		}
	}
	n = change(n)
	return n, n == m
}

// withList returns a copy of a container with other modules in one of its lists.
func withList(m *Module, branch int, mods []*Module) *Module {
	c := *m
	switch v := m.Value.(type) {
	case *ForLoop:
		w := *v
		w.Modules = mods
		c.Value = &w
	case *WhileLoop:
		w := *v
		w.Modules = mods
		c.Value = &w
	case *BranchOne:
		w := *v
		if branch < 0 {
			w.Default = mods
		} else {
			w.Branches = withBranch(v.Branches, branch, mods)
		}
		c.Value = &w
	case *BranchAll:
		w := *v
		w.Branches = withBranch(v.Branches, branch, mods)
		c.Value = &w
	case *Agent, *Identity, *RawScript, *Script, *Subflow, *Unknown:
		// They hold no steps.
	}
	return &c
}

func withBranch(branches []*Branch, at int, mods []*Module) []*Branch {
	out := append([]*Branch{}, branches...)
	b := *out[at]
	b.Modules = mods
	out[at] = &b
	return out
}
