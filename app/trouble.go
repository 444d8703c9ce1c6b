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
func (h *server) watchTrouble(ctx context.Context) (stop func()) {
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

// awaitKey looks for a key that is missing, until it is put back: a step or a mail may
// not need it for days.
func (h *server) awaitKey(ctx context.Context) {
	tick := time.NewTicker(troubleEvery)
	defer tick.Stop()
	for no := h.box.Missing(); no != nil; no = h.box.Missing() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
	h.eng.CureCondition("vault.missing", "")
}

// tellTrouble tells what has changed since the known troubles.
func (h *server) tellTrouble(known map[string]fault.Condition) map[string]fault.Condition {
	now := map[string]fault.Condition{}
	for _, c := range h.eng.Conditions() {
		key := string(c.Code) + " " + c.Subject
		now[key] = c
		if _, ok := known[key]; !ok {
			plain.Fprintf(h.opts.errOut, "%s.\n%s\n(%s)\n", c.Title, atTerminal(c.Hint), c.Code)
		}
	}
	for key, c := range known {
		if _, ok := now[key]; !ok {
			plain.Fprintf(h.opts.errOut, "No longer: %s.\n", c.Title)
		}
	}
	return now
}
