package simtest

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// TestSimulation drives random flows through random schedules. SIM_RUNS says
// how many, SIM_SEED where to begin; the seed of a failing case is printed.
func TestSimulation(t *testing.T) {
	runs := number(t, "SIM_RUNS", 3000)
	first := number(t, "SIM_SEED", uint64(time.Now().UnixNano()))
	t.Logf("SIM_SEED=%d SIM_RUNS=%d", first, runs)
	for i := range runs {
		seed := first + i
		c := newCase(seed)
		if err := check(c, i); err != nil {
			c, err = shrink(c, i, err)
			t.Fatalf("seed %d, shrunk:\n%s\n%v", seed, c.document(), err)
		}
	}
}

func number(t *testing.T, name string, or uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return or
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// shrink leaves out steps and decorations as long as the case still fails.
func shrink(c *flowCase, schedule uint64, err error) (*flowCase, error) {
	for again := true; again; {
		again = false
		for _, smaller := range smallerThan(c) {
			if e := check(smaller, schedule); e != nil {
				c, err, again = smaller, e, true
				break
			}
		}
	}
	return c, err
}

// smallerThan returns the case with one thing left out, in every way.
func smallerThan(c *flowCase) []*flowCase {
	var out []*flowCase
	add := func(nodes []*node, failure *node) {
		out = append(out, &flowCase{seed: c.seed, nodes: nodes, failure: failure, recover: c.recover})
	}
	if c.failure != nil {
		add(c.nodes, nil)
	}
	for _, list := range without(c.nodes) {
		add(list, c.failure)
	}
	return out
}

// without returns the sequence with one node removed or made simpler.
func without(nodes []*node) [][]*node {
	var out [][]*node
	for i, n := range nodes {
		replace := func(with ...*node) {
			list := append([]*node{}, nodes[:i]...)
			out = append(out, append(append(list, with...), nodes[i+1:]...))
		}
		replace()
		for _, simplify := range []func(*node) bool{
			func(m *node) bool { ok := m.skip; m.skip = false; return ok },
			func(m *node) bool { ok := m.stop; m.stop = false; return ok },
			func(m *node) bool { ok := m.sleep; m.sleep = false; return ok },
			func(m *node) bool { ok := m.gate > 0; m.gate, m.early, m.votes = 0, 0, nil; return ok },
			func(m *node) bool { ok := m.fails > 0; m.fails = 0; return ok },
			func(m *node) bool { ok := m.retryIf; m.retryIf = false; return ok },
		} {
			m := *n
			if simplify(&m) {
				replace(&m)
			}
		}
		for b := range n.branches {
			for _, list := range without(n.branches[b]) {
				m := *n
				m.branches = append([][]*node{}, n.branches...)
				m.branches[b] = list
				replace(&m)
			}
		}
		for _, list := range without(n.fallback) {
			m := *n
			m.fallback = list
			replace(&m)
		}
	}
	return out
}
