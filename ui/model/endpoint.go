package model

import (
	"time"

	"sluice/engine/run"
	"sluice/ui/say"
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
		l.Came, l.Ago = say.T(textCannotRun), Fault(problem).Title
		return
	case !l.On:
		l.Came = say.T(textOff)
	case last.IsZero():
		l.Came = say.T("nothing came yet")
	case today >= mostToday:
		l.Came = say.T("1,000 or more today")
	default:
		l.Came = say.F("%d today", today)
	}
	if !last.IsZero() {
		l.Ago = say.F("last %s", Ago(now, last))
	}
}

// ran tells how the last run stands, and whom it waits for.
func (l *EndpointLine) ran(last run.Summary, waits string) {
	if last.ID == "" {
		return
	}
	l.Last, l.Role = RunState(last)
	l.Last = say.Lower(l.Last)
	if last.Outcome == "" && waits != "" {
		l.Last = waits
	}
	l.Approval = last.Status == run.StatusSuspended && last.Outcome == ""
}
