package page

import (
	"strings"
	"testing"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// A form that nobody can fill in says so beside the field, before anything is typed.
func TestPageNamesWhatNobodyCanFillIn(t *testing.T) {
	f := formOf(run.Approval{Form: raw(`{"properties":{"amount":{"type":"number","minimum":5,"maximum":4},"note":{"type":"string"}},"required":["amount","order"]}`)}, cet)
	views := viewOf(t, f)
	list := f.errors(views, draft{})
	if len(list) != 2 || !strings.Contains(list[0].Message, "order is needed, and the form has no such field") || !strings.Contains(list[1].Message, "amount must be 5 at least and 4 at most") ||
		!strings.Contains(views[0].Wrong, "Nobody can fill this in") || views[1].Wrong != "" {
		t.Errorf("%+v\n%+v", list, views)
	}
}

// The zone of a time is named as it is called on that day.
func TestZoneOfTheDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Skip(err)
	}
	for _, tt := range []struct {
		zone  *time.Location
		value string
		want  []string
	}{
		{berlin, `"2026-07-01T08:00:00Z"`, []string{"Time in CEST."}},
		{berlin, `"2026-01-01T08:00:00Z"`, []string{"Time in CET."}},
		{berlin, ``, []string{"Time in CET or CEST.", "Time in CEST or CET."}},
		{kolkata, ``, []string{"Time in IST."}},
	} {
		f := &form{zone: tt.zone, fields: []flow.Field{{Name: "when", Kind: flow.FieldDateTime, Default: raw(tt.value)}}}
		if got := viewOf(t, f)[0].Help; got != tt.want[0] && got != tt.want[len(tt.want)-1] {
			t.Errorf("%s %s: %s", tt.zone, tt.value, got)
		}
	}
}
