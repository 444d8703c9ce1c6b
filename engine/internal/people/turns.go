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
	mostTurns    = 4 // computed at once
	turnsOfForm  = 2 // of them those of one form, whoever asks
	waitTurn     = 6 * time.Second
	waitOfPerson = 3 // looks of one person that wait, beside the one that is computed
	waitOfForm   = 16
	mostWait     = 48
)

// turns shares out the computing of conditions: one look at a time for one person, a part
// of them for one form, and who had a turn longest ago comes first. So nobody waits behind
// one who asks again and again.
type turns struct {
	mu      sync.Mutex
	has     []turn
	waiting []*turnWaiter     // in the order they came
	served  uint64            // counts turns
	last    map[string]uint64 // by person, the number of their last one
}

// turn is of one look: of whom, at which form.
type turn struct{ person, form string }

type turnWaiter struct {
	turn
	come chan struct{} // closed when it has its turn
}

// take waits for a turn, which leave ends. Code engine.busy.
func (t *turns) take(ctx context.Context, of turn) (leave func(), err error) {
	w := &turnWaiter{of, make(chan struct{})}
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
	timer := time.NewTimer(waitTurn)
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

// end gives a turn back.
func (t *turns) end(of turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.has, of)
	t.has = slices.Delete(t.has, i, i+1)
	t.next()
}

// next gives turns to those who wait, as far as there are any for them.
func (t *turns) next() {
	for {
		best := -1
		for i, w := range t.waiting {
			if t.may(w.turn) && (best < 0 || t.last[w.person] < t.last[t.waiting[best].person]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		w := t.waiting[best]
		t.waiting = slices.Delete(t.waiting, best, best+1)
		t.has = append(t.has, w.turn)
		if t.last == nil || len(t.last) >= 4096 { // without it they are equal for once
			t.last = map[string]uint64{}
		}
		t.served++
		t.last[w.person] = t.served
		close(w.come)
	}
}

// may reports whether there is a turn for one who waits.
func (t *turns) may(of turn) bool {
	if len(t.has) >= mostTurns {
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
	return n < turnsOfForm
}

func errBusy() error {
	return fault.New("engine.busy", "Sluice is busy", "Nothing was decided. Try again in a few seconds.")
}
