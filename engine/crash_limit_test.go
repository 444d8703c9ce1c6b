package engine

import (
	"errors"
	"fmt"
	"testing"

	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// TestCrashUnderLimits lets the process die before and after each commit of runs
// that hold each other up by limits, keep results and delete values after use.
// All of them end, no slot stays taken, and what was to be erased is.
func TestCrashUnderLimits(t *testing.T) {
	dead := errors.New("the process is dead")
	step := 1
	if testing.Short() {
		step = 4
	}
	retry := `"retry":{"constant":{"attempts":2,"seconds":0}}`
	flow := []byte(fmt.Sprintf(`{"summary":"Limited","value":{"concurrent_limit":1,"concurrency_key":"one","same_worker":true,"modules":[
		{"id":"a","value":{"type":"rawscript","language":"bash","content":"a","concurrent_limit":1,"input_transforms":{}},"delete_after_use":true,%s},
		%s]}}`, retry, script("b", `|"cache_ttl":600,`+retry)))
	for _, when := range []bool{true, false} {
		for n := 1; ; n += step {
			f := newFixture(t)
			f.world.Script("a", instant)
			f.world.Script("b", instant)
			hit := make(chan bool)
			f.openWith(func(before bool, commit int) error {
				if commit < n || commit == n && before && !when {
					return nil
				}
				if commit == n && before == when {
					close(hit)
				}
				return dead
			})
			var ids []run.ID
			for range 3 {
				if id, err := f.Start(bg, run.Request{Flow: flow}); err == nil {
					ids = append(ids, id)
				}
			}
			// Only the last entry matters: the runs end one after the other.
			for _, err := range f.Watch(contextUntil(hit), 0) {
				if err != nil || f.allDone() {
					break
				}
			}
			f.untilErased(hit)
			reached := isClosed(hit)
			f.crash()
			f.open()
			for _, id := range ids {
				if s := f.untilDone(id); s.Outcome != run.Succeeded {
					t.Errorf("the run %s: %v", s.Outcome, f.events(id))
				}
			}
			runs, err := f.Runs(bg, Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range runs { // also one whose start was not answered
				f.untilDone(s.ID)
			}
			f.untilErased(nil)
			var taken, held int
			err = f.do(bg, func(t *turn) error {
				held = len(t.e.held)
				for _, key := range []string{"key:one", "code:" + shortHash("bash", "a")} {
					n, _, err := t.tx.CountSlots(sqlite.Slot{Key: key}, t.now.UnixNano())
					if err != nil {
						return err
					}
					taken += n
				}
				return nil
			})
			if err != nil || taken != 0 || held != 0 {
				t.Errorf("%d slots are taken, %d keys hold something, %v", taken, held, err)
			}
			f.check()
			f.stop()
			if t.Failed() {
				t.Fatalf("before=%v commit %d", when, n)
			}
			if !reached {
				if n < 8 {
					t.Errorf("the walk took only %d commits", n-1)
				}
				break
			}
		}
	}
}

// allDone reports whether every run is over.
func (f *fixture) allDone() bool {
	open, err := f.Runs(bg, Filter{Open: true, Limit: 1})
	return err != nil || len(open) == 0
}

// untilErased waits until every erasure was carried out, or stop is closed.
func (f *fixture) untilErased(stop <-chan bool) {
	f.t.Helper()
	for !isClosed(stop) {
		_, ahead, err := f.db.NextErasure()
		if err != nil {
			f.t.Error(err)
		}
		if err != nil || !ahead {
			return
		}
		f.settle()
	}
}
