package run

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// RulesNow is the number of the rules that new runs start under. A journal
// replays under the number its Started names; when Next must behave differently,
// this number rises and the old behavior stays for the old number.
//
// Under rules 1 a step with continue_on_error went on after its job was lost, and
// an early stop with a message went past the continue_on_error of branches. Under
// rules 1 and 2 the iterations of a parallel loop saw each other's results, as far as
// these had finished, and what came after the loop saw the last of them.
const RulesNow = 3

// Plan is a flow made ready to run: checked, with the code of every step and
// every flow it runs found, and everything computed that does not depend on a
// run. It is immutable and may be shared by any number of states.
type Plan struct {
	*program
	order []*node // all, depth first; those of a subflow behind the first step that runs it
	flows map[string]*flow.Flow
}

// Inner returns a flow that steps of the plan run, by its path; nil if there is none.
func (p *Plan) Inner(path string) *flow.Flow { return p.flows[path] }

// program is one flow of a plan: the main one, or one that a step runs. Steps
// that run the same flow share it.
type program struct {
	flow    *flow.Flow
	steps   []*node // the top sequence
	failure *node   // nil if there is none
	before  *node   // the preprocessor; nil if there is none, and in subflows
	env     Ref     // flow_env; zero if the flow has none
}

// node is one module of a plan.
type node struct {
	id     string // its module id, or FailureStep
	ord    int    // its place in Plan.order
	module *flow.Module
	kind   kind
	code   Code
	limit  Limit

	args    Ref               // the arguments, if they are all fixed
	fixed   bool              // whether they are
	inputs  []NamedInput      // the arguments otherwise
	preds   []NamedInput      // a branchone's predicates
	paths   [][]*node         // the branches, or the one body of a loop
	other   []*node           // a branchone's default
	sub     *program          // the flow that it runs
	prio    int               // of its jobs
	wants   map[Purpose]wants // the results that the expressions of a purpose mention
	gated   bool
	handler bool // it is the failure module
}

type kind int

const (
	kindJob kind = iota
	kindIdentity
	kindBranchOne
	kindBranchAll
	kindForLoop
	kindWhileLoop
	kindFlow
)

// iterations reports whether the step's inside runs in iterations: a loop's iterations,
// or all branches.
func (k kind) iterations() bool { return k == kindForLoop || k == kindWhileLoop || k == kindBranchAll }

// Compile makes a plan of a pinned flow. It refuses what this version cannot
// run, naming the step: a flow never stops in its middle over something that
// could be known before.
func Compile(p Pinned) (*Plan, error) {
	f, err := flow.ParseJSON(p.Flow)
	if err != nil {
		return nil, fmt.Errorf("read the pinned flow: %w", err)
	}
	subs := make(map[string]*flow.Flow, len(p.Flows))
	for path, text := range p.Flows {
		if subs[path], err = flow.ParseJSON(text); err != nil {
			return nil, fmt.Errorf("read the pinned flow %s: %w", path, err)
		}
	}
	return CompileParsed(p, f, subs)
}

// CompileParsed is Compile for who has read the flows of the version already: the
// main one, and by their paths those that it runs. Nobody may change them afterwards.
func CompileParsed(p Pinned, main *flow.Flow, flows map[string]*flow.Flow) (*Plan, error) {
	b := &planner{plan: &Plan{flows: flows}, scripts: p.Scripts, modules: p.Modules, flows: flows, programs: map[string]*program{}}
	var err error
	if b.plan.program, err = b.program(main); err != nil {
		return nil, err
	}
	return b.plan, nil
}

// planner compiles flows into one plan.
type planner struct {
	plan     *Plan
	scripts  map[string]Code
	modules  map[string]Code // that code imports, by path
	flows    map[string]*flow.Flow
	programs map[string]*program // done, by path; nil while it is being compiled
	path     []string            // the flows that are being compiled, outermost first

	// Of the flow that is being compiled.
	now  *program
	seen map[string]bool
}

func (b *planner) program(f *flow.Flow) (*program, error) {
	for _, no := range flow.Unsupported(f) {
		return nil, fault.New(no.Code, no.Title, no.Hint)
	}
	now, seen := b.now, b.seen
	defer func() { b.now, b.seen = now, seen }()
	p := &program{flow: f}
	b.now, b.seen = p, map[string]bool{}
	var err error
	if p.steps, err = b.sequence(f.Value.Modules); err != nil {
		return nil, err
	}
	if m := f.Value.PreprocessorModule; m != nil && len(b.path) == 0 {
		if p.before, err = b.apart(m, string(PreprocessorStep), "a preprocessor"); err != nil {
			return nil, err
		}
	}
	if m := f.Value.FailureModule; m != nil {
		if p.failure, err = b.apart(m, string(FailureStep), "a failure module"); err != nil {
			return nil, err
		}
		p.failure.handler = true
	}
	if len(f.Value.FlowEnv) > 0 {
		p.env = object(slices.Sorted(maps.Keys(f.Value.FlowEnv)), func(k string) json.RawMessage { return f.Value.FlowEnv[k] })
	}
	return p, nil
}

// subflow compiles the flow that a step runs, once for all its users.
func (b *planner) subflow(m *flow.Module, path string) (*program, error) {
	if p, ok := b.programs[path]; ok {
		if p == nil {
			return nil, fault.Newf("flow.cycle", "Take one of these steps out: such a flow would never end.",
				"The flows run each other in a circle: %s", strings.Join(append(b.path, path), " → "))
		}
		return p, nil
	}
	f := b.flows[path]
	if f == nil {
		return nil, fault.Newf("flow.subflow", "Choose a flow for this step again.", "The flow %q of step %q was not found", path, m.ID)
	}
	b.programs[path] = nil
	b.path = append(b.path, path)
	p, err := b.program(f)
	b.path = b.path[:len(b.path)-1]
	if err != nil {
		return nil, fmt.Errorf("flow %s: %w", path, err)
	}
	b.programs[path] = p
	return p, nil
}

func (b *planner) sequence(ms []*flow.Module) ([]*node, error) {
	var ns []*node
	for _, m := range ms {
		n, err := b.node(m)
		if err != nil {
			return nil, err
		}
		ns = append(ns, n)
	}
	return ns, nil
}

// badID are ids that could not be told apart in step paths or in the journal.
func badID(id string) bool {
	return id == "" || id == string(FailureStep) || id == string(PreprocessorStep) || strings.Contains(id, "/")
}

func (b *planner) node(m *flow.Module) (*node, error) {
	if badID(m.ID) {
		return nil, fault.Newf("flow.id", "Give the step another id: letters, digits, dash and underscore.", "A step cannot have the id %q", m.ID)
	}
	if b.seen[m.ID] {
		return nil, fault.Newf("flow.id", "Rename one of them: results are found by id.", "Two steps have the id %q", m.ID)
	}
	b.seen[m.ID] = true
	return b.build(m.ID, m)
}

// apart compiles a module that stands beside the sequence. It must be a script,
// and asks nobody.
func (b *planner) apart(m *flow.Module, id, what string) (*node, error) {
	switch m.Value.(type) {
	case *flow.RawScript, *flow.Script:
	default:
		return nil, unsupported(m, what+" that is not a script")
	}
	if m.Suspend != nil && m.Suspend.RequiredEvents > 0 {
		return nil, unsupported(m, "an approval in "+what)
	}
	return b.build(id, m)
}

// imports are the scripts of the library that a script imports, as they were when
// the run started.
func (b *planner) imports(c Code) map[string]string {
	if len(b.modules) == 0 {
		return nil
	}
	return flow.Imported(c.Language, c.Path, c.Content, func(path string) (string, string, bool) {
		m, ok := b.modules[path]
		return m.Language, m.Content, ok
	})
}

func (b *planner) build(id string, m *flow.Module) (*node, error) {
	n := &node{id: id, ord: len(b.plan.order), module: m}
	b.plan.order = append(b.plan.order, n)
	n.gated = m.Suspend != nil && m.Suspend.RequiredEvents > 0
	if n.prio = int(m.Priority); n.prio == 0 {
		n.prio = int(b.now.flow.Value.Priority)
	}
	var err error
	switch v := m.Value.(type) {
	case *flow.RawScript:
		n.code = Code{Language: v.Language, Content: v.Content, Summary: m.Summary}
		n.code.Imports = b.imports(n.code)
		n.limit = limitOf(v.ConcurrentLimit, v.ConcurrencyWindowS, v.ConcurrencyKey)
	case *flow.Script:
		var ok bool
		if n.code, ok = b.scripts[ScriptKey(v.Path, v.Hash)]; !ok {
			return nil, fault.Newf("flow.script", "Choose a script for this step again.", "The script %q of step %q was not found", v.Path, id)
		}
		n.code.Imports = b.imports(n.code)
		if n.code.Limit != nil {
			n.limit = *n.code.Limit
		}
	case *flow.Identity:
		n.kind = kindIdentity
	case *flow.Subflow:
		n.kind = kindFlow
		if n.sub, err = b.subflow(m, v.Path); err != nil {
			return nil, err
		}
	case *flow.ForLoop:
		n.kind = kindForLoop
		err = b.inside(n, v.Modules)
	case *flow.WhileLoop:
		n.kind = kindWhileLoop
		err = b.inside(n, v.Modules)
	case *flow.BranchAll:
		n.kind = kindBranchAll
		for _, br := range v.Branches {
			if err = b.inside(n, br.Modules); err != nil {
				break
			}
		}
	case *flow.BranchOne:
		n.kind = kindBranchOne
		for i, br := range v.Branches {
			n.preds = append(n.preds, NamedInput{Name: strconv.Itoa(i), Input: expression(br.Expr)})
			if err = b.inside(n, br.Modules); err != nil {
				return nil, err
			}
		}
		n.other, err = b.sequence(v.Default)
	default:
		return nil, unsupported(m, flow.TypeOf(m.Value))
	}
	if err != nil {
		return nil, err
	}
	if n.kind == kindJob || n.kind == kindFlow {
		if err := n.setInputs(); err != nil {
			return nil, err
		}
	}
	n.setWants()
	return n, nil
}

// inside adds a sequence to those of a container.
func (b *planner) inside(n *node, ms []*flow.Module) error {
	seq, err := b.sequence(ms)
	n.paths = append(n.paths, seq)
	return err
}

func limitOf(most, window float64, key string) Limit {
	if most < 1 {
		return Limit{}
	}
	return Limit{Max: int(most), Window: seconds(window), Key: key}
}

func (n *node) setInputs() error {
	in := flow.InputsOf(n.module)
	n.fixed = true
	for _, name := range in.Names {
		i := in.By[name]
		if i == nil {
			i = &flow.Input{Kind: flow.Static}
		}
		switch i.Kind {
		case flow.Static:
		case flow.JavaScript:
			n.fixed = false
		default:
			return unsupported(n.module, fmt.Sprintf("an input (%q) that is filled by %q", name, i.Kind))
		}
		n.inputs = append(n.inputs, NamedInput{Name: name, Input: *i})
	}
	if n.fixed {
		n.args = object(in.Names, func(k string) json.RawMessage {
			if in.By[k] == nil {
				return nil
			}
			return in.By[k].Value
		})
	}
	return nil
}

func (n *node) setWants() {
	m := n.module
	n.wants = map[Purpose]wants{}
	if m.SkipIf != nil {
		n.wants[ForSkip] = wanted(m.SkipIf.Expr)
	}
	if len(n.inputs) > 0 {
		n.wants[ForInputs] = wantedBy(n.inputs)
	}
	if len(n.preds) > 0 {
		n.wants[ForBranch] = wantedBy(n.preds)
	}
	if m.StopAfterIf != nil {
		n.wants[ForStop] = wanted(m.StopAfterIf.Expr)
	}
	if m.Timeout != nil && m.Timeout.Kind == flow.JavaScript {
		n.wants[ForTimeout] = wanted(m.Timeout.Expr)
	}
	if m.StopAfterAllItersIf != nil {
		n.wants[ForAllStop] = wanted(m.StopAfterAllItersIf.Expr)
	}
	if l, ok := m.Value.(*flow.ForLoop); ok {
		if l.Iterator != nil && l.Iterator.Kind == flow.JavaScript {
			n.wants[ForIterator] = wanted(l.Iterator.Expr)
		}
		if l.Parallelism != nil && l.Parallelism.Kind == flow.JavaScript {
			n.wants[ForWidth] = wanted(l.Parallelism.Expr)
		}
	}
}

// parallel reports whether a container works on several iterations at a time.
func (n *node) parallel() bool {
	switch v := n.module.Value.(type) {
	case *flow.ForLoop:
		return v.Parallel
	case *flow.BranchAll:
		return v.Parallel
	case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// They have no iterations.
	}
	return false
}

// skips reports whether the failure of an iteration is only noted in its place.
func (n *node) skips(iteration int) bool {
	switch v := n.module.Value.(type) {
	case *flow.ForLoop:
		return v.SkipFailures
	case *flow.WhileLoop:
		return v.SkipFailures
	case *flow.BranchAll:
		return v.Branches[iteration].SkipFailure
	case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They have no iterations.
	}
	return false
}

func expression(text string) flow.Input {
	return flow.Input{Kind: flow.JavaScript, Expr: text}
}

func unsupported(m *flow.Module, what string) error {
	return fault.Newf("flow.unsupported", "The flow is kept as it is. Take the step out to run the rest.",
		"Step %q uses %s, which this version cannot run", m.ID, what)
}

// Flow returns the flow that the plan runs.
func (p *Plan) Flow() *flow.Flow { return p.flow }

// Module returns the module of a step, nil if the plan has none of that path.
func (p *Plan) Module(id StepID) *flow.Module {
	if n := p.node(id); n != nil {
		return n.module
	}
	return nil
}

// Code returns what a step's job runs; false if the step has no code.
func (p *Plan) Code(id StepID) (Code, bool) {
	n := p.node(id)
	if n == nil || n.kind != kindJob {
		return Code{}, false
	}
	return n.code, true
}

// Order returns a step's place among all modules, depth first with the failure
// module last; -1 if the plan has no such step.
func (p *Plan) Order(id StepID) int {
	if n := p.node(id); n != nil {
		return n.ord
	}
	return -1
}

// Modules returns all modules in the sense of Order.
func (p *Plan) Modules() []*flow.Module {
	ms := make([]*flow.Module, len(p.order))
	for i, n := range p.order {
		ms[i] = n.module
	}
	return ms
}

// Subflow returns the flow that a step runs; nil if it runs none.
func (p *Plan) Subflow(id StepID) *flow.Flow {
	if n := p.node(id); n != nil && n.sub != nil {
		return n.sub.flow
	}
	return nil
}

// node follows a step's path down from the top sequence.
func (p *Plan) node(id StepID) *node {
	in, seq, rest := p.program, p.steps, string(id)
	for {
		name, tail, deeper := strings.Cut(rest, "/")
		n := in.named(seq, name)
		if n == nil || !deeper {
			return n
		}
		part, tail, ok := strings.Cut(tail, "/")
		if !ok {
			return nil
		}
		if n.kind == kindFlow {
			in = n.sub
		}
		if seq, ok = n.within(part); !ok {
			return nil
		}
		rest = tail
	}
}

// named finds a step of a sequence, or one that stands beside the sequences.
func (p *program) named(seq []*node, name string) *node {
	switch StepID(name) {
	case FailureStep:
		return p.failure
	case PreprocessorStep:
		return p.before
	}
	if i := slices.IndexFunc(seq, func(n *node) bool { return n.id == name }); i >= 0 {
		return seq[i]
	}
	return nil
}

// The parts of a step's path that are not numbers.
const (
	defaultPart = "default" // the default branch
	flowPart    = "flow"    // inside the flow that the step runs
)

// part writes what stands between a container and its children: its iteration or
// branch, and from its second attempt on the attempt.
func part(which string, attempt int) string {
	if attempt > 1 {
		return which + "~" + strconv.Itoa(attempt)
	}
	return which
}

// within returns the sequence of a container that a path's part names.
func (n *node) within(part string) ([]*node, bool) {
	part, attempt, again := strings.Cut(part, "~")
	if a, err := strconv.Atoi(attempt); again && (err != nil || a < 2 || strconv.Itoa(a) != attempt) {
		return nil, false
	}
	switch {
	case n.kind == kindFlow && part == flowPart:
		return n.sub.steps, true
	case n.kind == kindBranchOne && part == defaultPart:
		return n.other, true
	}
	i, err := strconv.Atoi(part)
	if err != nil || i < 0 || strconv.Itoa(i) != part {
		return nil, false
	}
	switch n.kind {
	case kindForLoop, kindWhileLoop:
		return n.paths[0], i < MaxIterations
	case kindBranchOne, kindBranchAll:
		if i < len(n.paths) {
			return n.paths[i], true
		}
	}
	return nil, false
}
