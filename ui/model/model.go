package model

import (
	"encoding/json"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Model is all that the screen knows. The zero value is not ready: use New.
type Model struct {
	now      time.Time // what times are told against: wall, or the moment of a run that is looked at
	wall     time.Time
	lookup   func(path string) (run.Code, bool)
	schema   func(path string) flow.Raw            // of a script's arguments; nil if it is not known
	flows    func(path string) (*flow.Flow, error) // of the library
	doc      *Document
	selected string
	more     []string   // all that are selected where these are several, the last one selected last
	inner    string     // the selected box of an opened flow
	looks    appearance // what of the flow is folded or opened
	search   search
	reorder  *reorder
	shape    *layout // of shapeOf
	shapeOf  *flow.Flow
	inputs   map[string]json.RawMessage // last input by flow path

	params     params
	since      *since         // what was changed after the run that is shown
	problems   []flow.Problem // of problemsOf
	syntax     syntax
	library    library
	problemsOf *flow.Flow
	problemsIn string // the language they are told in

	run      *runView            // the run on the canvas and in the run panel; nil until its first entry is here
	replay   *replay             // nil while the run is shown as far as it has come
	followed run.ID              // its id; "" if none is shown
	trials   map[string]*runView // the last test of each step alone, by the step's id
	aside    *runView            // whose values are offered though it is not shown; nil: the one that is shown
	ordered  *flow.Order         // of orderOf
	orderOf  *flow.Flow
	within   run.StepID // the selected step of a flow that a step runs
	loads    []run.ID   // runs whose journals are wanted
	plans    map[string]*run.Plan
	heard    int64           // the last entry that Apply brought, of whatever run
	asked    map[string]bool // plans that are wanted or were refused
	need     []string
}

// New returns a model without an open flow and without runs.
func New() *Model {
	return &Model{
		now:    time.Now(),
		wall:   time.Now(),
		lookup: func(string) (run.Code, bool) { return run.Code{}, false },
		schema: func(string) flow.Raw { return nil },
		flows:  func(string) (*flow.Flow, error) { return nil, nil },
		inputs: map[string]json.RawMessage{},
		plans:  map[string]*run.Plan{},
		asked:  map[string]bool{},
	}
}

// SetNow says what time it is, in the zone to tell times in.
func (m *Model) SetNow(t time.Time) Dirty {
	m.wall = t
	if m.replay != nil {
		return Dirty{} // a moment of the past stands still
	}
	m.now = t
	if len(m.followed) == 0 {
		return Dirty{}
	}
	return Dirty{Panes: PaneCanvas | PaneRun | PaneInbox | PaneRuns}
}

// Now is the moment that times are told against.
func (m *Model) Now() time.Time { return m.wall }

// SetScripts says how to find the name and language of a hub or workspace
// script by its path.
func (m *Model) SetScripts(lookup func(path string) (run.Code, bool)) Dirty {
	if lookup != nil {
		m.lookup = lookup
	}
	m.problemsOf = nil
	return Dirty{Panes: PaneCanvas | PaneInspector | PaneRun}
}

// SetSchemas says how to find what a hub or workspace script asks for by its path.
func (m *Model) SetSchemas(schema func(path string) flow.Raw) Dirty {
	m.schema, m.problemsOf = schema, nil
	return Dirty{Panes: PaneCanvas | PaneProblems}
}

// SetFlows says how to find a flow of the library by its path; nil if it is not
// there.
func (m *Model) SetFlows(flows func(path string) (*flow.Flow, error)) Dirty {
	m.flows, m.problemsOf, m.shape = flows, nil, nil
	return Dirty{Panes: PaneCanvas | PaneInspector | PaneProblems}
}

// Scene returns the boxes and wires of the open flow with the states of the
// followed run.
func (m *Model) Scene() Scene {
	if m.doc == nil {
		return Scene{}
	}
	s := m.layout().Scene
	s.ReadOnly = m.doc.ReadOnly
	s.Boxes = make([]Box, len(m.shape.Boxes))
	copy(s.Boxes, m.shape.Boxes)
	r := m.run
	seen, changed := m.see(r), m.changedSince(r)
	var inner map[string]*stepView
	if len(m.looks.open) > 0 {
		inner = seen.innerStates()
	}
	state := func(id string) *stepView {
		if strings.HasPrefix(id, innerPrefix) {
			return inner[id]
		}
		if changed.steps[id] {
			return nil
		}
		if at, ok := seen.byModule[id]; ok {
			return seen.items[at].st
		}
		return nil
	}
	asks := func(id string) bool {
		at, ok := seen.byModule[id]
		return ok && seen.items[at].asks
	}
	wrong := map[string]flow.Problem{}
	for _, p := range m.Problems() { // errors come first
		if _, have := wrong[p.Step]; p.Step != "" && !have {
			wrong[p.Step] = p
		}
	}
	match, more := setOf(m.found()), setOf(m.more)
	for i := range s.Boxes {
		b := &s.Boxes[i]
		b.Match = match[b.ID]
		b.Selected = b.ID == m.selected && m.inner == "" || b.ID == m.inner
		b.Also = !b.Selected && more[b.ID]
		switch b.Kind {
		case BoxNote, BoxPlace:
		case BoxGroup:
			m.fillGroup(b, state)
		case BoxInput:
			m.fillInput(b, r)
		case BoxEnd:
			if m.fillEnd(b, r); changed.flow {
				b.Role = Idle
			}
		default:
			if m.fillStep(b, m.shape.mods[i], r, state(b.ID)); changed.steps[b.ID] {
				b.Role = Idle
			}
			if b.Role == Busy && asks(b.ID) {
				b.Role, b.Line = AwaitsPeople, say.T(textForApproval)
				if t := state(b.ID).Iterations; t != nil {
					b.Line = dots(say.T(textForApproval), textIterations(m.shape.mods[i], t, true))
				}
			}
			p := wrong[b.ID]
			b.Problem, b.Serious = p.Title, p.Severity == flow.SeverityError
			b.Vain = p.Reads != ""
			if b.Role == Idle && (b.Serious || b.Vain) || b.Vain && (b.Role == Good || b.Role == Passed) {
				b.Line = b.Problem
			}
		}
	}
	s.Wires = m.wires(r, state)
	return s
}

func (m *Model) fillInput(b *Box, r *runView) {
	b.Tile, b.Title, b.Chip = TileInput, say.T(textInput), say.T(textInputChip)
	if b.Line = dots(inputNames(m.doc.Flow.Schema)...); b.Line == "" {
		b.Line = say.T(textNoInputs)
	}
	if r != nil {
		b.Role = Good
	}
}

func (m *Model) fillEnd(b *Box, r *runView) {
	b.Title = say.T(textEnd)
	if r != nil && r.status() == run.StatusDone {
		outcome, _ := r.outcome()
		b.Role = roleOfOutcome(outcome)
	}
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// fillGroup tells of a group that is folded how its steps stand: the worst of them.
func (m *Model) fillGroup(b *Box, state func(id string) *stepView) {
	rank := map[Role]int{Idle: 0, Passed: 1, Good: 2, Busy: 3, AwaitsPeople: 4, Bad: 5}
	if b.Fold == Open {
		return
	}
	for _, id := range b.Members {
		if st := state(id); st != nil && rank[st.role()] > rank[b.Role] {
			b.Role = st.role()
		}
	}
}

func (m *Model) fillStep(b *Box, s *flow.Module, r *runView, st *stepView) {
	b.Tile, _ = m.Kind(s)
	b.Title, b.Chip = m.Title(s), s.ID
	if strings.HasPrefix(b.ID, "#") || b.Inner {
		b.Chip = s.ID
	}
	b.Approval = IsApproval(s)
	b.Mocked = s.Mock != nil && s.Mock.Enabled
	b.Pins = !m.doc.ReadOnly && !b.Inner && (b.Mocked || st != nil && !st.Result.IsZero() && st.Err == nil)
	b.Skipped = s.Skipped()
	if st == nil {
		if b.Line = m.idleLine(s); b.Fold == Folded && !b.Opens {
			b.Line = dots(b.Line, say.N(flow.Steps(&flow.Flow{Value: flow.Value{Modules: held(s)}}), "%d step", "%d steps"))
		}
		if b.Skipped {
			b.Line = dots(say.T(textSkipped), b.Line)
		}
		if r != nil && r.status() == run.StatusDone {
			b.Role = Passed
		}
		return
	}
	b.Role = st.role()
	b.Line = m.stepLine(s, r, st)
}
