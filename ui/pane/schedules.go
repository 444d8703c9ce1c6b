package pane

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// schedules are the triggers that go by the clock.
type schedules struct {
	p      *Triggers
	h      *host.Host
	all    []schedule.State
	lines  model.Schedules
	last   lastRuns
	drafts drafts[*model.ScheduleDraft]
}

func newSchedules(p *Triggers) *schedules {
	s := &schedules{p: p, h: p.h, last: newLastRuns(p), drafts: drafts[*model.ScheduleDraft]{}}
	s.lines.Runs = s.last.known
	return s
}

func (s *schedules) read(ctx context.Context) (func(), error) {
	all, err := s.h.Schedules.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	paused, err := s.h.Schedules.SchedulesPaused(ctx)
	if err != nil {
		return nil, err
	}
	open, _, err := s.h.Lists.Requests(ctx, runsPage)
	return func() { s.take(all, paused, open) }, err
}

// take takes up what was read.
func (s *schedules) take(all []schedule.State, paused bool, open []run.Approval) {
	s.all, s.lines.Paused = all, paused
	s.lines.Asks = map[run.ID]string{}
	for i := range open {
		if id := open[i].Run; s.lines.Asks[id] == "" {
			s.lines.Asks[id] = model.WaitsFor(&open[i])
		}
	}
	s.last.age()
	s.p.Paused(paused)
	p, n := s.p, model.Missed(all)
	host.Show(p.missed, n > 0 || paused)
	p.missed.Set(say.F("%d missed while this computer slept or Sluice was off", n), kit.Waiting)
	p.pause.SetText(say.T("Pause all"))
	p.pause.SetIcon(kit.IconPause)
	if paused {
		p.missed.Set(say.T("All schedules are paused: none starts by itself"), kit.Waiting)
		p.pause.SetText(say.T("Resume"))
		p.pause.SetIcon(kit.IconPlay)
	}
	p.pause.OffIf(host.Why(len(all) == 0 && !paused, say.T("There is no schedule")))
	if p.page != nil {
		if g, ok := p.page.of.(*schedulePage); ok {
			g.tick()
		}
	}
}

func (s *schedules) count() int        { return len(s.all) }
func (s *schedules) path(i int) string { return s.all[i].Path }
func (s *schedules) word(n int) string { return say.N(n, "%d schedule", "%d schedules") }
func (s *schedules) unsaved() string   { return s.drafts.unsaved() }
func (s *schedules) fetch()            { s.last.fetch() }

func (s *schedules) index(path string) int {
	return findPath(s.all, path, func(x *schedule.State) string { return x.Path })
}

func (s *schedules) find(words []string) []int {
	return model.FindIn(s.all, words, func(x *schedule.State) string { return x.Summary + " " + x.Path + " " + x.Target + " " + x.Zone })
}

func (s *schedules) line(i int) data.BoardLine {
	x := s.all[i]
	s.last.want(run.ID(x.Last.Run))
	s.lines.Now = s.p.now
	l := s.lines.Line(x)
	b := data.BoardLine{Tile: kit.TileBranch, Icon: kit.IconClock, Word: l.Last, Role: host.RoleOf(l.Role), On: l.On,
		Cells: [3]data.BoardCell{{Text: l.Title, Sub: l.Target}, {Text: l.When, Sub: l.Zone}, {Text: l.Next, Sub: l.Away}}}
	switch {
	case x.Problem != nil:
		b.Tile, b.Cells[2].Role = kit.TileBad, kit.Bad
	case !l.On || s.lines.Paused:
		b.Tile, b.Cells[2].Role = kit.TilePlain, kit.Muted
	case l.Approval:
		b.Tile = kit.TileApproval
	}
	s.drafts.mark(x.Path, &b)
	return b
}

// readRuns reads the lines of some runs, leaving out those that are not there.
func readRuns(ctx context.Context, h *host.Host, ids []run.ID) (map[run.ID]run.Summary, error) {
	runs := map[run.ID]run.Summary{}
	for _, id := range ids {
		s, err := h.Schedules.Run(ctx, id)
		switch {
		case err == nil:
			runs[id] = s
		case !fault.HasCode(err, "run.unknown"):
			return runs, err
		}
	}
	return runs, nil
}

// runs reports whether a schedule's next time will come.
func (s *schedules) runs(i int) bool {
	x := &s.all[i]
	return x.Enabled && !s.lines.Paused && !x.Next.IsZero()
}

func (s *schedules) stays(i int) time.Duration {
	if !s.runs(i) {
		return time.Minute
	}
	return model.TimeStays(s.h.Now(), s.all[i].Next)
}

func (s *schedules) due(list []int) {
	var paths []string
	for _, i := range list {
		if s.runs(i) && !s.all[i].Next.After(s.p.now) {
			paths = append(paths, s.all[i].Path)
		}
	}
	if len(paths) == 0 {
		return
	}
	s.h.Ask(func(ctx context.Context) (func(), error) {
		var fresh []schedule.State
		for _, path := range paths {
			x, err := s.h.Schedules.Schedule(ctx, path)
			if err != nil && !fault.HasCode(err, "schedule.unknown") {
				return nil, err
			}
			if err == nil {
				fresh = append(fresh, x)
			}
		}
		return func() {
			for _, x := range fresh {
				if i := s.index(x.Path); i >= 0 {
					s.all[i] = x
				}
			}
			s.p.board.Draw()
			s.fetch()
			if s.p.page != nil {
				s.p.page.follow()
			}
		}, nil
	})
}

func (s *schedules) switchOne(ctx context.Context, path string, on bool) error {
	return s.h.Schedules.SwitchSchedule(ctx, path, on)
}

// pauseAll lets all schedules stand still, or go on.
func (s *schedules) pauseAll() {
	pause := !s.lines.Paused
	s.h.Ask(func(ctx context.Context) (func(), error) {
		return s.p.Refresh, s.h.Schedules.PauseSchedules(ctx, pause)
	})
}

func (s *schedules) menu(i int) []*fyne.MenuItem {
	x := s.all[i]
	return []*fyne.MenuItem{
		fyne.NewMenuItem(say.T("Run now"), func() { s.runNow(x.Path) }),
		s.p.switchItem(triggerKey{s, x.Path}, x.Enabled),
		fyne.NewMenuItem(say.T("Copy path"), func() { s.h.Copy(x.Path, say.T("Path")) }),
		fyne.NewMenuItem(say.T("Delete"), func() { s.remove(x) }),
	}
}

// runNow starts what a schedule names.
func (s *schedules) runNow(path string) {
	host.AskThen(s.h, func(ctx context.Context) (run.Begun, error) { return s.h.Schedules.RunSchedule(ctx, path) }, func(b run.Begun) {
		kit.ShowToast(s.h.Window.Canvas(), kit.NewBanner(kit.Good, say.T("It was started"), "").Do(say.T("Show the run"), func() {
			kit.DropToast(s.h.Window.Canvas())
			s.p.ShowRun(b.ID)
		}))
	})
}

func (s *schedules) delete(i int) { s.remove(s.all[i]) }

// remove asks and deletes.
func (s *schedules) remove(x schedule.State) {
	s.p.remove(triggerKey{s, x.Path}, x.Called(), func(ctx context.Context) error { return s.h.Schedules.DeleteSchedule(ctx, x.Path) }, func() { delete(s.drafts, x.Path) })
}

func (s *schedules) sheetOf(i int) *sheet {
	x := s.all[i]
	d := s.drafts[x.Path]
	if d == nil {
		d = model.EditSchedule(x.Schedule)
		s.drafts[x.Path] = d
	}
	return newSchedulePage(s, d, x).sheet
}

// add asks what a new schedule is to start.
func (s *schedules) add() {
	s.p.leaving(func() {
		s.p.readTargets(func() { s.p.picker = newTargetPicker(s.p, say.T("A flow or script of the library"), false, s.begin) })
	})
}

// begin shows the page of a new schedule.
func (s *schedules) begin(path string, isFlow bool) {
	free := model.FreePath(path, func(path string) bool { return s.index(path) >= 0 })
	d := model.NewSchedule(free, path, isFlow, s.h.Zone)
	d.Summary = s.p.titleOf(path, isFlow)
	s.p.begin(newSchedulePage(s, d, schedule.State{}).sheet)
}
