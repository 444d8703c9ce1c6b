package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/ui/model"
)

// keepLine is for how many days things are kept, as keep --json writes it: of all runs, or
// of those of the flow that has a path, which leaves out what is as in the settings. 0 is
// for ever.
type keepLine struct {
	Path string `json:"path,omitempty"`
	flow.OwnRetention
}

// keepFlags are the things that are kept, in the order of their words.
var keepFlags = []struct {
	name, words, about string
	of                 func(o *flow.OwnRetention) **int
}{
	{"succeeded", "runs that succeeded", "days for which runs are kept that succeeded, or forever", func(o *flow.OwnRetention) **int { return &o.Succeeded }},
	{"others", "other runs", "days for which those are kept that failed, were denied or canceled, or expired", func(o *flow.OwnRetention) **int { return &o.Others }},
	{"logs", "logs of steps", "days for which logs of steps are kept", func(o *flow.OwnRetention) **int { return &o.Logs }},
}

// keepCmd is sluice keep.
func (o *options) keepCmd() *cobra.Command {
	var asJSON bool
	texts := make([]string, len(keepFlags))
	cmd := &cobra.Command{
		Use:   "keep [PATH]",
		Short: "Tell or set for how long runs and their logs are kept",
		Long: "Tell or set for how long runs are kept once they have ended, of all flows or of the one at a path: a number of days,\n" +
			"forever, or for a flow settings, which is as of all. Without an option it tells how that is. What is older goes for\n" +
			"good in the background while Sluice runs: a run with its journal, values, mails, links and logs. Open runs stay, what\n" +
			"they came from and what they started, and what is still to be sent. What a form started stays for two days at least,\n" +
			"so that nothing that is sent twice starts twice.",
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var set flow.OwnRetention
			var settings []func(o *flow.OwnRetention) **int
			changes := false
			for i, f := range keepFlags {
				if !cmd.Flags().Changed(f.name) {
					continue
				}
				changes = true
				days, err := daysOf(texts[i])
				switch {
				case texts[i] == "settings" && len(args) == 1:
					settings = append(settings, f.of)
				case err != nil:
					return usage(fault.Newf("keep.days", "Nothing was changed. Write a number of days from 1 to 36500, or forever; for a flow also settings.", "--%s takes no %q", f.name, texts[i]))
				default:
					*f.of(&set) = &days
				}
			}
			switch {
			case !changes:
				return o.tellKept(cmd.Context(), args, asJSON)
			case len(args) == 1:
				return o.keepFlow(cmd.Context(), args[0], set, settings)
			}
			return o.keepAll(cmd.Context(), set)
		},
	}
	for i, f := range keepFlags {
		cmd.Flags().StringVar(&texts[i], f.name, "", f.about)
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}

// asOwn is a retention as a flow would say it.
func asOwn(r flow.Retention) flow.OwnRetention {
	return flow.OwnRetention{Succeeded: &r.Succeeded, Others: &r.Others, Logs: &r.Logs}
}

// inDays says for how long one of the things is kept.
func inDays(of func(o *flow.OwnRetention) **int, r flow.Retention) string {
	own := asOwn(r)
	return strings.ToLower(model.DaysWords(**of(&own)))
}

// daysOf reads for how many days something is kept.
func daysOf(text string) (int, error) {
	if text == "forever" {
		return 0, nil
	}
	days, err := strconv.Atoi(text)
	if err != nil || days < 1 || days > flow.MostDays {
		return 0, cmp.Or(err, strconv.ErrRange)
	}
	return days, nil
}

// tellKept tells for how long things are kept.
func (o *options) tellKept(ctx context.Context, args []string, asJSON bool) error {
	r, err := o.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	all, err := r.Retention(ctx)
	if err != nil {
		return err
	}
	lines := []keepLine{{OwnRetention: asOwn(all)}}
	flows, err := r.Flows(ctx)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		if !slices.ContainsFunc(flows, func(f flow.Stored) bool { return f.Path == args[0] }) {
			return usage(fault.Newf("flow.unknown", "Nothing was changed. `sluice list` tells what there is.", "There is no flow %s", args[0]))
		}
		lines = nil
	}
	for _, f := range flows {
		if own := flow.RetentionOf(f.Runs()); len(args) == 1 && f.Path == args[0] || len(args) == 0 && own != (flow.OwnRetention{}) {
			lines = append(lines, keepLine{f.Path, own})
		}
	}
	if asJSON {
		for _, l := range lines {
			o.print(l)
		}
		return nil
	}
	w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		for _, f := range keepFlags {
			days := *f.of(&l.OwnRetention)
			switch {
			case days != nil:
				plain.Fprintf(w, "%s\t%s\t%s\n", cmp.Or(l.Path, "all"), f.words, strings.ToLower(model.DaysWords(*days)))
			case len(args) == 1:
				plain.Fprintf(w, "%s\t%s\t%s\n", cmp.Or(l.Path, "all"), f.words, "as of all: "+inDays(f.of, all))
			}
		}
	}
	return w.Flush()
}

// keepAll sets for how long things are kept, where their flow does not say otherwise.
func (o *options) keepAll(ctx context.Context, set flow.OwnRetention) error {
	return o.with(ctx, func(ctx context.Context, h *server) error { return o.keepAllBy(ctx, h, set) })
}

func (o *options) keepAllBy(ctx context.Context, h *server, set flow.OwnRetention) error {
	kept, err := h.eng.Retention(ctx)
	if err != nil {
		return err
	}
	kept = set.Over(kept)
	if err := h.eng.Retain(ctx, kept); err != nil {
		return err
	}
	for _, f := range keepFlags {
		plain.Fprintf(o.out, "%s: %s\n", f.words, inDays(f.of, kept))
	}
	return nil
}

// keepFlow sets what a flow of the library says itself.
func (o *options) keepFlow(ctx context.Context, path string, set flow.OwnRetention, settings []func(o *flow.OwnRetention) **int) error {
	return o.with(ctx, func(ctx context.Context, h *server) error { return o.keepFlowBy(ctx, h, path, set, settings) })
}

func (o *options) keepFlowBy(ctx context.Context, h *server, path string, set flow.OwnRetention, settings []func(o *flow.OwnRetention) **int) error {
	var own flow.OwnRetention
	err := h.eng.Amend(ctx, path, func(file []byte) ([]byte, error) {
		f, err := flow.ParseJSON(file)
		if err != nil {
			return nil, err
		}
		own = f.Retention()
		for _, k := range keepFlags {
			if days := *k.of(&set); days != nil {
				*k.of(&own) = days
			}
		}
		for _, of := range settings {
			*of(&own) = nil
		}
		f.SetRetention(own)
		return f.JSON()
	})
	if fault.HasCode(err, "flow.unknown") {
		return usage(err)
	}
	if err != nil {
		return err
	}
	plain.Fprintf(o.out, "%s: %s\n", path, cmp.Or(model.RetentionWords(own), "as of all"))
	return nil
}

// usageCmd is sluice usage.
func (o *options) usageCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "usage",
		Short: "Tell what takes how much room on the disk",
		Long: "Tell what takes how much room in the data folder, and about how much the runs of which flows take, the ten largest.\n" +
			"It also works beside a Sluice that holds the folder. `sluice keep` sets for how long runs are kept.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			u, err := r.Usage(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				o.print(u)
				return nil
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			total := model.Size(u.Total())
			if u.Partial {
				total = "more than " + total
			}
			plain.Fprintf(w, "%s\t%s\n", "In all", total)
			for _, k := range u.Kinds {
				plain.Fprintf(w, "%s\t%s\n", model.RoomWords(k.Kind), model.Size(k.Bytes))
			}
			if err := w.Flush(); err != nil || len(u.Flows) == 0 {
				return err
			}
			plain.Fprintf(o.out, "\nFlows whose runs take most, about:\n")
			for _, f := range u.Flows {
				plain.Fprintf(w, "%s\t%s\t%s\n", model.FlowRoomWords(f), model.Count(f.Runs, "run", "runs"), model.Size(f.Bytes))
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON object")
	return cmd
}
