package signature

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// typ reads a type: a union of intersections of lists.
func (p *ts) typ(depth int) object {
	if depth > tsDepth {
		p.skipTo()
		return object{}
	}
	p.accept('|')
	parts := []object{p.both(depth)}
	for p.accept('|') {
		parts = append(parts, p.both(depth))
	}
	p.optional = slices.ContainsFunc(parts, isNothing)
	return union(parts)
}

// isNothing reports whether a type is that of null or undefined.
func isNothing(x object) bool { return len(x) == 1 && x[0].key == "const" && x[0].value == nil }

// constant marks the schema of a literal type, and nothing that of null.
func constant(v any) object { return object{{"const", v}} }

var nothing = object{{"const", nil}}

// union joins the members of a union.
func union(parts []object) object {
	var some []object
	nullable := false
	for _, x := range parts {
		if isNothing(x) {
			nullable = true
		} else {
			some = append(some, x)
		}
	}
	out := join(some)
	if nullable && len(out) > 0 {
		out = append(out, field{"nullable", true})
	}
	return out
}

func join(some []object) object {
	if len(some) == 0 {
		return object{}
	}
	if len(some) == 1 && some[0].get("const") == nil {
		return some[0]
	}
	var values []any
	kind := ""
	for _, x := range some {
		switch v := x.get("const").(type) {
		case string:
			values, kind = append(values, v), kind+"s"
		case json.RawMessage:
			values = append(values, v)
			if c := v[0]; c == 't' || c == 'f' {
				kind += "b"
			} else {
				kind += "n"
			}
		default:
			if e, ok := x.get("enum").([]any); ok && x.get("type") == "string" {
				values, kind = append(values, e...), kind+"s"
				continue
			}
			return variants(some)
		}
	}
	switch {
	case strings.Trim(kind, "s") == "":
		return object{{"type", "string"}, {"enum", values}}
	case strings.Trim(kind, "n") == "":
		return object{{"type", "number"}, {"enum", values}}
	case strings.Trim(kind, "b") == "":
		return object{{"type", "boolean"}}
	}
	return object{{"enum", values}}
}

// variants is a union of objects, told apart by their label or kind.
func variants(some []object) object {
	for _, x := range some {
		props, _ := x.get("properties").(object)
		if props.get("label") == nil && props.get("kind") == nil {
			return object{}
		}
	}
	list := make([]any, len(some))
	for i, x := range some {
		list[i] = x
	}
	return object{{"type", "object"}, {"oneOf", list}}
}

// both reads an intersection: its object members become one.
func (p *ts) both(depth int) object {
	out := p.list(depth)
	for p.accept('&') {
		next := p.list(depth)
		a, okA := out.get("properties").(object)
		b, okB := next.get("properties").(object)
		if okA && okB {
			req, _ := out.get("required").([]string)
			more, _ := next.get("required").([]string)
			out = objectType(slices.Concat(a, b), slices.Concat(req, more))
		} else {
			out = object{{"type", "object"}}
		}
	}
	return out
}

// list reads a type and the brackets after it.
func (p *ts) list(depth int) object {
	out := p.single(depth)
	for p.is('[') {
		if p.at(1).kind == ']' {
			p.i += 2
			out = arrayOf(out)
			continue
		}
		p.balance('[', ']') // T["field"]
		out = object{}
	}
	return out
}

func arrayOf(item object) object {
	if item.get("const") != nil {
		item = join([]object{item})
	}
	return object{{"type", "array"}, {"items", item}}
}

func objectType(props object, required []string) object {
	if required == nil {
		required = []string{}
	}
	return object{{"type", "object"}, {"properties", props}, {"required", required}}
}

// single reads a type without operators.
func (p *ts) single(depth int) object {
	t := p.at(0)
	switch t.kind {
	case 's':
		p.i++
		return constant(t.text)
	case 'n', '-':
		if v, ok := p.literal(depth); ok {
			return constant(v)
		}
		p.i++
		return object{}
	case 't':
		p.i++
		return object{{"type", "string"}}
	case '{':
		return p.members(depth)
	case '[':
		p.balance('[', ']')
		return object{{"type", "array"}}
	case '(':
		start := p.i
		p.balance('(', ')')
		if p.at(0).text == "=>" {
			p.i++
			p.typ(depth + 1)
			return object{}
		}
		end := p.i
		p.i = start + 1
		out := p.typ(depth + 1)
		p.i = end
		return out
	case 'w':
		p.i++
		return p.named(t.text, depth)
	}
	return object{}
}

// members reads an object type.
func (p *ts) members(depth int) object {
	end := func() int { q := *p; q.balance('{', '}'); return q.i }()
	p.i++
	props := object{}
	var required []string
	for p.i < end-1 {
		start := p.i
		if p.word("readonly") && p.at(1).kind == 'w' {
			p.i++
		}
		k := p.at(0)
		if k.kind != 'w' && k.kind != 's' {
			p.i = end // an index signature, or what we do not know
			return object{{"type", "object"}}
		}
		p.i++
		optional := p.accept('?')
		if p.accept(':') {
			x := p.typ(depth + 1)
			if v := x.get("const"); v != nil {
				x = join([]object{x})
			}
			props = append(props, field{k.text, x})
			if !optional {
				required = append(required, k.text)
			}
		}
		for p.accept(';') || p.accept(',') {
		}
		if p.i == start {
			break
		}
	}
	p.i = end
	if len(props) == 0 {
		return object{{"type", "object"}}
	}
	return objectType(props, required)
}

// generic reads the arguments of a generic type.
func (p *ts) generic(depth int) []object {
	var out []object
	if !p.accept('<') {
		return nil
	}
	for p.i < len(p.t) && !p.accept('>') {
		start := p.i
		out = append(out, p.typ(depth+1))
		p.accept(',')
		if p.i == start {
			break
		}
	}
	return out
}

// named is a type that has a name.
func (p *ts) named(name string, depth int) object {
	for p.is('.') && p.at(1).kind == 'w' { // wmill.Base64
		name = p.at(1).text
		p.i += 2
	}
	args := p.generic(depth)
	switch name {
	case "string":
		return object{{"type", "string"}}
	case "number":
		return object{{"type", "number"}}
	case "bigint":
		return object{{"type", "integer"}}
	case "boolean":
		return object{{"type", "boolean"}}
	case "true", "false":
		return constant(json.RawMessage(name))
	case "null", "undefined", "void":
		return nothing
	case "any", "unknown", "never":
		return object{}
	case "object", "Object", "Record", "Map":
		return object{{"type", "object"}}
	case "Date":
		return object{{"type", "string"}, {"format", "date-time"}}
	case "Array", "ReadonlyArray", "Set":
		if len(args) == 1 {
			return arrayOf(args[0])
		}
		return object{{"type", "array"}}
	case "Partial", "Required", "Readonly", "NonNullable":
		if len(args) == 1 {
			return args[0]
		}
		return object{{"type", "object"}}
	case "Resource": // wmill.Resource<"postgresql">
		if len(args) == 1 {
			if types, ok := args[0].get("enum").([]any); ok && len(types) == 1 {
				return object{{"type", "object"}, {"format", fmt.Sprint("resource-", types[0])}}
			}
		}
		return object{{"type", "object"}}
	case "Base64":
		return object{{"type", "string"}, {"contentEncoding", "base64"}}
	case "Email":
		return object{{"type", "string"}, {"format", "email"}}
	case "Sql":
		return object{{"type", "string"}, {"format", "sql"}}
	case "readonly":
		return p.list(depth + 1)
	case "keyof", "typeof", "infer", "asserts", "unique", "new":
		p.single(depth + 1)
		return object{}
	}
	if at, ok := p.decls[name]; ok && !p.open[name] && depth < tsDepth {
		p.open[name] = true
		defer delete(p.open, name)
		q := &ts{t: p.t, i: at, decls: p.decls, open: p.open}
		return q.declared(depth + 1)
	}
	if _, ok := p.decls[name]; !ok && p.open[name] {
		return object{}
	}
	if r := []rune(name); len(args) == 0 && unicode.IsUpper(r[0]) {
		for prefix, format := range map[string]string{"DynSelect_": "dynselect-", "DynMultiselect_": "dynmultiselect-"} {
			if s, ok := strings.CutPrefix(name, prefix); ok {
				return object{{"type", "object"}, {"format", format + s}}
			}
		}
		return object{{"type", "object"}, {"format", "resource-" + snake(name)}}
	}
	return object{}
}

// declared reads the type, interface or enum that begins here.
func (p *ts) declared(depth int) object {
	kind := p.at(0).text
	p.i += 2
	if p.is('<') {
		p.balance('<', '>')
	}
	switch kind {
	case "type":
		if p.accept('=') {
			return p.typ(depth)
		}
	case "interface":
		for p.i < len(p.t) && !p.is('{') {
			p.i++
		}
		return p.members(depth)
	case "enum":
		return p.enum()
	}
	return object{}
}

func (p *ts) enum() object {
	var parts []object
	for _, m := range p.enumMembers() {
		if m.value == nil { // computed
			return object{}
		}
		parts = append(parts, constant(m.value))
	}
	return join(parts)
}

// enumMembers reads the names and values of an enum: texts, or numbers as JSON.
func (p *ts) enumMembers() []field {
	if !p.accept('{') {
		return nil
	}
	var out []field
	next := 0
	for p.i < len(p.t) && !p.is('}') {
		m := field{key: p.at(0).text}
		p.i++
		switch {
		case !p.accept('='):
			if next >= 0 {
				m.value = json.RawMessage(strconv.Itoa(next))
				next++
			}
		default:
			v, ok := p.literal(0)
			if ok && (p.is(',') || p.is('}')) {
				var text string
				var n int
				next = -1
				switch {
				case json.Unmarshal(v, &text) == nil:
					m.value = text
				case json.Unmarshal(v, &n) == nil:
					next = n + 1
					fallthrough
				default:
					m.value = v
				}
			}
			p.skipTo()
		}
		out = append(out, m)
		p.accept(',')
	}
	return out
}
