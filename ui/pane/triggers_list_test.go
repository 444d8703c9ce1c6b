package pane

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sluice/engine/form"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
)

// at is the title of the line at a height of the list.
func at(b *data.Board, y float32) string {
	from, _ := b.InView()
	return b.Line(from + int(y/60)).Cells[0].Text
}

// What is added meanwhile moves nothing that somebody looks at or points to.
func TestTheListStandsStill(t *testing.T) {
	var list []schedule.Schedule
	for i := range 50 {
		list = append(list, daily(fmt.Sprintf("f/b/%02d", i), "0 0 9 * * *"))
	}
	d, p := timed(t, list...)
	d.h.Window.Resize(fyne.NewSize(1200, 500))
	more := func(path string) {
		d.engine.states = append([]schedule.State{stateOf(daily(path, "0 0 9 * * *"))}, d.engine.states...)
		p.Refresh()
	}
	p.board.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10*60)})
	top := at(p.board, 0)
	more("f/a/9")
	if got := at(p.board, 0); got != top || top != "f/b/10" {
		t.Errorf("on top stands %q, and then %q", top, got)
	}
	p.board.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 60*60)})
	p.board.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 70)}})
	more("f/a/8")
	if got := at(p.board, 70); got != "f/b/00" {
		t.Errorf("under the pointer comes %q", got)
	}
	if last := p.board.Line(len(p.rows) - 1).Cells[0].Text; last != "f/a/8" {
		t.Errorf("the new one is not last, but %q", last)
	}
	test.TapAt(p.board, fyne.NewPos(200, 70))
	if p.chosen.path != "f/b/00" {
		t.Errorf("%q is chosen", p.chosen.path)
	}
	p.board.MouseOut()
	if got := p.board.Line(0).Cells[0].Text; got != "f/a/8" || p.chosen.path != "f/b/00" || p.board.Line(p.board.Chosen()).Cells[0].Text != "f/b/00" {
		t.Errorf("without the pointer the first one is %q, and %q is chosen", got, p.chosen.path)
	}
}

// Delete asks before it deletes what is chosen in the list.
func TestTheDeleteKey(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 9 * * *"))
	d.engine.hooked.states = []hook.State{aHook("f/shop/on_order")}
	d.engine.forms.states = []form.State{{Form: form.Form{Path: "f/shop/ask", Flow: "f/shop/close", Enabled: true}, Created: start}}
	p.Refresh()
	for range 3 {
		p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
		p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
		d.confirm("Delete")
	}
	if len(d.engine.gone)+len(d.engine.hooked.gone)+len(d.engine.forms.gone) != 3 || len(p.rows) != 0 {
		t.Errorf("deleted %v, %v, %v", d.engine.gone, d.engine.hooked.gone, d.engine.forms.gone)
	}
	p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if d.h.Window.Canvas().Overlays().Top() != nil {
		t.Error("of an empty list something is to be deleted")
	}
}

// Who saves goes on typing where they typed.
func TestTheKeyboardStaysAfterSaving(t *testing.T) {
	d, p := hooked(t, aHook("f/shop/on_order"))
	p.page.tabs.OnChanged(hookAnswer)
	e := fieldOf(t, p.side, "At most, a second").Control.(*kit.Entry)
	replaced(e, "12")
	d.typed("", fyne.KeyLeft, fyne.KeyReturn)
	d.typed("7", fyne.KeyReturn)
	if got := d.engine.hooked.stored; len(got) != 2 || got[1].Rate != 172 {
		t.Fatalf("saved %+v", got)
	}
	if f := d.h.Window.Canvas().Focused(); f != fieldOf(t, p.side, "At most, a second").Control.(*kit.Entry).Focusable() {
		t.Errorf("the keyboard is at %T", f)
	}
	d.typed("3")
	p.Save()
	if got := d.engine.hooked.stored; len(got) != 3 || got[2].Rate != 1732 {
		t.Errorf("saved %+v", got)
	}
	p.Save()
	if len(d.engine.hooked.stored) != 3 {
		t.Error("what was not changed is saved")
	}
	p.hooks.begin("f/shop/close", true)
	fieldOf(t, p.side, "Path").Control.(*kit.Entry).Focus()
	d.typed("", fyne.KeyReturn)
	if f := d.h.Window.Canvas().Focused(); len(d.engine.hooked.stored) != 4 || f != p.page.name.Focusable() {
		t.Errorf("after a new one was saved the keyboard is at %T", f)
	}
}

// A length of time is told as people do.
func TestOneDayIsNoDays(t *testing.T) {
	_, p := hooked(t, aHook("f/shop/on_order"))
	p.page.tabs.OnChanged(hookAnswer)
	f := fieldOf(t, p.side, "A delivery is known again for")
	units := all[*kit.SelectBox](f)[0]
	if units.Value() != "day" {
		t.Errorf("1 %s", units.Value())
	}
	for text, want := range map[string]string{"3": "days", "1": "day", "1.5": "days"} {
		if replaced(all[*kit.Entry](f)[0], text); units.Value() != want {
			t.Errorf("%s %s", text, units.Value())
		}
	}
}

// What a webhook refused stands among its runs, by the time.
func TestRefusalsStandAmongTheRuns(t *testing.T) {
	is := aHook("f/shop/on_order")
	is.Refusals = []hook.Refusal{
		{At: start.Add(-time.Minute), Why: "The signature is wrong.", Times: 12},
		{At: start.Add(-time.Hour), Why: "The body is not JSON.", Times: 1}}
	d, p := hooked(t, is)
	ran := start.Add(-10 * time.Minute)
	d.engine.runs = []run.Summary{{ID: "r1", Status: run.StatusDone, Outcome: run.Succeeded, Started: ran, Ended: ran}}
	p.page.tabs.OnChanged(hookRuns)
	text := labels(p.side) + paragraphs(p.side)
	for _, want := range []string{"refused 12 times", "The signature is wrong.", "The body is not JSON.", "until Sluice is closed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told in %s", want, text)
		}
	}
	rows := all[*kit.Row](p.side)
	if len(rows) != 3 || !strings.Contains(labels(rows[1]), "Succeeded") {
		t.Fatalf("%d rows, the second %s", len(rows), labels(rows[1]))
	}
	test.Tap(rows[0])
	test.Tap(rows[1])
	if len(d.opened) != 1 || d.opened[0] != "r1" {
		t.Errorf("opened %v", d.opened)
	}
	d.engine.hooked.states[0].Refusals = append([]hook.Refusal{{At: start, Why: "Too much comes to this webhook.", Times: 1}}, is.Refusals...)
	p.Tick()
	if !strings.Contains(paragraphs(p.side), "Too much comes") {
		t.Error("a new refusal is not told")
	}
}

// Where senders must sign, the address alone is told to start nothing.
func TestWhoMayStartASignedWebhook(t *testing.T) {
	is := aHook("f/shop/on_order")
	d, p := hooked(t, is)
	p.hooks.told[is.Path] = "https://ask.example/h/secret1"
	p.page.open(hookAddress)
	if text := labels(p.side); !strings.Contains(text, "Who knows the address may start the flow.") {
		t.Errorf("without a signature it says %s", text)
	}
	d.engine.hooked.states[0].Signature.Kind = hook.Stripe
	p.Refresh()
	if text := labels(p.side); strings.Contains(text, "may start the flow") || !strings.Contains(text, "Senders must sign as Stripe does") {
		t.Errorf("with a signature it says %s", text)
	}
}

// A time that was left out names the run that was open then, and leads to it.
func TestATimeThatWasLeftOut(t *testing.T) {
	d, p := timed(t, daily("f/a/one", "0 0 * * * *"))
	const id = "0198c0de-aaaa-7bbb-8ccc-000000000001"
	d.engine.lines = map[run.ID]run.Summary{id: {ID: id, Status: run.StatusSuspended, Started: start.Add(-2 * time.Hour)}}
	d.engine.fires = []schedule.Fire{
		{Due: start, At: start, What: schedule.Overlapped, Note: "Run " + id + " had not ended.", Open: id},
		{Due: start.Add(-time.Hour), At: start, What: schedule.Overlapped, Note: "Run gone had not ended.", Open: "gone"}}
	p.page.tabs.OnChanged(pageRuns)
	text := labels(p.side) + paragraphs(p.side)
	if strings.Contains(text, id) || strings.Contains(text, "gone") || !strings.Contains(text, "The run that began at 07:00 had not ended") || !strings.Contains(text, "An earlier run had not ended") || !strings.Contains(text, "left out") {
		t.Errorf("it says %s", text)
	}
	rows := all[*kit.Row](p.side)
	test.Tap(rows[0])
	test.Tap(rows[1])
	if len(d.opened) != 1 || d.opened[0] != id {
		t.Errorf("opened %v", d.opened)
	}
}

// While all schedules are paused no page tells times as if they would come.
func TestNoTimesWhileAllArePaused(t *testing.T) {
	_, p := timed(t, daily("f/a/one", "0 0 9 * * *"))
	next := func() string { return labels(fieldOf(t, p.side, "Next five")) }
	if !strings.Contains(next(), "tomorrow, 09:00") {
		t.Errorf("the next times are %s", next())
	}
	test.Tap(p.pause)
	if strings.Contains(next(), "09:00") || !strings.Contains(next(), "Paused") {
		t.Errorf("while all are paused the next times are %s", next())
	}
	if l := p.board.Line(0); l.Cells[2].Text != "all are paused" {
		t.Errorf("the line says %q", l.Cells[2].Text)
	}
	p.schedules.begin("f/ops/tell", true)
	if strings.Contains(next(), "09:00") {
		t.Errorf("of a new one the next times are %s", next())
	}
	test.Tap(p.pause)
	if !strings.Contains(next(), "09:00") {
		t.Errorf("then the next times are %s", next())
	}
}
