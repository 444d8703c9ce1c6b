package simtest

import (
	"testing"

	"sluice/engine/run"
)

// TestOracle compares the interpreter, and the core, with ends that were worked
// out by hand.
func TestOracle(t *testing.T) {
	enough, empty := "enough", ""
	s := func(id string) *node { return &node{id: id, kind: script} }
	with := func(n *node, change func(*node)) *node { change(n); return n }
	yes := []vote{{"p0@x.example", true}}
	no := []vote{{"p0@x.example", false}}
	for _, row := range []struct {
		rule    string
		nodes   []*node
		told    map[run.StepID]fate
		failure *node
		recover bool
		outcome run.Outcome
		result  string
	}{
		{rule: "no steps: the flow's arguments", outcome: run.Succeeded, result: given},
		{rule: "the result is the last step's", nodes: []*node{s("a"), s("b")}, outcome: run.Succeeded, result: `"b"`},
		{rule: "a list in order", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{s("a")}}},
			told: map[run.StepID]fate{"l": {items: 3}}, outcome: run.Succeeded, result: `["l/0/a","l/1/a","l/2/a"]`},
		{rule: "an empty list is a success", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{s("a")}}},
			outcome: run.Succeeded, result: `[]`},
		{rule: "no list is a failure", nodes: []*node{{id: "l", kind: forLoop, body: []*node{s("a")}}},
			told: map[run.StepID]fate{"l": {noList: true}}, outcome: run.Failed, result: unknown},
		{rule: "a sequential loop stops at its first failure", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{s("a")}}},
			told:    map[run.StepID]fate{"l": {items: 3}, "l/1/a": {fails: 9}},
			outcome: run.Failed, result: `["l/0/a",` + failure("Boom", message("l/1/a", 1)) + `]`},
		{rule: "skip_failures goes on", nodes: []*node{{id: "l", kind: forLoop, fixed: true, skipFailures: true, body: []*node{s("a")}}},
			told:    map[run.StepID]fate{"l": {items: 3}, "l/1/a": {fails: 9}},
			outcome: run.Succeeded, result: `["l/0/a",` + failure("Boom", message("l/1/a", 1)) + `,"l/2/a"]`},
		{rule: "a parallel loop runs all its iterations", nodes: []*node{{id: "l", kind: forLoop, fixed: true, parallel: true, width: 2, body: []*node{s("a")}}},
			told:    map[run.StepID]fate{"l": {items: 3}, "l/0/a": {fails: 9}},
			outcome: run.Failed, result: `[` + failure("Boom", message("l/0/a", 1)) + `,"l/1/a","l/2/a"]`},
		{rule: "a refused iteration under skip_failures is an error in its slot", nodes: []*node{{id: "l", kind: forLoop, fixed: true, parallel: true, skipFailures: true,
			body: []*node{with(s("a"), func(n *node) { n.gate = 1 }), s("b")}}},
			told:    map[run.StepID]fate{"l": {items: 2}, "l/0/a": {votes: no}, "l/1/a": {votes: yes}},
			outcome: run.Succeeded, result: `[` + failure(run.NameRefused, "") + `,"l/1/b"]`},
		{rule: "a while loop ends with its stop_after_if", nodes: []*node{{id: "w", kind: while, stop: true, body: []*node{s("a")}}, s("z")},
			told: map[run.StepID]fate{"w": {stopIteration: 1}}, outcome: run.Succeeded, result: `"z"`},
		{rule: "a stop inside a sequential loop only breaks the loop", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{with(s("a"), func(n *node) { n.stop = true }), s("b")}}},
			told:    map[run.StepID]fate{"l": {items: 3}, "l/1/a": {stop: true}},
			outcome: run.Succeeded, result: `["l/0/b","l/1/a"]`},
		{rule: "a stop inside a branch inside a loop breaks the loop", nodes: []*node{{id: "l", kind: forLoop, fixed: true,
			body: []*node{{id: "c", kind: branch, fallback: []*node{with(s("a"), func(n *node) { n.stop = true })}}, s("b")}}},
			told:    map[run.StepID]fate{"l": {items: 3}, "l/0/c/default/a": {stop: true}},
			outcome: run.Succeeded, result: `["l/0/c/default/a"]`},
		{rule: "a stop in a branch stops the flow", nodes: []*node{{id: "c", kind: branch, branches: [][]*node{{with(s("a"), func(n *node) { n.stop, n.stopSkip = true, true })}}}, s("z")},
			told: map[run.StepID]fate{"c": {chosen: 0}, "c/0/a": {stop: true}}, outcome: run.Skipped, result: `"c/0/a"`},
		{rule: "a stop in a subflow stops only that", nodes: []*node{{id: "f", kind: subflow, fixed: true, sub: &program{path: "f/x/s", nodes: []*node{with(s("a"), func(n *node) { n.stop = true }), s("b")}}}, s("z")},
			told: map[run.StepID]fate{"f/flow/a": {stop: true}}, outcome: run.Succeeded, result: `"z"`},
		{rule: "a stop with a message is a failure", nodes: []*node{with(s("a"), func(n *node) { n.stop, n.stopError, n.stopTells = true, &empty, true })},
			told: map[run.StepID]fate{"a": {stop: true}}, outcome: run.Failed,
			result: `{"error":{"message":"stop after if: result.stop","name":"EarlyStopError","result":"a"}}`},
		{rule: "stop_after_all_iters_if after a parallel loop", nodes: []*node{{id: "l", kind: forLoop, fixed: true, parallel: true, stopAll: true, body: []*node{s("a")}}, s("z")},
			told: map[run.StepID]fate{"l": {items: 2, stopAll: true}}, outcome: run.Succeeded, result: `["l/0/a","l/1/a"]`},
		{rule: "the chosen branch", nodes: []*node{{id: "c", kind: branch, branches: [][]*node{{s("a")}, {s("b")}}}},
			told: map[run.StepID]fate{"c": {chosen: 1}}, outcome: run.Succeeded, result: `"c/1/b"`},
		{rule: "an empty branch passes on", nodes: []*node{s("a"), {id: "c", kind: branch, branches: [][]*node{{s("b")}}}}, outcome: run.Succeeded, result: `"a"`},
		{rule: "branchall in branch order", nodes: []*node{{id: "c", kind: all, parallel: true, branches: [][]*node{{s("a")}, {s("b")}}, lenient: []bool{false, false}}},
			outcome: run.Succeeded, result: `["c/0/a","c/1/b"]`},
		{rule: "a sequential branchall stops at its first failure", nodes: []*node{{id: "c", kind: all, branches: [][]*node{{s("a")}, {s("b")}}, lenient: []bool{false, false}}},
			told: map[run.StepID]fate{"c/0/a": {fails: 9}}, outcome: run.Failed, result: `[` + failure("Boom", message("c/0/a", 1)) + `]`},
		{rule: "skip_failure is each branch's own", nodes: []*node{{id: "c", kind: all, branches: [][]*node{{s("a")}, {s("b")}}, lenient: []bool{true, false}}},
			told: map[run.StepID]fate{"c/0/a": {fails: 9}}, outcome: run.Succeeded, result: `[` + failure("Boom", message("c/0/a", 1)) + `,"c/1/b"]`},
		{rule: "a retried loop restarts whole", nodes: []*node{{id: "l", kind: forLoop, fixed: true, constant: 1, body: []*node{s("a")}}},
			told:    map[run.StepID]fate{"l": {items: 2}, "l/1/a": {fails: 9}},
			outcome: run.Succeeded, result: `["l/0~2/a","l/1~2/a"]`},
		{rule: "a failure deep inside runs the failure module once", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{{id: "c", kind: branch, fallback: []*node{s("a")}}}}},
			told:    map[run.StepID]fate{"l": {items: 2}, "l/0/c/default/a": {fails: 9}},
			failure: &node{id: "failure", kind: script}, outcome: run.Failed, result: handled(false)},
		{rule: "recover turns the run to success", nodes: []*node{s("a")}, told: map[run.StepID]fate{"a": {fails: 9}},
			failure: &node{id: "failure", kind: script}, recover: true, outcome: run.Succeeded, result: handled(true)},
		{rule: "a subflow's failure module belongs to it", nodes: []*node{{id: "f", kind: subflow, fixed: true, sub: &program{path: "f/x/s", nodes: []*node{s("a")}, failure: &node{id: "failure", kind: script}, recover: true}}, s("z")},
			told: map[run.StepID]fate{"f/flow/a": {fails: 9}}, outcome: run.Succeeded, result: `"z"`},
		{rule: "nothing carries on from a refusal in a branch", nodes: []*node{{id: "c", kind: branch, carryOn: true, fallback: []*node{with(s("a"), func(n *node) { n.gate = 1 })}}, s("z")},
			told: map[run.StepID]fate{"c/default/a": {votes: no}}, outcome: run.Refused, result: failure(run.NameRefused, "")},
		{rule: "one refusal beats approvals that came before", nodes: []*node{with(s("a"), func(n *node) { n.gate = 2 }), s("z")},
			told: map[run.StepID]fate{"a": {votes: append(yes, vote{"p1@x.example", true}, vote{"p2@x.example", false}), early: 3}}, outcome: run.Refused, result: failure(run.NameRefused, "")},
		{rule: "a gate on the last step of an iteration", nodes: []*node{{id: "l", kind: forLoop, fixed: true, body: []*node{with(s("a"), func(n *node) { n.gate = 1 })}}},
			told: map[run.StepID]fate{"l": {items: 2}, "l/0/a": {votes: yes}}, outcome: run.Expired, result: `["l/0/a",` + failure(run.NameExpired, "") + `]`},
		{rule: "a skipped step asks nobody", nodes: []*node{with(s("a"), func(n *node) { n.gate, n.skip = 1, true }), s("z")},
			told: map[run.StepID]fate{"a": {skip: true}}, outcome: run.Succeeded, result: `"z"`},
		{rule: "a stop with a message in a loop under skip_failures is a failed iteration", nodes: []*node{{id: "l", kind: forLoop, fixed: true, skipFailures: true,
			body: []*node{with(s("a"), func(n *node) { n.stop, n.stopError = true, &enough })}}},
			told:    map[run.StepID]fate{"l": {items: 2}, "l/0/a": {stop: true}},
			outcome: run.Succeeded, result: `[` + failure(run.NameEarlyStop, "enough") + `,"l/1/a"]`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			for _, n := range row.nodes {
				if n.kind == forLoop { // a fixed list is part of the flow
					n.count = row.told[run.StepID(n.id)].items
				}
			}
			told := map[run.StepID]fate{}
			for id, f := range row.told {
				if n, _ := (&flowCase{top: &program{nodes: row.nodes}}).find(id); n.kind != branch {
					f.chosen = -1
				}
				told[id] = f
			}
			c := &flowCase{told: told, top: &program{nodes: row.nodes, failure: row.failure, recover: row.recover}}
			v := expect(c)
			if v.outcome != row.outcome || !alike(v.result, row.result) {
				t.Errorf("the interpreter says %s %s, want %s %s", v.outcome, v.result, row.outcome, row.result)
			}
			for schedule := range uint64(5) {
				if d, err := check(c, schedule); err != nil {
					t.Fatalf("%s", transcript(d, err))
				}
			}
		})
	}
}
