package run

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestExplore visits every state that a few tiny flows can reach, tries every
// event in each, fitting or not, and checks what must always hold:
//
//   - an event that is not accepted changes nothing;
//   - what is outstanding is what was asked, less what was answered or dropped;
//   - from every state the run can end without being canceled, and one that has
//     ended accepts news of mails only;
//   - no step follows a gate that its policy did not open;
//   - a state is what its journal folds to.
func TestExplore(t *testing.T) {
	script := func(id, more string) string {
		return "{id: " + id + ", " + more + "value: {type: rawscript, language: bun, content: ''}}"
	}
	gate := "suspend: {required_events: 1, timeout: 9}, "
	two := "suspend: {required_events: 2, timeout: 9}, "
	loop := func(more, body string) string {
		return "{id: l, value: {type: forloopflow, iterator: {type: static, value: [1, 2]}, " + more + "modules: [" + body + "]}}"
	}
	flows := map[string]string{
		"gate, then a step":       script("a", gate) + ", " + script("b", ""),
		"two people":              script("a", two) + ", " + script("b", ""),
		"two gates":               script("a", gate) + ", {id: b, " + gate + "value: {type: identity}}",
		"retry before a gate":     script("a", "retry: {constant: {attempts: 1, seconds: 2}, retry_if: {expr: x}}, "+gate) + ", {id: b, value: {type: identity}}",
		"refusal has its own way": script("a", "suspend: {required_events: 1, timeout: 9, continue_on_disapprove_timeout: true}, ") + ", " + script("b", ""),
		"carry on, skip, pause":   script("a", "continue_on_error: true, skip_if: {expr: x}, sleep: {type: static, value: 3}, "+gate) + ", " + script("b", ""),
		"gate in a branch":        "{id: c, value: {type: branchone, branches: [{expr: x, modules: [" + script("d", gate) + "]}], default: []}}, " + script("b", ""),
		"early stop":              script("a", "stop_after_if: {expr: x, error_message: no}, "+gate),
		"a computed pause":        script("a", "sleep: {type: javascript, expr: x}, "+gate),
		"parallel loop of gates":  loop("parallel: true, ", "{id: d, "+gate+"value: {type: identity}}") + ", {id: b, value: {type: identity}}",
		"loop that skips":         loop("skip_failures: true, ", "{id: d, "+gate+"value: {type: identity}}, "+script("e", "")),
		"loop tried again":        "{id: l, retry: {constant: {attempts: 1, seconds: 2}}, " + loop("", script("d", ""))[len("{id: l, "):],
		"loop that stops":         "{id: l, stop_after_if: {expr: x}, stop_after_all_iters_if: {expr: x, error_message: no}, " + loop("", script("d", "stop_after_if: {expr: x}, "))[len("{id: l, "):] + ", " + script("b", gate),
		"computed loop":           "{id: l, value: {type: forloopflow, iterator: {type: javascript, expr: x}, parallel: true, parallelism: {type: javascript, expr: x}, modules: [" + script("d", "") + "]}}",
		"parallel branches":       "{id: c, value: {type: branchall, branches: [{modules: [" + script("d", gate) + "]}, {skip_failure: true, modules: [" + script("e", "") + "]}]}}, " + script("b", ""),
		"flow in a flow":          "{id: s, continue_on_error: true, value: {type: flow, path: u/me/sub}}, " + script("b", ""),
		"everything computed":     "{id: a, skip_if: {expr: x}, timeout: {type: javascript, expr: x}, value: {type: rawscript, language: bun, content: '', input_transforms: {i: {type: javascript, expr: x}}}}",
	}
	subflow := txtar.File{Name: "u/me/sub", Data: []byte("value:\n  modules: [" + script("d", gate) + "]\n  skip_expr: x\n  failure_module: " + script("f", "") + "\n")}
	names := []string{}
	for name := range flows {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			text := "value:\n  modules: [" + flows[name] + "]\n"
			if strings.Contains(name, "early stop") || strings.Contains(name, "in a branch") {
				text += "  failure_module: " + script("f", "") + "\n"
			}
			if strings.Contains(name, "computed") {
				text += "  skip_expr: x\n"
			}
			explore(t, text, subflow)
		})
	}
}

type place struct {
	journal []Entry
	open    map[string]bool
	next    []string // the keys of the places that events other than a cancel lead to
	done    bool
}

func explore(t *testing.T, text string, flows ...txtar.File) {
	first := newBench(t, text, nil, flows...)
	places := map[string]*place{}
	queue := []string{}
	visit := func(b *bench) string {
		key := keyOf(b)
		if places[key] == nil {
			if err := sound(b); err != nil {
				t.Fatalf("%v\n%s", err, tale(b.journal))
			}
			places[key] = &place{journal: b.journal, open: b.open, done: b.ended}
			queue = append(queue, key)
		}
		return key
	}
	visit(first)
	tried := 0
	for len(queue) > 0 {
		here := places[queue[0]]
		queue = queue[1:]
		if len(places) > 20000 {
			t.Fatal("the flow is not tiny")
		}
		base, b := standAt(t, first.plan, here), standAt(t, first.plan, here)
		var refused []try
		for _, try := range tries(base) {
			tried++
			if _, err := b.apply(try.at, try.ev); err != nil {
				refused = append(refused, try)
				continue
			}
			if _, mail := try.ev.(MailNoted); here.done && !mail {
				t.Fatalf("an ended run took %#v\n%s", try.ev, tale(here.journal))
			}
			key := visit(b)
			if _, cancel := try.ev.(CancelRequested); !cancel {
				here.next = append(here.next, key)
			}
			b = standAt(t, first.plan, here)
		}
		for _, try := range refused {
			if _, err := base.apply(try.at, try.ev); err == nil {
				t.Fatalf("%#v was refused once and taken once\n%s", try.ev, tale(here.journal))
			}
		}
		if fresh := standAt(t, first.plan, here); !reflect.DeepEqual(base.state, fresh.state) {
			t.Fatalf("refused events changed the state:\n%s\n%s", cmp.Diff(fresh.state, base.state, whole), tale(here.journal))
		}
	}
	for _, p := range deadEnds(places) {
		t.Fatalf("a dead end:\n%s", tale(p.journal))
	}
	t.Logf("%d states, %d events tried", len(places), tried)
}

// standAt makes a fresh bench that stands at a place.
func standAt(t *testing.T, p *Plan, at *place) *bench {
	t.Helper()
	s, err := Fold(p, testID, slices.Values(at.journal))
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{}
	for k := range at.open {
		open[k] = true
	}
	return &bench{plan: p, state: s, journal: slices.Clip(at.journal), open: open, ended: at.done}
}

// deadEnds returns the places from which no end can be reached.
func deadEnds(places map[string]*place) []*place {
	ends := map[string]bool{}
	for again := true; again; {
		again = false
		for key, p := range places {
			if !ends[key] && (p.done || slices.ContainsFunc(p.next, func(n string) bool { return ends[n] })) {
				ends[key], again = true, true
			}
		}
	}
	var out []*place
	for key, p := range places {
		if !ends[key] {
			out = append(out, p)
		}
	}
	return out
}

type try struct {
	at time.Time
	ev Event
}

// tries returns every event that could come, and many that should not.
func tries(b *bench) []try {
	s := b.state
	at := s.at
	if s.started == nil {
		at = epoch
	}
	steps := []StepID{"nowhere", "c"}
	for _, n := range b.plan.order {
		if s.steps[StepID(n.id)] == nil {
			steps = append(steps, StepID(n.id))
		}
	}
	for _, st := range s.order {
		steps = append(steps, st.id)
	}
	out := []try{{at, Started{Rules: 1}}, {at, CancelRequested{By: "eve"}}}
	for _, v := range []string{"true", "false", "3", "-1"} {
		out = append(out, try{at, Evaluated{For: ForFlowSkip, Value: value(v)}})
	}
	for _, id := range steps {
		for _, p := range []Purpose{ForSkip, ForInputs, ForBranch, ForStop, ForRetry, ForSleep, ForTimeout, ForRecover, ForIterator, ForWidth, ForAllStop, ForFlowSkip} {
			for _, v := range []string{"true", "false", "0", "-1", "[1]"} {
				out = append(out, try{at, Evaluated{Step: id, For: p, Value: value(v)}})
			}
			out = append(out, try{at, Evaluated{Step: id, For: p, Err: &Failure{Message: "no"}}})
		}
		for attempt := range 3 {
			out = append(out,
				try{at, JobStarted{id, attempt, "j"}}, try{at, JobSucceeded{id, attempt, value("1")}},
				try{at, JobFailed{id, attempt, Failure{Name: "E"}}}, try{at, JobLost{id, attempt}}, try{at, JobInterrupted{id, attempt}})
		}
		for _, k := range []TimerKind{TimerRetry, TimerSleep, TimerDeadline, "other"} {
			out = append(out, try{at, TimerFired{id, k}}, try{due(at, 3*time.Second), TimerFired{id, k}}, try{due(at, 9*time.Second), TimerFired{id, k}})
		}
		for _, who := range []string{"ann", "BOB "} {
			for _, yes := range []bool{true, false} {
				out = append(out, try{at, DecisionMade{Step: id, Person: who, Approve: yes}},
					try{at.Add(10 * time.Second), DecisionMade{Step: id, Person: who, Approve: yes}})
			}
		}
	}
	return out
}

// keyOf names a state by all that can matter for what comes, times apart.
func keyOf(b *bench) string {
	s := b.state
	var k strings.Builder
	for _, st := range s.order {
		fmt.Fprintln(&k, showStep(st.view()), st.outcome, st.job != "", st.met != nil, st.gate != nil && st.gate.policy().past(s.at))
	}
	for _, c := range s.Outstanding() {
		fmt.Fprintln(&k, commandKey(c))
	}
	fmt.Fprintln(&k, s.started != nil, s.outcome, s.top != nil && s.top.broken != nil)
	return strings.NewReplacer(times(s)...).Replace(k.String())
}

// times lists what showStep says of times, to be left out.
func times(s *State) []string {
	var out []string
	for _, st := range s.order {
		out = append(out, since(st.nextTry), "", since(st.wake), "")
	}
	return out
}

// sound checks what must hold in every state.
func sound(b *bench) error {
	if err := b.settled(); err != nil {
		return err
	}
	if err := b.replayed(); err != nil {
		return err
	}
	for _, st := range b.state.order {
		f := st.frame
		if i := slices.Index(f.nodes, st.node); i > 0 {
			if err := opened(b.state, f, f.nodes[i-1]); err != nil {
				return err
			}
		}
	}
	if b.state.outcome == Succeeded && b.state.top.broken == nil {
		return opened(b.state, b.state.top.main, b.plan.steps[len(b.plan.steps)-1])
	}
	return nil
}

// opened reports a gate that the run went past without its leave. It counts
// the votes by itself.
func opened(s *State, f *frame, n *node) error {
	if !n.gated {
		return nil
	}
	id := StepID(n.id)
	if f.path != "" {
		id = f.path + "/" + id
	}
	st, ok := s.Step(id)
	if !ok || st.Phase != Done {
		return fmt.Errorf("the run went past %s, which is not done", id)
	}
	if st.Gate == nil {
		stopped := st.Outcome == Succeeded && n.module.StopAfterIf != nil && s.Status() == StatusDone
		if st.Outcome == Skipped || st.Outcome == Failed && n.module.ContinueOnError && st.Err != nil || stopped {
			return nil
		}
		return fmt.Errorf("the run went past %s, whose gate never stood", id)
	}
	ayes, no := map[string]bool{}, false
	for _, v := range st.Gate.Votes {
		if v.At.After(st.Gate.Deadline) {
			return fmt.Errorf("a vote after the deadline of %s was kept", id)
		}
		no = no || !v.Approve
		ayes[strings.ToLower(v.Person)] = true
	}
	switch st.Gate.Outcome {
	case Approved:
		if no || len(ayes) < n.module.Suspend.RequiredEvents {
			return fmt.Errorf("gate %s opened with %v", id, st.Gate.Votes)
		}
	case Refused:
		if !no || !n.module.Suspend.ContinueOnRefusal {
			return fmt.Errorf("the run went past the refused gate %s with %v", id, st.Gate.Votes)
		}
	case Expired:
		if no || len(ayes) >= n.module.Suspend.RequiredEvents || !n.module.Suspend.ContinueOnRefusal || s.at.Before(st.Gate.Deadline) {
			return fmt.Errorf("the run went past the expired gate %s with %v", id, st.Gate.Votes)
		}
	default:
		return fmt.Errorf("the run went past gate %s, which ended %q", id, st.Gate.Outcome)
	}
	return nil
}

func tale(journal []Entry) string {
	var b strings.Builder
	for _, e := range journal {
		fmt.Fprintf(&b, "%s %T%+v\n", since(e.At), e.Event, e.Event)
	}
	return b.String()
}
