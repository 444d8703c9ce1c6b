package model

import (
	"testing"

	"sluice/engine/run"
)

// The run panel says by what a run was started.
func TestWhatStartedARun(t *testing.T) {
	for want, by := range map[string]run.Trigger{
		"Test run · 14:02": {Kind: "test"},
		"Run · 14:02":      {Kind: "command line"},
		"Run by the schedule f/shop/nightly · 14:02":          {Kind: run.TriggerSchedule, By: "f/shop/nightly"},
		"Run by the webhook f/shop/on_order · 14:02":          {Kind: run.TriggerWebhook, By: "f/shop/on_order"},
		"Run by the form f/shop/ask · 14:02":                  {Kind: run.TriggerForm, By: "f/shop/ask"},
		"Run by the form f/shop/ask, li@acme.example · 14:02": {Kind: run.TriggerForm, By: "f/shop/ask", Person: "li@acme.example"},
		"Run to tell of the schedule f/shop/nightly · 14:02":  {Kind: run.TriggerHandler, By: "f/shop/nightly"},
	} {
		if got := textRun(by, "14:02"); got != want {
			t.Errorf("%+v is told as %q, want %q", by, got, want)
		}
	}
}
