package run

import "context"

type patienceKey struct{}

// WithPatience returns a context for what a step's code asks to be recorded. While the
// file takes nothing, as its disk is full or it is damaged, the step waits, as its result
// would, and does not fail of it. begin is called when the waiting begins; it lifts
// whatever limits the time of ctx.
func WithPatience(ctx context.Context, begin func()) context.Context {
	return context.WithValue(ctx, patienceKey{}, begin)
}

// Patience reports whether ctx has it, and begins to wait.
func Patience(ctx context.Context) bool {
	begin, ok := ctx.Value(patienceKey{}).(func())
	if ok {
		begin()
	}
	return ok
}
