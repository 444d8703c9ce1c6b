package model

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// zoneOf is a zone by its name.
func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := schedule.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// A line tells when a schedule is due in its own zone, and in the reader's where that
// shows another time; and what became of the last time.
func TestLinesOfSchedules(t *testing.T) {
	berlin := zoneOf(t, "Europe/Berlin")
	now := time.Date(2026, 11, 27, 17, 0, 0, 0, berlin) // a Friday
	base := schedule.Schedule{Path: "f/shop/reconcile", Summary: "Morning", Cron: "0 0 9 * * MON-FRI", Zone: "Europe/Berlin", Target: "f/shop/reconcile", IsFlow: true, Enabled: true}
	york := base
	york.Cron, york.Zone = "0 30 7 * * MON#1", "America/New_York"
	late := base
	late.Cron, late.Zone = "0 0 23 * * *", "America/New_York"
	off, paused, bad := base, base, base
	off.Enabled = false
	paused.PausedUntil = now.Add(24 * time.Hour)
	bad.Cron = "0 0 25 * * *"
	lists := Schedules{Now: now, Runs: map[run.ID]run.Summary{
		"good":  {ID: "good", Status: run.StatusDone, Outcome: run.Succeeded, Started: now, Ended: now.Add(1200 * time.Millisecond)},
		"bad":   {ID: "bad", Status: run.StatusDone, Outcome: run.Failed, Started: now, Ended: now},
		"waits": {ID: "waits", Status: run.StatusSuspended, Started: now},
		"runs":  {ID: "runs", Status: run.StatusRunning, Started: now},
	}, Asks: map[run.ID]string{"waits": "waiting for li@acme.example"}}
	due := time.Date(2026, 11, 27, 9, 30, 0, 0, berlin)
	fire := func(what schedule.What, after time.Duration, id, note string) schedule.Fire {
		return schedule.Fire{Due: due, At: due.Add(after), What: what, Run: id, Note: note}
	}
	for name, tt := range map[string]struct {
		s              schedule.Schedule
		last           schedule.Fire
		when, at, away string
		word           string
		role           Role
		none           bool // nothing is told of its last time
	}{
		"own zone":    {s: base, when: "Every weekday at 09:00", at: "Mon 30 Nov, 09:00", away: "in 2 days 16 h"},
		"another":     {s: york, when: "On the 1st Monday of the month at 07:30", at: "Mon 7 Dec, 07:30", away: "in 9 days 20 h · 13:30 for you"},
		"another day": {s: late, when: "Every day at 23:00", at: "today, 23:00", away: "in 12 h · Sat 05:00 for you"},
		"off":         {s: off, when: "Every weekday at 09:00", at: "off"},
		"paused":      {s: paused, when: "Every weekday at 09:00", at: "Mon 30 Nov, 09:00", away: "paused, in 2 days 16 h"},
		"broken":      {s: bad, when: "0 0 25 * * *", at: "cannot run", away: `The hour cannot be read: "25"`},

		"succeeded": {s: base, last: fire(schedule.Ended, 0, "good", ""), word: "succeeded · 1.2 s", role: Good},
		"failed":    {s: base, last: fire(schedule.Ended, 0, "bad", ""), word: "failed", role: Bad},
		"waits":     {s: base, last: fire(schedule.Started, 0, "waits", ""), word: "waiting for li@acme.example", role: AwaitsPeople},
		"runs":      {s: base, last: fire(schedule.Started, 0, "runs", ""), word: "running", role: Busy},
		"late":      {s: base, last: fire(schedule.Ended, 102*time.Minute, "good", ""), word: "missed 09:30, ran 11:12", role: Idle},
		"late, bad": {s: base, last: fire(schedule.Ended, 102*time.Minute, "bad", ""), word: "failed", role: Bad},
		"missed":    {s: base, last: fire(schedule.Left, time.Hour, "", ""), word: "missed 09:30, left out", role: AwaitsPeople},
		"beside":    {s: base, last: fire(schedule.Overlapped, 0, "", "Run x had not ended."), word: "left out, one still ran", role: Idle},
		"not begun": {s: base, last: fire(schedule.Failed, 0, "", "It lacks an amount"), word: "could not start: It lacks an amount", role: Bad},

		"off, and missed before":   {s: off, last: fire(schedule.Left, time.Hour, "", ""), none: true},
		"off, and failed before":   {s: off, last: fire(schedule.Ended, 0, "bad", ""), none: true},
		"off, and not begun":       {s: off, last: fire(schedule.Failed, 0, "", "It lacks an amount"), none: true},
		"off, and one still waits": {s: off, last: fire(schedule.Started, 0, "waits", ""), word: "waiting for li@acme.example", role: AwaitsPeople},
	} {
		st := schedule.State{Schedule: tt.s, Problem: tt.s.Check(), Last: tt.last}
		if tm, err := tt.s.Timing(); err == nil {
			st.Next = tm.Next(now)
		}
		l := lists.Line(st)
		if tt.when != "" && (l.When != tt.when || l.Next != tt.at || l.Away != tt.away) {
			t.Errorf("%s: %q, %q, %q", name, l.When, l.Next, l.Away)
		}
		if (tt.word != "" || tt.none) && (l.Last != tt.word || l.Role != tt.role) {
			t.Errorf("%s: last %q (%v)", name, l.Last, l.Role)
		}
	}
	lists.Paused = true
	if l := lists.Line(schedule.State{Schedule: base, Next: now}); l.Next != "all are paused" {
		t.Errorf("while all are paused it is due %q", l.Next)
	}
}

// How far a time is counts the unit that has begun, as what is left of a wait does.
func TestHowFarATimeIs(t *testing.T) {
	now := time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		-time.Second: "now", 0: "now", 500 * time.Millisecond: "in 1 s", 12 * time.Second: "in 12 s", time.Minute: "in 60 s", time.Minute + 1: "in 2 min",
		4 * time.Minute: "in 4 min", time.Hour: "in 1 h", 3*time.Hour + 20*time.Minute: "in 3 h 20 min", 24 * time.Hour: "in 1 day", 64 * time.Hour: "in 2 days 16 h", 400 * time.Hour: "in 16 days",
	} {
		if got := InTime(now, now.Add(d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
		if d > 0 { // and it says so until then
			stay := TimeStays(now, now.Add(d))
			if stay <= 0 || stay > time.Minute {
				t.Errorf("%v stays for %v", d, stay)
			}
			if before := InTime(now.Add(stay-time.Millisecond), now.Add(d)); d > time.Minute+time.Second && before != want {
				t.Errorf("%v is told as %q before %v are over", d, before, stay)
			}
		}
	}
}

// A plain choice writes a cron text, and is read back from it.
func TestPacesAndCronTexts(t *testing.T) {
	for _, tt := range []struct {
		pace                         Pace
		detail, version, text, reads string
	}{
		{EveryWeekday, "09:00", "", "0 0 9 * * MON-FRI", "09:00"},
		{EveryWeekday, "9:5", "v1", "0 5 9 * * MON-FRI", "09:05"},
		{EveryMinutes, "15", "", "0 */15 * * * *", "15"},
		{FirstMonday, "07:30", "", "0 30 7 * * MON#1", "07:30"},
		{FirstMonday, "07:30", "v1", "0 30 7 1-7 * MON", "07:30"},
		{EveryDay, "23:59", "", "0 59 23 * * *", "23:59"},
	} {
		text, ok := tt.pace.Cron(tt.detail, tt.version)
		if !ok || text != tt.text {
			t.Errorf("%v at %s is %q", tt.pace, tt.detail, text)
		}
		if _, err := schedule.Parse(text, dialect(tt.version)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if p, detail := PaceOf(text, tt.version); p != tt.pace || detail != tt.reads {
			t.Errorf("%q is read as %v at %q", text, p, detail)
		}
	}
	for _, own := range []string{"", "0 0 9 * *", "30 0 9 * * *", "0 0 9 * 1 *", "0 */90 * * * *", "0 0 9,10 * * *", "0 0 25 * * *", "@daily", "0 30 7 1-7 * MON"} {
		if p, _ := PaceOf(own, ""); p != OwnCron {
			t.Errorf("%q is read as %v", own, p)
		}
	}
	if p, _ := PaceOf("0 0 9 * * 1-5", "v1"); p != OwnCron { // Sunday to Thursday
		t.Errorf("1-5 of v1 is read as %v", p)
	}
	if p, _ := PaceOf("0 0 9 * * 1-5", ""); p != EveryWeekday {
		t.Errorf("1-5 is read as %v", p)
	}
	for _, bad := range []string{"", "24:00", "9", "x"} {
		if text, ok := EveryDay.Cron(bad, ""); ok {
			t.Errorf("%q is %q", bad, text)
		}
	}
	for _, bad := range []string{"0", "60", "-5", "x", "1.5"} {
		if text, ok := EveryMinutes.Cron(bad, ""); ok {
			t.Errorf("%q minutes is %q", bad, text)
		}
	}
}

// While one types, the words and the next five times follow; what is wrong is told with
// what to do, by its field.
func TestPreviewOfASchedule(t *testing.T) {
	now := time.Date(2026, 11, 27, 17, 0, 0, 0, zoneOf(t, "Europe/Berlin"))
	d := NewSchedule("f/a/b", "f/a/b", true, "America/New_York")
	p := d.Preview(now)
	want := SchedulePreview{Words: "Every weekday at 09:00", Next: []NextTime{
		{"Mon 30 Nov, 09:00", "15:00 for you", "in 2 days 22 h"}, {"Tue 1 Dec, 09:00", "15:00 for you", ""}, {"Wed 2 Dec, 09:00", "15:00 for you", ""},
		{"Thu 3 Dec, 09:00", "15:00 for you", ""}, {"Fri 4 Dec, 09:00", "15:00 for you", ""}}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	for name, tt := range map[string]struct {
		change func()
		field  string
	}{
		"five fields": {func() { d.Cron = "0 9 * * *" }, FieldCron},
		"never":       {func() { d.Cron = "0 0 9 31 2 *" }, FieldCron},
		"zone":        {func() { d.Zone = "Berlin" }, FieldZone},
		"age":         {func() { d.Own.MaxAge = 1e9 }, FieldAge},
	} {
		d = NewSchedule("f/a/b", "f/a/b", true, "UTC")
		tt.change()
		if p := d.Preview(now); p.Field != tt.field || p.Err == "" || p.Next != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	d.OnRecovery = "f/ops/tell"
	if f := d.FieldOf(fault.New("schedule.handler", "", "")); f != FieldOnRecovery {
		t.Errorf("the handler that is wrong is %q", f)
	}
}

// What the inputs' form has no field for stays; the time at which it is due is not asked.
func TestInputsOfASchedule(t *testing.T) {
	schema, told := ScheduleInputs(flow.Raw(`{"type":"object","properties":{"a":{"type":"string"},"scheduled_at":{"type":"string"}},"required":["a","scheduled_at"],"order":["scheduled_at","a"]}`))
	if !told || string(schema) != `{"order":["a"],"properties":{"a":{"type":"string"}},"required":["a"],"type":"object"}` {
		t.Errorf("%v %s", told, schema)
	}
	if same, told := ScheduleInputs(flow.Raw(`{"type":"object"}`)); told || string(same) != `{"type":"object"}` {
		t.Errorf("%v %s", told, same)
	}
	filled := WithDefaults(flow.Raw(`{"properties":{"a":{"default":1},"b":{"default":2},"c":{},"scheduled_at":{"default":"x"}}}`), json.RawMessage(`{"b":7}`))
	if string(filled) != `{"a":1,"b":7}` {
		t.Errorf("with defaults: %s", filled)
	}
	d := NewSchedule("f/a/b", "f/a/b", true, "UTC")
	d.Args = json.RawMessage(`{"a":"old","b":1}`)
	before := EditSchedule(d.Schedule)
	if before.Changed() {
		t.Error("a schedule that was opened counts as changed")
	}
	before.SetInput(schema, json.RawMessage(`{"a":"new"}`))
	if string(before.Args) != `{"a":"new","b":1}` || !before.Changed() {
		t.Errorf("%s", before.Args)
	}
	before.Enabled = false
	before.SetInput(schema, json.RawMessage(`{"a":"old"}`))
	if before.Changed() {
		t.Error("what is as it was, but switched off, counts as changed")
	}
}

// Ages and pauses are written as people do.
func TestAgesAndPauses(t *testing.T) {
	for seconds, want := range map[float64]string{0: "7 days", 7200: "2 hours", 90: "90 seconds", 180: "3 minutes", 60: "1 minute", 3600: "1 hour", 86400: "1 day", 1: "1 second", 172800: "2 days"} {
		n, unit := AgeOf(seconds, 7*24*3600)
		if got := n + " " + AgeUnits(n)[unit]; got != want {
			t.Errorf("%v: %q", seconds, got)
		}
		if back, ok := Age(n, unit); !ok || seconds != 0 && back != seconds {
			t.Errorf("%v is read back as %v", seconds, back)
		}
	}
	for _, bad := range []string{"", "0", "-1", "x", "NaN"} {
		if _, ok := Age(bad, 0); ok {
			t.Errorf("%q is an age", bad)
		}
	}
	d := NewSchedule("f/a/b", "f/a/b", true, "America/New_York")
	if !d.SetPause("2026-12-24 18:00") || d.PausedUntil.UTC().Format(time.RFC3339) != "2026-12-24T23:00:00Z" || d.PauseText() != "2026-12-24 18:00" {
		t.Errorf("paused until %v, %q", d.PausedUntil, d.PauseText())
	}
	if d.SetPause("soon") || !d.SetPause("") || !d.PausedUntil.IsZero() {
		t.Errorf("paused until %v", d.PausedUntil)
	}
}

// Every zone that is proposed is taken, and found by a part of its name.
func TestZones(t *testing.T) {
	for _, z := range Zones {
		zoneOf(t, z)
	}
	if diff := cmp.Diff([]string{"America/New_York"}, FindZones("new yo", 3)); diff != "" {
		t.Error(diff)
	}
	if got := FindZones("berl", 5); len(got) != 1 || got[0] != "Europe/Berlin" {
		t.Errorf("%v", got)
	}
	now := time.Date(2026, 11, 27, 17, 0, 0, 0, zoneOf(t, "Asia/Kolkata"))
	if got := NameOfZone("Europe/Berlin", now); got != "Europe/Berlin" {
		t.Errorf("a name is %q", got)
	}
	for _, name := range []string{"Local", "", "/etc/localtime"} {
		got := NameOfZone(name, now)
		if there := now.In(zoneOf(t, got)); there.Format(time.DateTime) != now.Format(time.DateTime) {
			t.Errorf("%q is %q, where it is %v", name, got, there)
		}
	}
}

// Schedules are found by name, path, target and zone.
func TestSchedulesAreFound(t *testing.T) {
	list := []schedule.State{
		{Schedule: schedule.Schedule{Path: "f/shop/a", Summary: "Morning", Target: "f/shop/close", Zone: "Europe/Berlin"}},
		{Schedule: schedule.Schedule{Path: "u/me/b", Target: "u/me/sweep", Zone: "UTC"}}}
	for query, want := range map[string]int{"": 2, "berlin MORN": 1, "sweep": 1, "sweep berlin": 0} {
		if got := FindIn(list, strings.Fields(strings.ToLower(query)), func(s *schedule.State) string { return s.Summary + " " + s.Path + " " + s.Target + " " + s.Zone }); len(got) != want {
			t.Errorf("%q finds %v", query, got)
		}
	}
}
