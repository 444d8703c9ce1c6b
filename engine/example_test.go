package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"sluice/engine"
	"sluice/engine/run"
)

// shout runs a language of its own: its code is a word, and its result that word, loud.
type shout struct{}

func (shout) Run(_ context.Context, j run.Job, _ io.Writer) (json.RawMessage, error) {
	return json.Marshal(j.Code.Content + "!")
}

// open seals nothing: this example keeps no secrets.
type open struct{}

func (open) Seal(plain []byte) ([]byte, error)  { return plain, nil }
func (open) Open(sealed []byte) ([]byte, error) { return sealed, nil }

// Open a folder, start a flow, follow it to its request, and vote.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sluice")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	e, err := engine.Open(ctx, engine.Config{Dir: dir, Box: open{}, Executors: map[string]engine.Executor{"bash": shout{}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Close(ctx)
	begun, err := e.Start(ctx, run.Request{Flow: []byte(`{"summary":"Refund","value":{"modules":[
		{"id":"ask","value":{"type":"rawscript","language":"bash","content":"pay","input_transforms":{}},"suspend":{"required_events":1,"timeout":3600}},
		{"id":"pay","value":{"type":"rawscript","language":"bash","content":"paid","input_transforms":{}}}]}}`)})
	id := begun.ID
	if err != nil {
		fmt.Println(err)
		return
	}
	for range e.Watch(ctx, 0) { // it wakes at each commit, and nothing polls
		s, err := e.Run(ctx, id)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch s.Status {
		case run.StatusSuspended:
			list, err := e.Approvals(ctx, 0)
			if err != nil || len(list) == 0 {
				continue
			}
			fmt.Println("waits at", list[0].Step)
			if err := e.Decide(ctx, run.Decision{Run: id, Step: list[0].Step, Approve: true}); err != nil {
				fmt.Println(err)
				return
			}
		case run.StatusDone:
			result, err := e.Log(ctx, id)
			fmt.Println(s.Outcome, "after", len(result), "entries", err)
			return
		}
	}
	// Output:
	// waits at ask
	// succeeded after 7 entries <nil>
}
