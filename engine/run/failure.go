package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// What happens when a step did not succeed.

// ending is how something did not succeed.
type ending struct {
	why    Outcome // Failed, Refused or Expired
	err    *Failure
	result Ref // what stands as its result: the error, or the list of a loop's iterations

	barred  bool // people refused or did not answer: nothing carries on, nothing is tried again
	lost    bool // a job was lost, and may have acted: nothing carries on
	stopped bool // an early stop under rules 1: up to the next iteration or flow nothing carries on or is tried again
}

// carried reports whether continue_on_error applies.
func (e ending) carried() bool { return !e.barred && !e.lost && !e.stopped }

// fail ends the work of a step: its last attempt failed, or an expression that
// its work needed. With continue_on_error the error is its result and the flow
// goes on; its gate is not armed then.
func (s *State) fail(st *step, f *Failure) {
	s.failed(st, ending{why: Failed, err: f}, st.node.module.ContinueOnError)
}

// failAfter ends a step whose work was done: people refused or did not answer,
// or an expression about what comes next failed. continue_on_error is about the
// work alone; it never carries a run past a gate that did not open.
func (s *State) failAfter(st *step, why Outcome, f *Failure) {
	s.failed(st, ending{why: why, err: f, barred: why != Failed}, false)
}

func (s *State) failed(st *step, e ending, carryOn bool) {
	if e.err.StepID == "" {
		e.err.StepID = st.node.id
	}
	if e.result.IsZero() {
		e.result = errorRef(e.err)
	}
	st.err = e.err
	if st.node.handler {
		s.close(st, Failed)
		s.fallen(st.frame.in, e.result)
		return
	}
	if carryOn && e.carried() {
		st.outcome, st.inner = Failed, family{}
		s.store(st, e.result)
		s.rest(st)
		return
	}
	if st.iterations != nil {
		st.result = e.result
	}
	s.close(st, Failed)
	s.failUp(st.frame, e)
}

// failUp tells what is around a sequence that a step of it failed.
func (s *State) failUp(f *frame, e ending) {
	o := f.owner
	switch {
	case f == f.in.frame:
		s.breakOff(f.in, e)
	case o.iterations != nil:
		s.iterationFailed(o, f, e)
	default:
		e.result = errorRef(e.err)
		s.unsuccessful(o, e)
	}
}

// breakOff ends the steps of a flow; its failure module has the last word.
func (s *State) breakOff(in *scope, e ending) {
	s.drop(in.frame, "", "")
	in.broken = &e
	n := in.program.failure
	if n == nil {
		s.fallen(in, e.result)
		return
	}
	if in.owner != nil {
		in.owner.inner = family{}
		in.owner.phase = Running
	}
	in.frame = in.sequence([]*node{n}, errorRef(e.err))
	if in.owner != nil {
		in.owner.inner.add(in.frame)
	}
	s.later(in.frame)
}

// giveUp ends a run that came to more steps than any run may.
func (s *State) giveUp(f *frame, n *node) {
	e := &Failure{
		Name: NameTooLong, StepID: n.id, Message: fmt.Sprintf("The run has come to %d steps and is not done", MaxSteps),
		Hint: "Check the loops of the flow.",
	}
	s.drop(s.top.frame, "", "")
	s.finish(Failed, errorRef(e), e)
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

// handled ends a flow after its failure module.
func (s *State) handled(st *step, recovered bool) {
	s.close(st, Succeeded)
	in := st.frame.in
	if recovered {
		s.over(in, Succeeded, st.result)
		return
	}
	s.fallen(in, st.result)
}

// FailureOf turns an error that was not the script's own into a failure that
// keeps its code and hint.
func FailureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return &Failure{Name: "Error", Message: f.Title, Code: string(f.Code), Hint: f.Hint}
	}
	return &Failure{Name: "InternalError", Message: err.Error()}
}
