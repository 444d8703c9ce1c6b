package model

import (
	"time"

	"sluice/engine/run"
	"sluice/ui/say"
)

// RunFilter is a choice of which runs are listed.
type RunFilter struct {
	Name    string
	Open    bool
	Status  run.Status
	Outcome run.Outcome
}

// RunFilters are the choices of the list of runs, in order.
var RunFilters = []RunFilter{
	{Name: say.Mark(textAllRuns)}, {Name: say.Mark(textGoingOn), Open: true}, {Name: say.Mark(textWaits), Status: run.StatusSuspended}, {Name: say.Mark(textSucceeded), Outcome: run.Succeeded},
	{Name: say.Mark(textWordFailed), Outcome: run.Failed}, {Name: say.Mark(textDenied), Outcome: run.Refused}, {Name: say.Mark(textExpired), Outcome: run.Expired}, {Name: say.Mark(textCanceled), Outcome: run.Canceled},
}

// RunTimes are the choices of how long ago runs began.
var RunTimes = []string{say.Mark(textAnyTime), say.Mark(textSinceToday), say.Mark(textWeek), say.Mark(textMonth), say.Mark(textYear)}

// RunsSince is when a choice of RunTimes begins; zero for any time.
func RunsSince(now time.Time, choice int) time.Time {
	switch choice {
	case 1:
		y, m, d := now.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	case 2:
		return now.AddDate(0, 0, -7)
	case 3:
		return now.AddDate(0, 0, -30)
	case 4:
		return now.AddDate(-1, 0, 0)
	}
	return time.Time{}
}

// RunNote is the second line of a run in a list: what it waits for, what it failed at, who
// decided, and what went in.
func RunNote(s run.Summary, t run.Told, asked string) string {
	why := ""
	switch {
	case s.Damaged != "":
		why = oneLine(s.Damaged)
	case asked != "":
		why = oneLine(asked)
	case s.Outcome == run.Failed && t.How == run.Failed:
		why = textFailedAt(t.Who, t.Text)
	case s.Outcome == run.Refused && t.How == run.Refused:
		why = textDeniedBy(t.Who, t.Text)
	case s.Outcome == run.Canceled && t.How == run.Canceled:
		why = textCanceledBy(t.Who, t.Text)
	case s.Outcome == run.Expired:
		why = say.T(textNobodyAnswered)
	case t.How == run.Approved:
		why = textApprovedBy(t.Who)
	}
	return First(dots(why, t.Input), s.Path, ShortID(s.ID))
}
