package pane

import (
	"context"
	"encoding/json"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/canvas"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// Editor is the place where a flow is drawn and tested: the canvas in the
// middle, the step on the right, the run at the bottom.
type Editor struct {
	h         *Host
	canvas    *canvas.FlowCanvas
	inspector *Inspector
	run       *RunPanel
	split     *kit.Split

	title, state *kit.Txt
	pill         *kit.Pill
	undo, redo   *kit.Btn
	test         *kit.Btn
	object       fyne.CanvasObject
	saves        int    // changes that asked to be stored
	found        run.ID // the run whose waiting step was shown
	// Export asks where to write the flow.
	Export func(f *flow.Flow, path string)
}

// NewEditor makes the pane.
func NewEditor(h *Host) *Editor {
	p := &Editor{h: h, canvas: canvas.New(), inspector: NewInspector(h), run: NewRunPanel(h)}
	p.inspector.TestStep = p.testStep
	p.run.Closed = func() { p.split.Collapse(true) }
	c := p.canvas
	c.OnSelect = func(id string) { h.Changed(h.Model.Select(id)) }
	c.OnOpen = func(id string) { h.Changed(h.Model.Select(id)) }
	c.OnPlus = func(at model.Plus, _ fyne.Position) { p.add(at) }
	c.OnPill = func(pill model.Pill) { h.Changed(h.Model.Select(pill.Container)) }
	c.OnDelete = func(string) { p.Delete() }
	c.OnMove = func(_ string, delta int) { p.Move(delta) }
	c.OnContext = p.context
	p.bar()
	return p
}

// bar makes the top bar.
func (p *Editor) bar() {
	p.title = kit.Heading("")
	p.pill = kit.NewPill("Saved", kit.Neutral)
	p.undo = kit.IconBtn(kit.IconUndo, "Undo", kit.Outline, p.Undo)
	p.redo = kit.IconBtn(kit.IconRedo, "Redo", kit.Outline, p.Redo)
	p.test = kit.NewBtn("Test flow", kit.Primary, p.TestFlow).With(kit.IconPlay)
	left := kit.HBox(8, kit.NewBtn("Flows /", kit.Ghost, func() { p.h.Go(PlaceFlows) }), middle(p.title), middle(p.pill))
	acts := kit.HBox(8, p.undo, p.redo, kit.NewBtn("Export", kit.Outline, p.ExportOpen), p.test)
	side := kit.NewSplit(p.canvas, p.inspector.Object(), kit.InspectorWidth, 320, 560)
	p.split = kit.NewVSplit(side, p.run.Object(), kit.RunPanelHeight, 120, 520)
	p.split.Collapse(true)
	p.object = page(kit.TopBar(left, nil, acts), p.split)
}

// Object is the pane.
func (p *Editor) Object() fyne.CanvasObject { return p.object }

// Open shows a stored flow.
func (p *Editor) Open(s flow.Stored) {
	f, err := flow.ParseJSON(s.JSON)
	if err != nil {
		p.h.Fail(err)
		return
	}
	p.SaveNow(nil)
	p.canvas.Reset()
	p.h.Changed(p.h.Model.Open(s.Path, flow.FillIDs(f)))
	p.inspector.Rebuild()
}

// Refresh draws what is dirty.
func (p *Editor) Refresh(d model.Dirty) {
	m := p.h.Model
	if m.Doc() == nil {
		return
	}
	if d.Shape || d.Panes.Has(model.PaneCanvas) {
		scene := m.Scene()
		p.canvas.ReadOnly = scene.ReadOnly
		p.canvas.SetScene(scene)
	}
	if d.Select && m.Selected() != "" {
		p.canvas.Reveal(m.Selected())
	}
	if d.Panes.Has(model.PaneInspector) {
		p.inspector.Refresh()
	}
	if d.Panes.Has(model.PaneRun) {
		if m.HasRun() && p.run.fresh() {
			p.split.Collapse(false)
		}
		p.run.Refresh()
		p.findWaiting()
	}
	p.title.SetText(kit.Shorten(m.Name(), 460, kit.TextHeading, fyne.TextStyle{Bold: true}, nil))
	p.buttons()
	if d.Save {
		p.saveSoon()
	}
}

// findWaiting selects the step that waits for people, once a run, unless the
// person looks at another: the acts that help are found there.
func (p *Editor) findWaiting() {
	m := p.h.Model
	if m.Selected() != "" || p.found == m.Followed() {
		return
	}
	for _, r := range m.Rows() {
		if r.Role == model.AwaitsPeople {
			p.found = m.Followed()
			p.h.Changed(m.Select(r.Module))
			return
		}
	}
}

// buttons says what can be done and why not.
func (p *Editor) buttons() {
	m := p.h.Model
	p.test.OffIf(m.WhyNoTest())
	h := m.History()
	p.undo.OffIf(why(len(h.Past) == 0, "Nothing to undo"))
	p.redo.OffIf(why(len(h.Next) == 0, "Nothing to redo"))
	if len(h.Past) > 0 {
		p.undo.Tip = "Undo: " + h.Past[0]
	}
	if len(h.Next) > 0 {
		p.redo.Tip = "Redo: " + h.Next[0]
	}
	if m.Doc().Saved() {
		p.pill.Set("Saved", kit.Neutral)
	} else {
		p.pill.Set("Saving…", kit.Neutral)
	}
}

func why(off bool, reason string) string {
	if off {
		return reason
	}
	return ""
}

// Tick lets ages and deadlines go on.
func (p *Editor) Tick() {
	if p.h.Model.Doc() != nil && p.h.Model.HasRun() {
		p.canvas.SetScene(p.h.Model.Scene())
		p.run.Refresh()
	}
}

// Reread shows what other panes may have changed.
func (p *Editor) Reread() {
	if p.h.Model.Doc() == nil {
		p.h.Go(PlaceFlows)
		return
	}
	p.inspector.Rebuild()
}

// saveDelay is the pause after the last change before the flow is stored.
const saveDelay = 600 * time.Millisecond

// saveSoon stores the flow when the person pauses.
func (p *Editor) saveSoon() {
	p.saves++
	save := p.saves
	p.h.Later(saveDelay, func() {
		if save == p.saves { // no change since
			p.SaveNow(nil)
		}
	})
}

// SaveNow stores the open flow and then goes on; a flow that is stored already
// goes on at once.
func (p *Editor) SaveNow(then func()) {
	doc := p.h.Model.Doc()
	if doc == nil || doc.Saved() {
		if then != nil {
			then()
		}
		return
	}
	f, path := doc.Flow, doc.Path
	p.h.Ask(func(ctx context.Context) (func(), error) {
		b, err := f.JSON()
		if err != nil {
			return nil, err
		}
		return func() {
			p.h.Changed(p.h.Model.MarkSaved(path, f))
			if then != nil {
				then()
			}
		}, p.h.Library.SaveFlow(ctx, path, b)
	})
}

// Undo takes the last change back.
func (p *Editor) Undo() { p.h.Changed(p.h.Model.Undo()); p.inspector.Rebuild() }

// Redo makes it again.
func (p *Editor) Redo() { p.h.Changed(p.h.Model.Redo()); p.inspector.Rebuild() }

// ExportOpen asks where to write the open flow.
func (p *Editor) ExportOpen() {
	if doc := p.h.Model.Doc(); doc != nil {
		p.Export(doc.Flow, doc.Path)
	}
}

// add opens the picker for a place.
func (p *Editor) add(at model.Plus) {
	doc := p.h.Model.Doc()
	after := at.After
	if after == model.InputID || after == "" {
		after = "Flow input"
	}
	ShowPicker(p.h, after, flow.NewID(doc.Flow), "Script", func(m *flow.Module) {
		p.h.Do(model.Edit{Name: "Add step " + m.ID, Select: m.ID, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Insert(f, at.Place, m) }})
		p.inspector.Rebuild()
	})
}

// AddAfter opens the picker for the place after the selected step.
func (p *Editor) AddAfter() {
	scene := p.h.Model.Scene()
	id := p.h.Model.Selected()
	if id == "" {
		id = model.InputID
	}
	if at, ok := scene.PlusAfter(id); ok {
		p.add(at)
	}
}

// Delete takes the selected step out.
func (p *Editor) Delete() {
	m := p.h.Model.SelectedStep()
	if m == nil {
		return
	}
	id := m.ID
	p.h.Do(model.Edit{Name: "Delete step " + id, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Remove(f, id) }})
	p.inspector.Rebuild()
}

// Move moves the selected step among its neighbors.
func (p *Editor) Move(delta int) {
	m := p.h.Model.SelectedStep()
	if m == nil {
		return
	}
	id := m.ID
	p.h.Do(model.Edit{Name: "Move step " + id, Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Move(f, id, delta) }})
}

// context is the menu of a step.
func (p *Editor) context(id string, at fyne.Position) {
	if id == "" || id == model.InputID || id == model.EndID {
		return
	}
	p.h.Changed(p.h.Model.Select(id))
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("Add a step after", p.AddAfter),
		fyne.NewMenuItem("Move up", func() { p.Move(-1) }),
		fyne.NewMenuItem("Move down", func() { p.Move(1) }),
		fyne.NewMenuItem("Test step", func() { p.testStep(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Delete", p.Delete))
	where := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.canvas).Add(at)
	widget.ShowPopUpMenuAtPosition(menu, p.h.Window.Canvas(), where)
}

// TestFlow asks for the input and starts a run of the draft.
func (p *Editor) TestFlow() {
	m := p.h.Model
	if reason := m.WhyNoTest(); reason != "" {
		p.h.Fail(fault.New("test.off", reason, "Nothing was started."))
		return
	}
	doc := m.Doc()
	if fields, err := flow.Fields(doc.Flow.Schema, nil, nil); err == nil && len(fields) == 0 {
		p.start([]byte("{}"))
		return
	}
	testForm(p.h, "Test “"+m.Name()+"”", doc.Flow.Schema, m.LastInput(), p.start)
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

// launch starts a run and follows it.
func (p *Editor) launch(req run.Request) {
	p.test.Off("Starting")
	askThen(p.h, func(ctx context.Context) (run.ID, error) {
		id, err := p.h.Runs.Start(ctx, req)
		return id, err
	}, func(id run.ID) {
		p.h.Changed(p.h.Model.Follow(id))
		p.split.Collapse(false)
		p.buttons()
	}, p.buttons)
}

// testStep runs one step alone: a flow of that step, its gate left out.
func (p *Editor) testStep(id string) {
	req, schema, err := p.h.Model.TestStep(id)
	if err != nil {
		p.h.Fail(err)
		return
	}
	start := func(input json.RawMessage) {
		req.Input = input
		p.launch(req)
	}
	if fields, err := flow.Fields(schema, nil, nil); err != nil || len(fields) == 0 {
		start([]byte("{}"))
		return
	}
	testForm(p.h, "Test step "+id, schema, p.h.Model.LastInput(), start)
}

// ShowRun shows a run of the past or present on the canvas.
func (p *Editor) ShowRun(id run.ID) {
	p.SaveNow(nil)
	p.h.Changed(p.h.Model.Follow(id))
	p.split.Collapse(false)
}

// CancelRun ends the shown run.
func (p *Editor) CancelRun() { p.run.cancel() }
