package inspector

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// formSource is the JSON Schema of a form where it stands in the flow.
type formSource struct {
	get func() flow.Raw
	// set stores the schema; typing names the control where each key is a change.
	set func(schema flow.Raw, typing string)
	// rename gives a field another name together with what reads it; nil: the schema alone
	// is changed.
	rename func(name, to string)
	// readers tells which steps read a field, "" if none does; nil: nobody knows.
	readers func(name string) string
}

// formEditor changes the JSON Schema of a form: a list of fields that can be added,
// ordered, changed and taken out, or the JSON itself. Flow inputs and the forms of
// approvals are made with it.
type formEditor struct {
	h     *host.Host
	of    formSource
	shown flow.Raw // what is on the screen
	body  *fyne.Container
	tab   int
	open  string // the field whose settings are shown, as a path
	// changed is told of each change of the schema; nil: nobody wants to know.
	changed func()
	// lock switches off what is looked at only.
	lock func(fyne.CanvasObject)
	rows map[string]fyne.Focusable // of each field, by its path
	next string                    // the field whose row gets the keyboard once it is drawn
}

func newFormEditor(h *host.Host, of formSource) *formEditor {
	e := &formEditor{h: h, of: of, body: container.NewStack(), lock: func(fyne.CanvasObject) {}}
	e.show(0)
	return e
}

// schemaEditor is a formEditor with its heading, and a way to a larger one.
func (p *Inspector) schemaEditor(title, about string, of formSource, large func()) fyne.CanvasObject {
	e := newFormEditor(p.h, of)
	e.lock = p.lock
	segments := kit.NewSegments(say.All(textFormTabs), 0, e.show).AsSmall()
	head := kit.HBox(8, host.Middle(kit.Strong(title)), kit.Space(), segments)
	if large != nil {
		head.Add(kit.IconButton(kit.IconMaximize, say.T(textFormLarge), kit.Ghost, large).AsSmall())
	}
	return kit.VBox(8, head, kit.NewParagraph(about, kit.Muted).Sized(kit.TextCaption), e.body)
}

// show lists the fields, or shows the text.
func (e *formEditor) show(tab int) {
	e.tab, e.shown, e.rows = tab, e.of.get(), map[string]fyne.Focusable{}
	o := e.code
	if tab == 0 {
		o = e.fields
	}
	e.body.Objects = []fyne.CanvasObject{o()}
	e.lock(e.body)
	e.body.Refresh()
	kit.Relayout(e.body) // what stands below moves on
	at := e.next
	if f := e.rows[at]; f != nil {
		kit.Focus(f)
		e.h.Later(time.Millisecond, func() { // the end of a press takes the keyboard away once more
			if e.rows[at] == f && e.h.Window.Canvas().Focused() == nil {
				kit.Focus(f)
			}
		})
	}
	e.next = ""
}

// sync draws the fields anew where they were changed from elsewhere, such as by Undo.
func (e *formEditor) sync() {
	if string(e.shown) != string(e.of.get()) {
		e.show(e.tab)
		e.tell()
	}
}

func (e *formEditor) tell() {
	if e.changed != nil {
		e.changed()
	}
}

// change stores another schema and lists its fields.
func (e *formEditor) change(s flow.Raw) {
	e.of.set(s, "")
	e.show(0)
	e.tell()
}

// typed stores what each key changed, without building the list anew.
func (e *formEditor) typed(s flow.Raw, control string) {
	e.shown = s
	e.of.set(s, control)
	e.tell()
}

// code is the schema as text.
func (e *formEditor) code() fyne.CanvasObject {
	text := "{}"
	if s := e.of.get(); len(s) > 0 {
		text = pretty(s)
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
			wrong.SetText(say.T(textNoSchema))
			return
		}
		wrong.SetText("")
		e.typed(flow.Raw(text), "schema")
	}
	return kit.VBox(4, kit.Fixed(0, 260, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)), wrong)
}

// fields lists the schema's fields and offers another.
func (e *formEditor) fields() fyne.CanvasObject {
	fields, err := model.FormFields(e.of.get())
	if err != nil {
		return kit.NewBanner(kit.Bad, say.T("This schema cannot be read"), say.T("Correct it as JSON Schema."))
	}
	return e.list(nil, fields)
}

// list are the fields of a group.
func (e *formEditor) list(group []string, fields []model.FormField) fyne.CanvasObject {
	rows := kit.VBox(0)
	for i, fd := range fields {
		part := kit.VBox(0)
		if i > 0 {
			part.Add(kit.HLine())
		}
		part.Add(e.row(group, fd, rows, i))
		if at := pathTo(group, fd.Name); key(at) == e.open || strings.HasPrefix(e.open, key(at)+"\x00") {
			part.Add(kit.Pad(2, 12, 12, 12, e.settings(at, fd, fields)))
		}
		rows.Add(part)
	}
	col := kit.VBox(8)
	if len(fields) > 0 {
		col.Add(kit.NewBox(kit.OnPanel, kit.LineColor, kit.Radius, rows))
	}
	col.Add(e.adder(group, fields))
	return col
}

func pathTo(group []string, name string) []string { return append(slices.Clone(group), name) }

func key(path []string) string { return strings.Join(path, "\x00") }

// row is one field; pressed, it shows what can be changed about it. It is moved by Alt
// and an arrow, or dragged.
func (e *formEditor) row(group []string, fd model.FormField, rows *fyne.Container, at int) fyne.CanvasObject {
	path := pathTo(group, fd.Name)
	icon := kit.IconChevronRight
	if k := key(path); k == e.open || strings.HasPrefix(e.open, k+"\x00") {
		icon = kit.IconChevronDown
	}
	line := kit.HBox(8, host.Middle(kit.NewGlyphSized(icon, kit.Muted, 14)),
		kit.Grow(host.Middle(kit.NewText(fd.Shown).Ellipsis())), host.Middle(kit.NewPill(fd.Word, kit.Neutral)))
	if fd.Condition != "" {
		line.Add(host.Middle(kit.NewPill(say.T(textConditional), kit.Branch)))
	}
	line.Add(host.Middle(kit.NewCheck(say.T("required"), fd.Required, func(on bool) { e.change(model.SchemaRequire(e.of.get(), path, on)) })))
	line.Add(host.Middle(kit.IconButton(kit.IconTrash, say.F("Take %s out", fd.Shown), kit.Ghost, func() { e.remove(path) }).AsSmall()))
	row := kit.NewMovableRow(kit.Pad(4, 4, 4, 8, line), func() { e.toggle(path) })
	row.Rounded()
	row.Tip = say.T(textMoveField)
	row.OnMove = func(by int) { e.move(path, by) }
	row.OnKey = func(k *fyne.KeyEvent) bool {
		if k.Name == fyne.KeyDelete {
			e.remove(path)
			return true
		}
		return false
	}
	target := func() int { // how many places it has come away from its own
		y := rows.Objects[at].Position().Y
		to := 0
		for i, o := range rows.Objects {
			if i != at && o.Position().Y+o.Size().Height/2 < y+row.Size().Height/2 {
				to++
			}
		}
		return to - at
	}
	begun := float32(-1) // where it stood before it was dragged
	row.OnDrag = func(dy float32) {
		if begun < 0 {
			begun = rows.Objects[at].Position().Y
			row.Select(true)
		}
		rows.Objects[at].Move(fyne.NewPos(0, max(0, begun+dy)))
	}
	row.OnDrop = func(float32) {
		begun = -1
		row.Select(false)
		if by := target(); by != 0 {
			e.move(path, by)
			return
		}
		rows.Layout.Layout(rows.Objects, rows.Size())
	}
	e.rows[key(path)] = row
	return row
}

func (e *formEditor) move(path []string, by int) {
	e.next = key(path)
	e.change(model.SchemaMove(e.of.get(), path, by))
}

// remove takes a field out, and asks first where steps read it.
func (e *formEditor) remove(path []string) {
	name := path[len(path)-1]
	do := func() { e.change(model.SchemaRemove(e.of.get(), path)) }
	if e.of.readers != nil && len(path) == 1 {
		if who := e.of.readers(name); who != "" {
			e.h.Confirm(say.F("Take %s out?", name), who+". "+say.T("What is not there counts as null."), say.T("Take it out"), do)
			return
		}
	}
	do()
}

func (e *formEditor) toggle(path []string) {
	k := key(path)
	e.next = k
	if e.open == k {
		k = key(path[:len(path)-1])
	}
	e.open = k
	e.show(0)
}

// settings changes what a field is, and what is told of it.
func (e *formEditor) settings(path []string, fd model.FormField, beside []model.FormField) fyne.CanvasObject {
	col := kit.VBox(10, e.name(path, fd, beside), e.text(path, say.T("Title"), "title", fd.Title, fd.Shown), e.kind(path, fd))
	if fd.Type == model.FieldTypeResource {
		col.Add(e.resource(path, fd))
	}
	col.Add(e.text(path, say.T("Help"), "description", fd.Description, ""))
	switch fd.Type {
	case model.FieldTypeChoice, model.FieldTypeChoices:
		col.Add(e.choices(path, fd))
	case model.FieldTypeNumber, model.FieldTypeInteger:
		col.Add(kit.HBox(8, kit.Grow(e.limit(path, say.T("At least"), "min", "minimum", fd.Min)), kit.Grow(e.limit(path, say.T("At most"), "max", "maximum", fd.Max))))
	case model.FieldTypeText, model.FieldTypeLines, model.FieldTypePassword:
		col.Add(e.text(path, say.T("Placeholder"), "placeholder", fd.Placeholder, ""))
		col.Add(kit.HBox(8, kit.Grow(e.limit(path, say.T("Shortest"), "minLength", "minLength", fd.MinLength)), kit.Grow(e.limit(path, say.T("Longest"), "maxLength", "maxLength", fd.MaxLength))))
		col.Add(e.pattern(path, fd))
	}
	if o := e.standard(path, fd); o != nil {
		col.Add(o)
	}
	col.Add(e.condition(path, fd, beside))
	if fd.Type == model.FieldTypeObject {
		col.Add(kit.Strong(say.T("Fields of the group")))
		col.Add(e.list(path, fd.Inner))
	}
	col.Add(kit.HBox(8, kit.NewButton(say.T("Duplicate"), kit.Outline, func() {
		s, copied := model.SchemaDuplicate(e.of.get(), path)
		e.open = key(pathTo(path[:len(path)-1], copied))
		e.next = e.open
		e.change(s)
	}).AsSmall().With(kit.IconCopy), kit.IconButton(kit.IconChevronUp, say.T("Move up (Alt+Up)"), kit.Outline, func() { e.move(path, -1) }).AsSmall(),
		kit.IconButton(kit.IconChevronDown, say.T("Move down (Alt+Down)"), kit.Outline, func() { e.move(path, 1) }).AsSmall()))
	return col
}

// name is the name by which expressions read a field. It changes when the entry is left.
func (e *formEditor) name(path []string, fd model.FormField, beside []model.FormField) fyne.CanvasObject {
	entry := kit.NewEntry("").AsMono()
	entry.SetText(fd.Name)
	field := kit.NewField(say.T("Name"), "", false, entry)
	check := func(to string) bool {
		switch {
		case to == "":
			field.SetErr(say.T(textNameWanted))
		case to != fd.Name && slices.ContainsFunc(beside, func(f model.FormField) bool { return f.Name == to }):
			field.SetErr(say.T(textNameTaken))
		default:
			field.SetErr("")
			return true
		}
		return false
	}
	if e.of.readers != nil && len(path) == 1 {
		field.Hint = say.T(textNobodyReads)
		if who := e.of.readers(fd.Name); who != "" {
			field.Hint = say.F("%s; it follows a new name", who)
		}
	}
	entry.OnChanged = func(s string) { check(strings.TrimSpace(s)) }
	apply := func() {
		to := strings.TrimSpace(entry.Text())
		if to == fd.Name || !check(to) {
			return
		}
		fresh := pathTo(path[:len(path)-1], to)
		e.open = key(fresh)
		if e.of.rename != nil && len(path) == 1 {
			e.of.rename(fd.Name, to)
			e.show(0)
			e.tell()
			return
		}
		e.change(model.SchemaRename(e.of.get(), path, to))
	}
	entry.OnSubmitted = func(string) { apply() }
	entry.OnLeave = apply
	return field
}

// text is one word of a field; nothing takes it out.
func (e *formEditor) text(path []string, label, name, value, placeholder string) fyne.CanvasObject {
	entry := kit.NewEntry(placeholder)
	entry.SetText(value)
	entry.OnChanged = func(s string) {
		var v json.RawMessage
		if s != "" {
			v = json.RawMessage(host.Quote(s))
		}
		e.typed(model.SchemaSet(e.of.get(), path, name, v), name+" "+key(path))
	}
	return kit.NewField(label, name, false, entry)
}

// kind chooses the type.
func (e *formEditor) kind(path []string, fd model.FormField) fyne.CanvasObject {
	box := kit.NewSelectBox(say.All(model.FieldTypes), -1, nil)
	if fd.Type < model.FieldTypeOther {
		box.Select(int(fd.Type))
	} else {
		box.Placeholder = say.F("%s, kept as it is", fd.Word)
	}
	box.OnChanged = func(i int) { e.change(model.SchemaType(e.of.get(), path, model.FieldType(i), "gmail")) }
	return kit.NewField(say.T("Type"), "type", false, box)
}

// resource names the type of a resource.
func (e *formEditor) resource(path []string, fd model.FormField) fyne.CanvasObject {
	entry := kit.NewEntry("gmail").AsMono()
	entry.SetText(fd.Resource)
	entry.OnChanged = func(s string) {
		e.typed(model.SchemaSet(e.of.get(), path, "format", json.RawMessage(host.Quote("resource-"+strings.TrimSpace(s)))), "format "+key(path))
	}
	return kit.NewField(say.T("Type of the resource"), "format", false, entry)
}

// limit is a number of a field; nothing is none.
func (e *formEditor) limit(path []string, label, name, long, value string) fyne.CanvasObject {
	entry := kit.NewEntry(say.T("none"))
	entry.SetText(value)
	field := kit.NewField(label, "", false, entry)
	whole := strings.HasSuffix(name, "Length")
	entry.OnChanged = func(s string) {
		s = strings.TrimSpace(s)
		var n float64
		if s != "" && (json.Unmarshal([]byte(s), &n) != nil || whole && (n < 0 || n != float64(int(n)))) {
			field.SetErr(say.T("A number"))
			if whole {
				field.SetErr(say.T("A whole number, 0 or more"))
			}
			return
		}
		field.SetErr("")
		var v json.RawMessage
		if s != "" {
			v = json.RawMessage(s)
		}
		e.typed(model.SchemaLimit(e.of.get(), path, name, long, v), name+" "+key(path))
	}
	return field
}

// pattern is a form that a text must have, and what is said where it has not.
func (e *formEditor) pattern(path []string, fd model.FormField) fyne.CanvasObject {
	entry := kit.NewEntry(`^\d{5}$`).AsMono()
	entry.SetText(fd.Pattern)
	field := kit.NewField(say.T("Pattern"), "pattern", false, entry).WithHint(say.T(textPattern))
	entry.OnChanged = func(s string) {
		var v json.RawMessage
		if s != "" {
			v = json.RawMessage(host.Quote(s))
			if _, err := flow.CheckValue(flow.Raw(`{"type":"object","properties":{"x":{"type":"string","pattern":`+string(v)+`}}}`), nil, flow.Raw(`{"x":"x"}`)); err != nil {
				field.SetErr(say.T(textNoPattern))
				return
			}
		}
		field.SetErr("")
		e.typed(model.SchemaSet(e.of.get(), path, "pattern", v), "pattern "+key(path))
	}
	return kit.VBox(10, field, e.text(path, say.T("If it does not fit, say"), "customErrorMessage", fd.Message, say.T(textPatternSay)))
}

// standard is what stands in the field before anybody fills it in.
func (e *formEditor) standard(path []string, fd model.FormField) fyne.CanvasObject {
	asked := fd.Asked
	asked.Required, asked.RequiredShown, asked.Default = false, false, flow.Raw(fd.Default)
	switch asked.Kind {
	case flow.FieldResource, flow.FieldObject, flow.FieldVariants, flow.FieldPassword:
		return nil
	}
	field := kit.NewField(say.T("Default"), "default", false, kit.Space())
	store := func(v json.RawMessage) {
		e.typed(model.SchemaSet(e.of.get(), path, "default", v), "default "+key(path))
	}
	var single *form.Single
	var build func()
	build = func() {
		single = form.NewSingle(asked, form.Options{}, func() {
			v, wrong := single.Value()
			field.SetErr(wrong)
			if wrong != "" {
				return
			}
			if s := string(v); s == `""` || s == "[]" {
				v = nil
			}
			store(v)
		})
		if asked.Kind != flow.FieldEnum {
			field.SetControl(single.Object)
			return
		}
		field.SetControl(kit.HBox(8, kit.Grow(single.Object), kit.NewButton(say.T("None"), kit.Ghost, func() {
			asked.Default = nil
			store(nil)
			build()
		}).AsSmall()))
	}
	build()
	return field
}

// condition says when a field is shown.
func (e *formEditor) condition(path []string, fd model.FormField, beside []model.FormField) fyne.CanvasObject {
	field := kit.NewField(say.T("Shown only if"), "showExpr", false, kit.Space()).WithHint(say.T(textConditionHint))
	others := slices.DeleteFunc(slices.Clone(beside), func(f model.FormField) bool { return f.Name == fd.Name })
	wrong := func(expr string) *run.Failure {
		if f := e.h.CheckCondition(expr); f != nil {
			return f
		}
		if name := model.ConditionReads(expr, others); name != "" {
			return &run.Failure{Message: say.F("There is no field “%s” beside it", name)}
		}
		return nil
	}
	editor := code.NewExpr(fd.Condition, "js")
	example := "fields.other === true"
	if len(others) > 0 {
		example = "fields." + others[0].Name + " === …"
	}
	editor.Placeholder(example)
	editor.OnChanged = func(expr string) {
		tellMistake(field, expr, wrong)
		var v json.RawMessage
		if strings.TrimSpace(expr) != "" {
			v = json.RawMessage(host.Quote(expr))
		}
		e.typed(model.SchemaSet(e.of.get(), path, "showExpr", v), "showExpr "+key(path))
	}
	tellMistake(field, fd.Condition, wrong)
	field.SetControl(editor)
	return field
}

// mostChoices is up to how many choices have rows of their own.
const mostChoices = 40

// choices are what can be chosen, each with what people read in its place.
func (e *formEditor) choices(path []string, fd model.FormField) fyne.CanvasObject {
	field := kit.NewField(say.T("Choices"), "enum", false, kit.Space())
	list := slices.Clone(fd.Choices)
	store := func(typing bool) {
		var full []model.FormChoice
		for _, c := range list {
			if c.Value != "" {
				full = append(full, c)
			}
		}
		if len(full) == 0 {
			field.SetErr(say.T(textOneChoice))
			return
		}
		field.SetErr("")
		s := model.SchemaChoices(e.of.get(), path, full)
		if typing {
			e.typed(s, "enum "+key(path))
		} else {
			e.change(s)
		}
	}
	if len(list) > mostChoices {
		return kit.NewParagraph(say.T(textManyChoices), kit.Muted).Sized(kit.TextCaption)
	}
	col := kit.VBox(6)
	add := func(i int) *kit.Entry {
		value, label := kit.NewEntry(say.T("Value")), kit.NewEntry(say.T("As people read it"))
		value.SetText(list[i].Value)
		label.SetText(list[i].Label)
		value.OnChanged = func(s string) { list[i].Value = s; store(true) }
		label.OnChanged = func(s string) { list[i].Label = s; store(true) }
		col.Add(kit.HBox(6, kit.Grow(value), kit.Grow(label), kit.IconButton(kit.IconTrash, say.T("Take this choice out"), kit.Ghost, func() {
			if len(list) > 1 {
				list = slices.Delete(list, i, i+1)
				store(false)
			}
		}).AsSmall()))
		return value
	}
	for i := range list {
		add(i)
	}
	more := kit.NewButton(say.T("Add a choice"), kit.Ghost, func() {
		list = append(list, model.FormChoice{})
		value := add(len(list) - 1)
		col.Refresh()
		kit.Relayout(col)
		value.Focus()
	}).AsSmall().With(kit.IconPlus)
	field.SetControl(kit.VBox(6, col, kit.HBox(0, more)))
	return field
}

// adder adds a field to a group.
func (e *formEditor) adder(group []string, fields []model.FormField) fyne.CanvasObject {
	name := kit.NewEntry(say.T("Name of a new field"))
	kind := kit.NewSelectBox(say.All(model.FieldTypes), 0, nil)
	var field *kit.Field
	add := func() {
		n := strings.TrimSpace(name.Text())
		switch {
		case slices.ContainsFunc(fields, func(f model.FormField) bool { return f.Name == n }):
			field.SetErr(say.T(textNameTaken))
			return
		case n == "":
			field.SetErr(say.T(textNameWanted))
			name.Focus()
			return
		}
		t := model.FieldType(max(0, kind.Selected()))
		at := pathTo(group, n)
		switch t {
		case model.FieldTypeChoice, model.FieldTypeChoices, model.FieldTypeResource, model.FieldTypeObject:
			e.open = key(at) // there is more to be said
		}
		e.next = key(at)
		e.change(model.SchemaAdd(e.of.get(), group, n, t, "gmail"))
	}
	name.OnSubmitted = func(string) { add() }
	name.OnChanged = func(string) { field.SetErr("") }
	field = kit.NewField("", "", false, kit.HBox(8, kit.Grow(name), host.Width(130, kind), kit.IconButton(kit.IconPlus, say.T("Add the field"), kit.Outline, add)))
	return field
}

// tellMistake tells below a field what is wrong with its expression.
func tellMistake(field *kit.Field, expr string, wrong func(expr string) *run.Failure) {
	if f := wrong(expr); f != nil && strings.TrimSpace(expr) != "" {
		field.SetErr(f.Message)
		return
	}
	field.SetErr("")
}
