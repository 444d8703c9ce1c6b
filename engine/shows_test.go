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

// Who asks again and again for what takes long holds up nobody else, and what could not be
// computed for want of room is told as that, not as a verdict about the form.
func TestASlowConditionHoldsUpNobodyElse(t *testing.T) {
	f := newFixture(t)
	hold, begun := make(chan struct{}), make(chan struct{}, 64)
	f.world.Expr("slow", func(func(string) (json.RawMessage, error)) (any, error) {
		begun <- struct{}{}
		<-hold
		return false, nil
	})
	f.world.Expr("hidden", func(func(string) (json.RawMessage, error)) (any, error) { return false, nil })
	f.open()
	form := func(show string) string {
		return script("a", `|"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","required":["h"],"properties":{"h":{"type":"string","showExpr":"`+show+`"}}}}}`)
	}
	slow, same, other := f.start(form("slow")), f.start(form("slow")), f.start(form("hidden"))
	for _, id := range []run.ID{slow, same, other} {
		f.untilWaiting(id)
	}
	eve := f.link(slow, "a", "eve")
	const looks = 20
	told := make(chan error, looks)
	for range looks {
		go func() {
			_, err := f.Vote(bg, eve, run.Decision{Approve: true})
			told <- err
		}()
	}
	<-begun
	if _, err := f.Vote(bg, f.link(other, "a", "ann"), run.Decision{Approve: true}); err != nil {
		t.Errorf("another form, another person: %v", err)
	}
	f.untilDone(other)
	second := make(chan error, 1)
	go func() {
		_, err := f.Vote(bg, f.link(same, "a", "bob"), run.Decision{Approve: true})
		second <- err
	}()
	<-begun // another person at the same form has room beside
	for range looks - 4 {
		if err := <-told; !fault.HasCode(err, "engine.busy") {
			t.Errorf("one more than one person may have at once: %v", err)
		}
	}
	close(hold)
	if err := <-second; err != nil {
		t.Errorf("another person at the same form: %v", err)
	}
	for range 4 {
		if err := <-told; err != nil && !fault.HasCode(err, "approval.voted") && !fault.HasCode(err, "approval.decided") {
			t.Errorf("what had room: %v", err)
		}
	}
}

// An expression that no process could be had for is no verdict about the form.
func TestAConditionThatCannotBeComputedNow(t *testing.T) {
	f := newFixture(t)
	full := true
	f.world.Expr("fields.a", func(func(string) (json.RawMessage, error)) (any, error) {
		if full {
			return nil, fault.New("engine.busy", "No process could be started", "")
		}
		return false, nil
	})
	f.open()
	id := f.start(script("a", `|"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","required":["b"],"properties":{"b":{"type":"string","showExpr":"fields.a"}}}}}`))
	f.untilWaiting(id)
	ann := f.link(id, "a", "ann")
	if _, err := f.Vote(bg, ann, run.Decision{Approve: true}); !fault.HasCode(err, "engine.busy") {
		t.Errorf("by a link: %v", err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); !fault.HasCode(err, "engine.busy") {
		t.Errorf("at the desk: %v", err)
	}
	full = false
	if _, err := f.Vote(bg, ann, run.Decision{Approve: true}); err != nil {
		t.Error(err)
	}
}
