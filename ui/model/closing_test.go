package model

import (
	"strings"
	"testing"

	"sluice/engine/run"
)

func TestClosing(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    Closing
		want Close
	}{
		{"nothing stands still", Closing{Tray: true}, CloseEnds},
		{"nothing stands still, to the tray", Closing{Tray: true, Kept: CloseToTray}, CloseEnds},
		{"all schedules are paused anyway", Closing{Standstill: Standstill{Schedules: 2, Paused: true}, Tray: true}, CloseEnds},
		{"a request, once", Closing{Standstill: Standstill{Waiting: 1}, Tray: true}, CloseAsks},
		{"a schedule, once", Closing{Standstill: Standstill{Schedules: 1}, Tray: true}, CloseAsks},
		{"a form, once", Closing{Standstill: Standstill{Forms: 1}, Tray: true}, CloseAsks},
		{"a webhook, once", Closing{Standstill: Standstill{Webhooks: 1}, Tray: true}, CloseAsks},
		{"to the tray", Closing{Standstill: Standstill{Waiting: 1}, Tray: true, Kept: CloseToTray}, CloseHides},
		{"to a tray that is not there", Closing{Standstill: Standstill{Waiting: 1}, Kept: CloseToTray}, CloseAsksQuit},
		{"quit", Closing{Standstill: Standstill{Waiting: 1}, Tray: true, Kept: CloseAndQuit}, CloseEnds},
		{"quit, and no tray", Closing{Standstill: Standstill{Waiting: 1}, Kept: CloseAndQuit}, CloseAsksQuit},
		{"quit with a schedule, and no tray", Closing{Standstill: Standstill{Schedules: 1}, Kept: CloseAndQuit}, CloseEnds},
		{"Quit, with the tray", Closing{Standstill: Standstill{Waiting: 1}, Tray: true, Kept: CloseToTray, Quit: true}, CloseAsksQuit},
		{"Quit, and nothing", Closing{Quit: true}, CloseEnds},
	} {
		if got := tt.c.Decide(); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestWhatStandsStillIsTold(t *testing.T) {
	for _, tt := range []struct {
		s     Standstill
		title string
		text  []string
	}{
		{Standstill{Waiting: 1}, "1 request is open", []string{"Its link works only while Sluice runs."}},
		{Standstill{Waiting: 2, Schedules: 1}, "2 requests are open", []string{"Their links work", "1 schedule starts nothing"}},
		{Standstill{Schedules: 2, Webhooks: 1}, "2 schedules and 1 webhook are on", []string{"2 schedules start nothing", "1 webhook answers nobody"}},
		{Standstill{Schedules: 1, Webhooks: 2, Forms: 1}, "1 schedule, 2 webhooks and 1 form are on", []string{"1 schedule starts nothing", "2 webhooks and 1 form answer nobody"}},
		{Standstill{Webhooks: 3}, "3 webhooks are on", []string{"3 webhooks answer nobody"}},
		{Standstill{Forms: 1}, "1 form is on", []string{"1 form answers nobody"}},
		{Standstill{Schedules: 1, Forms: 2, Paused: true}, "2 forms are on", []string{"2 forms answer nobody"}},
		{Standstill{Waiting: 1, Schedules: 3, Paused: true}, "1 request is open", nil},
		{Standstill{}, "No request is open", []string{"has ended"}},
	} {
		if tt.s.Title() != tt.title {
			t.Errorf("%+v: %q, want %q", tt.s, tt.s.Title(), tt.title)
		}
		for _, want := range tt.text {
			if !strings.Contains(tt.s.Text(), want) {
				t.Errorf("%+v: no %q in %q", tt.s, want, tt.s.Text())
			}
		}
		if tt.s.Paused && strings.Contains(tt.s.Title()+tt.s.Text(), "schedule") {
			t.Errorf("schedules that are paused are told of: %q", tt.s.Text())
		}
	}
	if got := TrayOldest(&run.Approval{Ask: run.Ask{Question: "Pay\n1,000 €?"}, FlowName: strings.Repeat("Refund ", 20)}, 40); got != "Oldest: Pay 1,000 €? · Refund Refund Refund Ref…" {
		t.Errorf("%q", got)
	}
}
