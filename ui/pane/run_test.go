package pane

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/model"
)

const asks = `{"summary":"Refund","value":{"modules":[{"id":"a","summary":"Ask","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}},"suspend":{"required_events":2,"timeout":3600}}]}}`

// waiting is a desk with a run on it that asks dana and li; li can be mailed.
func waiting(t *testing.T, path string) *desk {
	t.Helper()
	d := sit(t, asks)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(asks)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", journal(path)))
	return d
}

func journal(path string) []run.Entry {
	var list []run.Entry
	for i, ev := range []run.Event{
		run.Started{Flow: "h", Name: "Refund", Path: path, Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.AskNoted{Step: "a", Attempt: 1, Ask: run.Ask{Question: "Refund 120 €?"}},
		run.LinkMinted{Step: "a", Link: 1, Person: "dana@acme.example"},
		run.LinkMinted{Step: "a", Link: 2, Person: "li@acme.example"},
		run.MailNoted{Step: "a", Mail: "m2", To: "li@acme.example", State: run.MailQueued},
		run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("ok")},
	} {
		list = append(list, run.Entry{ID: int64(i + 1), Run: "r1", Seq: i + 1, At: start.Add(time.Duration(i) * time.Millisecond), Event: ev})
	}
	return list
}

func TestTheRunPanelTellsWhomItWaitsForAndActsForThem(t *testing.T) {
	d := waiting(t, "u/me/f")
	p := d.editor.run
	if !strings.Contains(p.line.Text, "dana@acme.example") || !strings.Contains(p.line.Text, "li@acme.example") {
		t.Errorf("the head says %q", p.line.Text)
	}
	if d.h.Model.Selected() != "a" || p.tab != tabApprovals {
		t.Errorf("selected %q, tab %d: the people are not shown unasked", d.h.Model.Selected(), p.tab)
	}
	d.press(p.acts, "Open page as you") // not as one of those who were asked
	d.press(p.acts, "Send again")
	want := []string{"link r1 a desktop user", "again r1 a li@acme.example"}
	if diff := cmp.Diff(want, d.engine.calls); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(d.opened, []string{"http://127.0.0.1/p/desktop user"}) {
		t.Errorf("opened %q", d.opened)
	}
	p.cancel()
	if len(d.engine.canceled) != 0 {
		t.Fatal("canceled without asking")
	}
	confirm := d.h.Window.Canvas().Overlays().Top()
	if confirm == nil {
		t.Fatal("nothing is asked before the run is canceled")
	}
}

func TestWhatIsPressedStaysWhileTheRunGoesOn(t *testing.T) {
	d := waiting(t, "u/me/f")
	p := d.editor.run
	row, button := p.rows.Objects[0], p.acts.Objects[0]
	p.Refresh()
	if p.rows.Objects[0] != row || p.acts.Objects[0] != button {
		t.Error("an unchanged line or button was made anew; a press on it would be lost")
	}
	d.h.Changed(d.h.Model.Apply([]run.Entry{{ID: 8, Run: "r1", Seq: 8, At: start.Add(time.Second),
		Event: run.DecisionMade{Step: "a", Person: "dana@acme.example", Link: 1, Approve: true, Payload: run.Inline(nil), Via: run.ViaLink}}}))
	if p.rows.Objects[0] == row {
		t.Error("the line does not tell of the vote")
	}
	d.press(p.acts, "Copy link…")
	detail, _ := d.h.Model.Detail()
	items := p.linkItems(detail.Approval)
	if d.h.Window.Canvas().Overlays().Top() == nil || len(items) != 1 || items[0].Label != "Link for li@acme.example" || len(d.engine.calls) != 0 {
		t.Fatalf("made %q without saying whose; the menu is %+v", d.engine.calls, items)
	}
	items[0].Action()
	if got := d.engine.calls; len(got) != 1 || got[0] != "link r1 a li@acme.example" {
		t.Errorf("made %q; dana has answered already", got)
	}
}

func TestTheFlowOfAnotherRunIsOnlyLookedAt(t *testing.T) {
	d := waiting(t, "u/me/other")
	doc := d.h.Model.Doc()
	if !doc.ReadOnly || !d.editor.edit.Visible() || !d.editor.test.Disabled() {
		t.Fatalf("read only %v, way back %v, test off %v", doc.ReadOnly, d.editor.edit.Visible(), d.editor.test.Disabled())
	}
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Approval")
	for _, e := range all[*kit.Entry](d.editor.inspector.Object()) {
		if !e.Disabled() {
			t.Errorf("the field with %q can be changed", e.Text())
		}
	}
	for _, e := range all[*kit.Toggle](d.editor.inspector.Object()) {
		if !e.Disabled() {
			t.Error("a switch can be turned")
		}
	}
	d.editor.Delete()
	d.editor.AddAfter()
	if len(d.failed) != 2 || len(d.flow().Value.Modules) != 1 || d.h.Window.Canvas().Overlays().Top() != nil {
		t.Errorf("told %v, %d steps", d.failed, len(d.flow().Value.Modules))
	}
	d.editor.SaveNow(nil, nil)
	if len(d.engine.saved) != 0 {
		t.Errorf("an old version was stored: %v", d.engine.saved)
	}
	d.engine.flows = []flow.Stored{{Path: "u/me/other", JSON: []byte(twoSteps)}}
	d.press(d.editor.bars, "Edit this flow")
	if doc := d.h.Model.Doc(); doc.ReadOnly || doc.Path != "u/me/other" || len(doc.Flow.Value.Modules) != 2 {
		t.Errorf("open: %+v", doc)
	}
}

// A run panel that was folded away leaves a strip with how the run stands, and
// comes back from there.
func TestAFoldedRunLeavesAStrip(t *testing.T) {
	d := waiting(t, "u/me/f")
	if d.editor.split.Collapsed() || d.editor.strip.object.Visible() {
		t.Fatal("the run is not shown")
	}
	d.editor.run.Closed()
	strip := d.editor.strip
	if !d.editor.split.Collapsed() || !strip.object.Visible() || strip.state.Text != "Waiting for approval" || !strings.Contains(strip.line.Text, "dana@acme.example") {
		t.Fatalf("the strip says %q, %q", strip.state.Text, strip.line.Text)
	}
	d.h.Changed(d.h.Model.Apply([]run.Entry{{ID: 8, Run: "r1", Seq: 8, At: start.Add(time.Second),
		Event: run.CancelRequested{By: "me"}}}))
	if strip.state.Text == "Waiting for approval" {
		t.Error("the strip does not follow the run")
	}
	strip.row.OnTapped()
	if d.editor.split.Collapsed() || strip.object.Visible() {
		t.Error("the run does not come back")
	}
	d.editor.ToggleRun()
	d.editor.Open(flow.Stored{Path: "u/me/g", JSON: []byte(twoSteps)}, func() {})
	if strip.object.Visible() {
		t.Error("the strip stays for a flow that has not run")
	}
}

// A link that was taken at the desk is told as that, and so is the answer that came
// by it.
func TestALinkThatWasTakenAtTheDeskIsTold(t *testing.T) {
	d := waiting(t, "u/me/f")
	for i, ev := range []run.Event{
		run.LinkMinted{Step: "a", Link: 3, Person: run.DesktopUser, By: run.DesktopUser},
		run.LinkMinted{Step: "a", Link: 4, Person: "dana@acme.example", By: run.DesktopUser},
		run.DecisionMade{Step: "a", Person: "dana@acme.example", Link: 4, Approve: true, Payload: run.Inline(nil), Via: run.ViaLink},
	} {
		d.h.Changed(d.h.Model.Apply([]run.Entry{{ID: int64(8 + i), Run: "r1", Seq: 8 + i, At: start.Add(time.Duration(10+i) * time.Second), Event: ev}}))
	}
	detail, ok := d.h.Model.Detail()
	if !ok {
		t.Fatal("nothing is told")
	}
	var told []string
	for _, l := range detail.Timeline {
		told = append(told, l.Text())
	}
	text := strings.Join(told, "\n")
	if !strings.Contains(text, "link taken at this computer for dana@acme.example") || !strings.Contains(text, "dana@acme.example approved (by a link that was taken at this computer)") {
		t.Errorf("told:\n%s", text)
	}
	a := detail.Approval
	if len(a.Votes) != 1 || !a.Votes[0].Taken || len(a.People) != 2 {
		t.Errorf("votes %+v, asked %+v", a.Votes, a.People)
	}
}

// A run that failed shows the step it failed in, and the line in its code, with a
// way there; code that was changed since has no such line.
func TestAFailedRunShowsItsStepAndLine(t *testing.T) {
	d := script1(t)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(oneScript)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.Select(""))
	d.editor.run.tab = tabLogs
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.JobFailed{Step: "a", Attempt: 1, Err: run.Failure{Name: "Error", Message: "boom", Line: 1}})))
	if d.h.Model.Selected() != "a" || d.editor.run.tab != tabResult {
		t.Fatalf("selected %q, tab %d", d.h.Model.Selected(), d.editor.run.tab)
	}
	d.press(d.editor.run.body, "Show line 1")
	if _, tab := d.tabs(); tab != "Code" || d.h.Window.Canvas().Focused() != d.code() {
		t.Errorf("it leads to %q", tab)
	}
	if text := d.h.Model.CodeLine("a", 1); text == "" || !slices.ContainsFunc(all[*kit.Paragraph](d.editor.run.body), func(p *kit.Paragraph) bool { return p.Text == text }) {
		t.Errorf("the line %q is not shown", text)
	}
	if line, why := d.h.Model.CodeError("a"); line != 1 || why != "boom" {
		t.Errorf("line %d, %q", line, why)
	}
	d.typeCode("x")
	if line, _ := d.h.Model.CodeError("a"); line != 0 {
		t.Errorf("line %d of other code is marked", line)
	}
}

// What went wrong, with the places in the code, and what people answered can be
// selected and copied in whole.
func TestWhatARunTellsCanBeCopied(t *testing.T) {
	d := script1(t)
	stack := "    at main (step.ts:1:7)\n    at " + strings.Repeat("a_long_name/", 30) + "run (host.js:10:2)"
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(oneScript)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.JobFailed{Step: "a", Attempt: 1, Err: run.Failure{Name: "Error", Message: "boom", Stack: stack + "\n"}})))
	copied := func(what, want string) {
		t.Helper()
		for _, p := range all[*kit.Paragraph](d.editor.run.body) {
			if p.Text == want {
				p.TypedShortcut(&fyne.ShortcutSelectAll{})
				p.TypedShortcut(&fyne.ShortcutCopy{})
			}
		}
		if got := fyne.CurrentApp().Clipboard().Content(); got != want {
			t.Errorf("of %s %q is copied, want %q", what, got, want)
		}
	}
	copied("the message", "boom")
	copied("its places", stack)
}

// A reason is shown to its end, and copied.
func TestWhatPeopleAnsweredCanBeCopied(t *testing.T) {
	d := waiting(t, "u/me/f")
	p := d.editor.run
	long := strings.Repeat("a rather long reason why it came to nothing ", 6) + "(end)"
	p.timeline(model.Detail{Run: "r1", Step: "a", Timeline: []model.Line{{When: "10:00", Spans: []model.Span{{Text: "dana@acme.example", Kind: model.Who}, {Text: " denied: " + long}}}}})
	found := false
	for _, x := range all[*kit.Paragraph](p.body) {
		found = found || strings.HasSuffix(x.Text, long)
	}
	if !found {
		t.Error("the reason is not there to be copied")
	}
}

func TestTheStepsStandBelowTheHeadOfTheRun(t *testing.T) {
	d := waiting(t, "u/me/f")
	p := d.editor.run
	stands := func(when string) {
		t.Helper()
		head := p.head.MinSize().Height + 13 // with what is around it
		if y := p.steps.Position().Y; y < head {
			t.Errorf("%s: the list begins at %.0f, the head is %.0f high", when, y, head)
		}
	}
	stands("at first")
	p.line.Text = ""
	p.line.Hide() // as while a run begins
	kit.Relayout(p.head)
	p.left.Refresh()
	p.Refresh()
	stands("with a line again")
	p.line.Text = ""
	p.line.Hide()
	p.left.Refresh()
	long := strings.Repeat("a rather long reason why it came to nothing ", 6)
	d.h.Changed(d.h.Model.Apply([]run.Entry{{ID: 8, Run: "r1", Seq: 8, At: start.Add(time.Second),
		Event: run.DecisionMade{Step: "a", Person: "dana@acme.example", Link: 1, Reason: long, Via: run.ViaLink}}}))
	stands("after a denial with a long reason")
}

// Where nobody was asked by mail, no mail is offered.
func TestNoMailIsOfferedWhereNoneWasSent(t *testing.T) {
	for mailed, want := range map[bool]int{true: 1, false: 0} {
		d := sit(t, asks)
		d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(asks)})))
		d.h.Changed(d.h.Model.Follow("r1"))
		var list []run.Entry
		for _, e := range journal("u/me/f") {
			if _, mail := e.Event.(run.MailNoted); !mail || mailed {
				e.Seq = len(list) + 1
				list = append(list, e)
			}
		}
		d.h.Changed(d.h.Model.SetRun("r1", list))
		got := 0
		for _, b := range all[*kit.Button](d.editor.run.acts) {
			if b.Text == "Send again" {
				got++
			}
		}
		if got != want || len(all[*kit.Button](d.editor.run.acts)) < 2 {
			t.Errorf("mailed %v: %d buttons offer it", mailed, got)
		}
	}
}

// The time that a step waits goes on each second for as long as it is told in
// seconds, where somebody sees it, and then costs nothing.
func TestTheTimeThatAStepWaitsGoesOn(t *testing.T) {
	d := sit(t, asks)
	d.now = start.Add(100 * time.Millisecond) // the journal takes some
	var timers []func()
	d.h.Later = func(pause time.Duration, f func()) {
		if pause == time.Second {
			timers = append(timers, f)
		}
	}
	tick := func() {
		now := timers
		timers = nil
		d.now = d.now.Add(time.Second)
		for _, f := range now {
			f()
		}
	}
	time := func() string { return d.h.Model.Rows()[0].Time }
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(asks)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", journal("u/me/f")))
	for _, want := range []string{"0 s", "1 s", "2 s", "3 s"} {
		if got := time(); !strings.HasPrefix(got, want[:1]) || len(timers) != 1 {
			t.Fatalf("told is %q, want %q; %d timers", got, want, len(timers))
		}
		tick()
	}
	d.editor.Seen = func() bool { return false }
	tick()
	if len(timers) != 0 {
		t.Fatal("it goes on where nobody sees it")
	}
	d.editor.Seen = func() bool { return true }
	d.editor.Reread()
	if len(timers) != 1 {
		t.Fatal("it does not go on for who comes back")
	}
	for range 60 {
		tick()
	}
	if len(timers) != 0 || time() != "1 min" {
		t.Errorf("after %q there are %d timers", time(), len(timers))
	}
}

// The ids of steps are shown in full where there is room, in the list and above the
// detail.
func TestIdsOfStepsAreShownInFull(t *testing.T) {
	doc := `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"}},{"id":"agree_on_it","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}}`
	d := sit(t, doc)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(doc)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j0"}, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline(1)},
		run.JobStarted{Step: "agree_on_it", Attempt: 1, Job: "j1"})))
	d.h.Changed(d.h.Model.Select("agree_on_it"))
	p := d.editor.run
	if p.chip.Text != "agree_on_it" || p.chip.Size().Width < p.chip.MinSize().Width {
		t.Errorf("above the detail stands %q, %v wide", p.chip.Text, p.chip.Size().Width)
	}
	var shown []string
	for _, x := range all[*kit.Pill](p.rows) {
		if x.Mono {
			shown = append(shown, x.Text)
			if x.Size().Width < x.MinSize().Width {
				t.Errorf("%s has %v of %v", x.Text, x.Size().Width, x.MinSize().Width)
			}
		}
	}
	if !slices.Equal(shown, []string{"a", "agree_on_it"}) {
		t.Errorf("the list shows %q", shown)
	}
}

// What is over stands still: the window is not drawn anew to tell times that do not go on.
func TestARunThatIsOverIsNotDrawnByTheClock(t *testing.T) {
	d := ended(t)
	drawn := func() bool {
		d.editor.run.title.SetText("as it was")
		d.editor.Tick()
		return d.editor.run.title.Text != "as it was"
	}
	if drawn() {
		t.Error("a run that is over is drawn by the clock")
	}
	d.h.Changed(d.h.Model.ReplayTo(1))
	if drawn() {
		t.Error("a moment of its past is drawn by the clock")
	}
	w := waiting(t, "u/me/f")
	w.editor.run.title.SetText("as it was")
	if w.editor.Tick(); w.editor.run.title.Text == "as it was" {
		t.Error("the time that a run has waited stands still")
	}
}
