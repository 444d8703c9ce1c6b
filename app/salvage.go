package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/plain"
	"sluice/ui"
)

// salvage takes what can be read out of the damaged file of the folder, into a new file in
// it.
func (o *options) salvage(ctx context.Context) (ui.Salvaged, error) {
	file := filepath.Join(o.data, time.Now().Format("salvaged-2006-01-02-150405.db"))
	s, err := engine.Salvage(ctx, o.data, file)
	return ui.Salvaged{File: file, Runs: s.Runs, Flows: s.Flows, Scripts: s.Scripts, Resources: s.Resources, Aside: len(s.Incomplete), Part: len(s.Lost) > 0 || len(s.Damage) > 0 || s.Orphans > 0}, err
}

// salvageCmd is sluice salvage.
func (o *options) salvageCmd() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "salvage FILE --to NEWFILE",
		Short: "Take out of a damaged file what can be read",
		Long: "Take out of a damaged sluice.db every run, flow, script and resource that can be read, into a new file for sluice restore.\n" +
			"The damaged file is not touched. If a part of the journal is missing, runs that were open are set aside in the new file:\n" +
			"they can be looked at, and go on with nothing.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == "" {
				return usage(errors.New("The file to write is missing: name it with --to."))
			}
			s, err := engine.Salvage(cmd.Context(), args[0], to)
			if err != nil {
				return err
			}
			plain.Fprintf(o.out, "Read %s (%s), %s, %s, %s, %s.\n", plural(s.Runs, "run", "runs"), plural(s.Entries, "entry", "entries"), plural(s.Flows, "flow", "flows"),
				plural(s.Scripts, "script", "scripts"), plural(s.Resources, "resource", "resources"), plural(s.Variables, "variable", "variables"))
			if len(s.Lost) > 0 {
				plain.Fprintf(o.out, "A part of this could not be read: %s.\n", strings.Join(s.Lost, ", "))
			}
			if s.Relisted {
				plain.Fprintf(o.out, "The list of tables is damaged. They were read where a file of this version has them; what an older version had placed elsewhere is missing.\n")
			}
			if len(s.Damage) > 0 {
				plain.Fprintf(o.out, "What SQLite finds in the damaged file; rows may be missing that nothing else tells of, so compare with a backup:\n")
				for _, line := range s.Damage {
					plain.Fprintf(o.out, "    %s\n", line)
				}
			}
			if s.Orphans > 0 {
				plain.Fprintf(o.out, "%s left out: to which run that belongs could not be read.\n", plural(s.Orphans, "entry was", "entries were"))
			}
			if n := len(s.Incomplete); n > 0 {
				plain.Fprintf(o.out, "A part of the journal is missing of %s:\n", plural(n, "run", "runs"))
				for _, id := range s.Incomplete {
					plain.Fprintf(o.out, "    %s\n", id)
				}
			}
			plain.Fprintf(o.out, "Take it over with: sluice restore %s, then sluice verify\n", to)
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the file to write, which must not exist")
	return cmd
}
