package model

import (
	"testing"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

func scripts(path string) (run.Code, bool) {
	if path == "hub/1/gmail/ask" {
		return run.Code{Path: path, Summary: "Ask by mail", Language: "bun", App: "gmail", Content: "code"}, true
	}
	return run.Code{}, false
}

func TestWordsOnCards(t *testing.T) {
	m := New()
	m.SetScripts(scripts)
	asks := func(m *flow.Module) *flow.Module { m.Suspend = &flow.Suspend{RequiredEvents: 1}; return m }
	for _, c := range []struct {
		step        *flow.Module
		tile        Tile
		title, line string
	}{
		{ts("a"), TileTypeScript, "TypeScript script", "TypeScript"},
		{named(ts("a"), " Two\n lines "), TileTypeScript, "Two lines", "TypeScript"},
		{&flow.Module{Value: &flow.RawScript{Language: "python3", Path: "f/x/count_words"}}, TilePython, "Count words, forked", "Python"},
		{&flow.Module{Value: &flow.RawScript{Language: "cobol"}}, TileCode, "cobol script", "cobol"},
		{&flow.Module{Value: &flow.Script{Path: "hub/1/gmail/ask"}}, TileHub, "Ask by mail", "Hub · gmail"},
		{&flow.Module{Value: &flow.Script{Path: "hub/77/slack/send_message"}}, TileHub, "Send message", "Hub · slack"},
		{asks(&flow.Module{Value: &flow.Script{Path: "hub/1/gmail/ask"}}), TileApproval, "Ask by mail", "Approval · 1 vote · 30 min"},
		{ask("a", 2), TileApproval, "Ask a", "Approval · 2 votes · 24 h"},
		{&flow.Module{Value: &flow.Subflow{Path: "f/x/pay_out"}}, TileFlow, "Pay out", "f/x/pay_out"},
		{one("a", nil, way("x"), way("y")), TileBranch, "Branch", "Branch one · 3 branches"},
		{&flow.Module{Value: &flow.BranchAll{Parallel: true, Branches: []*flow.Branch{{}}}}, TileBranch, "All branches", "1 branch in parallel"},
		{&flow.Module{Value: &flow.ForLoop{Iterator: &flow.Input{Kind: flow.JavaScript, Expr: "results.a"}}}, TileLoop, "For each item", "results.a"},
		{&flow.Module{Value: &flow.Identity{}, Sleep: &flow.Input{Kind: flow.Static, Value: flow.Raw("90")}}, TileSleep, "Waits", "Then waits 1 min"},
		{&flow.Module{Value: &flow.Identity{}, Mock: &flow.Mock{Enabled: true}}, TileIdentity, "Passes the result on", "Pinned result"},
		{&flow.Module{Value: &flow.Unknown{Type: "quantum"}}, TileUnknown, "Unknown step", "quantum"},
	} {
		tile, _ := m.Kind(c.step)
		if title, line := m.Title(c.step), m.idleLine(c.step); tile != c.tile || title != c.title || line != c.line {
			t.Errorf("%T: %s %q %q, want %s %q %q", c.step.Value, tile, title, line, c.tile, c.title, c.line)
		}
	}
}

func TestTimes(t *testing.T) {
	d := func(s string) time.Duration { v, _ := time.ParseDuration(s); return v }
	for _, c := range []struct{ d, took, roughly string }{
		{"-1s", "0 ms", "0 s"}, {"42ms", "42 ms", "0 s"}, {"1390ms", "1.3 s", "1 s"}, {"59s", "59 s", "59 s"}, {"72s", "72 s", "1 min"}, {"4m10s", "4 min", "4 min"},
		{"2h14m", "2 h 14 min", "2 h"}, {"24h", "1 d", "24 h"}, {"47h59m", "1 d 23 h", "47 h"}, {"80h", "3 d", "3 d"},
	} {
		if a, b := took(d(c.d)), roughly(d(c.d)); a != c.took || b != c.roughly {
			t.Errorf("%s: took %q, roughly %q, want %q, %q", c.d, a, b, c.took, c.roughly)
		}
	}
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("", 3600)) // a Sunday
	for _, c := range []struct{ d, when string }{
		{"1h", "15:00"}, {"24h", "tomorrow 14:00"}, {"-24h", "yesterday 14:00"}, {"10h", "tomorrow 00:00"}, {"72h", "Wed 14:00"},
		{"-72h", "19 Nov 14:00"}, {"240h", "2 Dec 14:00"}, {"1200h", "11 Jan 2027 14:00"},
	} {
		if got := when(now, now.Add(d(c.d)).UTC()); got != c.when {
			t.Errorf("when %s = %q, want %q", c.d, got, c.when)
		}
	}
	if got := left(now, now.Add(-time.Second)); got != "time is up" {
		t.Errorf("a deadline that has passed: %q", got)
	}
	if got := left(now, time.Time{}); got != "" {
		t.Errorf("no deadline: %q", got)
	}
}

// What a refusal ends depends on what is around the step.
func TestDenyEnds(t *testing.T) {
	ask := func(id string) *flow.Module { return ts(id) }
	f := flowOf(ask("top"),
		&flow.Module{ID: "loop", Value: &flow.ForLoop{Iterator: expr("x"), SkipFailures: true, Modules: []*flow.Module{ask("iteration"),
			{ID: "either", Value: &flow.BranchOne{Branches: []*flow.Branch{{Expr: "x", Modules: []*flow.Module{ask("deep")}}}}}}}},
		&flow.Module{ID: "strict", Value: &flow.ForLoop{Iterator: expr("x"), Modules: []*flow.Module{ask("last")}}},
		&flow.Module{ID: "while", Value: &flow.WhileLoop{SkipFailures: true, Modules: []*flow.Module{ask("again")}}},
		&flow.Module{ID: "all", Value: &flow.BranchAll{Branches: []*flow.Branch{{Modules: []*flow.Module{ask("must")}}, {SkipFailure: true, Modules: []*flow.Module{ask("may")}}}}})
	for id, want := range map[string]string{
		"top": "the flow", "iteration": "this iteration", "deep": "this iteration", "last": "the flow", "again": "this iteration", "must": "the flow", "may": "this branch", "nobody": "the flow",
	} {
		if got := denyEnds(f, id); got != "deny ends "+want {
			t.Errorf("a refusal at %s ends %s, want %s", id, got, want)
		}
	}
}

// Flows that run each other in a circle are told on the step, as soon as the
// other flows are known.
func TestCirclesAreProblems(t *testing.T) {
	m := New()
	m.Open("u/me/a", flowOf(ts("x"), &flow.Module{ID: "s", Value: &flow.Subflow{Path: "u/me/b"}}))
	circle := func() (steps []string) {
		for _, p := range m.Problems() {
			if p.Code == flow.ProblemCycle {
				steps = append(steps, p.Step)
			}
		}
		return steps
	}
	if got := circle(); got != nil {
		t.Errorf("a circle at %v, before the other flow is known", got)
	}
	other := flowOf(&flow.Module{ID: "back", Value: &flow.Subflow{Path: "u/me/a"}})
	m.SetFlows(func(path string) (*flow.Flow, error) {
		if path == "u/me/b" {
			return other, nil
		}
		return nil, nil
	})
	if got := circle(); len(got) != 1 || got[0] != "s" {
		t.Errorf("circles at %v", got)
	}
	if why := m.WhyNoTest(); why == "" {
		t.Error("the flow can be tested")
	}
}
