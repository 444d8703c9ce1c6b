package engine

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// The writer notes deadlines after its commits: it must not wait for the timers while
// they read the next deadline from a disk that does not answer.
func TestTheWriterWaitsForNoTimersRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Script("a", instant)
		f.world.Script("b", instant)
		id := f.start(script("a", ""), script("b", `|"sleep":{"type":"static","value":3600}`))
		f.until(id, "asleep", func(s run.Summary) bool { return s.Status == run.StatusSleeping })
		release, held := make(chan bool), make(chan error)
		const readers = 16 // more than there are connections to read by
		for range readers {
			go func() { held <- f.db.Snapshot(func(sqlite.View) error { <-release; return nil }) }()
		}
		synctest.Wait()
		read := make(chan error)
		go func() {
			_, err := f.Engine.clock.ReadNext()
			read <- err
		}()
		synctest.Wait()
		select {
		case err := <-read:
			t.Fatalf("the deadline was read, %v: this test is none", err)
		default:
		}
		soon := time.Now().Add(time.Minute).UTC()
		if err := f.writer.Do(bg, func(tx *writer.Tx) error { tx.After(func() { f.Engine.clock.Note(soon) }); return nil }); err != nil {
			t.Error(err)
		}
		close(release)
		for range readers {
			if err := <-held; err != nil {
				t.Error(err)
			}
		}
		if err := <-read; err != nil {
			t.Error(err)
		}
		if wait := f.Engine.clock.Until(time.Now().Add(45 * time.Second)); wait > 15*time.Second {
			t.Errorf("the deadline that was set meanwhile is forgotten: the next is in %s", wait)
		}
		f.stop()
	})
}

// A timer that becomes due between two looks at the clock is fired by the next look,
// and is no trouble of the others.
func TestTimersThatBecomeDueInBetween(t *testing.T) {
	f := newFixture(t)
	var steps atomic.Int64
	f.cfg.wall = func() time.Time { // each look finds it a little later
		return time.Unix(2_000_000_000, 0).Add(time.Duration(steps.Add(1)) * 7 * time.Millisecond)
	}
	f.open()
	var ids []run.ID
	for range 20 {
		ids = append(ids, f.start(script("a", `|"suspend":{"required_events":1,"timeout":1}`), script("b", "")))
	}
	for over := false; !over; {
		if _, err := f.Engine.clock.FireDue(bg); err != nil {
			t.Fatal(err)
		}
		over = true
		for _, id := range ids {
			s, err := f.Engine.Run(bg, id)
			if err != nil {
				t.Fatal(err)
			}
			over = over && s.Status == run.StatusDone
		}
	}
	f.check()
	f.stop()
}
