package engine

import (
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// scriptRunsMost is how many runs that scripts started may be open at a time: one that
// starts itself without end would fill the disk, and go on at the next start.
const scriptRunsMost = 10_000

// scriptRuns counts the open runs that scripts started. It belongs to the writer's
// goroutine.
type scriptRuns struct {
	known bool
	open  int
}

func ofScript(t run.Trigger) bool { return strings.HasPrefix(t.By, run.ByScript) }

// add counts a run that is about to begin. Code run.crowded.
func (s *scriptRuns) add(tx *writer.Tx, t run.Trigger) error {
	if !ofScript(t) {
		return nil
	}
	if !s.known {
		n, err := tx.CountOpenBy(run.ByScript)
		if err != nil {
			return fmt.Errorf("count the runs of scripts: %w", err)
		}
		s.known, s.open = true, n
	}
	if s.open >= scriptRunsMost {
		return fault.Newf("run.crowded", "Nothing was started. Wait until some of them have ended, or cancel the run that starts them.", "%d runs that scripts started are open", s.open)
	}
	s.open++
	tx.Undo(func() { s.open-- })
	return nil
}

// remove counts a run that has ended.
func (s *scriptRuns) remove(tx *writer.Tx, t run.Trigger) {
	if s.known && ofScript(t) {
		s.open--
		tx.Undo(func() { s.open++ })
	}
}
