package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

const refund = `{"summary":"Refund","value":{"modules":[
 {"id":"a","summary":"Ask","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":3600}},
 {"id":"b","summary":"Pay","value":{"type":"identity"}}]},"schema":{"type":"object","properties":{}}}`

// world answers for the engine.
type world struct {
	batches  chan []run.Entry
	settings map[string]string
	keeps    atomic.Pointer[string] // for how long runs are kept
	saved    map[string]string
	troubles []fault.Condition
	started  []run.Request
	fail     error
	stands   model.Standstill       // and requests that wait
	requests []run.Approval         // that are open
	closing  atomic.Pointer[string] // the setting, as it was changed
	size     atomic.Pointer[string] // the setting, as it was changed
	waiting  atomic.Int32
	watched  atomic.Int64 // after which entry the journal was watched
	breaks   atomic.Int32 // how often watching ends with an error
	blind    atomic.Int32 // how often the end of the journal cannot be read
	refuses  atomic.Bool  // saving fails
	log      []run.Entry
	runs     []run.Summary
}

func newWorld() *world {
	return &world{batches: make(chan []run.Entry, 10), settings: map[string]string{settingOpen: "u/me/refund"}, saved: map[string]string{"u/me/refund": refund}}
}

func (w *world) Start(_ context.Context, req run.Request) (run.Begun, error) {
	w.started = append(w.started, req)
	return run.Begun{ID: "r1"}, w.fail
}
func (w *world) Restart(context.Context, run.RestartRequest) (run.Begun, run.Takeover, error) {
	return run.Begun{}, run.Takeover{}, w.fail
}
func (w *world) LookRestart(context.Context, run.RestartRequest) (run.Takeover, error) {
	return run.Takeover{}, w.fail
}
func (w *world) Cancel(context.Context, run.ID, string, string) error { return w.fail }
func (w *world) Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error] {
	w.watched.Store(after)
	return func(yield func([]run.Entry, error) bool) {
		if w.breaks.Add(-1) >= 0 {
			yield(nil, fault.New("test.disk", "The disk does not answer", "It is tried again."))
			return
		}
		for {
			select {
			case b := <-w.batches:
				if !yield(b, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
func (w *world) LastEntry(context.Context) (int64, error) {
	if w.blind.Add(-1) >= 0 {
		return 0, fault.New("test.disk", "The disk cannot be read", "It is tried again.")
	}
	return 41, nil
}
func (w *world) Log(context.Context, run.ID) ([]run.Entry, error)            { return w.log, nil }
func (w *world) Runs(context.Context, RunQuery) ([]run.Summary, error)       { return w.runs, nil }
func (w *world) Waiting(context.Context, int) (int, error)                   { return int(w.waiting.Load()), nil }
func (w *world) Told(context.Context, []run.ID) (map[run.ID]run.Told, error) { return nil, nil }
func (w *world) PlanOf(context.Context, string) (*run.Plan, error) {
	return run.Compile(run.Pinned{Flow: json.RawMessage(refund)})
}
func (w *world) Value(_ context.Context, ref run.Ref) (json.RawMessage, error) {
	return ref.Inline, nil
}
func (w *world) Logs(context.Context, run.ID, run.StepID, int, int64) ([]byte, error) {
	return nil, nil
}
func (w *world) Requests(context.Context, int) ([]run.Approval, int, error) {
	return w.requests, len(w.requests), w.fail
}
func (w *world) RequestsSince(context.Context, time.Time, int) ([]run.Approval, error) {
	return w.requests, w.fail
}
func (w *world) Run(context.Context, run.ID) (run.Summary, error) { return run.Summary{}, w.fail }
func (w *world) Standstill(context.Context) (model.Standstill, error) {
	s := w.stands
	s.Waiting = int(w.waiting.Load())
	return s, w.fail
}
func (w *world) ApprovalOf(context.Context, run.ID, run.StepID) (run.Approval, error) {
	return run.Approval{State: run.ApprovalWaiting}, w.fail
}
func (w *world) Decide(context.Context, run.Decision) error { return w.fail }
func (w *world) TakeLink(context.Context, run.ID, run.StepID, string) (run.Links, error) {
	return run.Links{}, w.fail
}
func (w *world) SendAgain(context.Context, run.ID, run.StepID, string) error { return w.fail }
func (w *world) Outbox(context.Context, int) ([]run.MailItem, error)         { return nil, w.fail }
func (w *world) RetryMail(context.Context, string) error                     { return w.fail }
func (w *world) Flows(context.Context) ([]flow.Stored, error) {
	var list []flow.Stored
	for path, doc := range w.saved {
		list = append(list, flow.Stored{Path: path, Summary: "Refund", Steps: 2, JSON: []byte(doc)})
	}
	return list, w.fail
}
func (w *world) SaveFlow(_ context.Context, path string, doc []byte) error {
	if w.refuses.Load() {
		return fault.New("test.full", "The disk is full", "Make room.")
	}
	w.saved[path] = string(doc)
	return w.fail
}
func (w *world) SaveDraft(ctx context.Context, path string, doc []byte, _ string) error {
	return w.SaveFlow(ctx, path, doc)
}
func (w *world) FlowVersions(context.Context, string) ([]flow.Version, error) { return nil, nil }
func (w *world) FlowVersion(context.Context, string) ([]byte, error)          { return nil, nil }
func (w *world) MakeVersion(context.Context, string, string) (int, error)     { return 1, w.fail }
func (w *world) RunVersion(context.Context, string, int) error                { return w.fail }
func (w *world) NameVersion(context.Context, string, int, string) error       { return w.fail }
func (w *world) DeleteFlow(context.Context, string) error                     { return w.fail }
func (w *world) Scripts(context.Context) ([]flow.StoredScript, error)         { return nil, nil }
func (w *world) Resources(context.Context) ([]flow.Resource, error)           { return nil, w.fail }
func (w *world) PutResource(context.Context, flow.Resource) error             { return w.fail }
func (w *world) DeleteResource(context.Context, string) error                 { return w.fail }
func (w *world) TestResource(context.Context, string) error                   { return w.fail }
func (w *world) Setting(_ context.Context, key string) (string, error)        { return w.setting(key), nil }
func (w *world) setting(key string) string {
	if v := w.closing.Load(); v != nil && key == SettingClosing {
		return *v
	}
	if kept := w.keeps.Load(); kept != nil {
		if v, ok := strings.CutPrefix(*kept, key+"="); ok {
			return v
		}
	}
	return w.settings[key]
}
func (w *world) SetSetting(_ context.Context, key, v string) error {
	if slices.Contains(host.SettingsOfRetention, key) {
		kept := key + "=" + v
		w.keeps.Store(&kept)
	}
	if key == SettingClosing {
		w.closing.Store(&v)
	}
	if key == SettingSize {
		w.size.Store(&v)
	}
	return nil
}
func (w *world) Usage(context.Context) (run.Usage, error) {
	return run.Usage{Kinds: []run.Room{{Kind: run.RoomRuns, Bytes: 3_200_000}, {Kind: run.RoomFree, Bytes: 4096}}, Flows: []run.FlowRoom{{Path: "f/x/a", Runs: 2, Bytes: 3_000_000}}, Shrinks: true}, nil
}
func (w *world) CureCondition(code fault.Code, subject string) {
	w.troubles = slices.DeleteFunc(w.troubles, func(c fault.Condition) bool { return c.Code == code && c.Subject == subject })
}
func (w *world) Conditions() []fault.Condition                            { return w.troubles }
func (w *world) SignIn(context.Context, string, func(again func())) error { return w.fail }

// shown is a window under test: what its goroutines hand over runs in the test.
type shown struct {
	*UI
	t     *testing.T
	queue chan func()
}

func show(t *testing.T, w *world) *shown {
	t.Helper()
	return showUntil(context.Background(), t, w)
}

func showUntil(ctx context.Context, t *testing.T, w *world) *shown {
	t.Helper()
	a := test.NewTempApp(t)
	s := &shown{t: t, queue: make(chan func(), 1000)}
	oldLater, oldMain := later, onMain
	later = func(f func()) { s.queue <- f }
	onMain = func(f func()) {
		done := make(chan struct{})
		s.queue <- func() { f(); close(done) }
		<-done
	}
	s.UI = New(ctx, Config{App: a, Runs: w, Lists: w, People: w, Library: w, Accounts: w, OpenURL: func(string) error { return nil },
		Theme: "light", Info: host.Info{Version: "test"}, Scripts: func(string) (run.Code, bool) { return run.Code{}, false },
		Signature: func(string, string) (flow.Raw, error) { return nil, nil }, CheckExpr: func(string) *run.Failure { return nil }, CheckCondition: func(string) *run.Failure { return nil }})
	s.win.Resize(fyne.NewSize(1440, 900))
	go s.pumpLoop(s.ctx)
	t.Cleanup(func() {
		s.stop()
		for open := true; open; { // let the pump end
			select {
			case f := <-s.queue:
				f()
			case <-s.pumped:
				open = false
			}
		}
		s.calls.Wait()
		later, onMain = oldLater, oldMain
	})
	return s
}

// until runs what comes to the main goroutine until a text is on the screen.
func (s *shown) until(text string) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for !slices.ContainsFunc(s.texts(), func(have string) bool { return strings.Contains(have, text) }) {
		select {
		case f := <-s.queue:
			f()
		case <-deadline:
			s.t.Fatalf("no %q on the screen; there is %q", text, s.texts())
		}
	}
}

// counted runs what comes to the main goroutine until the rail tells of so many
// runs that wait.
func (s *shown) counted(n int) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for s.rail.stops[2].count != n {
		select {
		case f := <-s.queue:
			f()
		case <-deadline:
			s.t.Fatalf("the rail tells of %d runs that wait, want %d", s.rail.stops[2].count, n)
		}
	}
}

// texts lists what is written in the window.
func (s *shown) texts() []string {
	var list []string
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		switch v := o.(type) {
		case *canvas.Text:
			list = append(list, v.Text)
		case *fyne.Container:
			for _, c := range v.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(v).Objects() {
				walk(c)
			}
		}
	}
	walk(s.win.Canvas().Content())
	for _, o := range s.win.Canvas().Overlays().List() {
		walk(o)
	}
	return list
}

// press presses the button of a name, or the part of a control.
func (s *shown) press(name string) {
	s.t.Helper()
	var found *kit.Button
	part := func(v *kit.Segments, i int) *kit.Button {
		return kit.NewButton(name, kit.Outline, func() { v.Select(i); v.OnChanged(i) })
	}
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() || found != nil {
			return
		}
		switch v := o.(type) {
		case *kit.Button:
			if v.Text == name {
				found = v
			}
		case *kit.Segments:
			if i := slices.Index(v.Labels, name); i >= 0 {
				found = part(v, i)
			}
		case *fyne.Container:
			for _, c := range v.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(v).Objects() {
				walk(c)
			}
		}
	}
	if top := s.win.Canvas().Overlays().Top(); top != nil {
		walk(top)
	} else {
		walk(s.win.Canvas().Content())
	}
	if found == nil {
		s.t.Fatalf("there is no button %q", name)
	}
	found.OnTapped()
}

func entries(id run.ID, events ...run.Event) []run.Entry {
	var list []run.Entry
	at := time.Now()
	for i, ev := range events {
		list = append(list, run.Entry{ID: int64(i + 1), Run: id, Seq: i + 1, At: at, Event: ev})
	}
	return list
}

func TestWindowOpensTheLastFlowAndFollowsItsRun(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Test flow")
	s.until("Pay")
	w.waiting.Store(1)
	w.batches <- entries("r1", run.Started{Flow: "h", Name: "Refund", Path: "u/me/refund", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.LinkMinted{Step: "a", Link: 1, Person: "dana@acme.example"})
	s.until("Waiting for approval")
	s.counted(1)
	w.waiting.Store(0)
	w.batches <- []run.Entry{{ID: 9, Run: "r1", Seq: 3, At: time.Now(), Event: run.DecisionMade{Step: "a", Person: "dana@acme.example", Approve: true, Via: run.ViaLink}}}
	s.until("Succeeded")
	s.counted(0)
}

func TestErrorsAreToldInWords(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	s.ask(func(context.Context) (func(), error) {
		return nil, fault.New("test.full", "The disk is full", "Nothing was lost. Make room.")
	})
	s.until("The disk is full")
	s.ask(func(context.Context) (func(), error) { panic("a mistake of ours") })
	s.until("Something unexpected happened")
	other := false
	s.ask(func(context.Context) (func(), error) {
		return func() { t.Error("went on after an error") }, errors.New("no")
	}, func() { other = true })
	for !other {
		(<-s.queue)()
	}
}

// A watch that cannot begin, or ends with an error, is taken up again, from where it
// was.
func TestPumpWatchesAgain(t *testing.T) {
	w := newWorld()
	w.blind.Store(1)
	w.breaks.Store(1)
	s := show(t, w)
	s.until("The disk cannot be read")
	s.until("The disk does not answer")
	s.until("Pay")
	w.waiting.Store(1)
	w.batches <- entries("r1", run.Started{Flow: "h", Name: "Refund", Path: "u/me/refund", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.LinkMinted{Step: "a", Link: 1, Person: "dana@acme.example"})
	s.until("Waiting for approval") // what only an entry tells
	s.counted(1)
	if after := w.watched.Load(); after != 41 {
		t.Errorf("it watched from %d", after)
	}
	if w.blind.Load() >= 0 || w.breaks.Load() >= 0 {
		t.Error("not every error came")
	}
}

func TestEveryPlaceOpens(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	for _, p := range places {
		s.visit(p.place)
		s.until(p.label)
	}
}

func TestAPlaceThatWasChosenStaysWhenTheLastFlowComes(t *testing.T) {
	s := show(t, newWorld())
	s.visit(host.PlaceHub) // faster than the flow is read
	s.calls.Wait()
	for len(s.queue) > 0 {
		(<-s.queue)()
	}
	if s.place != host.PlaceHub {
		t.Errorf("somebody who chose the hub is at place %d", s.place)
	}
}

// However many runs there are, a window that opens reads the journal of the one
// that it shows, and then only what is new.
func TestOnlyTheRunThatIsShownIsRead(t *testing.T) {
	w := newWorld()
	w.runs = []run.Summary{{ID: "r7", FlowName: "Refund", Path: "u/me/refund", Status: run.StatusSuspended}}
	w.log = entries("r7", run.Started{Flow: "h", Name: "Refund", Path: "u/me/refund", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})
	s := show(t, w)
	s.until("Waiting for approval")
	if got := w.watched.Load(); got != 41 {
		t.Errorf("the journal was watched from entry %d", got)
	}
	if s.model.Followed() != "r7" {
		t.Errorf("shown is %q", s.model.Followed())
	}
	w.batches <- entries("other", run.Started{Flow: "h", Name: "Refund", Path: "u/me/refund", Rules: run.RulesNow})
	w.batches <- []run.Entry{{ID: 43, Run: "r7", Seq: 2, At: time.Now(), Event: run.DecisionMade{Step: "a", Person: "dana@acme.example", Approve: true, Via: run.ViaLink}}}
	s.until("Succeeded")
	if s.model.Followed() != "r7" {
		t.Errorf("another run took its place: %q", s.model.Followed())
	}
}

func TestAWorkspaceIsImportedWithItsReport(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	s.report("Written to", "/home/ann/ws", FolderReport{Summary: "4 flows"})
	if s.win.Canvas().Overlays().Top() != nil {
		t.Error("a report without anything to read stands in the way")
	}
	s.report("Imported", "/home/ann/ws", FolderReport{Summary: "4 flows, 1 file refused",
		Lines: []FolderLine{{What: "refused", Name: "f/a/bad.script.yaml", Why: "This is not valid YAML.", Bad: true}}})
	over := s.win.Canvas().Overlays().Top()
	if over == nil {
		t.Fatal("nothing tells what was refused")
	}
	s.win.Canvas().Overlays().Remove(over)
}

func TestAPlaceThatIsLeftGivesTheKeyboardBack(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	s.visit(host.PlaceFlows)
	s.win.Canvas().FocusNext()
	if s.win.Canvas().Focused() == nil {
		t.Fatal("nothing has the keyboard")
	}
	s.visit(host.PlaceHub)
	if f := s.win.Canvas().Focused(); f != nil {
		t.Errorf("%T of another place has the keyboard", f)
	}
}

// Flows on the rail leads back to the flow that is open, and from there to the list.
func TestTheRailLeadsBackToTheOpenFlow(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	flows := s.rail.stops[0].tapped
	s.visit(host.PlaceOutbox)
	s.title()
	if s.win.Title() != "Refund · Sluice" {
		t.Errorf("the window is called %q", s.win.Title())
	}
	flows()
	if s.place != host.PlaceEditor {
		t.Errorf("it leads to place %d", s.place)
	}
	flows()
	if s.place != host.PlaceFlows {
		t.Errorf("a second press leads to place %d", s.place)
	}
}

type noFolders struct{}

func (noFolders) IsWorkspace(string) bool { return false }
func (noFolders) Import(context.Context, string, FolderOptions) (FolderReport, error) {
	return FolderReport{}, nil
}
func (noFolders) Export(context.Context, string, FolderOptions) (FolderReport, error) {
	return FolderReport{}, nil
}

// A file that cannot be taken is named in the dialog, which stays with the path.
func TestAnImportThatFailsKeepsItsDialog(t *testing.T) {
	s := show(t, newWorld())
	s.cfg.Folders = noFolders{}
	s.until("Pay")
	s.importFlow()
	field := s.win.Canvas().Focused()
	for _, r := range "/nowhere/refund.yaml" {
		field.TypedRune(r)
	}
	s.press("Import")
	s.until("refund.yaml: It cannot be read")
	if s.win.Canvas().Overlays().Top() == nil {
		t.Fatal("the dialog is gone")
	}
	s.press("Cancel")
	if s.win.Canvas().Overlays().Top() != nil {
		t.Error("Cancel does not close it")
	}
	s.importFlow()
	s.win.Canvas().Focused().TypedRune('x')
	s.press("Import")
	s.until("x: It cannot be read")
	s.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s.win.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not close it: a path is nothing to lose")
	}
}

// FormConditions takes a condition as the name of a field that is on.
func (w *world) FormConditions(_ context.Context, _ run.Approval, look func(flow.Show)) error {
	look(func(expr string, fields flow.Raw) (bool, error) {
		var have map[string]any
		err := json.Unmarshal(fields, &have)
		return have[expr] == true, err
	})
	return nil
}

// A flow whose last run is over is opened with that run as it ended: at no moment does
// the screen say that it starts.
func TestTheLastRunOfAFlowIsShownAsItEnded(t *testing.T) {
	w := newWorld()
	w.runs = []run.Summary{{ID: "r7", FlowName: "Refund", Path: "u/me/refund", Status: run.StatusDone, Outcome: run.Canceled}}
	w.log = entries("r7", run.Started{Flow: "h", Name: "Refund", Path: "u/me/refund", Input: run.Inline(map[string]any{}), Rules: run.RulesNow}, run.CancelRequested{By: "Ann"})
	s := show(t, w)
	deadline := time.After(20 * time.Second)
	for {
		h, ok := s.model.Header()
		if ok && h.State == "Canceled" {
			break
		} else if ok {
			t.Fatalf("it is told that the run is %q", h.State)
		}
		select {
		case f := <-s.queue:
			f()
		case <-deadline:
			t.Fatal("the run is not shown")
		}
	}
}

// A file that Sluice is opened with is taken into the library and shown; one that is no
// flow is told, and nothing else happens.
func TestAFileThatIsOpenedIsImported(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.cfg.Folders = noFolders{}
	s.until("Pay")
	open := func(text, told string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "mine.flow.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.OpenFile(file)
		s.until(told)
	}
	had := len(w.saved)
	open("- no\n- flow\n", "Nothing was imported.")
	if len(w.saved) != had {
		t.Error("something was stored of a file that is no flow")
	}
	open("summary: Mine\nvalue: {modules: []}\n", "Imported as u/me/mine")
	if len(w.saved) != had+1 {
		t.Errorf("the library has %d flows, want %d", len(w.saved), had+1)
	}
}

// The same file makes one flow, however often it is imported; another one of that name
// does not take its place.
func TestAFileThatIsImportedTwiceMakesOneFlow(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	file := filepath.Join(t.TempDir(), "mine.yaml")
	take := func(summary, told string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("summary: "+summary+"\nvalue: {modules: []}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.takeFlow(file, func() {}, func(wrong string) { t.Error(wrong) })
		s.until(told)
	}
	take("Mine", "Imported as u/me/mine")
	take("Mine", "Nothing to do: u/me/mine is as this file has it")
	if len(w.saved) != 2 {
		t.Errorf("the library has %d flows", len(w.saved))
	}
	const asks = "u/me/mine differs from the file"
	mine := w.saved["u/me/mine"]
	take("Other", asks)
	if len(w.saved) != 2 || w.saved["u/me/mine"] != mine {
		t.Error("it was stored before anybody was asked")
	}
	s.drawn("differs")
	s.press("Leave it as it is")
	if s.win.Canvas().Overlays().Top() != nil {
		t.Error("the question stays")
	}
	take("Other", asks)
	s.press("Keep both")
	s.until("Imported as u/me/mine_2")
	take("Other", "Nothing to do: u/me/mine_2 is as this file has it")
	if len(w.saved) != 3 || w.saved["u/me/mine"] != mine {
		t.Errorf("the library has %d flows", len(w.saved))
	}
	take("Third", asks)
	s.press("Replace")
	for s.model.Doc().Path != "u/me/mine" || s.model.Doc().Flow.Summary != "Third" {
		select {
		case f := <-s.queue:
			f()
		case <-time.After(20 * time.Second):
			t.Fatalf("%q is open", s.model.Doc().Path)
		}
	}
	if len(w.saved) != 3 || w.saved["u/me/mine"] == mine {
		t.Errorf("the library has %d flows", len(w.saved))
	}
}

// drawn draws the window in both themes; into the folder that UI_SHOTS names, to look at.
func (s *shown) drawn(name string) {
	s.t.Helper()
	for _, dark := range []bool{false, true} {
		fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(dark))
		img := s.win.Canvas().Capture()
		if img.Bounds().Empty() {
			s.t.Fatal("nothing was drawn")
		}
		dir := os.Getenv("UI_SHOTS")
		if dir == "" {
			continue
		}
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%v.png", name, dark)))
		if err == nil {
			err = errors.Join(png.Encode(f, img), f.Close())
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(false))
}
