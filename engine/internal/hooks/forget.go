package hooks

import (
	"context"
	"sync/atomic"

	"sluice/engine/internal/writer"
)

// Deliveries whose time is over are forgotten in the background, so that none that comes
// waits for it: after the first that came, and after so many more each time.
const (
	forgetEach = 256
	forgetMost = 100 // of one commit
)

// forgetting counts what came.
type forgetting struct{ came atomic.Int64 }

// due reports whether it is time to forget, when one has come.
func (f *forgetting) due() bool { return f.came.Add(1)%forgetEach == 1 }

// forgetOld forgets the deliveries whose time is over.
func (r *Receiver) forgetOld(ctx context.Context) {
	for n := int64(forgetMost); n == forgetMost && ctx.Err() == nil; {
		err := r.cfg.Writer.Do(ctx, func(tx *writer.Tx) (err error) {
			n, err = tx.ForgetDeliveries(tx.Now.UnixNano(), forgetMost)
			return err
		})
		if err != nil {
			if ctx.Err() == nil {
				r.cfg.Log.Warn("forget old deliveries", "err", err)
			}
			return
		}
	}
}
