package workspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"sluice/engine/flow"
)

// modern writes a flow in the form that Windmill's own tools take today: what
// older files leave out is there, null fields are not, bare values are objects.
// It means the same to Sluice, but for numbers that Windmill takes whole; what
// was rounded is told. Only flows that are written anew are made modern: what
// came and was not changed goes back as it came. If ordered, the fields are those
// that Windmill's client writes, in its order.
func modern(f *flow.Flow, ordered bool) (*flow.Flow, []string, error) {
	text, err := flow.FillIDs(f).JSON()
	if err != nil {
		return nil, nil, err
	}
	o, err := readObject(text)
	if err != nil {
		return nil, nil, err
	}
	m := &modernizer{ordered: ordered}
	o.drop("description", "schema", "on_behalf_of_email")
	m.plain(&o, "summary", "")
	if _, ok := o.by["description"]; !ok && ordered { // the client's files have it always
		o.by["description"] = quote("")
		o.keys = slices.Insert(o.keys, slices.Index(o.keys, "summary")+1, "description")
	}
	if v := o.by["schema"]; len(v) > 0 && v[0] != '{' {
		o.remove("schema")
	}
	value, err := readObject(o.by["value"])
	if err != nil {
		return f, nil, nil // no steps at all
	}
	value.drop(value.keys...)
	m.modules(&value, "modules", true)
	for _, key := range []string{"failure_module", "preprocessor_module"} {
		if v, ok := value.by[key]; ok {
			value.set(key, m.module(v))
		}
	}
	m.whole(&value, "cache_ttl", 0, "")
	m.order(&value)
	o.set("value", value.json())
	m.order(&o)
	g, err := flow.ParseJSON(o.json())
	return g, m.rounded, err
}

type modernizer struct {
	ordered bool
	rounded []string
}

// first are the fields that the client writes before all others, in this order;
// the others follow by the alphabet, lock after all fields that begin with an a
// (windmill-cli 1.819.0).
var first = []string{"version", "id", "type", "summary", "name", "display_name", "description", "value", "content", "modules", "failure_module", "input_transforms"}

// order sorts the fields of an object as the client does. Names that people chose
// keep their order: it is that of a form.
func (m *modernizer) order(o *object) {
	if !m.ordered {
		return
	}
	rank := func(key string) (int, string) {
		if i := slices.Index(first, key); i >= 0 {
			return i, ""
		}
		if key == "lock" {
			key = "az"
		}
		return len(first), key
	}
	slices.SortStableFunc(o.keys, func(a, b string) int {
		i, x := rank(a)
		j, y := rank(b)
		return cmp.Or(cmp.Compare(i, j), cmp.Compare(x, y))
	})
}

// SameFlow reports whether two flows say the same, whatever the order of their
// fields and however old their form is. The names that people chose, as those of
// arguments, are in the same order too.
func SameFlow(a, b flow.Raw) bool {
	if equal(a, b) {
		return true
	}
	var said [2][]byte
	for i, text := range []flow.Raw{a, b} {
		f, err := flow.ParseJSON(text)
		if err != nil {
			return false
		}
		g, rounded, err := modern(f, true)
		if err != nil || len(rounded) > 0 {
			return false
		}
		if said[i], err = g.JSON(); err != nil {
			return false
		}
	}
	return bytes.Equal(said[0], said[1])
}

// inClientsOrder reports whether the fields of a flow's steps are in the order of
// Windmill's client, as in a file that it wrote.
func inClientsOrder(text flow.Raw) bool {
	f, err := flow.ParseJSON(text)
	if err != nil {
		return false
	}
	plain, _, err := modern(f, false)
	ordered, _, err2 := modern(f, true)
	if err != nil || err2 != nil {
		return false
	}
	a, err := plain.JSON()
	b, err2 := ordered.JSON()
	return err == nil && err2 == nil && bytes.Equal(a, b)
}

// drop removes those of the fields that are null.
func (o *object) drop(keys ...string) {
	for _, key := range slices.Clone(keys) {
		if string(o.by[key]) == "null" {
			o.remove(key)
		}
	}
}

func (o *object) remove(key string) {
	delete(o.by, key)
	o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
}

// plain makes a field a text.
func (m *modernizer) plain(o *object, key, otherwise string) {
	if v := o.by[key]; len(v) == 0 || v[0] != '"' {
		if s, ok := asText(v); ok {
			otherwise = s
		}
		o.set(key, quote(otherwise))
	}
}

// whole rounds a number up to a whole one, and to at least the least.
func (m *modernizer) whole(o *object, key string, least float64, of string) {
	x, err := strconv.ParseFloat(string(o.by[key]), 64)
	if err != nil {
		return
	}
	y := max(math.Ceil(x), least)
	if y != x {
		m.rounded = append(m.rounded, fmt.Sprintf("%s%s from %s to %g", of, key, o.by[key], y))
	}
	if want := strconv.FormatFloat(y, 'f', -1, 64); want != string(o.by[key]) {
		o.set(key, flow.Raw(want))
	}
}

// modules makes a list of steps modern; a list that must be there is.
func (m *modernizer) modules(o *object, key string, must bool) {
	var list []flow.Raw
	v, ok := o.by[key]
	if !ok && !must || ok && json.Unmarshal(v, &list) != nil {
		return
	}
	for i, v := range list {
		list[i] = m.module(v)
	}
	o.set(key, flow.Raw("["+joinRaw(list)+"]"))
}

func (m *modernizer) module(text flow.Raw) flow.Raw {
	o, err := readObject(text)
	if err != nil {
		return text
	}
	id := "step " + o.text("id") + ": "
	o.drop(o.keys...)
	for _, key := range []string{"sleep", "timeout"} {
		m.input(&o, key)
	}
	if s, err := readObject(o.by["suspend"]); err == nil {
		s.drop(s.keys...)
		m.whole(&s, "timeout", 0, id+"suspend.")
		m.whole(&s, "required_events", 0, id+"suspend.")
		m.input(&s, "user_groups_required")
		m.order(&s)
		o.set("suspend", s.json())
	}
	if r, err := readObject(o.by["retry"]); err == nil {
		r.drop(r.keys...)
		for key, least := range map[string]float64{"constant": 0, "exponential": 1} {
			if p, err := readObject(r.by[key]); err == nil {
				p.drop(p.keys...)
				told := len(m.rounded)
				m.whole(&p, "attempts", 0, id+"retry.")
				m.whole(&p, "multiplier", 0, id+"retry.")
				m.whole(&p, "seconds", least, id+"retry.")
				m.whole(&p, "random_factor", 0, id+"retry.")
				if a := p.text("attempts"); a == "" || a == "0" {
					m.rounded = m.rounded[:told] // the policy is off
				}
				m.order(&p)
				r.set(key, p.json())
			}
		}
		m.order(&r)
		o.set("retry", r.json())
	}
	m.whole(&o, "delete_after_secs", 0, id)
	if v, err := readObject(o.by["value"]); err == nil {
		m.value(&o, &v)
		m.order(&v)
		o.set("value", v.json())
	}
	m.order(&o)
	return o.json()
}

var known = []string{"rawscript", "script", "flow", "aiagent", "forloopflow", "whileloopflow", "branchone", "branchall", "identity"}

// value makes what a step does modern; o is the step, which older files give
// the inputs of its script.
func (m *modernizer) value(o, v *object) {
	kind := v.text("type")
	if slices.Contains(known, kind) {
		v.drop(v.keys...)
	}
	switch kind {
	case "rawscript", "script", "flow", "aiagent":
		for _, have := range []flow.Raw{v.by["input_transform"], o.by["input_transforms"], o.by["input_transform"], flow.Raw("{}")} {
			if _, ok := v.by["input_transforms"]; !ok && len(have) > 0 && have[0] == '{' {
				v.set("input_transforms", have)
			}
		}
		v.remove("input_transform")
		o.remove("input_transforms")
		o.remove("input_transform")
		if in, err := readObject(v.by["input_transforms"]); err == nil {
			for _, name := range in.keys {
				m.input(&in, name)
			}
			v.set("input_transforms", in.json())
		}
		if kind == "rawscript" {
			m.plain(v, "content", "")
			if v.text("language") == "javascript" { // Sluice's own word
				v.set("language", quote("bun"))
			}
		}
	case "forloopflow", "whileloopflow":
		m.modules(v, "modules", true)
		if _, ok := v.by["iterator"]; !ok && kind == "forloopflow" {
			v.set("iterator", flow.Raw(`{"type":"static","value":[]}`))
		}
		m.input(v, "iterator")
		m.input(v, "parallelism")
		if _, ok := v.by["skip_failures"]; !ok {
			v.set("skip_failures", flow.Raw("false"))
		}
	case "branchone", "branchall":
		var branches []flow.Raw
		if text := v.by["branches"]; len(text) > 0 && json.Unmarshal(text, &branches) != nil {
			return
		}
		for i, text := range branches {
			b, err := readObject(text)
			if err != nil {
				continue
			}
			b.drop(b.keys...)
			m.modules(&b, "modules", true)
			if kind == "branchone" {
				m.plain(&b, "expr", "")
			}
			m.order(&b)
			branches[i] = b.json()
		}
		v.set("branches", flow.Raw("["+joinRaw(branches)+"]"))
		if kind == "branchone" {
			m.modules(v, "default", true)
		}
	}
}

// input makes a value that is fixed or computed an object that says which.
func (m *modernizer) input(o *object, key string) {
	v, ok := o.by[key]
	if !ok {
		return
	}
	in, err := readObject(v)
	if err != nil {
		in = object{by: map[string]flow.Raw{}}
		in.set("type", quote("static"))
		in.set("value", v)
		o.set(key, in.json())
		return
	}
	expr, has := in.by["expr"]
	switch kind := in.text("type"); {
	case kind == "" && has, kind == "javascript" && len(expr) > 0 && expr[0] != '"':
		in.set("type", quote("javascript"))
		m.plain(&in, "expr", "")
	case kind == "javascript" && !has:
		if _, ok := in.by["value"]; ok {
			in.set("type", quote("static"))
		} else {
			in.set("expr", quote(""))
		}
	case kind == "":
		in.set("type", quote("static"))
	}
	m.order(&in)
	o.set(key, in.json())
}
