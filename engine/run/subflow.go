package run

// A step that runs another flow gives it an input, a scope of its own for
// results, and its own failure module. What is inside knows nothing of the flow
// around it.

// newScope makes the scope of a flow with its sequence, which has not begun.
func (s *State) newScope(p *program, owner *step, input Ref) *scope {
	in := &scope{program: p, owner: owner, input: input, env: p.env, root: &root{}}
	if owner != nil {
		in.path = owner.inside(flowPart)
		if in.env.IsZero() {
			in.env = owner.frame.in.env
		}
	} else if in.env.IsZero() {
		in.env = Ref{Inline: []byte("{}")}
	}
	in.frame = in.sequence(p.steps, input)
	in.main = in.frame
	return in
}

// sequence makes a frame at the top of a flow.
func (in *scope) sequence(nodes []*node, prev Ref) *frame {
	return &frame{path: in.path, owner: in.owner, nodes: nodes, prev: prev, in: in, root: in.root}
}

// runFlow runs the flow of a step that has its arguments.
func (s *State) runFlow(st *step) {
	st.phase = Running
	in := s.newScope(st.node.sub, st, st.args)
	st.inner.add(in.frame)
	s.first(in)
}

// over ends a flow, the run or the work of the step that runs it, with success.
func (s *State) over(in *scope, o Outcome, result Ref) {
	st := in.owner
	if st == nil {
		s.finish(o, result, nil)
		return
	}
	st.inner = family{}
	s.succeed(st, result)
}

// fallen ends a flow that broke off and was not recovered.
func (s *State) fallen(in *scope, result Ref) {
	e, st := *in.broken, in.owner
	if st == nil {
		s.finish(e.why, result, e.err)
		return
	}
	st.inner = family{}
	e.result, e.stopped = result, false
	s.unsuccessful(st, e)
}
