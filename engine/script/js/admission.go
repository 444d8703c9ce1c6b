package js

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// admission lets in as many jobs at once as the processors can do. A job that is
// still at it after a while probably waits for something, or has much to do: it
// no longer counts, and another is let in. So many light jobs share few workers,
// whose memory stays in the processors' caches, and no job waits long for
// another. The first come are the first let in.
type admission struct{ places *semaphore.Weighted }

func newAdmission() admission { return admission{semaphore.NewWeighted(int64(atOnce))} }

// lightJob is how long a job counts.
const lightJob = 10 * time.Millisecond

// atOnce is two for each processor: while one job's result is on its way, another
// runs.
var atOnce = 2 * runtime.NumCPU()

// enter waits for a place, or for the end of ctx. The returned function says
// that the job is over.
func (a admission) enter(ctx context.Context) (leave func(), err error) {
	if err := a.places.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	release := sync.OnceFunc(func() { a.places.Release(1) })
	timer := time.AfterFunc(lightJob, release)
	return func() {
		timer.Stop()
		release()
	}, nil
}
