package model

import (
	"fmt"
	"time"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// GateLine tells what a step asks of people, in a few words.
func GateLine(f *flow.Flow, m *flow.Module) string {
	stakes, ends := "", denyEnds(f, m.ID)
	if m.HighStakes() {
		stakes = say.T("high stakes")
	}
	if m.Suspend.ContinueOnRefusal {
		ends = say.T("goes on when denied")
	}
	return dots(say.N(m.Suspend.RequiredEvents, "until %d approval", "until %d approvals"), exactly(TimeoutOf(m)), stakes, ends)
}

// exactly writes a duration that a person has set, without rounding it.
func exactly(d time.Duration) string {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return say.N(int(d/(24*time.Hour)), "%d day", "%d days")
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return say.Decimal(d.Seconds(), -1) + " s"
}

// StopEnds tells what an early stop after a step ends, before its condition: the nearest
// loop around it, an iteration or branch of what runs at the same time, or the flow.
func StopEnds(f *flow.Flow, id string) string {
	for _, at := flow.Find(f, id); at.Container != "" && at.Container != id; {
		m, up := flow.Find(f, at.Container)
		if m == nil {
			break
		}
		switch v := m.Value.(type) {
		case *flow.ForLoop:
			if v.Parallel {
				return say.T("End this iteration after this step when")
			}
			return say.T("End the loop after this step when")
		case *flow.WhileLoop:
			return say.T("End the loop after this step when")
		case *flow.BranchAll:
			if v.Parallel {
				return say.T("End this branch after this step when")
			}
		case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
			// They are not around other steps.
		}
		id, at = at.Container, up
	}
	return say.T("End the flow after this step when")
}

// denyEnds tells what a refusal at a step ends: the flow, or the iteration or branch
// around it whose failures may be skipped.
func denyEnds(f *flow.Flow, id string) string {
	for {
		_, at := flow.Find(f, id)
		if at.Container == "" || at.Container == id {
			return say.T("deny ends the flow")
		}
		around, _ := flow.Find(f, at.Container)
		if around == nil {
			return say.T("deny ends the flow")
		}
		switch v := around.Value.(type) {
		case *flow.ForLoop:
			if v.SkipFailures {
				return say.T("deny ends this iteration")
			}
		case *flow.WhileLoop:
			if v.SkipFailures {
				return say.T("deny ends this iteration")
			}
		case *flow.BranchAll:
			if at.Branch >= 0 && at.Branch < len(v.Branches) && v.Branches[at.Branch].SkipFailure {
				return say.T("deny ends this branch")
			}
		case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
			// They are not around other steps.
		}
		id = at.Container
	}
}
