package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/plain"
	"sluice/engine/run"
)

// cancelCmd is sluice cancel.
func (o *options) cancelCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "cancel RUN",
		Short: "End a run: what runs is stopped, and its requests are withdrawn",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), func(ctx context.Context, h *server) error {
				id := run.ID(args[0])
				is, err := h.eng.Run(ctx, id)
				if err == nil && is.Outcome == "" {
					if err = h.eng.Cancel(ctx, id, run.DesktopUser, reason); err == nil {
						is, err = h.eng.Run(ctx, id)
					}
				} else if err == nil {
					return overAlready(is)
				}
				switch {
				case fault.HasCode(err, "run.unknown"):
					return usage(fault.Newf("run.unknown", "Nothing was changed. `sluice runs` tells what there is.", "There is no run %s", args[0]))
				case err != nil:
					return err
				case is.Outcome != "" && is.Outcome != run.Canceled: // it ended first
					return overAlready(is)
				}
				plain.Fprintf(o.out, "%s: canceled\n", args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; it is kept and told")
	opening(cmd, o)
	return cmd
}

// overAlready refuses to cancel a run that is over.
func overAlready(is run.Summary) error {
	return usage(fault.Newf("run.over", "Nothing was changed: it ended "+is.Ended.Local().Format(time.DateTime)+".", "The run %s is over: it %s", is.ID, howItEnded(is.Outcome)))
}
