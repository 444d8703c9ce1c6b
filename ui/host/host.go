package host

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Host is what every pane has at hand. Package ui fills it in.
type Host struct {
	Model    *model.Model
	Runs     Runs
	Lists    Lists
	People   People
	Library  Library
	Accounts Accounts
	Code     Code // nil: nobody reads scripts here
	Window   fyne.Window

	// Connections changes resources; nil: they are only added and deleted.
	Connections Connections
	Schedules   Schedules
	Hooks       Hooks
	Forms       Forms
	Previews    Previews
	Login       Login // nil: nothing can be started at login
	// Tray reports whether there is a tray to stay in.
	Tray func() bool
	// Schedule begins a schedule of a flow or script of the library.
	Schedule func(path string, isFlow bool)
	// Zone is the name of the time zone of this computer.
	Zone string

	// Ask makes a call off the main goroutine; what it returns runs on the main
	// goroutine afterwards. An error is shown in words instead, and otherwise runs.
	Ask func(call func(ctx context.Context) (then func(), err error), otherwise ...func())
	// Changed refreshes what an edit of the model touched.
	Changed func(model.Dirty)
	// Go opens a place of the window.
	Go func(Place)
	// OpenURL opens an address in the browser.
	OpenURL func(string) error
	// Tell shows a passing message; Fail shows an error with its hint.
	Tell func(text string)
	Fail func(err error)
	// Signature returns the JSON Schema of a script's parameters; it may take
	// some milliseconds and is called through Ask.
	Signature func(language, content string) (flow.Raw, error)
	// Scripts are those of the library, by path, as they were read last.
	Scripts map[string]flow.StoredScript
	// CheckExpr says what is wrong with an expression, nil if nothing is.
	CheckExpr func(expr string) *run.Failure
	// CheckCondition is CheckExpr where a yes or no is asked for.
	CheckCondition func(expr string) *run.Failure
	// Compute computes an expression with the values of a run, for somebody who looks on
	// while it is typed; nil: that cannot be done here. It is called through Ask. A mistake
	// in the expression is a *run.Failure.
	Compute func(ctx context.Context, cmd run.Evaluate) (json.RawMessage, error)
	// SetTheme applies a theme setting: light, dark or system.
	SetTheme func(string)
	// SetSize keeps a size of the window's text, buttons and the rest, and shows it: percent.
	SetSize func(string)
	// SetLanguage keeps a language setting and speaks it: a code, "" for the system's.
	SetLanguage func(string)
	// Later runs f on the main goroutine after a pause, unless the window closes.
	Later func(d time.Duration, f func())
	// Now is the time that ages and deadlines are told against.
	Now func() time.Time
	// Info is what Settings tells of this installation.
	Info Info
}

// Info is what Settings tells of this installation.
type Info struct {
	Version string
	Data    string // the data folder
	Keys    string // where the key of the sealed secrets is, in words
	Public  string // address at which the approval pages are served now
	Updates bool   // newer versions can be looked for
}

// Script finds a script of the library.
func (h *Host) Script(path string) (flow.StoredScript, bool) {
	s, ok := h.Scripts[path]
	return s, ok
}

// Place is an entry of the rail.
type Place int

// The places, in the order of the rail.
const (
	PlaceFlows Place = iota
	PlaceEditor
	PlaceRuns
	PlaceApprovals
	PlaceTriggers
	PlaceResources
	PlaceHub
	PlaceOutbox
	PlaceSettings
)

// Do applies an edit to the open flow, and says why where it cannot.
func (h *Host) Do(e model.Edit) {
	h.Model.SetNow(h.Now()) // pauses in typing part the undo steps
	dirty := h.Model.Do(e)
	if dirty.Err != nil {
		h.Fail(dirty.Err)
		return
	}
	h.Changed(dirty)
}

// DoAsking makes an edit that takes steps out. Where others read what would be gone
// it asks first.
func (h *Host) DoAsking(title, verb string, e model.Edit) {
	broken := h.Model.Breaks(e)
	if len(broken) == 0 {
		h.Do(e)
		return
	}
	answers := 0
	for _, p := range broken {
		if flow.ReadsAnswer(p) {
			answers++
		}
	}
	then := say.T("What is not there counts as null.")
	if slices.ContainsFunc(broken, model.OtherAnswer) {
		then = say.T("Without it, the answer to another question is read instead.")
	}
	n, who := len(broken), h.Model.Readers(broken)
	var text string
	switch answers {
	case 0:
		text = say.N(n, "%[2]s reads its result.", "%[2]s read its result.", who)
	case n:
		text = say.N(n, "%[2]s reads its answer.", "%[2]s read its answer.", who)
	default:
		text = say.N(n, "%[2]s reads its result or its answer.", "%[2]s read its result or its answer.", who)
	}
	h.Confirm(title, text+" "+then, verb, func() { h.Do(e) })
}

// Open opens an address and says so when it cannot.
func (h *Host) Open(url string) {
	if err := h.OpenURL(url); err != nil {
		h.Fail(fault.Because(err, "browser", say.T("The browser could not be opened"), say.F("Copy this address and open it yourself: %s", url)))
	}
}

// Conditions computes for a form which of its fields are shown. then is told whether that
// could be done.
func (h *Host) Conditions(work func(flow.Show), then func(bool)) {
	h.Ask(func(ctx context.Context) (func(), error) {
		err := h.People.FormConditions(ctx, run.Approval{Person: run.DesktopUser}, work)
		return func() { then(true) }, err
	}, func() { then(false) })
}

// Copy puts a text on the clipboard.
func (h *Host) Copy(text, what string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	h.Tell(say.F("%s copied", what))
}

// AskThen makes a call and then goes on with its value.
func AskThen[T any](h *Host, call func(context.Context) (T, error), then func(T), otherwise ...func()) {
	h.Ask(func(ctx context.Context) (func(), error) {
		v, err := call(ctx)
		return func() { then(v) }, err
	}, otherwise...)
}

// LogPause is the time between two looks at the log of a step that runs.
const LogPause = 300 * time.Millisecond

// NothingYet stands in the place of a log without lines while more may come.
func NothingYet() string { return say.T("Nothing printed yet") }

// Nothing stands there afterwards.
func Nothing() string { return say.T("Nothing was printed") }

// LogPlace is where a log was read up to.
type LogPlace struct {
	Run     run.ID
	Step    run.StepID
	Attempt int
	Offset  int64
}

// takeMost is how many entries are folded at a stretch: the window goes on drawing
// while a very long run is taken up.
const takeMost = 20_000

// Follow reads a run and then shows it as it stands, unless what asked for it is over
// by then. Until it is read the screen stays as it is.
func (h *Host) Follow(id run.ID, still func() bool, then func()) {
	h.Ask(func(ctx context.Context) (func(), error) {
		entries, err := h.Runs.Log(ctx, id)
		b := run.Begun{ID: id}
		if err == nil && len(entries) > 0 {
			if st, ok := entries[0].Event.(run.Started); ok {
				b.Flow = st.Flow
				b.Plan, _ = h.Runs.PlanOf(ctx, b.Flow) // the model asks again, and tells why it is not there
			}
		}
		return func() {
			if !still() {
				return
			}
			if b.Plan == nil {
				h.Changed(h.Model.Follow(id))
			} else {
				n := min(len(entries), takeMost)
				b.Entries = entries[:n]
				h.Changed(h.Model.Begin(b))
				h.take(id, entries[n:])
			}
			then()
		}, nil
	})
}

// take hands the rest of a journal to the model.
func (h *Host) take(id run.ID, entries []run.Entry) {
	if len(entries) == 0 {
		return
	}
	n := min(len(entries), takeMost)
	h.Later(time.Millisecond, func() {
		h.Changed(h.Model.SetRun(id, entries[:n]))
		h.take(id, entries[n:])
	})
}
