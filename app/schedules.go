package main

import (
	"context"
	"encoding/json"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// scheduleLine is a schedule as schedules --json writes it.
type scheduleLine struct {
	Path    string          `json:"path"`
	Summary string          `json:"summary,omitempty"`
	Words   string          `json:"words,omitempty"` // when it is due, as a sentence
	Next    time.Time       `json:"next,omitzero"`
	Paused  bool            `json:"paused,omitempty"` // all stand still
	Waiting time.Time       `json:"waiting,omitzero"` // the time that waits for an earlier run
	Problem string          `json:"problem,omitempty"`
	Last    *fireLine       `json:"last,omitempty"`
	Doc     json.RawMessage `json:"schedule"` // its fields, as those of a schedule file
}

// fireLine is what became of a time.
type fireLine struct {
	Due  time.Time     `json:"due"`
	At   time.Time     `json:"at"`
	What schedule.What `json:"what"`
	Run  string        `json:"run,omitempty"`
	How  string        `json:"outcome,omitempty"` // how the run ended
	Left int           `json:"left_out,omitempty"`
	Note string        `json:"note,omitempty"`
	Open string        `json:"open,omitempty"` // the earlier run that was still open
}

func lineOf(s schedule.State) (scheduleLine, error) {
	l := scheduleLine{Path: s.Path, Summary: s.Summary, Next: s.Next, Waiting: s.Waiting}
	if t, err := s.Timing(); err == nil {
		l.Words = t.Words()
	}
	if s.Problem != nil {
		l.Problem = fault.From(s.Problem).Title
	}
	if f := s.Last; !f.Due.IsZero() {
		l.Last = &fireLine{f.Due, f.At, f.What, f.Run, f.Outcome, f.Left, f.Note, f.Open}
	}
	doc, err := s.JSON()
	l.Doc = doc
	return l, err
}

// schedulesCmd is sluice schedules.
func (o *options) schedulesCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "schedules",
		Short: "List the schedules, switch them on or off, or run one now",
		Long: "List the schedules of the library: when each is due, and what became of its last time. A schedule starts its flow or\n" +
			"script while Sluice runs, as window or with sluice serve. What fell due meanwhile is made up for as it says, by\n" +
			"default the latest once. Those of an imported folder come switched off.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			list, err := r.Schedules(cmd.Context())
			if err != nil {
				return err
			}
			paused, err := r.SchedulesPaused(cmd.Context())
			if err != nil {
				return err
			}
			if !asJSON && len(list) == 0 {
				io.WriteString(o.out, "No schedules yet.\n")
				return nil
			}
			if !asJSON && paused {
				io.WriteString(o.out, "All schedules stand still, until they are resumed in the window.\n")
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			for _, s := range list {
				l, err := lineOf(s)
				l.Paused = paused
				switch {
				case err != nil:
					return err
				case asJSON:
					o.print(l)
				default:
					plain.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Path, s.Target, l.Words, onOff(s, paused), lastWords(s))
				}
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	for _, on := range []bool{true, false} {
		name, what := "off", "Switch a schedule off"
		if on {
			name, what = "on", "Switch a schedule on, from now on"
		}
		cmd.AddCommand(&cobra.Command{
			Use: name + " PATH", Short: what, Args: takes(1, 1),
			RunE: func(cmd *cobra.Command, args []string) error { return o.switchSchedule(cmd.Context(), args[0], on) },
		})
	}
	now := &cobra.Command{
		Use: "run PATH", Short: "Run now what a schedule starts, with its arguments, and wait for its end", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.running != nil {
				return o.startScheduled(cmd.Context(), args[0], asJSON)
			}
			find := func(ctx context.Context, h *server) (asked, error) { return h.scheduledNow(ctx, args[0]) }
			return o.elsewhere(o.runFlow(cmd.Context(), find, &report{w: o.out, json: asJSON}, false))
		},
	}
	now.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	opening(now, o)
	listening(now, o)
	cmd.AddCommand(now)
	return cmd
}

// onOff says when a schedule is due next, or why it is not.
func onOff(s schedule.State, paused bool) string {
	switch {
	case s.Problem != nil:
		return "off: " + fault.From(s.Problem).Title
	case !s.Enabled:
		return "off"
	case paused:
		return "paused, as all are"
	case s.Next.IsZero():
		return "not due any more"
	}
	t, err := s.Timing()
	if err != nil {
		return "off"
	}
	return "next " + s.Next.In(t.Zone()).Format("Mon 2006-01-02 15:04:05 -07:00")
}

// lastWords says what became of a schedule's last time.
func lastWords(s schedule.State) string {
	f := s.Last
	if f.Due.IsZero() {
		return ""
	}
	zone := time.UTC
	if t, err := s.Timing(); err == nil {
		zone = t.Zone()
	}
	due := f.Due.In(zone).Format("2006-01-02 15:04")
	switch f.What {
	case schedule.Overlapped:
		return "left out at " + due + ": an earlier run was open"
	case schedule.Left:
		return "missed at " + due
	case schedule.Failed:
		return "not started at " + due + ": " + f.Note
	case schedule.Started, schedule.Ended:
	}
	how := "open"
	if f.Outcome != "" {
		how = inWords(run.StatusDone, run.Outcome(f.Outcome))
	}
	if f.Note != "" {
		how += " (" + f.Note + ")"
	}
	if late := schedule.Late(f.Due, f.At, zone); late != "" {
		return late + ", " + how + ": run " + f.Run
	}
	return "ran at " + due + ", " + how + ": run " + f.Run
}

// switchSchedule switches a schedule on or off.
func (o *options) switchSchedule(ctx context.Context, path string, on bool) error {
	return o.with(ctx, func(ctx context.Context, h *server) error {
		if err := h.eng.SwitchSchedule(ctx, path, on); err != nil {
			return noSchedule(err)
		}
		s, err := h.eng.Schedule(ctx, path)
		if err != nil {
			return err
		}
		paused, err := h.eng.SchedulesPaused(ctx)
		if err != nil {
			return err
		}
		plain.Fprintf(o.out, "%s: %s\n", path, onOff(s, paused))
		return nil
	})
}

// startScheduled starts what a schedule names where Sluice runs already, which sees to the
// run.
func (o *options) startScheduled(ctx context.Context, path string, asJSON bool) error {
	b, err := o.running.eng.RunSchedule(ctx, path)
	if err != nil {
		return noSchedule(err)
	}
	(&report{w: o.out, json: asJSON}).started(b.ID, path)
	if !asJSON {
		io.WriteString(o.out, "The Sluice that is open sees to it; `sluice runs` tells how it stands.\n")
	}
	return nil
}

// noSchedule says where schedules are listed.
func noSchedule(err error) error {
	if fault.HasCode(err, "schedule.unknown") {
		return usage(fault.New("schedule.unknown", fault.From(err).Title, "Nothing was changed. `sluice schedules` tells what there is."))
	}
	return blame(err)
}

// scheduledNow is the run that a schedule would start.
func (h *server) scheduledNow(ctx context.Context, path string) (is asked, err error) {
	s, err := h.eng.Schedule(ctx, path)
	if err != nil {
		return is, noSchedule(err)
	}
	is = asked{path: s.Target, input: s.Args, trigger: run.Trigger{Kind: run.TriggerSchedule, By: path}}
	if s.IsFlow {
		stored, err := h.eng.Flow(ctx, s.Target)
		if err != nil {
			return is, usage(err)
		}
		is.flow, err = flow.ParseJSON(stored.JSON)
		return is, err
	}
	f, err := flow.Alone(flow.StoredScript{Path: s.Target})
	if err != nil {
		return is, usage(err)
	}
	is.flow, err = flow.AloneWith(f, s.Args)
	return is, err
}
