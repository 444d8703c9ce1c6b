package form

import (
	"strings"
	"testing"

	"sluice/engine/fault"
)

// What cannot be a form is refused with a code.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		f  Form
		ok bool
	}{
		{Form{Flow: "f/a/b"}, true},
		{Form{Script: "f/a/b", Title: "Order", Text: "a\nb", Once: true}, true},
		{Form{}, false},
		{Form{Flow: "f/a/b", Script: "f/a/c"}, false},
		{Form{Flow: "f/a/b", Title: "a\nb"}, false},
		{Form{Flow: "f/a/b", Button: strings.Repeat("x", 201)}, false},
		{Form{Flow: "f/a/b", Next: strings.Repeat("x", 20001)}, false},
		{Form{Flow: "f/a/b", Rate: -1}, false},
		{Form{Flow: "f/a/b", Burst: 1e7}, false},
	} {
		if err := tt.f.Check(); (err == nil) != tt.ok || err != nil && !fault.HasCode(err, "form.invalid") {
			t.Errorf("%+v: %v", tt.f, err)
		}
	}
}

// A page says what its form says, else what it starts is called.
func TestSheetOf(t *testing.T) {
	s := Form{Flow: "f/a/b", Title: "Mine"}.SheetOf("Theirs", "About", []byte(" null "))
	if s.Title != "Mine" || s.Text != "About" || s.Button != "Start" || s.Schema != nil {
		t.Errorf("%+v", s)
	}
	if s := (Form{Script: "f/a/on_order", Button: "Order"}).SheetOf(" ", "", nil); s.Title != "on order" || s.Button != "Order" {
		t.Errorf("%+v", s)
	}
}

// Who sends something cannot say who they are where a link says it.
func TestWith(t *testing.T) {
	asks := Form{Flow: "f/a/b"}.SheetOf("", "", []byte(`{"properties":{"submitted_by":{"type":"string"}}}`)).By("li")
	for in, want := range map[string]string{`{}`: `{"submitted_by":"li"}`, `{"submitted_by":"eve","a":1}`: `{"a":1,"submitted_by":"li"}`, `{"submitted_by":"li", "a":1}`: `{"submitted_by":"li", "a":1}`, `[]`: `[]`, `null`: `null`} {
		if got, err := asks.With([]byte(in)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	if got, err := (Sheet{}).By("li").With([]byte(`{"submitted_by":"eve"}`)); err != nil || string(got) != `{"submitted_by":"eve"}` {
		t.Errorf("what has no such input: %s, %v", got, err)
	}
}
