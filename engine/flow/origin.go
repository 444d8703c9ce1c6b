package flow

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// Origin tells which places of a value its flow's author wrote, and which hold
// data from elsewhere: what people answer, what steps return, what a caller
// sends. Only in the first kind is a text like "$var:path" or "$res:path" a
// reference; in data it is text, whatever it looks like. Nil is data.
type Origin struct {
	all    bool               // with all that is inside
	fields map[string]*Origin // of an object
	items  []*Origin          // of a list, from its beginning
	each   *Origin            // every item of a list
}

// Written is the origin of what an author wrote, such as a static input.
var Written = &Origin{all: true}

// All reports whether a value is the author's with all that is inside.
func (o *Origin) All() bool { return o != nil && o.all }

// Field is the origin of an object's member.
func (o *Origin) Field(name string) *Origin {
	if o == nil || o.all {
		return o
	}
	return o.fields[name]
}

// Item is the origin of a list's item.
func (o *Origin) Item(i int) *Origin {
	switch {
	case o == nil || o.all:
		return o
	case o.each != nil:
		return o.each
	case i < len(o.items):
		return o.items[i]
	}
	return nil
}

// Each is the origin of an item of a list of which nobody knows the place.
func (o *Origin) Each() *Origin {
	if o == nil || o.all || o.each != nil || len(o.items) == 0 {
		if o == nil || o.all {
			return o
		}
		return o.each
	}
	out := o.items[0]
	for _, i := range o.items[1:] {
		out = meet(out, i)
	}
	return out
}

// String writes an origin so that equal ones are written alike.
func (o *Origin) String() string {
	switch {
	case o == nil:
		return "-"
	case o.all:
		return "+"
	}
	var b strings.Builder
	b.WriteByte('{')
	for _, k := range slices.Sorted(maps.Keys(o.fields)) {
		if v := o.fields[k].String(); v != "-" {
			b.WriteString(strconv.Quote(k) + v)
		}
	}
	b.WriteByte('[')
	for _, i := range o.items {
		b.WriteString(i.String())
	}
	b.WriteString("]*" + o.each.String() + "}")
	return b.String()
}

// WithField is an object's origin with another one for a member.
func (o *Origin) WithField(name string, of *Origin) *Origin {
	out := &Origin{fields: map[string]*Origin{}}
	if o != nil {
		for k, v := range o.fields {
			out.fields[k] = v
		}
	}
	out.fields[name] = of
	return out
}

// ObjectOrigin is the origin of an object of which the members' are known.
func ObjectOrigin(fields map[string]*Origin) *Origin { return &Origin{fields: fields} }

// meet is the origin of a value that is either a or b.
func meet(a, b *Origin) *Origin {
	switch {
	case a == nil || b == nil:
		return nil
	case a.all:
		return b
	case b.all:
		return a
	}
	out := &Origin{fields: map[string]*Origin{}}
	for k := range a.fields {
		if both := meet(a.fields[k], b.fields[k]); both != nil {
			out.fields[k] = both
		}
	}
	for i := range max(len(a.items), len(b.items)) {
		out.items = append(out.items, meet(a.Item(i), b.Item(i)))
	}
	out.each = meet(a.each, b.each)
	return out
}

// SchemaOrigin is the origin of an input that fits a schema: a field that the
// schema calls a resource, of whatever type and at whatever depth, names one; all
// else is data. Where variants of a field (oneOf, anyOf) differ, it is data.
func SchemaOrigin(schema Raw) *Origin {
	n, err := optionalObject("schema", schema)
	if err != nil || n == nil {
		return nil
	}
	return formReader{root: n}.origin(n, 0)
}

func (r formReader) origin(p *node, depth int) *Origin {
	p = r.resolve(p)
	if p == nil || p.kind() != '{' || depth > maxForm {
		return nil
	}
	types, _ := typesOf(p)
	if strings.HasPrefix(textOf(p, "format"), "resource-") || len(types) == 1 && types[0] == "resource" {
		return Written
	}
	var out *Origin
	if props := kidOf(p, "properties"); props != nil && props.kind() == '{' {
		for _, name := range props.keys {
			if o := r.origin(props.get(name), depth+1); o != nil {
				out = out.WithField(name, o)
			}
		}
	}
	if items := kidOf(p, "items"); items != nil {
		if o := r.origin(items, depth+1); o != nil {
			out = &Origin{each: o}
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		list := kidOf(p, key)
		if list == nil || list.kind() != '[' {
			continue
		}
		var all []*Origin
		for _, variant := range list.kids {
			if o := r.origin(variant, depth+1); o != nil {
				all = append(all, o)
			}
		}
		if out == nil && len(all) > 0 {
			out = all[0]
			for _, o := range all[1:] {
				out = merge(out, o)
			}
		}
	}
	return out
}

// ResourceSchema keeps of a schema the fields in which SchemaOrigin sees
// resources, and asks nothing of the others; nil if there are none.
func ResourceSchema(schema Raw) Raw {
	o := SchemaOrigin(schema)
	if o == nil || len(o.fields) == 0 {
		return nil
	}
	n, err := optionalObject("schema", schema)
	if err != nil {
		return nil
	}
	var b strings.Builder
	b.WriteString(`{"type":"object","properties":{`)
	for i, name := range slices.Sorted(maps.Keys(o.fields)) {
		if i > 0 {
			b.WriteByte(',')
		}
		p := kidOf(kidOf(n, "properties"), name)
		b.WriteString(string(quote(name)) + ":" + string(formReader{root: n}.resolve(p).raw()))
	}
	b.WriteString("}}")
	return Raw(b.String())
}

// merge is the origin of a value of one of two variants. Members that only one of
// them knows keep what it says: the other variant has no such member.
func merge(a, b *Origin) *Origin {
	if a.all || b.all {
		return meet(a, b)
	}
	out := &Origin{fields: map[string]*Origin{}, each: meet(a.each, b.each)}
	for _, v := range []*Origin{a, b} {
		for k, o := range v.fields {
			if have := out.fields[k]; have != nil {
				o = meet(have, o)
			}
			out.fields[k] = o
		}
	}
	return out
}

// exprMost bounds what is read of an expression, in bytes. A longer one counts as
// data.
const exprMost = 64 << 10

// ExprOrigin is the origin of an expression's value: literals are the author's,
// alone and inside of object and list literals, also where ?:, ??, || or && choose
// between them; names, and what lies behind them, are as scope says. All else,
// such as the value of a call or a text that is put together, is data. In a body
// of statements, where names may change, only literals count.
func ExprOrigin(expr string, scope func(name string) *Origin) *Origin {
	text := strings.TrimRight(strings.TrimPrefix(expr, "\ufeff"), "; \t\r\n\u00a0")
	if text == "" || len(text) > exprMost {
		return nil
	}
	r := originReader{scope}
	if ast, err := js.Parse(parse.NewInputString("(\n"+text+"\n)"), js.Options{}); err == nil && len(ast.List) == 1 {
		if s, ok := ast.List[0].(*js.ExprStmt); ok {
			return r.of(s.Value)
		}
	}
	ast, err := js.Parse(parse.NewInputString("(async function(){\n"+text+"\n})"), js.Options{})
	if err != nil || len(ast.List) != 1 {
		return nil
	}
	s, ok := ast.List[0].(*js.ExprStmt)
	if !ok {
		return nil
	}
	group, ok := s.Value.(*js.GroupExpr)
	if !ok {
		return nil
	}
	f, ok := group.X.(*js.FuncDecl)
	if !ok || len(f.Body.List) == 0 {
		return nil
	}
	r.scope = func(string) *Origin { return nil }
	found := &returns{}
	js.Walk(found, &f.Body)
	if len(found.values) == 0 {
		if last, ok := f.Body.List[len(f.Body.List)-1].(*js.ExprStmt); ok {
			return r.of(last.Value)
		}
		return nil
	}
	out := r.of(found.values[0])
	for _, v := range found.values[1:] {
		out = meet(out, r.of(v))
	}
	return out
}

// returns collects what a body of statements returns, but not what the functions
// in it do.
type returns struct{ values []js.IExpr }

func (r *returns) Enter(n js.INode) js.IVisitor {
	switch n := n.(type) {
	case *js.FuncDecl, *js.ArrowFunc, *js.MethodDecl, *js.ClassDecl:
		return nil
	case *js.ReturnStmt:
		r.values = append(r.values, n.Value)
	}
	return r
}

func (r *returns) Exit(js.INode) {}

type originReader struct{ scope func(name string) *Origin }

func (r originReader) of(e js.IExpr) *Origin {
	switch e := e.(type) {
	case *js.LiteralExpr:
		return Written
	case *js.TemplateExpr:
		if e.Tag == nil && len(e.List) == 0 {
			return Written
		}
	case *js.GroupExpr:
		return r.of(e.X)
	case *js.CondExpr:
		return meet(r.of(e.X), r.of(e.Y))
	case *js.BinaryExpr:
		switch e.Op {
		case js.OrToken, js.NullishToken:
			return meet(r.of(e.X), r.of(e.Y))
		case js.AndToken:
			return r.of(e.Y) // else it is falsy, and no reference
		}
	case *js.ObjectExpr:
		return r.object(e)
	case *js.ArrayExpr:
		out := &Origin{}
		for _, x := range e.List {
			if x.Spread {
				break // from here on nobody knows the places
			}
			var o *Origin
			if x.Value != nil {
				o = r.of(x.Value)
			}
			out.items = append(out.items, o)
		}
		return out
	case *js.Var:
		return r.scope(string(e.Name()))
	case *js.DotExpr:
		switch y := e.Y.(type) {
		case js.LiteralExpr:
			return r.of(e.X).Field(string(y.Data))
		case *js.LiteralExpr:
			return r.of(e.X).Field(string(y.Data))
		case *js.Var:
			return r.of(e.X).Field(string(y.Name()))
		}
	case *js.IndexExpr:
		if y, ok := e.Y.(*js.LiteralExpr); ok {
			if name, ok := keyOf(*y); ok && y.TokenType == js.StringToken {
				return r.of(e.X).Field(name)
			}
			if i, err := strconv.Atoi(string(y.Data)); err == nil && i >= 0 {
				return r.of(e.X).Item(i)
			}
		}
	}
	return nil
}

// object reads an object literal. A member that stands before a spread or a
// computed name may be written over by it.
func (r originReader) object(e *js.ObjectExpr) *Origin {
	out := &Origin{fields: map[string]*Origin{}}
	for _, p := range e.List {
		if p.Spread || p.Name == nil || p.Name.IsComputed() {
			name, plain := "", false
			if v, ok := p.Value.(*js.Var); ok && !p.Spread && p.Name == nil { // {db}
				name, plain = string(v.Name()), true
			}
			if !plain {
				clear(out.fields)
				continue
			}
			out.fields[name] = r.of(p.Value)
			continue
		}
		name, ok := keyOf(p.Name.Literal)
		if !ok {
			clear(out.fields)
			continue
		}
		out.fields[name] = r.of(p.Value)
	}
	return out
}

// keyOf is the name that a literal is as a key; one with escapes is not read.
func keyOf(l js.LiteralExpr) (string, bool) {
	text := string(l.Data)
	if l.TokenType == js.StringToken {
		if len(text) < 2 || strings.Contains(text, `\`) {
			return "", false
		}
		return text[1 : len(text)-1], true
	}
	return text, !strings.Contains(text, `\`)
}

// Refers reports whether there can be a reference in a value.
func Refers(raw json.RawMessage) bool {
	return bytes.Contains(raw, []byte(`"$res:`)) || bytes.Contains(raw, []byte(`"$var:`))
}
