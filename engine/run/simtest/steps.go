package simtest

import (
	"strings"

	"sluice/engine/run"
)

// step runs one node. It returns the result and, behind a gate, what the next
// step sees.
func (o *oracle) step(p place, n *node, id run.StepID, prev string, sees seen) (result string, next *seen, end ending) {
	f := o.c.fate(n, id)
	w := o.want(id)
	o.hit(string(n.kind))
	if len(p.iters) > 1 {
		o.hit("nested iter")
	}
	o.look(p, n, id, prev, sees)

	result, how, end := o.work(p, n, f, id, prev, sees)
	switch {
	case end.kind == failed && n.carryOn && !end.past && !end.lost:
		o.hit("continue_on_error")
		if n.container() {
			o.hit("continue_on_error of a container")
		}
		w.outcome, w.result = run.Failed, end.value
		result, end = end.value, ending{}
		how = carried
	case end.kind == failed || end.kind == broken:
		w.outcome = run.Failed
		end.past = false
		return result, nil, end
	case end.kind == stopped:
		return result, nil, end
	case how == skipped:
		w.outcome = run.Skipped
	default:
		w.outcome, w.result = run.Succeeded, result
	}

	if how == worked || how == mocked {
		if end := o.stop(p, n, f, id, how, result); end.kind != goesOn {
			w.outcome, w.result = "", ""
			return result, nil, end
		}
		if n.gate > 0 {
			next, end = o.gate(n, f, id)
			if end.kind != goesOn {
				w.outcome, w.result = run.Failed, ""
				return end.value, nil, end
			}
		}
	}
	if n.sleep {
		o.hit("sleep")
		if f.throws == run.ForSleep && !n.plain {
			o.hit("sleep throws")
			w.outcome, w.result = "", ""
			return unknown, nil, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(f, id, run.ForSleep)}
		}
	}
	return result, next, ending{}
}

// manner is how a step came to its result.
type manner int

const (
	worked  manner = iota
	skipped        // by skip_if
	mocked
	carried // failed, under continue_on_error
)

// work runs a step up to its result: skip_if, mock, and the attempts.
func (o *oracle) work(p place, n *node, f fate, id run.StepID, prev string, sees seen) (string, manner, ending) {
	mistaken := func(purpose run.Purpose) (string, manner, ending) {
		o.hit(string(purpose) + " throws")
		v := mistake(f, id, purpose)
		return v, worked, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: v}
	}
	if n.skip {
		if f.throws == run.ForSkip {
			return mistaken(run.ForSkip)
		}
		if f.skip {
			o.hit("skip")
			if n.container() {
				o.hit("skip of a container")
			}
			return prev, skipped, ending{}
		}
	}
	if n.mock {
		o.hit("mock")
		return quote("mock:" + n.id), mocked, ending{}
	}
	switch n.kind {
	case identity:
		return prev, worked, ending{}
	case script:
		if f.throws == run.ForInputs && !n.fixed {
			return mistaken(run.ForInputs)
		}
		if n.timeout && f.throws == run.ForTimeout {
			return mistaken(run.ForTimeout)
		}
		attempt, lost := attempts(n, f)
		o.want(id).attempts = attempt
		if attempt > 1 {
			o.hit("retry")
		}
		if lost != "" {
			v := o.fault(id, attempt, lost)
			end := ending{kind: failed, outcome: run.Failed, name: lost, value: v, lost: lost == run.NameLost}
			if n.retryIf && f.throws == run.ForRetry && attempt <= n.constant+n.exponential {
				end.name, end.value = "?", unknown
			}
			return end.value, worked, end
		}
		if f.big {
			return blob(id), worked, ending{}
		}
		return quote(string(id)), worked, ending{}
	}
	if f.throws == run.ForInputs && n.kind == subflow && !n.fixed {
		return mistaken(run.ForInputs)
	}
	for attempt := 1; ; attempt++ {
		result, end := o.container(p, n, f, id, attempt, prev, sees)
		if end.kind != failed || end.past || !again(n, f, attempt) {
			if end.kind == failed && n.retryIf && f.throws == run.ForRetry && attempt <= n.constant+n.exponential {
				end.name, end.value, end.cause = "?", unknown, unknown
			}
			return result, worked, end
		}
		o.hit("retry of a container")
	}
}

// attempts says how many attempts a script makes and, if the last one fails,
// under which name.
func attempts(n *node, f fate) (int, string) {
	for attempt := 1; ; attempt++ {
		if attempt > f.fails {
			return attempt, ""
		}
		if !again(n, f, attempt) {
			return attempt, blow(f, attempt)
		}
	}
}

// blow is the name of the failure of an attempt that fails.
func blow(f fate, attempt int) string {
	if f.lost>>attempt&1 == 1 {
		return run.NameLost
	}
	return "Boom"
}

// again reports whether a further attempt follows one that failed.
func again(n *node, f fate, attempt int) bool {
	if attempt > n.constant+n.exponential {
		return false
	}
	return !n.retryIf || f.throws != run.ForRetry && attempt <= f.retryUntil
}

// fault is the error of an attempt as a result.
func (o *oracle) fault(id run.StepID, attempt int, name string) string {
	if name == run.NameLost {
		return failure(run.NameLost, "")
	}
	return failure(name, message(id, attempt))
}

// stop says whether a step that succeeded ends what it is in.
func (o *oracle) stop(p place, n *node, f fate, id run.StepID, how manner, result string) ending {
	loop := n.kind == forLoop || n.kind == while
	if n.stop && !(how == worked && (loop || n.kind == all)) {
		o.judged(p, n, id, result)
		if f.throws == run.ForStop {
			o.hit("stop throws")
			return ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(f, id, run.ForStop)}
		}
		if f.stop {
			o.hit("stop")
			return early(n.stopSkip, n.stopError, n.stopTells, stopExpr(n), result)
		}
	}
	if n.stopAll {
		o.hit("stop_after_all_iters_if")
		o.v.wholes[id] = result
		if f.throws == run.ForAllStop {
			return ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: mistake(f, id, run.ForAllStop)}
		}
		if f.stopAll {
			text := "all of it"
			if n.stopAllFail {
				return early(false, &text, false, "", result)
			}
			return ending{kind: stopped, outcome: run.Succeeded, value: result}
		}
	}
	return ending{}
}

// early is the ending that a stop_after_if asks for.
func early(skip bool, fails *string, tells bool, expr, result string) ending {
	switch {
	case skip:
		return ending{kind: stopped, outcome: run.Skipped, name: "", value: result}
	case fails == nil:
		return ending{kind: stopped, outcome: run.Succeeded, name: "", value: result}
	}
	text := *fails
	if text == "" {
		text = "stop after if: " + expr
	}
	v := failure(run.NameEarlyStop, text)
	if tells {
		// An error does not carry what is large. Those in the result are longer than
		// they are told here, by their messages and their steps.
		if strings.Contains(result, `"blob:`) || len(result)+400*strings.Count(result, `"error":`) > run.InlineMax/2 {
			result = unknown
		}
		v = strings.TrimSuffix(v, "}}") + `,"result":` + result + "}}"
	}
	return ending{kind: failed, outcome: run.Failed, name: run.NameEarlyStop, value: v}
}

// gate says how a step's gate ends and what the next step sees.
func (o *oracle) gate(n *node, f fate, id run.StepID) (*seen, ending) {
	out, counted := decide(n, f)
	o.want(id).gate = out
	o.hit("gate " + string(out))
	if n.container() {
		o.hit("gate of a container")
	}
	for _, what := range o.around {
		o.hit("gate in " + what)
	}
	s := &seen{approvers: []string{}}
	for i, v := range f.votes[:counted] {
		s.resumes = append(s.resumes, payload(i+1))
		s.approvers = append(s.approvers, v.person)
	}
	if out == run.Approved {
		return s, ending{}
	}
	name := run.NameExpired
	if out == run.Refused {
		name = run.NameRefused
	}
	v := failure(name, "") // the core tells more than OpenFlow's fixed texts
	if n.carryGate {
		o.hit("continue on refusal")
		s.resumes, s.approvers = append(s.resumes, v), nil
		return s, ending{}
	}
	return nil, ending{kind: broken, outcome: out, name: name, value: v}
}

// decide says how a gate ends and how many votes were counted.
func decide(n *node, f fate) (run.Outcome, int) {
	approvals := 0
	for _, v := range f.votes[:f.early] {
		if !v.approve {
			return run.Refused, f.early
		}
		approvals++
	}
	if approvals >= n.gate {
		return run.Approved, f.early
	}
	for i, v := range f.votes[f.early:] {
		if !v.approve {
			return run.Refused, f.early + i + 1
		}
		if approvals++; approvals >= n.gate {
			return run.Approved, f.early + i + 1
		}
	}
	return run.Expired, len(f.votes)
}
