package run

import (
	"maps"
	"slices"
)

// Clone returns a state that goes on apart from this one: who looks at a run at many moments
// folds on from a state kept for one before it, and need not fold the whole journal again.
// Steps that are done, of which a long loop has very many, the two have in common: see own.
func (s *State) Clone() *State {
	c := &cloner{
		steps: map[*step]*step{}, frames: map[*frame]*frame{},
		scopes: map[*scope]*scope{}, roots: map[*root]*root{}, answers: map[*answers]*answers{noAnswers: noAnswers},
	}
	out := *s
	out.order, out.steps = slices.Clone(s.order), maps.Clone(s.steps)
	var mine []*step
	for i, st := range out.order {
		if st.shared = st.shared || st.settled(); st.shared {
			continue
		}
		own := new(step)
		*own = *st
		c.steps[st], out.order[i], out.steps[st.id] = own, own, own
		mine = append(mine, own)
	}
	for _, st := range mine {
		c.step(st)
	}
	out.top = c.scope(s.top)
	out.minted, out.taken = maps.Clone(s.minted), maps.Clone(s.taken)
	out.cmds, out.agenda = nil, nil
	return &out
}

// cloner knows what was copied already.
type cloner struct {
	steps   map[*step]*step
	frames  map[*frame]*frame
	scopes  map[*scope]*scope
	roots   map[*root]*root
	answers map[*answers]*answers
}

// step makes a copied step's own what is changed in place.
func (c *cloner) step(st *step) {
	st.frame = c.frame(st.frame)
	st.lost, st.err, st.ask = copyOf(st.lost), copyOf(st.err), copyOf(st.ask)
	st.failures, st.asked = slices.Clone(st.failures), slices.Clone(st.asked)
	st.mails, st.votes = slices.Clone(st.mails), slices.Clone(st.votes)
	st.gate, st.met = copyOf(st.gate), c.answer(st.met)
	st.eval, st.start, st.timer = copyOf(st.eval), copyOf(st.start), copyOf(st.timer)
	st.open, st.deadline = copyOf(st.open), copyOf(st.deadline)
	if t := copyOf(st.iterations); t != nil {
		t.results = slices.Clone(t.results)
		st.iterations = t
	}
	st.inner = family{c.frame(st.inner.first), c.frame(st.inner.last)}
}

func (c *cloner) of(st *step) *step {
	if own := c.steps[st]; own != nil {
		return own
	}
	return st // it is nil, or shared
}

// settled reports whether nothing of a step changes any more but where its mails stand and for
// whom links are made.
func (st *step) settled() bool {
	return st.phase == Done && !st.node.gated && st.iterations == nil && st.inner.first == nil && st.gate == nil
}

// own makes a step that states share the own one of this state, before it changes.
func (s *State) own(st *step) *step {
	if !st.shared {
		return st
	}
	c := new(step)
	*c = *st
	c.shared = false
	c.asked, c.mails = slices.Clone(c.asked), slices.Clone(c.mails)
	s.steps[c.id] = c
	for i, o := range s.order {
		if o == st {
			s.order[i] = c
		}
	}
	return c
}

func (c *cloner) frame(f *frame) *frame {
	if f == nil {
		return nil
	}
	if done, ok := c.frames[f]; ok {
		return done
	}
	out := new(frame)
	*out = *f
	c.frames[f] = out // before what leads back to it
	out.owner, out.at = c.of(f.owner), c.of(f.at)
	out.up, out.before, out.after = c.frame(f.up), c.frame(f.before), c.frame(f.after)
	out.met, out.around = c.answer(f.met), c.answer(f.around)
	out.results = slices.Clone(f.results)
	out.in, out.root = c.scope(f.in), c.root(f.root)
	return out
}

func (c *cloner) scope(in *scope) *scope {
	if in == nil {
		return nil
	}
	if done, ok := c.scopes[in]; ok {
		return done
	}
	out := new(scope)
	*out = *in
	c.scopes[in] = out
	out.owner, out.root = c.of(in.owner), c.root(in.root)
	out.given.met = c.answer(in.given.met)
	out.frame, out.main = c.frame(in.frame), c.frame(in.main)
	out.broken = copyOf(in.broken)
	return out
}

func (c *cloner) root(r *root) *root {
	if r == nil {
		return nil
	}
	if done, ok := c.roots[r]; ok {
		return done
	}
	out := &root{last: maps.Clone(r.last)}
	c.roots[r] = out
	return out
}

// answer copies what people said: who compares looks at the pointer.
func (c *cloner) answer(a *answers) *answers {
	if a == nil {
		return nil
	}
	if done, ok := c.answers[a]; ok {
		return done
	}
	out := copyOf(a)
	c.answers[a] = out
	return out
}
