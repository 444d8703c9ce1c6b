package form

import (
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// Form is a column of fields with the value that a person gives them.
type Form struct {
	Object fyne.CanvasObject
	// OnChanged is called for every change a person makes.
	OnChanged func()

	fields []*control
	schema flow.Raw
	enums  flow.Raw
	told   bool // above the fields, what nobody can fill in
	whole  bool // the one field is the whole object, as JSON

	asked      []flow.Field // what fields show, for their conditions
	conditions func(work func(flow.Show), then func(told bool))
	computing  bool
	again      bool
	kept       flow.Raw // the value that hidden was found for
	hidden     flow.Hidden
}

// control is one field on the screen.
type control struct {
	field  flow.Field
	hidden bool
	box    *kit.Field
	object fyne.CanvasObject
	inner  *Form   // of an object
	kinds  []*Form // of an object of several kinds
	kind   int     // the index of the one that is chosen, -1 for none
	// get returns the JSON of what is typed; nil leaves the field out. The text
	// says what is wrong with it.
	get  func() (json.RawMessage, string)
	hint func() // says below the field what goes with what is typed; nil: nothing
}

// Options are what a form needs besides its fields.
type Options struct {
	// Resources names the resources of a type, for fields that take one.
	Resources func(typ string) []string
	Enums     flow.Raw // choices that replace the schema's
	Values    flow.Raw // prefilled values, an object
	// Conditions calls work off the main goroutine with what computes the conditions
	// of fields (showExpr), and afterwards then on it, with whether they were. nil: all
	// fields are shown.
	Conditions func(work func(flow.Show), then func(told bool))
}

// New makes a form for a schema. A schema that cannot be read is an error; a
// schema without fields makes an empty form.
func New(schema flow.Raw, o Options) (*Form, error) {
	fields, err := flow.Fields(schema, o.Enums, o.Values)
	if err != nil {
		return nil, err
	}
	f := of(fields, o)
	f.schema, f.enums = schema, o.Enums
	f.tellUnfit()
	if o.Conditions != nil && flow.Conditional(schema) {
		f.asked, f.conditions = fields, o.Conditions
		f.settle()
	}
	return f, nil
}

// of makes a form of fields.
func of(fields []flow.Field, o Options) *Form {
	f := &Form{}
	var rows []fyne.CanvasObject
	for _, fd := range fields {
		c := f.control(fd, o)
		f.fields = append(f.fields, c)
		rows = append(rows, c.box)
	}
	f.Object = kit.VBox(14, rows...)
	return f
}

// Plain makes a form that asks for the whole object as JSON, for a schema that
// cannot be read; hint says so.
func Plain(values flow.Raw, hint string) *Form {
	f := of([]flow.Field{{Title: say.T("Values (JSON)"), Kind: flow.FieldJSON, Default: values, Description: hint}}, Options{})
	f.whole = true
	return f
}

// Empty reports whether there is nothing to fill.
func (f *Form) Empty() bool { return len(f.fields) == 0 }

// changed tells the owner.
func (f *Form) changed() {
	f.settle()
	if f.OnChanged != nil {
		f.OnChanged()
	}
}

// Value returns the object as typed, and whether every field can be taken. The
// fields that cannot show why.
func (f *Form) Value() (json.RawMessage, bool) {
	if f.whole {
		return f.object()
	}
	value, ok, _ := f.collect()
	defer func() {
		if !ok {
			f.tellUnfit()
		}
	}()
	for _, e := range flow.Missing(f.asked, value, f.hidden) {
		if f.conditions != nil {
			f.mark(e.Path, func([]string) string { return say.T("Required") })
			ok = false
		}
	}
	if !ok || len(f.schema) == 0 {
		return value, ok
	}
	wrong, err := flow.CheckValue(f.schema, f.enums, value)
	if err != nil {
		return value, true // the schema itself is at fault; the engine says so
	}
	for _, w := range wrong {
		f.mark(w.Path, func(rest []string) string { return flow.Within(rest, w.Message) })
		ok = false
	}
	return value, ok
}

// Typed returns the fields with what stands in them, right or not, as an object; it
// marks nothing.
func (f *Form) Typed() (fields []flow.Field, value json.RawMessage) {
	o := map[string]json.RawMessage{}
	for _, c := range f.fields {
		fields = append(fields, c.field)
		if v, _ := c.get(); v != nil && !c.hidden {
			o[c.field.Name] = v
		}
	}
	value, _ = json.Marshal(o)
	return fields, value
}

// Whole returns the value where every field can be taken, else nil; it marks nothing.
func (f *Form) Whole() json.RawMessage {
	value, ok := f.Value()
	if ok {
		return value
	}
	f.unmark()
	f.tellUnfit()
	return nil
}

// unmark takes back what is said to be wrong.
func (f *Form) unmark() {
	for _, c := range f.fields {
		c.box.SetErr("")
		if c.inner != nil {
			c.inner.unmark()
		}
		for _, k := range c.kinds {
			k.unmark()
		}
	}
}

// object reads the one field of a plain form.
func (f *Form) object() (json.RawMessage, bool) {
	v, wrong := f.fields[0].get()
	var o map[string]json.RawMessage
	if wrong == "" && v != nil && (json.Unmarshal(v, &o) != nil || o == nil) {
		wrong = say.T(`Enter one JSON object, such as {"amount": 12}.`)
	}
	f.fields[0].box.SetErr(wrong)
	if v == nil {
		v = json.RawMessage("{}")
	}
	return v, wrong == ""
}

// collect builds the object and marks fields that are wrong in themselves. any
// tells whether something is filled in.
func (f *Form) collect() (_ json.RawMessage, ok, any bool) {
	var b strings.Builder
	b.WriteByte('{')
	ok = true
	first := true
	for _, c := range f.fields {
		if c.hidden {
			c.box.SetErr("")
			continue
		}
		v, wrong := c.get()
		if wrong == "" && v == nil && c.field.Required {
			wrong = say.T("Required")
		}
		c.box.SetErr(wrong)
		if wrong != "" {
			ok = false
		}
		switch string(v) {
		case "", `""`, "[]", "null", "false":
		default:
			any = true
		}
		if v == nil {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		name, _ := json.Marshal(c.field.Name)
		b.Write(name)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return json.RawMessage(b.String()), ok, any
}

// mark shows what is wrong at a path: on the deepest field on its way, which is told the
// rest of it.
func (f *Form) mark(path []string, say func(rest []string) string) (found bool) {
	if len(path) == 0 {
		return false
	}
	for _, c := range f.fields {
		if c.field.Name != path[0] {
			continue
		}
		in := c.inner
		if c.kinds != nil && c.kind >= 0 {
			in = c.kinds[c.kind]
		}
		if in != nil && len(path) > 1 && slices.ContainsFunc(in.fields, func(x *control) bool { return x.field.Name == path[1] }) {
			return in.mark(path[1:], say)
		}
		c.box.SetErr(say(path[1:]))
		found = true
	}
	return found
}

// tellUnfit marks the fields that no answer could satisfy, from the beginning on: who
// fills the form should not find out at its end.
func (f *Form) tellUnfit() {
	var rest []fyne.CanvasObject
	for _, e := range flow.Unfillable(f.schema, f.enums) {
		text := say.F("Nobody can fill this in: %s %s. The form has to be changed.", strings.Join(e.Path, "."), e.Message)
		if !f.mark(e.Path, func([]string) string { return text }) {
			rest = append(rest, kit.NewParagraph(text, kit.Bad))
		}
	}
	if column, ok := f.Object.(*fyne.Container); ok && len(rest) > 0 && !f.told {
		f.told = true // no field shows it
		column.Objects = append(rest, column.Objects...)
	}
}

// Single is the control of one field, without a label of its own.
type Single struct {
	Object fyne.CanvasObject
	get    func() (json.RawMessage, string)
}

// NewSingle makes a control for one field; changed is called for every change
// a person makes.
func NewSingle(fd flow.Field, o Options, changed func()) *Single {
	f := &Form{OnChanged: changed}
	c := f.control(fd, o)
	return &Single{Object: c.object, get: c.get}
}

// Value is the JSON of what is typed, nil if nothing is, and what is wrong with
// it, if anything.
func (s *Single) Value() (json.RawMessage, string) { return s.get() }
