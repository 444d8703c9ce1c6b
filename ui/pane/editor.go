package pane

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/canvas"
	"sluice/ui/host"
	"sluice/ui/inspector"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Editor is the place where a flow is drawn and tested: the canvas in the
// middle, the step on the right, the run at the bottom.
type Editor struct {
	h         *host.Host
	canvas    *canvas.FlowCanvas
	inspector *inspector.Inspector
	run       *RunPanel
	split     *kit.Split
	strip     *runStrip       // of the run panel while it is folded away
	below     *fyne.Container // what is below the bar

	title      *kit.Text
	pill       *kit.Pill
	undo, redo *kit.Button
	test, edit *kit.Button
	wrong      *kit.Button // how many problems there are
	object     fyne.CanvasObject
	bars       *fyne.Container
	beating    bool   // the next beat is on its way
	learning   bool   // parameters of scripts are being read
	saves      int    // changes that asked to be stored
	found      run.ID // the run whose waiting step was shown
	failed     run.ID // the run whose failed step was shown
	saver      *saver
	finder     *finder
	problems   *problemList
	picker     *Picker         // that was opened last; nil: none
	followed   string          // the step that was brought into view last
	noteAt     model.Point     // where the menu of the canvas was opened
	past       *kit.Button     // lists what can be undone
	whole      *fyne.Container // the flow, or its versions
	versions   *versionsPage
	told       *kit.Banner           // of the last edit, with a way back; nil: none
	toldOf     *flow.Flow            // as that edit left it
	offeredFor string                // the flow whose newest run was looked for
	refill     func(*fyne.Container) // of the question before a restart
	// OpenFlow opens another flow of the library.
	OpenFlow func(flow.Stored)
	// Seen reports whether the pane is on the screen.
	Seen func() bool
	// Export asks where to write the flow.
	Export func(f *flow.Flow, path string)
}

// NewEditor makes the pane.
func NewEditor(h *host.Host) *Editor {
	p := &Editor{h: h, canvas: canvas.New(), inspector: inspector.New(h), run: NewRunPanel(h), saver: &saver{h: h}, Seen: func() bool { return true }}
	p.saver.changed = p.saveState
	p.inspector.TestStep = p.testStep
	p.inspector.History = func(redo bool) {
		if redo {
			p.Redo()
		} else {
			p.Undo()
		}
	}
	p.inspector.Mend = p.mend
	p.inspector.OpenFlow = func(s flow.Stored) { p.OpenFlow(s) }
	p.run.Again = p.runAgain
	p.run.Tall = p.tall
	p.run.RestartItems, p.run.Compare, p.run.AsItRan = p.restartItems, p.Compare, p.asItRan
	p.run.ShowLine = p.inspector.ShowLine
	p.inspector.AddResource = func(typ string, then func(path string)) { NewResources(h).AddOf(typ, then) }
	p.inspector.EditResource = func(path string, then func()) { NewResources(h).edit(flow.Resource{Path: path}, then) }
	p.pickValues()
	p.run.Closed = func() { p.foldRun(true) }
	c := p.canvas
	c.OnSelect = func(id string) { h.Changed(h.Model.Select(id)) }
	c.OnOpen = p.open
	c.OnPlus = func(at model.Plus, _ fyne.Position) { p.add(at) }
	c.OnPill = func(pill model.Pill) { h.Changed(h.Model.Select(pill.Container)) }
	c.OnDelete = func(string) { p.Delete() }
	c.OnMove = func(_ string, delta int) { p.Move(delta) }
	c.OnDrop = p.drop
	c.OnContext = p.context
	c.OnShortcut = p.shortcut
	p.onCanvas()
	p.bar()
	return p
}

// bar makes the top bar.
func (p *Editor) bar() {
	p.title = kit.Heading("")
	p.pill = kit.NewPill(say.T("Saved"), kit.Neutral)
	p.undo = kit.IconButton(kit.IconUndo, say.T("Undo"), kit.Outline, p.Undo)
	p.redo = kit.IconButton(kit.IconRedo, say.T("Redo"), kit.Outline, p.Redo)
	p.test = kit.NewButton(say.T("Test flow"), kit.Primary, p.TestFlow).With(kit.IconPlay)
	left := kit.HBox(8, kit.NewButton(say.T("Flows /"), kit.Crumb, func() { p.h.Go(host.PlaceFlows) }), host.Middle(p.title), host.Middle(p.pill))
	p.edit = kit.NewButton(say.T("Edit this flow"), kit.Outline, p.EditAgain)
	p.edit.Hide()
	p.wrong = kit.NewButton("", kit.Danger, p.Problems).With(kit.IconAlert)
	p.wrong.Hide()
	p.past = kit.IconButton(kit.IconChevronDown, say.T(textHistory), kit.Outline, p.listHistory)
	acts := kit.HBox(8, p.wrong, p.edit, kit.HBox(2, p.undo, p.past), p.redo, kit.NewButton(say.T(textFlowRuns), kit.Outline, p.ListRuns).With(kit.IconChevronDown).After(), kit.NewButton(say.T(textVersions), kit.Outline, func() { p.showVersions(true) }), p.test)
	p.finder = newFinder(p)
	p.problems = newProblemList(p)
	side := kit.NewSplit(kit.Dock(p.finder.object, p.problems.object, nil, nil, p.canvas), p.inspector.Object(), kit.InspectorWidth, 320, 560)
	p.split = kit.NewVSplit(side, p.run.Object(), kit.RunPanelHeight, 120, 520)
	p.split.Collapse(true)
	p.strip = newRunStrip(func() { p.foldRun(false) })
	p.below = kit.Dock(nil, p.strip.object, nil, nil, p.split)
	p.bars = kit.TopBar(left, nil, acts)
	p.whole = container.NewStack(host.Page(p.bars, p.below))
	p.object = p.whole
}

// Object is the pane.
func (p *Editor) Object() fyne.CanvasObject { return p.object }

// Open shows a stored flow and then goes on. What was open before is stored
// first, and stays where that fails.
func (p *Editor) Open(s flow.Stored, then func()) {
	if doc := p.h.Model.Doc(); doc != nil && doc.Path == s.Path && !doc.ReadOnly && (!doc.Saved() || string(s.JSON) == p.saver.stored) {
		then() // it is open, with its history, and what the list knew of it may be older
		return
	}
	f, err := flow.ParseJSON(s.JSON)
	if err != nil {
		p.h.Fail(err)
		return
	}
	f, newer := flow.FillIDs(f), p.saver.draft(s.Path) // the list was read before that is stored
	p.leaving(func() {
		p.canvas.Reset()
		p.saver.stored = string(s.JSON)
		if newer != nil {
			f, p.saver.stored = newer.Flow, ""
		}
		p.h.Changed(p.h.Model.Open(s.Path, f))
		p.h.Changed(p.h.Model.SetLive(p.h.Model.Doc(), model.LiveOf(s)))
		p.inspector.Rebuild()
		p.showVersions(false)
		p.recall()
		then()
	})
}

// Refresh draws what is dirty.
func (p *Editor) Refresh(d model.Dirty) {
	m := p.h.Model
	if m.Doc() == nil {
		return
	}
	if p.told != nil && m.Doc().Flow != p.toldOf { // it was taken back, or is not the last edit any more
		kit.DropThis(p.h.Window.Canvas(), p.told)
		p.told = nil
	}
	if d.Shape || d.Panes.Has(model.PaneCanvas) {
		p.showScene()
	}
	if d.Select && m.Selected() != "" {
		p.canvas.Reveal(p.canvas.Selected())
	}
	if v := d.Voted; v != nil && p.Seen() {
		p.celebrate(*v)
	}
	if d.Panes.Has(model.PaneInspector) {
		p.inspector.Refresh()
		p.learn()
		p.offerNewest()
	}
	if d.Panes.Has(model.PaneRun) {
		if m.HasRun() && p.run.fresh() {
			p.foldRun(false)
		} else if !m.HasRun() && p.run.run != "" { // another flow, which has not run yet
			p.run.fresh()
			p.foldRun(true)
		}
		p.run.Refresh()
		p.refreshStrip()
		p.inspector.Offered()
		p.findWaiting()
		p.findFailed()
		p.beat()
	}
	p.title.SetText(kit.Shorten(m.Name(), 460, kit.TextHeading, fyne.TextStyle{Bold: true}, nil))
	p.buttons()
	p.bars.Refresh()
	if d.Save {
		p.saveSoon()
	}
}

// learnPause is the pause in typing after which a script's parameters are read.
const learnPause = 400 * time.Millisecond

// learn reads what the scripts of the flow ask for, so that what is not filled in is
// told before a run.
func (p *Editor) learn() {
	if p.learning || len(p.h.Model.Unread()) == 0 {
		return
	}
	p.learning = true
	p.h.Later(learnPause, func() {
		list := p.h.Model.Unread()
		p.h.Ask(func(context.Context) (func(), error) {
			schemas := make([]flow.Raw, len(list))
			for i, c := range list {
				schemas[i], _ = p.h.Signature(c.Language, c.Content) // why it cannot be read is told on the step
			}
			return func() {
				p.learning = false
				var d model.Dirty
				for i, c := range list {
					d = d.And(p.h.Model.Learn(c.Language, c.Content, schemas[i]))
				}
				p.h.Changed(d)
			}, nil
		})
	})
}

// findWaiting selects the step that waits for people, once a run, unless the
// person looks at another: the acts that help are found there.
func (p *Editor) findWaiting() {
	m := p.h.Model
	var deepest *model.StepRow
	if m.Selected() != "" || p.found == m.Followed() {
		return
	}
	for _, r := range m.Rows() { // containers come before what is inside them
		if r.Role == model.AwaitsPeople && (deepest == nil || r.Depth > deepest.Depth) {
			deepest = &r
		}
	}
	if deepest != nil {
		p.found = m.Followed()
		p.h.Changed(m.SelectRow(*deepest))
	}
}

// findFailed selects the step that a run failed in, once a run, unless the person
// looks at a step that the run has come to.
func (p *Editor) findFailed() {
	m := p.h.Model
	h, ok := m.Header()
	if _, reached := m.Detail(); !ok || h.Role != model.Bad || p.failed == m.Followed() || m.Selected() != "" && reached {
		return
	}
	p.failed = m.Followed()
	var deepest *model.StepRow
	for _, r := range m.Rows() {
		if r.Role == model.Bad && (deepest == nil || r.Depth > deepest.Depth) {
			deepest = &r
		}
	}
	if deepest != nil {
		p.run.tab = tabResult
		p.run.tabs.Select(tabResult)
		p.h.Changed(m.SelectRow(*deepest))
	}
}

// buttons says what can be done and why not.
func (p *Editor) buttons() {
	m := p.h.Model
	p.test.OffIf(m.WhyNoTest())
	h := m.History()
	p.undo.OffIf(host.Why(len(h.Past) == 0, say.T("Nothing to undo")))
	p.redo.OffIf(host.Why(len(h.Next) == 0, say.T("Nothing to redo")))
	p.past.OffIf(host.Why(len(h.Past)+len(h.Next) == 0, say.T(whyNoHistory)))
	if len(h.Past) > 0 {
		p.undo.Tip = textUndoTo(h.Past[0])
	}
	if len(h.Next) > 0 {
		p.redo.Tip = textRedoTo(h.Next[0])
	}
	host.Show(p.edit, m.Doc().ReadOnly)
	errors, warnings := m.ProblemCounts()
	kind, icon := kit.Outline, kit.IconWarning
	if errors > 0 {
		kind, icon = kit.Danger, kit.IconAlert
	}
	p.wrong.SetText(textProblemCounts(errors, warnings))
	p.wrong.With(icon).SetKind(kind)
	host.Show(p.wrong, errors+warnings > 0)
	p.problems.refresh()
	p.saveState()
}

// saveState tells whether the library has what is on the screen.
func (p *Editor) saveState() {
	doc := p.h.Model.Doc()
	switch {
	case doc == nil:
		return
	case doc.ReadOnly:
		p.pill.Set(say.T("As it ran"), kit.Waiting)
	case doc.Saved():
		role := kit.Neutral
		if doc.Live().Behind {
			role = kit.Accent
		}
		p.pill.Set(p.h.Model.SaveWords(), role)
	case p.saver.refused != nil:
		p.pill.Set(say.T("Not saved"), kit.Bad)
	default:
		p.pill.Set(say.T("Saving…"), kit.Neutral)
	}
	p.bars.Refresh()
}

// Tick lets ages and deadlines go on. Those of a run that is over stand still, also at a
// moment of its past: the window need not be drawn.
func (p *Editor) Tick() {
	if p.h.Model.AgesShown() {
		p.tell()
	}
}

// tell shows how the run stands now.
func (p *Editor) tell() {
	if p.h.Model.Doc() != nil && p.h.Model.HasRun() {
		p.showScene()
		p.run.Refresh()
		p.refreshStrip()
		p.beat()
	}
}

// beat lets the times that are shown go on each second, as long as they are told by
// the second: a run that has waited for minutes costs nothing, and neither does one
// that nobody looks at.
func (p *Editor) beat() {
	if p.beating || !p.Seen() || !p.h.Model.Ticks() {
		return
	}
	p.beating = true
	p.h.Later(time.Second, func() {
		p.beating = false
		p.h.Model.SetNow(p.h.Now())
		p.Tick()
	})
}

// Reread shows what other panes may have changed.
func (p *Editor) Reread() {
	if p.h.Model.Doc() == nil {
		p.h.Go(host.PlaceFlows)
		return
	}
	p.inspector.Rebuild()
	p.ReadResources()
	p.h.Model.SetNow(p.h.Now())
	p.tell()
}

// Undo takes the last change of the flow back, wherever it was made. In a dialog
// it takes back what was typed there.
func (p *Editor) Undo() { p.travel(&fyne.ShortcutUndo{}, p.h.Model.Undo) }

// Redo makes it again.
func (p *Editor) Redo() { p.travel(&fyne.ShortcutRedo{}, p.h.Model.Redo) }

func (p *Editor) travel(s fyne.Shortcut, step func() model.Dirty) {
	c := p.h.Window.Canvas()
	if c.Overlays().Top() != nil {
		if f, ok := c.Focused().(fyne.Shortcutable); ok {
			f.TypedShortcut(s)
		}
		return
	}
	p.inspector.Keep(func() { p.h.Changed(step()) })
}

// redoKeys are the other usual keys of Redo.
var redoKeys = &desktop.CustomShortcut{KeyName: fyne.KeyZ, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}

// shortcut takes what the canvas has no use for.
func (p *Editor) shortcut(s fyne.Shortcut) {
	switch s.ShortcutName() {
	case (&fyne.ShortcutUndo{}).ShortcutName():
		p.Undo()
	case (&fyne.ShortcutRedo{}).ShortcutName(), redoKeys.ShortcutName():
		p.Redo()
	case (&fyne.ShortcutCopy{}).ShortcutName():
		p.Copy()
	case (&fyne.ShortcutCut{}).ShortcutName():
		p.Cut()
	case (&fyne.ShortcutPaste{}).ShortcutName():
		p.Paste()
	default:
		p.canvasShortcut(s)
	}
}

// EditAgain opens the flow of the run that is looked at, as it is now.
func (p *Editor) EditAgain() {
	doc := p.h.Model.Doc()
	if doc == nil {
		return
	}
	host.AskThen(p.h, p.h.Library.Flows, func(list []flow.Stored) {
		for _, s := range list {
			if s.Path == doc.Path {
				p.Open(s, func() {})
				return
			}
		}
		p.h.Fail(fault.New("flow.gone", say.T("This flow is no longer here"), say.T("Its runs are kept. Export it from here, and import it again to change it.")))
	})
}

// ExportOpen asks where to write the open flow.
func (p *Editor) ExportOpen() {
	if doc := p.h.Model.Doc(); doc != nil {
		p.Export(doc.Flow, doc.Path)
	}
}

// add opens the picker for a place.
func (p *Editor) add(at model.Plus) { p.addAt(p.h.Model.SpotOf(at)) }

// insert adds a new step.
func (p *Editor) insert(at model.Plus, m *flow.Module) {
	p.inspector.Begin(m)
	p.h.Do(p.h.Model.Add(at.Place, m))
	p.FocusCanvas()
}

// FocusCanvas gives the keyboard to the canvas, so that the arrows walk and Enter opens.
func (p *Editor) FocusCanvas() { kit.Focus(p.canvas) }

// doTelling makes an edit, and tells with a way back which steps it leaves without
// what they read.
func (p *Editor) doTelling(e model.Edit) {
	broken := p.h.Model.Breaks(e)
	doc := p.h.Model.Doc()
	p.h.Do(e)
	if len(broken) == 0 || doc == nil {
		return
	}
	b := broken[0]
	title := say.F("%s reads %s, %s now", b.Step, b.Reads, say.Engine(say.Of(b.Why)))
	if more := len(broken) - 1; more > 0 {
		title = say.F("%s reads %s, %s now, and %d more", b.Step, b.Reads, say.Engine(say.Of(b.Why)), more)
	}
	changed := doc.Flow
	told := kit.NewBanner(kit.Waiting, title, say.T("What is not there counts as null."))
	told.Do(say.T("Undo"), func() {
		kit.DropToast(p.h.Window.Canvas())
		if p.h.Model.Doc() == doc && doc.Flow == changed { // nothing else was changed since
			p.Undo()
		}
	})
	p.told, p.toldOf = told, changed
	kit.ShowToast(p.h.Window.Canvas(), told)
}

// rename asks for another id of a step.
func (p *Editor) rename(id string) {
	name := kit.NewEntry("")
	name.SetText(id)
	field := kit.NewField(say.T("Id"), "", false, name).WithHint(say.F("Expressions that read results.%s follow.", id))
	var d *host.Dialog
	do := func() {
		to := strings.TrimSpace(name.Text())
		if _, err := flow.Rename(p.h.Model.Doc().Flow, id, to); err != nil {
			field.SetErr(model.Fault(err).Title)
			return
		}
		d.Close()
		p.h.Do(model.Rename(id, to))
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: say.F("Change the id of step %s", id), Width: 420, Body: field, Submit: do}, kit.NewButton(say.T("Change"), kit.Primary, do))
	name.SelectAll()
}

// TestFlow asks for the input and starts a run of the draft.
func (p *Editor) TestFlow() {
	m := p.h.Model
	if reason := m.WhyNoTest(); reason != "" {
		p.h.Fail(fault.New("test.off", reason, say.T("Nothing was started.")))
		return
	}
	doc := m.Doc()
	if fields, err := flow.Fields(doc.Flow.Schema, nil, nil); err == nil && len(fields) == 0 {
		p.start([]byte("{}"))
		return
	}
	testForm(p.h, say.F("Test “%s”", m.Name()), say.T("What goes in; steps read it as flow_input"), doc.Flow.Schema, m.LastInput(), p.start)
}

// start starts a run of the draft.
func (p *Editor) start(input json.RawMessage) {
	req, err := p.h.Model.Test(input)
	if err != nil {
		p.h.Fail(err)
		return
	}
	p.launch(req)
}

// runAgain starts a run of the draft with the input of the run that is shown.
func (p *Editor) runAgain() {
	if req, ok := p.h.Model.Repeat(); ok {
		p.repeat(req)
		return
	}
	ref, ok := p.h.Model.Again()
	if !ok {
		p.TestFlow()
		return
	}
	host.AskThen(p.h, func(ctx context.Context) (json.RawMessage, error) { return p.h.Runs.Value(ctx, ref) }, p.start)
}

// launch starts a run and follows it.
func (p *Editor) launch(req run.Request) {
	p.test.Off(say.T("Starting"))
	host.AskThen(p.h, func(ctx context.Context) (run.Begun, error) { return p.h.Runs.Start(ctx, req) }, func(begun run.Begun) {
		p.h.Changed(p.h.Model.Begin(begun))
		p.foldRun(false)
		p.buttons()
	}, p.buttons)
}

// ShowRun shows a run of the past or present on the canvas and then goes on. It
// may take the place of the open flow, which is stored first.
func (p *Editor) ShowRun(id run.ID, then func()) {
	p.leaving(func() {
		p.h.Follow(id, func() bool { return true }, func() {
			p.foldRun(false)
			then()
		})
	})
}

// CancelRun ends the shown run.
func (p *Editor) CancelRun() { p.run.cancel() }
