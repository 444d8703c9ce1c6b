package script

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"sluice/engine/flow"
)

// tsDepth bounds how deeply types and values nest; what is deeper is unknown.
const tsDepth = 40

// ts reads the parameters of main from tokens. It knows the types that forms
// can show and takes everything else as "any".
type ts struct {
	t     []token
	i     int
	decls map[string]int // where a local type's body begins, by name
	open  map[string]bool
}

func signatureJS(content string) flow.Raw {
	p := &ts{t: lex(content), decls: map[string]int{}, open: map[string]bool{}}
	p.declare()
	params := p.main()
	docs := map[string]string{}
	for _, m := range jsDoc.FindAllStringSubmatch(content, -1) {
		docs[m[1]] = strings.TrimSpace(m[2])
	}
	for i, x := range params {
		if d := docs[x.name]; d != "" {
			params[i].schema = append(x.schema, field{"description", d})
		}
	}
	return schemaOf(params)
}

var jsDoc = regexp.MustCompile(`(?m)^\s*\*\s*@param\s+(?:\{[^}\n]*\}\s+)?\[?(\w+)(?:=[^\]\n]*\])?\]?[ \t]*-?[ \t]*([^\n*]*)`)

// dateParams names the parameters of main that want a Date.
func dateParams(content string) []string {
	var out []string
	p := &ts{t: lex(content), decls: map[string]int{}, open: map[string]bool{}}
	for _, x := range p.main() {
		if x.schema.get("format") == "date-time" {
			out = append(out, x.name)
		}
	}
	return out
}

func (p *ts) at(off int) token {
	if i := p.i + off; i >= 0 && i < len(p.t) {
		return p.t[i]
	}
	return token{}
}

func (p *ts) is(kind byte) bool { return p.at(0).kind == kind && p.at(0).text != "=>" }

func (p *ts) word(s string) bool { return p.at(0).kind == 'w' && p.at(0).text == s }

func (p *ts) accept(kind byte) bool {
	if p.is(kind) {
		p.i++
		return true
	}
	return false
}

// declare notes the types, interfaces and enums of the script.
func (p *ts) declare() {
	for p.i = 0; p.i < len(p.t); p.i++ {
		if name := p.at(1); name.kind == 'w' && (p.word("type") || p.word("interface") || p.word("enum")) {
			p.decls[name.text] = p.i
		}
	}
}

// main finds main and reads its parameters.
func (p *ts) main() []param {
	for p.i = 0; p.i < len(p.t); p.i++ {
		if !p.word("main") {
			continue
		}
		switch before := p.at(-1); {
		case before.text == "function" || before.text == "*":
			p.i++
		case before.text == "const" || before.text == "let" || before.text == "var":
			p.i++
			if !p.accept('=') {
				continue
			}
			if p.word("async") {
				p.i++
			}
			if p.word("function") {
				p.i++
				if p.is('w') {
					p.i++
				}
			} else if p.is('w') && p.at(1).text == "=>" {
				return []param{{name: p.at(0).text, schema: object{}, required: true}}
			}
		default:
			continue
		}
		if p.is('<') {
			p.balance('<', '>')
		}
		if p.accept('(') {
			return p.params()
		}
	}
	return nil
}

func (p *ts) params() []param {
	var out []param
	anon := 0
	for p.i < len(p.t) && !p.accept(')') {
		start := p.i
		if p.is('.') { // a rest parameter gets nothing
			return out
		}
		x := param{required: true, schema: object{}}
		switch {
		case p.is('w'):
			x.name = p.at(0).text
			p.i++
		case p.is('{'):
			anon++
			x.name = "anon" + strconv.Itoa(anon)
			p.balance('{', '}')
		case p.is('['):
			anon++
			x.name = "anon" + strconv.Itoa(anon)
			p.balance('[', ']')
		}
		if p.accept('?') {
			x.required = false
		}
		typed := p.accept(':')
		if typed {
			x.schema = p.typ(0)
		}
		if p.accept('=') {
			x.required = false
			if v, ok := p.literal(0); ok && (p.is(',') || p.is(')')) {
				if !typed {
					x.schema = guess(v)
				}
				if string(v) != "null" {
					x.schema = append(x.schema, field{"default", v})
				}
			}
			p.skipTo()
		}
		if x.name != "" && x.name != "this" {
			out = append(out, x)
		}
		if !p.accept(',') && !p.is(')') || p.i == start {
			p.skipTo()
			if !p.accept(',') && !p.is(')') {
				return out
			}
		}
	}
	return out
}

// guess is the schema of a parameter that has a default and no type.
func guess(v json.RawMessage) object {
	switch v[0] {
	case '"':
		return object{{"type", "string"}}
	case 't', 'f':
		return object{{"type", "boolean"}}
	case '[':
		return object{{"type", "array"}}
	case '{':
		return object{{"type", "object"}}
	case 'n':
		return object{}
	}
	return object{{"type", "number"}}
}

// skipTo goes to the comma or bracket that ends what stands here.
func (p *ts) skipTo() {
	for depth := 0; p.i < len(p.t); p.i++ {
		switch p.at(0).kind {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				return
			}
			depth--
		case ',', ';':
			if depth == 0 {
				return
			}
		}
	}
}

// balance skips a bracket with all that is inside.
func (p *ts) balance(open, end byte) {
	for depth := 0; p.i < len(p.t); p.i++ {
		if p.is(open) {
			depth++
		} else if p.is(end) {
			if depth--; depth == 0 {
				p.i++
				return
			}
		}
	}
}

// literal reads a constant value; false if what stands here is none.
func (p *ts) literal(depth int) (json.RawMessage, bool) {
	if depth > tsDepth {
		return nil, false
	}
	t := p.at(0)
	p.i++
	switch {
	case t.kind == 's':
		return mustJSON(t.text), true
	case t.kind == 't' && strings.HasPrefix(t.text, "`") && !strings.Contains(t.text, "${") && !strings.Contains(t.text, "\\"):
		return mustJSON(strings.Trim(t.text, "`")), true
	case t.kind == 'n':
		return numberText(t.text)
	case t.kind == '-' && p.is('n'):
		v, ok := numberText(p.at(0).text)
		p.i++
		return append([]byte{'-'}, v...), ok
	case t.kind == 'w' && (t.text == "true" || t.text == "false" || t.text == "null"):
		return json.RawMessage(t.text), true
	case t.kind == 'w' && t.text == "undefined":
		return json.RawMessage("null"), true
	case t.kind == '[':
		list := []json.RawMessage{}
		for !p.accept(']') {
			v, ok := p.literal(depth + 1)
			if !ok {
				return nil, false
			}
			list = append(list, v)
			if !p.accept(',') && !p.is(']') {
				return nil, false
			}
		}
		return mustJSON(list), true
	case t.kind == '{':
		o := object{}
		for !p.accept('}') {
			k := p.at(0)
			p.i++
			if k.kind != 'w' && k.kind != 's' && k.kind != 'n' || !p.accept(':') {
				return nil, false
			}
			v, ok := p.literal(depth + 1)
			if !ok {
				return nil, false
			}
			o = append(o, field{k.text, v})
			if !p.accept(',') && !p.is('}') {
				return nil, false
			}
		}
		return mustJSON(o), true
	}
	p.i--
	return nil, false
}

func numberText(s string) (json.RawMessage, bool) {
	s = strings.ReplaceAll(strings.TrimSuffix(s, "n"), "_", "")
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return json.RawMessage(strconv.FormatInt(n, 10)), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, false
	}
	return mustJSON(f), true
}

// snake writes CamelCase as camel_case: a type's name as a resource type's.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
