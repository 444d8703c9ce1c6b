package simtest

import (
	"encoding/json"
	"strings"

	"sluice/engine/run"
)

// The oracle: a recursive interpreter of the rules, without time, events or
// state. It shares no code with the core.

// verdict is how the oracle says a run must end.
type verdict struct {
	outcome run.Outcome
	result  string // JSON, in which unknown stands for anything
	failure string // name of the failure; "" for none, "?" for any
	steps   map[run.StepID]*want
	sights  map[run.StepID]sight
	stops   map[run.StepID]string // the result that a step's stop_after_if sees; of a loop, by the path of the turn
	wholes  map[run.StepID]string // the result that stop_after_all_iters_if sees
	hits    map[string]bool       // the rules that were met
	reached int
}

// want is what the oracle says of one step.
type want struct {
	outcome  run.Outcome // "": not said
	result   string      // "": not said
	attempts int         // of a script
	gate     run.Outcome
}

// sight is what the expressions of a step see.
type sight struct {
	prev, input, env string
	resumes          []string
	approvers        []string // nil: not said
	iters            []string
	results          map[string]string
}

// unknown stands for a value that the rules leave open.
const unknown = `"?"`

// ending is how a step or a sequence ended.
type ending struct {
	kind    endKind
	outcome run.Outcome
	name    string // of the failure
	value   string // what the failing step left as a result: an error, or of a container the list with the error in it
	cause   string // the error itself; "" if value is it
	lost    bool   // a job of it was lost with Sluice: continue_on_error is not for that
	past    bool   // it came after the work of the loop whose stop_after_if it is: nothing of that loop's own catches it
}

type endKind int

const (
	goesOn  endKind = iota
	stopped         // an early stop, which ends the turn, the subflow or the run
	failed          // a failure that continue_on_error and retries are for
	broken          // a failure that they are not for
)

// error is the error of a failure as a result.
func (e ending) error() string {
	if e.cause != "" {
		return e.cause
	}
	return e.value
}

// scope is a program being run: its results are its own.
type scope struct {
	program  *program
	input    string
	env      string
	finished map[string]string // by id, the result that came last
	open     map[string]int    // ids inside a parallel container that is at work: which came last is open
}

// frame is a sequence being run, in the frames around it.
type frame struct {
	results map[string]string
	around  *frame
}

// place is where a step runs.
type place struct {
	scope *scope
	frame *frame
	at    run.StepID // the path of the sequence
	iters []string   // of the loops around, outermost first: "index value"
}

// seen is what a gate hands to the step behind it.
type seen struct {
	resumes, approvers []string
}

type oracle struct {
	c *flowCase
	v verdict
}

// expect runs the oracle on a case.
func expect(c *flowCase) verdict {
	o := &oracle{c: c, v: verdict{steps: map[run.StepID]*want{}, sights: map[run.StepID]sight{}, stops: map[run.StepID]string{},
		wholes: map[run.StepID]string{}, hits: map[string]bool{}}}
	if c.limited {
		o.hit("limit")
	}
	if c.cached > 0 {
		o.hit("cache")
	}
	if c.cached == 2 {
		o.v.outcome, o.v.result = run.Succeeded, kept
		return o.v
	}
	input := given
	if c.prepared {
		o.hit("preprocessor")
		o.want("preprocessor").attempts = 1
		input = prepared(c)
	}
	env := ""
	if c.top.env {
		env = envOf(c.top)
	}
	result, end := o.program(c.top, "", "", input, env)
	o.v.outcome, o.v.result = run.Succeeded, result
	if end.kind != goesOn {
		o.v.outcome, o.v.failure, o.v.result = end.outcome, end.name, end.value
	}
	return o.v
}

const (
	given = `{"who":"ann"}` // the input of every run
	kept  = `"kept"`        // the result of an earlier run
)

// prepared is the input that the preprocessor makes: an object as it is,
// anything else wrapped.
func prepared(c *flowCase) string {
	if c.seed%2 == 0 {
		return `{"who":"preprocessor"}`
	}
	return `{"value":"preprocessor"}`
}

// program runs a flow: its steps, and if they fail its failure module. An
// ending other than goesOn tells how the whole ended.
func (o *oracle) program(p *program, path, at run.StepID, input, env string) (string, ending) {
	if p.skipExpr {
		f := o.c.fate(&node{}, path+"?")
		if f.noSkip {
			o.hit("skip_expr throws")
			return o.handled(p, at, input, env, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(path, run.ForFlowSkip)})
		}
		if f.skipFlow {
			o.hit("skip_expr")
			return `"stopped early"`, ending{kind: stopped, outcome: run.Skipped, value: `"stopped early"`}
		}
	}
	sc := &scope{program: p, input: input, env: env, finished: map[string]string{}, open: map[string]int{}}
	result, end := o.sequence(place{scope: sc, at: at}, p.nodes, input, seen{})
	switch end.kind {
	case failed, broken:
		return o.handled(p, at, input, env, end)
	case stopped:
		end.value = result
		if end.outcome == run.Succeeded {
			end = ending{}
		}
	}
	return result, end
}

// handled runs the failure module, once: it has the last word on the result,
// and with recover on the outcome.
func (o *oracle) handled(p *program, at run.StepID, input, env string, end ending) (string, ending) {
	if p.failure == nil {
		return end.value, end
	}
	o.hit("failure module")
	if at != "" {
		o.hit("failure module of a subflow")
	}
	id := join(at, "failure")
	f := o.c.fate(p.failure, id)
	attempt, lost := attempts(p.failure, f)
	o.v.sights[id] = sight{prev: end.error(), input: input, env: env}
	w := o.want(id)
	w.attempts = attempt
	if lost != "" {
		end.name, end.value = "?", unknown // which of the two errors is told is not fixed
		return end.value, end
	}
	value := handled(p.recover)
	if f.big {
		value = blob(id)
	}
	if p.recover {
		o.hit("recover")
		return value, ending{}
	}
	end.cause, end.value = end.error(), value
	return value, end
}

// handled is what failure modules return.
func handled(recovers bool) string {
	b, _ := json.Marshal(map[string]any{"handled": true, "recover": recovers})
	return string(b)
}

// sequence runs nodes one after another. prev is the previous result, outer
// what the container sees of a gate before it: that goes on inside it.
func (o *oracle) sequence(p place, nodes []*node, prev string, outer seen) (string, ending) {
	p.frame = &frame{results: map[string]string{}, around: p.frame}
	sees := outer
	for _, n := range nodes {
		id := join(p.at, n.id)
		o.v.reached++
		if o.v.reached > 4*maxSteps {
			return unknown, ending{kind: failed, outcome: run.Failed, name: "?", value: unknown}
		}
		result, next, end := o.step(p, n, id, prev, sees)
		if end.kind != goesOn {
			o.finish(p, n, unknown)
			return result, end
		}
		o.finish(p, n, result)
		prev, sees = result, outer
		if next != nil {
			sees = *next
		}
	}
	return prev, ending{}
}

// finish notes a step's result under its id.
func (o *oracle) finish(p place, n *node, result string) {
	p.frame.results[n.id] = result
	p.scope.finished[n.id] = result
}

// lookup says what results.id is worth at a place: the step of the own sequence,
// else of those around it, else the one that finished last; null for none.
func (p place) lookup(id string) string {
	for f := p.frame; f != nil; f = f.around {
		if r, ok := f.results[id]; ok {
			return r
		}
	}
	if p.scope.open[id] > 0 {
		return unknown
	}
	if r, ok := p.scope.finished[id]; ok {
		return r
	}
	return "null"
}

// step runs one node. It returns the result and, behind a gate, what the next
// step sees.
func (o *oracle) step(p place, n *node, id run.StepID, prev string, sees seen) (result string, next *seen, end ending) {
	f := o.c.fate(n, id)
	w := o.want(id)
	o.hit(string(n.kind))
	if len(p.iters) > 1 {
		o.hit("nested iter")
	}
	o.look(p, n, id, prev, sees)

	result, how, end := o.work(p, n, f, id, prev, sees)
	switch {
	case end.kind == failed && n.carryOn && !end.past && !end.lost:
		o.hit("continue_on_error")
		if n.container() {
			o.hit("continue_on_error of a container")
		}
		w.outcome, w.result = run.Failed, end.value
		result, end = end.value, ending{}
		how = carried
	case end.kind == failed || end.kind == broken:
		w.outcome = run.Failed
		end.past = false
		return result, nil, end
	case end.kind == stopped:
		return result, nil, end
	case how == skipped:
		w.outcome = run.Skipped
	default:
		w.outcome, w.result = run.Succeeded, result
	}

	if how == worked || how == mocked {
		if end := o.stop(n, f, id, how, result); end.kind != goesOn {
			w.outcome, w.result = "", ""
			return result, nil, end
		}
		if n.gate > 0 {
			next, end = o.gate(n, f, id)
			if end.kind != goesOn {
				w.outcome, w.result = run.Failed, ""
				return end.value, nil, end
			}
		}
	}
	if n.sleep {
		o.hit("sleep")
		if f.throws == run.ForSleep {
			o.hit("sleep throws")
			w.outcome, w.result = "", ""
			return unknown, nil, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(id, run.ForSleep)}
		}
	}
	return result, next, ending{}
}

// manner is how a step came to its result.
type manner int

const (
	worked  manner = iota
	skipped        // by skip_if
	mocked
	carried // failed, under continue_on_error
)

// work runs a step up to its result: skip_if, mock, and the attempts.
func (o *oracle) work(p place, n *node, f fate, id run.StepID, prev string, sees seen) (string, manner, ending) {
	mistaken := func(purpose run.Purpose) (string, manner, ending) {
		o.hit(string(purpose) + " throws")
		v := mistake(id, purpose)
		return v, worked, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: v}
	}
	if n.skip {
		if f.throws == run.ForSkip {
			return mistaken(run.ForSkip)
		}
		if f.skip {
			o.hit("skip")
			if n.container() {
				o.hit("skip of a container")
			}
			return prev, skipped, ending{}
		}
	}
	if n.mock {
		o.hit("mock")
		return quote("mock:" + n.id), mocked, ending{}
	}
	switch n.kind {
	case identity:
		return prev, worked, ending{}
	case script:
		if f.throws == run.ForInputs {
			return mistaken(run.ForInputs)
		}
		if n.timeout && f.throws == run.ForTimeout {
			return mistaken(run.ForTimeout)
		}
		attempt, lost := attempts(n, f)
		o.want(id).attempts = attempt
		if attempt > 1 {
			o.hit("retry")
		}
		if lost != "" {
			v := o.fault(id, attempt, lost)
			end := ending{kind: failed, outcome: run.Failed, name: lost, value: v, lost: lost == run.NameLost}
			if n.retryIf && f.throws == run.ForRetry && attempt <= n.constant+n.exponential {
				end.name, end.value = "?", unknown
			}
			return end.value, worked, end
		}
		if f.big {
			return blob(id), worked, ending{}
		}
		return quote(string(id)), worked, ending{}
	}
	if f.throws == run.ForInputs && n.kind == subflow && !n.fixed {
		return mistaken(run.ForInputs)
	}
	for attempt := 1; ; attempt++ {
		result, end := o.container(p, n, f, id, attempt, prev, sees)
		if end.kind != failed || end.past || !again(n, f, attempt) {
			if end.kind == failed && n.retryIf && f.throws == run.ForRetry && attempt <= n.constant+n.exponential {
				end.name, end.value, end.cause = "?", unknown, unknown
			}
			return result, worked, end
		}
		o.hit("retry of a container")
	}
}

// attempts says how many attempts a script makes and, if the last one fails,
// under which name.
func attempts(n *node, f fate) (int, string) {
	for attempt := 1; ; attempt++ {
		if attempt > f.fails {
			return attempt, ""
		}
		if !again(n, f, attempt) {
			return attempt, blow(f, attempt)
		}
	}
}

// blow is the name of the failure of an attempt that fails.
func blow(f fate, attempt int) string {
	if f.lost>>attempt&1 == 1 {
		return run.NameLost
	}
	return "Boom"
}

// again reports whether a further attempt follows one that failed.
func again(n *node, f fate, attempt int) bool {
	if attempt > n.constant+n.exponential {
		return false
	}
	return !n.retryIf || f.throws != run.ForRetry && attempt <= f.retryUntil
}

// fault is the error of an attempt as a result.
func (o *oracle) fault(id run.StepID, attempt int, name string) string {
	if name == run.NameLost {
		return failure(run.NameLost, "")
	}
	return failure(name, message(id, attempt))
}

// stop says whether a step that succeeded ends what it is in.
func (o *oracle) stop(n *node, f fate, id run.StepID, how manner, result string) ending {
	loop := n.kind == forLoop || n.kind == while
	if n.stop && !(how == worked && (loop || n.kind == all)) {
		o.v.stops[id] = result
		if f.throws == run.ForStop {
			o.hit("stop throws")
			return ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(id, run.ForStop)}
		}
		if f.stop {
			o.hit("stop")
			return early(n.stopSkip, n.stopError, n.stopTells, "result.stop", result)
		}
	}
	if n.stopAll {
		o.hit("stop_after_all_iters_if")
		o.v.wholes[id] = result
		if f.throws == run.ForAllStop {
			return ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(id, run.ForAllStop)}
		}
		if f.stopAll {
			text := "all of it"
			if n.stopAllFail {
				return early(false, &text, false, "", result)
			}
			return ending{kind: stopped, outcome: run.Succeeded, value: result}
		}
	}
	return ending{}
}

// early is the ending that a stop_after_if asks for.
func early(skip bool, fails *string, tells bool, expr, result string) ending {
	switch {
	case skip:
		return ending{kind: stopped, outcome: run.Skipped, name: "", value: result}
	case fails == nil:
		return ending{kind: stopped, outcome: run.Succeeded, name: "", value: result}
	}
	text := *fails
	if text == "" {
		text = "stop after if: " + expr
	}
	v := failure(run.NameEarlyStop, text)
	if tells {
		if strings.Contains(result, `"blob:`) {
			result = unknown // an error does not carry what the core does not hold
		}
		v = strings.TrimSuffix(v, "}}") + `,"result":` + result + "}}"
	}
	return ending{kind: failed, outcome: run.Failed, name: run.NameEarlyStop, value: v}
}

// gate says how a step's gate ends and what the next step sees.
func (o *oracle) gate(n *node, f fate, id run.StepID) (*seen, ending) {
	out, counted := decide(n, f)
	o.want(id).gate = out
	o.hit("gate " + string(out))
	if n.container() {
		o.hit("gate of a container")
	}
	s := &seen{approvers: []string{}}
	for i, v := range f.votes[:counted] {
		s.resumes = append(s.resumes, payload(i+1))
		s.approvers = append(s.approvers, v.person)
	}
	if out == run.Approved {
		return s, ending{}
	}
	name := run.NameExpired
	if out == run.Refused {
		name = run.NameRefused
	}
	v := failure(name, "") // the core tells more than OpenFlow's fixed texts
	if n.carryGate {
		o.hit("continue on refusal")
		s.resumes, s.approvers = append(s.resumes, v), nil
		return s, ending{}
	}
	return nil, ending{kind: broken, outcome: out, name: name, value: v}
}

// decide says how a gate ends and how many votes were counted.
func decide(n *node, f fate) (run.Outcome, int) {
	approvals := 0
	for _, v := range f.votes[:f.early] {
		if !v.approve {
			return run.Refused, f.early
		}
		approvals++
	}
	if approvals >= n.gate {
		return run.Approved, f.early
	}
	for i, v := range f.votes[f.early:] {
		if !v.approve {
			return run.Refused, f.early + i + 1
		}
		if approvals++; approvals >= n.gate {
			return run.Approved, f.early + i + 1
		}
	}
	return run.Expired, len(f.votes)
}

// look notes what the expressions of a step see.
func (o *oracle) look(p place, n *node, id run.StepID, prev string, sees seen) {
	s := sight{prev: prev, input: p.scope.input, env: p.scope.env, resumes: sees.resumes, approvers: sees.approvers, iters: p.iters, results: map[string]string{}}
	for _, use := range n.uses {
		s.results[use] = p.lookup(use)
	}
	o.v.sights[id] = s
}

func (o *oracle) want(id run.StepID) *want {
	if o.v.steps[id] == nil {
		o.v.steps[id] = &want{}
	}
	return o.v.steps[id]
}

func (o *oracle) hit(rule string) { o.v.hits[rule] = true }

func join(at run.StepID, id string) run.StepID {
	if at == "" {
		return run.StepID(id)
	}
	return at + "/" + run.StepID(id)
}
