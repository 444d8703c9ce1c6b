package run

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// The way of a step: reached, skipped or begun, worked on, settled (early stop,
// gate, pause), done. Each function takes it one station further.

// later lets a sequence go on when the event's own work is done. So a loop of
// many iterations that ask for nothing is a loop here, too, and no deep recursion.
func (s *State) later(f *frame) { s.agenda = append(s.agenda, f) }

// goOn starts the step at a frame's position, or leaves the frame.
func (s *State) goOn(f *frame) {
	switch {
	case s.outcome != "" || f.owner != nil && f.owner.phase == Done:
	case f.pos < len(f.nodes):
		s.enter(f, f.nodes[f.pos])
	default:
		s.leave(f)
	}
}

// leave hands the result of a sequence to whom it belongs.
func (s *State) leave(f *frame) {
	switch o := f.owner; {
	case len(f.nodes) == 1 && f.nodes[0] == s.plan.before && f.path == "":
		s.prepared(f.prev)
	case o == nil:
		s.finish(Succeeded, f.prev, nil)
	case o.iterations != nil:
		s.iterationEnded(o, f, f.prev, true)
	default:
		s.succeed(o, f.prev)
	}
}

func (s *State) enter(f *frame, n *node) {
	if len(s.order) >= MaxSteps {
		s.giveUp(f, n)
		return
	}
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
		in := st.frame.in
		s.fallen(in, in.broken.result)
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
	case kindBranchAll:
		s.takeIterations(st, len(n.paths))
	case kindWhileLoop:
		s.takeIterations(st, -1)
	case kindForLoop:
		s.beginLoop(st)
	case kindJob, kindFlow:
		switch {
		case n == s.plan.before:
			st.args = st.frame.in.input
		case n.fixed:
			st.args = n.args
		default:
			s.compute(st, ForInputs, ShapeObject, n.inputs, s.before(st, ForInputs))
			return
		}
		s.ready(st)
	}
}

// ready is reached when a step has its arguments.
func (s *State) ready(st *step) {
	if st.node.kind == kindFlow {
		s.runFlow(st)
		return
	}
	s.limit(st)
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
	n := st.node
	st.start = &StartJob{
		Step: st.id, Attempt: st.attempt, Args: st.args, Timeout: st.timeout,
		Cache: seconds(n.module.CacheTTL), Priority: n.prio, Limit: n.limit,
	}
	s.emit(*st.start)
}

// unsuccessful decides what follows a failed attempt of a step's work: another
// one, or the end of the step.
func (s *State) unsuccessful(st *step, e ending) {
	r := st.node.module.Retry
	if e.err.StepID == "" {
		e.err.StepID = st.node.id
	}
	st.err = e.err
	if _, again := wait(r, st.tried(), s.id, st.id); !again || e.barred || e.stopped {
		s.failed(st, e, st.node.module.ContinueOnError)
		return
	}
	st.lost = &e
	if r.RetryIf == nil {
		s.tryAgain(st)
		return
	}
	s.compute(st, ForRetry, ShapeBool, []NamedInput{{Input: expression(r.RetryIf.Expr)}}, s.around(st, ForRetry, e.result))
}

// tried returns how many attempts of the step have ended.
func (st *step) tried() int {
	if st.node.kind == kindJob {
		return st.attempt
	}
	return len(st.failures) + 1
}

// tryAgain waits for the next attempt.
func (s *State) tryAgain(st *step) {
	d, _ := wait(st.node.module.Retry, st.tried(), s.id, st.id)
	st.failures = append(st.failures, *st.err)
	st.err, st.lost, st.result = nil, nil, Ref{}
	if d == 0 {
		s.again(st)
		return
	}
	st.phase = Retrying
	st.nextTry = due(s.at, d)
	st.timer = &StartTimer{Step: st.id, Kind: TimerRetry, At: st.nextTry}
	s.emit(*st.timer)
}

// again makes the next attempt. It keeps the arguments: a retry does the same
// thing again, it does not ask anew what to do. A container starts over as a
// whole, with new steps inside.
func (s *State) again(st *step) {
	switch st.node.kind {
	case kindJob:
		s.dispatch(st)
		return
	case kindFlow:
		s.runFlow(st)
	default:
		s.begin(st)
	}
	st.attempt = st.tried()
}

// choose takes a branch: an index, or -1 for the default.
func (s *State) choose(st *step, i int) {
	st.branch, st.phase = i, Running
	nodes, which := st.node.other, defaultPart
	if i >= 0 {
		nodes, which = st.node.paths[i], strconv.Itoa(i)
	}
	s.descend(st, which, nodes)
}

// descend runs a sequence inside a container.
func (s *State) descend(st *step, which string, nodes []*node) *frame {
	up := st.frame
	f := &frame{
		path: st.inside(which), owner: st, up: up, nodes: nodes,
		prev: up.prev, around: up.seen(), in: up.in, root: up.root, iters: up.iters,
	}
	st.inner.add(f)
	s.later(f)
	return f
}

// inside returns what stands before the ids of the steps in a part of st.
func (st *step) inside(which string) StepID {
	return st.id + "/" + StepID(part(which, st.tried()))
}

// store makes a result known to the steps that follow.
func (s *State) store(st *step, r Ref) {
	st.result = r
	f := st.frame
	for len(f.results) <= f.pos {
		f.results = append(f.results, Ref{})
	}
	f.results[f.pos] = r
	f.root.note(st.node.id, r)
}

// succeed takes the result of a step's work.
func (s *State) succeed(st *step, r Ref) {
	if r.IsZero() {
		r = Inline(nil)
	}
	st.outcome, st.err, st.inner = Succeeded, nil, family{}
	s.store(st, r)
	m := st.node.module
	switch {
	case st.node.handler:
		s.judge(st)
	case m.StopAfterIf != nil && (!st.node.kind.iterations() || st.iterations == nil && !st.node.parallel()):
		s.computeStop(st, ForStop, m.StopAfterIf)
	default:
		s.iterationsJudged(st)
	}
}

// iterationsJudged asks a container of iterations whether the flow stops after all of them.
func (s *State) iterationsJudged(st *step) {
	if p := st.node.module.StopAfterAllItersIf; p != nil && st.node.kind.iterations() {
		s.computeStop(st, ForAllStop, p)
		return
	}
	s.settle(st)
}

func (s *State) computeStop(st *step, p Purpose, stop *flow.StopAfter) {
	s.compute(st, p, ShapeBool, []NamedInput{{Input: expression(stop.Expr)}}, s.around(st, p, st.result))
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
	s.later(f)
}

// stop ends early what a step stands in: the nearest loop, the nearest iteration of
// a parallel container, or the flow.
func (s *State) stop(st *step, p *flow.StopAfter) {
	if f := stopError(st, p, st.result); f != nil {
		s.close(st, Succeeded)
		s.failUp(st.frame, ending{why: Failed, err: f, result: errorRef(f), stopped: s.started.Rules < 2})
		return
	}
	s.close(st, Succeeded)
	s.stopIn(st.frame, st.result, p.SkipIfStopped)
}

// stopError returns the failure that an early stop is told as, nil if it is none.
func stopError(st *step, p *flow.StopAfter, result Ref) *Failure {
	if p.ErrorMessage == nil || p.SkipIfStopped {
		return nil
	}
	f := &Failure{Name: NameEarlyStop, Message: *p.ErrorMessage, StepID: st.node.id}
	if f.Message == "" {
		f.Message = "stop after if: " + p.Expr
	}
	if p.ErrorIncludeResult {
		f.Result = result
	}
	return f
}

// stopIn carries an early stop out of a sequence.
func (s *State) stopIn(f *frame, result Ref, skipped bool) {
	o := f.owner
	switch {
	case f == f.in.frame:
		outcome := Succeeded
		if skipped {
			outcome = Skipped
		}
		s.over(f.in, outcome, result)
	case o.node.kind == kindForLoop || o.node.kind == kindWhileLoop || o.node.parallel():
		o.iterations.halted = o.iterations.halted || !o.node.parallel()
		s.iterationEnded(o, f, result, false)
	default:
		s.store(o, result)
		s.close(o, Succeeded)
		s.stopIn(o.frame, result, skipped)
	}
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

// Number is the value of the one expression of a command with ShapeNumber, as a finite
// number of at least zero. Text that is a number counts, because files hold both.
func (e Evaluate) Number(v json.RawMessage) (json.RawMessage, error) {
	s := string(v)
	var text string
	if json.Unmarshal(v, &text) == nil && s != "null" {
		s = strings.TrimSpace(text)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) && n >= 0 {
		return json.RawMessage(strconv.FormatFloat(n, 'f', -1, 64)), nil
	}
	of := "of seconds"
	if e.For == ForWidth {
		of = "of iterations"
	}
	if r := []rune(string(v)); len(r) > 60 {
		v = json.RawMessage(string(r[:60]) + "…")
	}
	return nil, &Failure{Name: NameExpr, Message: fmt.Sprintf("%s must be a number of at least 0; it is %s", e.For.Place(e.Exprs[0].Name, 0), v),
		Hint: "Write a number " + of + ", or an expression that gives one."}
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
