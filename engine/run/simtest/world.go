package simtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// node is a step of a random flow together with its fate.
type node struct {
	id       string
	kind     string // script, identity, branch
	branches [][]*node
	fallback []*node

	skip        bool // it has a skip_if …
	skipValue   bool // … that is true
	mock        bool
	fails       int // the first attempts that fail
	constant    int
	exponential int
	retryIf     bool
	retryUntil  int // retry_if is true for this many failures
	stop        bool
	stopValue   bool
	stopSkip    bool
	stopError   *string
	carryOn     bool // continue_on_error
	sleep       bool
	chosen      int // index of the true predicate, -1 default

	gate      int // required_events
	early     int // votes cast while the job runs
	votes     []vote
	carryGate bool // continue_on_disapprove_timeout
}

type vote struct {
	person  string
	approve bool
}

// flowCase is a random flow with its world.
type flowCase struct {
	seed    uint64
	nodes   []*node
	failure *node
	recover bool
}

// newCase draws a case from a seed.
func newCase(seed uint64) *flowCase {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &generator{r: r}
	c := &flowCase{seed: seed, nodes: g.sequence(2, r.IntN(5))}
	if r.IntN(3) == 0 {
		c.failure = &node{id: "failure", kind: "script", fails: r.IntN(2), constant: r.IntN(2)}
		c.recover = r.IntN(2) == 0
	}
	return c
}

type generator struct {
	r *rand.Rand
	n int
}

func (g *generator) sequence(depth, length int) []*node {
	var list []*node
	for range length {
		list = append(list, g.node(depth))
	}
	return list
}

// node draws one step. Combinations whose meaning the reference leaves open
// (a gate below a branch that continues on error, retries of a container) are
// not drawn.
func (g *generator) node(depth int) *node {
	r := g.r
	n := &node{id: fmt.Sprintf("s%d", g.n), kind: "script", chosen: -1}
	g.n++
	switch k := r.IntN(8); {
	case k == 0:
		n.kind = "identity"
	case k <= 2 && depth > 0:
		n.kind = "branch"
		for range 1 + r.IntN(3) {
			n.branches = append(n.branches, g.sequence(depth-1, r.IntN(3)))
		}
		n.fallback = g.sequence(depth-1, r.IntN(3))
		n.chosen = r.IntN(len(n.branches)+1) - 1
	}
	if n.kind == "script" {
		n.fails = max(0, r.IntN(6)-3)
		if r.IntN(2) == 0 {
			n.constant = r.IntN(3)
		}
		if r.IntN(4) == 0 {
			n.exponential = r.IntN(3)
		}
		if n.constant+n.exponential > 0 && r.IntN(3) == 0 {
			n.retryIf, n.retryUntil = true, r.IntN(3)
		}
		n.mock = r.IntN(10) == 0
		n.carryOn = r.IntN(5) == 0
	}
	n.skip = r.IntN(6) == 0
	n.skipValue = r.IntN(2) == 0
	n.sleep = r.IntN(8) == 0
	if r.IntN(8) == 0 {
		n.stop, n.stopValue, n.stopSkip = true, r.IntN(3) == 0, r.IntN(3) == 0
		if r.IntN(2) == 0 {
			text := []string{"", "enough"}[r.IntN(2)]
			n.stopError = &text
		}
	}
	if r.IntN(3) == 0 {
		g.addGate(n)
	}
	return n
}

// addGate gives a step people who vote in a fixed order.
func (g *generator) addGate(n *node) {
	r := g.r
	n.gate = 1 + r.IntN(3)
	n.carryGate = r.IntN(4) == 0
	for i := range r.IntN(5) {
		n.votes = append(n.votes, vote{person: fmt.Sprintf("p%d@x.example", i), approve: r.IntN(6) != 0})
	}
	if n.kind == "script" && !n.mock && len(n.votes) > 0 {
		n.early = r.IntN(len(n.votes) + 1)
		for i, v := range n.votes[:n.early] {
			if !v.approve { // nobody is asked after a refusal
				n.early = i + 1
				break
			}
		}
	}
}

// document writes the case as OpenFlow.
func (c *flowCase) document() json.RawMessage {
	value := map[string]any{"modules": modules(c.nodes)}
	if c.failure != nil {
		value["failure_module"] = module(c.failure)
	}
	b, err := json.Marshal(map[string]any{"summary": "Case", "value": value})
	if err != nil {
		panic(err)
	}
	return b
}

func modules(nodes []*node) []any {
	list := []any{}
	for _, n := range nodes {
		list = append(list, module(n))
	}
	return list
}

func module(n *node) map[string]any {
	m := map[string]any{"id": n.id}
	switch n.kind {
	case "script":
		// The expression mentions the result before it, so that the scope is looked at.
		m["value"] = map[string]any{"type": "rawscript", "language": "bun", "content": "export function main() {}",
			"input_transforms": map[string]any{"x": map[string]any{"type": "javascript", "expr": "[previous_result, resume, resumes, results.s0].length"}}}
	case "identity":
		m["value"] = map[string]any{"type": "identity"}
	case "branch":
		var branches []any
		for i, b := range n.branches {
			branches = append(branches, map[string]any{"expr": fmt.Sprintf("pick(%d, resume)", i), "modules": modules(b)})
		}
		m["value"] = map[string]any{"type": "branchone", "branches": branches, "default": modules(n.fallback)}
	}
	if n.skip {
		m["skip_if"] = map[string]any{"expr": "previous_result.skip"}
	}
	if n.mock {
		m["mock"] = map[string]any{"enabled": true, "return_value": "mock:" + n.id}
	}
	if n.constant+n.exponential > 0 {
		retry := map[string]any{
			"constant":    map[string]any{"attempts": n.constant, "seconds": 1},
			"exponential": map[string]any{"attempts": n.exponential, "multiplier": 1, "seconds": 2},
		}
		if n.retryIf {
			retry["retry_if"] = map[string]any{"expr": "error.message.length"}
		}
		m["retry"] = retry
	}
	if n.stop {
		stop := map[string]any{"expr": "result.stop", "skip_if_stopped": n.stopSkip}
		if n.stopError != nil {
			stop["error_message"] = *n.stopError
		}
		m["stop_after_if"] = stop
	}
	if n.carryOn {
		m["continue_on_error"] = true
	}
	if n.sleep {
		m["sleep"] = map[string]any{"type": "javascript", "expr": "previous_result.pause"}
	}
	if n.gate > 0 {
		m["suspend"] = map[string]any{"required_events": n.gate, "timeout": 600, "continue_on_disapprove_timeout": n.carryGate}
	}
	return m
}
