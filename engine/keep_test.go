package engine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// Runs that ended long ago go, with their journals, values, links and logs; what is open,
// young, still to be sent, or named by another run stays.
func TestOldRunsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.open()
		f.world.Quiet = true
		large := strings.Repeat("a large value ", 3000)
		f.world.Script("same", func(context.Context, run.Job) (any, error) { return large, nil })
		f.world.Script("own", func(_ context.Context, j run.Job) (any, error) { return large + string(j.Run), nil })
		old := []run.ID{f.start(script("same", ""), script("own", "")), f.start(script("same", gate1))}
		f.untilDone(old[0])
		f.untilWaiting(old[1])
		secret := f.link(old[1], "same", "dana@acme.example")
		f.try(f.Decide(bg, run.Decision{Run: old[1], Step: "same", Approve: true}))
		f.untilDone(old[1])
		logs := filepath.Join(f.cfg.Dir, "logs", string(old[0]))
		f.try(errors.Join(os.MkdirAll(logs, 0o700), os.WriteFile(filepath.Join(logs, "own.1.log"), []byte("said"), 0o600)))
		open := f.start(script("a", `|"suspend":{"required_events":1,"timeout":86400000}`))
		f.untilWaiting(open)
		if _, err := f.Approval(bg, secret); err != nil {
			t.Fatal(err)
		}

		f.clock.jump(40 * 24 * time.Hour)
		young := f.start(script("same", ""))
		f.untilDone(young)
		f.try(f.KeepRuns(bg, 60))
		synctest.Wait()
		if _, err := f.Engine.Run(bg, old[0]); err != nil {
			t.Errorf("before its time: %v", err)
		}
		f.try(f.KeepRuns(bg, 30))
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, id := range old {
			if _, err := f.Engine.Run(bg, id); !fault.HasCode(err, "run.unknown") {
				t.Errorf("run %s: %v", id, err)
			}
		}
		if _, err := os.Stat(logs); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("its logs: %v", err)
		}
		if _, err := f.Approval(bg, secret); !fault.HasCode(err, "link.unknown") {
			t.Errorf("its link: %v", err)
		}
		for _, id := range []run.ID{open, young} {
			if _, err := f.Engine.Run(bg, id); err != nil {
				t.Errorf("run %s went: %v", id, err)
			}
		}
		var kept string
		if err := json.Unmarshal([]byte(f.result(young, "same")), &kept); err != nil || kept != large {
			t.Errorf("a value that a young run names: %v, %d bytes", err, len(kept))
		}
		if days, err := f.KeptDays(bg); err != nil || days != 30 {
			t.Errorf("kept for %d days, %v", days, err)
		}
		f.check()
		f.stop()

		// What goes, goes at a start, too; and nothing goes while nothing is set.
		f.clock.jump(40 * 24 * time.Hour)
		f.open()
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, young); !fault.HasCode(err, "run.unknown") && err != nil {
			t.Errorf("the newest entry's run: %v", err)
		}
		if _, err := f.Engine.Run(bg, open); err != nil {
			t.Errorf("the open run went: %v", err)
		}
		f.try(f.KeepRuns(bg, 0))
		last := f.start(script("same", ""))
		f.untilDone(last)
		f.clock.jump(4000 * 24 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, last); err != nil {
			t.Errorf("kept for ever: %v", err)
		}
		if err := f.KeepRuns(bg, -1); !fault.HasCode(err, "settings.days") {
			t.Errorf("-1 days: %v", err)
		}
		f.check()
		f.stop()
	})
}

// A run that answers the repeat of a delivery stays as long as that may come.
func TestRunsOfDeliveriesStayWhileTheyAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.saveFlow("f/shop/order", script("a", ""))
		h := onOrder()
		h.RepeatFor = 3 * 24 * 3600
		_, o := f.saveHook(h)
		first := f.deliver(o, came("k", `{"n":1}`))
		f.untilDone(run.ID(first.Run))
		f.untilDone(f.start(script("a", ""))) // the newest run stays anyhow
		f.try(f.KeepRuns(bg, 1))
		f.clock.jump(50 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if r := f.deliver(o, came("k", `{"n":1}`)); r.Run != first.Run || !r.Repeated {
			t.Errorf("the repeat: %+v, first %+v", r, first)
		}
		f.clock.jump(24 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, run.ID(first.Run)); !fault.HasCode(err, "run.unknown") {
			t.Errorf("once no repeat is known: %v", err)
		}
		second := f.deliver(o, came("k", `{"n":1}`))
		if r := f.deliver(o, came("k", `{"n":1}`)); second.Repeated || r.Run != second.Run {
			t.Errorf("a new one: %+v, again %+v", second, r)
		}
		f.untilDone(run.ID(second.Run))
		f.check()
		f.stop()
	})
}
