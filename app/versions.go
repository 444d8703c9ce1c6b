package main

import (
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/plain"
)

// versionsCmd is sluice versions.
func (o *options) versionsCmd() *cobra.Command {
	var asJSON, make bool
	var name, which string
	cmd := &cobra.Command{
		Use:   "versions PATH",
		Short: "List the saved versions of a flow or script, newest first; make one; say which runs",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case make && which != "":
				return usage(fault.New("versions.flags", "Either --make or --run", "A version that is made runs. Nothing was changed."))
			case make:
				return o.with(cmd.Context(), func(ctx context.Context, h *server) error { return o.makeVersion(ctx, h, args[0], name) })
			case name != "":
				return usage(fault.New("versions.flags", "--name is for --make", "Nothing was changed."))
			case which != "":
				number, err := strconv.Atoi(which)
				if which == "newest" {
					number, err = 0, nil
				} else if err != nil || number < 1 {
					return usage(fault.Newf("versions.flags", "Give the number of a version, or newest: then what was saved last runs.", "%q is no version", which))
				}
				return o.with(cmd.Context(), func(ctx context.Context, h *server) error { return o.runVersion(ctx, h, args[0], number) })
			}
			return o.listVersions(cmd.Context(), args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&make, "make", false, "of a flow: makes what was saved last its next version, which runs from now on")
	cmd.Flags().StringVar(&name, "name", "", "with --make: what it is called")
	cmd.Flags().StringVar(&which, "run", "", "of a flow: lets the version of this number run from now on, or `newest`: always what was saved last, be it a version or not")
	return cmd
}

func (o *options) listVersions(ctx context.Context, path string, asJSON bool) error {
	r, err := o.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	var lines []versionLine
	for _, k := range []struct {
		kind string
		list func(context.Context, string) ([]flow.Version, error)
	}{{"flow", r.FlowVersions}, {"script", r.ScriptVersions}} {
		list, err := k.list(ctx, path)
		if err != nil {
			return err
		}
		for _, v := range list {
			lines = append(lines, versionLine{k.kind, v.Hash, v.Summary, v.Saved, v.Number, v.Name, v.Live})
		}
	}
	if len(lines) == 0 {
		return usage(notInLibrary(path, ""))
	}
	w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		if asJSON {
			o.print(l)
			continue
		}
		number, runs := "saved", ""
		if l.Number > 0 {
			number = fmt.Sprint("version ", l.Number)
		}
		if l.Runs {
			runs = "runs"
		}
		if l.Kind == "script" {
			number = l.Kind
		}
		plain.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", number, l.Hash, l.Saved.Local().Format(time.DateTime), runs, l.Name, l.Summary)
	}
	return w.Flush()
}

// versionLine is a version as versions --json writes it.
type versionLine struct {
	Kind    string    `json:"kind"`
	Hash    string    `json:"hash"`
	Summary string    `json:"summary,omitempty"`
	Saved   time.Time `json:"saved"`
	Number  int       `json:"number,omitempty"` // of a version of a flow
	Name    string    `json:"name,omitempty"`
	Runs    bool      `json:"runs,omitempty"` // when the flow is started by its path
}

func (o *options) makeVersion(ctx context.Context, h *server, path, name string) error {
	was, err := h.eng.Draft(ctx, path)
	if err != nil {
		return usage(err)
	}
	number, err := h.eng.MakeVersion(ctx, path, name)
	if err != nil {
		return err
	}
	if number == was.Live {
		plain.Fprintf(o.out, "Nothing was changed since version %d, which runs\n", number)
		return nil
	}
	plain.Fprintf(o.out, "Version %d of %s runs from now on\n", number, path)
	return nil
}

func (o *options) runVersion(ctx context.Context, h *server, path string, number int) error {
	err := h.eng.RunVersion(ctx, path, number)
	switch {
	case fault.HasCode(err, "flow.unknown"):
		return usage(err)
	case err != nil:
		return err
	case number == 0:
		plain.Fprintf(o.out, "What was saved last of %s runs from now on\n", path)
	default:
		plain.Fprintf(o.out, "Version %d of %s runs from now on\n", number, path)
	}
	return nil
}
