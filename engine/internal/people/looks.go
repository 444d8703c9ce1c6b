package people

import (
	"context"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
)

// Bounds of looks at forms whose conditions are computed: whoever has a link can ask
// for them, as often as they like and with what takes long.
const (
	mostLooks    = 4 // computed at once
	looksOfForm  = 2 // of them those of one form, whoever asks
	waitLook     = 6 * time.Second
	waitOfPerson = 3 // looks of one person that wait, beside the one that is computed
	waitOfForm   = 16
	mostWait     = 48
)

// looks shares out the computing of conditions: one look at a time for one person, a part
// of them for one form, and who had a look longest ago comes first. So nobody waits behind
// one who asks again and again.
type looks struct {
	mu      sync.Mutex
	has     []look
	waiting []*lookWaiter     // in the order they came
	served  uint64            // counts looks
	last    map[string]uint64 // by person, the number of their last one
}

// look is of one look: of whom, at which form.
type look struct{ person, form string }

type lookWaiter struct {
	look
	come chan struct{} // closed when it has its look
}

// take waits for a look, which leave ends. Code engine.busy.
func (t *looks) take(ctx context.Context, of look) (leave func(), err error) {
	w := &lookWaiter{of, make(chan struct{})}
	t.mu.Lock()
	ofPerson, ofForm := 0, 0
	for _, x := range t.waiting {
		if x.person == of.person {
			ofPerson++
		}
		if x.form == of.form {
			ofForm++
		}
	}
	if ofPerson >= waitOfPerson || ofForm >= waitOfForm || len(t.waiting) >= mostWait {
		t.mu.Unlock()
		return nil, errBusy()
	}
	t.waiting = append(t.waiting, w)
	t.next()
	t.mu.Unlock()
	leave = sync.OnceFunc(func() { t.end(of) })
	timer := time.NewTimer(waitLook)
	defer timer.Stop()
	select {
	case <-w.come:
		return leave, nil
	case <-timer.C:
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.waiting, w)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 { // it came at the last moment
		return leave, nil
	}
	return nil, errBusy()
}

// end gives a look back.
func (t *looks) end(of look) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.has, of)
	t.has = slices.Delete(t.has, i, i+1)
	t.next()
}

// next gives looks to those who wait, as far as there are any for them.
func (t *looks) next() {
	for {
		best := -1
		for i, w := range t.waiting {
			if t.may(w.look) && (best < 0 || t.last[w.person] < t.last[t.waiting[best].person]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		w := t.waiting[best]
		t.waiting = slices.Delete(t.waiting, best, best+1)
		t.has = append(t.has, w.look)
		if t.last == nil || len(t.last) >= 4096 { // without it they are equal for once
			t.last = map[string]uint64{}
		}
		t.served++
		t.last[w.person] = t.served
		close(w.come)
	}
}

// may reports whether there is a look for one who waits.
func (t *looks) may(of look) bool {
	if len(t.has) >= mostLooks {
		return false
	}
	n := 0
	for _, x := range t.has {
		if x.person == of.person {
			return false
		}
		if x.form == of.form {
			n++
		}
	}
	return n < looksOfForm
}

func errBusy() error {
	return fault.New("engine.busy", "Sluice is busy", "Nothing was decided. Try again in a few seconds.")
}
