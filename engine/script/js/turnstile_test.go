package js

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// While light jobs come and go, no more are inside than there are places, and
// they are let in as they came.
func TestTurnstile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s turnstile
		var mu sync.Mutex
		var order []int
		var inside, most int
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				time.Sleep(time.Duration(i)) // they come one after another
				leave, err := s.enter(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, i)
				inside++
				most = max(most, inside)
				mu.Unlock()
				time.Sleep(lightJob / 2)
				mu.Lock()
				inside--
				mu.Unlock()
				leave()
			})
			synctest.Wait()
		}
		all.Wait()
		for i, n := range order {
			if i != n {
				t.Fatalf("they were let in as %v", order)
			}
		}
		if len(order) != 20 || most != atOnce {
			t.Errorf("%d were let in, at most %d at once", len(order), most)
		}
		if s.inside != 0 {
			t.Errorf("%d places are taken at the end", s.inside)
		}
	})
}

// Jobs that take long do not keep others out, and one that gives up takes no
// place with it.
func TestTurnstileAndLongJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s turnstile
		var leaves []func()
		for range atOnce {
			leave, err := s.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		impatient, cancel := context.WithTimeout(t.Context(), lightJob/2)
		defer cancel()
		if _, err := s.enter(impatient); err == nil {
			t.Error("more were let in than there are places")
		}
		start := time.Now()
		for range 3 * atOnce { // each has its own while, and none waits for the long ones to end
			leave, err := s.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		if waited := time.Since(start); waited != 3*lightJob-lightJob/2 {
			t.Errorf("the last waited %s", waited)
		}
		for _, leave := range leaves {
			leave()
		}
		synctest.Wait()
		if s.inside != 0 || len(s.waiting) != 0 {
			t.Errorf("%d inside, %d waiting at the end", s.inside, len(s.waiting))
		}
	})
}
