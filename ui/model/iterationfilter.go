package model

import (
	"strconv"
	"strings"
)

// IterationFilter says which iterations of a loop are listed.
type IterationFilter struct {
	Text string // in what the iteration goes through, or its number from 1
	Role Role   // how it stands; Idle: anyhow
}

// On reports whether the filter leaves anything out.
func (f IterationFilter) On() bool { return strings.TrimSpace(f.Text) != "" || f.Role != Idle }

// IterationRoles are the states by which iterations can be chosen, as IterationFilter has
// them.
var IterationRoles = []Role{Idle, Bad, AwaitsPeople, Busy, Good}

// IterationsLike lists the iterations of the chosen loop that a filter lets through, from 0.
func (m *Model) IterationsLike(f IterationFilter) (list []int) {
	it, r, ok := m.loopAt()
	if !ok {
		return nil
	}
	want, body := strings.ToLower(strings.TrimSpace(f.Text)), bodyOf(it.mod)
	for i := range it.st.Iterations.Begun {
		if f.Role != Idle {
			if role, _ := r.iterationRole(it.st, body, i); roleWord(role) != roleWord(f.Role) {
				continue
			}
		}
		if want == "" || strings.Contains(strings.ToLower(r.itemOf(it, i)), want) || strconv.Itoa(i+1) == want {
			list = append(list, i)
		}
	}
	return list
}
