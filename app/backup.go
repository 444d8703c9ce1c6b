package main

import (
	"io"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/plain"
)

// backupCmd is sluice backup.
func (o *options) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a copy of all flows and runs to a file, also while Sluice runs",
		Long: "Write a copy of all flows, runs, resources and settings to a new file, also while Sluice runs.\n" +
			"The copy is the data of one moment. The logs of steps are not in it, and neither is the key that opens\n" +
			"its secrets: on another computer they must be entered again.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := engine.Backup(cmd.Context(), o.data, args[0]); err != nil {
				return err
			}
			plain.Fprintf(o.out, "The backup is %s.\n", args[0])
			return nil
		},
	}
}

// restoreCmd is sluice restore.
func (o *options) restoreCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the data folder's file",
		Long: "Put a backup in the place of the data folder's file, which is kept beside it. Sluice must not be running.\n" +
			"Runs go on from where they stood when the backup was made: what they did since then, they may do again.\n" +
			"Mails that were waiting then are not sent; they can be sent again one by one.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kept, err := engine.Restore(cmd.Context(), o.data, args[0])
			if err != nil {
				return err
			}
			io.WriteString(o.out, "The backup is in place.\n")
			if kept != "" {
				plain.Fprintf(o.out, "What was there before is kept as %s.\n", kept)
			}
			return nil
		},
	}
}
