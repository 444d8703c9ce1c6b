#!/usr/bin/env bash
# Go 1.26.8: on the last day of a leap year that lies behind a zone's table of changes,
# Time.ZoneBounds says that the zone ended before that very moment.
#
# The documentation promises bounds around the time: start before or at it, end behind it.
# A program that walks from bound to bound, as one does that looks for the next time when
# clocks change, never comes past that day. Behind its table (2037 in the data that comes
# with Go) the bounds are computed from the zone's rule, within a year, and a year is taken
# to have 365 days. Years of 365 days are right, and so are leap years in the table.
#
# Seen: at noon of 31 December 2048, 2080 and 2096 the end is midnight of that day, in
# zones that change their clocks; in 2036 and 2047, and in UTC, all is as it says.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=go1.26.8
go mod init look >go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"fmt"
	"time"
	_ "time/tzdata"
)

func main() {
	for _, name := range []string{"Europe/Berlin", "America/Santiago", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		for _, year := range []int{2036, 2047, 2048, 2080, 2096} {
			at := time.Date(year, 12, 31, 12, 0, 0, 0, time.UTC).In(zone)
			_, end := at.ZoneBounds()
			switch {
			case end.IsZero():
				fmt.Println(name, year, "no end")
			case end.After(at):
				fmt.Println(name, year, "the end lies behind it")
			default:
				fmt.Println(name, year, "the end lies before it:", end.UTC().Format(time.RFC3339))
			}
		}
	}
}
GO
go version | cut -d' ' -f3
ZONEINFO='' go run . | tee seen.txt
cat >want.txt <<'T'
Europe/Berlin 2036 the end lies behind it
Europe/Berlin 2047 the end lies behind it
Europe/Berlin 2048 the end lies before it: 2048-12-31T00:00:00Z
Europe/Berlin 2080 the end lies before it: 2080-12-31T00:00:00Z
Europe/Berlin 2096 the end lies before it: 2096-12-31T00:00:00Z
America/Santiago 2036 the end lies behind it
America/Santiago 2047 the end lies behind it
America/Santiago 2048 the end lies before it: 2048-12-31T00:00:00Z
America/Santiago 2080 the end lies before it: 2080-12-31T00:00:00Z
America/Santiago 2096 the end lies before it: 2096-12-31T00:00:00Z
UTC 2036 no end
UTC 2047 no end
UTC 2048 no end
UTC 2080 no end
UTC 2096 no end
T
diff want.txt seen.txt && echo "as it was seen"
