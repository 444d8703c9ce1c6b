package background

import (
	"context"
	"sync"
)

// Loops are the goroutines of a service, which are told to end together. The zero
// value is ready to be used.
type Loops struct {
	once sync.Once
	ctx  context.Context
	end  context.CancelFunc
	wg   sync.WaitGroup
}

func (l *Loops) context() context.Context {
	l.once.Do(func() { l.ctx, l.end = context.WithCancel(context.Background()) })
	return l.ctx
}

// Go starts one. Its context ends when Stop is called.
func (l *Loops) Go(f func(ctx context.Context)) {
	ctx := l.context()
	l.wg.Go(func() { f(ctx) })
}

// Stop tells them to end.
func (l *Loops) Stop() {
	l.context()
	l.end()
}

// Wait waits until they have ended.
func (l *Loops) Wait() { l.wg.Wait() }
