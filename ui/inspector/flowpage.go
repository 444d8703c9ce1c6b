package inspector

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// flowPage is the page of the flow itself, shown for the input card and when
// nothing is selected.
type flowPage struct{ *Inspector }

// show has a tab for what the flow asks for, and one for how it runs.
func (p flowPage) show(doc *model.Document) fyne.CanvasObject {
	name := kit.NewEntry(say.T("Name of the flow"))
	name.SetText(doc.Flow.Summary)
	name.OnChanged = func(s string) { p.flow(say.T("Rename the flow"), "summary", func(f *flow.Flow) { f.Summary = s }) }
	about := kit.NewTextArea(say.T("What it does, for those who run it"), 2, 6)
	about.SetText(doc.Flow.Description)
	about.OnChanged = func(s string) {
		p.flow(say.T("Describe the flow"), "description", func(f *flow.Flow) { f.Description = s })
	}
	of := p.inputs()
	inputs := p.schemaEditor(say.T("Inputs"), say.T("What is asked when the flow is started; steps read it as flow_input."), of, func() { p.showForm(say.T("Inputs of the flow"), of, "") })
	row := kit.HBox(12, host.Middle(kit.NewTile(kit.TileInput)), kit.Grow(kit.VBox(2, kit.Heading(say.T("The flow")).Ellipsis(), kit.Caption(doc.Path).Ellipsis())))
	if !doc.ReadOnly {
		row.Add(host.Middle(scheduleButton(p.h, doc.Path, true)))
	}
	head := kit.Pad(14, 16, 12, 16, row)
	content := container.NewStack()
	show := func(tab int) {
		p.flowTab = tab
		body := kit.VBox(16, kit.NewField(say.T("Name"), "summary", false, name), kit.NewField(say.T("Description"), "", false, about), inputs)
		if tab == 1 {
			body = kit.VBox(0, p.flowSettings(p.h.Model.Doc()))
		}
		p.lock(body)
		content.Objects = []fyne.CanvasObject{p.scroll(kit.VBox(16, body, p.notes))}
		content.Refresh()
	}
	tabs := kit.Pad(0, 16, 0, 16, kit.Tabs([]string{say.T("Inputs"), say.T("Settings")}, p.flowTab, show))
	show(p.flowTab)
	return kit.Dock(kit.VBox(0, head, tabs, kit.HLine()), nil, nil, nil, content)
}

// inputs is what the flow asks for, where it stands.
func (p flowPage) inputs() formSource {
	return formSource{
		get:     func() flow.Raw { return p.h.Model.Doc().Flow.Schema },
		set:     func(s flow.Raw, typing string) { p.typingDo(model.SetInputs(typing, s)) },
		rename:  func(name, to string) { p.typingDo(model.RenameInput(name, to)) },
		readers: p.h.Model.InputReaders,
	}
}

// typingDo makes an edit that the page shows already.
func (p flowPage) typingDo(e model.Edit) {
	p.typing = true
	p.h.Do(e)
	p.typing = false
}

// scheduleButton begins a schedule of a flow or script.
func scheduleButton(h *host.Host, path string, isFlow bool) *kit.Button {
	return kit.NewButton(say.T("Schedule…"), kit.Outline, func() { h.Schedule(path, isFlow) }).With(kit.IconClock).AsSmall()
}

// flow makes an edit of the flow itself.
func (p flowPage) flow(name, typing string, do func(*flow.Flow)) {
	p.typingDo(model.SetFlow(name, typing, do))
}

// flowSettings is what holds for every run of the flow.
func (p flowPage) flowSettings(doc *model.Document) fyne.CanvasObject {
	v := &doc.Flow.Value
	set := func(name, merge string, do func(*flow.Value)) {
		p.flow(name, merge, func(f *flow.Flow) { do(&f.Value) })
	}
	col := kit.VBox(18)

	col.Add(kit.Strong(say.T("Special steps")))
	col.Add(p.aside(say.T("When a step fails"), say.T("Runs once when the run breaks off; it can turn the run to success."), flow.FailureID, v.FailureModule))
	col.Add(p.aside(say.T("Before the flow"), say.T("Makes the input of a run that comes from outside, such as a webhook."), model.PreprocessorID, v.PreprocessorModule))

	col.Add(kit.Strong(say.T("Running")))
	skip := kit.NewField(say.T("Skip the run when"), "skip_expr", false, kit.Space())
	skip.SetControl(p.exprEditor(v.SkipExpr, skip, p.h.CheckCondition, func(expr string) {
		set(say.T("Set skip"), "skip_expr", func(v *flow.Value) { v.SkipExpr = strings.TrimSpace(expr) })
	}).Placeholder("flow_input.amount == 0"))
	col.Add(skip)
	col.Add(p.earlyReturn(doc.Flow, set))
	col.Add(kit.VBox(2, kit.NewToggle(say.T("Steps share a folder"), v.SameWorker, func(on bool) {
		set(say.T("Set same worker"), "", func(v *flow.Value) { v.SameWorker = on })
	}), kit.Pad(0, 0, 0, 40, kit.NewParagraph(say.T("Scripts find it as ./shared; it is gone when the run ends."), kit.Muted).Sized(kit.TextCaption))))
	col.Add(plainNumber(say.T("Keep results for"), "cache_ttl", say.T("Seconds in which a run with the same input takes the result of the last one. Empty: never."), v.CacheTTL,
		func(n float64) { set(say.T("Set the cache"), "cache_ttl", func(v *flow.Value) { v.CacheTTL = n }) }))
	col.Add(plainNumber(say.T("Priority"), "priority", say.T("Jobs of runs with a higher one, up to 100, go first."), v.Priority,
		func(n float64) { set(say.T("Set the priority"), "priority", func(v *flow.Value) { v.Priority = n }) }))

	col.Add(kit.Strong(say.T("How long runs are kept")))
	col.Add(p.kept(say.T("Those that succeeded"), "succeeded", doc, func(o *flow.OwnRetention) **int { return &o.Succeeded }, say.T("Older ones go for good, in the background; open requests stay.")))
	col.Add(p.kept(say.T("The others"), "others", doc, func(o *flow.OwnRetention) **int { return &o.Others }, say.T("Those that failed, were denied or canceled, or expired.")))
	col.Add(p.kept(say.T("Logs of their steps"), "logs", doc, func(o *flow.OwnRetention) **int { return &o.Logs }, ""))

	col.Add(kit.Strong(say.T("Limit over all runs")))
	col.Add(plainNumber(say.T("Runs at most"), "concurrent_limit", say.T("In the time below. Others wait until there is room."), v.ConcurrentLimit,
		func(n float64) {
			set(say.T("Set the limit"), "concurrent_limit", func(v *flow.Value) { v.ConcurrentLimit = n })
		}))
	col.Add(plainNumber(say.T("Within seconds"), "concurrency_time_window_s", "", v.ConcurrencyWindowS,
		func(n float64) {
			set(say.T("Set the limit"), "window", func(v *flow.Value) { v.ConcurrencyWindowS = n })
		}))
	key := kit.NewEntry(say.T("the flow itself")).AsMono()
	key.SetText(v.ConcurrencyKey)
	key.OnChanged = func(s string) {
		set(say.T("Set the limit"), "concurrency_key", func(v *flow.Value) { v.ConcurrencyKey = strings.TrimSpace(s) })
	}
	col.Add(kit.NewField(say.T("Counted under"), "concurrency_key", false, key).WithHint(say.T("What has the same key shares the limit. $args[customer] stands for an input.")))

	col.Add(p.flowEnv(v, set))
	return col
}

// kept says for how long something of the flow's runs is kept, if otherwise than the
// settings say. A shorter time is asked about: what goes is gone.
func (p flowPage) kept(label, name string, doc *model.Document, of func(o *flow.OwnRetention) **int, hint string) fyne.CanvasObject {
	days := func(f *flow.Flow) *int {
		own := f.Retention()
		return *of(&own)
	}
	times := model.Times
	if now := days(doc.Flow); now != nil {
		times = model.TimesOf(*now)
	}
	words := []string{say.T("As in Settings")}
	for _, t := range times {
		words = append(words, model.DaysWords(t))
	}
	index := func(now *int) int {
		if now == nil {
			return 0
		}
		return slices.Index(times, *now) + 1
	}
	box := kit.NewSelectBox(words, index(days(doc.Flow)), nil)
	box.OnChanged = func(i int) {
		take := func() {
			box.Select(i)
			p.flow(say.T("Set how long runs are kept"), "", func(f *flow.Flow) {
				o := f.Retention()
				*of(&o) = nil
				if i > 0 {
					t := times[i-1]
					*of(&o) = &t
				}
				f.SetRetention(o)
			})
		}
		now := days(p.h.Model.Doc().Flow)
		if i == 0 || times[i-1] == 0 || now != nil && !model.Shorter(*now, times[i-1]) {
			take()
			return
		}
		box.Select(index(now)) // until it is agreed to
		p.h.Confirm(say.T("Let old runs go?"), say.F("What of this flow’s runs is older than %s is removed for good, from some hours from now on, and what grows that old.", model.DaysWithin(times[i-1])), say.T("Let them go"), take)
	}
	field := kit.NewField(label, "retention_days."+name, false, box)
	if hint != "" {
		field = field.WithHint(hint)
	}
	return field
}

// aside is a module that stands beside the way of the flow.
func (p flowPage) aside(title, about, id string, m *flow.Module) fyne.CanvasObject {
	var act fyne.CanvasObject
	if m != nil {
		act = kit.HBox(6, kit.NewButton(say.T("Show"), kit.Outline, func() { p.h.Changed(p.h.Model.Select(id)) }).AsSmall(),
			kit.IconButton(kit.IconTrash, say.T("Take it out"), kit.Ghost, func() { p.h.Do(model.Delete(id)) }).AsSmall())
	} else {
		act = kit.NewButton(say.T("Add"), kit.Outline, func() { p.h.Do(model.AddAside(id)) }).AsSmall().With(kit.IconPlus)
	}
	return kit.HBox(10, kit.Grow(kit.VBox(2, kit.NewText(title).Medium(), kit.NewParagraph(about, kit.Muted).Sized(kit.TextCaption))), host.Middle(act))
}

// earlyReturn chooses the step whose result answers who waits for the run.
func (p flowPage) earlyReturn(f *flow.Flow, set func(name, merge string, do func(*flow.Value))) fyne.CanvasObject {
	last := say.T("the last step")
	ids := []string{last}
	for _, m := range f.Value.Modules {
		ids = append(ids, m.ID)
	}
	if now := f.Value.EarlyReturn; now != "" && !slices.Contains(ids, now) {
		ids = append(ids, now)
	}
	box := kit.NewSelectBox(ids, 0, nil)
	if f.Value.EarlyReturn != "" {
		box.SelectValue(f.Value.EarlyReturn)
	}
	box.OnChanged = func(i int) {
		id := box.Value()
		if i == 0 {
			id = ""
		}
		set(say.T("Set early return"), "", func(v *flow.Value) { v.EarlyReturn = id })
	}
	return kit.NewField(say.T("Callers get the result of"), "early_return", false, box).WithHint(say.T("A program that waits for the run is answered as soon as that step is done; the run goes on."))
}

// flowEnv edits the names that every expression and script of the flow sees.
func (p flowPage) flowEnv(v *flow.Value, set func(name, merge string, do func(*flow.Value))) fyne.CanvasObject {
	text := "{}"
	if len(v.FlowEnv) > 0 {
		var b strings.Builder
		b.WriteString("{")
		for i, name := range slices.Sorted(maps.Keys(v.FlowEnv)) {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(host.Quote(name) + ":" + string(v.FlowEnv[name]))
		}
		text = pretty([]byte(b.String() + "}"))
	}
	field := kit.NewField(say.T("Names for the whole flow"), "flow_env", false, kit.Space()).WithHint(say.T("An object in JSON; expressions read flow_env.NAME."))
	editor := code.NewEditor(text, "json").Rows(3, 12)
	editor.OnChanged = func(text string) {
		env := map[string]flow.Raw{}
		if strings.TrimSpace(text) != "" && json.Unmarshal([]byte(text), &env) != nil {
			field.SetErr(say.T("This is no object yet; the last good one is kept"))
			return
		}
		field.SetErr("")
		set(say.T("Set flow_env"), "flow_env", func(v *flow.Value) { v.FlowEnv = env })
	}
	field.SetControl(editor)
	return field
}

// plainNumber is a number that is no expression; empty means 0, which is none.
func plainNumber(label, name, hint string, value float64, set func(float64)) fyne.CanvasObject {
	e := kit.NewEntry(say.T("none"))
	if value != 0 {
		e.SetText(strconv.FormatFloat(value, 'f', -1, 64))
	}
	field := kit.NewField(label, name, false, e).WithHint(hint)
	e.OnChanged = func(text string) {
		text = strings.TrimSpace(text)
		n, err := strconv.ParseFloat(text, 64)
		if text != "" && (err != nil || n < 0) {
			field.SetErr(say.T("A number, 0 or more"))
			return
		}
		field.SetErr("")
		set(n)
	}
	return field
}
