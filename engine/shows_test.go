package engine

import (
	"encoding/json"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// A field with a condition is required by the condition that holds when the vote
// comes, whatever door it comes by; one whose condition fails is shown.
func TestConditionsOfAFormAtTheDecision(t *testing.T) {
	f := newFixture(t)
	asked := 0
	f.world.Expr("fields.a", func(lookup func(string) (json.RawMessage, error)) (any, error) {
		asked++
		raw, err := lookup("fields")
		var fields struct{ A bool }
		_ = json.Unmarshal(raw, &fields)
		return fields.A, err
	})
	f.open()
	form := `{"type":"object","required":["b","c"],"properties":{"a":{"type":"boolean"},"b":{"type":"string","showExpr":"return fields.a"},"c":{"type":"string","showExpr":"unknown("}}}`
	id := f.start(script("a", `|"suspend":{"required_events":2,"resume_form":{"schema":`+form+`}}`))
	f.untilWaiting(id)
	ann := f.link(id, "a", "ann")
	for _, refused := range []string{`{"a":true,"c":"x"}`, `{"a":true,"b":"","c":"x"}`, `{"a":false}`, ``} {
		d := run.Decision{Approve: true, Payload: json.RawMessage(refused)}
		if _, err := f.Vote(bg, ann, d); !fault.HasCode(err, "approval.form") {
			t.Errorf("%q by a link: %v", refused, err)
		}
		d.Run, d.Step = id, "a"
		if err := f.Decide(bg, d); !fault.HasCode(err, "approval.form") {
			t.Errorf("%q at the desk: %v", refused, err)
		}
	}
	if n := f.count(id, "DecisionMade"); n != 0 {
		t.Fatalf("%d decisions were made", n)
	}
	if _, err := f.Vote(bg, ann, run.Decision{Approve: true, Payload: json.RawMessage(`{"a":true,"b":"why","c":"x"}`)}); err != nil {
		t.Error(err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Payload: json.RawMessage(`{"a":false,"c":"x"}`)}); err != nil {
		t.Error(err)
	}
	f.untilDone(id)
	if asked == 0 {
		t.Error("the condition was never computed")
	}
}

// A program may send what is hidden; it is kept, so it must fit the form like all else,
// whatever door it comes by.
func TestWhatIsHiddenMustFit(t *testing.T) {
	f := newFixture(t)
	f.world.Expr("fields.more", func(lookup func(string) (json.RawMessage, error)) (any, error) {
		raw, err := lookup("fields")
		var fields struct{ More bool }
		_ = json.Unmarshal(raw, &fields)
		return fields.More, err
	})
	f.open()
	form := `{"type":"object","properties":{"more":{"type":"boolean"},"amount":{"type":"integer","maximum":10,"showExpr":"fields.more"}}}`
	id := f.start(script("a", `|"suspend":{"required_events":3,"resume_form":{"schema":`+form+`}}`))
	f.untilWaiting(id)
	ann := f.link(id, "a", "ann")
	for _, refused := range []string{`{"amount":99}`, `{"more":false,"amount":"much"}`, `{"more":true,"amount":99}`} {
		d := run.Decision{Approve: true, Payload: json.RawMessage(refused)}
		if _, err := f.Vote(bg, ann, d); !fault.HasCode(err, "approval.form") {
			t.Errorf("%s by a link: %v", refused, err)
		}
		d.Run, d.Step = id, "a"
		if err := f.Decide(bg, d); !fault.HasCode(err, "approval.form") {
			t.Errorf("%s at the desk: %v", refused, err)
		}
	}
	for person, taken := range map[string]string{"ann": `{"amount":9}`, "bob": `{"more":false,"amount":null}`, "eve": `{}`} {
		if _, err := f.Vote(bg, f.link(id, "a", person), run.Decision{Approve: true, Payload: json.RawMessage(taken)}); err != nil {
			t.Errorf("%s: %v", taken, err)
		}
	}
	f.untilDone(id)
}
