package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/hub"
	"sluice/ui/session"
)

// runCmd is sluice run.
func (o *options) runCmd() *cobra.Command {
	var input string
	var asJSON, noWait bool
	var again restart
	cmd := &cobra.Command{
		Use:   "run FILE|FOLDER|PATH",
		Short: "Run a flow, print the approval links, wait for its end",
		Long: "Run a flow, print the approval links, wait for its end. PATH is one of the library, as list tells it.\n" +
			"With --restart the run starts at a step, or at LOOP/NUMBER, with what an earlier run, which is over,\n" +
			"came to before: nothing of that is done again, and what people decided there stands, or they are asked\n" +
			"again with --ask-again. Of a flow that is named, too, the steps before must be the same; else the version\n" +
			"runs that ran then. What is kept, and whose decisions, is told.\n" +
			"The exit code is 0 only for a run that succeeded, 3 for one that was denied or expired,\n" +
			"2 for wrong usage or input, 1 for everything else.",
		Args: func(cmd *cobra.Command, args []string) error {
			if again.run != "" {
				return takes(0, 1)(cmd, args)
			}
			return takes(1, 1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := again.check(cmd); err != nil {
				return err
			}
			in, err := readInput(input)
			if err != nil {
				return usage(err)
			}
			if noWait {
				if err := unfit(cmd, "for a Sluice that serves approval pages", "with --no-wait this one does not", "listen", "base-url"); err != nil {
					return err
				}
			}
			byHand := run.Trigger{Kind: "command line"}
			if len(args) == 0 {
				return o.runFlow(cmd.Context(), again.find(nil), &report{w: o.out, json: asJSON}, noWait)
			}
			find := func(context.Context, *server) (asked, error) {
				f, err := load(args[0])
				return asked{flow: f, input: in, trigger: byHand}, err
			}
			if _, err := os.Stat(args[0]); err != nil && inLibrary(args[0]) {
				find = func(ctx context.Context, h *server) (asked, error) {
					s, err := h.eng.Flow(ctx, args[0])
					if fault.HasCode(err, "flow.unknown") {
						err = h.notRun(ctx, args[0])
					}
					if err != nil {
						return asked{}, usage(err)
					}
					f, err := flow.ParseJSON(s.JSON)
					return asked{flow: f, path: s.Path, input: in, trigger: byHand}, err
				}
			} else if _, err := find(nil, nil); err != nil {
				return err // before a folder of data is made
			}
			if again.run != "" {
				find = again.find(find)
			}
			return o.runFlow(cmd.Context(), find, &report{w: o.out, json: asJSON}, noWait)
		},
	}
	again.flags(cmd)
	cmd.Flags().StringVar(&input, "input", "", "the flow's input: a JSON object, or @FILE")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "start the run and leave it in the data folder, for serve or the window to carry on")
	opening(cmd, o)
	listening(cmd, o)
	return cmd
}

// notRun says why a path of the library cannot be run: nothing is there, or a script.
func (h *server) notRun(ctx context.Context, path string) error {
	if _, err := h.eng.Script(ctx, path); err == nil {
		return fault.Newf("flow.unknown", "Nothing was started. Put it into a step of a flow and run that.", "%s is a script, not a flow", path)
	}
	return fault.New("flow.unknown", "There is no flow "+path, "Nothing was started. `sluice list` tells what there is.")
}

// maxInput bounds the file of --input, as it does the file of a flow.
const maxInput = 32 << 20

// readInput reads --input.
func readInput(arg string) (json.RawMessage, error) {
	b := []byte(arg)
	if name, ok := strings.CutPrefix(arg, "@"); ok {
		var err error
		switch b, err = disk.Read(name, maxInput); {
		case errors.Is(err, disk.ErrLarge):
			return nil, fault.Because(err, "input.file", fmt.Sprintf("The input file %q is too large", name), fmt.Sprintf("Nothing was started. Inputs of up to %d MB are read.", maxInput>>20))
		case errors.Is(err, disk.ErrNotFile):
			return nil, fault.Because(err, "input.file", fmt.Sprintf("The input %q is a pipe, a device or a folder, not a file", name), "Nothing was started. Name a file, or /dev/stdin for what another program writes.")
		case err != nil:
			return nil, fault.Because(err, "input.file", fmt.Sprintf("The input file %q cannot be read", name), "Nothing was started.")
		}
	}
	if len(b) == 0 {
		return nil, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		return nil, fault.Because(err, "input.json", "The input is not a JSON object", `Nothing was started. Write it as '{"name": "value"}', or @FILE.`)
	}
	return b, nil
}

// doubts tells, beside the output, of what a flow does that its author may not mean.
func (o *options) doubts(f *flow.Flow) {
	for _, p := range flow.Validate(f) {
		if p.Severity != flow.SeverityWarning || p.Code != flow.ProblemReference && p.Code != flow.ProblemOrder {
			continue
		}
		where := ""
		if p.Step != "" {
			where = "step " + p.Step + ": "
		}
		plain.Fprintf(o.errOut, "warning: %s%s. %s\n", where, p.Title, p.Hint)
	}
}

// asked is a run that somebody asks for.
type asked struct {
	flow    *flow.Flow
	path    string // "" for a flow that is not of the library
	input   json.RawMessage
	trigger run.Trigger
	restart *run.RestartRequest // of an earlier run; flow is nil for the version that ran then
}

// runFlow starts one run and follows it to its end.
func (o *options) runFlow(ctx context.Context, find func(context.Context, *server) (asked, error), r *report, noWait bool) error {
	o.unscheduled = true
	h, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	h.tellCut = r.cut
	is, err := find(ctx, h)
	if err != nil {
		return err
	}
	if err := o.restarts(ctx, h, is); err != nil {
		return blame(err) // before anything is told
	}
	if !noWait {
		if err := h.listen(ctx); err != nil {
			return err
		}
		r.listening(*h.base.Load(), h.own)
	}
	id, err := o.begin(ctx, h, is, r)
	if err != nil {
		return blame(err)
	}
	if noWait {
		r.left()
		return nil
	}
	if err := h.proceed(ctx); err != nil {
		return err
	}
	defer h.takeCommands(ctx)()
	err = h.follow(ctx, r, id)
	if ctx.Err() == nil {
		h.rest(ctx)
	}
	return err
}

// begin starts a run and tells of it.
func (o *options) begin(ctx context.Context, h *server, is asked, r *report) (run.ID, error) {
	var doc []byte
	if is.flow != nil {
		o.doubts(is.flow)
		var err error
		if doc, err = is.flow.JSON(); err != nil {
			return "", err
		}
	}
	if req := is.restart; req != nil {
		req.Flow, req.Path = doc, is.path
		begun, took, err := h.eng.Restart(ctx, *req)
		if err != nil {
			return "", err
		}
		r.started(begun.ID, took.Name)
		r.restarted(begun.ID, took, req.From)
		return begun.ID, nil
	}
	begun, err := h.eng.Start(ctx, run.Request{Flow: doc, Path: is.path, Input: withDefaults(is.flow, is.input), Trigger: is.trigger})
	if err != nil {
		return "", err
	}
	r.started(begun.ID, is.flow.Summary)
	return begun.ID, nil
}

// restarts refuses a restart that cannot be, and starts nothing.
func (o *options) restarts(ctx context.Context, h *server, is asked) error {
	if is.restart == nil {
		return nil
	}
	req := *is.restart
	if is.flow != nil {
		var err error
		if req.Flow, err = is.flow.JSON(); err != nil {
			return err
		}
		req.Path = is.path
	}
	_, err := h.eng.LookRestart(ctx, req)
	return err
}

// blame marks what the flow or its input is at fault for as wrong input, and the place of a
// restart.
func blame(err error) error {
	code := fault.From(err).Code
	switch area, _, _ := strings.Cut(string(code), "."); area {
	case "flow", "script":
		return usage(err)
	}
	switch code {
	case "run.unknown", "run.restart":
		return usage(err)
	}
	return err
}

// withDefaults fills what the input leaves out from the schema's defaults.
func withDefaults(f *flow.Flow, input json.RawMessage) json.RawMessage {
	var given, defaults map[string]json.RawMessage
	if json.Unmarshal(flow.Defaults(f.Schema), &defaults) != nil || len(defaults) == 0 {
		return input
	}
	if len(input) > 0 && json.Unmarshal(input, &given) != nil {
		return input
	}
	for name, v := range given {
		defaults[name] = v
	}
	b, err := json.Marshal(defaults)
	if err != nil {
		return input
	}
	return b
}

// serveCmd is sluice serve.
func (o *options) serveCmd() *cobra.Command {
	var asJSON, links, noLinks bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the approval pages and carry all runs on, without a window",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opposite(cmd, "links", "no-links"); err != nil {
				return err
			}
			h, err := o.open(cmd.Context())
			if err != nil {
				return err
			}
			defer h.close()
			if err := h.listen(cmd.Context()); err != nil {
				return err
			}
			session.Wakes(cmd.Context(), h.eng.Woke)
			r := &report{w: o.out, json: asJSON, links: links, noLinks: noLinks}
			h.tellCut = r.cut
			r.listening(*h.base.Load(), h.own)
			if err := h.proceed(cmd.Context()); err != nil {
				return err
			}
			defer h.takeCommands(cmd.Context())()
			return h.follow(cmd.Context(), r, "")
		},
	}
	cmd.Flags().BoolVar(&links, "links", false, "also make new links for requests whose links were given out before; those go on working")
	cmd.Flags().BoolVar(&noLinks, "no-links", false, "print no links: whoever reads them, for instance in a service's log, could decide")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	opening(cmd, o)
	listening(cmd, o)
	return cmd
}

// sample is what Sluice does without a command where there is no display: it
// serves, and runs the sample flow once so that there is something to approve.
func (o *options) sample(ctx context.Context) error {
	s := hub.Samples()[0]
	f, err := flow.ParseYAML(s.Data)
	if err != nil {
		return err
	}
	here := func(context.Context, *server) (asked, error) {
		return asked{flow: f, trigger: run.Trigger{Kind: "command line"}}, nil
	}
	intro := "There is no display here, so Sluice serves without its window.\n" +
		fmt.Sprintf("It runs the sample %q. Open a page below in a browser, or post to it, to decide.\n", f.Summary)
	err = o.runFlow(ctx, here, &report{w: o.out, intro: intro}, false)
	if e, ok := errors.AsType[*exitError](err); ok && e.quiet {
		return nil // the sample's own outcome is no failure of Sluice
	}
	return err
}
