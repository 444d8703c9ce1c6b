package run

import (
	"encoding/json"
	"strings"
)

// Before its first step a run may have to wait for leave to begin, may be spared
// by a kept result, may have its input made by a preprocessor, and may be
// skipped. Each station asks for something or hands on to the next.

func (s *State) onStarted(ev Started) error {
	if s.started != nil {
		return ErrStale
	}
	if err := known(ev.Rules); err != nil {
		return err
	}
	if ev.Restart != nil {
		if err := s.fits(ev.Restart); err != nil {
			return err
		}
	}
	s.started, s.startedAt = &ev, s.at
	in := ev.Input
	if in.IsZero() {
		in = Ref{Inline: []byte("{}")}
	}
	s.top = s.newScope(s.plan.program, nil, in)
	v := &s.plan.flow.Value
	if l := limitOf(v.ConcurrentLimit, v.ConcurrencyWindowS, v.ConcurrencyKey); l.Max > 0 {
		s.ask(Admit{Limit: l, Args: in})
		return nil
	}
	s.recall()
	return nil
}

// ask issues a command of a run that has not come to a step.
func (s *State) ask(c Command) {
	s.entry = c
	s.emit(c)
}

func (s *State) onAdmitted() error {
	if _, ok := s.entry.(Admit); !ok {
		return ErrStale
	}
	s.entry = nil
	s.recall()
	return nil
}

func (s *State) recall() {
	if r := s.started.Restart; r != nil { // past what comes before the first step, too
		s.takeUp(r)
		return
	}
	if ttl := seconds(s.plan.flow.Value.CacheTTL); ttl > 0 {
		s.ask(Recall{Input: s.top.input, TTL: ttl})
		return
	}
	s.prepare()
}

func (s *State) onRecalled(ev Recalled) error {
	if _, ok := s.entry.(Recall); !ok {
		return ErrStale
	}
	s.entry = nil
	if ev.Hit {
		s.finish(Succeeded, ev.Result, nil)
		return nil
	}
	s.prepare()
	return nil
}

// prepare runs the preprocessor, if there is one and the run came from outside.
func (s *State) prepare() {
	n := s.plan.before
	if n == nil || s.started.Trigger.Kind != TriggerWebhook {
		s.first(s.top)
		return
	}
	s.top.frame = &frame{nodes: []*node{n}, prev: s.top.input, in: s.top, root: s.top.root}
	s.later(s.top.frame)
}

// prepared takes what the preprocessor made as the input of the run.
func (s *State) prepared(r Ref) {
	switch {
	case r.Inline != nil && !isObject(r.Inline):
		r = object([]string{"value"}, func(string) json.RawMessage { return r.Inline })
	case r.Inline == nil && !strings.HasPrefix(r.Preview, "{"):
		s.ask(Evaluate{For: ForInputs, Shape: ShapeObject, Exprs: []NamedInput{{Name: "value", Input: expression("result")}},
			Scope: Scope{Names: map[string]Ref{"result": r}}})
		return
	}
	s.enterWith(r)
}

// enterWith begins the steps of the run with the input that the preprocessor made.
func (s *State) enterWith(input Ref) {
	in := s.top
	in.input, in.main.prev, in.frame = input, input, in.main
	s.first(in)
}

// first asks whether the steps of a flow run at all.
func (s *State) first(in *scope) {
	expr := in.program.flow.Value.SkipExpr
	if expr == "" {
		s.later(in.frame)
		return
	}
	ask := Evaluate{For: ForFlowSkip, Shape: ShapeBool, Exprs: []NamedInput{{Input: expression(expr)}}, Scope: Scope{
		Names: map[string]Ref{"flow_input": in.input, "flow_env": in.env, "result": {Inline: []byte("{}")}},
	}}
	if st := in.owner; st != nil {
		ask.Step = st.id
		st.phase, st.eval = Evaluating, &ask
		s.emit(ask)
		return
	}
	s.ask(ask)
}

// onFlowSkip hears whether the steps of a flow are skipped.
func (s *State) onFlowSkip(in *scope, ev Evaluated) {
	if in.owner != nil {
		in.owner.phase = Running
	}
	yes, f := truth(ev)
	switch {
	case f != nil:
		if in.owner != nil {
			f.StepID = in.owner.node.id
		}
		s.breakOff(in, ending{why: Failed, err: f, result: errorRef(f)})
	case yes:
		s.over(in, Skipped, Inline("stopped early"))
	default:
		s.later(in.frame)
	}
}
