package pane

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Resources is the list of accounts and connections.
type Resources struct {
	// Added is told the path of a resource that was added; nil: nobody is.
	Added func(path string)

	h      *host.Host
	search *kit.Entry
	body   *fyne.Container
	list   []flow.Resource
}

// NewResources makes the pane.
func NewResources(h *host.Host) *Resources {
	p := &Resources{h: h, search: kit.NewSearch(say.T("Search")), body: container.NewStack()}
	p.search.OnChanged = func(string) { p.show() }
	return p
}

// Object is the pane.
func (p *Resources) Object() fyne.CanvasObject {
	acts := kit.HBox(8, host.Width(240, p.search), kit.NewButton(say.T("Add a resource"), kit.Primary, p.add).With(kit.IconPlus))
	return host.Page(kit.TopBar(host.Heading(say.T("Resources"), say.T("accounts and connections that your steps use")), nil, acts), p.body)
}

// Refresh reads the resources again.
func (p *Resources) Refresh() {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Library.Resources(ctx)
		return func() { p.list = list; p.show() }, err
	})
}

func (p *Resources) show() {
	want := strings.ToLower(strings.TrimSpace(p.search.Text()))
	var rows []fyne.CanvasObject
	for _, r := range p.list {
		if strings.Contains(strings.ToLower(r.Path+" "+r.Type+" "+r.Summary), want) {
			rows = append(rows, p.row(r))
		}
	}
	if len(rows) == 0 {
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconPackage, say.T("No resources here"),
			say.T("A resource is an account or a connection that steps use by its name, such as the Gmail account that sends approval mails."),
			say.T("Add a resource"), p.add)}
	} else {
		p.body.Objects = []fyne.CanvasObject{host.Sheet(rows...)}
	}
	p.body.Refresh()
}

// row is one resource.
func (p *Resources) row(r flow.Resource) fyne.CanvasObject {
	state, role := say.T("Not tested"), kit.Neutral
	switch r.State {
	case flow.ResourceConnected:
		state, role = say.T("Connected"), kit.Good
	case flow.ResourceSignIn:
		state, role = say.T("Sign in again"), kit.Bad
	case flow.ResourceFailing:
		state, role = say.T("Failing"), kit.Bad
	case flow.ResourcePractice:
		state, role = say.T("Practice"), kit.Accent
	}
	tile := kit.NewTileWith(kit.TilePlain, "", kit.IconPackage)
	if r.Type == "gmail" {
		tile = kit.NewTileWith(kit.TileApproval, "M", kit.NoIcon)
	}
	more := kit.IconButton(kit.IconMore, say.T("More"), kit.Ghost, nil)
	more.OnTapped = func() {
		items := []*fyne.MenuItem{fyne.NewMenuItem(say.T("Test"), func() { p.test(r) })}
		if r.Type == "gmail" && r.State != flow.ResourcePractice {
			items = append(items, fyne.NewMenuItem(say.T("Sign in again"), func() { p.gmail(r.Path) }))
		}
		if p.h.Connections != nil {
			if r.Type != "gmail" {
				items = append(items, fyne.NewMenuItem(say.Of(model.TextEditResource), func() { p.edit(r, p.Refresh) }))
			}
			items = append(items, fyne.NewMenuItem(say.Of(model.TextRenameTo), func() { p.rename(r) }))
		}
		items = append(items, fyne.NewMenuItem(say.T("Copy path"), func() { p.h.Copy("$res:"+r.Path, say.T("Path")) }),
			fyne.NewMenuItem(say.T("Delete"), func() { p.remove(r) }))
		kit.ShowMenu(more, items...)
	}
	acts := kit.HBox(6)
	if r.State == flow.ResourceSignIn {
		acts.Add(kit.NewButton(say.T("Sign in with Google"), kit.Primary, func() { p.gmail(r.Path) }).AsSmall())
	} else {
		acts.Add(kit.NewButton(say.T("Test"), kit.Outline, func() { p.test(r) }).AsSmall())
	}
	acts.Add(more)
	return kit.NewRow(kit.Pad(10, 16, 10, 16, kit.HBox(14,
		host.Middle(tile),
		host.Middle(host.Width(210, kit.Mono(r.Path).Ellipsis())),
		host.Middle(host.Width(90, kit.HBox(0, kit.NewPill(r.Type, kit.Neutral)))),
		kit.Grow(host.Middle(kit.NewText(say.Engine(r.Summary)).In(kit.Muted).Ellipsis())),
		host.Middle(kit.NewPill(state, role)),
		host.Middle(acts))), nil).Lined()
}

// test tries a resource.
func (p *Resources) test(r flow.Resource) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		err := p.h.Library.TestResource(ctx, r.Path)
		return func() { p.Refresh(); p.h.Tell(say.F("%s works", r.Path)) }, err
	})
}

// remove asks and deletes.
func (p *Resources) remove(r flow.Resource) {
	p.h.Confirm(say.F("Delete %s?", r.Path), say.T("Steps that use it fail until there is one of that name again. Mails that wait for it stay in the outbox."), say.T("Delete"), func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return p.Refresh, p.h.Library.DeleteResource(ctx, r.Path)
		})
	})
}

// add asks what kind of resource it shall be.
func (p *Resources) add() {
	var d *host.Dialog
	choose := func(title, about string, tile *kit.Tile, then func()) fyne.CanvasObject {
		return kit.NewRow(kit.Pad(10, 12, 10, 12, kit.HBox(12, host.Middle(tile),
			kit.Grow(kit.VBox(2, kit.Strong(title), kit.NewText(about).In(kit.Muted).Sized(kit.TextCaption).Ellipsis())))),
			func() { d.Close(); then() }).Rounded()
	}
	body := kit.VBox(4,
		choose("gmail", say.T("A Google account that sends approval mails; you sign in with your browser"), kit.NewTileWith(kit.TileApproval, "M", kit.NoIcon), func() { p.gmail("") }),
		choose(say.T("Practice account"), say.T("Mails go to the Outbox on this computer; nothing to set up"), kit.NewTileWith(kit.TileInput, "", kit.IconInbox), p.practice),
		choose(say.T("Another connection"), say.T("A value that steps use by its name: host, token, password"), kit.NewTileWith(kit.TilePlain, "", kit.IconPackage), func() { p.connect("") }))
	d = p.h.Dialog(say.T("Add a resource"), say.T("What shall your steps connect to?"), 520, body)
}

// done tells of a resource that was added.
func (p *Resources) done(path string) {
	p.Refresh()
	if p.Added != nil {
		p.Added(path)
	}
}

// Add asks for a resource from another place of the window; then is told its path.
func (p *Resources) Add(then func(path string)) {
	p.Refresh() // what there is already
	p.Added = then
	p.add()
}

// practice makes a practice account under a free name.
func (p *Resources) practice() {
	path := p.free("u/me/practice")
	acc, _ := json.Marshal(flow.Account{Path: path, Email: "practice@sluice.local", Token: "practice", Practice: true})
	p.h.Ask(func(ctx context.Context) (func(), error) {
		err := p.h.Library.PutResource(ctx, flow.Resource{Path: path, Type: "gmail", Value: acc,
			Summary: say.T("Practice account, mails go to the Outbox"), State: flow.ResourcePractice})
		return func() { p.done(path); p.h.Tell(say.F("The practice account is %s", path)) }, err
	})
}

// free finds an unused path.
func (p *Resources) free(path string) string {
	return flow.FreePath(path, func(path string) bool {
		return slices.ContainsFunc(p.list, func(r flow.Resource) bool { return r.Path == path })
	})
}

// other asks for a value as JSON.
func (p *Resources) other() {
	path := kit.NewEntry("u/me/name").AsMono()
	path.SetText(p.free("u/me/connection"))
	typ := kit.NewEntry("postgresql")
	value := kit.NewTextArea(`{"host": "db.example", "password": "…"}`, 4, 10).AsMono()
	pathField := kit.NewField(say.T("Name"), "path", true, path)
	valueField := kit.NewField(say.T("Value"), "JSON", true, value).WithHint(say.T("It is kept sealed on this computer."))
	var d *host.Dialog
	save := kit.NewButton(say.T("Save"), kit.Primary, func() {
		if problem := badPath(path.Text()); problem != "" {
			pathField.SetErr(problem)
			return
		}
		if !json.Valid([]byte(value.Text())) {
			valueField.SetErr(say.T("This is not JSON yet"))
			return
		}
		r := flow.Resource{Path: path.Text(), Type: strings.TrimSpace(typ.Text()), Value: flow.Raw(value.Text()), State: flow.ResourceUntested}
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return func() { d.Close(); p.done(r.Path) }, p.h.Library.PutResource(ctx, r)
		})
	})
	d = p.h.Dialog(say.T("Add a connection"), say.T("Steps name it as $res:path"), 540,
		kit.VBox(14, pathField, kit.NewField(say.T("Type"), "type", false, typ), valueField), save)
}

// badPath says what is wrong with a resource's path.
func badPath(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 || (parts[0] != "u" && parts[0] != "f") {
		return say.T("Write it as u/me/name or f/folder/name")
	}
	for _, part := range parts {
		if part == "" || strings.ContainsAny(part, " \t\"'") {
			return say.T("Use letters, digits, - and _ between the slashes")
		}
	}
	return ""
}
