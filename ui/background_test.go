package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/model"
	"sluice/ui/session"
)

// around is a desktop session.
type around struct {
	tray      bool
	tip       string
	items     []session.Item
	notes     []session.Note
	withdrawn []string
}

func (a *around) Tray() bool                            { return a.tray }
func (a *around) SetMenu(tip string, it []session.Item) { a.tip, a.items = tip, it }
func (a *around) Notify(n session.Note)                 { a.notes = append(a.notes, n) }
func (a *around) Withdraw(key string)                   { a.withdrawn = append(a.withdrawn, key) }
func (a *around) Close()                                {}

// labels are what the tray's menu shows.
func (a *around) labels() (out []string) {
	for _, it := range a.items {
		if !it.Hidden && !it.Line {
			out = append(out, it.Label)
		}
	}
	return out
}

func (a *around) press(t *testing.T, label string) {
	t.Helper()
	for _, it := range a.items {
		if strings.HasPrefix(it.Label, label) && !it.Off && !it.Hidden {
			it.Do()
			return
		}
	}
	t.Fatalf("no %q in %q", label, a.labels())
}

// timetable is what host.Schedules is, under another name than its method.
type timetable = host.Schedules

// pausing watches the pause of the schedules.
type pausing struct {
	timetable
	paused chan bool
}

func (p pausing) PauseSchedules(_ context.Context, pause bool) error {
	p.paused <- pause
	return nil
}

func showIn(t *testing.T, w *world, tray bool) (*shown, *around) {
	t.Helper()
	s, a := show(t, w), &around{tray: tray}
	s.session = a
	s.until("Pay")
	return s, a
}

// when runs what comes to the main goroutine until something holds.
func (s *shown) when(what string, ok func() bool) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case f := <-s.queue:
			f()
		case <-deadline:
			s.t.Fatalf("not within 20 s: %s; the window shows %q", what, s.texts())
		}
	}
}

func TestClosingAsksOnceWhetherToStayInTheTray(t *testing.T) {
	w := newWorld()
	w.waiting.Store(1)
	s, _ := showIn(t, w, true)
	s.close()
	s.until("Keep running in the tray")
	s.press("Cancel")
	if s.back.hidden || s.ctx.Err() != nil || s.shows("Keep running") {
		t.Fatal("who cancels does not stay")
	}
	s.edit("Pay it out")
	s.close()
	s.until("1 request is open")
	s.press("Keep running in the tray")
	s.when("it is hidden", func() bool { return s.back.hidden })
	if w.setting(SettingClosing) != model.CloseToTray || s.ctx.Err() != nil {
		t.Fatalf("the setting is %q", w.setting(SettingClosing))
	}
	if !strings.Contains(w.saved["u/me/refund"], "Pay it out") {
		t.Error("what was typed last is not stored")
	}
	s.Raise()
	s.when("it is shown", func() bool { return !s.back.hidden })
	s.close()
	s.when("it is hidden unasked", func() bool { return s.back.hidden })
}

func TestWhoQuitsFromTheTrayIsToldFirst(t *testing.T) {
	w := newWorld()
	w.waiting.Store(2)
	w.settings[SettingClosing] = model.CloseToTray
	s, a := showIn(t, w, true)
	s.close()
	s.when("it is hidden", func() bool { return s.back.hidden })
	s.when("the menu", func() bool { return len(a.items) > 0 && a.items[0].Label == "2 requests wait" })
	a.press(t, "Quit")
	s.until("2 requests are open")
	if s.back.hidden {
		t.Error("the question is asked in a window that nobody sees")
	}
	s.press("Quit")
	s.ended()
}

// Told by a signal, Sluice ends also from the tray.
func TestASignalEndsAWindowInTheTray(t *testing.T) {
	w := newWorld()
	w.waiting.Store(2)
	w.settings[SettingClosing] = model.CloseToTray
	s, _ := showIn(t, w, true)
	s.close()
	s.when("it is hidden", func() bool { return s.back.hidden })
	s.End()
	s.ended()
}

func TestTheTraysMenuPausesSchedules(t *testing.T) {
	w := newWorld()
	w.stands = model.Standstill{Schedules: 2}
	s, a := showIn(t, w, true)
	p := pausing{paused: make(chan bool, 1)}
	s.cfg.Schedules = p
	s.readTray()
	s.when("the menu", func() bool { return slices.Contains(a.labels(), "Pause schedules") })
	if want := []string{"Nothing waits for you", "Open Sluice", "Pause schedules", "Quit Sluice"}; !slices.Equal(a.labels(), want) {
		t.Errorf("the menu says %q", a.labels())
	}
	a.press(t, "Pause schedules")
	w.stands.Paused = true
	s.when("the schedules", func() bool { return len(p.paused) == 1 })
	s.when("the menu", func() bool { return slices.Contains(a.labels(), "Resume schedules") })
	<-p.paused
	a.press(t, "Resume")
	s.when("the schedules", func() bool { return len(p.paused) == 1 })
	if <-p.paused {
		t.Error("they are paused once more")
	}
}

// Without a tray nobody could call the window back.
func TestAWindowComesBackWhenTheTrayGoes(t *testing.T) {
	w := newWorld()
	w.waiting.Store(1)
	w.settings[SettingClosing] = model.CloseToTray
	s, a := showIn(t, w, true)
	s.close()
	s.when("it is hidden", func() bool { return s.back.hidden })
	a.tray = false
	s.showUnlessTray(time.Millisecond)
	s.when("it is shown", func() bool { return !s.back.hidden })
	s.hide() // the tray goes between the question and the answer
	s.until("1 request is open")
	if s.shows("in the tray") {
		t.Error("a tray is offered that is not there")
	}
}

// A press on a notification opens what it is about, and who looks at that is not told.
func TestANotificationLeadsToItsRequest(t *testing.T) {
	w := newWorld()
	s, a := showIn(t, w, true)
	s.back.outside.SkipTo(time.Now().Add(-time.Hour), nil)
	w.requests = []run.Approval{{Run: "r0", Step: "a", FlowName: "Refund", Ask: run.Ask{Question: "Pay r0?"}, Opened: time.Now(), State: run.ApprovalWaiting},
		{Run: "r1", Step: "a", FlowName: "Refund", Ask: run.Ask{Question: "Pay r1?"}, Opened: time.Now(), State: run.ApprovalWaiting}}
	w.batches <- []run.Entry{{ID: 50, Run: "r1", Seq: 9, Event: run.JobSucceeded{Step: "a"}}}
	s.when("two notifications", func() bool { return len(a.notes) == 2 })
	if n := a.notes[1]; n.Title != "Pay r1?" || n.Key == a.notes[0].Key {
		t.Errorf("it says %+v", a.notes)
	}
	a.notes[1].Open()
	s.until("Pay r1?")
	s.when("the inbox", func() bool { return s.place == host.PlaceApprovals })
	s.until("Approve and continue")
	s.back.focused = true
	w.requests = append(w.requests, run.Approval{Run: "r2", Step: "a", Ask: run.Ask{Question: "Pay r2?"}, Opened: time.Now().Add(time.Minute), State: run.ApprovalWaiting})
	s.hear([]run.Entry{{ID: 51, Run: "r2", Seq: 9, Event: run.JobSucceeded{Step: "a"}}})
	s.when("it is looked at", func() bool { return !s.back.looking })
	if len(a.notes) != 2 {
		t.Errorf("who looks at the requests is told: %+v", a.notes[2:])
	}
}
