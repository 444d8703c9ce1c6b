// Package writer is the one goroutine that writes: it takes what has queued up,
// folds it into the states of runs, commits it with one flush, and only then tells
// of it.
//
// It does not know what it carries. What a command of the core needs done inside the
// transaction, and what an event answered, is for the [Hands]; what is to change in
// memory beside a commit is given to the transaction by After and Undo. After a
// failed commit the states that ran ahead are forgotten and folded again from the
// journal; what was handed to Report is tried again until the disk takes it.
//
// Everything that a [Tx] and a [Run] are used for happens in the writer's goroutine.
// Nothing else may write the file (a test of the rules looks for it).
package writer
