package run

import (
	"encoding/json"
	"strings"

	"sluice/engine/flow"
)

// What happens when a step did not succeed.

// fail ends the work of a step: its last attempt failed, or an expression that
// its work needed. With continue_on_error the error is its result and the flow
// goes on; its gate is not armed then.
func (s *State) fail(st *step, f *Failure) {
	s.failed(st, Failed, f, st.node.module.ContinueOnError)
}

// failAfter ends a step whose work was done: people refused or did not answer,
// or an expression about what comes next failed. continue_on_error is about the
// work alone; it never carries a run past a gate that did not open.
func (s *State) failAfter(st *step, why Outcome, f *Failure) {
	s.failed(st, why, f, false)
}

func (s *State) failed(st *step, why Outcome, f *Failure, carryOn bool) {
	if f.StepID == "" {
		f.StepID = st.node.id
	}
	st.err = f
	if st.node.handler {
		s.close(st, Failed)
		s.finish(s.broken, errorRef(f), s.failure)
		return
	}
	if carryOn && why == Failed {
		st.outcome, st.inner = Failed, nil
		s.store(st, errorRef(f))
		s.rest(st)
		return
	}
	s.close(st, Failed)
	if o := st.frame.owner; o != nil {
		s.failed(o, why, f, o.node.module.ContinueOnError)
		return
	}
	s.breakOff(why, f)
}

// breakOff ends the run's steps; the failure module has the last word.
func (s *State) breakOff(why Outcome, f *Failure) {
	s.dropAll("", "")
	s.broken, s.failure = why, f
	n := s.plan.failure
	if n == nil {
		s.finish(why, errorRef(f), f)
		return
	}
	s.enter(&frame{nodes: []*node{n}, prev: errorRef(f), results: map[string]Ref{}, in: s.root.in}, n)
}

// judge asks whether the failure module turned the run to success: whether it
// returned an object with recover: true.
func (s *State) judge(st *step) {
	if r := st.result; r.Inline != nil {
		s.handled(st, recovers(r.Inline))
		return
	}
	s.compute(st, ForRecover, ShapeBool, []NamedInput{{Input: flow.Input{Kind: flow.JavaScript, Expr: "result?.recover === true"}}},
		Scope{Names: map[string]Ref{"result": st.result}})
}

func recovers(v json.RawMessage) bool {
	if !strings.HasPrefix(strings.TrimSpace(string(v)), "{") {
		return false
	}
	var o map[string]json.RawMessage
	return json.Unmarshal(v, &o) == nil && string(o["recover"]) == "true"
}

// handled ends the run after the failure module.
func (s *State) handled(st *step, recovered bool) {
	s.close(st, Succeeded)
	if recovered {
		s.finish(Succeeded, st.result, nil)
		return
	}
	s.finish(s.broken, st.result, s.failure)
}
