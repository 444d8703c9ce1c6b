package model

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// A run may come to a module many times: in each iteration of a loop, and in the
// flows that steps run. What is shown is one step for each module: of each loop
// the chosen iteration. So a loop of ten thousand iterations costs the screen no more than
// one of ten.

// item is a module as the run shows it.
type item struct {
	mod       *flow.Module
	name      string    // its id, as runs know it
	st        *stepView // nil where the run has not come
	depth     int
	up        int    // of the item around it; -1 at the top
	iteration int    // of a loop: the chosen one; -1 of all else
	outer     string // the module of the flow itself that it is in, or is
	inner     bool   // stands in a flow that a step runs
	opens     bool   // runs a flow that can be shown
	open      bool
	asks      bool // people are asked inside of it
}

// sight is all items of a run, in the order of its flow.
type sight struct {
	items    []item
	byModule map[string]int // of the flow itself
	byStep   map[run.StepID]int
}

// see returns what is shown of a run. It is made anew when the run has moved or
// another iteration was chosen.
func (m *Model) see(r *runView) *sight {
	if r == nil || r.state == nil {
		return &sight{}
	}
	if r.sight != nil && r.seen == r.moved {
		return r.sight
	}
	s := &sight{byModule: map[string]int{}, byStep: map[run.StepID]int{}}
	r.asking = run.OpenApprovals(r.state)
	m.sequence(r, s, r.flow(), r.flow().Value.Modules, "", -1)
	m.handlers(r, s, r.flow(), "", -1)
	for _, id := range r.asking {
		for at := strings.LastIndexByte(string(id), '/'); at > 0; at = strings.LastIndexByte(string(id[:at]), '/') {
			if i, ok := s.byStep[id[:at]]; ok {
				s.items[i].asks = true
			}
		}
	}
	r.sight, r.seen = s, r.moved
	return s
}

// role is how an item is drawn: what people are asked inside of a container
// shows on the container, too.
func (it *item) role() Role {
	if role := it.st.role(); role != Busy || !it.asks {
		return role
	}
	return AwaitsPeople
}

// handlers adds the modules of a flow that stand beside its way, once they run.
func (m *Model) handlers(r *runView, s *sight, f *flow.Flow, prefix run.StepID, up int) {
	for _, h := range []struct {
		mod *flow.Module
		id  run.StepID
	}{{f.Value.PreprocessorModule, run.PreprocessorStep}, {f.Value.FailureModule, run.FailureStep}} {
		if h.mod == nil {
			continue
		}
		if st, ok := r.step(join(prefix, string(h.id))); ok {
			s.add(item{mod: h.mod, name: string(h.id), st: st, up: up, iteration: -1})
		}
	}
}

func (s *sight) add(it item) int {
	if it.up >= 0 {
		up := s.items[it.up]
		it.depth, it.outer, it.inner = up.depth+1, up.outer, up.inner || up.opens
	}
	if !it.inner {
		it.outer = it.name
	}
	at := len(s.items)
	s.items = append(s.items, it)
	if !it.inner {
		s.byModule[it.name] = at
	}
	if it.st != nil {
		s.byStep[it.st.ID] = at
	}
	return at
}

// sequence adds modules whose paths begin with prefix. Under is false where the
// run has not come, so that no path can be told.
func (m *Model) sequence(r *runView, s *sight, f *flow.Flow, mods []*flow.Module, prefix run.StepID, up int) {
	reached := up < 0 || s.items[up].st != nil
	for _, mod := range mods {
		it := item{mod: mod, name: mod.ID, up: up, iteration: -1}
		if reached {
			if st, ok := r.step(join(prefix, mod.ID)); ok && st.Phase != run.Pending {
				it.st = st
			}
		}
		m.inside(r, s, f, it)
	}
}

func join(prefix run.StepID, id string) run.StepID {
	if prefix == "" {
		return run.StepID(id)
	}
	return prefix + "/" + run.StepID(id)
}

// inside adds a module and what it holds.
func (m *Model) inside(r *runView, s *sight, f *flow.Flow, it item) {
	part := func(which string) run.StepID {
		if it.st == nil {
			return ""
		}
		return within(it.st, which)
	}
	loop := func(mods []*flow.Module, parallel bool) {
		it.iteration = r.iteration(it.st, parallel, mods)
		at := s.add(it)
		m.sequence(r, s, f, mods, part(strconv.Itoa(max(0, it.iteration))), at)
	}
	switch v := it.mod.Value.(type) {
	case *flow.ForLoop:
		loop(v.Modules, v.Parallel)
	case *flow.WhileLoop:
		loop(v.Modules, v.Parallel)
	case *flow.BranchOne:
		at := s.add(it)
		for i, b := range v.Branches {
			m.sequence(r, s, f, b.Modules, part(strconv.Itoa(i)), at)
		}
		m.sequence(r, s, f, v.Default, part("default"), at)
	case *flow.BranchAll:
		at := s.add(it)
		for i, b := range v.Branches {
			m.sequence(r, s, f, b.Modules, part(strconv.Itoa(i)), at)
		}
	case *flow.Subflow:
		in := r.flowOf(v.Path)
		it.opens = in != nil && it.st != nil
		it.open = it.opens && (r.isOpen(it.st) || m.looks.open[it.name] && m.run == r)
		at := s.add(it)
		if it.open {
			m.sequence(r, s, in, in.Value.Modules, part("flow"), at)
			m.handlers(r, s, in, part("flow"), at)
		}
	default:
		s.add(it)
	}
}

// within is the path of what is inside a step: a way, an iteration or a flow, of its
// present attempt.
func within(st *stepView, which string) run.StepID {
	if n := len(st.Failures) + 1; n > 1 {
		which += "~" + strconv.Itoa(n)
	}
	return st.ID + "/" + run.StepID(which)
}

// iteration is the iteration of a loop that is shown: the one that was chosen, else the
// latest, of parallel ones the first; of a loop that failed the one it failed in.
func (r *runView) iteration(st *stepView, parallel bool, body []*flow.Module) int {
	if st == nil || st.Iterations == nil || st.Iterations.Begun == 0 {
		return -1
	}
	if at, ok := r.chosen[st.ID]; ok && at < st.Iterations.Begun {
		return at
	}
	if !parallel {
		return st.Iterations.Begun - 1
	}
	for _, id := range r.asking { // of several at a time, one that waits for people
		if rest, in := strings.CutPrefix(string(id), string(st.ID)+"/"); in {
			which, _, _ := strings.Cut(rest, "/")
			which, _, _ = strings.Cut(which, "~")
			if at, err := strconv.Atoi(which); err == nil {
				return at
			}
		}
	}
	if st.Phase != run.Done || st.Outcome != run.Failed {
		return 0
	}
	at := max(0, r.nextFailed(st, body, -1))
	r.chosen[st.ID] = at
	return at
}

// nextFailed finds the first failed iteration after one; -1 if there is none.
func (r *runView) nextFailed(st *stepView, body []*flow.Module, after int) int {
	for i := after + 1; i < st.Iterations.Begun; i++ {
		if role, _ := r.iterationRole(st, body, i); role == Bad {
			return i
		}
	}
	return -1
}

// iterationRole tells how an iteration stands, and when it began and ended.
func (r *runView) iterationRole(st *stepView, body []*flow.Module, i int) (Role, span) {
	var t span
	role, prefix := Good, within(st, strconv.Itoa(i))
	for n, mod := range body {
		in, ok := r.step(join(prefix, mod.ID))
		if !ok {
			if n == 0 {
				return Good, t // an iteration without work
			}
			break // stopped early, or about to go on
		}
		if n == 0 {
			t.from = in.Started
		}
		t.to = in.Ended
		if role = in.role(); in.Phase != run.Done {
			t.to = time.Time{}
			break
		}
		if role == Passed {
			role = Good
		}
	}
	return role, t
}

// IterationList is the iterations of the loop that is looked at.
type IterationList struct {
	Step                 run.StepID
	Module               string
	Title                string
	At                   int // the chosen one
	Total                int // -1 if nobody knows
	Begun, Ended, Failed int
	// Items is the list that the loop goes through where it is not at hand: read
	// it and hand it to SetIterationItems. Zero where nothing is wanted.
	Items run.Ref
}

// Line tells how far the loop has come.
func (t IterationList) Line() string {
	line := say.N(t.Begun, "%d iteration", "%d iterations")
	if t.Total >= 0 && t.Begun < t.Total {
		line = say.F("%d of %d iterations have begun", t.Begun, t.Total)
	}
	if going := t.Begun - t.Ended; going > 0 {
		line = dots(line, say.F("%d going on", going))
	}
	if t.Failed > 0 {
		line = dots(line, say.F("%d failed", t.Failed))
	}
	return line
}

// Iterations returns the iterations of the selected loop, or of the loop nearest around
// the selected step.
func (m *Model) Iterations() (IterationList, bool) {
	it, r, ok := m.loopAt()
	if !ok {
		return IterationList{}, false
	}
	t := it.st.Iterations
	return IterationList{Step: it.st.ID, Module: it.name, Title: m.Title(it.mod), At: it.iteration,
		Total: t.Total, Begun: t.Begun, Ended: t.Ended, Failed: t.Failed, Items: r.far[it.st.ID]}, true
}

// itemsMost is the size in bytes up to which a list is read only to name the
// iterations of a loop.
const itemsMost = 4 << 20

// SetIterationItems hands in the list that a loop goes through; nil where it cannot
// be had.
func (m *Model) SetIterationItems(id run.ID, loop run.StepID, list json.RawMessage) Dirty {
	if m.run == nil || m.run.id != id {
		return Dirty{}
	}
	var items []json.RawMessage
	_ = json.Unmarshal(list, &items) // what is no list names no iterations
	m.run.far[loop], m.run.lists[loop] = run.Ref{}, items
	return Dirty{Panes: PaneRun}
}

// loopAt is the loop that the selected step is or is in.
func (m *Model) loopAt() (item, *runView, bool) {
	r := m.run
	s := m.see(r)
	for at := m.looked(s); at >= 0; at = s.items[at].up {
		if it := s.items[at]; it.iteration >= 0 {
			return it, r, true
		}
	}
	return item{}, nil, false
}

// looked is the item that is selected; -1 if none is.
func (m *Model) looked(s *sight) int {
	if at, ok := s.byStep[m.within]; ok && m.within != "" {
		return at
	}
	if at, ok := s.byModule[m.selected]; ok {
		return at
	}
	return -1
}

// IterationRow is one iteration of a loop.
type IterationRow struct {
	Number int    // from 1
	Item   string // what the iteration is about, in short
	Role   Role
	Word   string
	Time   string
}

// IterationAt returns one iteration of the loop that Iterations tells of.
func (m *Model) IterationAt(i int) IterationRow {
	it, r, ok := m.loopAt()
	if !ok || i < 0 || i >= it.st.Iterations.Begun {
		return IterationRow{Number: i + 1}
	}
	role, t := r.iterationRole(it.st, bodyOf(it.mod), i)
	row := IterationRow{Number: i + 1, Item: r.itemOf(it, i), Role: role, Word: roleWord(role)}
	switch {
	case !t.to.IsZero():
		row.Time = took(t.to.Sub(t.from))
	case !t.from.IsZero():
		row.Time = took(m.now.Sub(t.from))
	}
	return row
}

func bodyOf(mod *flow.Module) []*flow.Module {
	switch v := mod.Value.(type) {
	case *flow.ForLoop:
		return v.Modules
	case *flow.WhileLoop:
		return v.Modules
	case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They have no body.
	}
	return nil
}

func roleWord(r Role) string {
	switch r {
	case Busy:
		return say.T(textRunning)
	case AwaitsPeople:
		return say.T(textForApproval)
	case Bad:
		return say.T("Failed")
	}
	return say.T(textDone)
}

// itemOf tells what an iteration goes through, as far as the list is at hand.
func (r *runView) itemOf(it item, i int) string {
	list, ok := r.lists[it.st.ID]
	if _, far := r.far[it.st.ID]; !ok && !far {
		if v, is := it.mod.Value.(*flow.ForLoop); is && v.Iterator != nil && v.Iterator.Kind == flow.Static {
			_ = json.Unmarshal(v.Iterator.Value, &list) // what is no list has no iterations
			r.lists[it.st.ID] = list
		}
	}
	if i >= len(list) {
		return ""
	}
	return cut(fields(list[i], nil), 120)
}

// ChooseIteration shows another iteration of a loop, on the canvas and in the run panel.
func (m *Model) ChooseIteration(loop run.StepID, iteration int) Dirty {
	r := m.run
	if r == nil || iteration < 0 {
		return Dirty{}
	}
	st, ok := r.step(loop)
	if !ok || st.Iterations == nil || iteration >= st.Iterations.Begun {
		return Dirty{}
	}
	r.chosen[loop] = iteration
	r.moved++
	if at := m.within; at != "" && len(at) > len(loop) && at[:len(loop)] == loop {
		m.within = "" // it stands in an iteration that is out of sight now
	}
	return Dirty{Panes: PaneCanvas | PaneRun}
}

// NextFailedIteration shows the next iteration that failed, from the first after the last.
func (m *Model) NextFailedIteration() Dirty {
	it, r, ok := m.loopAt()
	if !ok {
		return Dirty{}
	}
	next := r.nextFailed(it.st, bodyOf(it.mod), it.iteration)
	if next < 0 {
		next = r.nextFailed(it.st, bodyOf(it.mod), -1)
	}
	return m.ChooseIteration(it.st.ID, next)
}

// OpenInside shows or hides the steps of the flow that a step runs.
func (m *Model) OpenInside(step run.StepID, open bool) Dirty {
	if m.run == nil {
		return Dirty{}
	}
	m.run.opened[step] = open
	m.run.moved++
	if !open {
		m.within = ""
	}
	return Dirty{Panes: PaneRun}
}

// isOpen reports whether the flow inside a step is shown: while it runs, and
// when it failed, unless the person chose.
func (r *runView) isOpen(st *stepView) bool {
	if open, ok := r.opened[st.ID]; ok {
		return open
	}
	return st.Phase != run.Done || st.Outcome == run.Failed
}

// SelectRow selects a line of the run panel. One inside a flow that a step runs
// selects that step on the canvas.
func (m *Model) SelectRow(row StepRow) Dirty {
	d := m.Select(row.Module)
	if row.Inner && m.within != row.Step {
		m.within = row.Step
		d = d.And(Dirty{Panes: PaneRun})
	} else if !row.Inner && m.within != "" {
		m.within = ""
		d = d.And(Dirty{Panes: PaneRun})
	}
	return d
}

// flowOf returns a flow that steps of the run run by path, nil if it cannot be read.
func (r *runView) flowOf(path string) *flow.Flow {
	return r.plan.Inner(path)
}

func (r *runView) flow() *flow.Flow { return r.plan.Flow() }

// keepList keeps what a loop goes through: the list where it is at hand, else
// where to read it.
func (r *runView) keepList(ev run.Evaluated) {
	if ev.For != run.ForIterator {
		return
	}
	var list []json.RawMessage
	switch {
	case json.Unmarshal(ev.Value.Inline, &list) == nil:
		r.lists[ev.Step] = slices.Clip(list)
	case ev.Value.Size <= itemsMost && ev.Value.Inline == nil:
		r.far[ev.Step] = ev.Value
	default:
		r.far[ev.Step] = run.Ref{}
	}
}
