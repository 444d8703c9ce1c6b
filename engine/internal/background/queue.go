package background

import (
	"context"
	"sync"
)

// Queue hands values from the writer, which must never wait, to goroutines that
// do. It has no bound of its own: what is in it lies in the journal, too.
type Queue[T any] struct {
	mu    sync.Mutex
	items []T
	wake  chan struct{} // holds a token while there may be items
}

// NewQueue makes an empty one.
func NewQueue[T any]() *Queue[T] { return &Queue[T]{wake: make(chan struct{}, 1)} }

// Put adds a value.
func (q *Queue[T]) Put(v T) {
	q.mu.Lock()
	q.items = append(q.items, v)
	q.mu.Unlock()
	q.signal()
}

func (q *Queue[T]) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Take waits for the next value; ok is false when ctx has ended.
func (q *Queue[T]) Take(ctx context.Context) (v T, ok bool) {
	for {
		if ctx.Err() != nil {
			return v, false
		}
		q.mu.Lock()
		if len(q.items) > 0 {
			v, q.items = q.items[0], q.items[1:]
			more := len(q.items) > 0
			q.mu.Unlock()
			if more {
				q.signal() // for the next goroutine
			}
			return v, true
		}
		q.mu.Unlock()
		select {
		case <-q.wake:
		case <-ctx.Done():
			return v, false
		}
	}
}
