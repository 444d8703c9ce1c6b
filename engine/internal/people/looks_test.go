package people

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
)

// Of those who wait, who had a look longest ago comes first, and never two of one person
// have one at once.
func TestLooksGoRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all looks
		var mu sync.Mutex // of order
		var order []string
		note := func(text string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, text)
		}
		take := func(person, form string) {
			leave, err := all.take(t.Context(), look{person, form})
			if err != nil {
				note(person + " busy")
				return
			}
			note(person)
			mu.Lock()
			long := time.Second + time.Duration(len(order))*10*time.Millisecond // no two end at once
			mu.Unlock()
			time.Sleep(long)
			leave()
		}
		for _, person := range []string{"eve", "eve", "eve", "mal", "mal", "ann"} {
			go take(person, "form")
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if got := fmt.Sprint(order); got != "[eve mal ann eve mal eve]" {
			t.Errorf("they came as %s", got)
		}
		all.mu.Lock()
		defer all.mu.Unlock()
		if len(all.has)+len(all.waiting) > 0 {
			t.Errorf("looks are left: %+v", all.has)
		}
	})
}

// What waits is bounded, for each and in all, and so is how long.
func TestLooksAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all looks
		leave, err := all.take(t.Context(), look{"eve", "form"})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		told := make(chan error, 10)
		for range 10 {
			go func() {
				_, err := all.take(t.Context(), look{"eve", "form"})
				told <- err
			}()
		}
		for n := range 10 {
			if err := <-told; !fault.HasCode(err, "engine.busy") {
				t.Error(err)
			}
			if n == 10-waitOfPerson-1 && time.Since(begun) > 0 {
				t.Error("more wait than may")
			}
		}
		if time.Since(begun) != waitLook {
			t.Errorf("they waited for %v", time.Since(begun))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := all.take(ctx, look{"eve", "form"}); !fault.HasCode(err, "engine.busy") {
			t.Errorf("one who went away: %v", err)
		}
		other, err := all.take(t.Context(), look{"ann", "other"})
		if err != nil {
			t.Error(err)
		}
		other()
		leave()
		all.mu.Lock()
		defer all.mu.Unlock()
		if len(all.has)+len(all.waiting) > 0 {
			t.Errorf("looks are left: %+v %+v", all.has, all.waiting)
		}
	})
}
