package run_test

import (
	"encoding/json"
	"fmt"
	"time"

	"sluice/engine/run"
)

// A flow whose one step asks two people. The core is told what happened, and says what
// must be done about it; it waits for nothing and does nothing itself.
func Example() {
	plan, err := run.Compile(run.Pinned{Flow: json.RawMessage(`{"summary":"Refund","value":{"modules":[
		{"id":"ask","value":{"type":"identity"},"suspend":{"required_events":2,"timeout":3600}}]}}`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := run.NewState(plan, "0190")
	now := time.Date(2030, 1, 2, 9, 0, 0, 0, time.UTC)
	for _, ev := range []run.Event{
		run.Started{Name: "Refund", Input: run.Ref{Inline: json.RawMessage(`{}`)}, Rules: run.RulesNow},
		run.DecisionMade{Step: "ask", Person: "dana@acme.example", Approve: true},
		run.DecisionMade{Step: "ask", Person: "Dana@Acme.Example", Approve: true},
		run.DecisionMade{Step: "ask", Person: "lee@acme.example", Approve: true},
	} {
		commands, err := s.Next(now, ev)
		fmt.Printf("%T:", ev)
		for _, c := range commands {
			fmt.Printf(" %T", c)
		}
		if err != nil {
			fmt.Print(" refused: ", err)
		}
		fmt.Println()
		now = now.Add(time.Minute)
	}
	outcome, _, _ := s.Outcome()
	fmt.Println(s.Status(), outcome)
	// Output:
	// run.Started: run.OpenGate run.StartTimer
	// run.DecisionMade:
	// run.DecisionMade: refused: vote not counted: voted by dana@acme.example at 2030-01-02T09:01:00Z
	// run.DecisionMade: run.Drop run.Drop run.Finish
	// done succeeded
}
