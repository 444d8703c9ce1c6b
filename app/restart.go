package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"sluice/engine/plain"
	"sluice/engine/run"
)

// restart is what sluice run says of a run that starts in the middle of its flow.
type restart struct {
	run, from string
	askAgain  bool
}

func (a *restart) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.run, "restart", "", "start in the middle, with what this run, which is over, came to before --from")
	cmd.Flags().StringVar(&a.from, "from", "", "with --restart: the step at which to start, or LOOP/NUMBER for an iteration, the first being 0")
	cmd.Flags().BoolVar(&a.askAgain, "ask-again", false, "with --restart: ask again who decided before --from; the run starts at the first such step")
}

// check refuses options that do not go together.
func (a *restart) check(cmd *cobra.Command) error {
	switch {
	case a.run == "" && (a.from != "" || a.askAgain):
		return usage(errors.New("--from and --ask-again go with --restart RUN."))
	case a.run == "":
		return nil
	case a.from == "":
		return usage(errors.New("--restart takes the step to start at: --from STEP."))
	case cmd.Flags().Changed("input"):
		return usage(errors.New("--input does not go with --restart: the input is that of the earlier run."))
	}
	return nil
}

// find asks for that run, of the flow that find names, if any.
func (a *restart) find(find func(context.Context, *server) (asked, error)) func(context.Context, *server) (asked, error) {
	return func(ctx context.Context, h *server) (is asked, err error) {
		if find != nil {
			if is, err = find(ctx, h); err != nil {
				return is, err
			}
		}
		is.restart = &run.RestartRequest{Run: run.ID(a.run), From: run.StepID(a.from), AskAgain: a.askAgain, By: run.DesktopUser}
		return is, nil
	}
}

// keptVote is a decision that stands, in --json.
type keptVote struct {
	Step    run.StepID `json:"step"`
	Person  string     `json:"person"`
	Approve bool       `json:"approve"`
	At      string     `json:"at"`
	High    bool       `json:"high_stakes,omitempty"`
}

// restarted tells what a run took over, and whose decisions stand.
func (r *report) restarted(id run.ID, t run.Takeover, wished run.StepID) {
	if r.json {
		e := event{Event: "restarted", Run: id, Of: t.Run, Step: string(t.From), Again: t.Again, Now: &t.Now, Changed: t.Changed}
		for _, d := range t.Decisions {
			e.Kept = append(e.Kept, keptVote{Step: d.Step, Person: d.Person, Approve: d.Approve, At: d.At.Format("2006-01-02T15:04:05Z07:00"), High: d.HighStakes})
		}
		r.line(e)
		return
	}
	var kept []string
	for _, k := range t.Kept {
		if k.Step.Within() == "" {
			kept = append(kept, string(k.Step))
		}
	}
	plain.Fprintf(r.w, "It starts at step %s.", t.From)
	if len(kept) > 0 {
		plain.Fprintf(r.w, " Not done again: %s.", strings.Join(kept, ", "))
	}
	plain.Fprintf(r.w, "\n")
	if len(t.Again) > 0 {
		again := make([]string, len(t.Again))
		for i, s := range t.Again {
			again[i] = string(s)
		}
		plain.Fprintf(r.w, "Done again before %s, as people are asked again: %s.\n", wished, strings.Join(again, ", "))
	}
	for _, d := range t.Decisions {
		verb, high := "denied", ""
		if d.Approve {
			verb = "approved"
		}
		if d.HighStakes {
			high = ", high stakes"
		}
		plain.Fprintf(r.w, "Kept: %s %s %q (step %s%s) on %s.\n", d.Person, verb, d.Title, d.Step, high, d.At.Local().Format("2 Jan 2006 15:04"))
	}
	switch {
	case t.Changed != "":
		plain.Fprintf(r.w, "The flow runs as it was then: step %s is another one now.\n", t.Changed)
	case t.Now:
		plain.Fprintf(r.w, "The flow runs as it is now; the steps before are the same.\n")
	}
}
