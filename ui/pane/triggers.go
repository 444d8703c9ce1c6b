package pane

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
)

// Triggers lists the schedules of the library, with the page of one beside them.
type Triggers struct {
	// ShowRun opens a run in the editor.
	ShowRun func(run.ID)
	// Seen reports whether the pane is on the screen.
	Seen func() bool

	h      *host.Host
	search *kit.Entry
	count  *kit.Text
	missed *kit.Pill
	pause  *kit.Button
	board  *data.Board
	card   *kit.Box        // around the list
	body   *fyne.Container // the list and the page, or what this place is for
	side   *fyne.Container
	lists  fyne.CanvasObject

	all    []schedule.State
	shown  []int // of all, as the search selects them
	known  bool  // they were read
	lines  model.Schedules
	chosen string        // path; "" for none
	page   *schedulePage // of the chosen one, or of one that is being made; nil: none
	drafts map[string]*model.ScheduleDraft

	picker  *targetPicker // that was opened last
	targets []target      // what a schedule can start

	reading, again bool
	cost           time.Duration // of the last reading
	wanted         map[run.ID]bool
	stale          map[run.ID]bool // runs that may have gone on since they were read
	fetching       bool
	beating        bool
}

// target is a flow or script of the library, which a schedule can start.
type target struct {
	Path, Title string
	IsFlow      bool
	doc         []byte // of a flow
}

// NewTriggers makes the pane.
func NewTriggers(h *host.Host) *Triggers {
	p := &Triggers{h: h, Seen: func() bool { return true }, search: kit.NewSearch("Search schedules"), count: kit.Caption(""), missed: kit.NewPill("", kit.Waiting),
		body: container.NewStack(), side: container.NewStack(), drafts: map[string]*model.ScheduleDraft{}, wanted: map[run.ID]bool{}, stale: map[run.ID]bool{}}
	p.lines.Runs = map[run.ID]run.Summary{}
	p.search.OnChanged = func(string) { p.show() }
	p.search.OnKey = p.walk
	p.pause = kit.NewButton("Pause all", kit.Outline, p.pauseAll)
	p.board = data.NewBoard(p.line)
	p.board.OnPick = func(i int) { p.choose(p.all[p.shown[i]].Path) }
	p.board.OnOpen = func(int) {
		if p.page != nil {
			p.page.focus()
		}
	}
	p.board.OnSwitch = func(i int, on bool) { p.switchOne(p.all[p.shown[i]].Path, on) }
	p.board.OnMenu = func(i int, at fyne.Position) { p.menu(p.all[p.shown[i]], at) }
	p.missed.Hide()
	about := kit.NewParagraph("Schedules run while Sluice runs. What falls due while this computer sleeps, or Sluice is off, runs once when they are back, unless a schedule says otherwise.", kit.Muted).Sized(kit.TextCaption + 0.5)
	head := kit.HBox(18, host.Width(260, p.search), host.Middle(p.count.Bold()), kit.Space(), host.Middle(p.missed))
	p.card = kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.PadAll(1, p.board))
	list := container.New(listAbove{p.board}, p.card, about)
	split := kit.NewSplit(kit.Pad(18, 20, 14, 20, kit.Dock(kit.Pad(0, 0, 14, 0, head), nil, nil, nil, list)), kit.NewBox(kit.OnPanel, kit.None, 0, p.side), kit.InspectorWidth, 320, 560)
	split.Rest = 560
	p.lists = split
	return p
}

// listAbove places a list, as high as it has to be, and below it a line about it.
type listAbove struct{ board *data.Board }

func (l listAbove) Layout(o []fyne.CanvasObject, s fyne.Size) {
	about := o[1].MinSize().Height
	if t, ok := o[1].(interface{ HeightFor(float32) float32 }); ok {
		about = t.HeightFor(s.Width)
	}
	h := max(0, min(l.board.Full()+2, s.Height-about-12))
	kit.Place(o[0], 0, 0, s.Width, h)
	kit.Place(o[1], 0, h+12, s.Width, about)
}

func (l listAbove) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 160) }

// Object is the pane.
func (p *Triggers) Object() fyne.CanvasObject {
	acts := kit.HBox(8, p.pause, kit.NewButton("Schedule", kit.Primary, p.add).With(kit.IconPlus))
	return host.Page(kit.TopBar(host.Heading("Triggers", "what starts by itself"), nil, acts), p.body)
}

// Arrive shows the schedules to who comes here.
func (p *Triggers) Arrive() {
	p.readTargets(nil)
	p.Refresh()
}

// rests is how many times longer than a reading the pause after it is.
const rests = 10

// Refresh reads the schedules again. Of very many that takes its time: changes that
// come meanwhile are read together, after a pause.
func (p *Triggers) Refresh() {
	if p.reading {
		p.again = true
		return
	}
	p.reading = true
	done := func() {
		pause := rests * p.cost
		if pause < 50*time.Millisecond {
			p.read()
			return
		}
		p.h.Later(pause, p.read)
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		began := time.Now()
		all, err := p.h.Schedules.Schedules(ctx)
		if err != nil {
			return nil, err
		}
		paused, err := p.h.Schedules.SchedulesPaused(ctx)
		if err != nil {
			return nil, err
		}
		open, _, err := p.h.Lists.Requests(ctx, runsPage)
		cost := time.Since(began)
		return func() {
			p.cost = cost
			p.take(all, paused, open)
			done()
		}, err
	}, done)
}

// read ends a reading, and begins the next one if something has changed meanwhile.
func (p *Triggers) read() {
	p.reading = false
	if again := p.again; again {
		p.again = false
		if p.Seen() {
			p.Refresh()
		}
	}
}

// take shows what was read.
func (p *Triggers) take(all []schedule.State, paused bool, open []run.Approval) {
	p.all, p.lines.Paused, p.known = all, paused, true
	p.lines.Asks = map[run.ID]string{}
	for i := range open {
		if id := open[i].Run; p.lines.Asks[id] == "" {
			p.lines.Asks[id] = model.WaitsFor(&open[i])
		}
	}
	for id, r := range p.lines.Runs {
		if r.Ended.IsZero() {
			p.stale[id] = true
		}
	}
	n := model.Missed(all)
	host.Show(p.missed, n > 0 || paused)
	p.missed.Set(fmt.Sprintf("%d missed while this computer slept or Sluice was off", n), kit.Waiting)
	p.pause.SetText("Pause all")
	p.pause.SetIcon(kit.IconPause)
	if paused {
		p.missed.Set("All are paused: nothing starts by itself", kit.Waiting)
		p.pause.SetText("Resume")
		p.pause.SetIcon(kit.IconPlay)
	}
	p.pause.OffIf(host.Why(len(all) == 0 && !paused, "There is no schedule"))
	p.show()
	if p.page != nil {
		p.page.follow()
	}
}

// find is a schedule as it was read last.
func (p *Triggers) find(path string) (schedule.State, bool) {
	i, ok := slices.BinarySearchFunc(p.all, path, func(s schedule.State, path string) int {
		switch {
		case s.Path < path:
			return -1
		case s.Path > path:
			return 1
		}
		return 0
	})
	if ok {
		return p.all[i], true
	}
	i = slices.IndexFunc(p.all, func(s schedule.State) bool { return s.Path == path })
	if i < 0 {
		return schedule.State{}, false
	}
	return p.all[i], true
}

func (p *Triggers) show() {
	if !p.known {
		return
	}
	p.lines.Now = p.h.Now()
	p.shown = model.FindSchedules(p.all, p.search.Text())
	text := model.Count(len(p.all), "schedule", "schedules")
	if len(p.shown) != len(p.all) {
		text = fmt.Sprintf("%d of %s", len(p.shown), text)
	}
	p.count.SetText(text)
	if _, there := p.find(p.chosen); !there && p.chosen != "" {
		p.open(nil)
	}
	if p.page == nil && len(p.all) > 0 {
		p.open(p.pageOf(p.all[0]))
	}
	if len(p.all) == 0 && p.page == nil {
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconZap, "Nothing starts by itself yet",
			"A schedule starts a flow or a script by the clock: every weekday at nine, every quarter of an hour, on the first Monday of a month.", "New schedule", p.add)}
	} else {
		p.body.Objects = []fyne.CanvasObject{p.lists}
	}
	host.Show(p.card, len(p.shown) > 0)
	p.body.Refresh()
	p.drawList()
}

// drawList draws the list and asks for what it lacks.
func (p *Triggers) drawList() {
	p.board.Set(len(p.shown), slices.IndexFunc(p.shown, func(i int) bool { return p.all[i].Path == p.chosen }))
	kit.Relayout(p.board)
	p.fetch()
	p.beat()
}

// line is a line of the list.
func (p *Triggers) line(i int) data.BoardLine {
	s := p.all[p.shown[i]]
	if id := run.ID(s.Last.Run); id != "" {
		if _, known := p.lines.Runs[id]; !known || p.stale[id] {
			p.wanted[id] = true
			if !p.fetching {
				p.fetching = true
				p.h.Later(20*time.Millisecond, func() { p.fetching = false; p.fetch() })
			}
		}
	}
	l := p.lines.Line(s)
	b := data.BoardLine{Tile: kit.TileBranch, Icon: kit.IconClock, Word: l.Last, Role: host.RoleOf(l.Role), On: l.On,
		Cells: [3]data.BoardCell{{Text: l.Title, Sub: l.Target}, {Text: l.When, Sub: l.Zone}, {Text: l.Next, Sub: l.Away}}}
	switch {
	case s.Problem != nil:
		b.Tile, b.Cells[2].Role = kit.TileBad, kit.Bad
	case !l.On || p.lines.Paused:
		b.Tile, b.Cells[2].Role = kit.TilePlain, kit.Muted
	case l.Approval:
		b.Tile = kit.TileApproval
	}
	if d := p.drafts[s.Path]; d != nil && d.Changed() {
		b.Cells[0].Sub = "not saved · " + b.Cells[0].Sub
	}
	return b
}

// fetch reads how the runs went that the list shows.
func (p *Triggers) fetch() {
	if len(p.wanted) == 0 {
		return
	}
	ids := slices.Collect(maps.Keys(p.wanted))
	clear(p.wanted)
	for _, id := range ids {
		delete(p.stale, id)
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		runs, err := readRuns(ctx, p.h, ids)
		return func() {
			maps.Copy(p.lines.Runs, runs)
			p.board.Draw()
		}, err
	})
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

// beat lets what is told of coming times go on, as long as somebody looks.
func (p *Triggers) beat() {
	if p.beating || !p.Seen() || len(p.all) == 0 {
		return
	}
	stay := time.Minute
	now := p.h.Now()
	for _, s := range p.inView() {
		if s.Enabled && !p.lines.Paused && !s.Next.IsZero() {
			stay = min(stay, max(model.TimeStays(now, s.Next), time.Second))
		}
	}
	p.beating = true
	p.h.Later(stay, func() {
		p.beating = false
		if p.Seen() {
			p.Tick()
		}
	})
}

// inView are the schedules that the list shows.
func (p *Triggers) inView() (list []schedule.State) {
	from, to := p.board.InView()
	for _, i := range p.shown[min(from, len(p.shown)):min(to, len(p.shown))] {
		list = append(list, p.all[i])
	}
	return list
}

// Tick tells the times from now on, and reads again what was due meanwhile: of a time
// at which nothing was started no run tells.
func (p *Triggers) Tick() {
	p.lines.Now = p.h.Now()
	p.board.Draw()
	if p.page != nil {
		p.page.tick()
	}
	var due []string
	for _, s := range p.inView() {
		if s.Enabled && !p.lines.Paused && !s.Next.IsZero() && !s.Next.After(p.lines.Now) {
			due = append(due, s.Path)
		}
	}
	if len(due) > 0 {
		p.reread(due)
	}
	p.beat()
}

// reread reads some schedules again.
func (p *Triggers) reread(paths []string) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		var fresh []schedule.State
		for _, path := range paths {
			s, err := p.h.Schedules.Schedule(ctx, path)
			if err != nil && !fault.HasCode(err, "schedule.unknown") {
				return nil, err
			}
			if err == nil {
				fresh = append(fresh, s)
			}
		}
		return func() {
			for _, s := range fresh {
				if i := slices.IndexFunc(p.all, func(x schedule.State) bool { return x.Path == s.Path }); i >= 0 {
					p.all[i] = s
				}
			}
			p.board.Draw()
			p.fetch()
			if p.page != nil {
				p.page.follow()
			}
		}, nil
	})
}

// walk moves through the list from the search.
func (p *Triggers) walk(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		p.board.TypedKey(e)
		return true
	}
	return false
}

// choose shows the page of a schedule. What was changed on the page before stays there
// until it is saved or taken back.
func (p *Triggers) choose(path string) {
	s, ok := p.find(path)
	if !ok || p.chosen == path && p.page != nil {
		return
	}
	p.leaving(func() { p.goTo(s) })
}

// leaving goes on once a new schedule that was begun may be thrown away.
func (p *Triggers) leaving(then func()) {
	if p.page == nil || !p.page.d.New || !p.page.touched {
		then()
		return
	}
	p.h.Confirm("Throw away the new schedule?", "It was not saved yet.", "Throw away", then)
}

func (p *Triggers) goTo(s schedule.State) {
	tab := 0
	if p.page != nil {
		tab = p.page.tab
	}
	page := p.pageOf(s)
	page.tab = tab
	p.open(page)
	p.drawList()
}

func (p *Triggers) pageOf(s schedule.State) *schedulePage {
	d := p.drafts[s.Path]
	if d == nil {
		d = model.EditSchedule(s.Schedule)
		p.drafts[s.Path] = d
	}
	return newSchedulePage(p, d, s)
}

// open shows a page, or none.
func (p *Triggers) open(page *schedulePage) {
	if old := p.page; old != nil && !old.d.Changed() {
		delete(p.drafts, old.d.Path)
	}
	p.page, p.chosen = page, ""
	p.side.Objects = nil
	if page != nil {
		if !page.d.New {
			p.chosen = page.d.Path
			p.drafts[page.d.Path] = page.d
		}
		p.side.Objects = []fyne.CanvasObject{page.object()}
	}
	p.side.Refresh()
}

// Unsaved names a schedule that was changed and is not saved, "" for none.
func (p *Triggers) Unsaved() string {
	if p.page != nil && p.page.d.Changed() {
		return p.page.d.Called()
	}
	for _, path := range slices.Sorted(maps.Keys(p.drafts)) {
		if d := p.drafts[path]; d.Changed() {
			return d.Called()
		}
	}
	return ""
}

// switchOne switches a schedule on or off.
func (p *Triggers) switchOne(path string, on bool) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		return p.Refresh, p.h.Schedules.SwitchSchedule(ctx, path, on)
	}, p.Refresh)
}

// pauseAll lets all schedules stand still, or go on.
func (p *Triggers) pauseAll() {
	pause := !p.lines.Paused
	p.h.Ask(func(ctx context.Context) (func(), error) {
		return p.Refresh, p.h.Schedules.PauseSchedules(ctx, pause)
	})
}

// menu offers what can be done with a schedule.
func (p *Triggers) menu(s schedule.State, at fyne.Position) {
	verb := "Switch on"
	if s.Enabled {
		verb = "Switch off"
	}
	kit.ShowMenuAt(p.h.Window.Canvas(), at,
		fyne.NewMenuItem("Run now", func() { p.runNow(s.Path) }),
		fyne.NewMenuItem(verb, func() { p.switchOne(s.Path, !s.Enabled) }),
		fyne.NewMenuItem("Copy path", func() { p.h.Copy(s.Path, "Path") }),
		fyne.NewMenuItem("Delete", func() { p.remove(s) }))
}

// runNow starts what a schedule names.
func (p *Triggers) runNow(path string) {
	host.AskThen(p.h, func(ctx context.Context) (run.Begun, error) { return p.h.Schedules.RunSchedule(ctx, path) }, func(b run.Begun) {
		kit.ShowToast(p.h.Window.Canvas(), kit.NewBanner(kit.Good, "It was started", "").Do("Show the run", func() {
			kit.DropToast(p.h.Window.Canvas())
			p.ShowRun(b.ID)
		}))
	})
}

// remove asks and deletes.
func (p *Triggers) remove(s schedule.State) {
	p.h.Confirm(fmt.Sprintf("Delete “%s”?", s.Called()), "It starts nothing any more. The runs that it has started stay.", "Delete", func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return func() {
				delete(p.drafts, s.Path)
				if p.chosen == s.Path {
					p.page = nil
					p.open(nil)
				}
				p.Refresh()
			}, p.h.Schedules.DeleteSchedule(ctx, s.Path)
		})
	})
}

// readTargets reads what a schedule can start, and goes on.
func (p *Triggers) readTargets(then func()) {
	host.AskThen(p.h, p.h.Library.Flows, func(flows []flow.Stored) {
		p.targets = p.targets[:0]
		for _, f := range flows {
			if f.Problem == "" {
				p.targets = append(p.targets, target{Path: f.Path, Title: model.First(f.Summary, f.Path), IsFlow: true, doc: f.JSON})
			}
		}
		for _, path := range slices.Sorted(maps.Keys(p.h.Scripts)) {
			p.targets = append(p.targets, target{Path: path, Title: model.First(p.h.Scripts[path].Summary, path)})
		}
		if then != nil {
			then()
		}
	})
}

// kindWord is what a target is.
func kindWord(isFlow bool) string {
	if isFlow {
		return "flow"
	}
	return "script"
}

// add asks what a new schedule is to start.
func (p *Triggers) add() {
	p.leaving(func() { p.readTargets(func() { p.picker = newTargetPicker(p) }) })
}

// New begins a schedule of a flow or script.
func (p *Triggers) New(path string, isFlow bool) {
	p.leaving(func() { p.readTargets(func() { p.begin(path, isFlow) }) })
}

func (p *Triggers) begin(path string, isFlow bool) {
	free := model.SchedulePath(path, func(path string) bool { _, taken := p.find(path); return taken })
	d := model.NewSchedule(free, path, isFlow, p.h.Zone)
	for _, t := range p.targets {
		if t.Path == path && t.IsFlow == isFlow && t.Title != path {
			d.Summary = t.Title
		}
	}
	page := newSchedulePage(p, d, schedule.State{})
	p.open(page)
	p.known = true
	p.show()
	page.focus()
}
