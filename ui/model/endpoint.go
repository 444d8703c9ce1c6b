package model

import (
	"fmt"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// EndpointLine is what somebody outside can start by an address, as the list tells it.
type EndpointLine struct {
	Title, Target string
	How, Answer   string // "Webhook · Stripe signature", "answers at once"
	Came, Ago     string // "12 today", "last 3 min ago"
	Last          string // how the run stands that it started last; "" for none
	Role          Role   // of Last
	Approval      bool   // that run waits for people
	On            bool
}

// mostToday is how many runs of a day are counted.
const mostToday = 1000

// came tells how many came today, and when the last one did.
func (l *EndpointLine) came(problem error, today int, last, now time.Time) {
	switch {
	case problem != nil:
		l.Came, l.Ago = textCannotRun, fault.From(problem).Title
		return
	case !l.On:
		l.Came = textOff
	case last.IsZero():
		l.Came = "nothing came yet"
	case today >= mostToday:
		l.Came = "1,000 or more today"
	default:
		l.Came = fmt.Sprintf("%d today", today)
	}
	if !last.IsZero() {
		l.Ago = "last " + Ago(now, last)
	}
}

// ran tells how the last run stands, and whom it waits for.
func (l *EndpointLine) ran(last run.Summary, waits string) {
	if last.ID == "" {
		return
	}
	l.Last, l.Role = RunState(last)
	l.Last = strings.ToLower(l.Last[:1]) + l.Last[1:]
	if last.Outcome == "" && waits != "" {
		l.Last = waits
	}
	l.Approval = last.Status == run.StatusSuspended && last.Outcome == ""
}
