package flow

import (
	"math"
	"reflect"
	"strconv"
)

// decodeStruct fills the struct v from an object. disc is true for module
// values, whose type field chose the struct.
func decodeStruct(n *node, v reflect.Value, disc bool) {
	sh, k := shapeOf(v.Type()), keepOf(v)
	k.keys = append(make([]string, 0, len(n.keys)), n.keys...)
	for _, f := range sh.fields {
		if f.isTrue {
			v.Field(f.index).SetBool(true)
		}
	}
	for i, key := range n.keys {
		kid := n.kids[i]
		if disc && key == "type" {
			k.setForm(key, kid.raw())
			continue
		}
		at, known := sh.byName[key]
		if known && key != sh.fields[at].name && n.get(sh.fields[at].name) != nil {
			known = false // the alias beside its newer spelling
		}
		if !known {
			k.setExtra(key, kid.raw())
			continue
		}
		plain, ok := decodeValue(kid, v.Field(sh.fields[at].index))
		switch {
		case !ok:
			k.setExtra(key, kid.raw())
		case plain || kid.isNull():
			k.setForm(key, kid.raw())
		}
	}
}

// decodeValue fills v from n. plain says that n's text is worth remembering,
// because several texts stand for one value. If ok is false, v is unchanged.
func decodeValue(n *node, v reflect.Value) (plain, ok bool) {
	switch v.Type() {
	case typeRaw:
		if !n.isNull() {
			v.Set(reflect.ValueOf(n.raw()))
		}
		return true, true
	case typeEnv:
		return true, decodeEnv(n, v)
	case typeInput:
		v.Set(reflect.ValueOf(decodeInput(n)))
		return false, true
	case typeInputs:
		return false, decodeInputs(n, v)
	case typeModuleValue:
		if mv := decodeModuleValue(n); mv != nil {
			v.Set(reflect.ValueOf(mv))
		}
		return false, true
	}
	switch v.Kind() {
	case reflect.Struct:
		if n.isNull() {
			return false, true
		}
		if n.kind() != '{' {
			return false, false
		}
		decodeStruct(n, v, false)
		return false, true
	case reflect.Slice:
		return false, decodeSlice(n, v)
	case reflect.Pointer:
		if n.isNull() {
			return true, true
		}
		p := reflect.New(v.Type().Elem())
		plain, ok = decodeValue(n, p.Elem())
		if ok {
			v.Set(p)
		}
		return plain, ok
	}
	return true, decodeScalar(n, v)
}

// decodeScalar reads texts, numbers and booleans. A text may be written as a
// number or a boolean, as YAML without quotes does (summary: 2024).
func decodeScalar(n *node, v reflect.Value) bool {
	if n.isNull() {
		return true
	}
	c := n.kind()
	switch v.Kind() {
	case reflect.String:
		if s, ok := n.text(); ok {
			v.SetString(s)
			return true
		}
		if c == '{' || c == '[' {
			return false
		}
		v.SetString(string(n.src))
		return true
	case reflect.Bool:
		if c != 't' && c != 'f' {
			return false
		}
		v.SetBool(c == 't')
		return true
	}
	if c != '-' && (c < '0' || c > '9') {
		return false
	}
	x, err := strconv.ParseFloat(string(n.src), 64)
	if err != nil {
		return false
	}
	if v.Kind() == reflect.Float64 {
		v.SetFloat(x)
		return true
	}
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return false
	}
	v.SetInt(int64(x))
	return true
}

func decodeSlice(n *node, v reflect.Value) bool {
	if n.isNull() {
		return true
	}
	if n.kind() != '[' {
		return false
	}
	out := reflect.MakeSlice(v.Type(), len(n.kids), len(n.kids))
	for i, kid := range n.kids {
		if kid.kind() != '{' {
			return false
		}
		p := reflect.New(v.Type().Elem().Elem())
		decodeStruct(kid, p.Elem(), false)
		out.Index(i).Set(p)
	}
	v.Set(out)
	return true
}

func decodeEnv(n *node, v reflect.Value) bool {
	if n.isNull() {
		return true
	}
	if n.kind() != '{' {
		return false
	}
	m := make(map[string]Raw, len(n.keys))
	for i, key := range n.keys {
		m[key] = n.kids[i].raw()
	}
	v.Set(reflect.ValueOf(m))
	return true
}

func decodeModuleValue(n *node) ModuleValue {
	if n.isNull() {
		return nil
	}
	if n.kind() != '{' {
		return &Unknown{Body: n.raw()}
	}
	name, _ := n.get("type").text()
	t, ok := valueTypes[name]
	if !ok {
		return &Unknown{Type: name, Body: n.raw()}
	}
	p := reflect.New(t)
	decodeStruct(n, p.Elem(), true)
	return p.Interface().(ModuleValue)
}

func decodeInputs(n *node, v reflect.Value) bool {
	if n.isNull() {
		return true
	}
	if n.kind() != '{' {
		return false
	}
	in := &Inputs{Names: append([]string{}, n.keys...), By: make(map[string]*Input, len(n.keys))}
	for i, key := range n.keys {
		one := decodeInput(n.kids[i])
		if one == nil {
			one = &Input{Kind: Static, Bare: true}
		}
		in.By[key] = one
	}
	v.Set(reflect.ValueOf(in))
	return true
}

// decodeInput reads an InputTransform, or a bare value in its place. An object
// without a type is told apart by its fields.
func decodeInput(n *node) *Input {
	if n.isNull() {
		return nil
	}
	in := &Input{}
	if n.kind() != '{' {
		in.Kind, in.Value, in.Bare = Static, n.raw(), true
		return in
	}
	decodeStruct(n, reflect.ValueOf(in).Elem(), false)
	if in.Kind == "" {
		in.Kind = in.guess()
	}
	return in
}

// guess returns the kind of an input whose file gave no type.
func (in *Input) guess() InputKind {
	if in.had("expr") {
		return JavaScript
	}
	return Static
}

// sameForm reports whether text still stands for the value v.
func sameForm(text Raw, v reflect.Value) bool {
	n, err := readTree(text)
	if err != nil {
		return false
	}
	if n.isNull() {
		return v.IsZero()
	}
	if v.Type() == typeRaw {
		return string(text) == string(v.Interface().(Raw))
	}
	p := reflect.New(v.Type()).Elem()
	if _, ok := decodeValue(n, p); !ok {
		return false
	}
	return reflect.DeepEqual(p.Interface(), v.Interface())
}
