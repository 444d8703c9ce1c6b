package web

import (
	"encoding/json"
	"slices"

	"sluice/engine/flow"
)

// formFields and checkValue are the two questions that a form asks package flow.
var (
	formFields = plainFields
	checkValue = func(schema, enums, value flow.Raw) ([]flow.FieldError, error) { return nil, nil }
)

// plainFields reads the simplest of schemas.
func plainFields(schema, enums, defaults flow.Raw) ([]flow.Field, error) {
	var s struct {
		Order      []string
		Required   []string
		Properties map[string]struct {
			Type, Title, Description, Format string
			Enum                             []flow.Raw
			Default                          flow.Raw
			Items                            flow.Raw
			Properties                       flow.Raw
		}
	}
	if err := json.Unmarshal(schema, &s); err != nil {
		return nil, err
	}
	var en map[string][]flow.Raw
	json.Unmarshal(enums, &en)
	var def map[string]flow.Raw
	json.Unmarshal(defaults, &def)
	if s.Order == nil {
		for k := range s.Properties {
			s.Order = append(s.Order, k)
		}
		slices.Sort(s.Order)
	}
	var out []flow.Field
	for _, name := range s.Order {
		p := s.Properties[name]
		f := flow.Field{Name: name, Title: p.Title, Description: p.Description, Kind: flow.FieldText,
			Required: slices.Contains(s.Required, name), Default: p.Default}
		if f.Title == "" {
			f.Title = name
		}
		if d, ok := def[name]; ok {
			f.Default = d
		}
		if e, ok := en[name]; ok {
			p.Enum = e
		}
		switch p.Type {
		case "number", "integer", "boolean":
			f.Kind = flow.FieldKind(p.Type)
		case "array":
			f.Kind = flow.FieldStrings
		case "object":
			f.Kind = flow.FieldJSON
			if p.Properties != nil {
				f.Kind = flow.FieldObject
				sub, _ := json.Marshal(map[string]flow.Raw{"properties": p.Properties})
				f.Fields, _ = plainFields(sub, nil, f.Default)
			}
		}
		switch p.Format {
		case "email", "date", "date-time", "password", "multiline":
			f.Kind = flow.FieldKind(p.Format)
		}
		if len(p.Enum) > 0 {
			f.Kind = flow.FieldEnum
			for _, v := range p.Enum {
				var label string
				if json.Unmarshal(v, &label) != nil {
					label = string(v)
				}
				f.Choices = append(f.Choices, flow.Choice{Value: v, Label: label})
			}
		}
		out = append(out, f)
	}
	return out, nil
}
