package model

import (
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Spot is where a step that is added or pasted goes.
type Spot struct {
	Place flow.Place
	// Words name the spot: `after “a”`, `as the first step of loop l`.
	Words string
}

// SpotFor tells where a step goes that is added or pasted by the keyboard: after what is
// selected, or inside of it. An empty loop or branch takes it inside anyway.
func (m *Model) SpotFor(inside bool) Spot {
	f := m.doc.Flow
	id := m.selected
	if g, _, ok := m.GroupOf(id); ok {
		id = g.End
	}
	if at, ok := strings.CutPrefix(id, placePrefix); ok {
		scene := m.layout()
		if p, ok := scene.PlusOn(placePrefix + at); ok {
			return m.SpotOf(p)
		}
	}
	s, at := flow.Find(f, id)
	switch {
	case id == InputID:
		return Spot{flow.Place{Branch: noBranch}, textAfter(say.T(textInput))}
	case s == nil, at.Index < 0:
		return Spot{flow.Place{Branch: noBranch, Index: len(f.Value.Modules)}, say.T(textAtTheEnd)}
	case Container(s) && (inside || len(held(s)) == 0 && !m.looks.folded[id]):
		branch := noBranch
		if branches := branchesOf(s); len(branches) > 0 {
			branch = 0
		}
		return m.spotInside(flow.Place{Container: id, Branch: branch})
	}
	at.Index++
	return Spot{at, textAfter(id)}
}

// SpotOf names the place of a plus.
func (m *Model) SpotOf(p Plus) Spot {
	if p.Place.Index == 0 && p.Place.Container != "" {
		return m.spotInside(p.Place)
	}
	switch {
	case p.After == InputID, p.After == "":
		return Spot{p.Place, textAfter(say.T(textInput))}
	case strings.HasPrefix(p.After, "#"):
		if g, _, ok := m.GroupOf(p.After); ok {
			return Spot{p.Place, textAfter(First(g.Summary, say.T(textGroup)))}
		}
	}
	return Spot{p.Place, textAfter(p.After)}
}

func (m *Model) spotInside(at flow.Place) Spot {
	s, _ := flow.Find(m.doc.Flow, at.Container)
	if s == nil {
		return Spot{at, say.T(textAtTheEnd)}
	}
	switch v := s.Value.(type) {
	case *flow.BranchOne:
		if at.Branch < 0 || at.Branch >= len(v.Branches) {
			return Spot{at, textFirstOf(say.F("the default of %s", at.Container))}
		}
		return Spot{at, textFirstOf(say.F("%s of %s", First(oneLine(v.Branches[at.Branch].Summary), textBranch(at.Branch)), at.Container))}
	case *flow.BranchAll:
		if at.Branch >= 0 && at.Branch < len(v.Branches) {
			return Spot{at, textFirstOf(say.F("%s of %s", First(oneLine(v.Branches[at.Branch].Summary), textBranch(at.Branch)), at.Container))}
		}
	case *flow.Agent, *flow.ForLoop, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// It has one sequence.
	}
	return Spot{at, textFirstOf(say.F("loop %s", at.Container))}
}

// RunsNow is the box of the step that the shown run is at: the one that began last, "" if
// it is at none.
func (m *Model) RunsNow() string {
	r := m.run
	if r == nil || r.state == nil || r.status() == run.StatusDone {
		return ""
	}
	seen := m.see(r)
	best := -1
	for i := range seen.items {
		it := &seen.items[i]
		if it.st == nil || it.inner {
			continue
		}
		if role := it.role(); role != Busy && role != AwaitsPeople {
			continue
		}
		if best < 0 || it.depth > seen.items[best].depth || it.st.Started.After(seen.items[best].st.Started) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	id := seen.items[best].name
	if into := m.outermost(id); into != "" {
		return into
	}
	return id
}
