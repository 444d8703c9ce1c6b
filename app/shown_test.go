package main

import (
	"testing"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// The conditions of form fields are computed by the engine of expressions: they read
// the fields beside them and nothing else, and end.
func TestConditionsOfFormsAreComputed(t *testing.T) {
	h, err := (&options{data: t.TempDir()}).openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	for _, tc := range []struct {
		expr, fields string
		on, fails    bool
	}{
		{`fields.a === true`, `{"a":true}`, true, false},
		{`fields.a === true`, `{"a":false}`, false, false},
		{`fields.a`, `{}`, false, false},
		{`return fields.kind == 'cup' && fields.n > 2`, `{"kind":"cup","n":3}`, true, false},
		{`return fields.kind == 'cup';`, `{"kind":"pot"}`, false, false},
		{`["a","b"].includes(fields["who is it"])`, `{"who is it":"b"}`, true, false},
		{`fields.list?.length`, `{"list":[]}`, false, false},
		{`fields.a.b.c`, `{}`, false, true},
		{`flow_input.x`, `{}`, false, true},
		{`variable("u/me/key")`, `{}`, false, true},
		{`((`, `{}`, false, true},
	} {
		var on bool
		var err error
		busy := h.eng.FormConditions(t.Context(), run.Approval{Person: run.DesktopUser}, func(show flow.Show) { on, err = show(tc.expr, []byte(tc.fields)) })
		if busy != nil {
			t.Fatal(busy)
		}
		if (err != nil) != tc.fails || on != tc.on {
			t.Errorf("%s of %s: %v, %v", tc.expr, tc.fields, on, err)
		}
	}
	begun := time.Now()
	err = h.eng.FormConditions(t.Context(), run.Approval{Person: run.DesktopUser}, func(show flow.Show) {
		for range 3 { // one look at a form has one bound
			if _, err := show(`(() => { for (;;) {} })()`, []byte(`{}`)); err == nil {
				t.Error("an expression without an end was computed")
			}
		}
	})
	if err != nil {
		t.Errorf("what takes too long by itself is told as %v", err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("three endless conditions held a form for %v", took)
	}
}
