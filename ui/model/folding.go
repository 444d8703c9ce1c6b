package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Fold tells whether what a box holds is shown.
type Fold int

// The folds.
const (
	NoFold Fold = iota
	Folded      // it can be opened
	Open        // it can be folded
)

// Measures of groups.
const (
	groupHead float32 = 40 // from the top of a group to its first card
	groupFoot float32 = 14
)

// appearance is how much of a flow is shown.
type appearance struct {
	folded map[string]bool              // loops, branches and groups, by the ids of their boxes
	gone   []flow.Group                 // that were folded when they went
	open   map[string]bool              // steps that run a flow which is shown in place
	flows  func(path string) *flow.Flow // of the library; nil: none is known
}

// isFolded reports whether what a step holds is folded away.
func (l *layout) isFolded(m *flow.Module) bool {
	return Container(m) && l.prefix == "" && l.folded[m.ID]
}

// inside is the flow that is shown below a step that runs it, nil if none is.
func (l *layout) inside(m *flow.Module) *flow.Flow {
	v, ok := m.Value.(*flow.Subflow)
	if !ok || !l.open[l.id(m.ID)] || l.flows == nil {
		return nil
	}
	return l.flows(v.Path)
}

// foldOf tells what can be done with what a step holds.
func (l *layout) foldOf(m *flow.Module) Fold {
	if v, ok := m.Value.(*flow.Subflow); ok && l.flows != nil && l.flows(v.Path) != nil {
		if l.inside(m) != nil {
			return Open
		}
		return Folded
	}
	switch {
	case !Container(m) || l.prefix != "":
		return NoFold
	case l.isFolded(m):
		return Folded
	}
	return Open
}

// innerOf is the prefix of the boxes of the flow that a step runs.
func (l *layout) innerOf(id string) string {
	if strings.HasPrefix(id, innerPrefix) {
		return id + "/"
	}
	return innerPrefix + id + "/"
}

// opened places the steps of a flow below the step that runs it.
func (l *layout) opened(cx, y float32, id string, f *flow.Flow, depth int, next string) float32 {
	was := l.prefix
	l.prefix = l.innerOf(id)
	if len(f.Value.Modules) > 0 {
		l.Boxes[len(l.Boxes)-1].Below = l.first(f.Value.Modules, next)
		y = l.loop(cx, y, id, f.Value.Modules, depth, next)
	} else {
		y += Distance
	}
	l.prefix = was
	return y
}

// hide notes what is folded into a box.
func (l *layout) hide(m *flow.Module, into string) {
	flow.Walk(&flow.Flow{Value: flow.Value{Modules: []*flow.Module{m}}}, func(s *flow.Module, _ flow.Place, _ int) {
		if s.ID != into {
			l.hidden[s.ID] = into
		}
	})
}

// stretch is a step of a sequence, or a group of several.
type stretch struct {
	group  int // of the flow's groups; -1: a step alone
	mods   []*flow.Module
	folded bool
	of     flow.Group
	note   flow.Note // that surrounds them, instead of a group
}

// groupsOf reads the groups of a flow, and the notes that surround neighbors: they take
// room for what they say, as the groups do.
func (l *layout) groupsOf(f *flow.Flow) {
	all := flow.Groups(f)
	for i, g := range all {
		if n := len(flow.MembersOf(f, g)); n > 0 {
			l.groups = append(l.groups, stretch{group: i, of: g, mods: make([]*flow.Module, n), folded: l.folded[groupID(i)]})
		}
	}
	for i, note := range flow.Notes(f) {
		if g, n := neighbors(f, note); n > 0 {
			l.groups = append(l.groups, stretch{group: len(all) + i, of: g, mods: make([]*flow.Module, n), note: note})
		}
	}
}

// neighbors are the steps that a note surrounds, if they stand one after the other in one
// sequence, with what these hold.
func neighbors(f *flow.Flow, n flow.Note) (g flow.Group, count int) {
	if !n.Around || len(n.Steps) == 0 {
		return g, 0
	}
	around, mods := setOf(n.Steps), map[string]*flow.Module{}
	var seq flow.Place
	flow.Walk(f, func(m *flow.Module, at flow.Place, _ int) {
		mods[m.ID] = m
		switch {
		case !around[m.ID]:
		case g.Start == "":
			g, seq = flow.Group{Start: m.ID, End: m.ID}, at
		case at.Container == seq.Container && at.Branch == seq.Branch:
			g.End = m.ID
		}
	})
	held := map[string]bool{}
	members := flow.MembersOf(f, g)
	for _, id := range members {
		if !around[id] {
			return g, 0
		}
		for _, in := range idsIn([]*flow.Module{mods[id]}) {
			held[in] = true
		}
	}
	for id := range around {
		if mods[id] != nil && !held[id] {
			return g, 0
		}
	}
	return g, len(members)
}

func groupID(i int) string { return groupPrefix + strconv.Itoa(i) }

// spanAt is what a sequence begins with: the largest group that begins there and is
// not one of those around it, else a step.
func (l *layout) spanAt(mods []*flow.Module, in []int) stretch {
	best := stretch{group: -1, mods: mods[:1]}
	if l.prefix != "" {
		return best
	}
	for _, g := range l.groups {
		n := len(g.mods)
		if g.of.Start != mods[0].ID || n > len(mods) || mods[n-1].ID != g.of.End || slices.Contains(in, g.group) || best.group >= 0 && n <= len(best.mods) {
			continue
		}
		best = g
		best.mods = mods[:n]
	}
	return best
}

// group places the steps of a group, or the card that stands for them.
func (l *layout) group(cx, y float32, s stretch, place flow.Place, depth int, next string, in []int) float32 {
	id := groupID(s.group)
	title := First(oneLine(s.of.Summary), say.T(textGroup))
	if s.folded {
		l.box(BoxGroup, id, nil, cx, y, CardWidth, CardHeight)
		b := l.lastBox()
		b.Below, b.Title, b.Color, b.Fold = next, title, s.of.Color, Folded
		b.Line = dots(say.N(flow.Steps(&flow.Flow{Value: flow.Value{Modules: s.mods}}), "%d step", "%d steps"), cut(oneLine(s.of.Note), 80))
		b.Members = idsIn(s.mods)
		for _, m := range s.mods {
			l.hidden[m.ID] = id
			l.hide(m, id)
		}
		return y + CardHeight
	}
	e := l.measureSeq(s.mods, append(slices.Clone(in), s.group)...)
	e.left, e.right, e.height = e.left+framePad, e.right+framePad, e.height+groupHead+groupFoot
	if s.note.ID != "" {
		l.around(cx, y, s.note, e, depth)
		return l.inGroup(cx, y, s, place, depth, next, in)
	}
	l.Frames = append(l.Frames, Frame{Rect: Rect{cx - e.left, y, e.left + e.right, e.height}, ID: id, Depth: depth, Color: s.of.Color, Group: true})
	l.box(BoxGroup, id, nil, cx, y+8, min(CardWidth, e.left+e.right-24), 24)
	b := l.lastBox()
	b.Title, b.Color, b.Fold, b.Line, b.Below = title, s.of.Color, Open, cut(oneLine(s.of.Note), 80), s.mods[0].ID
	b.Members = idsIn(s.mods)
	if inner := l.spanAt(s.mods, append(slices.Clone(in), s.group)); inner.group >= 0 && inner.note.ID == "" {
		b.Below = groupID(inner.group)
	}
	if _, have := l.heads[s.mods[0].ID]; !have {
		l.heads[s.mods[0].ID] = id
	}
	return l.inGroup(cx, y, s, place, depth, next, in)
}

// around places a note around what takes this room.
func (l *layout) around(cx, y float32, n flow.Note, e extent, depth int) {
	l.noted[n.ID] = true
	l.Frames = append(l.Frames, Frame{Rect: Rect{cx - e.left, y, e.left + e.right, e.height}, ID: notePrefix + n.ID, Depth: depth, Color: n.Color, Group: true})
	l.box(BoxNote, notePrefix+n.ID, nil, cx, y+6, e.left+e.right, noteHead)
	b := l.lastBox()
	b.Title, b.Color, b.Locked, b.Around = noteText(n.Text), n.Color, n.Locked, true
}

// inGroup places what stands in a group below its head.
func (l *layout) inGroup(cx, y float32, s stretch, place flow.Place, depth int, next string, in []int) float32 {
	bottom := l.seq(cx, y+groupHead, s.mods, place, depth, next, append(slices.Clone(in), s.group)...)
	last := s.mods[len(s.mods)-1].ID
	l.wire(last, next, Point{cx, bottom}, Point{cx, bottom + groupFoot})
	return bottom + groupFoot
}

func idsIn(mods []*flow.Module) (ids []string) {
	flow.Walk(&flow.Flow{Value: flow.Value{Modules: mods}}, func(m *flow.Module, _ flow.Place, _ int) { ids = append(ids, m.ID) })
	return ids
}

func (l *layout) lastBox() *Box { return &l.Boxes[len(l.Boxes)-1] }

// land brings what leads to a step to the box that stands for it.
func (l *layout) land(f *flow.Flow) {
	for i := range l.Boxes {
		b := &l.Boxes[i]
		if into := l.hidden[b.Below]; into != "" {
			b.Below = into
		}
		if head := l.heads[b.Below]; head != "" && b.Kind != BoxGroup {
			b.Below = head
		}
	}
	for i := range l.Pluses {
		if into := l.hidden[l.Pluses[i].After]; into != "" {
			l.Pluses[i].After = into
		}
	}
	l.notes(f)
}

// Fold shows what a box holds, or folds it away: a loop, a branch, a group, or the flow
// that a step runs.
func (m *Model) Fold(id string) Dirty {
	scene := m.layout()
	b, ok := scene.Box(id)
	if !ok || b.Fold == NoFold {
		return Dirty{}
	}
	return m.setFold(b, b.Fold == Open)
}

func (m *Model) setFold(b Box, fold bool) Dirty {
	a := &m.looks
	if b.Kind == BoxStep && b.Opens {
		a.open = toggled(a.open, b.ID, !fold)
		if m.run != nil {
			m.run.moved++ // what is seen of it
		}
	} else {
		a.folded = toggled(a.folded, b.ID, fold)
	}
	m.shape = nil
	d := Dirty{Panes: PaneCanvas, Shape: true}
	if into := m.layout().hidden[m.selected]; into != "" || strings.HasPrefix(m.selected, innerPrefix) && !m.there(m.selected) || strings.HasPrefix(m.selected, placePrefix) && !m.there(m.selected) {
		d = d.And(m.Select(b.ID))
	}
	return d
}

// toggled is a set with an id in it, or without. Sets are handed on and never changed.
func toggled(set map[string]bool, id string, in bool) map[string]bool {
	out := maps.Clone(set)
	if out == nil {
		out = map[string]bool{}
	}
	if out[id] = true; !in {
		delete(out, id)
	}
	return out
}

// FoldAll folds all loops, branches and groups of the flow, or opens them.
func (m *Model) FoldAll(fold bool) Dirty {
	if m.doc == nil {
		return Dirty{}
	}
	m.looks.folded = map[string]bool{}
	if fold {
		flow.Walk(m.doc.Flow, func(s *flow.Module, at flow.Place, _ int) {
			if Container(s) {
				m.looks.folded[s.ID] = true
			}
		})
		for i := range flow.Groups(m.doc.Flow) {
			m.looks.folded[groupID(i)] = true
		}
	}
	m.shape = nil
	if into := m.outermost(m.selected); into != "" {
		return m.Select(into).And(Dirty{Panes: PaneCanvas, Shape: true})
	}
	return Dirty{Panes: PaneCanvas, Shape: true}
}

// outermost is the box that a step is folded into, "" if it is shown.
func (m *Model) outermost(id string) (into string) {
	hidden := m.layout().hidden
	for next := hidden[id]; next != "" && next != into; next = hidden[next] {
		into = next
	}
	return into
}

// unfold opens what a step is folded into, so that it can be seen.
func (m *Model) unfold(id string) bool {
	opened := false
	for range 100 { // what is around it, from the outside
		into := m.outermost(id)
		if into == "" {
			break
		}
		m.looks.folded = toggled(m.looks.folded, into, false)
		m.shape, opened = nil, true
	}
	return opened
}

// beginFolded folds what a flow wants to be folded when it is opened.
func (m *Model) beginFolded() {
	m.looks = appearance{flows: m.innerFlow}
	if m.doc == nil {
		return
	}
	for i, g := range flow.Groups(m.doc.Flow) {
		if g.Folded {
			m.looks.folded = toggled(m.looks.folded, groupID(i), true)
		}
	}
}

// innerFlow is a flow that a step runs: of a run's own flow, as it ran.
func (m *Model) innerFlow(path string) *flow.Flow {
	if m.doc != nil && m.doc.ReadOnly && m.run != nil && m.run.plan != nil {
		return m.run.flowOf(path)
	}
	f, err := m.flows(path)
	if err != nil {
		return nil
	}
	return f
}

// layout is where everything of the open flow stands.
func (m *Model) layout() *layout {
	if m.doc == nil {
		return &layout{}
	}
	if m.shape == nil || m.shapeOf != m.doc.Flow {
		a := m.looks
		a.flows = m.innerFlow
		m.shape, m.shapeOf = layAs(m.doc.Flow, a), m.doc.Flow
	}
	return m.shape
}

// innerStates are the states of the steps of opened flows, by the ids of their boxes.
func (s *sight) innerStates() map[string]*stepView {
	out := map[string]*stepView{}
	key := make([]string, len(s.items))
	for i := range s.items {
		it := &s.items[i]
		if !it.inner {
			key[i] = it.name
			continue
		}
		up := it.up
		for up >= 0 && !s.items[up].opens {
			up = s.items[up].up
		}
		if up < 0 {
			continue
		}
		prefix := key[up]
		if !strings.HasPrefix(prefix, innerPrefix) {
			prefix = innerPrefix + prefix
		}
		key[i] = prefix + "/" + it.name
		out[key[i]] = it.st
	}
	return out
}

// selectInner selects a step of an opened flow: on the screen the step that runs that
// flow is selected, and of the run the inner one is shown.
func (m *Model) selectInner(id string) Dirty {
	outer, _, _ := strings.Cut(strings.TrimPrefix(id, innerPrefix), "/")
	var within run.StepID
	if m.run != nil {
		if st := m.see(m.run).innerStates()[id]; st != nil {
			within = st.ID
		}
	}
	d := m.Select(outer)
	m.within, m.inner = within, id
	return d.And(Dirty{Panes: PaneCanvas | PaneRun, Select: true})
}
