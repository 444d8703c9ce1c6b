package model

import (
	"testing"
	"time"

	"sluice/engine/run"
)

func TestTheSecondLineOfARun(t *testing.T) {
	done := func(o run.Outcome) run.Summary {
		return run.Summary{ID: "01234567-89ab", Path: "u/me/refund", Status: run.StatusDone, Outcome: o}
	}
	for _, c := range []struct {
		s     run.Summary
		told  run.Told
		asked string
		want  string
	}{
		{run.Summary{Status: run.StatusSuspended}, run.Told{Input: "Mia Berg · 120"}, "Refund\n120 €?", "Refund 120 €? · Mia Berg · 120"},
		{done(run.Failed), run.Told{How: run.Failed, Who: "f", Text: "channel\n not found", Input: "4711"}, "", "Failed at f: channel not found · 4711"},
		{done(run.Failed), run.Told{How: run.Failed, Text: "no"}, "", "Failed · no"},
		{done(run.Refused), run.Told{How: run.Refused, Who: "dana", Text: "Not on a Friday"}, "", "Denied by dana: Not on a Friday"},
		{done(run.Canceled), run.Told{How: run.Canceled, Who: "li"}, "", "Canceled by li"},
		{done(run.Expired), run.Told{Input: "4711"}, "", "Nobody answered in time · 4711"},
		{done(run.Succeeded), run.Told{How: run.Approved, Who: "dana", Input: "4711"}, "", "Approved by dana · 4711"},
		{done(run.Succeeded), run.Told{How: run.Failed, Who: "a", Text: "tried again"}, "", "u/me/refund"},
		{run.Summary{ID: "01234567-89ab", Damaged: "entry 3"}, run.Told{}, "", "entry 3"},
		{run.Summary{ID: "0123456789ab"}, run.Told{}, "", "…6789ab"},
	} {
		if got := RunNote(c.s, c.told, c.asked); got != c.want {
			t.Errorf("%+v %+v is told as %q, want %q", c.s, c.told, got, c.want)
		}
	}
}

func TestHowLongAgoRunsBegan(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 30, 0, 0, time.FixedZone("CET", 3600))
	for i, want := range []string{"0001-01-01", "2026-11-28", "2026-11-21", "2026-10-29", "2025-11-28"} {
		if got := RunsSince(now, i).Format(time.DateOnly); got != want {
			t.Errorf("%s begins at %s, want %s", RunTimes[i], got, want)
		}
	}
	if !RunsSince(now, 99).IsZero() || len(RunTimes) != 5 {
		t.Error("a choice that is not there begins somewhere")
	}
}
