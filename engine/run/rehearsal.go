package run

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"sluice/engine/flow"
)

// Rehearsal is what a request to people is imagined of: somebody who builds a flow sees
// it before anyone is asked. No run is begun and nothing is recorded.
type Rehearsal struct {
	Flow     *flow.Flow
	FlowName string          // "" takes the flow's summary
	Module   string          // of the flow, that waits for people
	Input    json.RawMessage // of the flow, nil for none
	Result   json.RawMessage // of the module's script, nil for none
	People   []string        // who is asked by mail
	Opened   time.Time
	Outcome  Outcome // Approved, Refused or Expired; "" while it is open
	Votes    []Vote
	EndedBy  string
	Reason   string
	Ended    time.Time
}

// Rehearse returns a request as a person would see it; false where the module does not
// wait for people.
func Rehearse(r Rehearsal, person string) (Approval, bool) {
	if r.FlowName == "" {
		r.FlowName = r.Flow.Summary
	}
	p := &program{flow: r.Flow}
	s := &State{plan: &Plan{program: p}, started: &Started{Name: r.FlowName}, steps: map[StepID]*step{}, at: r.Opened}
	top := &frame{in: &scope{program: p, input: Ref{Inline: r.Input}}}
	st := imagine(top, r.Flow.Value.Modules, r.Module)
	if m := r.Flow.Value.FailureModule; st == nil && m != nil && (m.ID == r.Module || r.Module == string(FailureStep)) {
		st = imagine(top, []*flow.Module{m}, m.ID)
	}
	if st == nil || st.node.module.Suspend == nil || st.node.module.Suspend.RequiredEvents < 1 {
		return Approval{}, false
	}
	st.node.gated = true
	st.phase, st.outcome, st.result = Waiting, Succeeded, Ref{Inline: r.Result}
	for _, name := range r.People {
		st.asked = append(st.asked, AskedPerson{Person: PersonOf(name), Mail: MailSent})
	}
	st.votes = slices.Clone(r.Votes)
	st.gate = &Gate{Required: st.node.module.Suspend.RequiredEvents, Opened: r.Opened, Deadline: due(r.Opened, patience(st.node.module)),
		Outcome: r.Outcome, Ended: r.Ended, EndedBy: r.EndedBy, Reason: r.Reason}
	s.steps[st.id] = st
	return ApprovalOf(s, st.id, person)
}

// imagine makes the step of a module with the sequences around it, as far as what a
// person is told needs them.
func imagine(f *frame, ms []*flow.Module, id string) *step {
	f.nodes = make([]*node, len(ms))
	for i, m := range ms {
		f.nodes[i] = &node{id: m.ID, module: m, kind: kindOfModule(m)}
	}
	for i, m := range ms {
		st := &step{id: f.path + StepID(m.ID), node: f.nodes[i], frame: f}
		if m.ID == id {
			return st
		}
		for at, inside := range insides(m) {
			g := &frame{path: st.id + StepID("/"+strconv.Itoa(at)+"/"), owner: st, up: f, in: f.in, iters: f.iters}
			if st.node.kind.iterations() {
				st.iterations = &iterations{begun: 1}
				g.iters = append(slices.Clone(f.iters), Iter{})
			}
			if found := imagine(g, inside, id); found != nil {
				return found
			}
		}
	}
	return nil
}

// kindOfModule is the kind of a module, as far as its type tells it.
func kindOfModule(m *flow.Module) kind {
	switch m.Value.(type) {
	case *flow.BranchOne:
		return kindBranchOne
	case *flow.BranchAll:
		return kindBranchAll
	case *flow.ForLoop:
		return kindForLoop
	case *flow.WhileLoop:
		return kindWhileLoop
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// A job, as far as its type tells.
	}
	return kindJob
}

// insides are the sequences inside a module.
func insides(m *flow.Module) (out [][]*flow.Module) {
	switch v := m.Value.(type) {
	case *flow.BranchOne:
		for _, b := range v.Branches {
			out = append(out, b.Modules)
		}
		return append(out, v.Default)
	case *flow.BranchAll:
		for _, b := range v.Branches {
			out = append(out, b.Modules)
		}
	case *flow.ForLoop:
		out = append(out, v.Modules)
	case *flow.WhileLoop:
		out = append(out, v.Modules)
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// Nothing of this flow is inside.
	}
	return out
}
