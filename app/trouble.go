package main

import (
	"context"
	"time"

	"sluice/engine/fault"
	"sluice/engine/plain"
)

// troubleEvery is how often the lasting troubles are looked at: they are what
// happens when nothing can be recorded, so no entry announces them.
const troubleEvery = time.Second

// watchTrouble tells lasting troubles on standard error as they come and go,
// until the function that it returns is called.
func (h *house) watchTrouble(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		known := map[string]fault.Condition{}
		tick := time.NewTicker(troubleEvery)
		defer tick.Stop()
		for {
			known = h.tellTrouble(known)
			select {
			case <-tick.C:
			case <-ctx.Done():
				h.tellTrouble(known)
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// tellTrouble tells what has changed since the known troubles.
func (h *house) tellTrouble(known map[string]fault.Condition) map[string]fault.Condition {
	now := map[string]fault.Condition{}
	if h.box != nil && h.box.Missing() == nil {
		h.eng.CureCondition("vault.missing", "")
	}
	for _, c := range h.eng.Conditions() {
		key := string(c.Code) + " " + c.Subject
		now[key] = c
		if _, ok := known[key]; !ok {
			plain.Fprintf(h.opts.errOut, "%s.\n%s\n(%s)\n", c.Title, c.Hint, c.Code)
		}
	}
	for key, c := range known {
		if _, ok := now[key]; !ok {
			plain.Fprintf(h.opts.errOut, "No longer: %s.\n", c.Title)
		}
	}
	return now
}
