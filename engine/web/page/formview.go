package page

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"sluice/engine/flow"
)

// fieldView is one field as the page draws it.
type fieldView struct {
	ID, Key     string
	Label, Help string
	Shape       string // which block of the template: line, lines, select, radios, boxes, tick, group
	Type        string // of a line's input
	Mode        string // inputmode
	Fill        string // autocomplete
	Placeholder string
	Value       string
	On          bool
	Required    bool
	Wanted      bool // required while it is shown, which only a script can know
	Wrong       string
	Focus       bool // gets the keyboard first
	Code        bool // shown in the fixed font
	Choices     []choiceView
	Fields      []fieldView
	Kinds       []kindView // of which one is chosen
	Condition   bool       // shown on a condition; without scripts it always is
	Off         bool       // which does not hold for what the form shows
}

// choiceView is one choice of a select, a radio group or a row of boxes.
type choiceView struct {
	ID, Value, Label string
	On               bool
}

// kindView is one kind that a field may be of, with its own fields.
type kindView struct {
	ID, Value, Label string
	On               bool
	Fields           []fieldView
}

// kinds lists the kinds of a field; what need not be filled in may be of none.
func (v *fieldView) kinds(f *form, fd flow.Field, k string) {
	on := f.chosenVariant(fd, k)
	if !fd.Required {
		v.Kinds = append(v.Kinds, kindView{ID: v.ID + "-none", Label: "None of these", On: on < 0})
	}
	for i, one := range fd.Variants {
		var given json.RawMessage
		if fd.Chosen(fd.Default) == i {
			given = fd.Default
		}
		v.Kinds = append(v.Kinds, kindView{ID: v.ID + "-" + itoa(i), Value: itoa(i), Label: one.Title, On: on == i,
			Fields: f.views(one.Fields, variantKey(k, i), given)})
	}
}

// Described names the elements that explain the field, for screen readers.
func (v fieldView) Described() string {
	var ids []string
	if v.Help != "" {
		ids = append(ids, v.ID+"-help")
	}
	if v.Wrong != "" {
		ids = append(ids, v.ID+"-wrong")
	}
	return strings.Join(ids, " ")
}

// fewChoices is up to how many choices are all shown at once.
const fewChoices = 4

// view draws the form: with what was typed, else with the defaults. An error says that
// it could not be told now which fields are shown.
func (f *form) view() ([]fieldView, error) {
	list := f.views(f.fields, formRoot, nil)
	if f.typed != nil || f.shows == nil {
		return list, nil
	}
	untouched := *f
	untouched.wrong = map[string]string{}
	if _, err := untouched.read(sent(list)); err != nil {
		return nil, err
	}
	f.hidden = untouched.hidden
	return f.views(f.fields, formRoot, nil), nil
}

// sent is what a browser sends of a form that nobody touched.
func sent(list []fieldView) url.Values {
	post := url.Values{}
	var walk func([]fieldView)
	walk = func(list []fieldView) {
		for _, v := range list {
			switch v.Shape {
			case "group":
				walk(v.Fields)
			case "kinds":
				for _, one := range v.Kinds {
					if one.On {
						post.Set(v.Key, one.Value)
					}
					walk(one.Fields)
				}
			case "tick":
				if v.On {
					post.Set(v.Key, "on")
				}
			case "select", "radios", "boxes":
				for _, c := range v.Choices {
					if c.On {
						post.Add(v.Key, c.Value)
					}
				}
			default:
				post.Set(v.Key, v.Value)
			}
		}
	}
	walk(list)
	return post
}

func (f *form) views(fields []flow.Field, parent string, inherited json.RawMessage) []fieldView {
	var out []fieldView
	for _, fd := range fields {
		if f.givenFor(fd, parent) != nil {
			continue
		}
		k := key(parent, fd.Name)
		if len(fd.Default) == 0 {
			fd.Default = member(inherited, fd.Name)
		}
		v := fieldView{Key: k, ID: idOf(k), Label: fd.Title, Help: fd.Description, Placeholder: fd.Placeholder,
			Required: fd.Required, Wanted: fd.RequiredShown && f.shows != nil, Condition: fd.ShowExpr != "" && f.shows != nil, Off: f.hidden[k], Wrong: cmp.Or(f.wrong[k], f.unfit[k]), Shape: "line", Type: "text"}
		if v.Label == "" {
			v.Label = fd.Name
		}
		f.shape(&v, fd)
		if v.Shape == "line" && v.Type == "text" && strings.ContainsAny(fd.Shown(f.zone), "\r\n") {
			v.Shape = "lines" // an input of one line takes line breaks out
		}
		if f.typed != nil {
			v.Value, v.On = f.typed.Get(k), f.typed.Get(k) != ""
		} else {
			v.Value, v.On = fd.Shown(f.zone), string(fd.Default) == "true"
		}
		for i, c := range fd.Choices {
			v.Choices = append(v.Choices, choiceView{ID: v.ID + "-" + itoa(i), Value: string(c.Value), Label: c.Label, On: f.chosen(fd, k, c)})
		}
		if fd.Kind == flow.FieldObject {
			v.Fields = f.views(fd.Fields, k, fd.Default)
		}
		if fd.Kind == flow.FieldVariants {
			v.kinds(f, fd, k)
		}
		out = append(out, v)
	}
	return out
}

func (f *form) chosen(fd flow.Field, k string, c flow.Choice) bool {
	if f.typed != nil {
		return slices.Contains(f.typed[k], string(c.Value))
	}
	if fd.Kind == flow.FieldStrings {
		var list []json.RawMessage
		json.Unmarshal(fd.Default, &list)
		return slices.ContainsFunc(list, func(v json.RawMessage) bool { return same(v, c.Value) })
	}
	return len(fd.Default) > 0 && same(fd.Default, c.Value)
}

// shape picks how a kind is asked. Numbers are text inputs on purpose: a number
// input swallows what it cannot read, and then nobody can show what was wrong.
func (f *form) shape(v *fieldView, fd flow.Field) {
	switch fd.Kind {
	case flow.FieldMultiline:
		v.Shape = "lines"
	case flow.FieldPassword:
		v.Type, v.Fill = "password", "off"
	case flow.FieldEmail:
		v.Type, v.Fill = "email", "email"
	case flow.FieldNumber:
		v.Mode = "decimal"
	case flow.FieldInteger:
		v.Mode = "numeric"
		if fd.Minimum == nil || *fd.Minimum < 0 {
			v.Mode = "decimal" // the phone's numeric keys have no minus
		}
	case flow.FieldBool:
		v.Shape = "tick"
	case flow.FieldEnum:
		v.Shape = "select"
		if len(fd.Choices) <= fewChoices && fd.Required {
			v.Shape = "radios"
		}
	case flow.FieldDate:
		v.Type = "date"
	case flow.FieldDateTime:
		v.Type = "datetime-local"
		v.Help = strings.TrimSpace(v.Help + " " + f.zoneOf(v.Key, fd))
	case flow.FieldStrings:
		v.Shape = "lines"
		if len(fd.Choices) > 0 {
			v.Shape = "boxes"
		} else {
			v.Help = strings.TrimSpace(v.Help + " " + textOnePerLine)
		}
	case flow.FieldObject:
		v.Shape = "group"
	case flow.FieldVariants:
		v.Shape = "kinds"
	case flow.FieldResource:
		v.Shape, v.Code = "lines", true
		hint := textResource(fd.ResourceType)
		if f.valuesOnly {
			hint = textTypedJSON
		}
		v.Help = strings.TrimSpace(v.Help + " " + hint)
	case flow.FieldJSON:
		v.Shape, v.Code = "lines", true
		v.Help = strings.TrimSpace(v.Help + " " + textTypedJSON)
	}
}

// same compares JSON values by meaning.
func same(a, b json.RawMessage) bool { return flow.Alike(a, b) }

// plain writes a JSON value for reading: text as it is, the rest as JSON.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// zoneOf tells in which zone a time is asked: by its name on that day, or by the
// names that it has in the course of a year while no day is chosen.
func (f *form) zoneOf(k string, fd flow.Field) string {
	text := fd.Shown(f.zone)
	if f.typed != nil {
		text = f.typed.Get(k)
	}
	return textInZone(flow.Zones(text, f.zone)...)
}
