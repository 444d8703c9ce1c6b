package engine

import (
	"errors"
	"fmt"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// errClosed answers calls to an engine that is closing.
func errClosed() error {
	return fault.New("engine.busy", "Sluice is closing", "Nothing is lost. Try again when it is open.")
}

func damagedCondition(id run.ID, reason string) fault.Condition {
	return fault.Condition{
		Code: journal.CodeDamaged, Subject: string(id), Severity: fault.Warning,
		Title: "A run is damaged and was set aside",
		Hint:  "Other runs are not affected. Run " + string(id) + ": " + reason,
	}
}

// failureOf turns an error that was not the script's own into a failure that
// keeps its code and hint.
func failureOf(err error) *run.Failure {
	if f, ok := errors.AsType[*run.Failure](err); ok {
		return f
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return &run.Failure{Name: "Error", Message: f.Title, Code: string(f.Code), Hint: f.Hint}
	}
	return &run.Failure{Name: "InternalError", Message: err.Error()}
}

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
