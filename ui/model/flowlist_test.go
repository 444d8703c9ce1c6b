package model

import (
	"slices"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/engine/schedule"
)

func TestWhatTheListOfFlowsTells(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	due := func(path string, at time.Time, flow bool) schedule.State {
		return schedule.State{Schedule: schedule.Schedule{Target: path, IsFlow: flow}, Next: at}
	}
	facts := FactsOf([]run.Summary{
		{ID: "3", Path: "a", Status: run.StatusDone, Outcome: run.Failed, Started: now.Add(-4 * time.Minute)},
		{ID: "2", Path: "b", Status: run.StatusSuspended, Started: now.Add(-time.Hour)},
		{ID: "1", Path: "a", Status: run.StatusDone, Outcome: run.Succeeded, Started: now.Add(-2 * time.Hour)},
		{ID: "0", Status: run.StatusDone, Outcome: run.Succeeded},
	}, []run.Approval{{Run: "2"}, {Run: "2"}, {Run: "gone"}},
		[]schedule.State{due("a", now.Add(20*time.Hour), true), due("a", now.Add(2*time.Hour), true), due("b", time.Time{}, true), due("c", now.Add(time.Hour), false)})
	for path, want := range map[string][2]string{"a": {"Failed · 4 min ago", "next 14:00"}, "b": {"2 requests wait", ""}, "c": {"Never ran", ""}} {
		last, _ := facts[path].LastRun(now)
		if next := facts[path].NextTime(now); last != want[0] || next != want[1] {
			t.Errorf("%s: %q, %q", path, last, next)
		}
	}
}

func TestFlowsAreOrdered(t *testing.T) {
	day := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	list := []FlowKey{{Name: "b", Path: "1", Changed: day}, {Name: "A", Path: "2", Ran: day}, {Name: "a", Path: "0", Changed: day.AddDate(0, 0, 1)}}
	for order, want := range []string{"021", "201", "012"} {
		got := ""
		slices.SortFunc(list, func(a, b FlowKey) int { return OrderFlows(order, a, b) })
		for _, k := range list {
			got += k.Path
		}
		if got != want {
			t.Errorf("%s: %s, want %s", FlowOrders[order], got, want)
		}
	}
}

func TestNamesOfCopies(t *testing.T) {
	taken := []string{"Refund"}
	for _, want := range []string{"Refund (copy)", "Refund (copy 2)", "Refund (copy 3)"} {
		got := CopyName("Refund", taken)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		taken = append(taken, got)
	}
}
