package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// prunedAfter is how much later the process that lets runs go is.
const prunedAfter = 40 * 24 * time.Hour

// heard tells when a line of the log was written, one of some.
type heard struct {
	slog.Handler
	lines []string
	done  chan bool
}

func (h heard) Enabled(context.Context, slog.Level) bool { return true }
func (h heard) Handle(_ context.Context, r slog.Record) error {
	if slices.Contains(h.lines, r.Message) {
		h.done <- true
	}
	return nil
}

// pruneIn opens an engine on a folder and lets the old runs go that are there. It is
// another process's, which may be killed.
func pruneIn(dir string) error {
	var world enginetest.World
	h := heard{slog.DiscardHandler, []string{"old runs went", "the file became smaller"}, make(chan bool, 100)}
	e, err := Open(bg, Config{Dir: dir, Executors: map[string]Executor{enginetest.Language: &world}, Evaluator: &world, Box: enginetest.Box{}, Logger: slog.New(h),
		wall: func() time.Time { return time.Now().Round(0).Add(prunedAfter) }})
	if err != nil {
		return err
	}
	left := func() (n int, err error) {
		runs, err := e.Runs(bg, Filter{})
		for _, r := range runs {
			if r.FlowName == "old" {
				n++
			}
		}
		return n, err
	}
	n, err := left()
	if err != nil {
		return err
	}
	if err := e.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}); err != nil {
		return err
	}
	for n > 0 {
		<-h.done
		if n, err = left(); err != nil {
			return err
		}
	}
	for {
		room, err := e.db.Room()
		if err != nil {
			return err
		}
		if room.Free <= 256 {
			break
		}
		<-h.done
	}
	problems, err := e.Verify(bg)
	if err != nil || len(problems) > 0 {
		return fmt.Errorf("verify: %v, %v", problems, err)
	}
	return e.Close(bg)
}

// A process that is killed while it lets old runs go, at any of its commits, leaves whole
// runs only: those that are kept are as they were, and the next start lets the rest go, with
// what lies beside them. It is killed at each of the first commits, and at every seventh of
// those after, which are alike.
func TestKilledWhileOldRunsGo(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t).open()
	f.world.Quiet = true
	large := strings.Repeat("a large value ", 3000)
	f.world.Script("same", func(context.Context, run.Job) (any, error) { return large, nil })
	f.world.Script("own", func(_ context.Context, j run.Job) (any, error) { return large + string(j.Run), nil })
	named := func(name string, steps ...string) run.ID {
		t.Helper()
		begun, err := f.Start(bg, run.Request{Flow: []byte(`{"summary":"` + name + `","value":{"modules":[` + strings.Join(steps, ",") + `]}}`)})
		f.try(err)
		return begun.ID
	}
	for range 120 {
		id := named("old", script("same", gate1), script("own", ""))
		f.untilWaiting(id)
		f.link(id, "same", "dana@acme.example")
		f.try(f.Decide(bg, run.Decision{Run: id, Step: "same", Approve: true}))
		f.untilDone(id)
		logs := filepath.Join(f.cfg.Dir, "logs", string(id))
		f.try(errors.Join(os.MkdirAll(logs, 0o700), os.WriteFile(filepath.Join(logs, "own.1.log"), []byte("said"), 0o600)))
	}
	kept := []run.ID{named("open", script("same", `|"suspend":{"required_events":1,"timeout":86400000}`))}
	f.untilWaiting(kept[0])
	f.link(kept[0], "same", "dana@acme.example")
	f.stop()
	f.clock.jump(prunedAfter - 24*time.Hour)
	f.open()
	kept = append(kept, named("young", script("same", ""), script("own", "")))
	f.untilDone(kept[1])
	want := map[run.ID]string{}
	for _, id := range kept {
		log, err := f.Log(bg, id)
		f.try(err)
		want[id] = fmt.Sprintf("%+v", log)
	}
	f.stop()
	f.Engine = nil
	before, err := os.Stat(filepath.Join(f.cfg.Dir, datadir.FileName))
	f.try(err)

	for first, when := range []string{"before", "after"} {
		step := 2
		for n := 1 + first; ; n += step {
			if n > 12 {
				step = 14
			}
			dir, at := t.TempDir(), fmt.Sprint(when, ":", n)
			f.try(os.CopyFS(dir, os.DirFS(f.cfg.Dir)))
			prune := func(crash string) (string, error) {
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), "SLUICE_TEST_PRUNE="+dir, "SLUICE_CRASH_AT="+crash)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			sound := func(whole bool) {
				t.Helper()
				r, err := OpenReader(dir)
				f.try(err)
				defer r.Close()
				if problems, err := r.Verify(bg); err != nil || len(problems) > 0 {
					t.Errorf("%s: %v, %v", at, problems, err)
				}
				for _, id := range kept {
					log, err := r.Log(bg, id)
					if got := fmt.Sprintf("%+v", log); err != nil || got != want[id] {
						t.Errorf("%s: run %s is not as it was, %v", at, id, err)
					}
				}
				runs, err := r.Runs(bg, Filter{})
				f.try(err)
				logs, err := filepath.Glob(filepath.Join(dir, "logs", "*"))
				f.try(err)
				if whole && (len(runs) != len(kept) || len(logs) > 0) {
					t.Errorf("%s: %d runs and %q are left", at, len(runs), logs)
				}
				for _, r := range runs {
					if at := filepath.Join(dir, "logs", string(r.ID)); r.FlowName == "old" && !slices.Contains(logs, at) {
						t.Errorf("%s: run %s is there, and its logs are not", at, r.ID)
					}
				}
				if open, err := r.Approvals(bg, 10); err != nil || len(open) != 1 || open[0].Run != kept[0] {
					t.Errorf("%s: the open request: %+v, %v", at, open, err)
				}
			}
			out, killed := prune(at)
			sound(killed == nil)
			if killed != nil {
				if out, err := prune(""); err != nil {
					t.Fatalf("%s: the second start: %v\n%s", at, err, out)
				}
				sound(true)
				continue
			}
			if out != "" || n < 5 {
				t.Errorf("it went on to its end at %d commits: %s", n-1, out)
			}
			after, err := os.Stat(filepath.Join(dir, datadir.FileName))
			f.try(err)
			if after.Size() > before.Size()*2/3 {
				t.Errorf("%d bytes before, %d after", before.Size(), after.Size())
			}
			break
		}
	}
}
