package model

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// FieldType is what a person may choose a field of a form to be.
type FieldType int

// The types, in the order in which they are offered. FieldOther is what no choice makes:
// it is kept as it is.
const (
	FieldTypeText FieldType = iota
	FieldTypeLines
	FieldTypeNumber
	FieldTypeInteger
	FieldTypeBool
	FieldTypeChoice
	FieldTypeChoices
	FieldTypeDate
	FieldTypeDateTime
	FieldTypeTime
	FieldTypeEmail
	FieldTypeURL
	FieldTypePassword
	FieldTypeTexts
	FieldTypeObject
	FieldTypeJSON
	FieldTypeResource
	FieldTypeOther
)

// FieldTypes are the words of the types that can be chosen.
var FieldTypes = []string{say.Mark("Text"), say.Mark("Long text"), say.Mark("Number"), say.Mark("Whole number"), say.Mark("Yes or no"), say.Mark("Choice"), say.Mark("Several choices"), say.Mark("Date"), say.Mark("Date and time"), say.Mark("Time"), say.Mark("E-mail"), say.Mark("Web address"), say.Mark("Password"), say.Mark("List of texts"), say.Mark("Group of fields"), "JSON", say.Mark("Resource")}

// schema are the members of a property that make its type.
func (t FieldType) schema(resource string) members {
	text := func(key, value string) member { return member{key, encode(value)} }
	switch t {
	case FieldTypeLines:
		return members{text("type", "string"), text("format", "textarea")}
	case FieldTypeNumber:
		return members{text("type", "number")}
	case FieldTypeInteger:
		return members{text("type", "integer")}
	case FieldTypeBool:
		return members{text("type", "boolean")}
	case FieldTypeChoice:
		return members{text("type", "string"), {"enum", json.RawMessage(`["First","Second"]`)}}
	case FieldTypeChoices:
		return members{text("type", "array"), {"items", json.RawMessage(`{"type":"string","enum":["First","Second"]}`)}}
	case FieldTypeDate:
		return members{text("type", "string"), text("format", "date")}
	case FieldTypeDateTime:
		return members{text("type", "string"), text("format", "date-time")}
	case FieldTypeTime:
		return members{text("type", "string"), text("pattern", timePattern), text("customErrorMessage", say.T(textTimeWanted)), text("placeholder", "14:30")}
	case FieldTypeEmail:
		return members{text("type", "string"), text("format", "email")}
	case FieldTypeURL:
		return members{text("type", "string"), text("format", "uri")}
	case FieldTypePassword:
		return members{text("type", "string"), {"password", json.RawMessage("true")}}
	case FieldTypeTexts:
		return members{text("type", "array"), {"items", json.RawMessage(`{"type":"string"}`)}}
	case FieldTypeObject:
		return members{text("type", "object"), {"properties", json.RawMessage(`{"name":{"type":"string"}}`)}}
	case FieldTypeJSON:
		return members{text("type", "object")}
	case FieldTypeResource:
		return members{text("type", "object"), text("format", "resource-"+resource)}
	case FieldTypeText, FieldTypeOther:
	}
	return members{text("type", "string")}
}

// timePattern is a time of day: JSON Schema's own format wants a zone with it.
const timePattern = `^([01]\d|2[0-3]):[0-5]\d$`

// typeKeys are the members of a property that belong to its type: another type goes
// without them. All else stays.
var typeKeys = []string{"type", "format", "enum", "enumLabels", "items", "properties", "required", "order", "password", "pattern", "customErrorMessage", "min", "max", "minimum", "maximum",
	"minLength", "maxLength", "contentEncoding", "dateFormat", "resourceType", "oneOf", "additionalProperties", "originalType", "multiselect", "currency", "currencyLocale", "seconds", "minRows"}

// FormField is a field of a form as its editor shows it.
type FormField struct {
	Name        string
	Title       string // "" where it is made of the name
	Shown       string // the title that people see
	Type        FieldType
	Word        string // the type in a word
	Required    bool
	Description string
	Placeholder string
	Condition   string // showExpr
	Resource    string // the type of a resource
	Choices     []FormChoice
	Min, Max    string // of a number
	MinLength   string
	MaxLength   string
	Pattern     string
	Message     string // what is said where the pattern does not fit
	Default     json.RawMessage
	Asked       flow.Field // as a form asks it
	Inner       []FormField
}

// FormChoice is one choice of a field.
type FormChoice struct{ Value, Label string }

// FormFields lists the fields of a schema, those of groups inside them.
func FormFields(schema flow.Raw) ([]FormField, error) {
	fields, err := flow.Fields(schema, nil, nil)
	if err != nil {
		return nil, err
	}
	return formFields(json.RawMessage(schema), fields), nil
}

func formFields(schema json.RawMessage, fields []flow.Field) (out []FormField) {
	props := read(read(schema).get("properties"))
	for _, fd := range fields {
		raw := props.get(fd.Name)
		p := read(raw)
		f := FormField{Name: fd.Name, Title: p.text("title"), Shown: fd.Title, Required: fd.Required || fd.RequiredShown, Description: p.text("description"),
			Placeholder: p.text("placeholder"), Condition: fd.ShowExpr, Resource: fd.ResourceType, Pattern: p.text("pattern"), Message: p.text("customErrorMessage"),
			Default: p.get("default"), Asked: fd, Type: typeOf(fd, p)}
		f.Min, f.Max = First(string(p.get("min")), string(p.get("minimum"))), First(string(p.get("max")), string(p.get("maximum")))
		f.MinLength, f.MaxLength = string(p.get("minLength")), string(p.get("maxLength"))
		if f.Type < FieldTypeOther {
			f.Word = say.Lower(say.Of(FieldTypes[f.Type]))
		} else {
			f.Word = FieldWord(fd.Kind)
		}
		for _, c := range fd.Choices {
			one := FormChoice{Label: c.Label}
			if json.Unmarshal(c.Value, &one.Value) != nil {
				one.Value = string(c.Value)
			}
			if one.Label == one.Value {
				one.Label = ""
			}
			f.Choices = append(f.Choices, one)
		}
		if f.Type == FieldTypeObject {
			f.Inner = formFields(raw, fd.Fields)
		}
		out = append(out, f)
	}
	return out
}

func typeOf(fd flow.Field, p members) FieldType {
	if p.get("$ref") != nil || p.text("contentEncoding") != "" {
		return FieldTypeOther
	}
	texts := func() bool {
		return !slices.ContainsFunc(fd.Choices, func(c flow.Choice) bool { return len(c.Value) == 0 || c.Value[0] != '"' })
	}
	switch fd.Kind {
	case flow.FieldMultiline:
		return FieldTypeLines
	case flow.FieldPassword:
		return FieldTypePassword
	case flow.FieldEmail:
		return FieldTypeEmail
	case flow.FieldNumber:
		return FieldTypeNumber
	case flow.FieldInteger:
		return FieldTypeInteger
	case flow.FieldBool:
		return FieldTypeBool
	case flow.FieldEnum:
		if texts() && p.get("enum") != nil {
			return FieldTypeChoice
		}
	case flow.FieldDate:
		return FieldTypeDate
	case flow.FieldDateTime:
		return FieldTypeDateTime
	case flow.FieldStrings:
		switch {
		case len(fd.Choices) == 0 && p.text("type") == "array":
			return FieldTypeTexts
		case texts() && read(p.get("items")).get("enum") != nil:
			return FieldTypeChoices
		}
	case flow.FieldObject:
		return FieldTypeObject
	case flow.FieldResource:
		if strings.HasPrefix(p.text("format"), "resource-") {
			return FieldTypeResource
		}
	case flow.FieldJSON:
		if p.text("type") == "object" && p.get("oneOf") == nil {
			return FieldTypeJSON
		}
	case flow.FieldText:
		switch format := p.text("format"); {
		case format == "uri" || format == "url":
			return FieldTypeURL
		case p.text("pattern") == timePattern:
			return FieldTypeTime
		case format == "" || format == "null":
			return FieldTypeText
		}
	case flow.FieldVariants:
	}
	return FieldTypeOther
}

// Schema edits. Each takes the way to a field, through the groups around it, and returns
// another schema; what the editor does not know stays as and where it is.

// SchemaAdd adds a field at the end of the group at a path.
func SchemaAdd(schema flow.Raw, path []string, name string, t FieldType, resource string) flow.Raw {
	return inGroup(schema, path, func(g group) group {
		if g.props.has(name) {
			return g
		}
		g.props = append(g.props, member{name, t.schema(resource).raw()})
		g.order = append(g.order, name)
		return g
	})
}

// SchemaRemove takes a field out.
func SchemaRemove(schema flow.Raw, path []string) flow.Raw {
	name := path[len(path)-1]
	return inGroup(schema, path[:len(path)-1], func(g group) group {
		g.props = g.props.without(name)
		is := func(s string) bool { return s == name }
		g.order, g.required = slices.DeleteFunc(g.order, is), slices.DeleteFunc(g.required, is)
		return g
	})
}

// SchemaMove moves a field by so many places among those beside it.
func SchemaMove(schema flow.Raw, path []string, by int) flow.Raw {
	name := path[len(path)-1]
	return inGroup(schema, path[:len(path)-1], func(g group) group {
		i := slices.Index(g.order, name)
		if to := max(0, min(len(g.order)-1, i+by)); i >= 0 && to != i {
			g.order = slices.Insert(slices.Delete(g.order, i, i+1), to, name)
		}
		return g
	})
}

// SchemaDuplicate puts a copy behind a field and returns its name.
func SchemaDuplicate(schema flow.Raw, path []string) (out flow.Raw, copied string) {
	name := path[len(path)-1]
	out = inGroup(schema, path[:len(path)-1], func(g group) group {
		for n := 2; copied == "" || g.props.has(copied); n++ {
			copied = name + "_" + strconv.Itoa(n)
		}
		p := read(g.props.get(name))
		if title := p.text("title"); title != "" {
			p = p.with("title", encode(title+" "+strings.TrimPrefix(copied, name+"_")))
		}
		g.props = append(g.props, member{copied, p.raw()})
		g.order = slices.Insert(g.order, slices.Index(g.order, name)+1, copied)
		if slices.Contains(g.required, name) {
			g.required = append(g.required, copied)
		}
		return g
	})
	return out, copied
}

// SchemaRename gives a field another name; conditions beside it follow. A name that is
// taken leaves it as it is.
func SchemaRename(schema flow.Raw, path []string, to string) flow.Raw {
	name := path[len(path)-1]
	return inGroup(schema, path[:len(path)-1], func(g group) group {
		if g.props.has(to) {
			return g
		}
		for i := range g.props {
			if g.props[i].key == name {
				g.props[i].key = to
			}
			if p := read(g.props[i].raw); p.text("showExpr") != "" {
				g.props[i].raw = p.with("showExpr", encode(renameField(p.text("showExpr"), name, to))).raw()
			}
		}
		for _, list := range [][]string{g.order, g.required} {
			for i := range list {
				if list[i] == name {
					list[i] = to
				}
			}
		}
		return g
	})
}

// SchemaRequire says whether a field must be filled in.
func SchemaRequire(schema flow.Raw, path []string, on bool) flow.Raw {
	name := path[len(path)-1]
	return inGroup(schema, path[:len(path)-1], func(g group) group {
		g.required = slices.DeleteFunc(g.required, func(s string) bool { return s == name })
		if on {
			g.required = append(g.required, name)
		}
		return g
	})
}

// SchemaSet sets one member of a field, such as its title; nil takes it out.
func SchemaSet(schema flow.Raw, path []string, key string, value json.RawMessage) flow.Raw {
	return ofField(schema, path, func(p members) members { return p.with(key, value) })
}

// SchemaLimit sets a limit of a number under the name that it has, else under that of
// Windmill's own editor; nil takes it out.
func SchemaLimit(schema flow.Raw, path []string, key, long string, value json.RawMessage) flow.Raw {
	return ofField(schema, path, func(p members) members {
		if p.has(long) && !p.has(key) {
			key = long
		}
		return p.with(key, value)
	})
}

// SchemaType makes a field another type. What told of the old type goes; title, help and
// what the editor does not know stay. So does a default that the new type takes.
func SchemaType(schema flow.Raw, path []string, t FieldType, resource string) flow.Raw {
	return ofField(schema, path, func(p members) members {
		var rest members
		for _, m := range p {
			if !slices.Contains(typeKeys, m.key) {
				rest = append(rest, m)
			}
		}
		out := slices.Clone(t.schema(resource))
		for _, m := range rest {
			if !out.has(m.key) {
				out = append(out, m)
			}
		}
		if d := out.get("default"); d != nil && !fits(out, d) {
			out = out.without("default")
		}
		return out
	})
}

// fits reports whether a property takes a value.
func fits(p members, v json.RawMessage) bool {
	wrong, err := flow.CheckValue(flow.Raw(`{"type":"object","properties":{"x":`+string(p.raw())+`}}`), nil, flow.Raw(`{"x":`+string(v)+`}`))
	return err == nil && len(wrong) == 0
}

// SchemaChoices sets what can be chosen, with the labels that differ from the values.
func SchemaChoices(schema flow.Raw, path []string, list []FormChoice) flow.Raw {
	return ofField(schema, path, func(p members) members {
		values, labels := []string{}, members{}
		for _, c := range list {
			if slices.Contains(values, c.Value) {
				continue
			}
			values = append(values, c.Value)
			if c.Label != "" && c.Label != c.Value {
				labels = append(labels, member{c.Value, encode(c.Label)})
			}
		}
		set := func(p members) members {
			p = p.with("enum", encode(values))
			if len(labels) == 0 {
				return p.without("enumLabels")
			}
			return p.with("enumLabels", labels.raw())
		}
		if p.text("type") == "array" {
			return p.with("items", set(read(p.get("items"))).raw())
		}
		return set(p)
	})
}

// group is an object of a schema while it is changed.
type group struct {
	props           members
	order, required []string
}

// inGroup changes the object at a path.
func inGroup(schema flow.Raw, path []string, do func(group) group) flow.Raw {
	if len(path) > 0 {
		return ofField(schema, path, func(p members) members { return read(json.RawMessage(inGroup(flow.Raw(p.raw()), nil, do))) })
	}
	o := read(json.RawMessage(schema))
	g := group{props: read(o.get("properties"))}
	_ = json.Unmarshal(o.get("required"), &g.required)
	var listed []string
	_ = json.Unmarshal(o.get("order"), &listed)
	for _, name := range append(listed, g.props.keys()...) {
		if g.props.has(name) && !slices.Contains(g.order, name) {
			g.order = append(g.order, name)
		}
	}
	g = do(g)
	if !o.has("type") {
		o = o.with("type", json.RawMessage(`"object"`))
	}
	if g.required == nil {
		g.required = []string{}
	}
	if g.order == nil {
		g.order = []string{}
	}
	return flow.Raw(o.with("properties", g.props.raw()).with("order", encode(g.order)).with("required", encode(g.required)).raw())
}

// ofField changes the property at a path.
func ofField(schema flow.Raw, path []string, do func(members) members) flow.Raw {
	o := read(json.RawMessage(schema))
	props := read(o.get("properties"))
	p := read(props.get(path[0]))
	if len(path) > 1 {
		p = read(json.RawMessage(ofField(flow.Raw(p.raw()), path[1:], do)))
	} else {
		p = do(p)
	}
	return flow.Raw(o.with("properties", props.with(path[0], p.raw()).raw()).raw())
}

// member and members are a JSON object with its keys in their order.
type member struct {
	key string
	raw json.RawMessage
}

type members []member

func read(raw json.RawMessage) (out members) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		var v json.RawMessage
		if err != nil || !ok || d.Decode(&v) != nil {
			return out
		}
		out = append(out, member{key, v})
	}
	return out
}

func (o members) raw() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encode(m.key))
		b.WriteByte(':')
		b.Write(m.raw)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func (o members) keys() (out []string) {
	for _, m := range o {
		out = append(out, m.key)
	}
	return out
}

func (o members) has(key string) bool {
	return slices.ContainsFunc(o, func(m member) bool { return m.key == key })
}

func (o members) get(key string) json.RawMessage {
	for _, m := range o {
		if m.key == key {
			return m.raw
		}
	}
	return nil
}

func (o members) text(key string) (s string) {
	_ = json.Unmarshal(o.get(key), &s)
	return s
}

// with sets a member in its place, else at the end; nil takes it out.
func (o members) with(key string, raw json.RawMessage) members {
	if raw == nil {
		return o.without(key)
	}
	out := slices.Clone(o)
	for i := range out {
		if out[i].key == key {
			out[i].raw = raw
			return out
		}
	}
	return append(out, member{key, raw})
}

func (o members) without(key string) members {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return m.key == key })
}

// encode writes a value of ours as JSON, with signs such as < as they are.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return json.RawMessage("null")
	}
	return bytes.TrimSpace(b.Bytes())
}

// fieldRead is a field that a condition reads.
var fieldRead = regexp.MustCompile(`\bfields\s*(?:\??\.\s*([A-Za-z_$][\w$]*)|(?:\?\.)?\[\s*"([^"\\]*)"\s*\]|(?:\?\.)?\[\s*'([^'\\]*)'\s*\])`)

var plainKey = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

// renameField rewrites a field's name in a condition.
func renameField(expr, name, to string) string {
	return fieldRead.ReplaceAllStringFunc(expr, func(found string) string {
		if m := fieldRead.FindStringSubmatch(found); m[1]+m[2]+m[3] != name {
			return found
		}
		if plainKey.MatchString(to) {
			return "fields." + to
		}
		return "fields[" + quote(to) + "]"
	})
}

// ConditionReads names the first field that a condition reads and that is not beside it,
// "" if all are.
func ConditionReads(expr string, beside []FormField) string {
	for _, m := range fieldRead.FindAllStringSubmatch(expr, -1) {
		name := m[1] + m[2] + m[3]
		if !slices.ContainsFunc(beside, func(f FormField) bool { return f.Name == name }) {
			return name
		}
	}
	return ""
}

// SetInputs changes what the flow asks for.
func SetInputs(typing string, schema flow.Raw) Edit {
	return SetFlow(say.T(textChangeInputs), typing, func(f *flow.Flow) { f.Schema = schema })
}

// RenameInput gives an input of the flow another name; what reads it follows.
func RenameInput(name, to string) Edit {
	return Edit{Name: textRenameInput(name, to), Do: func(f *flow.Flow) (*flow.Flow, error) {
		g := *flow.RenameInput(f, name, to)
		g.Schema = SchemaRename(f.Schema, []string{name}, to)
		return &g, nil
	}}
}

// InputReaders tells in words which steps read an input of the flow, "" if none does.
func (m *Model) InputReaders(name string) string {
	if m.doc == nil {
		return ""
	}
	ids := flow.InputReaders(m.doc.Flow, name)
	if len(ids) == 0 {
		return ""
	}
	return say.N(len(ids), "Step %[2]s reads flow_input.%[3]s", "Steps %[2]s read flow_input.%[3]s", list(ids), name)
}

// RenameAnswer gives a field of the form of a step's approval another name; what reads it
// follows.
func RenameAnswer(step, name, to string) Edit {
	return Edit{Name: say.F("Rename the field %s to %s", name, to), Select: step, Do: func(f *flow.Flow) (*flow.Flow, error) {
		return SetSuspend(step, "", "", func(s *flow.Suspend) {
			if s.ResumeForm != nil {
				c := *s.ResumeForm
				c.Schema = SchemaRename(c.Schema, []string{name}, to)
				s.ResumeForm = &c
			}
		}).Do(flow.RenameAnswer(f, step, name, to))
	}}
}

// AnswerReaders tells in words which steps read a field of the form of a step's approval, ""
// if none does.
func (m *Model) AnswerReaders(step, name string) string {
	if m.doc == nil {
		return ""
	}
	ids := flow.AnswerReaders(m.doc.Flow, step, name)
	if len(ids) == 0 {
		return ""
	}
	return say.N(len(ids), "Step %[2]s reads resume.%[3]s", "Steps %[2]s read resume.%[3]s", list(ids), name)
}
