package pane

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
)

// timetable answers for the schedules of an engine.
type timetable struct {
	states  []schedule.State
	stored  []schedule.Schedule
	paused  bool
	began   []string
	gone    []string
	fires   []schedule.Fire
	lines   map[run.ID]run.Summary
	refuse  error // of saving and switching
	asked   int   // how often all were read
	singles int   // how often one was
}

func (t *timetable) Schedules(context.Context) ([]schedule.State, error) {
	t.asked++
	return slices.Clone(t.states), nil
}
func (t *timetable) Schedule(_ context.Context, path string) (schedule.State, error) {
	t.singles++
	for _, s := range t.states {
		if s.Path == path {
			return s, nil
		}
	}
	return schedule.State{}, fault.New("schedule.unknown", "There is none", "")
}
func (t *timetable) SaveSchedule(_ context.Context, s schedule.Schedule) error {
	if t.refuse != nil {
		return t.refuse
	}
	t.stored = append(t.stored, s)
	t.states = slices.DeleteFunc(t.states, func(x schedule.State) bool { return x.Path == s.Path })
	t.states = append(t.states, stateOf(s))
	slices.SortFunc(t.states, func(a, b schedule.State) int { return strings.Compare(a.Path, b.Path) })
	return nil
}
func (t *timetable) FitsSchedule(context.Context, schedule.Schedule) error { return t.refuse }
func (t *timetable) SwitchSchedule(_ context.Context, path string, on bool) error {
	if t.refuse != nil {
		return t.refuse
	}
	for i := range t.states {
		if t.states[i].Path == path {
			t.states[i].Enabled = on
		}
	}
	return nil
}
func (t *timetable) DeleteSchedule(_ context.Context, path string) error {
	t.gone = append(t.gone, path)
	t.states = slices.DeleteFunc(t.states, func(x schedule.State) bool { return x.Path == path })
	return nil
}
func (t *timetable) RunSchedule(_ context.Context, path string) (run.Begun, error) {
	t.began = append(t.began, path)
	return run.Begun{ID: "r7"}, nil
}
func (t *timetable) PauseSchedules(_ context.Context, pause bool) error { t.paused = pause; return nil }
func (t *timetable) SchedulesPaused(context.Context) (bool, error)      { return t.paused, nil }
func (t *timetable) Fires(_ context.Context, _ string, limit int) ([]schedule.Fire, error) {
	return t.fires[:min(limit, len(t.fires))], nil
}
func (t *timetable) Run(_ context.Context, id run.ID) (run.Summary, error) {
	if s, ok := t.lines[id]; ok {
		return s, nil
	}
	return run.Summary{}, fault.New("run.unknown", "There is none", "")
}

// stateOf is how a schedule stands that was saved at the start of the tests.
func stateOf(s schedule.Schedule) schedule.State {
	st := schedule.State{Schedule: s, Problem: s.Check()}
	if t, err := s.Timing(); err == nil && s.Enabled {
		st.Next = t.Next(start)
	}
	return st
}

func daily(path, cron string) schedule.Schedule {
	return schedule.Schedule{Path: path, Cron: cron, Zone: "UTC", Target: "f/shop/close", IsFlow: true, Enabled: true, NoOverlap: true}
}

// timed is a desk before the pane Triggers.
func timed(t *testing.T, list ...schedule.Schedule) (*desk, *Triggers) {
	t.Helper()
	d := sit(t, twoSteps)
	d.engine.flows = []flow.Stored{
		{Path: "f/shop/close", Summary: "Close the day", JSON: []byte(twoSteps)},
		{Path: "f/ops/tell", Summary: "Tell somebody", JSON: []byte(`{"summary":"Tell","value":{"modules":[]}}`)}}
	d.h.Scripts = map[string]flow.StoredScript{"u/me/sweep": {Path: "u/me/sweep", Summary: "Sweep", Schema: flow.Raw(`{"type":"object","properties":{"deep":{"type":"string","title":"How deep"},"scheduled_at":{"type":"string"}},"required":["scheduled_at"]}`)}}
	for _, s := range list {
		d.engine.states = append(d.engine.states, stateOf(s))
	}
	p := NewTriggers(d.h)
	p.ShowRun = func(id run.ID) { d.opened = append(d.opened, string(id)) }
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	p.Arrive()
	return d, p
}

// typed types into what has the keyboard.
func (d *desk) typed(text string, keys ...fyne.KeyName) {
	d.t.Helper()
	f := d.h.Window.Canvas().Focused()
	if f == nil {
		d.t.Fatal("nothing has the keyboard")
	}
	for _, r := range text {
		f.TypedRune(r)
	}
	for _, k := range keys {
		d.h.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// replaced types in the place of what stands in a field.
func replaced(e *kit.Entry, text string) {
	e.Focus()
	e.SelectAll()
	for _, r := range text {
		e.Focusable().TypedRune(r)
	}
}

// sched is the page of a schedule that is open.
func sched(p *Triggers) *schedulePage { return p.page.of.(*schedulePage) }

// labels are the texts of an object, paragraphs and buttons included.
func labels(o fyne.CanvasObject) string {
	var b strings.Builder
	for _, x := range all[*kit.Text](o) {
		b.WriteString(x.Text + "\n")
	}
	for _, x := range all[*kit.Pill](o) {
		if x.Visible() {
			b.WriteString(x.Text + "\n")
		}
	}
	for _, x := range all[*kit.Field](o) {
		b.WriteString(x.Label + ": " + x.Hint + " " + x.Err + "\n")
	}
	for _, x := range all[*kit.Banner](o) {
		b.WriteString(x.Title + " " + x.Hint + "\n")
	}
	return b.String()
}

// fieldOf is the field of a page with a label.
func fieldOf(t *testing.T, o fyne.CanvasObject, label string) *kit.Field {
	t.Helper()
	for _, f := range all[*kit.Field](o) {
		if f.Label == label {
			return f
		}
	}
	t.Fatalf("there is no field %q in %s", label, labels(o))
	return nil
}

// chooseSegment presses one of a few.
func chooseSegment(t *testing.T, o fyne.CanvasObject, label string) {
	t.Helper()
	for _, s := range all[*kit.Segments](o) {
		if i := slices.Index(s.Labels, label); i >= 0 {
			s.Select(i)
			s.OnChanged(i)
			return
		}
	}
	t.Fatalf("there is no choice %q", label)
}

// A schedule is made by the keyboard alone: the flow is searched, the name and the time
// are typed, Enter saves.
func TestAScheduleIsMadeByKeyboard(t *testing.T) {
	d, p := timed(t)
	p.schedules.add()
	d.typed("close", fyne.KeyReturn)
	if p.page == nil || sched(p).d.Target != "f/shop/close" {
		t.Fatalf("the page is of %+v", p.page)
	}
	p.page.name.SelectAll()
	d.typed("Evening")
	next := func(want fyne.Focusable) {
		t.Helper()
		for range 12 {
			d.h.Window.Canvas().FocusNext()
			if d.h.Window.Canvas().Focused() == want {
				return
			}
		}
		t.Fatal("Tab does not come to the field")
	}
	next(sched(p).cron.Focusable())
	sched(p).cron.SelectAll()
	d.typed("0 30 18 * *")
	if f := fieldOf(t, p.side, "Cron"); !strings.Contains(f.Err, "0 0 30 18 * *") {
		t.Errorf("of five fields is said %q", f.Err)
	}
	d.typed(" *")
	if f := fieldOf(t, p.side, "Cron"); f.Err != "" || f.Hint != "Every day at 18:30" {
		t.Errorf("the cron field says %q and %q", f.Hint, f.Err)
	}
	d.typed("", fyne.KeyReturn)
	want := schedule.Schedule{Path: "f/shop/close", Summary: "Evening", Cron: "0 30 18 * * *", Zone: "Europe/Berlin", Target: "f/shop/close", IsFlow: true, Args: json.RawMessage("{}"), Enabled: true, NoOverlap: true}
	if got := d.engine.stored; len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("saved %+v", got)
	}
	if p.chosen.path != "f/shop/close" || len(p.schedules.all) != 1 || sched(p).d.New {
		t.Errorf("%q is chosen of %d", p.chosen.path, len(p.schedules.all))
	}
	if l := p.board.Line(0); l.Cells[0].Text != "Evening" || l.Cells[1].Text != "Every day at 18:30" || !l.On {
		t.Errorf("the line is %+v", l)
	}
}

// The same by the mouse: plain choices write the cron text, and what is wrong is said at
// its field, on its tab.
func TestAScheduleIsMadeByMouse(t *testing.T) {
	d, p := timed(t)
	d.press(p.body, "New schedule")
	pk := p.picker
	pk.list.OnPick(slices.IndexFunc(pk.found, func(x target) bool { return x.Path == "u/me/sweep" }))
	pk.take()
	if p.page == nil || sched(p).d.IsFlow || sched(p).d.Summary != "Sweep" {
		t.Fatalf("the page is of %+v", p.page)
	}
	d.press(p.side, "Every … minutes")
	if sched(p).cron.Text() != "0 */15 * * * *" {
		t.Errorf("the cron text is %q", sched(p).cron.Text())
	}
	d.press(p.side, "First Monday")
	replaced(all[*kit.Entry](sched(p).detail)[0], "07:30")
	if sched(p).cron.Text() != "0 30 7 * * MON#1" {
		t.Errorf("the cron text is %q", sched(p).cron.Text())
	}
	if text := labels(p.side); !strings.Contains(text, "Mon 7 Dec, 07:30") {
		t.Errorf("the next times are %s", text)
	}
	chooseSegment(t, p.side, "Skip")
	chooseSegment(t, p.side, "Queue one")
	p.page.tabs.OnChanged(pageInputs)
	replaced(all[*kit.Entry](fieldOf(t, p.side, "How deep"))[0], "1 m")
	if strings.Contains(labels(p.side), "scheduled_at:") {
		t.Error("what Sluice tells is asked for")
	}
	p.page.tabs.OnChanged(pageFails)
	who := fieldOf(t, p.side, "On failure").Control.(*kit.Suggest)
	d.h.Window.Canvas().Focus(who.Focusable())
	d.typed("tell", fyne.KeyDown, fyne.KeyReturn)
	chooseSegment(t, p.side, "Exactly")
	more := fieldOf(t, p.side, "With these inputs, too").Control.(*kit.Entry)
	replaced(more, "ops")
	if f := fieldOf(t, p.side, "With these inputs, too"); !strings.Contains(f.Err, "no JSON object") {
		t.Errorf("what is no object is told as %q", f.Err)
	}
	replaced(more, `{"channel":"ops"}`)
	d.press(p.side, "Save")
	want := schedule.Schedule{Path: "u/me/sweep", Summary: "Sweep", Cron: "0 30 7 * * MON#1", Zone: "Europe/Berlin", Target: "u/me/sweep", Args: json.RawMessage(`{"deep":"1 m"}`), Enabled: true, NoOverlap: true,
		OnFailure: "flow/f/ops/tell", OnFailureExact: true, OnFailureArgs: json.RawMessage(`{"channel":"ops"}`), Own: schedule.Own{Missed: schedule.MissedSkip, QueueOne: true}}
	if got := d.engine.stored; len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("saved %+v\nwant %+v", got, want)
	}
}

// What saving says stands at its field, whichever tab is shown.
func TestErrorsOfSavingStandAtTheirField(t *testing.T) {
	for name, tt := range map[string]struct {
		err   error
		field string
		tab   int
	}{
		"cron":    {fault.New("schedule.never", "It is never due", ""), "Cron", pageWhen},
		"zone":    {fault.New("schedule.zone", "There is no such zone", ""), "Time zone", pageWhen},
		"age":     {fault.New("schedule.missed", "That is too old", ""), "Not older than", pageWhen},
		"target":  {fault.New("flow.unknown", "There is no such flow", ""), "Starts", pageInputs},
		"input":   {fault.New("flow.input", "It lacks an amount", ""), "", pageInputs},
		"unknown": {fault.New("test.disk", "The disk is full", ""), "", pageFails},
	} {
		s := daily("f/shop/close", "0 0 9 * * *")
		s.Args = json.RawMessage(`{"amount":3}`)
		d, p := timed(t, s)
		p.page.tabs.OnChanged(pageFails)
		replaced(p.page.name, "Other")
		d.engine.refuse = tt.err
		d.press(p.side, "Save")
		if p.page.tab != tt.tab || !strings.Contains(labels(p.side), fault.From(tt.err).Title) {
			t.Errorf("%s: tab %d is shown: %s", name, p.page.tab, labels(p.side))
		}
		if tt.field != "" && !strings.Contains(fieldOf(t, p.side, tt.field).Err, fault.From(tt.err).Title) {
			t.Errorf("%s: the field says %q", name, fieldOf(t, p.side, tt.field).Err)
		}
		d.engine.refuse = nil
		d.press(p.side, "Save")
		if len(d.engine.stored) != 1 {
			t.Errorf("%s: it cannot be saved once it is right", name)
		}
	}
}

// A new schedule takes no other's place.
func TestANewScheduleTakesNoOthersPlace(t *testing.T) {
	d, p := timed(t, daily("f/shop/close", "0 0 9 * * *"))
	p.New("f/shop/close", true)
	if sched(p).d.Path != "f/shop/close_2" {
		t.Errorf("the path proposed is %q", sched(p).d.Path)
	}
	replaced(fieldOf(t, p.side, "Path").Control.(*kit.Entry), "f/shop/close")
	d.press(p.side, "Save")
	if f := fieldOf(t, p.side, "Path"); len(d.engine.stored) != 0 || !strings.Contains(f.Err, "already") {
		t.Errorf("saved %v; the path says %q", d.engine.stored, f.Err)
	}
	replaced(fieldOf(t, p.side, "Path").Control.(*kit.Entry), "f/shop/close_9")
	d.press(p.side, "Save")
	if len(d.engine.stored) != 1 || d.engine.stored[0].Path != "f/shop/close_9" {
		t.Errorf("saved %v", d.engine.stored)
	}
}

// What is changed stays while another is looked at, and can be taken back.
func TestChangesOfAScheduleWait(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 9 * * *"), daily("f/a/two", "0 0 10 * * *"))
	replaced(p.page.name, "Changed")
	p.board.OnPick(1)
	if p.chosen.path != "f/a/two" || p.Unsaved() != "Changed" || !strings.HasPrefix(p.board.Line(0).Cells[0].Sub, "not saved") {
		t.Errorf("%q is chosen, %q is not saved, the line says %+v", p.chosen.path, p.Unsaved(), p.board.Line(0))
	}
	d.engine.states[0].Enabled = false // meanwhile
	p.Refresh()
	p.board.OnPick(0)
	if p.page.name.Text() != "Changed" {
		t.Errorf("the name is %q", p.page.name.Text())
	}
	d.press(p.side, "Revert")
	if p.page.name.Text() != "" || p.Unsaved() != "" {
		t.Errorf("the name is %q; %q is not saved", p.page.name.Text(), p.Unsaved())
	}
	s := d.engine.states[0]
	s.Summary, s.Cron = "From elsewhere", "0 0 11 * * *"
	d.engine.states[0] = s
	p.Refresh()
	if p.page.name.Text() != "From elsewhere" || sched(p).cron.Text() != "0 0 11 * * *" {
		t.Errorf("what is changed elsewhere is shown as %q, %q", p.page.name.Text(), sched(p).cron.Text())
	}
}

// The list switches, pauses, runs and deletes.
func TestSchedulesAreSwitched(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 9 * * *"), daily("f/a/two", "0 0 10 * * *"))
	p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if d.engine.states[1].Enabled || p.board.Line(1).On || p.board.Line(1).Cells[2].Text != "off" {
		t.Errorf("the line is %+v", p.board.Line(1))
	}
	test.TapAt(p.board, fyne.NewPos(p.board.Size().Width-30, 30))
	if d.engine.states[0].Enabled || p.chosen.path != "f/a/two" {
		t.Errorf("the switch of the first line did not switch it; %q is chosen", p.chosen.path)
	}
	d.press(p.Object(), "Pause all")
	if !d.engine.paused || p.pause.Text != "Resume" || !strings.Contains(labels(p.body), "All schedules are paused") {
		t.Errorf("paused %v; the button says %q", d.engine.paused, p.pause.Text)
	}
	test.Tap(p.pause)
	if d.engine.paused || p.pause.Text != "Pause all" {
		t.Errorf("paused %v; the button says %q", d.engine.paused, p.pause.Text)
	}
	d.press(p.side, "Run now")
	if len(d.engine.began) != 1 || d.engine.began[0] != "f/a/two" {
		t.Errorf("began %v", d.engine.began)
	}
	d.press(p.side, "Delete")
	if len(d.engine.gone) != 0 {
		t.Error("it is deleted without a question")
	}
}

// The page tells what became of the times; a press opens the run.
func TestTheRunsOfASchedule(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 9 * * *"))
	due := start.Add(-24 * time.Hour)
	d.engine.lines = map[run.ID]run.Summary{"r1": {ID: "r1", Status: run.StatusDone, Outcome: run.Succeeded, Started: due, Ended: due.Add(1200 * time.Millisecond)}}
	d.engine.fires = []schedule.Fire{{Due: start, At: start, What: schedule.Failed, Note: "The input lacks an amount"}, {Due: due, At: due, What: schedule.Ended, Run: "r1", Left: 2}}
	p.page.tabs.OnChanged(pageRuns)
	text := labels(p.side)
	for _, want := range []string{"Mon 23 Nov, 09:00:00", "could not start", "Sun 22 Nov, 09:00:00", "Succeeded"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told in %s", want, text)
		}
	}
	rows := all[*kit.Row](p.side)
	test.Tap(rows[1])
	if len(d.opened) != 1 || d.opened[0] != "r1" {
		t.Errorf("opened %v", d.opened)
	}
}

// Times count down, and what was due is read again, as long as the pane is looked at.
func TestComingTimesCountDown(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 5 9 * * *"))
	var timers []func()
	var pauses []time.Duration
	d.h.Later = func(pause time.Duration, f func()) { pauses, timers = append(pauses, pause), append(timers, f) }
	seen := true
	p.Seen = func() bool { return seen }
	away := func() string { return p.board.Line(0).Cells[2].Sub }
	p.beating = false
	p.beat()
	if away() != "in 5 min" || len(timers) != 1 || pauses[0] > time.Minute {
		t.Fatalf("%q, %v", away(), pauses)
	}
	d.now = start.Add(4*time.Minute + 30*time.Second)
	timers[0]()
	if away() != "in 30 s" || len(timers) != 2 || pauses[1] != time.Second {
		t.Fatalf("%q, %v", away(), pauses)
	}
	d.now = start.Add(5 * time.Minute)
	d.engine.states[0].Next = start.Add(24*time.Hour + 5*time.Minute)
	d.engine.states[0].Last = schedule.Fire{Due: d.now, At: d.now, What: schedule.Overlapped}
	timers[1]()
	if l := p.board.Line(0); l.Word != "left out, one still ran" || l.Cells[2].Sub != "in 1 day" {
		t.Errorf("the line is %+v", l)
	}
	seen = false
	was, asked := len(timers), d.engine.asked+d.engine.singles
	timers[was-1]()
	if len(timers) != was || d.engine.asked+d.engine.singles != asked {
		t.Error("a pane that nobody looks at goes on")
	}
}

// Of ten thousand schedules only those in view are told.
func TestTenThousandSchedules(t *testing.T) {
	var list []schedule.Schedule
	for i := range 10_000 {
		list = append(list, daily(fmt.Sprintf("f/a/s%05d", i), "0 0 9 * * *"))
	}
	_, p := timed(t, list...)
	told := 0
	line := p.board.Line
	p.board.Line = func(i int) data.BoardLine { told++; return line(i) }
	p.show()
	if told == 0 || told > 30 {
		t.Errorf("%d lines are told", told)
	}
	if p.count.Text != "10000 schedules" {
		t.Errorf("the count is %q", p.count.Text)
	}
	p.search.SetText("s0004")
	p.show()
	if len(p.rows) != 10 || p.count.Text != "10 of 10000 schedules" {
		t.Errorf("%d are found: %q", len(p.rows), p.count.Text)
	}
	began := time.Now()
	for range 20 {
		p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("twenty steps take %v", took)
	}
}

// A flow's own menu, and a script's page, begin a schedule of it.
func TestScheduleFromTheFlow(t *testing.T) {
	d, p := timed(t)
	d.h.Schedule = p.New
	d.h.Schedule("f/shop/close", true)
	if p.page == nil || !sched(p).d.New || sched(p).d.Target != "f/shop/close" || sched(p).d.Summary != "Close the day" {
		t.Fatalf("the page is %+v", p.page)
	}
	if len(all[*container.Scroll](p.side)) == 0 {
		t.Error("the page is empty")
	}
	d.press(p.side, "Cancel")
	if p.page != nil || len(d.engine.stored) != 0 {
		t.Error("it is not thrown away")
	}
}

// A chip that is pressed by the keyboard leaves the keyboard where it is: what was typed to
// press it goes into no field.
func TestAChipKeepsTheKeyboard(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 9 * * MON-FRI"))
	own := sched(p).chips[model.OwnCron]
	d.h.Window.Canvas().Focus(own)
	d.typed(" ", fyne.KeySpace)
	if got := sched(p).cron.Text(); got != "0 0 9 * * MON-FRI" || d.h.Window.Canvas().Focused() != fyne.Focusable(own) {
		t.Errorf("the cron text is %q; %T has the keyboard", got, d.h.Window.Canvas().Focused())
	}
}

// The next times count down on the page of a schedule that is off, too.
func TestNextTimesOfOneThatIsOff(t *testing.T) {
	s := daily("f/a/one", "0 5 9 * * *")
	s.Enabled = false
	d, p := timed(t, s)
	var timers []func()
	var pauses []time.Duration
	d.h.Later = func(pause time.Duration, f func()) { pauses, timers = append(pauses, pause), append(timers, f) }
	d.now = start.Add(4*time.Minute + 30*time.Second)
	p.beating = false
	p.beat()
	if len(pauses) != 1 || pauses[0] != time.Second {
		t.Fatalf("it is looked at again after %v", pauses)
	}
	d.now = d.now.Add(10 * time.Second)
	timers[0]()
	if !strings.Contains(labels(p.side), "in 20 s") {
		t.Errorf("the next times are %s", labels(p.side))
	}
}
