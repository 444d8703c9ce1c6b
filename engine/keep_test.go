package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
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
		f.try(f.Retain(bg, flow.Retention{Succeeded: 60, Others: 60}))
		synctest.Wait()
		if _, err := f.Engine.Run(bg, old[0]); err != nil {
			t.Errorf("before its time: %v", err)
		}
		f.try(f.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}))
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
		if kept, err := f.Retention(bg); err != nil || kept != (flow.Retention{Succeeded: 30, Others: 30}) {
			t.Errorf("kept for %+v days, %v", kept, err)
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
		f.try(f.Retain(bg, flow.Retention{Succeeded: 0, Others: 0}))
		last := f.start(script("same", ""))
		f.untilDone(last)
		f.clock.jump(4000 * 24 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, last); err != nil {
			t.Errorf("kept for ever: %v", err)
		}
		if err := f.Retain(bg, flow.Retention{Succeeded: -1, Others: -1}); !fault.HasCode(err, "settings.days") {
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
		f.try(f.Retain(bg, flow.Retention{Succeeded: 1, Others: 1}))
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

// How a run ended says for how long it is kept, and a flow may say otherwise for its own.
func TestRunsAreKeptByHowTheyEndedAndByTheirFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.world.Script("bad", func(context.Context, run.Job) (any, error) { return nil, errors.New("no") })
		of := func(days string, steps ...string) json.RawMessage {
			doc := flowOf(steps...)
			if days == "" {
				return doc
			}
			return json.RawMessage(strings.Replace(string(doc), `{`, `{"x-sluice":{"other":1,"retention_days":`+days+`},`, 1))
		}
		f.saveFlow("f/x/plain", script("a", ""))
		f.try(f.SaveFlow(bg, "f/x/own", of(`{"succeeded":100}`, script("a", ""))))
		f.try(f.SaveFlow(bg, "f/x/ever", of(`{"succeeded":0}`, script("a", ""))))
		f.try(f.SaveFlow(bg, "f/x/slip", of(`"30 days"`, script("a", ""))))
		f.try(f.SaveFlow(bg, "f/x/changed", of(`{"succeeded":0}`, script("a", ""))))
		f.try(f.SaveFlow(bg, "f/x/gone", of(`{"succeeded":5}`, script("a", ""))))
		started := func(path string, doc json.RawMessage) run.ID {
			t.Helper()
			begun, err := f.Start(bg, run.Request{Path: path, Flow: doc})
			f.try(err)
			f.untilDone(begun.ID)
			return begun.ID
		}
		runs := map[string]run.ID{}
		for _, path := range []string{"f/x/plain", "f/x/own", "f/x/ever", "f/x/slip", "f/x/changed", "f/x/gone"} {
			stored, err := f.Flow(bg, path)
			f.try(err)
			runs[path] = started(path, stored.JSON)
		}
		runs["failed"] = started("", of("", script("bad", "")))
		runs["own failed"] = started("", of(`{"others":3}`, script("bad", "")))
		f.try(f.SaveFlow(bg, "f/x/changed", of("", script("a", ""))))
		f.try(f.DeleteFlow(bg, "f/x/gone"))
		f.untilDone(f.start(script("a", ""))) // the newest stays anyhow
		for _, at := range []struct {
			days int
			gone string
		}{
			{4, "own failed"}, {6, "f/x/gone"}, {11, "f/x/changed f/x/plain"}, {50, ""}, {61, "failed"}, {101, "f/x/own"}, {4000, ""},
		} {
			f.clock.jump(time.Duration(at.days)*24*time.Hour - f.ahead())
			f.try(f.Retain(bg, flow.Retention{Succeeded: 10, Others: 60}))
			time.Sleep(time.Minute)
			synctest.Wait()
			var gone []string
			for name, id := range runs {
				if _, err := f.Engine.Run(bg, id); fault.HasCode(err, "run.unknown") {
					gone = append(gone, name)
					delete(runs, name)
				}
			}
			slices.Sort(gone)
			if got := strings.Join(gone, " "); got != at.gone {
				t.Errorf("after %d days %q went, not %q", at.days, got, at.gone)
			}
		}
		f.check()
		f.stop()
	})
}

// ahead is how far the clock was set.
func (f *fixture) ahead() time.Duration { return time.Duration(f.clock.ahead.Load()) }

// What an open request came from, and what its run started, is its trail: it stays, by
// however many runs it is away.
func TestTheTrailOfAnOpenRequestStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		by := func(starter run.ID, steps ...string) run.ID {
			t.Helper()
			req := run.Request{Flow: flowOf(steps...)}
			if starter != "" {
				req.Trigger = run.Trigger{Kind: "api", By: run.ByScript + string(starter)}
			}
			begun, err := f.Start(bg, req)
			f.try(err)
			return begun.ID
		}
		done := func(id run.ID) run.ID { f.untilDone(id); return id }
		wait := `|"suspend":{"required_events":1,"timeout":864000000}`
		grandparent := done(by("", script("a", "")))
		parent := done(by(grandparent, script("a", "")))
		open := by(parent, script("a", wait))
		f.untilWaiting(open)
		child := done(by(open, script("a", "")))
		grandchild := done(by(child, script("a", "")))
		aunt := done(by(grandparent, script("a", "")))
		done(by("", script("a", "")))

		f.clock.jump(400 * 24 * time.Hour)
		f.try(f.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}))
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, id := range []run.ID{grandparent, parent, open, child, grandchild} {
			if _, err := f.Engine.Run(bg, id); err != nil {
				t.Errorf("run %s: %v", id, err)
			}
		}
		if _, err := f.Engine.Run(bg, aunt); !fault.HasCode(err, "run.unknown") {
			t.Errorf("what the open run did not start: %v", err)
		}
		f.try(f.Decide(bg, run.Decision{Run: open, Step: "a", Approve: true}))
		done(open)
		done(by("", script("a", "")))
		f.clock.jump(31 * 24 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		for _, id := range []run.ID{grandparent, parent, open, child, grandchild} {
			if _, err := f.Engine.Run(bg, id); !fault.HasCode(err, "run.unknown") {
				t.Errorf("once it is over, run %s: %v", id, err)
			}
		}
		f.check()
		f.stop()
	})
}

// The file becomes smaller when runs go, a new one and one from before; a version that no
// run has is emptied, and stored again when one is started with it.
func TestTheFileBecomesSmaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		path := filepath.Join(f.cfg.Dir, datadir.FileName)
		input := func() json.RawMessage {
			return json.RawMessage(`{"x":"` + strings.Repeat(journal.NewID(), 10_000) + `"}`)
		}
		often := flowOf(script("a", ""))
		for range 20 {
			begun, err := f.Start(bg, run.Request{Flow: often, Input: input()})
			f.try(err)
			f.untilDone(begun.ID)
		}
		f.untilDone(f.start(script("a", "|\"summary\":\"newest\"")))
		f.stop()
		before, err := os.Stat(path)
		f.try(err)
		f.clock.jump(40 * 24 * time.Hour)
		f.open()
		f.try(f.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}))
		time.Sleep(time.Minute)
		synctest.Wait()
		f.check()
		f.stop()
		after, err := os.Stat(path)
		f.try(err)
		if after.Size() > before.Size()/3 {
			t.Errorf("%d bytes before, %d after", before.Size(), after.Size())
		}
		var emptied int64
		f.try(f.readNumber(`SELECT COUNT(*) FROM flow_version WHERE length(data) = 0`, &emptied))
		f.open()
		begun, err := f.Start(bg, run.Request{Flow: often})
		f.try(err)
		f.untilDone(begun.ID)
		f.check()
		f.stop()
		if emptied != 1 {
			t.Errorf("%d versions were emptied", emptied)
		}
	})
}

// Files beside the runs go: logs in their own time, and what a kill left of runs that are
// gone. What is young, or not ours, stays.
func TestFilesOfRunsGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Outbox = filepath.Join(f.cfg.Dir, "outbox")
		f.open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		put := func(parts ...string) string {
			t.Helper()
			name := filepath.Join(append([]string{f.cfg.Dir}, parts...)...)
			f.try(errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte("said"), 0o600)))
			return name
		}
		stays := func(name string, want bool) {
			t.Helper()
			if _, err := os.Stat(name); (err == nil) != want {
				t.Errorf("%s is there: %v, %v", name, err == nil, err)
			}
		}
		done, open := f.start(script("a", "")), f.start(script("a", `|"suspend":{"required_events":1,"timeout":864000000}`))
		f.untilDone(done)
		f.untilWaiting(open)
		of := func(id string) string { return put("logs", id, "a.1.log") }
		ended, waits := of(string(done)), of(string(open))
		// Ids that are made one after the other do not follow a clock that went back.
		new := func() string {
			return fmt.Sprintf("%08x-%04x-7000-8000-%012x", uint64(time.Now().UnixMilli())>>16, uint16(time.Now().UnixMilli()), time.Now().Nanosecond())
		}
		orphan := of(new())
		day := f.clock.now().UTC().Format("20060102T150405.000Z")
		mail := put("outbox", day+"-"+journal.NewID()+".eml")
		other := []string{put("outbox", "notes.txt"), put("outbox", day+"-letter.eml"), put("logs", "mine", "x.log")}

		time.Sleep(8 * 24 * time.Hour)
		young := of(new())
		f.try(f.Retain(bg, flow.Retention{Logs: 7}))
		synctest.Wait()
		stays(ended, false)
		stays(waits, true)
		stays(orphan, false)
		stays(mail, false)
		stays(young, true)
		time.Sleep(8 * 24 * time.Hour) // it looks again by itself
		synctest.Wait()
		stays(young, false)
		stays(waits, true)
		for _, name := range other {
			stays(name, true)
		}
		if _, err := f.Engine.Run(bg, done); err != nil {
			t.Errorf("the run of logs that went: %v", err)
		}
		f.check()
		f.stop()
	})
}
