package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/plain"
)

// What the commands of webhooks and forms share.

// changing opens the folder to change a webhook or form. What is asked of one that is not
// there is told with the command that lists them; errors of the codes are wrong input.
func (o *options) changing(ctx context.Context, command string, unknown fault.Code, codes []fault.Code, change func(ctx context.Context, h *server) error) error {
	err := o.with(ctx, change)
	switch {
	case err == nil:
		return nil
	case fault.HasCode(err, unknown):
		return usage(fault.New(unknown, fault.From(err).Title, "Nothing was changed. `sluice "+command+"` tells what there is."))
	case slices.ContainsFunc(codes, func(c fault.Code) bool { return fault.HasCode(err, c) }):
		return usage(err)
	}
	return blame(err)
}

// endpoint is what switches, renews and removes a webhook, or a form.
type endpoint struct {
	is, off, renew, remove string // what is switched on, and the other three in short
	change                 func(ctx context.Context, path string, asJSON bool, change func(ctx context.Context, h *server) (address string, err error)) error
	switched               func(h *server) func(ctx context.Context, path string, on bool) error
	fresh                  func(h *server) func(ctx context.Context, path string) (address string, err error)
	drop                   func(h *server) func(ctx context.Context, path string) error
}

// changes are its commands: on, off, renew and remove.
func (e endpoint) changes() (list []*cobra.Command) {
	add := func(name, what string, do func(ctx context.Context, h *server, path string) (address string, err error)) {
		list = append(list, &cobra.Command{
			Use: name + " PATH", Short: what, Args: takes(1, 1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return e.change(cmd.Context(), args[0], false, func(ctx context.Context, h *server) (string, error) { return do(ctx, h, args[0]) })
			},
		})
	}
	add("on", "Switch "+e.is+" on", func(ctx context.Context, h *server, path string) (string, error) {
		return "", e.switched(h)(ctx, path, true)
	})
	add("off", e.off, func(ctx context.Context, h *server, path string) (string, error) {
		return "", e.switched(h)(ctx, path, false)
	})
	add("renew", e.renew, func(ctx context.Context, h *server, path string) (string, error) { return e.fresh(h)(ctx, path) })
	add("remove", e.remove, func(ctx context.Context, h *server, path string) (string, error) { return "", e.drop(h)(ctx, path) })
	return list
}

// stands says how a webhook or form stands.
func stands(enabled bool, problem error) string {
	switch {
	case problem != nil:
		return "off: " + fault.From(problem).Title
	case enabled:
		return "on"
	}
	return "off"
}

// tellOnce prints an address that nobody can read again.
func (o *options) tellOnce(address, who string) {
	if address != "" {
		plain.Fprintf(o.out, "%s\nThis address is told once. %s\n", address, who)
	}
}

// cameWords says what a webhook or form has started: the last run, when, and how many of
// today, of which most are counted.
func cameWords(last string, at time.Time, today, most int) string {
	if last == "" {
		return "started nothing yet"
	}
	more := ""
	if today == most {
		more = " or more"
	}
	return fmt.Sprintf("%d%s today, the last %s", today, more, at.Local().Format("2 Jan 15:04:05"))
}
