package flow

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxForm bounds how deep the objects of a form nest; deeper ones are typed as
// JSON.
const maxForm = 8

// MaxFields is how many fields a form may have, those of its groups and kinds counted:
// what more of them ask takes nobody in, and a page of them takes seconds to make.
const MaxFields = 1000

// errManyFields says that a form has too many fields.
var errManyFields = errors.New("a form has 1,000 fields at most, those of its groups and lists counted")

// Fields returns the fields of a form made from a JSON Schema, in the order of
// its order list, else of its keys. enums replaces the choices of fields
// ({field: [choice, …]}), defaults their prefilled values ({field: value}); both
// may be nil.
func Fields(schema, enums, defaults Raw) ([]Field, error) {
	if isNothing(schema) {
		return nil, nil
	}
	n, err := readTree(schema)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	if n.kind() != '{' {
		return nil, fmt.Errorf("a schema is an object, not a %s", kindName(n))
	}
	en, err := optionalObject("enums", enums)
	if err != nil {
		return nil, err
	}
	de, err := optionalObject("default_args", defaults)
	if err != nil {
		return nil, err
	}
	if len(en.keys) > MaxFields || len(de.keys) > MaxFields {
		return nil, errManyFields
	}
	r := formReader{root: n, left: new(MaxFields)}
	return r.fields(n, en, de, 0)
}

func isNothing(raw Raw) bool {
	s := strings.TrimSpace(string(raw))
	return s == "" || s == "null"
}

// optionalObject reads an object that may be missing; then it has no members.
func optionalObject(name string, raw Raw) (*node, error) {
	if isNothing(raw) {
		return &node{src: []byte("{}")}, nil
	}
	n, err := readTree(raw)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if n.kind() != '{' {
		return nil, fmt.Errorf("%s is an object of fields, not a %s", name, kindName(n))
	}
	return n, nil
}

// TooManyFields reports whether what a step gives for the fields of a form, their choices
// or values, is of more fields than a form may have.
func TooManyFields(values Raw) bool {
	n, err := optionalObject("values", values)
	return err == nil && len(n.keys) > MaxFields
}

type formReader struct {
	root *node
	left *int // fields that the form may still have
}

// countFields counts the fields that a schema describes, wherever they stand in it.
func countFields(n *node) (count int) {
	for i, kid := range n.kids {
		if n.keys != nil && n.keys[i] == "properties" && kid.kind() == '{' {
			count += len(kid.kids)
		}
		count += countFields(kid)
	}
	return count
}

func (r formReader) fields(schema, enums, defaults *node, depth int) ([]Field, error) {
	props := kidOf(schema, "properties")
	if props == nil {
		return nil, nil
	}
	if props.kind() != '{' {
		return nil, fmt.Errorf("properties of a schema is an object, not a %s", kindName(props))
	}
	if *r.left -= len(props.kids); *r.left < 0 {
		return nil, errManyFields
	}
	required := map[string]bool{}
	for _, name := range texts(kidOf(schema, "required")) {
		required[name] = true
	}
	var out []Field
	for _, name := range inOrder(schema, props) {
		p := props.get(name)
		if p.kind() != '{' && p.kind() != 't' && p.kind() != 'f' {
			return nil, fmt.Errorf("the field %s is described by a %s, not an object", quoteName(name), kindName(p))
		}
		f, err := r.field(name, r.resolve(p), kidOf(enums, name), kidOf(defaults, name), depth)
		if err != nil {
			return nil, err
		}
		f.ShowExpr = strings.TrimSpace(textOf(p, "showExpr"))
		f.Required = required[name]
		if f.ShowExpr != "" { // whether it is shown is not known here: see Prune
			f.Required, f.RequiredShown = false, f.Required
		}
		out = append(out, f)
	}
	return out, nil
}

// inOrder lists the properties: first those of the order list, then the rest.
func inOrder(schema, props *node) []string {
	var names []string
	wanted := make(map[string]bool, len(props.keys))
	for _, name := range props.keys {
		wanted[name] = true
	}
	for _, name := range slices.Concat(texts(kidOf(schema, "order")), props.keys) {
		if wanted[name] {
			wanted[name] = false
			names = append(names, name)
		}
	}
	return names
}

// resolve follows a reference within the schema.
func (r formReader) resolve(p *node) *node {
	for range maxForm {
		ref, ok := kidOf(p, "$ref").text()
		if !ok || !strings.HasPrefix(ref, "#/") {
			return p
		}
		at := r.root
		for part := range strings.SplitSeq(ref[2:], "/") {
			part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
			if at = kidOf(at, part); at == nil {
				return p
			}
		}
		p = at
	}
	return p
}

func (r formReader) field(name string, p, enum, def *node, depth int) (Field, error) {
	types, nullable := typesOf(p)
	f := Field{
		Name:        name,
		Title:       textOf(p, "title"),
		Description: textOf(p, "description"),
		Placeholder: textOf(p, "placeholder"),
		Pattern:     textOf(p, "pattern"),
		Nullable:    nullable,
		Minimum:     cmp.Or(numberOf(p, "minimum"), numberOf(p, "min")), // Windmill's editor writes min and max
		Maximum:     cmp.Or(numberOf(p, "maximum"), numberOf(p, "max")),
		MinLength:   countOf(p, "minLength"),
		MaxLength:   countOf(p, "maxLength"),
	}
	if f.Title == "" {
		f.Title = readable(name)
	}
	if def == nil || def.isNull() {
		def = kidOf(p, "default")
	}
	if def != nil && !def.isNull() {
		f.Default = def.raw()
	}
	format := textOf(p, "format")
	kind, connection := strings.CutPrefix(format, "resource-")
	if !connection && slices.Equal(types, []string{"resource"}) {
		kind, connection = textOf(p, "resourceType"), true
	}
	if connection {
		f.Kind, f.ResourceType = FieldResource, kind
		if kind == "s3_object" {
			f.Description = andSentence(f.Description, "Files cannot be taken here.")
		}
		return f, nil
	}
	if enum == nil || enum.kind() != '[' {
		enum = kidOf(p, "enum")
	}
	one := ""
	if len(types) == 1 {
		one = types[0]
	}
	if one == "" && kidOf(p, "properties") != nil {
		one = "object"
	}
	many, listed := dynamic(format)
	switch {
	case listed && many:
		f.Kind, f.Choices = FieldStrings, choices(enum, p)
	case listed && enum == nil:
		f.Kind = FieldText
	case one == "array":
		items := r.resolve(orEmpty(kidOf(p, "items")))
		if listed := kidOf(items, "enum"); enum == nil && listed != nil {
			enum = listed
		}
		f.Choices = choices(enum, items)
		f.Kind = FieldJSON
		itemTypes, _ := typesOf(items)
		if slices.Equal(itemTypes, []string{"string"}) || len(itemTypes) == 0 && len(f.Choices) > 0 {
			f.Kind = FieldStrings
		}
		if f.Kind == FieldStrings && len(f.Choices) == 0 && severalLines(def) {
			f.Kind = FieldJSON // one item a line could not show it
		}
	case enum != nil && enum.kind() == '[' && len(enum.kids) > 0:
		f.Kind, f.Choices = FieldEnum, choices(enum, p)
	case one == "string":
		if f.Kind = textKind(p, format); f.Kind == FieldDate {
			f.DateFormat = textOf(p, "dateFormat")
		}
	case one == "number":
		f.Kind = FieldNumber
	case one == "integer":
		f.Kind = FieldInteger
	case one == "boolean":
		f.Kind = FieldBool
	case one == "object" && len(orEmpty(kidOf(p, "properties")).kids) > 0 && depth < maxForm:
		f.Kind = FieldObject
		nested := def
		if nested == nil || nested.kind() != '{' {
			nested = nil
		}
		var err error
		if f.Fields, err = r.fields(p, orEmpty(enum), orEmpty(nested), depth+1); err != nil {
			return f, fmt.Errorf("in %s: %w", quoteName(name), err)
		}
	case depth < maxForm && len(r.variants(p)) > 1:
		if err := r.variant(&f, p, def, depth); err != nil {
			return f, fmt.Errorf("in %s: %w", quoteName(name), err)
		}
	default:
		f.Kind = FieldJSON
	}
	if encoded := cmp.Or(textOf(p, "contentEncoding"), textOf(kidOf(p, "items"), "contentEncoding")); encoded == "base64" {
		f.Description = andSentence(f.Description, "Files cannot be taken here: paste the file’s content as base64.")
		if f.Kind == FieldText {
			f.Kind = FieldMultiline
		}
	}
	return f, nil
}

// severalLines reports whether an item of a list has a line break.
func severalLines(list *node) bool {
	for _, item := range orEmpty(list).kids {
		if s, ok := item.text(); ok && strings.ContainsAny(s, "\r\n") {
			return true
		}
	}
	return false
}

func textKind(p *node, format string) FieldKind {
	switch format {
	case "email":
		return FieldEmail
	case "date":
		return FieldDate
	case "date-time", "datetime", "datetime-local":
		return FieldDateTime
	case "textarea", "multiline", "markdown", "sql", "yaml":
		return FieldMultiline
	case "password":
		return FieldPassword
	}
	if n := kidOf(p, "password"); n != nil && n.kind() == 't' {
		return FieldPassword
	}
	return FieldText
}

// choices reads a list of values. An element may be {value, label}; labels may
// also come from the schema's enumLabels.
func choices(list, p *node) []Choice {
	if list == nil || list.kind() != '[' {
		return nil
	}
	labels := kidOf(p, "enumLabels")
	var out []Choice
	for _, kid := range list.kids {
		c := Choice{Value: kid.raw()}
		if v := kidOf(kid, "value"); v != nil && kid.kind() == '{' {
			c.Value, c.Label = v.raw(), textOf(kid, "label")
			kid = v
		}
		if c.Label == "" {
			s, ok := kid.text()
			if !ok {
				s = string(kid.raw())
			}
			c.Label = s
			if l := textOf(labels, s); l != "" {
				c.Label = l
			}
		}
		out = append(out, c)
	}
	return out
}

// typesOf returns the types of a schema without null, and whether null is one.
func typesOf(p *node) (types []string, nullable bool) {
	if n := kidOf(p, "nullable"); n != nil && n.kind() == 't' {
		nullable = true
	}
	t := kidOf(p, "type")
	all := texts(t)
	if s, ok := t.text(); ok {
		all = []string{s}
	}
	for _, s := range all {
		switch s {
		case "null":
			nullable = true
		case "", "any":
		default:
			types = append(types, s)
		}
	}
	return types, nullable
}

// kidOf is get for a node that may be nil or no object.
func kidOf(n *node, key string) *node {
	if n == nil {
		return nil
	}
	return n.get(key)
}

func orEmpty(n *node) *node {
	if n == nil {
		return &node{src: []byte("{}")}
	}
	return n
}

// texts returns the strings of a list.
func texts(n *node) []string {
	if n == nil || n.kind() != '[' {
		return nil
	}
	var out []string
	for _, kid := range n.kids {
		if s, ok := kid.text(); ok {
			out = append(out, s)
		}
	}
	return out
}

func textOf(n *node, key string) string {
	s, _ := kidOf(n, key).text()
	return s
}

func numberOf(n *node, key string) *float64 {
	m := kidOf(n, key)
	if m == nil {
		return nil
	}
	x, err := strconv.ParseFloat(string(m.src), 64)
	if err != nil {
		return nil
	}
	return &x
}

func countOf(n *node, key string) *int {
	x := numberOf(n, key)
	if x == nil || *x < 0 || *x != float64(int(*x)) {
		return nil
	}
	i := int(*x)
	return &i
}

// readable makes a title of a name: "order_id" and "orderId" become "Order id".
func readable(name string) string {
	var b strings.Builder
	var last rune
	for i, r := range name {
		switch {
		case r == '_' || r == '-':
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		if i == 0 {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimSpace(b.String())
}

// Defaults returns an object of the values that a form made from the schema
// starts with; fields without a default are left out.
func Defaults(schema Raw) Raw {
	fields, err := Fields(schema, nil, nil)
	if err != nil {
		return Raw("{}")
	}
	raw, _ := defaultsOf(fields)
	return raw
}

func defaultsOf(fields []Field) (Raw, bool) {
	var members []member
	for _, f := range fields {
		if f.Default != nil {
			members = append(members, member{f.Name, f.Default})
		} else if raw, ok := defaultsOf(f.Fields); ok {
			members = append(members, member{f.Name, raw})
		}
	}
	return object(members), len(members) > 0
}

// andSentence puts a sentence of ours behind a text, which need not end as one.
func andSentence(text, sentence string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return sentence
	}
	if r, _ := utf8.DecodeLastRuneInString(text); unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(")]}\"'”’»*_`%", r) {
		text += "."
	}
	return text + " " + sentence
}
