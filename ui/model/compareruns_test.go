package model

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
)

func TestDiffJSON(t *testing.T) {
	for _, c := range []struct {
		reason, a, b string
		want         []ValueChange
	}{
		{"the same, written otherwise", `{"a": 1, "b":[1,2]}`, `{"b":[1, 2],"a":1}`, nil},
		{"a number is a number", `{"a":1}`, `{"a":1.0}`, nil},
		{"a field", `{"a":1,"c":{"d":"x"}}`, `{"a":1,"c":{"d":"y"}}`, []ValueChange{{".c.d", `"x"`, `"y"`}}},
		{"a field that is not there", `{"a":1}`, `{}`, []ValueChange{{".a", "1", ""}}},
		{"lists by place", `[1,2,3]`, `[1,9]`, []ValueChange{{"[1]", "2", "9"}, {"[2]", "3", ""}}},
		{"other kinds", `{"a":1}`, `[1]`, []ValueChange{{"", `{"a":1}`, "[1]"}}},
		{"odd names", `{"a b":1}`, `{"a b":2}`, []ValueChange{{`["a b"]`, "1", "2"}}},
		{"no JSON", `x`, `y`, []ValueChange{{"", "x", "y"}}},
	} {
		if d := cmp.Diff(c.want, DiffJSON(json.RawMessage(c.a), json.RawMessage(c.b), 10)); d != "" {
			t.Errorf("%s:\n%s", c.reason, d)
		}
	}
	if n := len(DiffJSON(json.RawMessage(`[1,2,3,4]`), json.RawMessage(`[]`), 2)); n != 2 {
		t.Errorf("%d changes, 2 are the most", n)
	}
}

func TestCompareTwoRuns(t *testing.T) {
	m := following(t, upToGate("r1").oneVote().toTheEnd())
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	j := upToGate("r2")
	j.entries[2].Event = run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("other")}
	j.add(2000*ms, run.DecisionMade{Step: "b", Person: "eve", Approve: false, Via: run.ViaLink})
	other, err := run.Fold(planOf(t, pin(t, refund())), "r2", slices.Values(j.entries))
	if err != nil {
		t.Fatal(err)
	}
	c, ok := m.CompareRuns(other)
	if !ok || c.A.State != textSucceeded || c.B.State != textDenied {
		t.Fatalf("%+v and %+v", c.A, c.B)
	}
	var got []string
	for _, r := range c.Rows {
		if !r.Same {
			got = append(got, r.Name+" "+r.A.Word+" / "+r.B.Word)
		}
	}
	want := []string{"a Done / Done", "b Approved / Denied", "c Done / not reached", "d Done / not reached"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("what differs:\n%s", d)
	}
}
