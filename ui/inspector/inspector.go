package inspector

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
	"sluice/ui/tiles"
)

// Inspector shows and changes the selected step. It is built anew when another
// step is selected or the step was changed from elsewhere (undo, the canvas);
// what the person types here goes into the model without rebuilding. Its pages are
// types of their own; what several of them need stands here.
type Inspector struct {
	h         *host.Host
	body      *fyne.Container
	id        string
	tab       string
	typing    bool // an edit of our own is on its way through the model
	shown     *flow.Module
	locked    bool            // built for a flow that is only looked at
	shownIn   flow.Raw        // the input schema shown for the flow's input card
	notes     *fyne.Container // what is wrong with what is shown
	flowTab   int             // of the page of the flow itself
	editors   int             // how many editors of scripts were made
	trial     *trialView
	large     *formEditor           // of the dialog that is open, nil if none is
	shownCode *code.Editor          // of the script that is shown, nil if none is
	check     *codeCheck            // of that
	naming    string                // what the next edit of code is called in the history; "": typing
	outside   *outside              // the steps whose code is open in an editor outside
	vain      map[string]func()     // tells below an argument that it reads what is not there
	exprs     []*exprField          // on the page that is shown
	had       []func()              // tell what fixed values were in the run whose values are offered
	target    *target               // what a picked value goes into
	kind      string                // of the step that is shown
	kindOnly  *kit.Text             // says it where no values are offered
	valuesOf  *kit.Button           // says it and names that run
	aboutBox  *fyne.Container       // of the two
	takers    []taker               // fields of the page that is shown
	ghost     *kit.Pill             // of a value that is dragged
	toldOf    string                // what of it was told
	places    map[string]*kit.Field // of the page that is shown, by the names that problems have for them
	wanted    string                // the field that gets the keyboard once it is there
	fixes     fixes
	// Mend does what a fix of a problem does; nil: none is offered.
	Mend     func(flow.Problem, model.Fix)
	toSay    *kit.Field        // the condition that is missing; nil: none was shown yet
	proposed fyne.CanvasObject // beside it
	// Aimed is told that another field, or none, takes what is picked.
	Aimed func()
	// TestStep runs the selected step alone.
	TestStep func(id string)
	// History takes the flow's last change back, or makes it again.
	History func(redo bool)
	// AddResource asks for a new resource and goes on with its path.
	AddResource func(typ string, then func(path string))
	// EditResource changes one, and then goes on.
	EditResource func(path string, then func())
	// OpenFlow opens a flow of the library.
	OpenFlow func(flow.Stored)
}

// New makes an empty inspector.
func New(h *host.Host) *Inspector {
	p := &Inspector{h: h, body: container.NewStack(), notes: kit.VBox(8), trial: newTrialView(h)}
	p.trial.showLine = p.ShowLine
	p.outside = newOutside(p)
	return p
}

// Object is the inspector.
func (p *Inspector) Object() fyne.CanvasObject {
	return kit.NewBox(kit.OnPanel, kit.None, 0, p.body)
}

// Refresh shows the selected step, unless it shows it already as it is.
func (p *Inspector) Refresh() { p.refresh(false) }

// Rebuild shows the selected step anew, such as after resources changed.
func (p *Inspector) Rebuild() { p.refresh(true) }

func (p *Inspector) refresh(anew bool) {
	m := p.h.Model
	doc := m.Doc()
	if p.large != nil && !p.typing {
		p.large.sync()
	}
	switch {
	case doc == nil:
		p.set("", nil, kit.Space())
		return
	case p.typing && !anew:
		p.shown, p.shownIn = m.SelectedStep(), doc.Flow.Schema
	case !anew && p.onlyCode():
		p.takeCode()
	case anew || m.Selected() != p.id || m.SelectedStep() != p.shown || p.shown == nil && string(p.shownIn) != string(doc.Flow.Schema) || p.locked != doc.ReadOnly:
		p.build()
	}
	p.tell()
	p.markCode()
	p.Offered()
	if p.shown != nil && p.tab == TabTest {
		p.trial.show(p.id)
	}
}

// build makes the page of the selected step. Shown again, it keeps the place of
// the keyboard and of the scroll.
func (p *Inspector) build() {
	keep := p.place()
	p.Leave()
	p.clearPage()
	doc, step, id := p.h.Model.Doc(), p.h.Model.SelectedStep(), p.h.Model.Selected()
	again := id == p.id
	p.id = id // the page asks what it is of
	p.shownIn, p.locked = doc.Flow.Schema, doc.ReadOnly
	if step == nil {
		p.set(id, nil, flowPage{p}.show(doc))
	} else {
		p.set(id, step, p.stepPage(step))
	}
	if again {
		p.resume(keep)
	}
}

// clearPage forgets what the page that is shown had.
func (p *Inspector) clearPage() {
	for _, x := range p.exprs {
		x.leave()
	}
	p.vain, p.shownCode, p.exprs, p.had, p.takers = map[string]func(){}, nil, nil, nil, nil
	p.places, p.wanted = map[string]*kit.Field{}, ""
	p.aim(nil)
}

func (p *Inspector) set(id string, m *flow.Module, o fyne.CanvasObject) {
	p.id, p.shown = id, m
	p.body.Objects = []fyne.CanvasObject{o}
	p.body.Refresh()
}

// do makes an edit of the selected step that the page shows already.
func (p *Inspector) do(e model.Edit) {
	if s, _ := flow.Find(p.h.Model.Doc().Flow, p.id); s == nil {
		return // a field that was left by the step's going away
	}
	before := p.typing
	p.typing = true
	p.h.Do(e)
	p.typing = before
}

// change is do for what has no name of its own in the model. typing names the
// control where each key is a change, so that typing in it is one undo step.
func (p *Inspector) change(name, typing string, do func(m *flow.Module)) {
	p.do(model.SetStep(p.id, name, typing, do))
}

// rebuild makes an edit that changes which controls there are.
func (p *Inspector) rebuild(name string, do func(m *flow.Module)) {
	p.change(name, "", do)
	p.Rebuild()
}

// tell shows what is wrong with the step that is shown, or with the flow.
func (p *Inspector) tell() {
	var rows []fyne.CanvasObject
	for _, check := range p.vain {
		check()
	}
	for _, pr := range p.h.Model.Problems() {
		if p.shown != nil && pr.Step != p.id {
			continue
		}
		if p.shown != nil && (pr.Reads != "" || pr.Code == flow.ProblemReference || pr.Code == flow.ProblemExpression) && p.vain[pr.Field] != nil {
			continue // it is told below its field
		}
		role := kit.Waiting
		if pr.Severity == flow.SeverityError {
			role = kit.Bad
		}
		b := kit.NewBanner(role, pr.Title, pr.Hint)
		if p.shown == nil && pr.Step != "" {
			b.Title = say.F("Step %s: %s", pr.Step, pr.Title)
			b.Do(say.T("Show the step"), func() { p.GoTo(pr) })
		} else if p.shown != nil {
			p.mends(b, pr)
		}
		rows = append(rows, b)
		if len(rows) == 3 && p.shown != nil {
			break // the fields need their room
		}
	}
	if len(rows) > 0 || len(p.notes.Objects) > 0 {
		p.notes.Objects = rows
		p.notes.Refresh()
		p.body.Refresh()
	}
}

// tabWords are what the tabs are called.
func tabWords(tabs []string) []string {
	words := say.All(tabs)
	for i, t := range tabs {
		if t == TabTest {
			words[i] = say.In("tab", TabTest)
		}
	}
	return words
}

// tabsOf lists what can be set on a step.
func tabsOf(m *flow.Module) []string {
	switch m.Value.(type) {
	case *flow.RawScript, *flow.Script:
		return []string{say.Mark("Inputs"), say.Mark("Approval"), say.Mark("Code"), say.Mark("Settings"), TabTest}
	case *flow.BranchOne, *flow.BranchAll:
		return []string{say.Mark("Branches"), say.Mark("Approval"), say.Mark("Settings")}
	case *flow.ForLoop, *flow.WhileLoop:
		return []string{say.Mark("Loop"), say.Mark("Approval"), say.Mark("Settings")}
	case *flow.Subflow:
		return []string{say.Mark("Inputs"), say.Mark("Flow"), say.Mark("Approval"), say.Mark("Settings")}
	case *flow.Agent, *flow.Unknown:
		return []string{say.Mark("Kept"), say.Mark("Settings")}
	case *flow.Identity:
		// The rest has what every step has.
	}
	return []string{say.Mark("Approval"), say.Mark("Settings")}
}

// Begin lets a step that is about to be added show first what it is for, such as the
// branches of a branch, and not the tab that the last step was left at.
func (p *Inspector) Begin(m *flow.Module) {
	if tabsOf(m)[0] != "Inputs" {
		p.tab = ""
	}
}

// stepPage is the page of one step.
func (p *Inspector) stepPage(m *flow.Module) fyne.CanvasObject {
	tabs := tabsOf(m)
	chosen := 0
	for i, t := range tabs {
		if t == p.tab {
			chosen = i
		}
	}
	content := container.NewStack()
	show := func(i int) {
		p.tab = tabs[i]
		p.clearPage()
		page := p.page(tabs[i], p.h.Model.SelectedStep())
		p.lock(page)
		content.Objects = []fyne.CanvasObject{page}
		content.Refresh()
		p.tell()
	}
	head := kit.VBox(0, kit.Pad(14, 16, 10, 16, p.header(m)), kit.Pad(0, 16, 0, 16, kit.Tabs(tabWords(tabs), chosen, show)), kit.HLine())
	show(chosen)
	return kit.Dock(head, kit.Pad(0, 16, 10, 16, p.notes), nil, nil, content)
}

// header names the step; the name can be changed in place.
func (p *Inspector) header(m *flow.Module) fyne.CanvasObject {
	tile, kind := p.h.Model.Kind(m)
	name := kit.NewEntry(p.h.Model.Title(m))
	name.SetText(m.Summary)
	p.lock(name)
	name.OnChanged = func(s string) { p.do(model.SetSummary(p.id, s)) }
	id := m.ID
	switch m {
	case p.h.Model.Doc().Flow.Value.FailureModule:
		id = flow.FailureID
	case p.h.Model.Doc().Flow.Value.PreprocessorModule:
		id = model.PreprocessorID
	}
	return kit.HBox(12, host.Middle(tiles.New(tile)), kit.Grow(kit.VBox(4, name, p.about(kind))), host.Middle(kit.IDPill(id)))
}

// page is one tab.
func (p *Inspector) page(tab string, m *flow.Module) fyne.CanvasObject {
	if m == nil {
		return kit.Space()
	}
	switch tab {
	case "Inputs":
		return p.scroll(inputsPage{p}.show(m))
	case "Approval":
		return p.scroll(approvalPage{p}.show(m))
	case "Branches":
		return p.scroll(p.branches(m))
	case "Loop":
		return p.scroll(p.loop(m))
	case "Flow":
		return p.scroll(p.subflow(m))
	case "Kept":
		return p.scroll(p.kept(m))
	case "Code":
		return codePage{p}.show(m)
	case "Settings":
		return p.scroll(settingsPage{p}.show(m))
	case TabTest:
		return p.scroll(p.test(m))
	}
	return kit.Space()
}

func (p *Inspector) scroll(o fyne.CanvasObject) fyne.CanvasObject {
	return kit.Scroll(kit.PadAll(16, o))
}

// scriptOf finds the hub script of a step, if it is one.
func scriptOf(m *flow.Module) (hub.Script, bool) {
	if s, ok := m.Value.(*flow.Script); ok {
		return hub.Find(s.Path)
	}
	return hub.Script{}, false
}
