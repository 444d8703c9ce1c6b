package model

import (
	"maps"
	"slices"
	"strings"

	"sluice/engine/flow"
)

// keepFolded keeps what is folded of a flow after an edit: a group stays as it is shown,
// whichever place its file gives it now, and one that comes back as it was.
func (a *appearance) keepFolded(was, now *flow.Flow) {
	if string(was.Value.Groups) == string(now.Value.Groups) {
		return
	}
	before, after := flow.Groups(was), flow.Groups(now)
	folded := maps.Clone(a.folded)
	maps.DeleteFunc(folded, func(id string, _ bool) bool { return strings.HasPrefix(id, groupPrefix) })
	found, taken := map[int]bool{}, map[int]bool{}
	for likeness := 4; likeness > 0; likeness-- { // the most alike first
		for i, g := range before {
			for j, h := range after {
				if !found[i] && !taken[j] && sameGroup(g, h) == likeness {
					found[i], taken[j] = true, true
					folded = toggled(folded, groupID(j), a.folded[groupID(i)])
				}
			}
		}
	}
	for j, h := range after {
		if !taken[j] && slices.Contains(a.gone, h) {
			folded = toggled(folded, groupID(j), true)
		}
	}
	for i, g := range before {
		if !found[i] && a.folded[groupID(i)] && !slices.Contains(a.gone, g) {
			a.gone = append(slices.Clip(a.gone), g)
		}
	}
	a.folded = folded
}

// sameGroup tells how sure it is that two groups are one, before and after an edit; 0: not.
func sameGroup(a, b flow.Group) int {
	switch ends := a.Start == b.Start || a.End == b.End; {
	case a == b:
		return 4
	case a.Start == b.Start && a.End == b.End:
		return 3
	case ends && a.Summary == b.Summary:
		return 2
	case ends:
		return 1
	}
	return 0
}
