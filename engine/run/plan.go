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
const RulesNow = 1

// Plan is a flow made ready to run: checked, with the code of every step found
// and everything computed that does not depend on a run. It is immutable and
// may be shared by any number of states.
type Plan struct {
	flow    *flow.Flow
	steps   []*node // the top sequence
	failure *node   // nil if there is none
	env     Ref     // flow_env
	skip    wants   // of skip_expr
	order   []*node // all, depth first, the failure module last
}

// node is one module of a plan.
type node struct {
	id     string // its module id, or FailureStep
	ord    int    // its place in Plan.order
	module *flow.Module
	kind   kind
	code   Code

	args    Ref               // the arguments, if they are all fixed
	fixed   bool              // whether they are
	inputs  []NamedInput      // the arguments otherwise
	preds   []NamedInput      // a branchone's predicates
	paths   [][]*node         // a branchone's branches
	other   []*node           // a branchone's default
	wants   map[Purpose]wants // the results that the expressions of a purpose mention
	gated   bool
	handler bool // it is the failure module
}

type kind int

const (
	kindJob kind = iota
	kindIdentity
	kindBranchOne
)

// Compile makes a plan of a pinned flow. It refuses what this version can not
// run, naming the step: a flow never stops in its middle over something that
// could be known before.
func Compile(p Pinned) (*Plan, error) {
	f, err := flow.ParseJSON(p.Flow)
	if err != nil {
		return nil, fmt.Errorf("read the pinned flow: %w", err)
	}
	return compile(f, p.Scripts)
}

func compile(f *flow.Flow, scripts map[string]Code) (*Plan, error) {
	b := &planner{plan: &Plan{flow: f}, scripts: scripts, seen: map[string]bool{}}
	p := b.plan
	for _, no := range flow.Unsupported(f) {
		return nil, fault.New(no.Code, no.Title, no.Hint)
	}
	var err error
	if p.steps, err = b.sequence(f.Value.Modules); err != nil {
		return nil, err
	}
	if m := f.Value.FailureModule; m != nil {
		if p.failure, err = b.failureModule(m); err != nil {
			return nil, err
		}
	}
	p.env = object(slices.Sorted(maps.Keys(f.Value.FlowEnv)), func(k string) json.RawMessage { return f.Value.FlowEnv[k] })
	p.skip = wanted(f.Value.SkipExpr)
	return p, nil
}

type planner struct {
	plan    *Plan
	scripts map[string]Code
	seen    map[string]bool
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
	return id == "" || id == string(FailureStep) || id == "preprocessor" || strings.Contains(id, "/")
}

func (b *planner) node(m *flow.Module) (*node, error) {
	if badID(m.ID) {
		return nil, fault.Newf("flow.id", "Give the step another id: letters, digits, dash and underscore.", "A step can not have the id %q", m.ID)
	}
	if b.seen[m.ID] {
		return nil, fault.Newf("flow.id", "Rename one of them: results are found by id.", "Two steps have the id %q", m.ID)
	}
	b.seen[m.ID] = true
	return b.build(m.ID, m)
}

func (b *planner) failureModule(m *flow.Module) (*node, error) {
	switch m.Value.(type) {
	case *flow.RawScript, *flow.Script:
	default:
		return nil, unsupported(m, "a failure module that is not a script")
	}
	if m.Suspend != nil && m.Suspend.RequiredEvents > 0 {
		return nil, unsupported(m, "an approval in the failure module")
	}
	n, err := b.build(string(FailureStep), m)
	if err == nil {
		n.handler = true
	}
	return n, err
}

func (b *planner) build(id string, m *flow.Module) (*node, error) {
	n := &node{id: id, ord: len(b.plan.order), module: m}
	b.plan.order = append(b.plan.order, n)
	n.gated = m.Suspend != nil && m.Suspend.RequiredEvents > 0
	var err error
	switch v := m.Value.(type) {
	case *flow.RawScript:
		n.code = Code{Language: v.Language, Content: v.Content, Summary: m.Summary}
	case *flow.Script:
		var ok bool
		if n.code, ok = b.scripts[v.Path]; !ok {
			return nil, fault.Newf("flow.script", "Choose a script for this step again.", "The script %q of step %q was not found", v.Path, id)
		}
	case *flow.Identity:
		n.kind = kindIdentity
	case *flow.BranchOne:
		n.kind = kindBranchOne
		if m.Retry != nil && attempts(m.Retry) > 0 {
			return nil, unsupported(m, "a retry of a whole branch; set it on the steps inside")
		}
		for i, br := range v.Branches {
			n.preds = append(n.preds, NamedInput{Name: strconv.Itoa(i), Input: expression(br.Expr)})
			path, err := b.sequence(br.Modules)
			if err != nil {
				return nil, err
			}
			n.paths = append(n.paths, path)
		}
		if n.other, err = b.sequence(v.Default); err != nil {
			return nil, err
		}
	default:
		return nil, unsupported(m, flow.TypeOf(m.Value))
	}
	if n.kind == kindJob {
		if err := n.setInputs(); err != nil {
			return nil, err
		}
	}
	n.setWants()
	return n, nil
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
}

func expression(text string) flow.Input {
	return flow.Input{Kind: flow.JavaScript, Expr: text}
}

func unsupported(m *flow.Module, what string) error {
	return fault.Newf("flow.unsupported", "The flow is kept as it is. Take the step out to run the rest.",
		"Step %q uses %s, which this version can not run", m.ID, what)
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

// node follows a step's path down from the top sequence.
func (p *Plan) node(id StepID) *node {
	if id == FailureStep {
		return p.failure
	}
	seq, rest := p.steps, string(id)
	for {
		name, tail, deeper := strings.Cut(rest, "/")
		i := slices.IndexFunc(seq, func(n *node) bool { return n.id == name })
		if i < 0 {
			return nil
		}
		n := seq[i]
		if !deeper {
			return n
		}
		part, tail, ok := strings.Cut(tail, "/")
		if !ok {
			return nil
		}
		if seq, ok = n.inside(part); !ok {
			return nil
		}
		rest = tail
	}
}

// inside returns the sequence of a container that a path's part names.
func (n *node) inside(part string) ([]*node, bool) {
	if n.kind != kindBranchOne {
		return nil, false
	}
	if part == defaultPart {
		return n.other, true
	}
	i, err := strconv.Atoi(part)
	if err != nil || i < 0 || i >= len(n.paths) || strconv.Itoa(i) != part {
		return nil, false
	}
	return n.paths[i], true
}

// defaultPart stands for the default branch in a step's path.
const defaultPart = "default"
