package main

import (
	"context"

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
				err := h.eng.Cancel(ctx, run.ID(args[0]), run.DesktopUser, reason)
				switch {
				case fault.HasCode(err, "run.unknown"):
					return usage(fault.Newf("run.unknown", "Nothing was changed. `sluice runs` tells what there is.", "There is no run %s", args[0]))
				case err != nil:
					return err
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
