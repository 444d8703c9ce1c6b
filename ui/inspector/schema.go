package inspector

import (
	"bytes"
	"encoding/json"
	"slices"

	"sluice/engine/flow"
)

// Small edits of a JSON Schema. Properties keep their place through "order";
// what the editor does not know stays as it is.

// object is a JSON object with its values as they are.
type object map[string]json.RawMessage

func readSchema(schema flow.Raw) (o, properties object, order, required []string) {
	o, properties = object{}, object{}
	if len(schema) > 0 {
		_ = json.Unmarshal(schema, &o)
	}
	_ = json.Unmarshal(o["properties"], &properties)
	_ = json.Unmarshal(o["required"], &required)
	fields, err := flow.Fields(schema, nil, nil)
	if err == nil {
		for _, fd := range fields {
			order = append(order, fd.Name)
		}
	}
	return o, properties, order, required
}

func writeSchema(o, properties object, order, required []string) flow.Raw {
	put := func(key string, v any) {
		b, err := json.Marshal(v)
		if err == nil {
			o[key] = b
		}
	}
	if o["type"] == nil {
		put("type", "object")
	}
	put("properties", properties)
	put("order", nonNil(order))
	put("required", nonNil(required))
	b, err := json.Marshal(o)
	if err != nil {
		return nil
	}
	return b
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// withField adds a property at the end.
func withField(schema flow.Raw, name string, kind map[string]any) flow.Raw {
	o, properties, order, required := readSchema(schema)
	b, err := json.Marshal(kind)
	if err != nil || properties[name] != nil {
		return schema
	}
	properties[name] = b
	return writeSchema(o, properties, append(order, name), required)
}

// withoutField takes a property out.
func withoutField(schema flow.Raw, name string) flow.Raw {
	o, properties, order, required := readSchema(schema)
	delete(properties, name)
	is := func(s string) bool { return s == name }
	return writeSchema(o, properties, slices.DeleteFunc(order, is), slices.DeleteFunc(required, is))
}

// withRequired says whether a property is needed.
func withRequired(schema flow.Raw, name string, on bool) flow.Raw {
	o, properties, order, required := readSchema(schema)
	required = slices.DeleteFunc(required, func(s string) bool { return s == name })
	if on {
		required = append(required, name)
	}
	return writeSchema(o, properties, order, required)
}

// withDetail sets one word of a property, such as its title; nil takes it out.
func withDetail(schema flow.Raw, name, key string, value any) flow.Raw {
	o, properties, order, required := readSchema(schema)
	property := object{}
	if json.Unmarshal(properties[name], &property) != nil {
		return schema
	}
	delete(property, key)
	if value != nil {
		b, err := json.Marshal(value)
		if err != nil {
			return schema
		}
		property[key] = b
	}
	b, err := json.Marshal(property)
	if err != nil {
		return schema
	}
	properties[name] = b
	return writeSchema(o, properties, order, required)
}

// pretty lays JSON out for reading.
func pretty(raw []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// onlyModule is the one step of a flow's JSON.
func onlyModule(doc []byte) []byte {
	var f struct {
		Value struct{ Modules []json.RawMessage }
	}
	if json.Unmarshal(doc, &f) != nil || len(f.Value.Modules) == 0 {
		return doc
	}
	return f.Value.Modules[0]
}
