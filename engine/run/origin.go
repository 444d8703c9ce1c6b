package run

import (
	"strings"

	"sluice/engine/flow"
)

// ArgsOrigin tells which places of a step's arguments their flow's author wrote,
// and so may hold references to variables and resources. What a run was started
// with may hold some in the fields that the flow's schema calls resources, unless it came
// from outside; what a flow hands on to another keeps the origin that it has there. It is
// a fact of the plan and of the trigger's kind: nothing that people, steps or callers say
// changes it.
func (p *Plan) ArgsOrigin(id StepID, from Trigger) *flow.Origin {
	in, seq, rest := p.program, p.steps, string(id)
	var at origins
	if !from.Outside() {
		at.input = flow.SchemaOrigin(p.flow.Schema)
	}
	for {
		name, tail, deeper := strings.Cut(rest, "/")
		n := in.named(seq, name)
		switch {
		case n == nil:
			return nil
		case !deeper && n == p.before:
			return at.input // it is handed all that the run was started with
		case !deeper:
			return at.args(n)
		}
		part, tail, ok := strings.Cut(tail, "/")
		if !ok {
			return nil
		}
		switch n.kind {
		case kindFlow:
			in, at = n.sub, origins{input: at.args(n)}
		case kindForLoop, kindWhileLoop:
			at.items = append(at.items, at.item(n))
		}
		if seq, ok = n.within(part); !ok {
			return nil
		}
		rest = tail
	}
}

// origins are those of the names that expressions at a place see.
type origins struct {
	input *flow.Origin
	items []*flow.Origin // of the loops around, outermost first
}

func (o origins) of(name string) *flow.Origin {
	switch name {
	case "flow_env":
		return flow.Written
	case "flow_input":
		input, name := o.input, "iter"
		for i := len(o.items) - 1; i >= 0; i-- {
			input = input.WithField(name, flow.ObjectOrigin(map[string]*flow.Origin{"value": o.items[i]}))
			name += "_parent"
		}
		return input
	}
	return nil
}

func (o origins) args(n *node) *flow.Origin {
	fields := map[string]*flow.Origin{}
	for _, in := range n.inputs {
		fields[in.Name] = o.value(in.Input)
	}
	return flow.ObjectOrigin(fields)
}

func (o origins) value(in flow.Input) *flow.Origin {
	if in.Kind == flow.JavaScript {
		return flow.ExprOrigin(in.Expr, o.of)
	}
	return flow.Written
}

// item is the origin of what a loop's iterations are about.
func (o origins) item(n *node) *flow.Origin {
	l, ok := n.module.Value.(*flow.ForLoop)
	if !ok || l.Iterator == nil {
		return nil
	}
	return o.value(*l.Iterator).Each()
}
