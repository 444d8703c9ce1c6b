package engine

import (
	"fmt"
	"testing"

	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// TestCrashUnderLimits lets the process die in runs that hold each other up by
// limits, keep results and delete values after use. All of them end, no slot
// stays taken, and what was to be erased is.
func TestCrashUnderLimits(t *testing.T) {
	t.Parallel()
	retry := `"retry":{"constant":{"attempts":2,"seconds":0}}`
	flow := []byte(fmt.Sprintf(`{"summary":"Limited","value":{"concurrent_limit":1,"concurrency_key":"one","same_worker":true,"modules":[
		{"id":"a","value":{"type":"rawscript","language":"bash","content":"a","concurrent_limit":1,"input_transforms":{}},"delete_after_use":true,%s},
		%s]}}`, retry, script("b", `|"cache_ttl":600,`+retry)))
	var ids []run.ID
	crashTest{
		least: 8, short: 4,
		ready: func(f *fixture) {
			f.world.Script("a", instant)
			f.world.Script("b", instant)
		},
		walk: func(f *fixture, hit <-chan bool) {
			ids = nil
			for range 3 {
				if begun, err := f.Start(bg, run.Request{Flow: flow}); err == nil {
					id := begun.ID
					ids = append(ids, id)
				}
			}
			for _, err := range f.Watch(contextUntil(hit), 0) {
				if err != nil || f.allDone() {
					break
				}
			}
			f.untilErased(hit)
		},
		end: func(f *fixture) {
			for _, id := range ids {
				if s := f.untilDone(id); s.Outcome != run.Succeeded {
					f.t.Errorf("the run %s: %v", s.Outcome, f.events(id))
				}
			}
			runs, err := f.Runs(bg, Filter{})
			if err != nil {
				f.t.Fatal(err)
			}
			for _, s := range runs { // also one whose start was not answered
				f.untilDone(s.ID)
			}
			f.untilErased(nil)
			f.nothingHeld("key:one", "code:"+journal.ShortHash("bash", "a"))
		},
	}.run(t)
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
