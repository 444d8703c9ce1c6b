// Package patience lets what a step's code asks to be recorded wait while the file takes
// nothing, as its disk is full or it is damaged: the step waits, as its result would, and
// does not fail of it.
package patience

import "context"

type key struct{}

// With returns a context that has it. begin is called when the waiting begins; it lifts
// whatever limits the time of ctx.
func With(ctx context.Context, begin func()) context.Context {
	return context.WithValue(ctx, key{}, begin)
}

// Begin reports whether ctx has it, and begins to wait.
func Begin(ctx context.Context) bool {
	begin, ok := ctx.Value(key{}).(func())
	if ok {
		begin()
	}
	return ok
}
