package pane

import (
	"context"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// The tabs of a schedule's page.
const (
	pageWhen = iota
	pageInputs
	pageFails
	pageRuns
)

var scheduleTabs = []string{"When", "Inputs", "If it fails", "Runs"}

// schedulePage shows and changes one schedule. What is changed counts once it is saved.
type schedulePage struct {
	p       *Triggers
	h       *host.Host
	d       *model.ScheduleDraft
	state   schedule.State
	tab     int
	touched bool
	saving  bool

	name    *kit.Entry
	tabs    *kit.Segments
	content *fyne.Container
	notes   *fyne.Container
	foot    *fyne.Container
	about   *kit.Text

	fields map[string]*kit.Field // of the tab that is shown
	wrong  map[string]string     // what saving said, by field
	bad    map[string]string     // what is typed that cannot be read, by field

	// of the tab When
	pace   model.Pace
	chips  []*kit.Button
	detail *fyne.Container
	cron   *kit.Entry
	next   *fyne.Container

	form   *form.Form // of the inputs, while they are shown
	schema flow.Raw
	builds int // pages of inputs that were asked for; the answer to an older one is dropped

	fires  *fyne.Container
	most   int // times that are listed
	listed int // lists that were asked for
}

func newSchedulePage(p *Triggers, d *model.ScheduleDraft, s schedule.State) *schedulePage {
	g := &schedulePage{p: p, h: p.h, d: d, state: s, content: container.NewStack(), notes: kit.VBox(8), foot: container.NewStack(), wrong: map[string]string{}, bad: map[string]string{}, fields: map[string]*kit.Field{}, most: runsPage}
	g.pace, _ = model.PaceOf(d.Cron, d.Version)
	return g
}

// object is the page.
func (g *schedulePage) object() fyne.CanvasObject {
	g.name = kit.NewEntry("Name of the schedule")
	g.name.SetText(g.d.Summary)
	g.name.OnChanged = func(s string) { g.d.Summary = s; g.changed("") }
	g.name.OnSubmitted = func(string) { g.save() }
	g.about = kit.Caption("").Ellipsis()
	g.tabs = kit.Tabs(scheduleTabs, g.tab, func(i int) { g.open(i) })
	head := kit.VBox(0, kit.Pad(14, 16, 10, 16, kit.HBox(12, host.Middle(kit.NewTileWith(kit.TileBranch, "", kit.IconClock)), kit.Grow(kit.VBox(4, g.name, g.about)))),
		kit.Pad(0, 16, 0, 16, g.tabs), kit.HLine())
	g.open(g.tab)
	return kit.Dock(head, kit.VBox(0, kit.Pad(0, 16, 10, 16, g.notes), g.foot), nil, nil, g.content)
}

// focus gives the keyboard to the first field.
func (g *schedulePage) focus() { g.h.Window.Canvas().Focus(g.name.Focusable()) }

// open shows a tab.
func (g *schedulePage) open(tab int) {
	g.tab, g.fields, g.form, g.fires = tab, map[string]*kit.Field{}, nil, nil
	g.tabs.Select(tab)
	var page fyne.CanvasObject
	switch tab {
	case pageInputs:
		page = g.inputs()
	case pageFails:
		page = g.fails()
	case pageRuns:
		page = g.runs()
	default:
		page = g.when()
	}
	g.content.Objects = []fyne.CanvasObject{kit.Scroll(kit.PadAll(16, page))}
	g.content.Refresh()
	g.tell()
	g.showFoot()
}

// field makes a field that is told what is wrong with it.
func (g *schedulePage) field(label, name string, must bool, control fyne.CanvasObject) *kit.Field {
	f := kit.NewField(label, "", must, control)
	g.fields[name] = f
	return f
}

// entry makes a text field of the page; Enter saves.
func (g *schedulePage) entry(text, placeholder string, changed func(string)) *kit.Entry {
	return g.entryIn(kit.NewEntry(placeholder), text, changed)
}

func (g *schedulePage) entryIn(e *kit.Entry, text string, changed func(string)) *kit.Entry {
	e.SetText(text)
	e.OnChanged = changed
	e.OnSubmitted = func(string) { g.save() }
	return e
}

// changed shows what follows from a change of a field.
func (g *schedulePage) changed(field string) {
	g.touched = true
	delete(g.bad, field)
	delete(g.wrong, field)
	delete(g.wrong, "")
	g.tell()
	g.showFoot()
	g.p.board.Draw()
}

// unread says that what is typed in a field cannot be read. What it held before stays.
func (g *schedulePage) unread(field, why string) {
	g.touched = true
	g.bad[field] = why
	g.tell()
	g.showFoot()
}

// tell says what the schedule means, or what is wrong.
func (g *schedulePage) tell() {
	kind := kindWord(g.d.IsFlow)
	if g.d.Target == "" {
		kind = "chooses nothing yet"
	}
	g.about.SetText(strings.TrimPrefix(g.d.Target+" · "+kind, " · "))
	pv := g.d.Preview(g.h.Now())
	for name, f := range g.fields {
		err := model.First(g.bad[name], g.wrong[name])
		if err == "" && pv.Field == name {
			err = pv.Err
		}
		f.SetErr(err)
	}
	if f := g.fields[model.FieldCron]; f != nil {
		f.SetHint(pv.Words)
	}
	g.showNext(pv)
	var rows []fyne.CanvasObject
	if text := g.wrong[""]; text != "" {
		rows = append(rows, kit.NewBanner(kit.Bad, text, ""))
	} else if e := g.state.Problem; e != nil && !g.d.Changed() {
		f := fault.From(e)
		rows = append(rows, kit.NewBanner(kit.Bad, f.Title, f.Hint))
	}
	g.notes.Objects = rows
	g.notes.Refresh()
}

// tick tells coming times from now on.
func (g *schedulePage) tick() {
	if g.tab == pageWhen {
		g.showNext(g.d.Preview(g.h.Now()))
	}
}

// follow takes up what became of the schedule meanwhile. What is being changed here stays.
func (g *schedulePage) follow() {
	if g.d.New {
		return
	}
	s, ok := g.p.find(g.d.Path)
	if !ok {
		return
	}
	was := g.state
	g.state = s
	if !g.d.Changed() {
		fresh := model.EditSchedule(s.Schedule)
		same := fresh.Same(g.d)
		*g.d = *fresh
		if !same {
			g.pace, _ = model.PaceOf(g.d.Cron, g.d.Version)
			g.name.SetText(g.d.Summary)
			g.open(g.tab)
			return
		}
	}
	g.d.Enabled = s.Enabled
	if g.tab == pageRuns {
		g.readFires()
	}
	if (was.Problem == nil) != (s.Problem == nil) {
		g.tell()
	}
}

// showFoot shows what can be done with the schedule.
func (g *schedulePage) showFoot() {
	row := kit.HBox(8)
	switch {
	case g.d.New:
		row.Add(kit.NewButton("Save", kit.Primary, g.save))
		row.Add(kit.NewButton("Cancel", kit.Outline, func() { g.p.page = nil; g.p.open(nil); g.p.show() }))
	case g.d.Changed() || len(g.bad) > 0:
		row.Add(kit.NewButton("Save", kit.Primary, g.save))
		row.Add(kit.NewButton("Revert", kit.Outline, g.revert))
	default:
		row.Add(kit.NewButton("Run now", kit.Outline, func() { g.p.runNow(g.d.Path) }).With(kit.IconPlay))
		row.Add(kit.Space())
		row.Add(kit.NewButton("Delete", kit.Danger, func() { g.p.remove(g.state) }))
	}
	if g.foot.Objects != nil && footOf(g.foot) == footOf(row) {
		return
	}
	g.foot.Objects = []fyne.CanvasObject{kit.VBox(0, kit.HLine(), kit.Pad(10, 16, 10, 16, row))}
	g.foot.Refresh()
}

// footOf names the buttons of an object.
func footOf(o fyne.CanvasObject) (names string) {
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			names += footOf(c)
		}
	case *kit.Button:
		names = x.Text + " "
	}
	return names
}

// revert takes back what was changed.
func (g *schedulePage) revert() {
	*g.d = *model.EditSchedule(g.state.Schedule)
	g.wrong, g.bad = map[string]string{}, map[string]string{}
	g.pace, _ = model.PaceOf(g.d.Cron, g.d.Version)
	g.name.SetText(g.d.Summary)
	g.open(g.tab)
	g.p.board.Draw()
}

// Fields of which only what is typed can be wrong.
const (
	failureTimes  = "on_failure_times"
	recoveryTimes = "on_recovery_times"
	pauseField    = "paused_until"
)

// tabOf is where a field stands.
func tabOf(field string) int {
	switch field {
	case model.FieldArgs, model.FieldTarget:
		return pageInputs
	case model.FieldOnFailure, model.FieldOnRecovery, model.FieldOnSuccess, failureTimes, recoveryTimes:
		return pageFails
	}
	return pageWhen
}

// save stores the schedule, or says at its field what is wrong.
func (g *schedulePage) save() {
	if g.saving || !g.d.Changed() && len(g.bad) == 0 {
		return
	}
	for _, field := range slices.Sorted(maps.Keys(g.bad)) {
		g.show(field)
		return
	}
	if g.form != nil {
		if _, ok := g.form.Value(); !ok {
			return
		}
	}
	g.d.Path = strings.TrimSpace(g.d.Path)
	s, isNew, read := g.d.Schedule, g.d.New, g.schemaOf()
	g.saving = true
	g.h.Ask(func(ctx context.Context) (func(), error) {
		if isNew && read != nil { // nobody may have looked at the form, where they stand
			if schema, err := read(); err == nil {
				s.Args = model.WithDefaults(schema, s.Args)
			}
		}
		err := g.store(ctx, s, isNew)
		return func() {
			g.saving = false
			if err != nil {
				g.fail(g.d.FieldOf(err), model.ErrorText(err))
				return
			}
			g.saved(s)
		}, nil
	}, func() { g.saving = false })
}

// store saves a schedule; a new one takes no other's place.
func (g *schedulePage) store(ctx context.Context, s schedule.Schedule, isNew bool) error {
	if isNew {
		if _, err := g.h.Schedules.Schedule(ctx, s.Path); err == nil {
			return fault.New("schedule.path", "There is a schedule of this path already", "Choose another name behind the last slash.")
		}
	}
	return g.h.Schedules.SaveSchedule(ctx, s)
}

func (g *schedulePage) saved(s schedule.Schedule) {
	fresh := model.EditSchedule(s)
	*g.d = *fresh
	g.touched = false
	g.wrong, g.bad = map[string]string{}, map[string]string{}
	g.state.Schedule = s
	g.state.Problem = nil
	g.h.Tell("Saved")
	if g.p.page == g {
		g.p.chosen = s.Path
		g.p.drafts[s.Path] = g.d
		g.open(g.tab)
	}
	g.p.Refresh()
}

// fail shows what is wrong at its field.
func (g *schedulePage) fail(field, text string) {
	g.wrong = map[string]string{field: text}
	if field != "" && g.fields[field] == nil {
		g.open(tabOf(field))
	}
	if g.fields[field] == nil { // such as one of the inputs
		g.wrong = map[string]string{"": text}
	}
	g.tell()
	g.show(field)
}

// show brings a field into sight.
func (g *schedulePage) show(field string) {
	if field != "" && g.fields[field] == nil {
		g.open(tabOf(field))
	}
	if f := g.fields[field]; f != nil {
		switch x := f.Control.(type) {
		case *kit.Entry:
			x.Focus()
		case *kit.Suggest:
			kit.Focus(x.Focusable())
		}
	}
}
