package form

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/say"
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
			v, ok, any := c.inner.collect()
			switch {
			case !any && !fd.Required: // nothing is missing in a group that nobody touched
				for _, in := range c.inner.fields {
					in.box.SetErr("")
				}
				return nil, ""
			case !ok:
				return v, say.T("Something above is missing or wrong")
			}
			return v, ""
		}
		object = kit.Well(c.inner.Object)
	case flow.FieldVariants:
		object = f.kinds(c, o)
	default:
		object = f.entry(c)
	}
	name := fd.Name
	if name == fd.Title {
		name = ""
	}
	c.object = object
	c.box = kit.NewField(fd.Title, name, fd.Required || fd.RequiredShown && o.Conditions != nil, object)
	c.box.Hint = fd.Description
	if c.hint != nil {
		c.hint()
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
	shown := c.field.Shown(time.Local)
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
		shown = strings.Replace(shown, "T", " ", 1)
	case flow.FieldEmail:
		e = kit.NewEntry("name@example.com")
	default:
		e = kit.NewEntry(c.field.Placeholder)
		if strings.ContainsAny(shown, "\r\n") {
			e = kit.NewTextArea(c.field.Placeholder, 3, 8)
		}
	}
	e.SetText(shown)
	e.OnChanged = func(string) {
		if c.hint != nil {
			c.hint()
		}
		f.changed()
	}
	if c.field.Kind == flow.FieldDateTime {
		c.hint = func() {
			c.box.SetHint(strings.TrimSpace(c.field.Description + " " + say.F("Time in %s.", strings.Join(flow.Zones(e.Text(), time.Local), say.T(" or ")))))
		}
	}
	c.get = func() (json.RawMessage, string) { return typed(c.field, e.Text()) }
	return e
}

// typed reads what was typed, and keeps what cannot be read as text.
func typed(fd flow.Field, text string) (json.RawMessage, string) {
	v, wrong := fd.Typed(text, time.Local)
	if wrong != "" {
		v = quote(text)
	}
	return v, wrong
}

func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

// toggle is yes or no.
func (f *Form) toggle(c *control) fyne.CanvasObject {
	var t *kit.Toggle
	tell := func(on bool) {
		if t.Text = say.T("No"); on {
			t.Text = say.T("Yes")
		}
	}
	t = kit.NewToggle("", string(c.field.Default) == "true", func(on bool) {
		tell(on)
		t.Refresh()
		f.changed()
	})
	tell(t.Value())
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
		if flow.Alike(ch.Value, c.field.Default) {
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
	s.SelectValue(strings.TrimPrefix(c.field.Shown(time.Local), "$res:"))
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
	e := kit.NewTextArea(say.T("One a line"), 2, 8)
	e.SetText(c.field.Shown(time.Local))
	e.OnChanged = func(string) { f.changed() }
	c.get = func() (json.RawMessage, string) { return typed(c.field, e.Text()) }
	return e
}
