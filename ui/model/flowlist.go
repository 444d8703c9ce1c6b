package model

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/say"
)

// FlowFacts is what the list of flows tells of one besides its name.
type FlowFacts struct {
	Last  run.Summary // its newest run; zero if it is not known
	Waits int         // requests of its runs that are open
	Next  time.Time   // when a schedule starts it next; zero for never
}

// FactsOf gathers them, by the paths of the flows, from the newest runs, the open requests
// and the schedules.
func FactsOf(runs []run.Summary, open []run.Approval, due []schedule.State) map[string]FlowFacts {
	out, paths := map[string]FlowFacts{}, map[run.ID]string{}
	for _, s := range runs {
		paths[s.ID] = s.Path
		if f := out[s.Path]; s.Path != "" && f.Last.ID == "" {
			f.Last = s
			out[s.Path] = f
		}
	}
	for i := range open {
		if path := paths[open[i].Run]; path != "" {
			f := out[path]
			f.Waits++
			out[path] = f
		}
	}
	for i := range due {
		s := &due[i]
		if f := out[s.Target]; s.IsFlow && !s.Next.IsZero() && (f.Next.IsZero() || s.Next.Before(f.Next)) {
			f.Next = s.Next
			out[s.Target] = f
		}
	}
	return out
}

// LastRun tells of a flow's newest run, and what waits.
func (f FlowFacts) LastRun(now time.Time) (text string, role Role) {
	switch {
	case f.Waits > 0:
		return say.N(f.Waits, "%d request waits", "%d requests wait"), AwaitsPeople
	case f.Last.ID == "":
		return say.T(textNeverRan), Idle
	}
	word, role := RunState(f.Last)
	return dots(word, Ago(now, f.Last.Started)), role
}

// NextTime tells when it is due.
func (f FlowFacts) NextTime(now time.Time) string {
	if f.Next.IsZero() {
		return ""
	}
	return textNext(when(now, f.Next))
}

// FlowOrders are the orders in which flows can be listed.
var FlowOrders = []string{say.Mark(textByName), say.Mark(textByRun), say.Mark(textByChange)}

// FlowKey is what flows are ordered by.
type FlowKey struct {
	Name, Path string
	Changed    time.Time
	Ran        time.Time
}

// OrderFlows compares two flows in an order of FlowOrders.
func OrderFlows(order int, a, b FlowKey) int {
	first := 0
	switch order {
	case 1:
		first = b.Ran.Compare(a.Ran)
	case 2:
		first = b.Changed.Compare(a.Changed)
	}
	return cmp.Or(first, strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Path, b.Path))
}

// CopyName is the name of a copy among others: "Refund (copy)", "Refund (copy 2)".
func CopyName(name string, taken []string) string {
	name = First(name, say.T(textUntitled))
	for n := 1; ; n++ {
		if c := textCopy(name, n); !slices.Contains(taken, c) {
			return c
		}
	}
}
