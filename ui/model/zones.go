package model

import (
	_ "embed"
	"strings"
	"time"

	"sluice/engine/schedule"
)

//go:embed zones.txt
var zonesText string

// Zones are the names of time zones that are proposed; others are taken, too.
var Zones = strings.Fields(zonesText)

// FindZones returns the zones whose name has all words of a text, those first in which a
// part begins with it, up to most.
func FindZones(text string, most int) (out []string) {
	text = strings.ToLower(strings.NewReplacer(" ", "_").Replace(strings.TrimSpace(text)))
	var later []string
	for _, z := range Zones {
		low := strings.ToLower(z)
		switch {
		case strings.HasPrefix(low, text) || strings.Contains(low, "/"+text):
			out = append(out, z)
		case strings.Contains(low, text):
			later = append(later, z)
		}
	}
	out = append(out, later...)
	return out[:min(most, len(out))]
}

// NameOfZone finds the name of the zone that a computer's clock is in: name if it is
// one, else a zone whose clocks show the same through the year around now.
func NameOfZone(name string, now time.Time) string {
	if name == "Etc/UTC" {
		return "UTC"
	}
	if _, err := schedule.Zone(name); err == nil {
		return name
	}
	for _, z := range append([]string{"UTC"}, Zones...) {
		zone, err := schedule.Zone(z)
		if err != nil {
			continue
		}
		same := true
		for day := -180; day <= 180 && same; day++ {
			at := now.AddDate(0, 0, day)
			_, here := at.Zone()
			_, there := at.In(zone).Zone()
			same = here == there
		}
		if same {
			return z
		}
	}
	return "UTC"
}
