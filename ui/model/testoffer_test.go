package model

import (
	"testing"

	"sluice/engine/flow"
)

// A new branch has no condition: one that is always true would take every run. After an
// approval what its approver wrote is offered.
func TestANewBranchAsksForACondition(t *testing.T) {
	form := ask("f", 1)
	form.Suspend.ResumeForm = &flow.ResumeForm{Schema: flow.Raw(`{"properties":{"ok":{"type":"boolean"},"why":{"type":"string"}}}`)}
	m := opened(flowOf(ask("a", 1), one("b", nil), one("c", nil), form, loop("l", one("d", nil))))
	m.Do(AddBranch("c"))
	if s, _ := flow.Find(m.Doc().Flow, "c"); s.Value.(*flow.BranchOne).Branches[0].Expr != "" {
		t.Error("a new branch always wins")
	}
	found := false
	for _, p := range m.Problems() {
		found = found || p.Step == "c" && p.Title == "The condition of branch 1 is empty"
	}
	if ok, _ := m.CanTest(); !found || ok {
		t.Errorf("an empty condition is not told: %+v, can be tested: %v", m.Problems(), ok)
	}
	s := m.Scene()
	if len(s.Pills) == 0 || s.Pills[1].Text != "no condition yet" || !s.Pills[1].Empty {
		t.Errorf("pills %+v", s.Pills)
	}
	for id, want := range map[string]string{"b": `resume["message"] != ""`, "c": "", "d": `resume["why"] != ""`, "a": ""} {
		if got := m.TestOffer(id); got != want {
			t.Errorf("%s is offered %q, want %q", id, got, want)
		}
	}
}
