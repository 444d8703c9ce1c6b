// Package pane holds the places of the window: flows, the editor with its
// inspector and run panel, runs, approvals, resources, hub, outbox, settings.
//
// A pane shows what the model knows and turns presses into edits of the model or
// into calls through Host.Ask; it starts no goroutine and keeps nothing that
// the model or the engine knows better.
package pane
