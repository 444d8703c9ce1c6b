package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/run"
)

// Whoever knows that the computer has woken says so: nothing waits for the next look.
func TestWhatFellDueIsDealtWithWhenTheComputerWakes(t *testing.T) {
	scheduled(t, "2026-11-27T08:00:00Z", func(f *fixture) {
		f.try(f.SaveSchedule(bg, every("f/shop/nine", "0 0 9 * * *", "UTC", "f/shop/close")))
		id := f.start1()
		f.untilWaiting(id)
		synctest.Wait()
		before := time.Now()
		f.clock.jump(30 * 24 * time.Hour) // past the deadline of the request, too
		f.Woke()
		synctest.Wait()
		if runs := f.runsOf("f/shop/nine"); len(runs) != 1 {
			t.Errorf("%d runs of the schedule", len(runs))
		}
		s, err := f.Run(bg, id)
		if f.try(err); s.Status != run.StatusDone {
			t.Errorf("the request that expired is %s", s.Status)
		}
		if waited := time.Since(before); waited != 0 {
			t.Errorf("it took %v", waited)
		}
	})
}

func TestWhatStandsStillWithoutSluice(t *testing.T) {
	scheduled(t, "2026-11-27T08:00:00Z", func(f *fixture) {
		if s, err := f.Standstill(bg); err != nil || s != (Standstill{}) {
			t.Fatalf("%+v, %v", s, err)
		}
		id := f.start1()
		f.untilWaiting(id)
		for path, on := range map[string]bool{"f/shop/on": true, "f/shop/off": false} {
			s := every(path, "0 0 9 * * *", "UTC", "f/shop/close")
			s.Enabled = on
			f.try(f.SaveSchedule(bg, s))
		}
		f.try(f.PauseSchedules(bg, true))
		if s, err := f.Standstill(bg); err != nil || s != (Standstill{Waiting: 1, Schedules: 1, Paused: true}) {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// Only requests that were opened since are read.
func TestRequestsSince(t *testing.T) {
	scheduled(t, "2026-11-27T08:00:00Z", func(f *fixture) {
		old := f.start1()
		f.untilWaiting(old)
		awake(time.Second)
		first, err := f.Approvals(bg, 0)
		f.try(err)
		next := f.start1()
		f.untilWaiting(next)
		for _, tt := range []struct {
			since time.Time
			want  []run.ID
		}{{first[0].Opened, []run.ID{old, next}}, {first[0].Opened.Add(1), []run.ID{next}}, {first[0].Opened.Add(time.Hour), nil}} {
			got, err := f.ApprovalsSince(bg, tt.since, 10)
			f.try(err)
			var ids []run.ID
			for _, a := range got {
				ids = append(ids, a.Run)
			}
			f.diff("requests", tt.want, ids)
		}
	})
}
