package model

import (
	"slices"
	"strings"

	"sluice/engine/flow"
)

// Ids of boxes that stand for no step begin with a sign that no step's id has first.
const (
	notePrefix  = "#note "
	groupPrefix = "#group "
	placePrefix = "#place "
	innerPrefix = "#in "
)

// SelectAlso adds a step to the selected ones, or takes it out of them.
func (m *Model) SelectAlso(id string) Dirty {
	if m.doc == nil || id == "" || id == m.selected && len(m.more) == 0 {
		return Dirty{}
	}
	if !m.choosable(id) || !m.choosable(m.selected) {
		return m.Select(id)
	}
	have := m.more
	if len(have) == 0 {
		have = []string{m.selected}
	}
	if at := slices.Index(have, id); at >= 0 {
		have = slices.Delete(slices.Clone(have), at, at+1)
	} else {
		have = append(slices.Clone(have), id)
	}
	return m.SelectSteps(have)
}

// choosable reports whether a box can be one of several that are selected.
func (m *Model) choosable(id string) bool {
	if strings.HasPrefix(id, notePrefix) {
		return true
	}
	s, at := flow.Find(m.doc.Flow, id)
	return s != nil && at.Index >= 0
}

// SelectSteps selects several steps and notes; the last is the one that the inspector
// shows.
func (m *Model) SelectSteps(ids []string) Dirty {
	if m.doc == nil {
		return Dirty{}
	}
	var kept []string
	for _, id := range ids {
		if m.choosable(id) && !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	if len(kept) == 0 {
		return m.Select("")
	}
	d := m.Select(kept[len(kept)-1])
	if slices.Equal(m.more, kept) {
		return d
	}
	if m.more = kept; len(kept) == 1 {
		m.more = nil
	}
	return d.And(Dirty{Panes: PaneCanvas | PaneInspector, Nodes: kept})
}

// SelectAll selects the steps beside the selected one; all of the flow where these are
// selected already, or none is.
func (m *Model) SelectAll() Dirty {
	if m.doc == nil {
		return Dirty{}
	}
	_, at := flow.Find(m.doc.Flow, m.selected)
	var beside, all []string
	flow.Walk(m.doc.Flow, func(s *flow.Module, p flow.Place, _ int) {
		if p.Container == at.Container && p.Branch == at.Branch {
			beside = append(beside, s.ID)
		}
		if p.Container == "" {
			all = append(all, s.ID)
		}
	})
	if s := m.SelectedStep(); s == nil || at.Index < 0 || len(beside) == len(m.Selection()) {
		beside = all
	}
	if m.selected != "" && slices.Contains(beside, m.selected) { // the inspector stays where it is
		beside = append(slices.DeleteFunc(beside, func(id string) bool { return id == m.selected }), m.selected)
	}
	return m.SelectSteps(beside)
}

// Selection lists the selected steps in the order of the flow; of a step inside another
// that is selected, too, only the outer one.
func (m *Model) Selection() []string {
	if m.doc == nil {
		return nil
	}
	if len(m.more) == 0 {
		if s := m.SelectedStep(); s != nil {
			return []string{m.selected}
		}
		return nil
	}
	return roots(m.doc.Flow, m.more)
}

// SelectedNotes lists the ids of the selected notes, as the file has them.
func (m *Model) SelectedNotes() (ids []string) {
	for _, id := range slices.Concat(m.more, []string{m.selected}) {
		if note, ok := strings.CutPrefix(id, notePrefix); ok {
			ids = with(ids, note)
		}
	}
	return ids
}

// roots are the steps of a list in the order of the flow, without those that stand in
// another of them.
func roots(f *flow.Flow, ids []string) (out []string) {
	under := -1 // the depth of the last root, while the walk is inside of it
	flow.Walk(f, func(s *flow.Module, _ flow.Place, depth int) {
		if under >= 0 && depth > under {
			return
		}
		if under = -1; slices.Contains(ids, s.ID) {
			out, under = append(out, s.ID), depth
		}
	})
	return out
}

// keepChosen lets go of what is no more.
func (m *Model) keepChosen() {
	if len(m.more) == 0 {
		return
	}
	left := slices.DeleteFunc(slices.Clone(m.more), func(id string) bool {
		return !m.choosable(id) || strings.HasPrefix(id, notePrefix) && !m.there(id)
	})
	if m.more = left; len(left) < 2 {
		m.more = nil
	}
	if len(left) > 0 && !slices.Contains(left, m.selected) {
		m.selected = left[len(left)-1]
	}
}

// there reports whether a box that stands for no step is on the canvas.
func (m *Model) there(id string) bool {
	scene := m.layout()
	_, ok := scene.Box(id)
	return ok
}
