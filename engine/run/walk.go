package run

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"sluice/engine/flow"
)

// The way of a step: reached, skipped or begun, worked on, settled (early stop,
// gate, pause), done. Each function takes it one station further.

// goOn starts the step at a frame's position, or leaves the frame.
func (s *State) goOn(f *frame) {
	switch {
	case f.pos < len(f.nodes):
		s.enter(f, f.nodes[f.pos])
	case f.owner == nil:
		s.finish(Succeeded, f.prev, nil)
	default:
		s.succeed(f.owner, f.prev)
	}
}

func (s *State) enter(f *frame, n *node) {
	st := s.reach(f, n)
	if p := n.module.SkipIf; p != nil {
		s.compute(st, ForSkip, ShapeBool, []NamedInput{{Input: expression(p.Expr)}}, s.before(st, ForSkip))
		return
	}
	s.begin(st)
}

// compute asks for an expression's value. A step asks one thing at a time.
func (s *State) compute(st *step, p Purpose, shape Shape, exprs []NamedInput, sc Scope) {
	st.phase = Evaluating
	st.eval = &Evaluate{Step: st.id, For: p, Shape: shape, Exprs: exprs, Scope: sc}
	s.emit(*st.eval)
}

// skip passes the previous result through.
func (s *State) skip(st *step) {
	if st.node.handler {
		s.close(st, Skipped)
		s.finish(s.broken, errorRef(s.failure), s.failure)
		return
	}
	st.outcome = Skipped
	s.store(st, st.frame.prev)
	s.rest(st)
}

func (s *State) begin(st *step) {
	n := st.node
	if m := n.module.Mock; m != nil && m.Enabled {
		s.succeed(st, mocked(m))
		return
	}
	switch n.kind {
	case kindIdentity:
		s.succeed(st, st.frame.prev)
	case kindBranchOne:
		if len(n.preds) == 0 {
			s.choose(st, -1)
			return
		}
		s.compute(st, ForBranch, ShapeFirst, n.preds, s.before(st, ForBranch))
	case kindJob:
		if n.fixed {
			st.args = n.args
			s.limit(st)
			return
		}
		s.compute(st, ForInputs, ShapeObject, n.inputs, s.before(st, ForInputs))
	}
}

func mocked(m *flow.Mock) Ref {
	if m.ReturnValue == nil {
		return Inline(nil)
	}
	return Ref{Inline: m.ReturnValue}
}

// limit finds the step's timeout.
func (s *State) limit(st *step) {
	in := st.node.module.Timeout
	switch {
	case in == nil:
		s.dispatch(st)
	case in.Kind == flow.JavaScript:
		s.compute(st, ForTimeout, ShapeNumber, []NamedInput{{Input: *in}}, s.around(st, ForTimeout, st.frame.prev))
	default:
		n, f := fixedNumber(in, ForTimeout)
		if f != nil {
			s.fail(st, f)
			return
		}
		st.timeout = seconds(n)
		s.dispatch(st)
	}
}

// dispatch starts the next attempt.
func (s *State) dispatch(st *step) {
	st.attempt++
	st.job, st.phase = "", Running
	st.start = &StartJob{Step: st.id, Attempt: st.attempt, Args: st.args, Timeout: st.timeout}
	s.emit(*st.start)
}

// tryAgain waits for the next attempt. It keeps the arguments: a retry does the
// same thing again, it does not ask anew what to do.
func (s *State) tryAgain(st *step) {
	d, _ := wait(st.node.module.Retry, st.attempt, s.id, st.id)
	st.failures = append(st.failures, *st.err)
	st.err = nil
	if d == 0 {
		s.dispatch(st)
		return
	}
	st.phase = Retrying
	st.nextTry = due(s.at, d)
	st.timer = &StartTimer{Step: st.id, Kind: TimerRetry, At: st.nextTry}
	s.emit(*st.timer)
}

// choose takes a branch: an index, or -1 for the default.
func (s *State) choose(st *step, i int) {
	st.branch, st.phase = i, Running
	nodes, part := st.node.other, defaultPart
	if i >= 0 {
		nodes, part = st.node.paths[i], strconv.Itoa(i)
	}
	s.descend(st, part, nodes)
}

// descend runs a sequence inside a container.
func (s *State) descend(st *step, part string, nodes []*node) {
	up := st.frame
	f := &frame{
		path: st.id + "/" + StepID(part), owner: st, up: up, nodes: nodes,
		prev: up.prev, around: up.seen(), results: map[string]Ref{}, in: up.in, iters: up.iters,
	}
	st.inner = append(st.inner, f)
	s.goOn(f)
}

// store makes a result known to the steps that follow.
func (s *State) store(st *step, r Ref) {
	st.result = r
	st.frame.results[st.node.id] = r
	st.frame.in.last[st.node.id] = r
}

// succeed takes the result of a step's work.
func (s *State) succeed(st *step, r Ref) {
	if r.IsZero() {
		r = Inline(nil)
	}
	st.outcome, st.err, st.inner = Succeeded, nil, nil
	s.store(st, r)
	if st.node.handler {
		s.judge(st)
		return
	}
	if p := st.node.module.StopAfterIf; p != nil {
		s.compute(st, ForStop, ShapeBool, []NamedInput{{Input: expression(p.Expr)}}, s.around(st, ForStop, r))
		return
	}
	s.settle(st)
}

// settle opens the gate of a step that succeeded, if it has one.
func (s *State) settle(st *step) {
	if st.node.gated {
		s.openGate(st)
		return
	}
	s.rest(st)
}

// rest holds the next step back for as long as the step's sleep says.
func (s *State) rest(st *step) {
	in := st.node.module.Sleep
	switch {
	case in == nil:
		s.done(st)
	case in.Kind == flow.JavaScript:
		s.compute(st, ForSleep, ShapeNumber, []NamedInput{{Input: *in}}, s.around(st, ForSleep, st.result))
	default:
		n, f := fixedNumber(in, ForSleep)
		if f != nil {
			s.failAfter(st, Failed, f)
			return
		}
		s.pause(st, n)
	}
}

func (s *State) pause(st *step, n float64) {
	d := seconds(n)
	if d == 0 {
		s.done(st)
		return
	}
	st.phase = Sleeping
	st.wake = due(s.at, d)
	st.timer = &StartTimer{Step: st.id, Kind: TimerSleep, At: st.wake}
	s.emit(*st.timer)
}

// done leaves a step for the next one.
func (s *State) done(st *step) {
	s.close(st, st.outcome)
	f := st.frame
	f.prev, f.met = st.result, st.met
	f.pos++
	s.goOn(f)
}

// stop ends the run early with the step's result, through all containers.
func (s *State) stop(st *step) {
	p := st.node.module.StopAfterIf
	s.close(st, Succeeded)
	if p.ErrorMessage != nil && !p.SkipIfStopped {
		f := &Failure{Name: NameEarlyStop, Message: *p.ErrorMessage, StepID: st.node.id}
		if f.Message == "" {
			f.Message = "stop after if: " + p.Expr
		}
		if p.ErrorIncludeResult {
			f.Result = st.result
		}
		for o := st.frame.owner; o != nil; o = o.frame.owner {
			o.err = f
			s.close(o, Failed)
		}
		s.breakOff(Failed, f)
		return
	}
	for o := st.frame.owner; o != nil; o = o.frame.owner {
		s.store(o, st.result)
		s.close(o, Succeeded)
	}
	outcome := Succeeded
	if p.SkipIfStopped {
		outcome = Skipped
	}
	s.dropAll("", "")
	s.finish(outcome, st.result, nil)
}

// finish ends the run.
func (s *State) finish(o Outcome, result Ref, f *Failure) {
	s.outcome, s.result, s.failure, s.ended = o, result, f, s.at
	s.emit(Finish{Outcome: o, Result: result, Err: copyOf(f)})
}

// The values of answers. What does not have the shape that was asked for is a
// mistake in the expression.

func mistake(f *Failure) *Failure {
	g := *f
	if g.Name == "" {
		g.Name = NameExpr
	}
	return &g
}

func wrong(ev Evaluated, want string) *Failure {
	return &Failure{Name: NameExpr, Message: fmt.Sprintf("The value of %s must be %s", ev.For, want)}
}

func truth(ev Evaluated) (bool, *Failure) {
	var b bool
	if ev.Err != nil {
		return false, mistake(ev.Err)
	}
	if err := json.Unmarshal(ev.Value.Inline, &b); err != nil {
		return false, wrong(ev, "true or false")
	}
	return b, nil
}

func number(ev Evaluated) (float64, *Failure) {
	var n *float64
	if ev.Err != nil {
		return 0, mistake(ev.Err)
	}
	if err := json.Unmarshal(ev.Value.Inline, &n); err != nil || n == nil || *n < 0 || math.IsInf(*n, 0) {
		return 0, wrong(ev, "a number of seconds, 0 or more")
	}
	return *n, nil
}

func index(ev Evaluated, n int) (int, *Failure) {
	var i *int
	if ev.Err != nil {
		return 0, mistake(ev.Err)
	}
	if err := json.Unmarshal(ev.Value.Inline, &i); err != nil || i == nil || *i < -1 || *i >= n {
		return 0, wrong(ev, "the number of a branch")
	}
	return *i, nil
}
