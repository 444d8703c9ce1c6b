package run

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

// What is rehearsed is what people are shown when it is for real.
func TestRehearsalIsLikeTheRun(t *testing.T) {
	text := json.RawMessage(`{"summary":"Refund","schema":{"type":"object","properties":{"amount":{"type":"number","title":"How much"},"pin":{"type":"string","password":true}}},
		"value":{"modules":[
			{"id":"c","summary":"Which way","value":{"type":"branchone","branches":[],"default":[
				{"id":"b","summary":"Ask","value":{"type":"identity"},
					"suspend":{"required_events":2,"timeout":3600,"hide_cancel":true,"resume_form":{"schema":{"type":"object","properties":{"why":{"type":"string"}}}}}},
				{"id":"d","summary":"Pay","value":{"type":"identity"}}]}}]}}`)
	plan, err := Compile(Pinned{Flow: text})
	if err != nil {
		t.Fatal(err)
	}
	input := json.RawMessage(`{"amount":120,"pin":"1234"}`)
	now := time.Date(2030, 1, 2, 9, 0, 0, 0, time.UTC)
	vote := func(person string, approve bool) DecisionMade {
		return DecisionMade{Step: "c/default/b", Person: person, Approve: approve, Reason: "Not on a Friday", Via: ViaLink}
	}
	tests := []struct {
		name string
		evs  []Event
		want func(*Rehearsal)
	}{
		{"open", nil, func(*Rehearsal) {}},
		{"approved", []Event{vote("dana@acme.example", true), vote("li@acme.example", true)}, func(r *Rehearsal) { r.Outcome, r.EndedBy = Approved, "li@acme.example" }},
		{"refused", []Event{vote("dana@acme.example", false)}, func(r *Rehearsal) {
			r.Outcome, r.EndedBy, r.Reason = Refused, "dana@acme.example", "Not on a Friday"
		}},
		{"expired", []Event{TimerFired{Step: "c/default/b", Kind: TimerDeadline}}, func(r *Rehearsal) { r.Outcome = Expired }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewState(plan, "0190")
			at := now
			for _, ev := range append([]Event{Started{Name: "Refund", Input: Ref{Inline: input}, Rules: RulesNow}}, tt.evs...) {
				if _, expires := ev.(TimerFired); expires {
					at = now.Add(time.Hour)
				}
				if _, err := s.Next(at, ev); err != nil {
					t.Fatalf("%T: %v", ev, err)
				}
			}
			want, ok := ApprovalOf(s, "c/default/b", "dana@acme.example")
			if !ok {
				t.Fatal("the run asks nobody")
			}
			f, err := flow.ParseJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			r := Rehearsal{Flow: f, Module: "b", Input: input, Opened: want.Opened, Ended: want.Ended, Votes: want.Votes}
			tt.want(&r)
			got, ok := Rehearse(r, "dana@acme.example")
			if !ok {
				t.Fatal("nobody is asked in the rehearsal")
			}
			got.Run, got.Step = want.Run, want.Step
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-run +rehearsal\n%s", d)
			}
		})
	}
}

func TestRehearsalOfWhatAsksNobody(t *testing.T) {
	f, err := flow.ParseJSON([]byte(`{"value":{"modules":[{"id":"a","value":{"type":"identity"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "gone"} {
		if _, ok := Rehearse(Rehearsal{Flow: f, Module: id}, ""); ok {
			t.Errorf("%s asks people", id)
		}
	}
}
