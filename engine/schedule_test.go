package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// every is a schedule of a flow that is saved before.
func every(path, cron, zone, target string) schedule.Schedule {
	return schedule.Schedule{Path: path, Cron: cron, Zone: zone, Target: target, IsFlow: true, Enabled: true}
}

// saveFlow puts a flow of one step into the library.
func (f *fixture) saveFlow(path string, modules ...string) {
	f.t.Helper()
	f.try(f.SaveFlow(bg, path, flowOf(modules...)))
}

// at sets the clock on the wall.
func (f *fixture) at(text string) {
	f.t.Helper()
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		f.t.Fatal(err)
	}
	f.clock.jump(t.Sub(f.clock.now()))
}

// sleep lets the computer sleep: the clock on the wall goes on, and no timer does.
func (f *fixture) sleep(d time.Duration) {
	f.clock.jump(d)
	time.Sleep(wakeAtLeast + time.Minute + time.Second)
	synctest.Wait()
}

// awake lets time pass.
func awake(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// fires lists what became of a schedule's times, oldest first: "09:00 ended".
func (f *fixture) fires(path string) (out []string) {
	f.t.Helper()
	fires, err := f.Fires(bg, path, 1000)
	f.try(err)
	for _, x := range slices.Backward(fires) {
		line := x.Due.UTC().Format("Mon 15:04") + " " + string(x.What)
		if x.Left > 0 {
			line += fmt.Sprintf(" (%d left out)", x.Left)
		}
		out = append(out, line)
	}
	return out
}

// runsOf lists the runs that a schedule started.
func (f *fixture) runsOf(path string) (out []run.Summary) {
	f.t.Helper()
	all, err := f.Runs(bg, Filter{})
	f.try(err)
	for _, r := range slices.Backward(all) {
		if r.Trigger.Kind == run.TriggerSchedule && r.Trigger.By == path {
			out = append(out, r)
		}
	}
	return out
}

// scheduled runs a test with a virtual clock, a real file and a flow f/shop/close of one
// step.
func scheduled(t *testing.T, at string, test func(f *fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.at(at)
		f.open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.saveFlow("f/shop/close", script("a", ""))
		test(f)
		synctest.Wait()
		f.check()
		f.stop()
	})
}

// A schedule starts its flow at its times, once each. The flow and its steps know when it
// was due.
func TestAScheduleStartsItsFlow(t *testing.T) {
	scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
		var env atomic.Pointer[map[string]string]
		f.world.Script("b", func(_ context.Context, j run.Job) (any, error) {
			env.Store(&j.Env)
			return j.Args, nil
		})
		f.try(f.SaveFlow(bg, "f/shop/told", json.RawMessage(`{"summary":"","schema":{"type":"object","properties":{"scheduled_at":{"type":"string"},"n":{"type":"number"}}},"value":{"modules":[`+
			script("b", `"at":{"type":"javascript","expr":"flow_input"}`)+`]}}`)))
		f.world.Expr("flow_input", func(lookup func(string) (json.RawMessage, error)) (any, error) {
			raw, err := lookup("flow_input")
			return raw, err
		})
		s := every("f/shop/nine", "0 0 9 * * *", "UTC", "f/shop/told")
		s.Args = json.RawMessage(`{"n":3}`)
		f.try(f.SaveSchedule(bg, s))
		st, err := f.Schedule(bg, "f/shop/nine")
		if f.try(err); st.Next.UTC().Format(time.RFC3339) != "2026-11-27T09:00:00Z" {
			t.Errorf("it is due at %v", st.Next)
		}
		awake(time.Minute)
		f.diff("fires", []string{"Fri 09:00 ended"}, f.fires("f/shop/nine"))
		runs := f.runsOf("f/shop/nine")
		if len(runs) != 1 || runs[0].Outcome != run.Succeeded {
			t.Fatalf("runs: %+v", runs)
		}
		f.diff("result", `{"at":{"n":3,"scheduled_at":"2026-11-27T09:00:00Z"}}`, f.result(runs[0].ID, "b"))
		if env := *env.Load(); env["WM_SCHEDULED_FOR"] != "2026-11-27T09:00:00Z" || env["WM_SCHEDULE_PATH"] != "f/shop/nine" {
			t.Errorf("the step sees %q, %q", env["WM_SCHEDULED_FOR"], env["WM_SCHEDULE_PATH"])
		}
		awake(48 * time.Hour)
		f.diff("fires", []string{"Fri 09:00 ended", "Sat 09:00 ended", "Sun 09:00 ended"}, f.fires("f/shop/nine"))
	})
}

// What fell due while the computer slept, or while Sluice was off, is made up for as the
// schedule says: the latest once, not at all, or all of it; and not what is older than it
// says.
func TestWhatWasMissed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		missed schedule.Missed
		age    time.Duration
		away   time.Duration
		want   []string
	}{
		{"the latest once", schedule.MissedLatest, 0, 4 * 24 * time.Hour, []string{"Tue 09:00 ended (3 left out)"}},
		{"the latest, which is too old", schedule.MissedLatest, time.Hour, 4*24*time.Hour + 8*time.Hour, []string{"Sat 09:00 missed (3 left out)"}},
		{"left out", schedule.MissedSkip, 0, 4 * 24 * time.Hour, []string{"Sat 09:00 missed (3 left out)"}},
		{"all", schedule.MissedAll, 0, 4 * 24 * time.Hour, []string{"Sat 09:00 ended", "Sun 09:00 ended", "Mon 09:00 ended", "Tue 09:00 ended"}},
		{"all that is young enough", schedule.MissedAll, 50 * time.Hour, 4 * 24 * time.Hour, []string{"Mon 09:00 ended (2 left out)", "Tue 09:00 ended"}},
		{"the latest after a month", schedule.MissedLatest, 0, 30 * 24 * time.Hour, []string{"Sun 09:00 ended (29 left out)"}},
	} {
		for _, asleep := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, asleep %v", tt.name, asleep), func(t *testing.T) {
				scheduled(t, "2026-11-27T12:00:00Z", func(f *fixture) {
					s := every("f/shop/nine", "0 0 9 * * *", "UTC", "f/shop/close")
					s.Own = schedule.Own{Missed: tt.missed, MaxAge: tt.age.Seconds()}
					f.try(f.SaveSchedule(bg, s))
					if asleep {
						f.sleep(tt.away)
					} else {
						f.stop()
						f.clock.jump(tt.away)
						f.open()
						awake(time.Minute)
					}
					f.diff("fires", tt.want, f.fires("f/shop/nine"))
					if n := f.ended(tt.want); len(f.runsOf("f/shop/nine")) != n {
						t.Errorf("%d runs, and %d were due", len(f.runsOf("f/shop/nine")), n)
					}
					if n := len(tt.want); strings.Contains(tt.want[n-1], "ended") && !slices.ContainsFunc(f.Conditions(), func(c fault.Condition) bool {
						return c.Code == "schedule.late" && (strings.Contains(c.Hint, "due ") && strings.Contains(c.Hint, "ran ") || tt.missed == schedule.MissedAll && strings.Contains(c.Hint, "runs made up for") && strings.Contains(c.Hint, "left out: 2") == strings.Contains(tt.want[0], "(2 left out)"))
					}) {
						t.Errorf("nobody is told: %+v", f.Conditions())
					}
					// A miss changes nothing: the next time comes.
					before := len(f.fires("f/shop/nine"))
					awake(24 * time.Hour)
					if got := f.fires("f/shop/nine"); len(got) != before+1 || !strings.HasSuffix(got[before], "ended") {
						t.Errorf("a day later: %q", got)
					}
				})
			})
		}
	}
}

// ended counts the lines of runs.
func (f *fixture) ended(lines []string) (n int) {
	for _, l := range lines {
		if strings.Contains(l, "ended") {
			n++
		}
	}
	return n
}

// After waking, each schedule runs once, one after the other; one that is due then does
// not wait for them.
func TestManyAreMissedAtOnce(t *testing.T) {
	scheduled(t, "2026-11-27T12:00:00Z", func(f *fixture) {
		const n = 8
		for i := range n {
			f.try(f.SaveSchedule(bg, every(fmt.Sprintf("f/shop/s%d", i), "0 0 * * * *", "UTC", "f/shop/close")))
		}
		f.sleep(10*time.Hour + 30*time.Minute)
		var began []time.Time
		for i := range n {
			runs := f.runsOf(fmt.Sprintf("f/shop/s%d", i))
			if len(runs) != 1 {
				t.Fatalf("schedule %d ran %d times", i, len(runs))
			}
			began = append(began, runs[0].Started)
		}
		slices.SortFunc(began, time.Time.Compare)
		for i := 1; i < n; i++ {
			if d := began[i].Sub(began[i-1]); d < time.Second/2 {
				t.Errorf("run %d began %v after the one before", i, d)
			}
		}
	})
}

// Switching a schedule on starts nothing that was due before, and editing one keeps its
// next time, or finds the new one.
func TestSwitchedOnAndEdited(t *testing.T) {
	scheduled(t, "2026-11-27T19:26:00Z", func(f *fixture) {
		s := every("f/shop/s", "0 0 23 * * *", "UTC", "f/shop/close")
		s.Enabled = false
		f.try(f.SaveSchedule(bg, s))
		f.sleep(48 * time.Hour)
		f.try(f.SwitchSchedule(bg, "f/shop/s", true))
		awake(time.Minute)
		f.diff("fires", []string(nil), f.fires("f/shop/s"))

		s.Enabled, s.Summary = true, "Another name"
		f.sleep(4 * time.Hour) // it is due at 23:00, and dealt with
		f.diff("fires", []string{"Sun 23:00 ended"}, f.fires("f/shop/s"))
		f.try(f.SaveSchedule(bg, s))
		st, err := f.Schedule(bg, "f/shop/s")
		if f.try(err); st.Next.UTC().Format("Mon 15:04") != "Mon 23:00" {
			t.Errorf("with another name it is due at %v", st.Next)
		}
		for range 3 { // each edit finds the next time
			s.Cron = "0 30 * * * *"
			f.try(f.SaveSchedule(bg, s))
			s.Cron = "0 0,30 * * * *"
			f.try(f.SaveSchedule(bg, s))
		}
		n := len(f.fires("f/shop/s"))
		awake(time.Hour)
		if got := len(f.fires("f/shop/s")) - n; got != 2 {
			t.Errorf("within an hour it ran %d times", got)
		}
	})
}

// A time is on the grid of the clock, however often Sluice is started anew.
func TestStartsDoNotMoveTheTimes(t *testing.T) {
	scheduled(t, "2026-11-27T12:01:00Z", func(f *fixture) {
		f.try(f.SaveSchedule(bg, every("f/shop/s", "0 */15 * * * *", "UTC", "f/shop/close")))
		for range 16 { // each is up for four minutes only
			awake(4 * time.Minute)
			f.stop()
			f.open()
		}
		awake(time.Second)
		f.diff("fires", []string{"Fri 12:15 ended", "Fri 12:30 ended", "Fri 12:45 ended", "Fri 13:00 ended"}, f.fires("f/shop/s"))
	})
}

// A schedule goes by its own zone, and one of every quarter of an hour goes on in the hour
// that comes twice.
func TestZonesAndTheRepeatedHour(t *testing.T) {
	scheduled(t, "2026-10-24T23:50:00Z", func(f *fixture) {
		f.try(f.SaveSchedule(bg, every("f/shop/quarter", "0 */15 * * * *", "Europe/Berlin", "f/shop/close")))
		f.try(f.SaveSchedule(bg, every("f/shop/fixed", "0 30 2 * * *", "Europe/Berlin", "f/shop/close")))
		f.try(f.SaveSchedule(bg, every("f/shop/there", "0 30 20 * * *", "America/New_York", "f/shop/close")))
		awake(2*time.Hour + 15*time.Minute)
		var want []string
		for m := 0; m <= 120; m += 15 {
			want = append(want, time.Date(2026, 10, 25, 0, m, 0, 0, time.UTC).Format("Mon 15:04")+" ended")
		}
		f.diff("every quarter", want, f.fires("f/shop/quarter"))
		f.diff("a fixed time", []string{"Sun 00:30 ended"}, f.fires("f/shop/fixed"))
		f.diff("another zone", []string{"Sun 00:30 ended"}, f.fires("f/shop/there"))
	})
}

// A clock that is set back a day lets nothing run twice, and one that went a year ahead
// and back lets nothing stand still.
func TestTheClockIsSet(t *testing.T) {
	scheduled(t, "2026-11-27T08:30:00Z", func(f *fixture) {
		f.try(f.SaveSchedule(bg, every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/close")))
		awake(2 * time.Hour)
		f.diff("fires", []string{"Fri 09:00 ended", "Fri 10:00 ended"}, f.fires("f/shop/s"))
		f.clock.jump(-24 * time.Hour)
		awake(25 * time.Hour)
		var seen = make(map[string]bool)
		for _, line := range f.fires("f/shop/s") {
			if seen[line] {
				t.Errorf("%s twice", line)
			}
			seen[line] = true
		}
		if n := len(f.runsOf("f/shop/s")); n != len(seen) || !seen["Thu 12:00 ended"] {
			t.Errorf("%d runs for %d times", n, len(seen))
		}
		f.clock.jump(365 * 24 * time.Hour)
		awake(2 * time.Minute)
		ahead := len(f.fires("f/shop/s"))
		f.clock.jump(-365 * 24 * time.Hour)
		awake(3 * time.Hour)
		if got := len(f.fires("f/shop/s")) - ahead; got != 3 {
			t.Errorf("in three hours after the clock was right again it ran %d times", got)
		}
	})
}

// A kill at any commit neither loses nor doubles the run of a time.
func TestAKillAtAnyCommitOfASchedule(t *testing.T) {
	for n := 1; ; n++ {
		hit := 0
		for _, before := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.at("2026-11-27T08:00:00Z")
				f.open()
				f.world.Quiet = true
				f.world.Script("a", instant)
				f.saveFlow("f/shop/close", script("a", retry1))
				s := every("f/shop/s", "0 0 9 * * *", "UTC", "f/shop/close")
				s.OnSuccess = "flow/f/shop/close"
				f.try(f.SaveSchedule(bg, s))
				f.stop()
				f.at("2026-11-27T09:10:00Z")
				dead := false
				f.openWith(func(now bool, commit int) error {
					if dead || commit == n && now == before {
						dead = true
						return errors.New("the process is dead")
					}
					return nil
				})
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if dead {
					hit++
					f.crash()
					f.open()
					time.Sleep(5 * time.Minute)
					synctest.Wait()
				}
				f.diff("fires", []string{"Fri 09:00 ended"}, f.fires("f/shop/s"))
				if runs := f.runsOf("f/shop/s"); len(runs) != 1 || runs[0].Status != run.StatusDone {
					t.Errorf("commit %d, before %v: %+v", n, before, runs)
				}
				all, err := f.Runs(bg, Filter{})
				if f.try(err); len(all) != 2 {
					t.Errorf("commit %d, before %v: with the one that is told there are %d runs", n, before, len(all))
				}
				f.check()
				f.stop()
			})
		}
		if hit == 0 {
			if n < 4 {
				t.Errorf("a schedule has %d commits only", n)
			}
			return
		}
	}
}

// Two schedules of one flow at the same second both run.
func TestTwoSchedulesOfOneFlow(t *testing.T) {
	scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
		for _, path := range []string{"f/shop/one", "f/shop/two"} {
			f.try(f.SaveSchedule(bg, every(path, "0 0 9 * * *", "UTC", "f/shop/close")))
		}
		awake(time.Minute)
		for _, path := range []string{"f/shop/one", "f/shop/two"} {
			f.diff(path, []string{"Fri 09:00 ended"}, f.fires(path))
		}
	})
}

// While a run of it waits for a person, a schedule leaves its times out, lets one wait, or
// starts another beside.
func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		name      string
		no, queue bool
		open      []string // while the first one waits
		after     []string // once it was decided
	}{
		{"left out", true, false, []string{"Fri 09:00 started", "Fri 10:00 overlapped", "Fri 11:00 overlapped"},
			[]string{"Fri 09:00 ended", "Fri 10:00 overlapped", "Fri 11:00 overlapped"}},
		{"one waits", true, true, []string{"Fri 09:00 started", "Fri 10:00 overlapped", "Fri 11:00 overlapped"},
			[]string{"Fri 09:00 ended", "Fri 10:00 overlapped", "Fri 11:00 started"}},
		{"beside", false, false, []string{"Fri 09:00 started", "Fri 10:00 started", "Fri 11:00 started"},
			[]string{"Fri 09:00 ended", "Fri 10:00 started", "Fri 11:00 started"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
				f.saveFlow("f/shop/ask", script("a", `|"suspend":{"required_events":1,"timeout":86400}`))
				s := every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/ask")
				s.NoOverlap, s.Own.QueueOne = tt.no, tt.queue
				f.try(f.SaveSchedule(bg, s))
				awake(2*time.Hour + time.Minute)
				f.diff("while it waits", tt.open, f.fires("f/shop/s"))
				first := f.runsOf("f/shop/s")[0]
				fires, err := f.Fires(bg, "f/shop/s", 10)
				f.try(err)
				for _, is := range fires {
					if (is.What == schedule.Overlapped) != (is.Open == string(first.ID)) {
						t.Errorf("%v: %s, and %q was open", is.Due, is.What, is.Open)
					}
				}
				f.stop() // what waits outlives the process
				f.open()
				f.try(f.Decide(bg, run.Decision{Run: first.ID, Step: "a", Approve: true}))
				awake(time.Minute)
				f.diff("after it", tt.after, f.fires("f/shop/s"))
			})
		})
	}
}

// A schedule whose flow is gone, or does not take its arguments any more, is told, stops
// no other, and stays on.
func TestAScheduleThatCannotStart(t *testing.T) {
	scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
		f.saveFlow("f/shop/gone", script("a", ""))
		f.try(f.SaveSchedule(bg, every("f/shop/bad", "0 0 * * * *", "UTC", "f/shop/gone")))
		f.try(f.SaveSchedule(bg, every("f/shop/good", "0 0 * * * *", "UTC", "f/shop/close")))
		f.try(f.DeleteFlow(bg, "f/shop/gone"))
		awake(time.Minute)
		f.diff("the bad one", []string{"Fri 09:00 failed"}, f.fires("f/shop/bad"))
		f.diff("the good one", []string{"Fri 09:00 ended"}, f.fires("f/shop/good"))
		told := func() bool {
			return slices.ContainsFunc(f.Conditions(), func(c fault.Condition) bool { return c.Code == "schedule.failed" && c.Subject == "f/shop/bad" })
		}
		if !told() {
			t.Errorf("it is not told: %+v", f.Conditions())
		}
		f.saveFlow("f/shop/gone", script("a", ""))
		awake(time.Hour)
		f.diff("the bad one", []string{"Fri 09:00 failed", "Fri 10:00 ended"}, f.fires("f/shop/bad"))
		if told() {
			t.Error("it is still told")
		}
	})
}

// What could not run is refused when it is saved, with the reason.
func TestASaveThatIsRefused(t *testing.T) {
	scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
		f.try(f.SaveFlow(bg, "f/shop/typed", json.RawMessage(`{"summary":"","schema":{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}},"value":{"modules":[`+script("a", "")+`]}}`)))
		for _, tt := range []struct {
			change func(s *schedule.Schedule)
			code   fault.Code
		}{
			{func(s *schedule.Schedule) { s.Cron = "0 9 * * *" }, "schedule.cron"},
			{func(s *schedule.Schedule) { s.Cron = "0 0 0 30 2 *" }, "schedule.never"},
			{func(s *schedule.Schedule) { s.Zone = "" }, "schedule.zone"},
			{func(s *schedule.Schedule) { s.Zone = "Europe/Atlantis" }, "schedule.zone"},
			{func(s *schedule.Schedule) { s.Target = "" }, "schedule.target"},
			{func(s *schedule.Schedule) { s.Target = "f/shop/nothing" }, "flow.unknown"},
			{func(s *schedule.Schedule) { s.Target = "f/shop/typed" }, "flow.input"},
			{func(s *schedule.Schedule) { s.Target = "f/shop/typed"; s.Args = json.RawMessage(`{"n":"x"}`) }, "flow.input"},
			{func(s *schedule.Schedule) { s.IsFlow = false; s.Target = "f/shop/nothing" }, "script.unknown"},
			{func(s *schedule.Schedule) { s.Args = json.RawMessage(`[1]`) }, "schedule.input"},
			{func(s *schedule.Schedule) { s.OnFailure = "f/shop/close" }, "schedule.handler"},
			{func(s *schedule.Schedule) { s.DynamicSkip = "f/shop/when" }, "schedule.dynamic"},
			{func(s *schedule.Schedule) { s.Own.Missed = "some" }, "schedule.missed"},
			{func(s *schedule.Schedule) { s.Path = "../x" }, "resource.path"},
		} {
			s := every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/close")
			tt.change(&s)
			err := f.SaveSchedule(bg, s)
			if !fault.HasCode(err, tt.code) || fault.From(err).Hint == "" {
				t.Errorf("%s: %v", tt.code, err)
			}
		}
		all, err := f.Schedules(bg)
		if f.try(err); len(all) != 0 {
			t.Errorf("what was refused is stored: %+v", all)
		}
	})
}

// Who is named is told of failures after so many, or at exactly so many, and of the
// success after them.
func TestWhoIsToldOfTheEnd(t *testing.T) {
	for _, exact := range []bool{false, true} {
		t.Run(fmt.Sprint("exact ", exact), func(t *testing.T) {
			scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
				var fails atomic.Bool
				fails.Store(true)
				f.world.Script("b", func(context.Context, run.Job) (any, error) {
					if fails.Load() {
						return nil, &run.Failure{Name: "Error", Message: "the shop is closed"}
					}
					return json.RawMessage(`"fine"`), nil
				})
				f.saveFlow("f/shop/work", script("b", ""))
				var mu sync.Mutex // of told
				var told []string
				f.world.Script("t", func(_ context.Context, j run.Job) (any, error) {
					mu.Lock()
					defer mu.Unlock()
					told = append(told, string(j.Args))
					return nil, nil
				})
				f.saveFlow("f/shop/tell", script("t", `"in":{"type":"javascript","expr":"flow_input"}`))
				f.world.Expr("flow_input", func(lookup func(string) (json.RawMessage, error)) (any, error) { return lookup("flow_input") })
				s := every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/work")
				s.OnFailure, s.OnFailureTimes, s.OnFailureExact, s.OnFailureArgs = "flow/f/shop/tell", 2, exact, json.RawMessage(`{"kind":"failure"}`)
				s.OnRecovery, s.OnRecoveryTimes, s.OnRecoveryArgs = "flow/f/shop/tell", 2, json.RawMessage(`{"kind":"recovery"}`)
				s.OnSuccess, s.OnSuccessArgs = "flow/f/shop/tell", json.RawMessage(`{"kind":"success"}`)
				f.try(f.SaveSchedule(bg, s))
				kinds := func() (out []string) {
					mu.Lock()
					defer mu.Unlock()
					for _, args := range told {
						var in struct{ In map[string]any }
						f.try(json.Unmarshal([]byte(args), &in))
						line := fmt.Sprint(in.In["kind"])
						if n, ok := in.In["failed_times"]; ok {
							line += fmt.Sprint(" ", n)
						}
						if in.In["schedule_path"] != "f/shop/s" || in.In["path"] != "f/shop/work" || in.In["is_flow"] != true {
							t.Errorf("it is told %s", args)
						}
						out = append(out, line)
					}
					return out
				}
				awake(3*time.Hour + time.Minute) // 9, 10, 11 and 12 o'clock fail
				want := []string{"failure 2", "failure 3", "failure 4"}
				if exact {
					want = want[:1]
				}
				f.diff("failures", want, kinds())
				mu.Lock()
				if len(told) > 0 && !strings.Contains(told[0], "the shop is closed") {
					t.Errorf("the error is not told: %s", told[0])
				}
				told = nil
				mu.Unlock()
				fails.Store(false)
				awake(3 * time.Hour)
				f.diff("successes", []string{"success", "recovery", "success"}, kinds())
			})
		})
	}
}

// All schedules can stand still. What is due meanwhile is not made up for.
func TestAllSchedulesStandStill(t *testing.T) {
	scheduled(t, "2026-11-27T08:30:00Z", func(f *fixture) {
		f.try(f.SaveSchedule(bg, every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/close")))
		f.try(f.PauseSchedules(bg, true))
		awake(2 * time.Hour)
		f.stop()
		f.open()
		awake(time.Hour)
		if paused, err := f.SchedulesPaused(bg); err != nil || !paused {
			t.Errorf("paused: %v, %v", paused, err)
		}
		f.diff("while they stand still", []string(nil), f.fires("f/shop/s"))
		f.try(f.PauseSchedules(bg, false))
		awake(time.Hour)
		f.diff("afterwards", []string{"Fri 12:00 ended"}, f.fires("f/shop/s"))
	})
}

// A schedule starts a script, and one that is paused until a time is due from then on.
func TestASchedulePausedUntilATimeStartsAScript(t *testing.T) {
	scheduled(t, "2026-11-27T08:30:00Z", func(f *fixture) {
		_, err := f.SaveScript(bg, flow.StoredScript{Path: "f/shop/count", Language: enginetest.Language, Content: "a"})
		f.try(err)
		s := every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/count")
		s.IsFlow, s.PausedUntil = false, time.Date(2026, 11, 27, 11, 0, 0, 0, time.UTC)
		s.Args = json.RawMessage(`{"n":1}`)
		f.try(f.SaveSchedule(bg, s))
		awake(3 * time.Hour)
		f.diff("fires", []string{"Fri 11:00 ended"}, f.fires("f/shop/s"))
		if runs := f.runsOf("f/shop/s"); len(runs) != 1 || runs[0].Outcome != run.Succeeded {
			t.Errorf("runs: %+v", runs)
		}
		if st, err := f.Schedule(bg, "f/shop/s"); err != nil || st.Last.Outcome != string(run.Succeeded) {
			t.Errorf("its last time: %+v, %v", st.Last, err)
		}
	})
}

// What a run needs and is away is waited for: a mail that cannot go when its schedule is
// due goes later, and the run with it.
func TestDueWhileWhatItNeedsIsAway(t *testing.T) {
	scheduled(t, "2026-11-27T08:59:30Z", func(f *fixture) {
		f.addAccount(false)
		var away atomic.Bool
		away.Store(true)
		f.world.OnMail(func(context.Context, run.Mail) (string, error) {
			if away.Load() {
				return "", fault.New("mail.later", "No way to the server", "Later.")
			}
			return "thread", nil
		})
		f.world.Script("m", func(ctx context.Context, j run.Job) (any, error) {
			c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
			if err != nil {
				return nil, err
			}
			return nil, f.SendMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: []string{"dana@acme.example"}, Subject: "Closed", Text: "It is."})
		})
		f.saveFlow("f/shop/mail", script("m", ""))
		f.try(f.SaveSchedule(bg, every("f/shop/s", "0 0 9 * * *", "UTC", "f/shop/mail")))
		awake(10 * time.Minute)
		f.diff("fires", []string{"Fri 09:00 ended"}, f.fires("f/shop/s"))
		sent := func() (n int) {
			items, err := f.Outbox(bg, 10)
			f.try(err)
			for _, m := range items {
				if m.State == run.MailSent {
					n++
				}
			}
			return n
		}
		if sent() != 0 {
			t.Error("a mail went while there was no way")
		}
		away.Store(false)
		awake(time.Hour)
		if sent() != 1 {
			t.Error("the mail did not go once there was a way")
		}
	})
}

// Where nobody could be told how a run ended, the time says so.
func TestAHandlerThatCannotStartIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Script("a", instant)
		tellNobody(f)
		fires, err := f.Fires(bg, "f/shop/s", 1)
		f.try(err)
		if len(fires) != 1 || fires[0].Run == "" || !strings.Contains(fires[0].Note, "flow/f/shop/gone could not be told") {
			t.Errorf("the time says %+v", fires)
		}
		f.stop()
	})
}
