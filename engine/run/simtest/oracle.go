package simtest

import (
	"encoding/json"

	"sluice/engine/run"
)

// The oracle: a recursive interpreter of the rules, without time, events or
// state. It shares no code with the core.

// verdict is how the oracle says a run must end.
type verdict struct {
	outcome  run.Outcome
	result   string // JSON; "" where an error object is the result
	failure  string // name of the failure; "" for none
	attempts map[run.StepID]int
	gates    map[run.StepID]run.Outcome
	previous map[run.StepID]string // previous_result of each evaluated input, JSON; "?" for an error object
	resumes  map[run.StepID]int    // how many resumes each evaluated input sees
}

// ending is how a sequence ended.
type ending struct {
	kind    string // "", "stopped", "failed"
	outcome run.Outcome
	failure string
}

type oracle struct {
	v verdict
}

// expect runs the oracle on a case.
func expect(c *flowCase) verdict {
	o := &oracle{v: verdict{attempts: map[run.StepID]int{}, gates: map[run.StepID]run.Outcome{}, previous: map[run.StepID]string{}, resumes: map[run.StepID]int{}}}
	result, end := o.sequence(c.nodes, "", "{}", 0)
	switch end.kind {
	case "", "stopped":
		o.v.outcome, o.v.result = run.Succeeded, result
		if end.kind == "stopped" {
			o.v.outcome = end.outcome
		}
	case "failed":
		o.v.outcome, o.v.failure = end.outcome, end.failure
		if c.failure != nil {
			o.handler(c)
		}
	}
	return o.v
}

// handler runs the failure module.
func (o *oracle) handler(c *flowCase) {
	f := c.failure
	attempt, ok := try(f)
	o.v.attempts[run.FailureStep] = attempt
	if !ok {
		o.v.failure = "" // which of the two errors is told is not fixed
		return
	}
	if c.recover {
		o.v.outcome, o.v.failure, o.v.result = run.Succeeded, "", handled(true)
		return
	}
	o.v.result = handled(false)
}

// handled is what the failure module of every case returns.
func handled(recovers bool) string {
	b, _ := json.Marshal(map[string]any{"handled": true, "recover": recovers})
	return string(b)
}

// sequence runs nodes one after another. prev is the previous result, resumes
// how many votes the first node sees.
func (o *oracle) sequence(nodes []*node, at run.StepID, prev string, resumes int) (string, ending) {
	seen := resumes
	for _, n := range nodes {
		id := run.StepID(n.id)
		if at != "" {
			id = at + "/" + id
		}
		result, votes, end := o.step(n, id, prev, seen)
		if end.kind != "" {
			return result, end
		}
		prev, seen = result, votes
		if votes == 0 {
			seen = resumes // what the container saw goes on inside it
		}
	}
	return prev, ending{}
}

// step runs one node and returns its result and how many votes the next one
// sees.
func (o *oracle) step(n *node, id run.StepID, prev string, seen int) (string, int, ending) {
	if n.skip && n.skipValue {
		return prev, 0, ending{}
	}
	result := prev
	switch {
	case n.mock:
		result = quote("mock:" + n.id)
	case n.kind == "script":
		o.v.previous[id], o.v.resumes[id] = prev, seen
		attempt, ok := try(n)
		o.v.attempts[id] = attempt
		if !ok {
			if n.carryOn {
				return "?", 0, ending{}
			}
			return "", 0, ending{kind: "failed", outcome: run.Failed, failure: "Boom"}
		}
		result = quote(string(id))
	case n.kind == "branch":
		nodes, name := n.fallback, "default"
		if n.chosen >= 0 {
			nodes, name = n.branches[n.chosen], string(rune('0'+n.chosen))
		}
		var end ending
		result, end = o.sequence(nodes, id+"/"+run.StepID(name), prev, seen)
		if end.kind != "" {
			return result, 0, end
		}
	}
	if n.stop && n.stopValue {
		switch {
		case n.stopSkip:
			return result, 0, ending{kind: "stopped", outcome: run.Skipped}
		case n.stopError != nil:
			return result, 0, ending{kind: "failed", outcome: run.Failed, failure: run.NameEarlyStop}
		}
		return result, 0, ending{kind: "stopped", outcome: run.Succeeded}
	}
	if n.gate == 0 {
		return result, 0, ending{}
	}
	out, counted := decide(n)
	o.v.gates[id] = out
	if out == run.Approved {
		return result, counted, ending{}
	}
	if n.carryGate {
		return result, counted + 1, ending{}
	}
	name := map[run.Outcome]string{run.Refused: run.NameRefused, run.Expired: run.NameExpired}[out]
	return "", 0, ending{kind: "failed", outcome: out, failure: name}
}

// try says how many attempts a script makes and whether the last succeeds.
func try(n *node) (int, bool) {
	for attempt := 1; ; attempt++ {
		if attempt > n.fails {
			return attempt, true
		}
		if attempt > n.constant+n.exponential {
			return attempt, false
		}
		if n.retryIf && attempt > n.retryUntil {
			return attempt, false
		}
	}
}

// decide says how a gate ends and how many votes were counted.
func decide(n *node) (run.Outcome, int) {
	approvals := 0
	for _, v := range n.votes[:n.early] {
		if !v.approve {
			return run.Refused, n.early
		}
		approvals++
	}
	if approvals >= n.gate {
		return run.Approved, n.early
	}
	for i, v := range n.votes[n.early:] {
		if !v.approve {
			return run.Refused, n.early + i + 1
		}
		if approvals++; approvals >= n.gate {
			return run.Approved, n.early + i + 1
		}
	}
	return run.Expired, len(n.votes)
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
