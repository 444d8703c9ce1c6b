package simtest

import "slices"

// shrink leaves out steps and decorations as long as the case still fails.
func shrink(c *flowCase, fails func(*flowCase) bool) *flowCase {
	for again := true; again; {
		again = false
		for smaller := range smallerThan(c) {
			if !hollow(smaller) && fails(smaller) {
				c, again = smaller, true
				break
			}
		}
	}
	return c
}

// spot is where a step stands.
type spot struct {
	list *[]*node
	i    int
}

// smallerThan returns the case with one thing left out, in every way.
func smallerThan(c *flowCase) func(yield func(*flowCase) bool) {
	return func(yield func(*flowCase) bool) {
		spots, programs := places(copyOf(c))
		for i := range programs {
			for _, change := range programChanges {
				smaller := copyOf(c)
				_, programs := places(smaller)
				if change(programs[i]) && !yield(smaller) {
					return
				}
			}
		}
		for _, change := range caseChanges {
			if smaller := copyOf(c); change(smaller) && !yield(smaller) {
				return
			}
		}
		for i := range spots {
			for _, change := range changes {
				smaller := copyOf(c)
				spots, _ := places(smaller)
				if change(spots[i]) && !yield(smaller) {
					return
				}
			}
		}
	}
}

var caseChanges = []func(*flowCase) bool{
	func(c *flowCase) bool { return off(&c.prepared) },
	func(c *flowCase) bool { return off(&c.limited) },
	func(c *flowCase) bool { return zero(&c.cached) },
	func(c *flowCase) bool { return zero(&c.canceled) },
}

var programChanges = []func(*program) bool{
	func(p *program) bool { had := p.failure != nil; p.failure = nil; return had },
	func(p *program) bool { return off(&p.skipExpr) },
	func(p *program) bool { return off(&p.env) },
}

var changes = []func(spot) bool{
	func(s spot) bool { return s.put() },
	func(s spot) bool { return s.node().body != nil && s.put(s.node().body...) },
	func(s spot) bool { return s.node().kind == subflow && s.put(s.node().sub.nodes...) },
	func(s spot) bool { return s.node().fallback != nil && s.put(s.node().fallback...) },
	hoist(0), hoist(1), hoist(2), prune(0), prune(1), prune(2),
	simpler(func(n *node) bool { return off(&n.skip) }),
	simpler(func(n *node) bool { return n.kind != while && off(&n.stop) }),
	simpler(func(n *node) bool { return off(&n.stopAll) }),
	simpler(func(n *node) bool { return off(&n.sleep) }),
	simpler(func(n *node) bool { return off(&n.timeout) }),
	simpler(func(n *node) bool { return zero(&n.gate) }),
	simpler(func(n *node) bool { return off(&n.carryGate) }),
	simpler(func(n *node) bool { return off(&n.fragile) }),
	simpler(func(n *node) bool { return off(&n.throws) }),
	simpler(func(n *node) bool { return off(&n.retryIf) }),
	simpler(func(n *node) bool { return zero(&n.constant) }),
	simpler(func(n *node) bool { return zero(&n.exponential) }),
	simpler(func(n *node) bool { return off(&n.mock) }),
	simpler(func(n *node) bool { return off(&n.carryOn) }),
	simpler(func(n *node) bool { return off(&n.byPath) }),
	simpler(func(n *node) bool { return off(&n.skipFailures) }),
	simpler(func(n *node) bool { return n.kind != all && zero(&n.width) && !off(&n.widthExpr) || off(&n.widthExpr) }),
	simpler(func(n *node) bool { return off(&n.parallel) }),
	simpler(func(n *node) bool { had := n.uses != nil; n.uses = nil; return had }),
}

// hoist puts the steps of a branch in the place of what branches.
func hoist(i int) func(spot) bool {
	return func(s spot) bool { return i < len(s.node().branches) && s.put(s.node().branches[i]...) }
}

// prune takes a branch away, but not the only one.
func prune(i int) func(spot) bool {
	return func(s spot) bool {
		n := s.node()
		if i >= len(n.branches) || len(n.branches) < 2 {
			return false
		}
		n.branches = slices.Delete(n.branches, i, i+1)
		return true
	}
}

func (s spot) node() *node { return (*s.list)[s.i] }

// put replaces the step by others.
func (s spot) put(with ...*node) bool {
	out := append([]*node{}, (*s.list)[:s.i]...)
	*s.list = append(append(out, with...), (*s.list)[s.i+1:]...)
	return true
}

func simpler(change func(*node) bool) func(spot) bool {
	return func(s spot) bool { return change(s.node()) }
}

func off(b *bool) bool { had := *b; *b = false; return had }

func zero(n *int) bool { had := *n != 0; *n = 0; return had }

// places lists where the steps of a case stand, and its programs.
func places(c *flowCase) (spots []spot, programs []*program) {
	var visit func(list *[]*node)
	var enter func(p *program)
	visit = func(list *[]*node) {
		for i, n := range *list {
			spots = append(spots, spot{list, i})
			for b := range n.branches {
				visit(&n.branches[b])
			}
			visit(&n.fallback)
			visit(&n.body)
			if n.sub != nil {
				enter(n.sub)
			}
		}
	}
	enter = func(p *program) {
		for _, q := range programs {
			if p == q {
				return
			}
		}
		programs = append(programs, p)
		visit(&p.nodes)
	}
	enter(c.top)
	return spots, programs
}

func copyOf(c *flowCase) *flowCase {
	again := *c
	done := map[*program]*program{}
	var nodes func([]*node) []*node
	var prog func(*program) *program
	nodes = func(list []*node) []*node {
		if list == nil {
			return nil
		}
		out := []*node{}
		for _, n := range list {
			m := *n
			m.branches = nil
			for _, b := range n.branches {
				m.branches = append(m.branches, nodes(b))
			}
			m.fallback, m.body, m.sub = nodes(n.fallback), nodes(n.body), prog(n.sub)
			out = append(out, &m)
		}
		return out
	}
	prog = func(p *program) *program {
		if p == nil || done[p] != nil {
			return done[p]
		}
		q := *p
		done[p] = &q
		if p.failure != nil {
			f := *p.failure
			q.failure = &f
		}
		q.nodes = nodes(p.nodes)
		return &q
	}
	again.top = prog(c.top)
	return &again
}

// hollow reports whether a loop of a case has no steps.
func hollow(c *flowCase) bool {
	spots, _ := places(c)
	for _, s := range spots {
		if n := s.node(); (n.kind == forLoop || n.kind == while) && len(n.body) == 0 {
			return true
		}
	}
	return false
}
