package inspector

import (
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

// The kinds of fields that a form can be drawn with here. Others can be written
// as JSON Schema.
var fieldKinds = []struct {
	label  string
	schema map[string]any
}{
	{"Text", map[string]any{"type": "string"}},
	{"Several lines", map[string]any{"type": "string", "format": "textarea"}},
	{"Number", map[string]any{"type": "number"}},
	{"Whole number", map[string]any{"type": "integer"}},
	{"Yes or no", map[string]any{"type": "boolean"}},
	{"Choice", map[string]any{"type": "string", "enum": []string{"First", "Second"}}},
	{"Date", map[string]any{"type": "string", "format": "date"}},
	{"Date and time", map[string]any{"type": "string", "format": "date-time"}},
	{"E-mail", map[string]any{"type": "string", "format": "email"}},
	{"List of texts", map[string]any{"type": "array", "items": map[string]any{"type": "string"}}},
}

// formEditor changes a JSON Schema: a list of fields to add to and take from,
// or the JSON itself.
type formEditor struct {
	schema flow.Raw
	// set stores the schema; typing names the control where each key is a change.
	set  func(schema flow.Raw, typing string)
	body *fyne.Container
	open string // the field whose words are shown to be changed
}

// schemaEditor is a formEditor with its heading.
func (p *Inspector) schemaEditor(title, about string, schema flow.Raw, set func(s flow.Raw, typing string)) fyne.CanvasObject {
	e := &formEditor{schema: schema, set: set, body: container.NewStack()}
	segments := kit.NewSegments([]string{"Fields", "JSON Schema"}, 0, e.show).AsSmall()
	e.show(0)
	return kit.VBox(8, kit.HBox(8, host.Middle(kit.Strong(title)), kit.Space(), segments), kit.NewParagraph(about, kit.Muted).Sized(kit.TextCaption), e.body)
}

// show lists the fields, or shows the text.
func (e *formEditor) show(tab int) {
	if tab == 1 {
		e.body.Objects = []fyne.CanvasObject{e.code()}
	} else {
		e.body.Objects = []fyne.CanvasObject{e.fields()}
	}
	e.body.Refresh()
	kit.Relayout(e.body) // what stands below moves on
}

// change stores another schema and lists its fields.
func (e *formEditor) change(s flow.Raw) {
	e.schema = s
	e.set(s, "")
	e.show(0)
}

// typed stores what each key changed, without building the list anew.
func (e *formEditor) typed(s flow.Raw, control string) {
	e.schema = s
	e.set(s, control)
}

// code is the schema as text.
func (e *formEditor) code() fyne.CanvasObject {
	text := "{}"
	if len(e.schema) > 0 {
		text = pretty(e.schema)
	}
	editor := code.NewEditor(text, "json")
	wrong := kit.NewText("").In(kit.Bad).Sized(kit.TextCaption)
	editor.OnChanged = func(text string) {
		if strings.TrimSpace(text) == "" || strings.TrimSpace(text) == "{}" {
			wrong.SetText("")
			e.typed(nil, "schema")
			return
		}
		if _, err := flow.Fields(flow.Raw(text), nil, nil); err != nil || !json.Valid([]byte(text)) {
			wrong.SetText("This is no JSON Schema yet; the last good one is kept")
			return
		}
		wrong.SetText("")
		e.typed(flow.Raw(text), "schema")
	}
	return kit.VBox(4, kit.Fixed(0, 260, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)), wrong)
}

// fields lists the schema's fields and offers another.
func (e *formEditor) fields() fyne.CanvasObject {
	fields, err := flow.Fields(e.schema, nil, nil)
	if err != nil {
		return kit.NewBanner(kit.Bad, "This schema cannot be read", "Mend it as JSON Schema.")
	}
	rows := kit.VBox(0)
	for i, fd := range fields {
		if i > 0 {
			rows.Add(kit.HLine())
		}
		rows.Add(e.row(fd))
		if fd.Name == e.open {
			rows.Add(kit.Pad(2, 12, 12, 12, e.words(fd)))
		}
	}
	col := kit.VBox(8)
	if len(fields) > 0 {
		col.Add(kit.NewBox(kit.OnPanel, kit.LineColor, kit.Radius, rows))
	}
	col.Add(e.adder(fields))
	return col
}

// row is one field; pressed, it shows what can be changed about it.
func (e *formEditor) row(fd flow.Field) fyne.CanvasObject {
	name := fd.Name
	icon := kit.IconChevronRight
	if name == e.open {
		icon = kit.IconChevronDown
	}
	line := kit.HBox(8, host.Middle(kit.IconButton(icon, "Label, help and choices", kit.Ghost, func() { e.toggle(name) }).AsSmall()),
		kit.Grow(host.Middle(kit.NewText(fd.Title).Ellipsis())), host.Middle(kit.NewPill(model.FieldWord(fd.Kind), kit.Neutral)),
		host.Middle(kit.NewCheck("required", fd.Required || fd.RequiredShown, func(on bool) { e.change(withRequired(e.schema, name, on)) })),
		host.Middle(kit.IconButton(kit.IconTrash, "Take "+fd.Title+" out", kit.Ghost, func() { e.change(withoutField(e.schema, name)) }).AsSmall()))
	return kit.NewRow(kit.Pad(4, 4, 4, 4, line), func() { e.toggle(name) }).Rounded()
}

func (e *formEditor) toggle(name string) {
	if e.open == name {
		name = ""
	}
	e.open = name
	e.show(0)
}

// words changes what is told of a field, and its choices.
func (e *formEditor) words(fd flow.Field) fyne.CanvasObject {
	text := func(label, key, value string) fyne.CanvasObject {
		entry := kit.NewEntry("")
		entry.SetText(value)
		entry.OnChanged = func(s string) {
			var v any
			if s != "" {
				v = s
			}
			e.typed(withDetail(e.schema, fd.Name, key, v), key+" "+fd.Name)
		}
		return kit.NewField(label, key, false, entry)
	}
	title := fd.Title
	if title == fd.Name {
		title = ""
	}
	col := kit.VBox(10, text("Label", "title", title), text("Help", "description", fd.Description))
	if fd.Kind == flow.FieldEnum {
		col.Add(e.choices(fd))
	}
	return kit.VBox(10, kit.HBox(6, host.Middle(kit.Caption("In expressions")), host.Middle(kit.IDPill(fd.Name))), col)
}

// choices are what can be chosen, one a line.
func (e *formEditor) choices(fd flow.Field) fyne.CanvasObject {
	entry := kit.NewTextArea("One a line", 2, 8)
	var lines []string
	for _, c := range fd.Choices {
		var s string
		if json.Unmarshal(c.Value, &s) != nil {
			return kit.NewParagraph("These choices are no texts; change them as JSON Schema.", kit.Muted).Sized(kit.TextCaption)
		}
		lines = append(lines, s)
	}
	entry.SetText(strings.Join(lines, "\n"))
	field := kit.NewField("Choices", "enum", false, entry)
	entry.OnChanged = func(text string) {
		var values []string
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				values = append(values, line)
			}
		}
		if len(values) == 0 {
			field.SetErr("One choice at least; the last ones are kept")
			return
		}
		field.SetErr("")
		e.typed(withDetail(e.schema, fd.Name, "enum", values), "enum "+fd.Name)
	}
	return field
}

// adder adds a field.
func (e *formEditor) adder(fields []flow.Field) fyne.CanvasObject {
	name := kit.NewEntry("Name of a new field")
	labels := make([]string, len(fieldKinds))
	for i, k := range fieldKinds {
		labels[i] = k.label
	}
	kind := kit.NewSelectBox(labels, 0, nil)
	var field *kit.Field
	add := func() {
		n := strings.TrimSpace(name.Text())
		for _, fd := range fields {
			if fd.Name == n {
				field.SetErr("There is a field of that name already")
				return
			}
		}
		if n == "" {
			field.SetErr("Which name? Expressions read the field by it")
			name.Focus()
			return
		}
		if k := fieldKinds[max(0, kind.Selected())]; k.label == "Choice" {
			e.open = n // its choices are to be written next
		}
		e.change(withField(e.schema, n, fieldKinds[max(0, kind.Selected())].schema))
	}
	name.OnSubmitted = func(string) { add() }
	name.OnChanged = func(string) { field.SetErr("") }
	field = kit.NewField("", "", false, kit.HBox(8, kit.Grow(name), host.Width(130, kind), kit.IconButton(kit.IconPlus, "Add the field", kit.Outline, add)))
	return field
}
