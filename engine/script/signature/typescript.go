package signature

import (
	"bytes"
	"encoding/json"
	"fmt"
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

	optional bool // the type that was read last allows null or undefined
}

func ofTypeScript(content string) flow.Raw {
	params := read(content)
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

// Dates names the parameters of main that want a Date.
func Dates(content string) []string {
	var out []string
	for _, x := range read(content) {
		if x.schema.get("format") == "date-time" {
			out = append(out, x.name)
		}
	}
	return out
}

// read reads the parameters of main.
func read(content string) []param {
	p := &ts{t: lex(content), decls: map[string]int{}, open: map[string]bool{}}
	p.declare()
	return p.main()
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

// main finds main and reads its parameters. It stands at the top of the file,
// under its own name or one that is exported as main, or is the default.
func (p *ts) main() []param {
	names := map[string]int{"main": 3} // the higher, the rather
	found, best := -1, 0
	p.top(func() {
		switch {
		case p.word("export") && p.at(1).kind == '{':
			for i := 2; p.at(i).kind != '}' && p.at(i).kind != 0; i++ {
				if p.at(i).text == "as" && p.at(i+1).text == "main" {
					names[p.at(i-1).text] = 3
				} else if p.at(i).text == "as" && p.at(i+1).text == "default" {
					names[p.at(i-1).text] = max(names[p.at(i-1).text], 1)
				}
			}
		case p.word("export") && p.at(1).text == "default" && p.at(2).kind == 'w' && p.at(3).kind != '(' && p.at(3).text != "=>":
			names[p.at(2).text] = max(names[p.at(2).text], 1)
		}
	})
	p.top(func() {
		name, begin, rank := p.at(0).text, p.i, 0
		switch before := p.at(-1); {
		case p.is('w') && (before.text == "function" || before.text == "*" || before.text == "const" || before.text == "let" || before.text == "var"):
			rank = names[name]
		case p.word("default") && before.text == "export" && (p.at(1).kind == '(' || p.at(1).text == "async" || p.at(1).text == "function" || p.at(2).text == "=>"):
			rank, begin = 1, p.i+1
		}
		if rank > 0 && rank >= best { // of overloads the last is the function itself
			found, best = begin, rank
		}
	})
	if found < 0 {
		return nil
	}
	p.i = found
	if before := p.at(-1).text; before == "const" || before == "let" || before == "var" {
		p.i++
		if p.accept(':') {
			p.typ(0)
		}
		if !p.accept('=') {
			return nil
		}
	} else if before == "function" || before == "*" {
		p.i++
		return p.head()
	}
	if p.word("async") {
		p.i++
	}
	if p.word("function") {
		p.i++
		p.accept('*')
		if p.is('w') {
			p.i++
		}
	} else if p.is('w') && p.at(1).text == "=>" {
		return []param{{name: p.at(0).text, schema: object{}, required: true}}
	}
	return p.head()
}

// head reads parameters in brackets, behind those of types.
func (p *ts) head() []param {
	if p.is('<') {
		from := p.i
		p.balance('<', '>')
		for i := from; i < p.i; i++ { // a type that the caller names may be any
			if p.t[i].kind == 'w' && (i == from+1 || p.t[i-1].kind == ',') {
				p.open[p.t[i].text] = true
			}
		}
	}
	if p.accept('(') {
		return p.params()
	}
	return nil
}

// top goes over the words that stand in no brackets.
func (p *ts) top(visit func()) {
	depth := 0
	for p.i = 0; p.i < len(p.t); p.i++ {
		switch p.at(0).kind {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			depth = max(0, depth-1)
		case 'w':
			if depth == 0 {
				visit()
			}
		}
	}
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
			if p.optional || x.schema.get("nullable") == true {
				x.required = false
			}
		}
		if p.accept('=') {
			x.required = false
			v, ok := p.literal(0)
			if ok && (p.word("as") || p.word("satisfies")) {
				if p.i++; p.word("const") {
					p.i++
				} else if as := p.typ(0); !typed {
					typed, x.schema = true, as
				}
			}
			if ok && (p.is(',') || p.is(')')) {
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
		var list []json.RawMessage
		_ = json.Unmarshal(v, &list) // we wrote it
		items := object{}
		for i, x := range list {
			switch g := guess(x); {
			case i == 0:
				items = g
			case g.get("type") == items.get("type"):
			case isNumber(g) && isNumber(items):
				items = object{{"type", "number"}}
			default:
				return object{{"type", "array"}}
			}
		}
		if len(items) == 0 {
			return object{{"type", "array"}}
		}
		return object{{"type", "array"}, {"items", items}}
	case '{':
		props := object{}
		d := json.NewDecoder(bytes.NewReader(v))
		_, _ = d.Token() // we wrote it
		for d.More() {
			var x json.RawMessage
			key, _ := d.Token()
			if d.Decode(&x) != nil {
				break
			}
			props = append(props, field{fmt.Sprint(key), guess(x)})
		}
		if len(props) == 0 {
			return object{{"type", "object"}}
		}
		return objectType(props, nil)
	case 'n':
		return object{}
	}
	if bytes.ContainsAny(v, ".eE") {
		return object{{"type", "number"}}
	}
	return object{{"type", "integer"}}
}

func isNumber(x object) bool { return x.get("type") == "number" || x.get("type") == "integer" }

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
	case t.kind == 'w' && p.is('.') && p.at(1).kind == 'w': // Color.Red
		at, ok := p.decls[t.text]
		if !ok || p.t[at].text != "enum" {
			break
		}
		q := &ts{t: p.t, i: at + 2}
		for _, m := range q.enumMembers() {
			if m.key == p.at(1).text && m.value != nil {
				p.i += 2
				return mustJSON(m.value), true
			}
		}
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
