package simtest

import (
	"encoding/json"

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
	stops   map[run.StepID]string            // the result that a step's stop_after_if sees; of a loop, by the path of the iteration
	around  map[run.StepID]map[string]string // and the results of other steps
	iters   map[run.StepID]string            // and the results of the iterations so far
	wholes  map[run.StepID]string            // the result that stop_after_all_iters_if sees
	hits    map[string]bool                  // the rules that were met
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
	stopped         // an early stop, which ends the iteration, the subflow or the run
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
	program *program
	input   string
	env     string
}

// memory is what results are found in that are not of the sequences around: a
// program's, or that of one iteration of a parallel loop.
type memory struct {
	finished map[string]string // by id, the result that came last
	open     map[string]int    // ids inside parallel branches that are at work: which came last is open
}

func remember() *memory { return &memory{finished: map[string]string{}, open: map[string]int{}} }

// frame is a sequence being run, in the frames around it.
type frame struct {
	results map[string]string
	around  *frame
}

// place is where a step runs.
type place struct {
	scope  *scope
	memory *memory
	frame  *frame
	at     run.StepID // the path of the sequence
	iters  []string   // of the loops around, outermost first: "index value"
}

// seen is what a gate hands to the step behind it.
type seen struct {
	resumes, approvers []string
}

type oracle struct {
	c      *flowCase
	v      verdict
	around []string // what containers are around the step at hand
}

// expect runs the oracle on a case.
func expect(c *flowCase) verdict {
	o := &oracle{c: c, v: verdict{steps: map[run.StepID]*want{}, sights: map[run.StepID]sight{}, stops: map[run.StepID]string{},
		around: map[run.StepID]map[string]string{}, iters: map[run.StepID]string{}, wholes: map[run.StepID]string{}, hits: map[string]bool{}}}
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
	env := ""
	if c.top.env {
		env = envOf(c.top)
	}
	if c.prepared {
		o.hit("preprocessor")
		o.want(run.PreprocessorStep).attempts = 1
		if input = prepared(c); input == "" {
			o.hit("preprocessor fails")
			v := failure("Boom", message(run.PreprocessorStep, 1))
			return o.over(o.handled(c.top, "", given, env, ending{kind: failed, outcome: run.Failed, name: "Boom", value: v}))
		}
	}
	return o.over(o.program(c.top, "", "", input, env))
}

// over writes down how the run ended.
func (o *oracle) over(result string, end ending) verdict {
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
// anything else wrapped; "" if it fails.
func prepared(c *flowCase) string {
	switch {
	case c.seed%5 == 0:
		return ""
	case c.seed%2 == 0:
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
			return o.handled(p, at, input, env, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(f, path, run.ForFlowSkip)})
		}
		if f.skipFlow {
			o.hit("skip_expr")
			return `"stopped early"`, ending{kind: stopped, outcome: run.Skipped, value: `"stopped early"`}
		}
	}
	sc := &scope{program: p, input: input, env: env}
	result, end := o.sequence(place{scope: sc, memory: remember(), at: at}, p.nodes, input, seen{})
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
	w := o.want(id)
	if p.failure.skip && f.skip {
		o.hit("skip of the failure module")
		o.v.sights[id] = sight{prev: end.error(), input: input, env: env}
		w.outcome = run.Skipped
		return end.value, end
	}
	attempt, lost := attempts(p.failure, f)
	o.v.sights[id] = sight{prev: end.error(), input: input, env: env}
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
		if o.v.reached > 5*maxSteps {
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
	p.memory.finished[n.id] = result
}

// lookup says what results.id is worth at a place: the step of the own sequence,
// else of those around it, else the one that finished last in the program, or in
// the iteration of a parallel loop; null for none.
func (p place) lookup(id string) string {
	for f := p.frame; f != nil; f = f.around {
		if r, ok := f.results[id]; ok {
			return r
		}
	}
	if p.memory.open[id] > 0 {
		return unknown
	}
	if r, ok := p.memory.finished[id]; ok {
		return r
	}
	return "null"
}

// look notes what the expressions of a step see.
func (o *oracle) look(p place, n *node, id run.StepID, prev string, sees seen) {
	s := sight{prev: prev, input: p.scope.input, env: p.scope.env, resumes: sees.resumes, approvers: sees.approvers, iters: p.iters, results: map[string]string{}}
	for _, use := range n.uses {
		s.results[use] = p.lookup(use)
	}
	o.v.sights[id] = s
}

// judged notes what a stop_after_if sees. What it sees under its own step's name
// is not said.
func (o *oracle) judged(p place, n *node, at run.StepID, result string) {
	o.v.stops[at] = result
	o.v.around[at] = map[string]string{}
	for _, use := range n.uses {
		if use != n.id {
			o.v.around[at][use] = p.lookup(use)
		}
	}
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
