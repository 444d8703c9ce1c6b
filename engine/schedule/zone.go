package schedule

import (
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"sluice/engine/fault"
)

// Zone is the zone of an IANA name, with the old names that link to others, such as
// US/Pacific. What only Go or one system takes for a name is refused. Code schedule.zone.
func Zone(name string) (*time.Location, error) {
	const hint = "Write a name as Europe/Berlin or UTC; capital letters count. An offset is no zone: it does not know when the clock changes."
	known := name != "" && name != "Local" && name != "Factory"
	for part := range strings.SplitSeq(name, "/") {
		known = known && part != "" && part[0] >= 'A' && part[0] <= 'Z' // localtime, posixrules, posix/…, utc
	}
	if known {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return nil, fault.Newf("schedule.zone", hint, "There is no time zone %q", name)
}
