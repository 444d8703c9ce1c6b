// Package model is everything the screen knows: the open flow with its undo
// history, the selection, the scene the canvas draws, the run that is looked at as
// far as its journal tells, and every pane's data as strings that are ready to be shown.
//
// It knows neither Fyne nor the engine. A [Model] is a plain value owned by one
// goroutine; nothing in it locks, waits, reads a clock or starts anything.
// What changes it comes in by Do (an edit, which can be undone), by Apply (what a journal
// says) and by methods for what is looked at, such as Select and Open; all answer with a
// Dirty, which names what must be drawn again.
// What the engine has to do comes out as a value (Test returns a run.Request)
// and the window carries it there.
//
// Times are told from the moment that SetNow last named, in its zone, so that a
// test can say "23 h left" and mean it.
package model
