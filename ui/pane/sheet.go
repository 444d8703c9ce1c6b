package pane

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// sheet is the page of one trigger beside the list: its name, tabs of fields, each told
// what is wrong with it, and what can be done. What is changed counts once it is saved.
type sheet struct {
	p       *Triggers
	h       *host.Host
	of      subject
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
}

// subject is what a sheet is about.
type subject interface {
	kind() string // "schedule"
	tile() (kit.TileKind, kit.Icon)
	key() triggerKey
	isNew() bool
	changed() bool
	called() string
	summary() *string
	about() string
	tabs() []string
	// page makes a tab; left says that it goes.
	page(tab int) fyne.CanvasObject
	left()
	// closed says that the sheet is gone.
	closed()
	tabOf(field string) int
	// judge shows what the fields mean, and says what is wrong with which.
	judge() (field, err string)
	problem() error           // what keeps it from starting anything
	acts(row *fyne.Container) // what can be done with one that is not being changed
	tick()
	// stays is how long what it tells of times stays true.
	stays() time.Duration
	// follow takes up what became of it meanwhile; again says to show all anew.
	follow() (again bool)
	revert()
	// ready says whether it can be saved; store then returns what saves it, off the main
	// goroutine, and saved what to do afterwards.
	ready() bool
	store() (save func(ctx context.Context) error, saved func())
	fieldOf(err error) string
}

func newSheet(p *Triggers, of subject) *sheet {
	return &sheet{p: p, h: p.h, of: of, content: container.NewStack(), notes: kit.VBox(8), foot: container.NewStack(), wrong: map[string]string{}, bad: map[string]string{}, fields: map[string]*kit.Field{}}
}

// object is the page.
func (g *sheet) object() fyne.CanvasObject {
	g.name = kit.NewEntry(textNameOf(g.of.kind()))
	g.name.SetText(*g.of.summary())
	g.name.OnChanged = func(s string) { *g.of.summary() = s; g.edited("") }
	g.name.OnSubmitted = func(string) { g.save() }
	g.about = kit.Caption("").Ellipsis()
	tile, icon := g.of.tile()
	tabs := g.of.tabs()
	g.tab = min(g.tab, len(tabs)-1)
	g.tabs = kit.Tabs(tabs, g.tab, func(i int) { g.open(i) })
	head := kit.VBox(0, kit.Pad(14, 16, 10, 16, kit.HBox(12, host.Middle(kit.NewTileWith(tile, "", icon)), kit.Grow(kit.VBox(4, g.name, g.about)))),
		kit.Pad(0, 16, 0, 16, g.tabs), kit.HLine())
	g.open(g.tab)
	return kit.Dock(head, kit.VBox(0, kit.Pad(0, 16, 10, 16, g.notes), g.foot), nil, nil, g.content)
}

// focus gives the keyboard to the first field.
func (g *sheet) focus() { g.h.Window.Canvas().Focus(g.name.Focusable()) }

// open shows a tab.
func (g *sheet) open(tab int) {
	g.of.left()
	g.tab, g.fields = tab, map[string]*kit.Field{}
	g.tabs.Select(tab)
	g.content.Objects = []fyne.CanvasObject{kit.Scroll(kit.PadAll(16, g.of.page(tab)))}
	g.content.Refresh()
	g.tell()
	g.showFoot()
}

// redraw shows the tab anew; who types goes on at the same place.
func (g *sheet) redraw() {
	if !kit.Redraw(g.h.Window.Canvas(), g.content, func() { g.open(g.tab) }) {
		g.focus()
	}
}

// field makes a field that is told what is wrong with it.
func (g *sheet) field(label, name string, must bool, control fyne.CanvasObject) *kit.Field {
	f := kit.NewField(label, "", must, control)
	g.fields[name] = f
	return f
}

// entry makes a text field of the page; Enter saves.
func (g *sheet) entry(text, placeholder string, changed func(string)) *kit.Entry {
	return g.entryIn(kit.NewEntry(placeholder), text, changed)
}

func (g *sheet) entryIn(e *kit.Entry, text string, changed func(string)) *kit.Entry {
	e.SetText(text)
	e.OnChanged = changed
	e.OnSubmitted = func(string) { g.save() }
	return e
}

// path makes the field of the path of a new one.
func (g *sheet) path(path *string) *kit.Field {
	e := g.entryIn(kit.NewEntry("f/folder/name").AsMono(), *path, func(s string) { *path = s; g.edited(model.FieldPath) })
	return g.field(say.T("Path"), model.FieldPath, true, e).WithHint(say.T("It cannot be changed later."))
}

// age makes a field for a length of time.
func (g *sheet) age(label, name string, seconds, usual float64, set func(float64)) *kit.Field {
	number, unit := model.AgeOf(seconds, usual)
	text := g.entry(number, "1", nil)
	units := kit.NewSelectBox(model.AgeUnits(number), unit, nil)
	field := g.field(label, name, false, kit.HBox(8, host.Width(76, text), host.Width(120, units), kit.Space()))
	take := func() {
		units.Options = model.AgeUnits(text.Text())
		units.Refresh()
		s, ok := model.Age(text.Text(), units.Selected())
		if !ok {
			g.unread(name, say.T("Enter a number above 0"))
			return
		}
		set(s)
		g.edited(name)
	}
	text.OnChanged = func(string) { take() }
	units.OnChanged = func(int) { take() }
	return field
}

// edited shows what follows from a change of a field.
func (g *sheet) edited(field string) {
	g.touched = true
	delete(g.bad, field)
	delete(g.wrong, field)
	delete(g.wrong, "")
	g.tell()
	g.showFoot()
	g.p.board.Draw()
}

// unread says that what is typed in a field cannot be read. What it held before stays.
func (g *sheet) unread(field, why string) {
	g.touched = true
	g.bad[field] = why
	g.tell()
	g.showFoot()
}

// tell says what the trigger means, or what is wrong.
func (g *sheet) tell() {
	g.about.SetText(g.of.about())
	field, why := g.of.judge()
	for name, f := range g.fields {
		err := model.First(g.bad[name], g.wrong[name])
		if err == "" && name == field {
			err = why
		}
		f.SetErr(err)
	}
	var rows []fyne.CanvasObject
	if text := g.wrong[""]; text != "" {
		rows = append(rows, kit.NewBanner(kit.Bad, text, ""))
	} else if e := g.of.problem(); e != nil && !g.of.changed() {
		f := model.Fault(e)
		rows = append(rows, kit.NewBanner(kit.Bad, f.Title, f.Hint))
	}
	g.notes.Objects = rows
	g.notes.Refresh()
}

// follow takes up what became of the trigger meanwhile. What is being changed here stays.
func (g *sheet) follow() {
	if g.of.isNew() {
		return
	}
	was := g.of.problem()
	if g.of.follow() {
		g.name.SetText(*g.of.summary())
		g.redraw()
		return
	}
	if (was == nil) != (g.of.problem() == nil) {
		g.tell()
	}
}

// showFoot shows what can be done with the trigger.
func (g *sheet) showFoot() {
	row := kit.HBox(8)
	switch {
	case g.of.isNew():
		row.Add(kit.NewButton(say.T("Save"), kit.Primary, g.save))
		row.Add(kit.NewButton(say.T("Cancel"), kit.Outline, g.p.shut))
	case g.of.changed() || len(g.bad) > 0:
		row.Add(kit.NewButton(say.T("Save"), kit.Primary, g.save))
		row.Add(kit.NewButton(say.T("Revert"), kit.Outline, g.revert))
	default:
		g.of.acts(row)
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
func (g *sheet) revert() {
	g.of.revert()
	g.wrong, g.bad = map[string]string{}, map[string]string{}
	g.name.SetText(*g.of.summary())
	g.open(g.tab)
	g.p.board.Draw()
}

// save stores the trigger, or says at its field what is wrong.
func (g *sheet) save() {
	if g.saving || !g.of.changed() && len(g.bad) == 0 {
		return
	}
	for _, field := range slices.Sorted(maps.Keys(g.bad)) {
		g.show(field)
		return
	}
	if !g.of.ready() {
		return
	}
	save, saved := g.of.store()
	g.saving = true
	g.h.Ask(func(ctx context.Context) (func(), error) {
		err := save(ctx)
		return func() {
			g.saving = false
			if err != nil {
				g.fail(g.of.fieldOf(err), model.ErrorText(err))
				return
			}
			g.touched = false
			g.wrong, g.bad = map[string]string{}, map[string]string{}
			saved()
			if g.p.page == g {
				g.p.chosen = g.of.key()
				g.redraw()
			}
			g.p.Refresh()
		}, nil
	}, func() { g.saving = false })
}

// fail shows what is wrong at its field.
func (g *sheet) fail(field, text string) {
	g.wrong = map[string]string{field: text}
	if field != "" && g.fields[field] == nil {
		g.open(g.of.tabOf(field))
	}
	if g.fields[field] == nil { // such as one of the inputs
		g.wrong = map[string]string{"": text}
	}
	g.tell()
	g.show(field)
}

// show brings a field into sight.
func (g *sheet) show(field string) {
	if field != "" && g.fields[field] == nil {
		g.open(g.of.tabOf(field))
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

// aboutTarget tells what a trigger starts.
func aboutTarget(path, kind string) string {
	if path == "" {
		return say.T("chooses nothing yet")
	}
	return strings.TrimSuffix(path+" · "+kind, " · ")
}
