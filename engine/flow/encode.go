package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// member is one written field of an object.
type member struct {
	key string
	raw Raw
}

// encodeStruct writes an addressable struct as an object. disc is the text of
// its type field if that is not a field of the struct; must names one more
// field that is written like those marked always.
func encodeStruct(v reflect.Value, disc, must string) (Raw, error) {
	sh, k := shapeOf(v.Type()), keepOf(v)
	byKey := map[string]Raw{}
	if disc != "" {
		byKey["type"] = quote(disc)
		if form, ok := k.forms["type"]; ok && sameForm(form, reflect.ValueOf(disc)) {
			byKey["type"] = form
		}
	}
	names := make([]string, 0, len(sh.fields)+1) // the struct's order, in the file's spelling
	if disc != "" {
		names = append(names, "type")
	}
	for _, f := range sh.fields {
		key := f.name
		if f.alias != "" && !k.had(key) && k.had(f.alias) {
			key = f.alias
		}
		names = append(names, key)
		raw, err := encodeField(k, key, v.Field(f.index), f, f.always || f.name == must)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if raw != nil {
			byKey[key] = raw
		}
	}
	for key, raw := range k.extra {
		if _, ok := byKey[key]; !ok {
			byKey[key] = raw
		}
	}
	return object(order(k.keys, names, byKey)), nil
}

// encodeField returns the text of one field, nil if it is left out.
func encodeField(k *Keep, key string, v reflect.Value, f field, always bool) (Raw, error) {
	if form, ok := k.forms[key]; ok && sameForm(form, v) {
		return form, nil
	}
	if f.isDefault(v) {
		if raw, ok := k.extra[key]; ok {
			return raw, nil
		}
		if !always || !k.made() && !k.had(key) {
			return nil, nil
		}
	}
	return encodeValue(v, k.forms[key])
}

// order lists the members in the file's order. A field that the file did not
// have follows the field before it in the struct.
func order(keys, names []string, byKey map[string]Raw) []member {
	out := make([]member, 0, len(byKey))
	for _, key := range keys {
		if raw, ok := byKey[key]; ok {
			out = append(out, member{key, raw})
		}
	}
	at := 0
	for _, name := range names {
		raw, ok := byKey[name]
		if !ok {
			continue
		}
		if i := slices.IndexFunc(out, func(m member) bool { return m.key == name }); i >= 0 {
			at = i + 1
			continue
		}
		out = slices.Insert(out, at, member{name, raw})
		at++
	}
	return out
}

func object(members []member) Raw {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(m.key))
		b.WriteByte(':')
		b.Write(m.raw)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// encodeValue writes v. form is its former text, used for the order of maps.
func encodeValue(v reflect.Value, form Raw) (Raw, error) {
	switch v.Type() {
	case typeRaw:
		return compact(v.Interface().(Raw))
	case typeEnv:
		return encodeEnv(v.Interface().(map[string]Raw), form)
	case typeInput:
		return encodeInput(v.Interface().(*Input))
	case typeInputs:
		return encodeInputs(v.Interface().(*Inputs))
	case typeModuleValue:
		mv, _ := v.Interface().(ModuleValue)
		return encodeModuleValue(mv)
	}
	switch v.Kind() {
	case reflect.Struct:
		return encodeStruct(v, "", "")
	case reflect.Pointer:
		if v.IsNil() {
			return Raw("null"), nil
		}
		return encodeValue(v.Elem(), nil)
	case reflect.Slice:
		return encodeSlice(v)
	case reflect.String:
		return quote(v.String()), nil
	}
	return json.Marshal(v.Interface())
}

func encodeSlice(v reflect.Value) (Raw, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		raw, err := encodeValue(v.Index(i), nil)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		b.Write(raw)
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

func encodeEnv(m map[string]Raw, form Raw) (Raw, error) {
	var keys []string
	if n, err := readTree(form); err == nil {
		keys = n.keys
	}
	byKey := map[string]Raw{}
	for key, raw := range m {
		c, err := compact(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		byKey[key] = c
	}
	return object(order(keys, slices.Sorted(maps.Keys(m)), byKey)), nil
}

func encodeModuleValue(mv ModuleValue) (Raw, error) {
	switch mv := mv.(type) {
	case nil:
		return Raw("null"), nil
	case *Unknown:
		return compact(mv.Body)
	default:
		return encodeStruct(reflect.ValueOf(mv).Elem(), TypeOf(mv), "")
	}
}

func encodeInputs(in *Inputs) (Raw, error) {
	if in == nil {
		return Raw("{}"), nil
	}
	members := make([]member, 0, len(in.Names))
	for _, name := range in.Names {
		raw, err := encodeInput(in.By[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		members = append(members, member{name, raw})
	}
	return object(members), nil
}

func encodeInput(in *Input) (Raw, error) {
	switch {
	case in == nil:
		return Raw("null"), nil
	case in.Bare && in.Kind == Static:
		return compact(in.Value)
	}
	c := *in
	if !c.made() && !c.had("type") && c.Kind == c.guess() {
		c.Kind = "" // the file gave none
	}
	must := ""
	switch in.Kind {
	case Static:
		must = "value"
	case JavaScript:
		must = "expr"
	}
	return encodeStruct(reflect.ValueOf(&c).Elem(), "", must)
}

// compact returns raw without blanks; nil is null.
func compact(raw Raw) (Raw, error) {
	if raw == nil {
		return Raw("null"), nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
