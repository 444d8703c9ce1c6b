package people

import (
	"fmt"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// lateVote tells a person why a vote was not counted.
func lateVote(r *run.Refusal) *fault.Error {
	when := ""
	if !r.When.IsZero() {
		when = " at " + r.When.Local().Format("15:04 on 2 January")
	}
	who := r.Who
	if who == "" {
		who = "someone"
	}
	switch r.Kind {
	case run.RefusalUnknown:
		return fault.Because(r, "approval.unknown", "This step does not ask anybody", "Open the run to see what it waits for.")
	case run.RefusalVoted:
		return fault.Because(r, "approval.voted", "You have already answered"+when, "Your answer counts once and stays as it is.")
	case run.RefusalExpired:
		return fault.Because(r, "approval.expired", "This request has expired", "It waited until"+afterAt(r.When)+". Nothing was changed.")
	case run.RefusalCanceled:
		return fault.Because(r, "approval.canceled", "This request was canceled"+when, "Nothing was changed.")
	}
	verb := "approved"
	if !r.Approved {
		verb = "denied"
	}
	return fault.Because(r, "approval.decided", fmt.Sprintf("This was already %s by %s%s", verb, who, when), "Your answer was not needed and changed nothing.")
}

func afterAt(t time.Time) string {
	if t.IsZero() {
		return " its deadline"
	}
	return " " + t.Local().Format("15:04 on 2 January")
}
