package job

import (
	"errors"
	"fmt"
	"time"

	"sluice/engine/run"
)

// defaultTimeout is that of a job that names none.
const defaultTimeout = 15 * time.Minute

// TimeLimit is how long a job may take.
func TimeLimit(j run.Job) time.Duration {
	if j.Timeout > 0 {
		return j.Timeout
	}
	return defaultTimeout
}

// ErrTimeUp is the cause of the end of a job whose time is up.
var ErrTimeUp = errors.New("time is up")

// TimedOut is the failure of a job whose time is up.
func TimedOut(d time.Duration) *run.Failure {
	return &run.Failure{
		Name: run.NameTimeout, Message: fmt.Sprintf("The step ran longer than its %s and was stopped", d),
		Hint: "Give the step more time in its settings, or look for a loop or a request that does not end.",
	}
}

// CannotStart is the failure of a job that could not be begun.
func CannotStart(err error) error {
	return &run.Failure{
		Name: "CannotStart", Message: "The script could not be started: " + err.Error(), Code: "script.start",
		Hint: "The computer may be out of memory or processes. Try again.",
	}
}

// Entry is the function of a script that a job calls.
func Entry(j run.Job) string {
	if j.Step == run.PreprocessorStep {
		return "preprocessor"
	}
	return "main"
}
