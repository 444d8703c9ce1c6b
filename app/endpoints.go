package main

import (
	"context"
	"fmt"
	"slices"
	"time"

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
