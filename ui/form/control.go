package form

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
)

// control makes the field for one property.
func (f *Form) control(fd flow.Field, o Options) *control {
	c := &control{field: fd}
	var object fyne.CanvasObject
	switch fd.Kind {
	case flow.FieldBool:
		object = f.toggle(c)
	case flow.FieldEnum:
		object = f.choice(c)
	case flow.FieldResource:
		object = f.resource(c, o)
	case flow.FieldStrings:
		object = f.texts(c)
	case flow.FieldObject:
		c.inner = of(withDefaults(fd), o)
		c.inner.OnChanged = f.changed
		c.get = func() (json.RawMessage, string) {
			v, ok := c.inner.collect()
			switch {
			case !ok:
				return v, "Something above is missing or wrong"
			case string(v) == "{}" && !fd.Required:
				return nil, ""
			}
			return v, ""
		}
		object = kit.Well(c.inner.Object)
	default:
		object = f.entry(c)
	}
	name := fd.Name
	if name == fd.Title {
		name = ""
	}
	c.object = object
	c.box = kit.NewField(fd.Title, name, fd.Required, object)
	if fd.Description != "" {
		c.box.Hint = fd.Description
	}
	return c
}

// withDefaults hands an object's default down to its fields.
func withDefaults(fd flow.Field) []flow.Field {
	var values map[string]json.RawMessage
	if json.Unmarshal(fd.Default, &values) != nil {
		return fd.Fields
	}
	fields := append([]flow.Field{}, fd.Fields...)
	for i := range fields {
		if v, ok := values[fields[i].Name]; ok {
			fields[i].Default = v
		}
	}
	return fields
}

// entry is a text that is read by the field's kind.
func (f *Form) entry(c *control) fyne.CanvasObject {
	var e *kit.Entry
	switch c.field.Kind {
	case flow.FieldMultiline:
		e = kit.NewTextArea(c.field.Placeholder, 3, 8)
	case flow.FieldJSON:
		e = kit.NewTextArea("JSON", 3, 10).AsMono()
	case flow.FieldPassword:
		e = kit.NewPassword(c.field.Placeholder)
	case flow.FieldDate:
		e = kit.NewEntry("2026-12-31")
	case flow.FieldDateTime:
		e = kit.NewEntry("2026-12-31 14:30")
	case flow.FieldEmail:
		e = kit.NewEntry("name@example.com")
	default:
		e = kit.NewEntry(c.field.Placeholder)
	}
	e.SetText(textOf(c.field))
	e.OnChanged = func(string) { f.changed() }
	c.get = func() (json.RawMessage, string) { return parse(c.field, e.Text()) }
	return e
}

// textOf shows a field's default as text.
func textOf(fd flow.Field) string {
	if len(fd.Default) == 0 || string(fd.Default) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(fd.Default, &s) == nil && fd.Kind != flow.FieldJSON {
		return s
	}
	return string(fd.Default)
}

// parse reads what was typed. An empty text leaves the field out.
func parse(fd flow.Field, text string) (json.RawMessage, string) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return nil, ""
	}
	switch fd.Kind {
	case flow.FieldInteger:
		if _, err := strconv.ParseInt(trimmed, 10, 64); err != nil {
			return quote(text), "Must be a whole number"
		}
		return json.RawMessage(trimmed), ""
	case flow.FieldNumber:
		if !json.Valid([]byte(trimmed)) || strings.ContainsAny(trimmed, `"{[tfn`) {
			return quote(text), "Must be a number, such as 12.5"
		}
		return json.RawMessage(trimmed), ""
	case flow.FieldJSON:
		if !json.Valid([]byte(trimmed)) {
			return quote(text), "This is not JSON yet"
		}
		return json.RawMessage(trimmed), ""
	case flow.FieldDate:
		if _, err := time.Parse(time.DateOnly, trimmed); err != nil {
			return quote(text), "Write the date as 2026-12-31"
		}
	case flow.FieldDateTime:
		for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
			if t, err := time.ParseInLocation(layout, trimmed, time.Local); err == nil {
				return quote(t.Format(time.RFC3339)), ""
			}
		}
		return quote(text), "Write date and time as 2026-12-31 14:30"
	case flow.FieldMultiline, flow.FieldText, flow.FieldPassword:
		return quote(text), ""
	}
	return quote(trimmed), ""
}

func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

// toggle is yes or no.
func (f *Form) toggle(c *control) fyne.CanvasObject {
	t := kit.NewToggle("Yes", string(c.field.Default) == "true", func(bool) { f.changed() })
	c.get = func() (json.RawMessage, string) {
		return json.RawMessage(strconv.FormatBool(t.Value())), ""
	}
	return t
}

// choice is one of a list.
func (f *Form) choice(c *control) fyne.CanvasObject {
	labels, chosen := []string{}, -1
	for i, ch := range c.field.Choices {
		labels = append(labels, ch.Label)
		if string(ch.Value) == string(c.field.Default) {
			chosen = i
		}
	}
	s := kit.NewSelectBox(labels, chosen, func(int) { f.changed() })
	c.get = func() (json.RawMessage, string) {
		if i := s.Selected(); i >= 0 && i < len(c.field.Choices) {
			return c.field.Choices[i].Value, ""
		}
		return nil, ""
	}
	return s
}

// resource is a resource of a type, as the reference that a flow holds.
func (f *Form) resource(c *control, o Options) fyne.CanvasObject {
	var paths []string
	if o.Resources != nil {
		paths = o.Resources(c.field.ResourceType)
	}
	s := kit.NewSelectBox(paths, -1, func(int) { f.changed() })
	s.SelectValue(strings.TrimPrefix(textOf(c.field), "$res:"))
	c.get = func() (json.RawMessage, string) {
		if s.Value() == "" {
			return nil, ""
		}
		return quote("$res:" + s.Value()), ""
	}
	return s
}

// texts is a list of texts, one a line.
func (f *Form) texts(c *control) fyne.CanvasObject {
	var list []string
	_ = json.Unmarshal(c.field.Default, &list)
	e := kit.NewTextArea("One a line", 2, 8)
	e.SetText(strings.Join(list, "\n"))
	e.OnChanged = func(string) { f.changed() }
	c.get = func() (json.RawMessage, string) {
		var values []string
		for line := range strings.Lines(e.Text()) {
			if line = strings.TrimSpace(line); line != "" {
				values = append(values, line)
			}
		}
		if len(values) == 0 {
			return nil, ""
		}
		b, _ := json.Marshal(values)
		return b, ""
	}
	return e
}
