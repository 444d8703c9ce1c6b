package journal

import (
	"time"

	"sluice/engine/run"
)

// Run is a run as it was folded, up to its last entry.
type Run struct {
	Key     int64 // of its row
	ID      run.ID
	Flow    string // hash of its version
	Path    string // of the flow in the library
	State   *run.State
	Seq     int       // of the last entry
	At      time.Time // of the last entry
	Sum     int32     // of the last entry
	Status  run.Status
	Outcome run.Outcome // as the row says, like Status
}
