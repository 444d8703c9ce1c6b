package flow

import "slices"

// reserved are ids with a meaning of their own.
var reserved = map[string]bool{"failure": true, "preprocessor": true, "Input": true}

// jsWords cannot be names in JavaScript.
var jsWords = []string{
	"do", "if", "in", "for", "new", "try", "var", "case", "else", "enum", "null", "this", "true", "void", "with",
	"await", "break", "catch", "class", "const", "false", "super", "throw", "while", "yield", "delete", "export",
	"import", "return", "switch", "typeof", "default", "extends", "finally", "continue", "debugger", "function", "instanceof",
}

// oddWords cannot be names in some places; new ids avoid them, too.
var oddWords = []string{"as", "is", "of", "get", "let", "set", "eval", "from", "async", "public", "static"}

// NewID returns the next free id of a flow: a, b, … z, aa, ab, …
func NewID(f *Flow) string {
	taken := map[string]bool{}
	Every(f, func(m *Module) { taken[m.ID] = true })
	return nextID(taken)
}

func nextID(taken map[string]bool) string {
	for n := 1; ; n++ {
		id := letters(n)
		if !taken[id] && !reserved[id] && !slices.Contains(jsWords, id) && !slices.Contains(oddWords, id) {
			return id
		}
	}
}

// letters counts 1, 2, … as a, b, … z, aa, ab, …
func letters(n int) string {
	var out []byte
	for ; n > 0; n = (n - 1) / 26 {
		out = append(out, byte('a'+(n-1)%26))
	}
	slices.Reverse(out)
	return string(out)
}

// Fresh returns a copy of m with new ids for it and for the steps in it, so that
// it can stand in f beside the original. References among the copied steps
// follow. It serves copy and paste.
func Fresh(f *Flow, m *Module) *Module {
	taken := map[string]bool{}
	Every(f, func(m *Module) { taken[m.ID] = true })
	for _, id := range idsOf(m) {
		taken[id] = true
	}
	box := &Flow{Value: Value{Modules: []*Module{m}}}
	for _, id := range idsOf(m) {
		next := nextID(taken)
		taken[next] = true
		box = rename(box, id, next)
	}
	return box.Value.Modules[0]
}

// FreshAll is Fresh for several steps: those that have an id of f, or of one before
// them, get new ones, and what the others read of them follows.
func FreshAll(f *Flow, mods []*Module) []*Module {
	taken, here, count := map[string]bool{}, map[string]bool{}, map[string]int{}
	Every(f, func(m *Module) { taken[m.ID], here[m.ID] = true, true })
	for _, m := range mods {
		for _, id := range idsOf(m) {
			taken[id] = true
			count[id]++
		}
	}
	clash := func(m *Module) bool {
		return slices.ContainsFunc(idsOf(m), func(id string) bool { return here[id] })
	}
	box := &Flow{Value: Value{Modules: mods}}
	for _, m := range mods {
		if !clash(m) {
			continue
		}
		for _, id := range idsOf(m) {
			if count[id] > 1 {
				continue
			}
			next := nextID(taken)
			taken[next] = true
			box = rename(box, id, next)
		}
	}
	out := slices.Clone(box.Value.Modules)
	for i, m := range out { // what is double among them
		if clash(m) {
			m = Fresh(&Flow{Value: Value{Modules: slices.Concat(f.Value.Modules, out)}}, m)
		}
		for _, id := range idsOf(m) {
			here[id] = true
		}
		out[i] = m
	}
	return out
}

// FillIDs gives the steps that have no id the next free one. Files of early
// years leave ids out, and a flow needs them to run.
func FillIDs(f *Flow) *Flow {
	taken := map[string]bool{}
	Every(f, func(m *Module) { taken[m.ID] = true })
	give := func(m *Module) *Module {
		if m.ID != "" {
			return m
		}
		c := *m
		c.ID = nextID(taken)
		taken[c.ID] = true
		return &c
	}
	var fill func(mods []*Module) []*Module
	fill = func(mods []*Module) []*Module {
		out := mods
		for i, m := range mods {
			n := give(m)
			for _, l := range listsOf(n.Value) {
				if in := fill(l.mods); len(in) > 0 && &in[0] != &l.mods[0] {
					n = withList(n, l.branch, in)
				}
			}
			if n != m {
				if &out[0] == &mods[0] {
					out = slices.Clone(mods)
				}
				out[i] = n
			}
		}
		return out
	}
	mods := fill(f.Value.Modules)
	failure := f.Value.FailureModule
	if failure != nil && failure.ID == "" {
		c := *failure
		c.ID = FailureID
		failure = &c
	}
	if failure == f.Value.FailureModule && (len(mods) == 0 || &mods[0] == &f.Value.Modules[0]) {
		return f
	}
	g := *f
	g.Value.Modules, g.Value.FailureModule = mods, failure
	return &g
}
