package simtest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"sluice/engine/run"
)

// pinned writes the case as the shell would pin it.
func (c *flowCase) pinned() run.Pinned {
	p := run.Pinned{Flow: c.document(c.top), Scripts: map[string]run.Code{}, Flows: map[string]json.RawMessage{}}
	c.pin(&p, c.top.nodes)
	return p
}

func (c *flowCase) pin(p *run.Pinned, nodes []*node) {
	every(nodes, func(n *node) {
		switch {
		case n.byPath:
			p.Scripts["f/x/script"] = run.Code{Path: "f/x/script", Language: "bun", Content: "export function main() {}"}
		case n.kind == subflow && p.Flows[n.sub.path] == nil:
			p.Flows[n.sub.path] = c.document(n.sub)
			c.pin(p, n.sub.nodes)
		}
	})
}

// document writes a program as OpenFlow.
func (c *flowCase) document(p *program) json.RawMessage {
	value := map[string]any{"modules": modules(p.nodes)}
	if p.failure != nil {
		value["failure_module"] = module(p.failure)
	}
	if p.env {
		value["flow_env"] = json.RawMessage(envOf(p))
	}
	if p.skipExpr {
		value["skip_expr"] = "flow_input.skip"
	}
	if p == c.top {
		if c.prepared {
			value["preprocessor_module"] = module(&node{id: "preprocessor", kind: script})
		}
		if c.limited {
			value["concurrent_limit"], value["concurrency_time_window_s"] = 2, 10
		}
		if c.cached > 0 {
			value["cache_ttl"] = 60
		}
	}
	b, err := json.Marshal(map[string]any{"summary": "Case", "value": value})
	if err != nil {
		panic(err)
	}
	return b
}

// envOf is the flow_env of a program that has one.
func envOf(p *program) string { return `{"of":` + quote("flow "+p.path) + `}` }

func modules(nodes []*node) []any {
	list := []any{}
	for _, n := range nodes {
		list = append(list, module(n))
	}
	return list
}

func module(n *node) map[string]any {
	m := map[string]any{"id": n.id, "value": valueOf(n)}
	if n.skip {
		m["skip_if"] = map[string]any{"expr": expr(n)}
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
			retry["retry_if"] = map[string]any{"expr": "[error, result].length"}
		}
		m["retry"] = retry
	}
	if n.stop {
		stop := map[string]any{"expr": stopExpr(n), "skip_if_stopped": n.stopSkip}
		if n.stopError != nil {
			stop["error_message"], stop["error_include_result"] = *n.stopError, n.stopTells
		}
		m["stop_after_if"] = stop
	}
	if n.stopAll {
		stop := map[string]any{"expr": "result.length", "skip_if_stopped": false}
		if n.stopAllFail {
			stop["error_message"] = "all of it"
		}
		m["stop_after_all_iters_if"] = stop
	}
	if n.carryOn {
		m["continue_on_error"] = true
	}
	if n.sleep {
		m["sleep"] = javascript("result.pause")
		if n.plain {
			m["sleep"] = map[string]any{"type": "static", "value": 1.5}
		}
	}
	if n.timeout {
		m["timeout"] = javascript("previous_result.limit")
		if n.plain {
			m["timeout"] = 60
		}
	}
	if n.gate > 0 {
		suspend := map[string]any{"required_events": n.gate, "timeout": 90, "continue_on_disapprove_timeout": n.carryGate}
		if n.plain {
			delete(suspend, "timeout") // half an hour
		}
		m["suspend"] = suspend
	}
	return m
}

func valueOf(n *node) map[string]any {
	inputs := map[string]any{"x": javascript(expr(n))}
	if n.fixed {
		inputs = map[string]any{"x": map[string]any{"type": "static", "value": "fixed"}}
	}
	switch n.kind {
	case identity:
		return map[string]any{"type": "identity"}
	case branch, all:
		branches := []any{}
		for i, b := range n.branches {
			one := map[string]any{"modules": modules(b)}
			if n.kind == branch {
				one["expr"] = strings.Replace(expr(n), "[", "["+strconv.Itoa(i)+", ", 1)
			} else {
				one["skip_failure"] = n.lenient[i]
			}
			branches = append(branches, one)
		}
		v := map[string]any{"type": string(n.kind), "branches": branches}
		if n.kind == branch {
			v["default"] = modules(n.fallback)
		} else {
			v["parallel"] = n.parallel
		}
		return v
	case forLoop:
		v := map[string]any{"type": "forloopflow", "modules": modules(n.body), "skip_failures": n.skipFailures, "parallel": n.parallel, "iterator": javascript(expr(n))}
		if n.fixed {
			items := []any{}
			for i := range n.count {
				items = append(items, fmt.Sprintf("i%d", i))
			}
			v["iterator"] = map[string]any{"type": "static", "value": items}
		}
		if n.ignored {
			v["squash"] = true
		}
		switch {
		case n.widthExpr:
			v["parallelism"] = javascript("flow_input.width")
		case n.width > 0:
			v["parallelism"] = n.width
		}
		return v
	case while:
		return map[string]any{"type": "whileloopflow", "modules": modules(n.body), "skip_failures": n.skipFailures, "parallel": n.ignored, "squash": n.ignored}
	case subflow:
		return map[string]any{"type": "flow", "path": n.sub.path, "input_transforms": inputs}
	}
	if n.byPath {
		return map[string]any{"type": "script", "path": "f/x/script", "input_transforms": inputs}
	}
	return map[string]any{"type": "rawscript", "language": "bun", "content": "export function main() {}", "input_transforms": inputs}
}

func javascript(text string) map[string]any {
	return map[string]any{"type": "javascript", "expr": text}
}

// expr mentions all that a step may see, so that it can be looked at.
func expr(n *node) string {
	text := "[previous_result, resume, resumes, approvers, flow_input, flow_env"
	for _, id := range n.uses {
		text += ", results." + id
	}
	return text + "].length"
}

// stopExpr mentions what a stop_after_if may see.
func stopExpr(n *node) string {
	text := "result.stop"
	for _, id := range n.uses {
		text += " || results." + id
	}
	return text
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
