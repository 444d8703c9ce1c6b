package simtest

import (
	"fmt"
	"math/rand/v2"
)

// maxSteps bounds how many steps a case comes to, those in every iteration counted.
const maxSteps = 150

// topDepth is how deep containers are nested at most.
const topDepth = 4

// newCase draws a case from a seed: the first one of moderate size.
func newCase(seed uint64) *flowCase {
	r := rand.New(rand.NewPCG(seed, 1))
	size, limit := 5+r.IntN(11), maxSteps
	if r.IntN(40) == 0 { // now and then a large one
		size, limit = 20+r.IntN(20), 4*maxSteps
	}
	for {
		c := drawCase(r, seed, size)
		if v := expect(c); v.reached <= limit {
			return c
		}
	}
}

func drawCase(r *rand.Rand, seed uint64, size int) *flowCase {
	g := &generator{r: r, left: size}
	c := &flowCase{seed: seed, top: g.program(topDepth, "")}
	c.prepared = r.IntN(12) == 0
	c.limited = r.IntN(20) == 0
	if r.IntN(16) == 0 {
		c.cached = 1 + r.IntN(5)/4
	}
	if r.IntN(12) == 0 {
		c.canceled = 1 + r.IntN(30)
	}
	return c
}

type generator struct {
	r    *rand.Rand
	left int      // steps that may still be drawn
	ids  []string // of the program being drawn
	subs []*program
}

// program draws a flow. Its steps are named anew, so that the same names occur
// in flows that run each other.
func (g *generator) program(depth int, path string) *program {
	r := g.r
	outer := g.ids
	g.ids = nil
	length := r.IntN(4)
	if depth == topDepth {
		length += r.IntN(3)
	}
	p := &program{path: path, nodes: g.sequence(depth, length)}
	if r.IntN(3) == 0 {
		p.failure = &node{id: "failure", kind: script, fragile: r.IntN(2) == 0, constant: r.IntN(2), skip: r.IntN(6) == 0}
		p.recover = r.IntN(2) == 0
	}
	p.env = r.IntN(2) == 0
	p.skipExpr = r.IntN(12) == 0
	every(p.nodes, func(n *node) {
		for range r.IntN(3) {
			n.uses = append(n.uses, append(g.ids, "nobody")[r.IntN(len(g.ids)+1)])
		}
	})
	g.ids = outer
	return p
}

// every visits the steps of a sequence and those inside them, not those of
// subflows.
func every(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		visit(n)
		for _, b := range n.branches {
			every(b, visit)
		}
		every(n.fallback, visit)
		every(n.body, visit)
	}
}

func (g *generator) sequence(depth, length int) []*node {
	var list []*node
	for range length {
		if g.left > 0 {
			list = append(list, g.node(depth))
		}
	}
	return list
}

// node draws one step.
func (g *generator) node(depth int) *node {
	r := g.r
	n := &node{id: fmt.Sprintf("s%d", len(g.ids)), kind: script}
	g.ids = append(g.ids, n.id)
	g.left--
	if depth > 0 {
		switch r.IntN(13) {
		case 0, 1:
			n.kind = branch
		case 2, 3:
			n.kind = all
		case 4, 5, 6:
			n.kind = forLoop
		case 7:
			n.kind = while
		case 8, 9:
			n.kind = subflow
		}
	}
	if n.kind == script && r.IntN(8) == 0 {
		n.kind = identity
	}
	n.throws = r.IntN(5) == 0
	g.inside(n, depth-1)
	if n.kind == script {
		n.byPath, n.fixed = r.IntN(5) == 0, r.IntN(6) == 0
		n.fragile = r.IntN(2) == 0
		n.timeout = r.IntN(8) == 0
	}
	if n.kind == script && r.IntN(3) == 0 || n.container() && r.IntN(3) == 0 {
		n.constant, n.exponential = r.IntN(3), r.IntN(4)/2
		if n.container() && n.constant+n.exponential > 2 {
			n.exponential = 0
		}
		n.retryIf = n.constant+n.exponential > 0 && r.IntN(3) == 0
	}
	n.mock = r.IntN(20) == 0
	if n.mock && n.parallel {
		n.mock = false // whether it is asked stop_after_if is left open
	}
	n.carryOn = r.IntN(5) == 0
	n.skip = r.IntN(9) == 0
	n.sleep, n.plain, n.ignored = r.IntN(9) == 0, r.IntN(4) == 0, r.IntN(4) == 0
	if n.kind == while || r.IntN(8) == 0 {
		n.stop, n.stopSkip = true, r.IntN(3) == 0
		if r.IntN(3) == 0 && (n.kind != while || depth == topDepth) { // a loop whose iterations all fail would not end
			text := []string{"", "enough"}[r.IntN(2)]
			n.stopError, n.stopTells = &text, r.IntN(2) == 0
		}
	}
	if n.stopAll = (n.kind == forLoop || n.kind == while || n.kind == all) && r.IntN(5) == 0; n.stopAll {
		n.stopAllFail = r.IntN(3) == 0
	}
	if r.IntN(6) == 0 {
		n.gate, n.carryGate = 1+r.IntN(3), r.IntN(4) == 0
	}
	return n
}

// inside draws what runs inside a step.
func (g *generator) inside(n *node, depth int) {
	r := g.r
	switch n.kind {
	case branch, all:
		for range min(3, r.IntN(12)) / max(1, r.IntN(3)) {
			n.branches = append(n.branches, g.sequence(depth, r.IntN(3)))
			n.lenient = append(n.lenient, r.IntN(3) == 0)
		}
		if n.kind == branch {
			n.fallback = g.sequence(depth, r.IntN(3))
		}
		n.parallel = n.kind == all && r.IntN(2) == 0
	case forLoop:
		n.body = g.sequence(depth, 1+r.IntN(3))
		n.skipFailures = r.IntN(3) == 0
		if n.parallel = r.IntN(2) == 0; n.parallel {
			n.width = r.IntN(3)
			n.widthExpr = n.width > 0 && r.IntN(2) == 0
		}
		if n.fixed = r.IntN(3) == 0; n.fixed {
			n.count = r.IntN(4)
		}
	case while:
		n.body = g.sequence(depth, 1+r.IntN(2))
		n.skipFailures = r.IntN(3) == 0
	case subflow:
		if len(g.subs) > 0 && r.IntN(3) == 0 {
			n.sub = g.subs[r.IntN(len(g.subs))] // one flow, run by several steps
		} else {
			n.sub = g.program(depth, fmt.Sprintf("f/x/sub%d", len(g.subs)))
			n.sub.path = fmt.Sprintf("f/x/sub%d", len(g.subs))
			g.subs = append(g.subs, n.sub)
		}
		n.fixed = r.IntN(3) == 0
	}
	if len(n.body) == 0 && (n.kind == forLoop || n.kind == while) {
		n.kind = script // no steps were left to draw
		n.parallel, n.skipFailures, n.fixed = false, false, false
	}
}
