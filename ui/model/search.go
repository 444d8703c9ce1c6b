package model

import (
	"slices"
	"strings"

	"sluice/engine/flow"
)

// search is what is looked for on the canvas.
type search struct {
	query string
	of    *flow.Flow // that it was looked for in
	ids   []string   // boxes, in the order of the flow
}

// FindOnCanvas looks for a text in the ids, titles, code, inputs and conditions of all
// steps, and in notes and groups; "" ends the search. What it finds bears a mark.
func (m *Model) FindOnCanvas(query string) Dirty {
	if query == m.search.query {
		return Dirty{}
	}
	m.search = search{query: query}
	return Dirty{Panes: PaneCanvas}
}

// Matches are the boxes that the search found, and which of them is selected; -1: none.
func (m *Model) Matches() (ids []string, at int) {
	ids = m.found()
	return ids, slices.Index(ids, m.selected)
}

// NextMatch selects the next thing that was found, or the one before.
func (m *Model) NextMatch(delta int) Dirty {
	ids, at := m.Matches()
	if len(ids) == 0 {
		return Dirty{}
	}
	switch {
	case at >= 0:
		at = (at + delta + len(ids)) % len(ids)
	case delta < 0:
		at = len(ids) - 1
	default:
		at = 0
	}
	return m.Select(ids[at]).And(Dirty{Panes: PaneCanvas, Select: true})
}

func (m *Model) found() []string {
	s := &m.search
	if m.doc == nil || strings.TrimSpace(s.query) == "" {
		return nil
	}
	if s.of == m.doc.Flow {
		return s.ids
	}
	s.of, s.ids = m.doc.Flow, nil
	words := strings.Fields(strings.ToLower(s.query))
	holds := func(parts ...string) bool {
		text := strings.ToLower(strings.Join(parts, "\n"))
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}
	flow.Every(m.doc.Flow, func(st *flow.Module) {
		id := st.ID
		switch st {
		case m.doc.Flow.Value.FailureModule:
			id = flow.FailureID
		case m.doc.Flow.Value.PreprocessorModule:
			id = PreprocessorID
		}
		if holds(m.said(st)...) {
			s.ids = append(s.ids, id)
		}
	})
	for i, g := range flow.Groups(m.doc.Flow) {
		if holds(g.Summary, g.Note) && m.there(groupID(i)) {
			s.ids = append(s.ids, groupID(i))
		}
	}
	for _, n := range flow.Notes(m.doc.Flow) {
		if holds(n.Text) {
			s.ids = append(s.ids, notePrefix+n.ID)
		}
	}
	return s.ids
}

// said is all that a step says: its id, its title, what it runs, what goes in, and on
// what it depends.
func (m *Model) said(s *flow.Module) []string {
	_, kind := m.Kind(s)
	out := []string{s.ID, m.Title(s), kind}
	in := flow.InputsOf(s)
	for _, name := range in.Names {
		if one := in.By[name]; one != nil {
			out = append(out, name, inputText(one))
		}
	}
	if s.SkipIf != nil {
		out = append(out, s.SkipIf.Expr)
	}
	if s.StopAfterIf != nil {
		out = append(out, s.StopAfterIf.Expr)
	}
	switch v := s.Value.(type) {
	case *flow.RawScript:
		out = append(out, v.Content)
	case *flow.Script:
		if c, ok := m.lookup(v.Path); ok {
			out = append(out, c.Content)
		}
		out = append(out, v.Path)
	case *flow.Subflow:
		out = append(out, v.Path)
	case *flow.ForLoop:
		if v.Iterator != nil {
			out = append(out, inputText(v.Iterator))
		}
	case *flow.BranchOne, *flow.BranchAll:
		for _, b := range branchesOf(s) {
			out = append(out, b.Summary, b.Expr)
		}
	case *flow.Agent, *flow.Identity, *flow.Unknown, *flow.WhileLoop:
		// They say no more.
	}
	return out
}
