package flow

import (
	"slices"
	"strings"
	"time"
)

// Zones names the zone in which a typed date and time is meant: by its name on that
// day or, while no day can be read from the text, by the names that it has in the
// course of a year.
func Zones(text string, zone *time.Location) []string {
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return []string{ZoneName(t)}
		}
	}
	now := time.Now().In(zone)
	names := []string{ZoneName(now)}
	for m := range 12 {
		if name := ZoneName(now.AddDate(0, m, 0)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// ZoneName names the zone of a time; one without letters by its distance from UTC.
func ZoneName(t time.Time) string {
	name, _ := t.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}
