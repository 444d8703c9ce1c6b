package flow

import (
	"encoding/json"
	"slices"
	"strings"
)

// Real schemas have habits that the standard forbids: null where a keyword is
// not meant, required on a single field, types such as "any". cleanSchema takes
// these out, so that a form does not fail on what nobody meant.
func cleanSchema(v any, depth int) any {
	m, ok := v.(map[string]any)
	if !ok || depth > 200 {
		return v
	}
	out := make(map[string]any, len(m))
	for key, kid := range m {
		if keep, ok := cleanKeyword(m, key, kid, depth); ok {
			out[key] = keep
		}
	}
	if format, _ := out["format"].(string); strings.HasPrefix(format, "resource-") || m["type"] == "resource" {
		return map[string]any{} // a connection: its path or its value
	} else if _, ok := dynamic(format); ok {
		return map[string]any{} // what the script offers, whatever type the schema says
	}
	if _, custom := m["dateFormat"].(string); custom {
		delete(out, "format")
	}
	if t := m["type"]; t == "number" || t == "integer" { // as Windmill's editor writes them
		for ours, theirs := range map[string]string{"minimum": "min", "maximum": "max"} {
			if n, ok := m[theirs].(json.Number); ok && out[ours] == nil {
				out[ours] = n
			}
		}
	}
	if all, ok := out["oneOf"].([]any); ok && titled(all) {
		delete(out, "oneOf")
		rules, _ := out["allOf"].([]any)
		out["allOf"] = append(slices.Clone(rules), variants(all)...)
	}
	allowNull(m, out)
	cleanRequired(out)
	return out
}

// titled reports whether a oneOf is of the kind that Windmill's editor writes:
// objects that are told apart by their title.
func titled(all []any) bool {
	for _, v := range all {
		m, _ := v.(map[string]any)
		if title, _ := m["title"].(string); title == "" {
			return false
		}
		if _, ok := m["properties"].(map[string]any); !ok {
			return false
		}
	}
	return len(all) > 0
}

// variants are rules for the forms of a titled oneOf. A value says which it means by
// the title in its member label or kind, which a variant need not list; then that
// one counts and no other, and what is wrong is told of its fields. A value that says
// nothing may fit several.
func variants(all []any) (rules []any) {
	var named []any
	for _, v := range all {
		m := v.(map[string]any)
		props := m["properties"].(map[string]any)
		for _, tag := range []string{"label", "kind"} {
			if props[tag] == nil {
				props[tag] = map[string]any{}
			}
		}
		is := map[string]any{"anyOf": []any{tagged("label", m["title"]), tagged("kind", m["title"])}}
		named = append(named, is)
		rules = append(rules, map[string]any{"if": is, "then": m})
	}
	return append(rules, map[string]any{"if": map[string]any{"not": map[string]any{"anyOf": named}}, "then": map[string]any{"anyOf": all}})
}

// tagged is an object whose member tag is a title.
func tagged(tag string, title any) map[string]any {
	return map[string]any{"type": "object", "required": []any{tag}, "properties": map[string]any{tag: map[string]any{"const": title}}}
}

// dynamic tells a field whose choices a script in the schema lists. That script
// does not run here: the value, or many of them, is typed in.
func dynamic(format string) (many, ok bool) {
	if strings.HasPrefix(format, "dynmultiselect-") {
		return true, true
	}
	return false, strings.HasPrefix(format, "dynselect-")
}

func cleanKeyword(m map[string]any, key string, v any, depth int) (any, bool) {
	switch key {
	case "default", "const", "examples":
		return v, true
	}
	if v == nil {
		return nil, false
	}
	switch key {
	case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas":
		all, ok := v.(map[string]any)
		if !ok {
			return v, true
		}
		out := make(map[string]any, len(all))
		for name, kid := range all {
			out[name] = cleanSchema(kid, depth+1)
		}
		return out, true
	case "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames":
		return cleanSchema(v, depth+1), true
	case "anyOf", "oneOf", "allOf", "prefixItems":
		all, ok := v.([]any)
		if !ok {
			return v, true
		}
		out := make([]any, len(all))
		for i, kid := range all {
			out[i] = cleanSchema(kid, depth+1)
		}
		return out, len(out) > 0
	case "type":
		return v, v != "" && v != "any"
	case "format":
		s, ok := v.(string)
		return v, ok && s != ""
	case "title", "description", "$comment":
		_, ok := v.(string)
		return v, ok
	case "required":
		_, flag := v.(bool)
		return v, !flag
	case "enum":
		all, ok := v.([]any)
		if !ok {
			return v, true
		}
		out := make([]any, len(all))
		for i, one := range all {
			out[i] = one
			if o, ok := one.(map[string]any); ok && o["value"] != nil && m["type"] != "object" {
				out[i] = o["value"] // {value, label}
			}
		}
		return out, len(out) > 0
	}
	return v, true
}

// allowNull lets null pass where the schema says nullable.
func allowNull(m, out map[string]any) {
	if m["nullable"] != true {
		return
	}
	switch t := out["type"].(type) {
	case string:
		out["type"] = []any{t, "null"}
	case []any:
		if !slices.Contains(t, any("null")) {
			out["type"] = append(slices.Clone(t), "null")
		}
	}
	if e, ok := out["enum"].([]any); ok && !slices.Contains(kinds(e), "null") {
		out["enum"] = append(slices.Clone(e), nil)
	}
}

func kinds(all []any) []string {
	out := make([]string, len(all))
	for i, v := range all {
		if v == nil {
			out[i] = "null"
		}
	}
	return out
}

// cleanRequired lets fields that are shown on a condition (showExpr) be empty:
// whether they were shown is not known here.
func cleanRequired(out map[string]any) {
	names, ok := out["required"].([]any)
	if !ok {
		return
	}
	props, _ := out["properties"].(map[string]any)
	kept := make([]any, 0, len(names))
	for _, n := range names {
		name, _ := n.(string)
		p, _ := props[name].(map[string]any)
		if show, ok := p["showExpr"].(string); ok && strings.TrimSpace(show) != "" {
			continue
		}
		if !slices.Contains(kept, n) {
			kept = append(kept, n)
		}
	}
	out["required"] = kept
}

// withEnums replaces the choices of fields.
func withEnums(doc, enums any) any {
	m, _ := doc.(map[string]any)
	props, _ := m["properties"].(map[string]any)
	all, _ := enums.(map[string]any)
	for name, list := range all {
		p, ok := props[name].(map[string]any)
		if l, isList := list.([]any); !ok || !isList || len(l) == 0 {
			continue
		}
		if p["type"] == "array" {
			items, ok := p["items"].(map[string]any)
			if !ok {
				items = map[string]any{}
				p["items"] = items
			}
			p = items
		}
		p["enum"] = list
	}
	return doc
}

// withoutEmpty leaves out the empty fields of a form: null where a value is not
// required, and empty text. So a required text must be filled in, and an
// optional address may stay empty.
func withoutEmpty(v, schema any, depth int) any {
	o, ok := v.(map[string]any)
	s, _ := schema.(map[string]any)
	props, _ := s["properties"].(map[string]any)
	if !ok || depth > 50 {
		return v
	}
	required, _ := s["required"].([]any)
	out := make(map[string]any, len(o))
	for name, kid := range o {
		p, known := props[name]
		if known && kid == nil && !slices.Contains(required, any(name)) || kid == "" && emptyText(p) {
			continue
		}
		out[name] = withoutEmpty(kid, p, depth+1)
	}
	return out
}

// emptyText reports whether an empty text means that the field p was left empty.
func emptyText(p any) bool {
	m, _ := p.(map[string]any)
	return m["type"] == "string" && m["enum"] == nil && m["const"] == nil && m["minLength"] != json.Number("0")
}
