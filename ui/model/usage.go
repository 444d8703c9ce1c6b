package model

import (
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Size writes a number of bytes for people.
func Size(n int64) string {
	f, units := float64(n), []string{say.T("bytes"), "kB", "MB", "GB", "TB"}
	i := 0
	for f >= 1000 && i < len(units)-1 {
		f /= 1000
		i++
	}
	if i == 0 || f >= 10 {
		return say.Decimal(f, 0) + " " + units[i]
	}
	return say.Decimal(f, 1) + " " + units[i]
}

// RoomWords says what a kind of thing is that takes room.
func RoomWords(k run.RoomKind) string {
	switch k {
	case run.RoomRuns:
		return say.T("Runs: what they did, who decided what")
	case run.RoomValues:
		return say.T("Large values and kept results")
	case run.RoomMails:
		return say.T("Mails")
	case run.RoomLibrary:
		return say.T("Flows, scripts, resources, with their versions")
	case run.RoomPages:
		return say.T("What the file needs for itself")
	case run.RoomFree:
		return say.T("Free room in the file")
	case run.RoomLog:
		return say.T("Not yet written into the file")
	case run.RoomLogs:
		return say.T("Logs of steps")
	case run.RoomOutbox:
		return say.T("Mails of practice accounts")
	case run.RoomWork:
		return say.T("Folders of steps that run")
	case run.RoomBackups:
		return say.T("Backups that Sluice made")
	case run.RoomDiary:
		return say.T("Sluice's own log")
	case run.RoomOther:
		return say.T("Other files")
	}
	return string(k)
}

// FlowRoomWords names the flow of which runs take room.
func FlowRoomWords(f run.FlowRoom) string {
	if f.Path == "" {
		return say.T("Runs of no flow in the library")
	}
	return f.Path
}

// Times are for how long something can be kept, in days; 0 is for ever.
var Times = []int{0, 365, 90, 30, 7}

// TimesOf is Times, with another number of days if it is not among them.
func TimesOf(days int) []int {
	for _, t := range Times {
		if t == days {
			return Times
		}
	}
	return append([]int{days}, Times...)
}

// DaysWords says for how long something is kept.
func DaysWords(days int) string {
	switch days {
	case 0:
		return say.T("For ever")
	case 1:
		return say.T("A day")
	case 365:
		return say.T("A year")
	}
	return say.N(days, "%d day", "%d days")
}

// Shorter reports whether something is kept for fewer days than before.
func Shorter(was, days int) bool { return days > 0 && (was == 0 || days < was) }

// RetentionWords says what a flow says of its own runs, "" if it says nothing.
func RetentionWords(o flow.OwnRetention) string {
	var parts []string
	for _, p := range []struct {
		name string
		days *int
	}{{"succeeded", o.Succeeded}, {"others", o.Others}, {"logs", o.Logs}} {
		if p.days != nil {
			parts = append(parts, p.name+" "+DaysWithin(*p.days))
		}
	}
	return strings.Join(parts, ", ")
}

// DaysWithin is DaysWords within a sentence.
func DaysWithin(days int) string {
	switch days {
	case 0:
		return say.T("for ever")
	case 1:
		return say.T("a day")
	case 365:
		return say.T("a year")
	}
	return say.N(days, "%d day", "%d days")
}
