package main

import (
	"context"
	"fmt"
	"io"
	"strings"

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
			doubt, err := checkBackup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			kept, err := engine.Restore(cmd.Context(), o.data, args[0])
			if err != nil {
				return err
			}
			io.WriteString(o.out, "The backup is in place.\n")
			if kept != "" {
				plain.Fprintf(o.out, "What was there before is kept as %s.\n", kept)
			}
			if doubt != "" {
				plain.Fprintf(o.out, "%s\n", plain.Lines(doubt))
			}
			return nil
		},
	}
}

// doubtsTold is how many things are told that are not as they were written.
const doubtsTold = 10

// checkBackup says why a file cannot be put in the place of the data, and of one that can,
// what in it is not as it was written; "" for nothing.
func checkBackup(ctx context.Context, file string) (doubt string, err error) {
	if err := engine.CheckBackup(file); err != nil {
		return "", err
	}
	found, err := engine.VerifyBackup(ctx, file)
	if err != nil || len(found) == 0 {
		return "", err
	}
	lines := []string{"Not everything in this backup is as it was written. Damaged runs are set aside when Sluice runs; the rest works."}
	for i, p := range found {
		if i == doubtsTold {
			lines = append(lines, fmt.Sprintf("… and %d more: sluice verify tells them once it is in place", len(found)-i))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n"), nil
}
