// Package run is the functional core: the state machine of a run.
//
// A run is its journal. State.Next applies one event at a given time and
// returns the commands that must follow; it depends on nothing else: no clock,
// no randomness, no input or output, no goroutine. The shell (package engine)
// carries commands out and brings what happened back as events.
package run
