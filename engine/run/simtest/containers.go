package simtest

import (
	"slices"
	"strconv"
	"strings"

	"sluice/engine/run"
)

// container runs one attempt of a step that other steps run inside.
func (o *oracle) container(p place, n *node, f fate, id run.StepID, attempt int, prev string, sees seen) (string, ending) {
	around := o.around
	defer func() { o.around = around }()
	o.around = append(slices.Clip(around), map[kind]string{branch: "a branch", all: "branches to all", forLoop: "a loop", while: "a loop", subflow: "a subflow"}[n.kind])
	if n.parallel {
		o.around = append(o.around, "a parallel container")
	}
	if len(o.around) > 2 {
		o.hit("three deep")
	}
	part := func(name string) run.StepID {
		if attempt > 1 {
			name += "~" + strconv.Itoa(attempt)
		}
		return join(id, name)
	}
	mistaken := func(purpose run.Purpose) (string, ending) {
		o.hit(string(purpose) + " throws")
		v := mistake(f, id, purpose)
		return v, ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: v}
	}
	switch n.kind {
	case branch:
		if f.throws == run.ForBranch {
			return mistaken(run.ForBranch)
		}
		nodes, name := n.fallback, "default"
		if f.chosen >= 0 {
			nodes, name = n.branches[f.chosen], strconv.Itoa(f.chosen)
		}
		if len(nodes) == 0 {
			o.hit("empty branch")
		}
		p.at = part(name)
		result, end := o.sequence(p, nodes, prev, sees)
		if end.kind == failed || end.kind == broken {
			end.value = end.error() // a branch hands the error on, not the list around it
		}
		return result, end

	case all:
		o.rule(n, "branchall")
		leave := o.enter(p, n, n.branches...)
		defer leave()
		var slots []string
		var ends []ending
		for i, nodes := range n.branches {
			if len(nodes) == 0 {
				o.hit("empty branch of all")
			}
			inside := p
			inside.at = part(strconv.Itoa(i))
			result, end := o.sequence(inside, nodes, prev, sees)
			if end.kind == stopped && n.parallel {
				o.hit("stop in a parallel branch")
				end = ending{}
			}
			if end.kind == failed || end.kind == broken {
				result = end.error()
			}
			if (end.kind == failed || end.kind == broken) && n.lenient[i] {
				o.hit("skip_failure")
				slots, ends = append(slots, result), append(ends, ending{})
				continue
			}
			slots, ends = append(slots, result), append(ends, end)
			if end.kind != goesOn && !n.parallel {
				if end.kind == stopped {
					o.hit("stop in a branch of all")
					return result, end
				}
				break
			}
			if n.stop && !n.parallel && end.kind == goesOn {
				o.judged(p, n, inside.at, result)
				o.v.iters[inside.at] = list(slots)
				if f.throws == run.ForStop {
					return list(slots), ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: list(slots), cause: mistake(f, id, run.ForStop), past: true}
				}
				if f.stop {
					o.hit("stop of branches")
					end := early(n.stopSkip, n.stopError, n.stopTells, stopExpr(n), result)
					if end.past = true; end.kind == failed {
						end.cause, end.value = end.value, list(slots)
					}
					return result, end
				}
			}
		}
		return list(slots), worst(ends, list(slots))

	case forLoop:
		if f.throws == run.ForIterator && !n.fixed {
			return mistaken(run.ForIterator)
		}
		if f.noList {
			o.hit("no list")
			v := failure(run.NameExpr, "")
			return v, ending{kind: failed, outcome: run.Failed, name: "?", value: unknown}
		}
		if n.widthExpr && f.throws == run.ForWidth {
			return mistaken(run.ForWidth)
		}
		o.rule(n, "forloop")
		if f.items == 0 {
			o.hit("empty list")
		}
		return o.iterations(p, n, f, id, f.items, part, prev, sees)

	case while:
		return o.iterations(p, n, f, id, -1, part, prev, sees)
	}
	// A subflow: results, input and failure module of its own.
	env := p.scope.env
	if n.sub.env {
		env = envOf(n.sub)
		o.hit("flow_env of a subflow")
	}
	input := arguments(n, f, id)
	result, end := o.program(n.sub, id, part("flow"), input, env)
	switch end.kind {
	case stopped: // only the subflow
		return result, ending{}
	case broken:
		o.hit("subflow broken off")
	}
	return result, end
}

// iterations runs the iterations of a loop; total is -1 for a while loop.
func (o *oracle) iterations(p place, n *node, f fate, id run.StepID, total int, part func(string) run.StepID, prev string, sees seen) (string, ending) {
	slots := []string{}
	var ends []ending
	for i := 0; i != total; i++ {
		if i > 20 {
			return unknown, ending{kind: failed, outcome: run.Failed, name: "?", value: unknown} // never: all is calm long before
		}
		inside := p
		inside.at = part(strconv.Itoa(i))
		if n.parallel { // each iteration is a program of its own for what finished
			inside.memory = remember()
		}
		inside.iters = append(append([]string{}, p.iters...), strconv.Itoa(i)+" "+item(n, f, id, i))
		result, end := o.sequence(inside, n.body, prev, sees)
		if end.kind == failed || end.kind == broken {
			result = end.error()
		}
		slots = append(slots, result)
		switch end.kind {
		case stopped:
			o.hit("stop in a loop")
			if !n.parallel {
				return list(slots), ending{}
			}
			end = ending{}
		case failed, broken:
			if n.skipFailures {
				o.hit("skip_failures")
				end = ending{}
				if !n.parallel {
					ends = append(ends, end)
					continue
				}
			}
		}
		ends = append(ends, end)
		if n.parallel {
			continue
		}
		if end.kind != goesOn {
			break
		}
		if n.stop {
			o.judged(p, n, inside.at, result)
			o.v.iters[inside.at] = list(slots)
			if f.throws == run.ForStop {
				o.hit("stop throws")
				return list(slots), ending{kind: failed, outcome: run.Failed, name: run.NameExpr, value: list(slots), cause: mistake(f, id, run.ForStop), past: true}
			}
			if i >= f.stopIteration {
				o.hit("loop stopped")
				if end := early(n.stopSkip, n.stopError, n.stopTells, stopExpr(n), result); end.kind != stopped {
					end.past, end.cause, end.value = true, end.value, list(slots)
					return end.value, end
				}
				return list(slots), ending{}
			}
		}
	}
	return list(slots), worst(ends, list(slots))
}

// enter marks what is inside parallel branches: which of their steps came last is
// open, at work and afterwards.
func (o *oracle) enter(p place, n *node, inside ...[]*node) (leave func()) {
	if !n.parallel {
		return func() {}
	}
	mark := func(by int) {
		for _, nodes := range inside {
			every(nodes, func(m *node) {
				p.memory.open[m.id] += by
				p.memory.finished[m.id] = unknown
			})
		}
	}
	mark(1)
	return func() { mark(-1) }
}

func (o *oracle) rule(n *node, name string) {
	switch {
	case !n.parallel:
		o.hit(name + ", sequential")
	case n.width > 0:
		o.hit(name + ", parallel, bounded")
	default:
		o.hit(name + ", parallel")
	}
}

// worst is how a container ends after the endings of its iterations or branches: the
// first that did not go on. What it leaves as a result is the list.
func worst(ends []ending, value string) ending {
	var first ending
	for _, e := range ends {
		if e.kind == goesOn {
			continue
		}
		if first.kind == goesOn {
			first = e
			first.cause, first.value = e.error(), value
		}
		first.lost = first.lost || e.lost
		if e.kind == broken { // nothing goes past a gate that did not open
			first.kind = broken
		}
	}
	return first
}

// item is what an iteration of a loop is about.
func item(n *node, f fate, id run.StepID, i int) string {
	switch {
	case n.kind == while:
		return strconv.Itoa(i)
	case n.fixed:
		return quote("i" + strconv.Itoa(i))
	case f.big && f.items > 0:
		return quote("blob:" + string(id) + "[" + strconv.Itoa(i) + "]")
	}
	return quote(string(id) + ":" + strconv.Itoa(i))
}

func list(slots []string) string { return "[" + strings.Join(slots, ",") + "]" }

// failure is an error as a result. A text of "" stands for any.
func failure(name, text string) string {
	return `{"error":{"message":` + quote(text) + `,"name":` + quote(name) + `}}`
}

// mistake is the error of an expression that throws.
func mistake(f fate, id run.StepID, purpose run.Purpose) string {
	if f.wrong && shaped(purpose) {
		return failure(run.NameExpr, "")
	}
	return failure(run.NameExpr, thrown(id, purpose))
}

// shaped reports whether a purpose asks for a value that can be of a wrong shape.
func shaped(purpose run.Purpose) bool {
	switch purpose {
	case run.ForInputs, run.ForBranch, run.ForSleep, run.ForTimeout:
		return true
	}
	return false
}

// arguments are what a script or a subflow is handed.
func arguments(n *node, f fate, id run.StepID) string {
	switch {
	case n.fixed:
		return `{"x":"fixed"}`
	case f.bigInput:
		return quote("blob:in " + string(id))
	}
	return `{"x":` + quote(string(id)) + `}`
}

func thrown(id run.StepID, purpose run.Purpose) string {
	return "thrown by " + string(purpose) + " of " + string(id)
}

// message is what an attempt fails with.
func message(id run.StepID, attempt int) string {
	return string(id) + " blew up, " + strconv.Itoa(attempt)
}

// blob is a result that the core does not hold.
func blob(id run.StepID) string { return quote("blob:" + string(id)) }

// payload is what the k-th vote on a step says.
func payload(k int) string { return `{"n":` + strconv.Itoa(k) + `}` }
