package pane

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// What is typed stays when somebody else answers meanwhile, and their answer is told.
func TestTypingStaysWhenOthersAnswer(t *testing.T) {
	d := sit(t, twoSteps)
	asked := func() run.Approval {
		return run.Approval{Run: "r1", Step: "a", Required: 2, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?"},
			Form:   json.RawMessage(`{"type":"object","properties":{"note":{"type":"string","title":"Note"}}}`),
			People: []run.AskedPerson{{Person: "dana@acme.example"}, {Person: "li@acme.example"}}}
	}
	d.engine.open = []run.Approval{asked()}
	p := NewInbox(d.h)
	p.Refresh()
	note := all[*kit.Entry](p.form.Object)[0]
	note.SetText("half a sent")
	now := asked()
	vote := run.Vote{Person: "dana@acme.example", Approve: true, At: start}
	now.People[0].Vote, now.Votes = &vote, []run.Vote{vote}
	d.engine.open = []run.Approval{now}
	p.Refresh()
	if e := all[*kit.Entry](p.form.Object)[0]; e != note || e.Text() != "half a sent" {
		t.Errorf("the field holds %q", e.Text())
	}
	var told []string
	for _, x := range all[*kit.Pill](p.view) {
		told = append(told, x.Text)
	}
	if len(told) == 0 || told[0] != "1 of 2 approvals" {
		t.Errorf("told is %q", told)
	}
	d.press(p.view, "Deny")
	if len(all[*kit.Entry](p.buttons)) != 1 {
		t.Fatal("there is no box for a reason")
	}
	d.engine.open = []run.Approval{asked()}
	p.Refresh()
	if len(all[*kit.Entry](p.buttons)) != 1 {
		t.Error("the box for the reason is gone")
	}
}

// Who comes back to the approvals finds an open request in the place of one that is
// over, and the form of one that is still open as it was left.
func TestWhoComesBackSeesAnOpenRequest(t *testing.T) {
	d := sit(t, twoSteps)
	ask := func(id run.ID) run.Approval {
		return run.Approval{Run: id, Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?"}}
	}
	d.engine.open = []run.Approval{ask("r1"), ask("r2")}
	p := NewInbox(d.h)
	p.Arrive()
	d.engine.open = []run.Approval{ask("r2")}
	p.Refresh()
	if p.chosen != "r1 a" || p.form == nil || p.shown != "" {
		t.Fatalf("%q is shown under the hand", p.chosen)
	}
	p.Arrive()
	if p.chosen != "r2 a" || p.shown == "" {
		t.Errorf("who comes back sees %q", p.chosen)
	}
	all[*kit.Entry](p.form.Object)[0].SetText("typed")
	p.Arrive()
	if got := all[*kit.Entry](p.form.Object)[0].Text(); got != "typed" {
		t.Errorf("the field holds %q", got)
	}
	d.engine.open = []run.Approval{ask("r2"), ask("r3")}
	d.h.Later = func(time.Duration, func()) {}
	d.press(p.view, "Approve and continue")
	d.engine.open = []run.Approval{ask("r3")}
	p.Arrive()
	if p.chosen != "r2 a" || !p.Held() {
		t.Errorf("an answer that can be taken back gave way to %q", p.chosen)
	}
}

// However long a request is, its buttons are in sight in a small window.
func TestTheButtonsOfARequestAreInSight(t *testing.T) {
	d := sit(t, twoSteps)
	form := `{"type":"object","properties":{`
	for i, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		if i > 0 {
			form += ","
		}
		form += `"` + name + `":{"type":"string","format":"textarea"}`
	}
	d.engine.open = []run.Approval{{Run: "r1", Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?"}, Form: json.RawMessage(form + "}}")}}
	p := NewInbox(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	d.h.Window.Resize(fyne.NewSize(1100, 700))
	p.Refresh()
	for _, b := range all[*kit.Button](p.view) {
		if b.Text == "Approve and continue" {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
			if end := at.Y + b.Size().Height; end > 700 || b.Size().Height == 0 {
				t.Errorf("it ends at %v of 700", end)
			}
			return
		}
	}
	t.Error("there is no such button")
}

// What is said where nobody is asked fits into a small window.
func TestTheWordsOfAnEmptyInboxFit(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewInbox(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	d.h.Window.Resize(fyne.NewSize(1100, 700))
	p.Refresh()
	said := 0
	for _, x := range append(all[*kit.Paragraph](p.list), all[*kit.Paragraph](p.view)...) {
		said++
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(x)
		in := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.view)
		if at.X < in.X || at.X+x.Size().Width > in.X+p.view.Size().Width {
			t.Errorf("the words stand at %v to %v of %v to %v", at.X, at.X+x.Size().Width, in.X, in.X+p.view.Size().Width)
		}
	}
	if said == 0 {
		t.Error("nothing is said")
	}
}

// An answer that leaves a request open gives way to what was answered: who has one vote
// is not asked for another, and can still go on to the run.
func TestAnAnswerThatLeavesTheRequestOpenIsShown(t *testing.T) {
	for name, high := range map[string]bool{"": false, "high stakes": true} {
		t.Run(name, func(t *testing.T) {
			d := sit(t, twoSteps)
			asked := run.Approval{Run: "r1", Step: "a", Required: 2, State: run.ApprovalWaiting, HighStakes: high, Ask: run.Ask{Question: "Pay?"},
				People: []run.AskedPerson{{Person: "dana@acme.example"}, {Person: "li@acme.example"}}}
			d.engine.open = []run.Approval{asked}
			d.engine.after = func(x run.Decision) []run.Approval {
				v := run.Vote{Person: x.Person, Approve: true, At: start}
				now := asked
				now.Votes, now.MyVote = []run.Vote{v}, &v
				return []run.Approval{now}
			}
			var later func()
			d.h.Later = func(_ time.Duration, f func()) { later = f }
			p := NewInbox(d.h)
			p.Refresh()
			if high {
				p.word.SetText(run.ConfirmWord)
			}
			d.press(p.view, "Approve and continue")
			later()
			d.mayNotPress(p.view, "Approve and continue", "Deny", "Take it back", "Now")
			d.press(p.view, "Open page as you")
			var told []string
			for _, x := range all[*kit.Text](p.view) {
				told = append(told, x.Text)
			}
			for _, want := range []string{"You approved this at " + start.Local().Format("15:04") + ". It waits for 1 more approval.", run.DesktopUser, "approved " + start.Local().Format("15:04"), "li@acme.example"} {
				if !slices.Contains(told, want) {
					t.Errorf("it does not tell %q: %q", want, told)
				}
			}
			told = nil
			for _, x := range all[*kit.Text](p.list) {
				told = append(told, x.Text)
			}
			if want := "1 of 2 · you have answered · waiting for dana@acme.example, li@acme.example"; !slices.Contains(told, want) {
				t.Errorf("the list does not tell %q: %q", want, told)
			}
			p = NewInbox(d.h) // as after a restart
			p.Refresh()
			d.mayNotPress(p.view, "Approve and continue", "Deny")
			d.press(p.view, "Cancel run")
		})
	}
}

// Where an answer was recorded and yet the request says nothing of it, the buttons are back.
func TestButtonsComeBackAfterAnAnswer(t *testing.T) {
	d := sit(t, twoSteps)
	open := []run.Approval{{Run: "r1", Step: "a", Required: 2, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?"}}}
	d.engine.open, d.engine.after = open, func(run.Decision) []run.Approval { return open }
	p := NewInbox(d.h)
	p.Refresh()
	d.press(p.view, "Approve and continue")
	p.Settle(nil, nil)
	d.mayNotPress(p.view, "Take it back")
	d.press(p.view, "Deny")
}

// Who is led to a request sees it, also where so many are older that it is not listed, and
// it stays in sight while others come.
func TestLeadShowsARequestThatIsNotListed(t *testing.T) {
	d := sit(t, twoSteps)
	for i := range inboxPage + 50 {
		d.engine.open = append(d.engine.open, run.Approval{Run: run.ID(fmt.Sprint("r", i)), Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: fmt.Sprint("Pay ", i, "?")}})
	}
	p := NewInbox(d.h)
	p.Refresh()
	last := d.engine.open[inboxPage+49]
	shows := func() bool {
		return slices.ContainsFunc(all[*kit.Paragraph](p.view), func(x *kit.Paragraph) bool { return x.Text == last.Ask.Question })
	}
	if shows() {
		t.Fatal("the newest is shown unasked")
	}
	p.search.SetText("no such words")
	p.Lead(model.Target{Run: last.Run, Step: last.Step})
	if !shows() {
		t.Error("it is not shown")
	}
	p.Arrive()
	if !shows() {
		t.Error("it does not stay")
	}
}
