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
func TestAdmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAdmission()
		var mu sync.Mutex
		var order []int
		var inside, most int
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				time.Sleep(time.Duration(i)) // they come one after another
				leave, err := a.enter(t.Context())
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
		if !a.places.TryAcquire(int64(atOnce)) {
			t.Error("places are taken at the end")
		}
	})
}

// Jobs that take long do not keep others out, and one that gives up takes no
// place with it.
func TestAdmissionAndLongJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAdmission()
		var leaves []func()
		for range atOnce {
			leave, err := a.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		impatient, cancel := context.WithTimeout(t.Context(), lightJob/2)
		defer cancel()
		if _, err := a.enter(impatient); err == nil {
			t.Error("more were let in than there are places")
		}
		start := time.Now()
		for range 3 * atOnce { // each has its own while, and none waits for the long ones to end
			leave, err := a.enter(t.Context())
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
		if !a.places.TryAcquire(int64(atOnce)) {
			t.Error("places are taken at the end")
		}
	})
}
