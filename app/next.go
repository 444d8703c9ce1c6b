package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/plain"
	"sluice/engine/schedule"
)

// nextLine is a time at which a cron text is due.
type nextLine struct {
	At    string `json:"at"`    // in UTC
	Local string `json:"local"` // in the zone that was asked for
}

// nextCmd is sluice next.
func (o *options) nextCmd() *cobra.Command {
	var zoneName, dialect, after string
	var count int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "next TEXT",
		Short: "Tell when a cron text is due next",
		Long: "Tell when a cron text is due next, as a schedule reads it: second, minute, hour, day of the month, month,\n" +
			"day of the week. Every day at nine is '0 0 9 * * *', every quarter of an hour '0 */15 * * * *'.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dialects := map[string]schedule.Dialect{"v1": schedule.V1, "v2": schedule.V2}
			c, err := schedule.Parse(args[0], dialects[dialect])
			if err != nil {
				return usage(err)
			}
			zone, at := time.Local, time.Now()
			if cmd.Flags().Changed("zone") {
				if zone, err = schedule.Zone(zoneName); err != nil {
					return usage(err)
				}
			}
			if after != "" {
				if at, err = time.Parse(time.RFC3339, after); err != nil {
					return usage(fmt.Errorf("%q is no time such as 2026-11-28T09:00:00Z.", after))
				}
			}
			if count < 1 || count > 10_000 {
				return usage(fmt.Errorf("--count goes from 1 to 10,000, and is %d.", count))
			}
			if first := c.Next(at, zone); !asJSON && !first.IsZero() {
				where := zone.String()
				if zone == time.Local {
					where = "this computer's time"
				}
				plain.Fprintf(o.out, "%s, %s:\n", c.Words(), where)
			}
			for i := range count {
				at = c.Next(at, zone)
				switch {
				case at.IsZero() && i == 0:
					return usage(c.Never())
				case at.IsZero():
					return nil
				case asJSON:
					o.print(nextLine{at.UTC().Format(time.RFC3339), at.Format(time.RFC3339)})
				default:
					plain.Fprintf(o.out, "%s\n", at.Format("Mon 2006-01-02 15:04:05 -07:00"))
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&zoneName, "zone", "", "time zone, such as Europe/Berlin (default: this computer's)")
	cmd.Flags().StringVar(&dialect, "dialect", "v2", "how the text is read: v2, or v1 of older schedules, where Sunday is 1")
	cmd.Flags().StringVar(&after, "after", "", "look behind this time instead of now")
	cmd.Flags().IntVar(&count, "count", 5, "how many times")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}
