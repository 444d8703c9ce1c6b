package engine

import (
	"context"
	"sync"
)

// queue hands values from the loop, which must never wait, to goroutines that
// do. It has no bound of its own: what is in it lies in the journal, too.
type queue[T any] struct {
	mu    sync.Mutex
	items []T
	wake  chan struct{} // holds a token while there may be items
}

func newQueue[T any]() *queue[T] { return &queue[T]{wake: make(chan struct{}, 1)} }

func (q *queue[T]) put(v T) {
	q.mu.Lock()
	q.items = append(q.items, v)
	q.mu.Unlock()
	q.signal()
}

func (q *queue[T]) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take waits for the next value; ok is false when ctx has ended.
func (q *queue[T]) take(ctx context.Context) (v T, ok bool) {
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
