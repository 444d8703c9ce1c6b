package schedule

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
)

// A schedule file keeps all its fields, also those that Sluice does not use.
func TestAScheduleKeepsItsFields(t *testing.T) {
	const file = `{"args":{"n":1},"cron_version":"v1","enabled":true,"is_flow":true,"labels":["a"],"no_flow_overlap":true,"on_failure":"flow/f/ops/told","on_failure_extra_args":{"x":1},
		"on_failure_times":3,"paused_until":"2026-12-01T00:00:00Z","permissioned_as":"u/ann","retry":{"constant":{"attempts":2,"seconds":5}},"schedule":"0 0 9 * * 2","script_path":"f/shop/close",
		"summary":"Close","tag":"","timezone":"Europe/Berlin","ws_error_handler_muted":true,"x-sluice":{"missed":"all","max_age_s":3600}}`
	s, err := Read("f/shop/close", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if s.OnFailureTimes != 3 || s.Own.Missed != MissedAll || s.PausedUntil.IsZero() || len(s.Rest) != 5 {
		t.Errorf("read: %+v", s)
	}
	b, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal([]byte(file), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("written (-want +got)\n%s", d)
	}
	for _, bad := range []string{`[]`, `{"schedule":5}`, `{"paused_until":"soon"}`, `{`} {
		if _, err := Read("f/a/b", []byte(bad)); !fault.HasCode(err, "schedule.invalid") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Of what is wrong below x-sluice all is told.
func TestAllMistakesOfAScheduleAreTold(t *testing.T) {
	_, err := Read("f/a/b", []byte(`{"x-sluice":{"missed":7,"max_age_s":"x","queue_one":1}}`))
	for _, want := range []string{"x-sluice.missed", "x-sluice.max_age_s", "x-sluice.queue_one"} {
		if !fault.HasCode(err, "schedule.invalid") || !strings.Contains(fault.From(err).Title, want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
	s := Schedule{Cron: "0 0 9 * * *", Zone: "UTC", Own: Own{Missed: "some", MaxAge: -1}}
	if _, err := s.Timing(); !fault.HasCode(err, "schedule.missed") || !strings.Contains(fault.From(err).Title, `"some"`) || !strings.Contains(fault.From(err).Title, "a year") {
		t.Errorf("told: %v", err)
	}
	if s, err := Read("f/a/b", []byte(`{"x-sluice":null}`)); err != nil || s.Own != (Own{}) {
		t.Errorf("nothing there: %+v %v", s, err)
	}
}

// However often a schedule is due and however long nothing could start it, what is due is
// found at once, and only so much is made up for.
func TestDueAfterAYear(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		missed      Missed
		fire, least int
	}{{MissedLatest, 6, 0}, {MissedSkip, 6, 0}, {MissedAll, mostLate, 0}} {
		s := Schedule{Cron: "* * * * * *", Zone: "UTC", Target: "f/a/b", Own: Own{Missed: tt.missed}}
		timing, err := s.Timing()
		if err != nil {
			t.Fatal(err)
		}
		d := timing.Due(now.AddDate(-1, 0, 0), now)
		if len(d.Fire) != tt.fire || d.Left != mostTold-tt.fire || !d.Fire[len(d.Fire)-1].Equal(now) || !d.Next.Equal(now.Add(time.Second)) {
			t.Errorf("%q: %d to start, the last %v; %d left out; next %v", tt.missed, len(d.Fire), d.Fire[len(d.Fire)-1], d.Left, d.Next)
		}
	}
}

// What is found within a minute was not missed; of several at once those of the last
// moment are wanted.
func TestDueInTime(t *testing.T) {
	at := func(text string) time.Time {
		d, err := time.Parse("15:04:05", text)
		if err != nil {
			t.Fatal(err)
		}
		return d.AddDate(2026, 10, 27)
	}
	for _, tt := range []struct {
		cron      string
		missed    Missed
		next, now string
		want      string
		left      int
	}{
		{"0 0 * * * *", MissedSkip, "09:00:00", "09:00:59", "09:00:00", 0},
		{"0 0 * * * *", MissedSkip, "09:00:00", "09:01:01", "", 1},
		{"0 0 * * * *", MissedLatest, "09:00:00", "09:01:01", "09:00:00", 0},
		{"0 0 * * * *", MissedLatest, "09:00:00", "08:59:59", "", 0},
		{"*/2 * * * * *", MissedLatest, "09:00:00", "09:00:03", "09:00:00 09:00:02", 0},
		{"*/2 * * * * *", MissedLatest, "09:00:00", "09:00:10", "09:00:06 09:00:08 09:00:10", 3},
		{"*/20 * * * * *", MissedSkip, "09:00:00", "09:00:50", "09:00:40", 2},
	} {
		timing, err := Schedule{Cron: tt.cron, Zone: "UTC", Target: "f/a/b", Own: Own{Missed: tt.missed}}.Timing()
		if err != nil {
			t.Fatal(err)
		}
		d := timing.Due(at(tt.next), at(tt.now))
		var got []string
		for _, f := range d.Fire {
			got = append(got, f.Format("15:04:05"))
		}
		if strings.Join(got, " ") != tt.want || d.Left != tt.left {
			t.Errorf("%s due %s at %s: %q, %d left out", tt.cron, tt.next, tt.now, got, d.Left)
		}
	}
}

// A run that began late says when it was due.
func TestLate(t *testing.T) {
	berlin, err := Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 11, 27, 8, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{due.Add(20 * time.Second), ""},
		{due.Add(102 * time.Minute), "due 09:30, ran 11:12"},
		{due.Add(26 * time.Hour), "due 27 Nov 09:30, ran 28 Nov 11:30"},
	} {
		if got := Late(due, tt.at, berlin); got != tt.want {
			t.Errorf("%v: %q", tt.at, got)
		}
	}
}
