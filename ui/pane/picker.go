package pane

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// offer is one thing that can be added to a flow.
type offer struct {
	kind    string // the group it stands in
	title   string
	about   string
	app     string
	tile    kit.TileKind
	icon    kit.Icon                              // in place of the tile's own
	path    string                                // of the script that it runs; "" if none
	preview string                                // code to look at; "" if none
	make    func(id string) (*flow.Module, error) // the step
}

// groups of the picker, in order.
var groups = []string{say.Mark("Script"), say.Mark("Approval"), say.Mark("Branch to one"), say.Mark("Branch to all"), say.Mark("For loop"), say.Mark("While loop"), say.Mark("Subflow"), say.Mark("Wait / sleep")}

// Picker asks which step to add.
type Picker struct {
	h      *host.Host
	add    func(*flow.Module)
	id     string
	search *kit.Entry
	group  string
	found  []offer
	chosen int
	own    []offer // scripts and flows of the library

	// Drag takes a choice that is dragged out of the picker; nil: nothing is dragged.
	Drag *dragOut

	side, list *fyne.Container
	note       *kit.Text
	dialog     *kit.Modal
	rows       map[string]fyne.CanvasObject // of groups and offers, by their kind, title or path
}

// ShowPicker opens the picker under a title such as "Add a step after “a”"; id is the
// id the new step gets.
func ShowPicker(h *host.Host, title, id, group string, add func(*flow.Module)) *Picker {
	p := &Picker{h: h, add: add, id: id, group: group, search: kit.NewSearch(say.T("Search steps, hub scripts…")),
		side: kit.VBox(4), list: container.NewStack(), note: kit.Caption("")}
	p.search.OnChanged = func(string) { p.chosen = 0; p.show() }
	p.search.OnSubmitted = func(string) { p.take() }
	p.search.OnKey = p.move
	head := kit.HBox(16, kit.Grow(kit.Heading(title).Ellipsis()), host.Width(400, p.search))
	body := kit.Dock(nil, nil, kit.Dock(nil, nil, nil, kit.VLine(), kit.Fixed(190, 0, kit.PadAll(12, p.side))), nil, p.list)
	p.dialog = kit.ShowModal(h.Window.Canvas(), kit.ModalSpec{Head: head, Body: body, Width: 900, Height: 560, Flush: true, Passing: true, Submit: p.take, Focus: p.search.Focusable(),
		Note:    kit.Caption(say.T("↵ adds the chosen one · Esc closes")),
		Buttons: []fyne.CanvasObject{p.note}})
	p.show()
	host.AskThen(h, h.Library.Flows, func(list []flow.Stored) {
		if !p.dialog.Closed() {
			p.own = ownOffers(h, list)
			p.show()
		}
	})
	return p
}

// ownOffers lists the scripts and flows of the library.
func ownOffers(h *host.Host, flows []flow.Stored) (list []offer) {
	for _, path := range slices.Sorted(maps.Keys(h.Scripts)) {
		s := h.Scripts[path]
		o := offer{kind: "Script", path: path, title: model.First(s.Summary, path), about: path, app: model.LanguageName(s.Language), tile: kit.TileTS, preview: s.Content,
			make: module(`{"summary":` + host.Quote(s.Summary) + `,"value":{"type":"script","path":` + host.Quote(path) + `,"input_transforms":{}}}`)}
		if s.Kind == "approval" {
			o.kind, o.tile = "Approval", kit.TileApproval
			o.make = module(`{"summary":` + host.Quote(s.Summary) + `,"value":{"type":"script","path":` + host.Quote(path) + `,"input_transforms":{}},"suspend":{"required_events":1,"timeout":1800}}`)
		}
		list = append(list, o)
	}
	for _, f := range flows {
		if doc := h.Model.Doc(); doc != nil && f.Path == doc.Path {
			continue // a flow cannot run itself
		}
		list = append(list, offer{kind: "Subflow", title: model.First(f.Summary, f.Path), about: f.Path + " · " + say.N(f.Steps, "%d step", "%d steps"), tile: kit.TileInput, icon: kit.IconFlow,
			make: module(`{"summary":` + host.Quote(f.Summary) + `,"value":{"type":"flow","path":` + host.Quote(f.Path) + `,"input_transforms":{}}}`)})
	}
	return list
}

// show fills both lists.
func (p *Picker) show() {
	query := strings.TrimSpace(p.search.Text())
	p.side.Objects, p.rows = nil, map[string]fyne.CanvasObject{}
	for _, g := range groups {
		row := kit.NewRow(kit.Pad(7, 12, 7, 12, kit.NewText(say.Of(g)).Medium()), func() { p.group, p.chosen = g, 0; p.search.SetText(""); p.show(); p.search.Focus() }).Rounded()
		row.Selected = g == p.group && query == ""
		p.rows[groupRow+g] = row
		p.side.Add(row)
	}
	p.found = p.found[:0]
	for _, o := range append(offers(), p.own...) {
		if query != "" {
			if matches(o, query) {
				p.found = append(p.found, o)
			}
		} else if o.kind == p.group {
			p.found = append(p.found, o)
		}
	}
	p.chosen = max(0, min(p.chosen, len(p.found)-1))
	title, count := say.Of(p.group), say.N(len(p.found), "%d choice", "%d choices")
	if query != "" {
		title = say.T("Everything that matches")
	}
	col := kit.VBox(4, kit.Pad(4, 12, 8, 12, kit.HBox(8, host.Middle(kit.Strong(title)), host.Middle(kit.Caption(count)))))
	for i, o := range p.found {
		row := p.row(i, o)
		p.rows[o.kind], p.rows[o.title], p.rows[o.path] = row, row, row
		col.Add(row)
	}
	if len(p.found) == 0 {
		text := say.T("There is nothing of this kind yet.")
		if p.group == "Subflow" && query == "" {
			text = say.T("There is no other flow in the library that this one could run.")
		}
		col.Add(kit.Pad(4, 12, 4, 12, kit.NewParagraph(text, kit.Muted)))
	}
	scroll := kit.Scroll(kit.PadAll(10, col))
	p.list.Objects = []fyne.CanvasObject{scroll}
	p.note.SetText("")
	if len(p.found) > 0 && p.found[p.chosen].kind == "Approval" {
		p.note.SetText(say.T("Adds one step that suspends the flow"))
	}
	p.side.Refresh()
	p.list.Refresh()
	if len(p.found) > 0 { // the chosen one stays in sight
		row := col.Objects[p.chosen+1]
		if over := row.Position().Y + row.Size().Height + 20 - scroll.Size().Height; over > 0 {
			scroll.ScrollToOffset(fyne.NewPos(0, over))
		}
	}
}

// matches searches words in all that is told of an offer.
func matches(o offer, query string) bool {
	text := strings.ToLower(o.title + " " + o.about + " " + o.app + " " + say.Of(o.kind))
	for _, word := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// row is one offer.
func (p *Picker) row(i int, o offer) fyne.CanvasObject {
	tile := kit.NewTile(o.tile)
	if o.icon != "" {
		tile = kit.NewTileWith(o.tile, "", o.icon)
	}
	line := kit.HBox(12, host.Middle(tile),
		kit.Grow(host.Middle(kit.VBox(2, kit.Strong(o.title).Ellipsis(), kit.Caption(o.about).Ellipsis()))))
	if o.app != "" {
		line.Add(host.Middle(kit.NewPill(o.app, kit.Neutral)))
	}
	if o.preview != "" {
		line.Add(host.Middle(kit.IconButton(kit.IconCode, say.T("Look at the code"), kit.Ghost, func() { p.look(o) })))
	}
	row := kit.NewRow(kit.Pad(9, 12, 9, 12, line), func() { p.chosen = i; p.take() }).Rounded()
	row.Selected = i == p.chosen
	row.OnKey = p.move
	if p.Drag != nil {
		return p.Drag.row(p, o, row)
	}
	return row
}

// move changes the choice with the arrow keys.
func (p *Picker) move(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		p.chosen++
	case fyne.KeyUp:
		p.chosen--
	default:
		return false
	}
	p.show()
	p.search.Focus()
	return true
}

// take adds the chosen one.
func (p *Picker) take() {
	if p.chosen >= len(p.found) || p.dialog.Closed() {
		return
	}
	m, err := p.found[p.chosen].make(p.id)
	if err != nil {
		p.h.Fail(err)
		return
	}
	p.dialog.Close()
	p.add(m)
}

// look shows an offer's code.
func (p *Picker) look(o offer) {
	editor := code.NewEditor(o.preview, "ts").ReadOnly(true)
	p.h.DialogWith(kit.ModalSpec{Title: o.title, Sub: o.about, Width: 760, Height: 560, Flush: true, Body: editor})
}

// offers lists what can be added.
func offers() []offer {
	list := []offer{
		{kind: "Script", title: "TypeScript", about: say.T("Runs inside Sluice, nothing to install"), tile: kit.TileTS, make: script("bun")},
		{kind: "Script", title: "Python", about: say.T("Runs in this computer's Python 3"), tile: kit.TilePY, make: script("python3")},
		{kind: "Script", title: "Bash", about: say.T("Runs in this computer's Bash"), tile: kit.TileSH, make: script("bash")},
		{kind: "Branch to one", title: say.T("Branch to one"), about: say.T("Takes the first branch whose condition is true, else the default"), tile: kit.TileBranch,
			make: module(`{"summary":` + host.Quote(say.T("Which way?")) + `,"value":{"type":"branchone","branches":[{"summary":"","expr":"","modules":[]}],"default":[]}}`)},
		{kind: "Branch to all", title: say.T("Branch to all"), about: say.T("Takes all branches, at the same time or one after another"), tile: kit.TileBranch,
			make: module(`{"summary":` + host.Quote(say.T("Do all of these")) + `,"value":{"type":"branchall","parallel":true,"branches":[{"summary":"","modules":[],"skip_failure":false},{"summary":"","modules":[],"skip_failure":false}]}}`)},
		{kind: "For loop", title: say.T("For loop"), about: say.T("Runs its steps once for each item of a list"), tile: kit.TileBranch, icon: kit.IconRepeat,
			make: module(`{"summary":` + host.Quote(say.T("For each item")) + `,"value":{"type":"forloopflow","modules":[],"iterator":{"type":"static","value":["first","second"]},"skip_failures":false,"parallel":false}}`)},
		{kind: "For loop", title: say.T("Parallel for loop"), about: say.T("Runs its steps for several items at the same time, five at most"), tile: kit.TileBranch, icon: kit.IconRepeat,
			make: module(`{"summary":` + host.Quote(say.T("For each item")) + `,"value":{"type":"forloopflow","modules":[],"iterator":{"type":"static","value":["first","second"]},"skip_failures":false,"parallel":true,"parallelism":{"type":"static","value":5}}}`)},
		{kind: "While loop", title: say.T("While loop"), about: say.T("Runs its steps again and again until a condition is true"), tile: kit.TileBranch, icon: kit.IconRepeat,
			make: module(`{"summary":` + host.Quote(say.T("Repeat")) + `,"value":{"type":"whileloopflow","modules":[],"skip_failures":false},"stop_after_if":{"expr":"true","skip_if_stopped":false}}`)},
		{kind: "Wait / sleep", title: say.T("Wait"), about: say.T("Holds the next step back for a time, costing nothing"), tile: kit.TilePlain, icon: kit.IconTimer,
			make: module(`{"summary":` + host.Quote(say.T("Wait")) + `,"value":{"type":"identity"},"sleep":{"type":"static","value":60}}`)},
	}
	for _, s := range hub.All() {
		o := offer{kind: "Script", path: s.Path, title: say.Engine(s.Summary), about: say.Engine(s.Description), app: s.App, tile: scriptTile(s), preview: s.Content, make: fromHub(s)}
		if s.Kind == "approval" {
			o.kind = "Approval"
		}
		list = append(list, o)
	}
	return append(list, offer{kind: "Approval", title: say.T("Write a new one"), about: say.T("A script of your own that asks, in TypeScript"), tile: kit.TileApproval,
		make: module(`{"summary":` + host.Quote(say.T("Ask for approval")) + `,"value":{"type":"rawscript","language":"bun","content":` + host.Quote(newApproval) + `,"input_transforms":{}},"suspend":{"required_events":1,"timeout":1800}}`)})
}

// newApproval is what a script of one's own that asks people begins with.
const newApproval = "import * as wmill from \"windmill-client\"\n\nexport async function main() {\n  const urls = await wmill.getResumeUrls(\"approver\")\n  // Send urls.approvalPage to the person who decides.\n  return { question: \"Go on?\", message: \"\", default_args: {}, enums: {} }\n}\n"

// script makes an inline script.
func script(language string) func(string) (*flow.Module, error) {
	return module(`{"value":{"type":"rawscript","language":` + host.Quote(language) + `,"content":` + host.Quote(model.NewScript(language)) + `,"input_transforms":{}}}`)
}

// module makes a step from its OpenFlow text.
func module(text string) func(string) (*flow.Module, error) {
	return func(id string) (*flow.Module, error) { return model.NewStep(id, text) }
}

// fromHub makes a step that runs a hub script, with its defaults filled in.
func fromHub(s hub.Script) func(string) (*flow.Module, error) {
	return func(id string) (*flow.Module, error) {
		inputs := map[string]any{}
		var schema struct {
			Properties map[string]struct {
				Default json.RawMessage `json:"default"`
			} `json:"properties"`
		}
		if err := json.Unmarshal(s.Schema, &schema); err != nil {
			return nil, err
		}
		for name, prop := range schema.Properties {
			if prop.Default != nil {
				inputs[name] = map[string]any{"type": "static", "value": prop.Default}
			}
		}
		step := map[string]any{}
		if len(s.Step) > 0 { // further settings that the script asks for
			if err := json.Unmarshal(s.Step, &step); err != nil {
				return nil, err
			}
		}
		for k, v := range map[string]any{"summary": s.StepName, "value": map[string]any{"type": "script", "path": s.Path, "input_transforms": inputs}} {
			step[k] = v
		}
		if len(s.Suspend) > 0 {
			step["suspend"] = s.Suspend
		}
		text, err := json.Marshal(step)
		if err != nil {
			return nil, err
		}
		return module(string(text))(id)
	}
}
