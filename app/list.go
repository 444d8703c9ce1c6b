package main

import (
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/hub"
)

// reader opens the data folder for reading only, also while another Sluice
// holds it.
func (o *options) reader() (*engine.Reader, error) {
	return engine.OpenReader(o.data)
}

// runLine is a run as runs --json writes it.
type runLine struct {
	run.Summary
	Mail string `json:"mail,omitempty"` // why its mails do not go out
}

// runsCmd is sluice runs.
func (o *options) runsCmd() *cobra.Command {
	var asJSON bool
	var query runQuery
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs, newest first",
		Long: "List the runs, newest first, and how each stands: running, sleeping until a time, waiting for people, succeeded,\n" +
			"skipped, failed, denied, expired, canceled, or set aside as it is damaged. With --json that is in status (running,\n" +
			"sleeping, suspended: waiting for people, done) and, of what is done, in outcome (succeeded, skipped, failed,\n" +
			"refused: denied, expired, canceled). Where no Sluice holds the folder, a run goes on once `sluice serve` or the\n" +
			"window carries it on. What steps returned and people entered is looked through as far as its first kilobyte,\n" +
			"without passwords, and not at all where a flow has values erased.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := query.filter(time.Now())
			if err != nil {
				return err
			}
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			list, err := r.Runs(cmd.Context(), filter)
			if err != nil {
				return err
			}
			trouble, err := r.MailTrouble(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				for _, s := range list {
					line := runLine{Summary: s}
					if s.Status != run.StatusDone {
						line.Mail = trouble[s.ID]
					}
					o.print(line)
				}
				return nil
			}
			if len(list) == 0 {
				none := "No runs yet.\n"
				if query.asked() {
					none = "No run is like that.\n"
				}
				io.WriteString(o.out, none)
				return nil
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			idle := !engine.InUse(o.data)
			for _, s := range list {
				state := inWords(s.Status, s.Outcome)
				if idle && s.Status != run.StatusDone && s.Status != run.StatusSuspended {
					state += " (once sluice serve or the window carries it on)"
				}
				if why := trouble[s.ID]; why != "" && s.Status != run.StatusDone {
					state += ", mail waits: " + why
				}
				if s.Damaged != "" {
					state = "set aside: " + s.Damaged
				}
				plain.Fprintf(w, "%s\t%s\t%s\t%s\n", s.ID, s.Started.Local().Format(time.DateTime), state, s.FlowName)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	query.flags(cmd)
	return cmd
}

// hubCmd is sluice hub.
func (o *options) hubCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "hub [SEARCH]",
		Short: "List the scripts of the hub, or those that match",
		Args:  takes(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			query := ""
			if len(args) == 1 {
				query = args[0]
			}
			list := hub.Search(query, "", "")
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			for _, s := range list {
				if asJSON {
					o.print(map[string]any{"path": s.Path, "app": s.App, "kind": s.Kind, "summary": s.Summary, "description": s.Description, "language": s.Language})
					continue
				}
				plain.Fprintf(w, "%s\t%s\t%s\n", s.Path, s.App, s.Summary)
			}
			if len(list) == 0 && !asJSON {
				plain.Fprintf(o.out, "Nothing in the hub matches %q.\n", query)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}

// versionCmd is sluice version.
func (o *options) versionCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				o.print(map[string]string{"version": version})
				return nil
			}
			plain.Fprintf(o.out, "sluice %s\n", version)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}
