package flow

import (
	"slices"
)

// Rename gives a step another id, and rewrites the references to its result in
// every expression where the text leaves no doubt.
func Rename(f *Flow, id, newID string) (*Flow, error) {
	m, _ := Find(f, id)
	switch {
	case m == nil || m.ID != id:
		return nil, notFound(id)
	case id == newID:
		return f, nil
	case !idLike(newID):
		return nil, noEdit(quoteName(newID)+" cannot be an id", "Use letters, digits, _ and -. Nothing was changed.")
	case reserved[newID] && m != f.Value.FailureModule && m != f.Value.PreprocessorModule:
		return nil, noEdit("The id "+quoteName(newID)+" has a meaning of its own", "Choose another id. Nothing was changed.")
	}
	if other, _ := Find(f, newID); other != nil && other != m {
		return nil, noEdit("There is a step "+quoteName(newID)+" already", "Choose another id. Nothing was changed.")
	}
	return rename(f, id, newID), nil
}

func rename(f *Flow, id, newID string) *Flow {
	r := renamer{root: "results", from: id, to: newID}
	g := *mapModules(f, r.module)
	g.Value.SkipExpr = r.expr(g.Value.SkipExpr)
	if g.Value.EarlyReturn == id {
		g.Value.EarlyReturn = newID
	}
	g.Value.Notes, g.Value.Groups = r.drawn(g.Value.Notes), r.drawn(g.Value.Groups)
	return &g
}

// RenameInput rewrites the references to an input of the flow in every expression where
// the text leaves no doubt. The schema is the caller's.
func RenameInput(f *Flow, name, to string) *Flow {
	r := renamer{root: "flow_input", from: name, to: to}
	g := *mapModules(f, r.module)
	g.Value.SkipExpr = r.expr(g.Value.SkipExpr)
	return &g
}

// RenameAnswer rewrites the references to a field of the form of a step's approval, such as
// resume["reason"], in the expressions that hear its answers. The form is the caller's.
func RenameAnswer(f *Flow, gate, name, to string) *Flow {
	r := renamer{root: "resume", from: name, to: to}
	o := newSequence(f)
	return mapModules(f, func(m *Module) *Module {
		if o.gate(m.ID) != gate {
			return m
		}
		return r.module(m)
	})
}

// AnswerReaders lists the steps whose expressions read a field of the form of a step's
// approval, in their order.
func AnswerReaders(f *Flow, gate, name string) (ids []string) {
	o := newSequence(f)
	Every(f, func(m *Module) {
		found := false
		if r := (renamer{root: "resume", from: name, seen: &found}); o.gate(m.ID) == gate {
			r.module(m)
		}
		if found {
			ids = append(ids, m.ID)
		}
	})
	return ids
}

// InputReaders lists the steps whose expressions read an input of the flow, in their
// order. What cannot be read for certain counts where it mentions the name.
func InputReaders(f *Flow, name string) (ids []string) {
	Every(f, func(m *Module) {
		found := false
		r := renamer{root: "flow_input", from: name, seen: &found}
		r.module(m)
		if found {
			ids = append(ids, m.ID)
		}
	})
	return ids
}

// renamer gives a member of results, flow_input or resume another name.
type renamer struct {
	root, from, to string
	seen           *bool // not nil: nothing is renamed, and this tells whether anything would be
}

func (r renamer) expr(s string) string {
	if r.seen != nil && r.root == "resume" {
		*r.seen = *r.seen || renameMember(s, r.root, r.from, r.from+"_") != s
		return s
	}
	if r.seen != nil {
		*r.seen = *r.seen || slices.Contains(Uses(s).Inputs, r.from)
		return s
	}
	return renameMember(s, r.root, r.from, r.to)
}

func (r renamer) module(m *Module) *Module {
	c := *m
	if c.ID == r.from && r.root == "results" {
		c.ID = r.to
	}
	c.LegacyInputs = r.inputs(m.LegacyInputs)
	c.StopAfterIf, c.StopAfterAllItersIf = r.stop(m.StopAfterIf), r.stop(m.StopAfterAllItersIf)
	c.SkipIf = r.predicate(m.SkipIf)
	c.Sleep, c.Timeout = r.input(m.Sleep), r.input(m.Timeout)
	if s := m.Suspend; s != nil {
		if in := r.input(s.UserGroups); in != s.UserGroups {
			d := *s
			d.UserGroups = in
			c.Suspend = &d
		}
	}
	if t := m.Retry; t != nil {
		if p := r.predicate(t.RetryIf); p != t.RetryIf {
			d := *t
			d.RetryIf = p
			c.Retry = &d
		}
	}
	c.Value = r.value(m.Value)
	if c.ID == m.ID && c.LegacyInputs == m.LegacyInputs && c.StopAfterIf == m.StopAfterIf &&
		c.StopAfterAllItersIf == m.StopAfterAllItersIf && c.SkipIf == m.SkipIf && c.Sleep == m.Sleep &&
		c.Timeout == m.Timeout && c.Suspend == m.Suspend && c.Retry == m.Retry && c.Value == m.Value {
		return m
	}
	return &c
}

func (r renamer) value(v ModuleValue) ModuleValue {
	switch v := v.(type) {
	case *RawScript:
		if in := r.inputs(v.Inputs); in != v.Inputs {
			w := *v
			w.Inputs = in
			return &w
		}
	case *Script:
		if in := r.inputs(v.Inputs); in != v.Inputs {
			w := *v
			w.Inputs = in
			return &w
		}
	case *Subflow:
		if in := r.inputs(v.Inputs); in != v.Inputs {
			w := *v
			w.Inputs = in
			return &w
		}
	case *Agent:
		if in := r.inputs(v.Inputs); in != v.Inputs {
			w := *v
			w.Inputs = in
			return &w
		}
	case *ForLoop:
		it, par := r.input(v.Iterator), r.input(v.Parallelism)
		if it != v.Iterator || par != v.Parallelism {
			w := *v
			w.Iterator, w.Parallelism = it, par
			return &w
		}
	case *WhileLoop:
		if par := r.input(v.Parallelism); par != v.Parallelism {
			w := *v
			w.Parallelism = par
			return &w
		}
	case *BranchOne:
		out := slices.Clone(v.Branches)
		for i, b := range v.Branches {
			if e := r.expr(b.Expr); e != b.Expr {
				d := *b
				d.Expr = e
				out[i] = &d
			}
		}
		if !slices.Equal(out, v.Branches) {
			w := *v
			w.Branches = out
			return &w
		}
	case *BranchAll, *Identity, *Unknown:
		// They hold no expressions; their steps are renamed one by one.
	}
	return v
}

func (r renamer) inputs(in *Inputs) *Inputs {
	if in == nil {
		return nil
	}
	out := in
	for _, name := range in.Names {
		one := r.input(in.By[name])
		if one == in.By[name] {
			continue
		}
		if out == in {
			out = in.Clone()
		}
		out.By[name] = one
	}
	return out
}

func (r renamer) input(in *Input) *Input {
	if in == nil || in.Kind != JavaScript {
		return in
	}
	e := r.expr(in.Expr)
	if e == in.Expr {
		return in
	}
	c := *in
	c.Expr = e
	return &c
}

func (r renamer) predicate(p *Predicate) *Predicate {
	if p == nil || r.expr(p.Expr) == p.Expr {
		return p
	}
	c := *p
	c.Expr = r.expr(p.Expr)
	return &c
}

func (r renamer) stop(s *StopAfter) *StopAfter {
	if s == nil || r.expr(s.Expr) == s.Expr {
		return s
	}
	c := *s
	c.Expr = r.expr(s.Expr)
	return &c
}

// drawn rewrites the ids that notes and groups on the canvas name.
func (r renamer) drawn(raw Raw) Raw {
	n, err := readTree(raw)
	if err != nil || n.kind() != '[' {
		return raw
	}
	swap := func(n *node) {
		if id, ok := n.text(); ok && id == r.from {
			n.src = quote(r.to)
		}
	}
	for _, one := range n.kids {
		for i, key := range one.keys {
			switch key {
			case "start_id", "end_id":
				swap(one.kids[i])
			case "contained_node_ids":
				for _, kid := range one.kids[i].kids {
					swap(kid)
				}
			}
		}
	}
	return n.rewrite()
}

// Clone returns a copy of the list of inputs that can be changed: the inputs
// themselves are shared.
func (in *Inputs) Clone() *Inputs {
	if in == nil {
		return &Inputs{By: map[string]*Input{}}
	}
	c := &Inputs{Names: slices.Clone(in.Names), By: make(map[string]*Input, len(in.By))}
	for name, one := range in.By {
		c.By[name] = one
	}
	return c
}

// Set returns a copy of the list in which one input has another value; a nil
// input is taken out.
func (in *Inputs) Set(name string, one *Input) *Inputs {
	c := in.Clone()
	_, had := c.By[name]
	switch {
	case one == nil:
		delete(c.By, name)
		c.Names = slices.DeleteFunc(c.Names, func(n string) bool { return n == name })
		return c
	case !had:
		c.Names = append(c.Names, name)
	}
	c.By[name] = one
	return c
}
