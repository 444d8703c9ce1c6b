package model

import (
	"testing"

	"sluice/engine/shown"
)

// What is behind Deny is shown in the state that is named for it; the preview itself stays.
func TestThePreviewUnfoldsDeny(t *testing.T) {
	p := Preview{Page: shown.Page{Form: &shown.Form{Deny: "Deny"}}}
	for _, state := range []Rehearsed{RehearseDenying, RehearseOpen} {
		if open := p.PageIn(state).Form.DenyOpen; open != (state == RehearseDenying) {
			t.Errorf("in state %v Deny is unfolded: %t", state, open)
		}
	}
	if len(RehearsedStates) != int(RehearseExpired)+1 {
		t.Errorf("%d words for %d states", len(RehearsedStates), RehearseExpired+1)
	}
	if (Preview{}).PageIn(RehearseDenying).Form != nil {
		t.Error("a form out of nothing")
	}
}
