package page

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/engine/flow"
	trigger "sluice/engine/form"
	"sluice/engine/run"
)

// messageField is the form of a request without a schema.
var messageField = flow.Field{Name: "message", Title: "Message", Kind: flow.FieldMultiline}

// form is the form of one request: what to ask, what was typed, what is wrong.
type form struct {
	schema json.RawMessage // nil: the one field "message"
	enums  json.RawMessage
	fields []flow.Field
	zone   *time.Location
	typed  url.Values        // nil until something was sent
	wrong  map[string]string // form key → what is wrong
	unfit  map[string]string // form key → why nobody can fill it in
	broken bool              // the schema could not be read; JSON is asked instead
	shows  shows             // nil: all fields are shown
	hidden map[string]bool   // by key, what read found not to be shown

	valuesOnly bool                       // resources cannot be named: what is typed is text
	given      map[string]json.RawMessage // fields that are not asked, by name
}

// shows calls look with what tells which fields of a form are shown. Its error says that
// this could not be told now.
type shows func(look func(flow.Show)) error

// formOf returns the form of a. A schema that cannot be read must not stop a
// decision: the page then asks for the values as JSON.
func formOf(a run.Approval, zone *time.Location) *form {
	if len(a.Form) == 0 || string(bytes.TrimSpace(a.Form)) == "null" {
		f := &form{zone: zone, wrong: map[string]string{}, enums: a.Ask.Enums}
		m := messageField
		m.Default = member(a.Ask.Defaults, "message")
		f.fields = []flow.Field{m}
		return f
	}
	return schemaForm(a.Form, a.Ask.Enums, a.Ask.Defaults, zone)
}

// sheetForm returns the form that starts something: what takes nothing asks nothing.
func sheetForm(s trigger.Sheet, zone *time.Location) *form {
	if len(s.Schema) == 0 {
		return &form{zone: zone, wrong: map[string]string{}}
	}
	f := schemaForm(s.Schema, nil, nil, zone)
	f.valuesOnly, f.given = true, s.Given
	return f
}

// schemaForm returns the form of a schema. Where that cannot be read, it asks for JSON.
func schemaForm(schema, enums, defaults json.RawMessage, zone *time.Location) *form {
	f := &form{zone: zone, wrong: map[string]string{}, enums: enums}
	fields, err := formFields(schema, enums, defaults)
	if err != nil { // perhaps only what the step gave for it is odd
		f.enums = nil
		fields, err = formFields(schema, nil, nil)
	}
	if err != nil {
		f.broken = true
		f.fields = []flow.Field{{Name: "", Title: "Values (JSON)", Kind: flow.FieldJSON, Default: defaults,
			Description: textBrokenForm}}
		return f
	}
	f.schema, f.fields = schema, fields
	f.unfit = map[string]string{}
	for _, e := range flow.Unfillable(f.schema, f.enums) {
		f.unfit[f.nearest(e.Path)] = textUnfit(e)
	}
	return f
}

// key is the name of an input: the path of its field, each part escaped, so
// that a field may be called anything.
func key(parent, name string) string { return parent + "/" + url.PathEscape(name) }

const formRoot = "field"

// variantKey is the key of a kind of a field that may be of several. No name makes
// such a one: its blank would be escaped.
func variantKey(k string, i int) string { return k + "/ " + strconv.Itoa(i) }

// chosenVariant is the kind that was sent or, before that, the default's; where the
// field must be filled in, else the first, as in Windmill. -1 is none.
func (f *form) chosenVariant(fd flow.Field, k string) int {
	if f.typed != nil {
		i, err := strconv.Atoi(f.typed.Get(k))
		if err != nil || i < 0 || i >= len(fd.Variants) {
			return -1
		}
		return i
	}
	if i := fd.Chosen(fd.Default); i >= 0 || !fd.Required {
		return i
	}
	return 0
}

// keyOf is the key of the field at a path.
func keyOf(path []string) string {
	k := formRoot
	for _, name := range path {
		k = key(k, name)
	}
	return k
}

// required reports whether a field must be filled in. With a condition it must where
// that was found to hold.
func (f *form) required(fd flow.Field) bool {
	return fd.Required || fd.RequiredShown && f.hidden != nil
}

// read takes what was sent and returns the payload: one JSON object in the
// order of the fields. What is wrong is kept in f.wrong, by key. An error says that it
// could not be told now which fields are shown.
func (f *form) read(post url.Values) (json.RawMessage, error) {
	f.typed = post
	if f.broken {
		return f.readBroken(), nil
	}
	payload, _ := f.object(f.fields, formRoot)
	if f.shows != nil {
		kept, off := flow.Raw(payload), flow.Hidden(nil)
		if err := f.shows(func(show flow.Show) { kept, off = flow.Prune(f.fields, payload, show) }); err != nil {
			return nil, err
		}
		f.hidden = map[string]bool{}
		for _, path := range off {
			f.hidden[keyOf(path)] = true
		}
		clear(f.wrong) // nothing is wrong with what is not shown
		payload, _ = f.object(f.fields, formRoot)
		for _, e := range flow.Missing(f.fields, kept, off) {
			if at := keyOf(e.Path); f.wrong[at] == "" {
				f.wrong[at] = flow.Sentence(e.Message)
			}
		}
	}
	if f.schema == nil {
		return payload, nil
	}
	errs, err := checkValue(f.schema, f.enums, payload)
	if err != nil {
		return payload, nil // a schema that cannot check does not stop a decision
	}
	f.blame(errs)
	return payload, nil
}

// blame keeps what is wrong, at the fields where it is.
func (f *form) blame(errs []flow.FieldError) {
	for _, e := range errs {
		at, rest := f.deepest(e.Path)
		if f.wrong[at] == "" {
			f.wrong[at] = flow.Within(rest, e.Message)
		}
	}
}

func (f *form) readBroken() json.RawMessage {
	text := strings.TrimSpace(f.typed.Get(key(formRoot, "")))
	if text == "" {
		return json.RawMessage("{}")
	}
	var o map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &o) != nil || o == nil {
		f.wrong[key(formRoot, "")] = textNotObject
	}
	return json.RawMessage(text)
}

// nearest returns the key of the deepest field on the way of path.
func (f *form) nearest(path []string) string {
	at, _ := f.deepest(path)
	return at
}

// deepest is nearest with the rest of the way, which leads into that field.
func (f *form) deepest(path []string) (at string, rest []string) {
	at, fields := formRoot, f.fields
	for depth, name := range path {
		rest = path[depth:]
		i := slices.IndexFunc(fields, func(x flow.Field) bool { return x.Name == name })
		if i < 0 {
			return at, rest
		}
		fd := fields[i]
		at, fields = key(at, name), fd.Fields
		if fd.Kind == flow.FieldVariants {
			if n := f.chosenVariant(fd, at); n >= 0 {
				at, fields = variantKey(at, n), fd.Variants[n].Fields
			}
		}
	}
	return at, nil
}

// object reads the fields below a key. Empty optional fields are left out;
// any tells whether something was filled in.
func (f *form) object(fields []flow.Field, parent string) (_ json.RawMessage, any bool) {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, fd := range fields {
		v, filled := f.givenFor(fd, parent), false
		if v == nil {
			v, filled = f.value(fd, key(parent, fd.Name))
		}
		any = any || filled
		if v == nil {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(fd.Name)
		b.Write(name)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), any
}

// givenFor returns what is given for a field, nil where somebody is asked for it.
func (f *form) givenFor(fd flow.Field, parent string) json.RawMessage {
	if parent != formRoot {
		return nil
	}
	return f.given[fd.Name]
}

// value reads one field: its JSON, or nil if it is left out.
func (f *form) value(fd flow.Field, k string) (v json.RawMessage, filled bool) {
	if f.hidden[k] {
		return nil, false
	}
	switch fd.Kind {
	case flow.FieldObject:
		before := len(f.wrong)
		v, filled = f.object(fd.Fields, k)
		if !filled && !f.required(fd) {
			f.excuse(k, before)
			return nil, false
		}
		return v, filled
	case flow.FieldVariants:
		i := f.chosenVariant(fd, k)
		if i < 0 {
			return f.empty(fd, k), false
		}
		v, _ = f.object(fd.Variants[i].Fields, variantKey(k, i))
		return fd.Tagged(i, v), true
	case flow.FieldBool:
		on := f.typed.Get(k) != ""
		return json.RawMessage(strconv.FormatBool(on)), on
	case flow.FieldStrings:
		return f.list(fd, k)
	}
	if fd.Kind == flow.FieldEnum {
		sent := f.typed.Get(k)
		if sent == "" {
			return f.empty(fd, k), false
		}
		i := choice(fd, sent)
		if i < 0 {
			f.wrong[k] = textNoChoice
			return nil, true
		}
		return fd.Choices[i].Value, true
	}
	if !f.typed.Has(k) { // a page sends every input
		return f.empty(fd, k), false
	}
	text := f.typed.Get(k)
	v, wrong := fd.Typed(text, f.zone)
	switch {
	case wrong != "":
		f.wrong[k] = wrong
	case v == nil:
		return f.empty(fd, k), false
	}
	return v, strings.TrimSpace(text) != ""
}

// excuse forgets what is missing in an optional group nobody touched.
func (f *form) excuse(k string, before int) {
	if len(f.wrong) == before {
		return
	}
	for w := range f.wrong {
		if strings.HasPrefix(w, k+"/") {
			delete(f.wrong, w)
		}
	}
}

func (f *form) empty(fd flow.Field, k string) json.RawMessage {
	if !f.required(fd) {
		return nil
	}
	if fd.Nullable {
		return json.RawMessage("null")
	}
	f.wrong[k] = textMissing(fd)
	return nil
}

// list reads a list of texts: one per line, or the boxes that were ticked.
func (f *form) list(fd flow.Field, k string) (json.RawMessage, bool) {
	if len(fd.Choices) == 0 && !f.typed.Has(k) {
		return f.empty(fd, k), false
	}
	if len(fd.Choices) == 0 {
		v, _ := fd.Typed(f.typed.Get(k), f.zone)
		if v == nil {
			return f.empty(fd, k), false
		}
		return v, string(v) != "[]" && string(v) != "null"
	}
	items := []json.RawMessage{}
	for _, sent := range f.typed[k] {
		if i := choice(fd, sent); i >= 0 {
			items = append(items, fd.Choices[i].Value)
		} else {
			f.wrong[k] = textNoChoice
		}
	}
	if len(items) == 0 && f.required(fd) {
		return f.empty(fd, k), false
	}
	v, _ := json.Marshal(items)
	return v, len(items) > 0
}

// choice finds the choice that a select or a box sends: the JSON of its value.
func choice(fd flow.Field, sent string) int {
	return slices.IndexFunc(fd.Choices, func(c flow.Choice) bool { return string(c.Value) == sent })
}

// member returns a member of a JSON object, or nil.
func member(object json.RawMessage, name string) json.RawMessage {
	var o map[string]json.RawMessage
	if json.Unmarshal(object, &o) != nil {
		return nil
	}
	return o[name]
}
