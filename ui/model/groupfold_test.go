package model

import (
	"testing"

	"sluice/engine/flow"
)

// What is folded is a group, not its place in the file.
func TestAGroupStaysFoldedWhereverTheFileHasIt(t *testing.T) {
	f := flowOf(ts("a"), ts("b"), ts("c"), ts("d"))
	f.Value.Groups = flow.Raw(`[{"summary":"One","start_id":"a","end_id":"a"},{"summary":"Two","start_id":"b","end_id":"c"},{"summary":"Three","start_id":"d","end_id":"d"}]`)
	m := New()
	m.Open("p", f)
	m.Fold("#group 1")
	folded := func() (names string) {
		for _, b := range m.Scene().Boxes {
			if b.Kind == BoxGroup && b.Fold == Folded {
				names += b.Title + " "
			}
		}
		return names
	}
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"folded", func() {}, "Two "},
		{"the one before goes", func() { m.Do(Ungroup(0)) }, "Two "},
		{"and comes back", func() { m.Undo() }, "Two "},
		{"it has another name", func() { m.Do(SetGroup(1, "Name", "", func(g *flow.Group) { g.Summary = "Pair" })) }, "Pair "},
		{"its first step goes", func() { m.Do(Delete("b")) }, "Pair "},
		{"it goes", func() { m.Do(Ungroup(1)) }, ""},
		{"and comes back", func() { m.Undo() }, "Pair "},
	} {
		if step.do(); folded() != step.want {
			t.Errorf("%s: folded is %q, want %q", step.name, folded(), step.want)
		}
	}
}
