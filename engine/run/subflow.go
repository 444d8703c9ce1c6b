package run

// A step that runs another flow gives it an input, a scope of its own for
// results, and its own failure module. What is inside knows nothing of the flow
// around it.

// newScope makes the scope of a flow with its sequence, which has not begun.
func (s *State) newScope(p *program, owner *step, input Ref) *scope {
	in := &scope{program: p, owner: owner, input: input, env: p.env, last: map[string]Ref{}}
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
	return &frame{path: in.path, owner: in.owner, nodes: nodes, prev: prev, in: in}
}

// runFlow runs the flow of a step that has its arguments.
func (s *State) runFlow(st *step) {
	st.phase = Running
	in := s.newScope(st.node.sub, st, st.args)
	st.inner.add(in.frame)
	s.first(in)
}

// over ends a flow: the run, or the work of the step that runs it.
func (s *State) over(in *scope, o Outcome, result Ref, f *Failure) {
	st := in.owner
	if st == nil {
		s.finish(o, result, f)
		return
	}
	st.inner = family{}
	if o == Succeeded || o == Skipped {
		s.succeed(st, result)
		return
	}
	s.unsuccessful(st, ending{why: o, err: f, result: result, hard: o != Failed})
}
