package pane

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// engine answers for the real one and remembers what it was asked.
type engine struct {
	saved   map[string]string
	started []run.Request

	restarted []run.RestartRequest
	takeover  run.Takeover // what a restart takes over

	told     map[run.ID]run.Told
	decided  []run.Decision
	canceled []run.ID
	mails    []run.MailItem
	open     []run.Approval
	flows    []flow.Stored
	runs     []run.Summary
	queries  []host.RunQuery
	calls    []string                          // links made and mails sent again
	after    func(run.Decision) []run.Approval // what is open after an answer; nil: nothing

	timetable
	hooked hookTable
	forms  formTable

	versions []flow.Version
	files    map[string]string // by hash
}

func (e *engine) Start(_ context.Context, r run.Request) (run.Begun, error) {
	e.started = append(e.started, r)
	return run.Begun{ID: "r1"}, nil
}
func (e *engine) Restart(_ context.Context, r run.RestartRequest) (run.Begun, run.Takeover, error) {
	e.restarted = append(e.restarted, r)
	return run.Begun{ID: "r2"}, e.takeover, nil
}
func (e *engine) LookRestart(_ context.Context, r run.RestartRequest) (run.Takeover, error) {
	t := e.takeover
	if t.Restart == nil {
		t.Restart = &run.Restart{Run: r.Run, From: r.From}
	}
	if r.AskAgain {
		t.Decisions = nil
	}
	return t, nil
}
func (e *engine) Cancel(_ context.Context, id run.ID, _, _ string) error {
	e.canceled = append(e.canceled, id)
	return nil
}
func (e *engine) Watch(context.Context, int64) iter.Seq2[[]run.Entry, error] {
	return func(func([]run.Entry, error) bool) {}
}
func (e *engine) LastEntry(context.Context) (int64, error)         { return 0, nil }
func (e *engine) Log(context.Context, run.ID) ([]run.Entry, error) { return nil, nil }
func (e *engine) Runs(_ context.Context, q host.RunQuery) ([]run.Summary, error) {
	e.queries = append(e.queries, q)
	return e.runs[:min(len(e.runs), q.Limit)], nil
}
func (e *engine) Waiting(context.Context, int) (int, error)                   { return len(e.open), nil }
func (e *engine) Told(context.Context, []run.ID) (map[run.ID]run.Told, error) { return e.told, nil }
func (e *engine) PlanOf(context.Context, string) (*run.Plan, error) {
	return run.Compile(run.Pinned{Flow: []byte(`{"value":{"modules":[]}}`)})
}
func (e *engine) Value(_ context.Context, r run.Ref) (json.RawMessage, error) {
	return r.Inline, nil
}
func (e *engine) Logs(context.Context, run.ID, run.StepID, int, int64) ([]byte, error) {
	return nil, nil
}
func (e *engine) Requests(_ context.Context, limit int) ([]run.Approval, int, error) {
	return e.open[:min(len(e.open), limit)], len(e.open), nil
}
func (e *engine) RequestsSince(context.Context, time.Time, int) ([]run.Approval, error) {
	return e.open, nil
}
func (e *engine) Standstill(context.Context) (model.Standstill, error) {
	return model.Standstill{Waiting: len(e.open)}, nil
}
func (e *engine) ApprovalOf(_ context.Context, id run.ID, step run.StepID) (run.Approval, error) {
	for _, a := range e.open {
		if a.Run == id && a.Step == step {
			return a, nil
		}
	}
	return run.Approval{}, nil
}
func (e *engine) Decide(_ context.Context, d run.Decision) error {
	e.decided, e.open = append(e.decided, d), nil
	if e.after != nil {
		e.open = e.after(d)
	}
	return nil
}
func (e *engine) TakeLink(_ context.Context, id run.ID, step run.StepID, person string) (run.Links, error) {
	e.calls = append(e.calls, fmt.Sprintf("link %s %s %s", id, step, person))
	return run.Links{Page: "http://127.0.0.1/p/" + person}, nil
}
func (e *engine) SendAgain(_ context.Context, id run.ID, step run.StepID, person string) error {
	e.calls = append(e.calls, fmt.Sprintf("again %s %s %s", id, step, person))
	return nil
}
func (e *engine) Outbox(_ context.Context, limit int) ([]run.MailItem, error) {
	return e.mails[:min(len(e.mails), limit)], nil
}
func (e *engine) RetryMail(context.Context, string) error      { return nil }
func (e *engine) Flows(context.Context) ([]flow.Stored, error) { return e.flows, nil }
func (e *engine) SaveFlow(_ context.Context, path string, doc []byte) error {
	e.saved[path] = string(doc)
	return nil
}
func (e *engine) SaveDraft(_ context.Context, path string, doc []byte, _ string) error {
	e.saved[path] = string(doc)
	return nil
}
func (e *engine) FlowVersions(context.Context, string) ([]flow.Version, error) {
	return e.versions, nil
}
func (e *engine) FlowVersion(_ context.Context, hash string) ([]byte, error) {
	return []byte(e.files[hash]), nil
}
func (e *engine) MakeVersion(_ context.Context, path, name string) (int, error) {
	e.calls = append(e.calls, fmt.Sprintf("version of %s: %s", path, name))
	return 1, nil
}
func (e *engine) RunVersion(_ context.Context, path string, number int) error {
	e.calls = append(e.calls, fmt.Sprintf("run version %d of %s", number, path))
	return nil
}
func (e *engine) NameVersion(_ context.Context, path string, number int, name string) error {
	e.calls = append(e.calls, fmt.Sprintf("name version %d of %s: %s", number, path, name))
	return nil
}
func (e *engine) DeleteFlow(context.Context, string) error             { return nil }
func (e *engine) Scripts(context.Context) ([]flow.StoredScript, error) { return nil, nil }
func (e *engine) Resources(context.Context) ([]flow.Resource, error) {
	return []flow.Resource{{Path: "u/me/practice", Type: "gmail"}}, nil
}
func (e *engine) PutResource(context.Context, flow.Resource) error { return nil }
func (e *engine) DeleteResource(context.Context, string) error     { return nil }
func (e *engine) TestResource(context.Context, string) error       { return nil }
func (e *engine) Setting(context.Context, string) (string, error)  { return "", nil }
func (e *engine) SetSetting(context.Context, string, string) error { return nil }
func (*engine) Usage(context.Context) (run.Usage, error)           { return run.Usage{}, nil }
func (e *engine) CureCondition(fault.Code, string)                 {}
func (e *engine) Conditions() []fault.Condition                    { return nil }

// desk is an editor with a flow open; calls to the engine run at once.
type desk struct {
	tray   bool // there is one
	t      *testing.T
	h      *host.Host
	engine *engine
	editor *Editor
	failed []error
	opened []string // in the browser
	now    time.Time
	sigs   map[string]string // schemas by content; others cannot be read
}

func sit(t *testing.T, doc string) *desk {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(false))
	d := &desk{t: t, engine: &engine{saved: map[string]string{}}, now: start, sigs: map[string]string{}}
	m := model.New()
	m.SetNow(start)
	m.SetScripts(func(path string) (run.Code, bool) {
		s, ok := hub.Find(path)
		return run.Code{Path: s.Path, Language: s.Language, Content: s.Content, Summary: s.Summary, App: s.App}, ok
	})
	d.h = &host.Host{Model: m, Runs: d.engine, Lists: d.engine, People: d.engine, Library: d.engine, Schedules: d.engine, Hooks: &d.engine.hooked, Forms: &d.engine.forms, Zone: "Europe/Berlin", Tray: func() bool { return d.tray }, Window: test.NewTempWindow(t, kit.NewHost(kit.Space())),
		Ask: func(call func(context.Context) (func(), error), otherwise ...func()) {
			then, err := call(context.Background())
			if err != nil {
				d.failed = append(d.failed, err)
				for _, f := range otherwise {
					f()
				}
			} else if then != nil {
				then()
			}
		},
		Changed: func(dirty model.Dirty) { d.editor.Refresh(dirty) },
		Fail:    func(err error) { d.failed = append(d.failed, err) }, Tell: func(string) {}, Go: func(host.Place) {},
		Later: func(_ time.Duration, f func()) {},
		Signature: func(_, content string) (flow.Raw, error) {
			if strings.Contains(content, "broken") {
				return nil, fault.New("sig", "A brace is not closed", "")
			}
			return flow.Raw(d.sigs[content]), nil
		},
		OpenURL: func(url string) error { d.opened = append(d.opened, url); return nil },
		CheckExpr: func(expr string) *run.Failure {
			if strings.Contains(expr, "((") {
				return &run.Failure{Name: run.NameExpr, Message: "a parenthesis is not closed"}
			}
			return nil
		},
		CheckCondition: func(expr string) *run.Failure {
			if strings.HasPrefix(expr, "return") {
				return &run.Failure{Name: run.NameExpr, Message: "a condition is one expression"}
			}
			return nil
		},
		Now: func() time.Time { return d.now }}
	d.editor = NewEditor(d.h)
	d.h.Window.SetContent(kit.NewHost(d.editor.Object()))
	t.Cleanup(func() {
		for c := d.h.Window.Canvas(); c.Overlays().Top() != nil; {
			c.Overlays().Remove(c.Overlays().Top())
		}
	})
	d.h.Window.Resize(fyne.NewSize(1440, 900))
	d.editor.Open(flow.Stored{Path: "u/me/f", JSON: []byte(doc)}, func() {})
	return d
}

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

const twoSteps = `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"}},{"id":"b","value":{"type":"identity"}}]},
"schema":{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}}`

func (d *desk) flow() *flow.Flow { return d.h.Model.Doc().Flow }

func TestPickingAHubApprovalAddsAStepThatWaits(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.Select("a"))
	at, ok := func() (model.Plus, bool) { s := d.h.Model.Scene(); return s.PlusAfter("a") }()
	if !ok {
		t.Fatal("no + after a")
	}
	p := ShowPicker(d.h, "a", flow.NewID(d.flow()), "Approval", func(m *flow.Module) { d.h.Do(d.h.Model.Add(at.Place, m)) })
	p.search.SetText("gmail approval")
	p.show()
	p.take()
	if len(d.failed) > 0 {
		t.Fatal(d.failed)
	}
	d.editor.insert(at, &flow.Module{ID: "z", Value: &flow.Identity{}})
	if d.h.Window.Canvas().Focused() != d.editor.canvas {
		t.Errorf("%T has the keyboard after a step was added", d.h.Window.Canvas().Focused())
	}
	d.editor.Undo()
	steps := d.flow().Value.Modules
	if len(steps) != 3 || steps[1].ID != "c" {
		t.Fatalf("the flow has %d steps", len(steps))
	}
	s, ok := steps[1].Value.(*flow.Script)
	if !ok || !strings.HasPrefix(s.Path, "hub/1397/") || !model.IsApproval(steps[1]) {
		t.Errorf("the step is %+v with suspend %+v", steps[1].Value, steps[1].Suspend)
	}
	d.editor.Undo()
	if len(d.flow().Value.Modules) != 2 {
		t.Error("undo did not take the step out again")
	}
	d.editor.Redo()
	if len(d.flow().Value.Modules) != 3 {
		t.Error("redo did not bring it back")
	}
}

func TestTestFlowStartsWithTypedInput(t *testing.T) {
	d := sit(t, twoSteps)
	d.editor.TestFlow()
	if len(d.engine.started) != 0 {
		t.Fatal("it started without asking for the input")
	}
	d.editor.start(json.RawMessage(`{"amount":12.5}`))
	if len(d.engine.started) != 1 || string(d.engine.started[0].Input) != `{"amount":12.5}` || d.engine.started[0].Path != "u/me/f" {
		t.Fatalf("started %+v", d.engine.started)
	}
	if d.h.Model.Followed() != "r1" {
		t.Error("the run is not shown")
	}
}

func TestDeletingAndMovingSteps(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.Select("b"))
	d.editor.Move(-1)
	if ids := d.flow().Value.Modules; ids[0].ID != "b" {
		t.Errorf("the first step is %s", ids[0].ID)
	}
	d.editor.Delete()
	if ids := d.flow().Value.Modules; len(ids) != 1 || ids[0].ID != "a" {
		t.Errorf("%d steps are left", len(ids))
	}
	d.editor.SaveNow(nil, nil)
	if doc := d.engine.saved["u/me/f"]; !strings.Contains(doc, `"a"`) || strings.Contains(doc, `"b"`) {
		t.Errorf("stored: %s", doc)
	}
}

func TestTheInboxDecidesWithTheFormsValues(t *testing.T) {
	d := sit(t, twoSteps)
	d.engine.open = []run.Approval{{Run: "r1", Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?", Defaults: json.RawMessage(`{"amount":3}`)},
		Form: json.RawMessage(`{"type":"object","properties":{"amount":{"type":"integer"}},"required":["amount"]}`)}}
	p := NewInbox(d.h)
	p.Refresh()
	p.decide(&d.engine.open[0], true)
	p.Settle(nil, nil)
	if len(d.engine.decided) != 1 || !d.engine.decided[0].Approve || string(d.engine.decided[0].Payload) != `{"amount":3}` || d.engine.decided[0].Person != run.DesktopUser {
		t.Fatalf("decided %+v", d.engine.decided)
	}
}

// A request of high stakes is approved at the desk only with the typed word; the
// inspector sets the mark.
func TestHighStakesTakeAWord(t *testing.T) {
	d := sit(t, twoSteps)
	d.engine.open = []run.Approval{{Run: "r1", Step: "a", Required: 1, State: run.ApprovalWaiting, HighStakes: true}}
	p := NewInbox(d.h)
	p.Refresh()
	p.word.SetText("yes")
	p.decide(&d.engine.open[0], true)
	if len(d.engine.decided) != 0 || p.wordField.Err == "" {
		t.Fatalf("decided %+v; the field says %q", d.engine.decided, p.wordField.Err)
	}
	p.word.SetText("Approve")
	p.decide(&d.engine.open[0], true)
	p.Settle(nil, nil)
	if len(d.engine.decided) != 1 || d.engine.decided[0].Word != "Approve" {
		t.Errorf("decided %+v", d.engine.decided)
	}

	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Approval")
	d.toggle("Wait for approval after this step")
	d.toggle("High stakes")
	if m := d.flow().Value.Modules[0]; !m.HighStakes() || string(m.XSluice) != `{"high_stakes":true}` {
		t.Errorf("x-sluice %s", m.XSluice)
	}
	d.toggle("High stakes")
	if m := d.flow().Value.Modules[0]; m.HighStakes() || m.XSluice != nil {
		t.Errorf("x-sluice %s", m.XSluice)
	}
}

// Where a request is answered elsewhere, no other takes its place under the hand
// that was about to press.
func TestNoOtherRequestComesUnderTheHand(t *testing.T) {
	d := sit(t, twoSteps)
	ask := func(id run.ID) run.Approval {
		return run.Approval{Run: id, Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay for " + string(id) + "?"}}
	}
	d.engine.open = []run.Approval{ask("r1"), ask("r2")}
	p := NewInbox(d.h)
	p.Refresh()
	pays := func() bool {
		for _, b := range all[*kit.Button](p.view) {
			if b.Text == "Approve and continue" {
				return true
			}
		}
		return false
	}
	if p.chosen != "r1 a" || !pays() {
		t.Fatalf("%q is shown", p.chosen)
	}
	d.engine.open = d.engine.open[1:]
	p.Refresh()
	if pays() {
		t.Error("another request can be approved in the place of the one that is over")
	}
	d.press(p.view, "Show the next one")
	if p.chosen != "r2 a" || !pays() {
		t.Errorf("%q is shown then", p.chosen)
	}
	d.engine.open = nil
	p.Refresh()
	d.engine.open = []run.Approval{ask("r3")}
	p.Refresh()
	if p.chosen != "r3 a" || !pays() {
		t.Errorf("after an empty list %q is shown", p.chosen)
	}
}

// Of very many requests the oldest are listed, and how many there are.
func TestManyRequestsAreListedByThePage(t *testing.T) {
	d := sit(t, twoSteps)
	for i := range 2*inboxPage + 12 {
		d.engine.open = append(d.engine.open, run.Approval{Run: run.ID(fmt.Sprint(i)), Step: "a", Required: 1, State: run.ApprovalWaiting})
	}
	p := NewInbox(d.h)
	p.Refresh()
	listed := func(want int, more string) {
		t.Helper()
		told := ""
		for _, x := range all[*kit.Text](p.scroll.Content) {
			if strings.Contains(x.Text, " of 212") {
				told = x.Text
			}
		}
		if len(p.open) != want || told != more {
			t.Errorf("%d are listed and %q is told, want %d and %q", len(p.open), told, want, more)
		}
	}
	listed(100, "100 of 212")
	d.press(p.scroll.Content, "Show more")
	listed(200, "200 of 212")
	d.press(p.scroll.Content, "Show more")
	listed(212, "")
}

// FormConditions takes a condition as the name of a field that is on.
func (e engine) FormConditions(_ context.Context, _ run.Approval, look func(flow.Show)) error {
	look(func(expr string, fields flow.Raw) (bool, error) {
		var have map[string]any
		err := json.Unmarshal(fields, &have)
		return have[expr] == true, err
	})
	return nil
}

// An answer at the desk can be taken back for a moment; then, or when one looks at
// another request, it is given once.
func TestAnAnswerAtTheDeskCanBeTakenBack(t *testing.T) {
	ask := func(id run.ID) run.Approval {
		return run.Approval{Run: id, Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay for " + string(id) + "?"}}
	}
	for name, tt := range map[string]struct {
		act  func(d *desk, p *Inbox, later func())
		want int
	}{
		"nothing yet":        {func(*desk, *Inbox, func()) {}, 0},
		"its moment is over": {func(_ *desk, _ *Inbox, later func()) { later(); later() }, 1},
		"taken back":         {func(d *desk, p *Inbox, later func()) { d.press(p.view, "Take it back"); later() }, 0},
		"now":                {func(d *desk, p *Inbox, later func()) { d.press(p.view, "Now"); later() }, 1},
		"another is looked at": {func(_ *desk, p *Inbox, later func()) {
			all[*kit.Row](p.list)[1].OnTapped()
			later()
		}, 1},
		"the window ends": {func(_ *desk, p *Inbox, later func()) { p.Settle(func() {}, nil); later() }, 1},
		"given anew": {func(d *desk, p *Inbox, later func()) {
			d.press(p.view, "Take it back")
			d.press(p.view, "Deny")
			d.press(p.view, "Deny this request")
			later()
		}, 1},
	} {
		d := sit(t, twoSteps)
		var timers []func()
		d.h.Later = func(_ time.Duration, f func()) { timers = append(timers, f) }
		d.engine.open = []run.Approval{ask("r1"), ask("r2")}
		p := NewInbox(d.h)
		p.Refresh()
		d.press(p.view, "Approve and continue")
		if !p.Held() || len(d.engine.decided) > 0 {
			t.Fatalf("%s: held %v, decided %v", name, p.Held(), d.engine.decided)
		}
		tt.act(d, p, func() {
			for _, f := range timers {
				f()
			}
		})
		if len(d.engine.decided) != tt.want {
			t.Errorf("%s: decided %v", name, d.engine.decided)
		}
		for _, x := range d.engine.decided {
			if x.Run != "r1" || x.Approve != (name != "given anew") {
				t.Errorf("%s: decided %+v", name, x)
			}
		}
	}
}

// The list is searched by what is asked, by flow and by people.
func TestRequestsAreSearched(t *testing.T) {
	d := sit(t, twoSteps)
	d.engine.open = []run.Approval{
		{Run: "r1", Step: "a", FlowName: "Refund", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay Mia?"}, People: []run.AskedPerson{{Person: "li@acme.example"}}},
		{Run: "r2", Step: "a", FlowName: "Deploy", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Release 4.2?"}}}
	p := NewInbox(d.h)
	p.Refresh()
	for words, want := range map[string]int{"": 2, "mia": 1, "LI@ refund": 1, "deploy mia": 0} {
		p.search.SetText(words)
		p.show()
		if got := len(all[*kit.Row](p.list)); got != want {
			t.Errorf("%q finds %d, want %d", words, got, want)
		}
	}
}

func planOf(t testing.TB, p run.Pinned) *run.Plan {
	t.Helper()
	plan, err := run.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// What is typed in the settings stays while what was set outside is read again.
func TestWhatIsTypedInTheSettingsStays(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewSettings(d.h)
	p.Refresh()
	p.base.SetText("https://half.typ")
	p.Follow()
	if got := p.base.Text(); got != "https://half.typ" {
		t.Errorf("it has become %q", got)
	}
}
