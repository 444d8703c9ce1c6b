package flow

import (
	"slices"
	"strings"
)

// Circles names the steps of a flow that would run without an end, because the
// flow they run comes back to itself or to this one. The path is where the flow
// is or will be kept, "" if nowhere. lookup finds the flows of other paths; one
// that it does not find ends the search there, as nobody can start it anyway.
func Circles(path string, f *Flow, lookup func(path string) (*Flow, error)) []Problem {
	s := circleSearch{lookup: lookup, ends: map[string]bool{}}
	if path != "" {
		s.chain = []string{path}
	}
	var found []Problem
	Every(f, func(m *Module) {
		v, ok := m.Value.(*Subflow)
		if !ok {
			return
		}
		if circle := s.from(v.Path); circle != nil {
			found = append(found, Problem{
				Code: ProblemCycle, Severity: SeverityError, Step: m.ID, Field: "value.path",
				Title: "The flows run each other in a circle: " + strings.Join(circle, " → "),
				Hint:  "Take one of these steps out: such a flow would never end.",
			})
		}
	})
	return found
}

type circleSearch struct {
	lookup func(path string) (*Flow, error)
	chain  []string        // from the flow that is checked to the one looked into
	ends   map[string]bool // paths that lead into no circle
}

// from returns the first circle that running a path gets into, closed by the
// path that it began with; nil if there is none.
func (s *circleSearch) from(path string) []string {
	if i := slices.Index(s.chain, path); i >= 0 {
		return append(slices.Clone(s.chain[i:]), path)
	}
	if s.ends[path] {
		return nil
	}
	f, err := s.lookup(path)
	if err != nil || f == nil {
		s.ends[path] = true
		return nil
	}
	s.chain = append(s.chain, path)
	defer func() { s.chain = s.chain[:len(s.chain)-1] }()
	var circle []string
	Every(f, func(m *Module) {
		if v, ok := m.Value.(*Subflow); ok && circle == nil {
			circle = s.from(v.Path)
		}
	})
	s.ends[path] = circle == nil
	return circle
}
