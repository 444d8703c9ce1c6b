package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"sluice/engine/plain"
	"sluice/engine/run"
)

// exitSignal is the exit code of a Sluice that was told to end at once.
const exitSignal = 130

// ending has the end of a server told at the terminal. It says which steps are
// waited for. The next Ctrl+C or SIGTERM cuts them off and ends the returned
// context, one more ends Sluice at once, its steps' programs with it. The
// returned function tells what was cut off.
func (h *server) ending() (hurry context.Context, over func()) {
	hurry, cancel := context.WithCancel(context.Background())
	signals, done := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
		case <-done:
			return
		}
		cancel()
		if h.eng != nil {
			h.eng.CutSteps()
		}
		select {
		case <-signals:
			h.js.Kill()
			os.Exit(exitSignal)
		case <-done:
		}
	}()
	if h.eng != nil {
		if steps := h.eng.Busy(); len(steps) > 0 {
			plain.Fprintf(h.opts.errOut, "Waiting a few seconds for %s. Ctrl+C cuts off what runs.\n", strings.Join(steps, ", "))
		}
	}
	return hurry, func() {
		cancel()
		close(done)
		signal.Stop(signals)
		if h.eng == nil || h.tellCut == nil {
			return
		}
		for _, c := range h.eng.Cuts() {
			h.tellCut(c)
		}
	}
}

// rest waits for steps of other runs of the folder, which nobody asked to end.
func (h *server) rest(ctx context.Context) {
	if steps := h.eng.Busy(); len(steps) > 0 {
		plain.Fprintf(h.opts.errOut, "Waiting for %s. Ctrl+C cuts off what runs.\n", strings.Join(steps, ", "))
	}
	h.eng.Rest(ctx)
}

// ended ends the program for a run that came to its end while Sluice closed.
func (h *server) ended(id run.ID, outcome run.Outcome) error {
	for _, c := range h.eng.Cuts() {
		if c.Run == id && c.Ended {
			return &exitError{code: exitFailed, err: errors.New("Stopped, and the run has failed by it. `sluice runs` lists it.")}
		}
	}
	return exitOf(outcome)
}
