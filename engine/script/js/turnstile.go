package js

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// turnstile lets in as many jobs at once as the processors can do. A job that is
// still at it after a while probably waits for something, or has much to do: it
// no longer counts, and another is let in. So many light jobs share few workers,
// whose memory stays in the processors' caches, and no job waits long for
// another. The first come are the first let in.
type turnstile struct {
	mu      sync.Mutex
	inside  int
	waiting []chan struct{}
}

// lightJob is how long a job counts.
const lightJob = 10 * time.Millisecond

// atOnce is two for each processor: while one job's result is on its way, another
// runs.
var atOnce = 2 * runtime.NumCPU()

// enter waits for its turn, or for the end of ctx. The returned function says
// that the job is over.
func (s *turnstile) enter(ctx context.Context) (leave func(), err error) {
	s.mu.Lock()
	if s.inside < atOnce && len(s.waiting) == 0 {
		s.inside++
		s.mu.Unlock()
	} else {
		turn := make(chan struct{})
		s.waiting = append(s.waiting, turn)
		s.mu.Unlock()
		select {
		case <-turn:
		case <-ctx.Done():
			if !s.giveUp(turn) {
				s.next() // it was let in at the same moment
			}
			return nil, ctx.Err()
		}
	}
	once := sync.OnceFunc(s.next)
	timer := time.AfterFunc(lightJob, once)
	return func() {
		timer.Stop()
		once()
	}, nil
}

// next passes a place on, or frees it.
func (s *turnstile) next() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		s.inside--
		return
	}
	close(s.waiting[0])
	s.waiting = s.waiting[1:]
}

// giveUp takes back a wait. It reports false if the turn came already.
func (s *turnstile) giveUp(turn chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, w := range s.waiting {
		if w == turn {
			s.waiting = append(s.waiting[:i:i], s.waiting[i+1:]...)
			return true
		}
	}
	return false
}
