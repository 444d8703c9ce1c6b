package run

import (
	"encoding/json"
	"fmt"
	"strings"

	"sluice/engine/flow"
)

// FewAsked warns of steps that need more approvals than they ask people: one person has
// one vote however they are written (PersonOf), so such a request waits for its deadline
// unless somebody at the desk gives the rest. Only lists that stand in the flow as they
// are can be looked at, not expressions and not references.
func FewAsked(f *flow.Flow) (found []flow.Problem) {
	flow.Every(f, func(m *flow.Module) {
		if m.Suspend == nil || m.Suspend.RequiredEvents < 2 {
			return
		}
		in := flow.InputsOf(m)
		for _, name := range in.Names {
			asked, written := staticPeople(name, in.By[name])
			if len(asked) == 0 || len(asked) >= m.Suspend.RequiredEvents {
				continue
			}
			who, hint := "1 person is asked", "Ask more people; else the rest can be given at this computer only."
			if len(asked) > 1 {
				who = fmt.Sprintf("%d people are asked", len(asked))
			}
			if written > len(asked) {
				hint = "Some addresses are one person, written in two ways. " + hint
			}
			found = append(found, flow.Problem{Code: flow.ProblemSuspend, Severity: flow.SeverityWarning, Step: m.ID, Field: "suspend.required_events",
				Title: fmt.Sprintf("%d approvals are required, but only %s", m.Suspend.RequiredEvents, who), Hint: hint})
		}
	})
	return found
}

// PeopleAsked is how many people an approval names as its approvers, each once; 0 where that
// is not known before the run.
func PeopleAsked(m *flow.Module) (most int) {
	in := flow.InputsOf(m)
	for _, name := range in.Names {
		asked, _ := staticPeople(name, in.By[name])
		most = max(most, len(asked))
	}
	return most
}

// staticPeople returns who an argument names as approvers, each once, and how many
// addresses are written there; none where that is not known before the run.
func staticPeople(name string, in *flow.Input) (people map[string]bool, written int) {
	if in == nil || in.Kind != flow.Static || !strings.Contains(strings.ToLower(name), "approver") {
		return nil, 0
	}
	var list []string
	if json.Unmarshal(in.Value, &list) != nil {
		var one string
		if json.Unmarshal(in.Value, &one) != nil {
			return nil, 0
		}
		list = []string{one}
	}
	people = map[string]bool{}
	for _, text := range list {
		if strings.HasPrefix(strings.TrimSpace(text), "$") {
			return nil, 0 // a reference
		}
		for _, one := range pieces(text) {
			written++
			people[PersonOf(one)] = true
		}
	}
	return people, written
}
