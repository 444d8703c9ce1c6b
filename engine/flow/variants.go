package flow

import (
	"fmt"
	"slices"
)

// variants are the kinds of a field as Windmill's editor writes them: a oneOf of
// objects that have a title each. It is nil for any other.
func (r formReader) variants(p *node) (out []*node) {
	all := kidOf(p, "oneOf")
	if all == nil || all.kind() != '[' {
		return nil
	}
	for _, kid := range all.kids {
		v := r.resolve(kid)
		if props := kidOf(v, "properties"); textOf(v, "title") == "" || props == nil || props.kind() != '{' {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// variant makes f a field of several kinds. Their tag is kind where one of them has a
// property of that name, else label, as in Windmill.
func (r formReader) variant(f *Field, p, def *node, depth int) error {
	f.Kind, f.Tag = FieldVariants, "label"
	all := r.variants(p)
	if slices.ContainsFunc(all, func(v *node) bool { return kidOf(kidOf(v, "properties"), "kind") != nil }) {
		f.Tag = "kind"
	}
	for _, v := range all {
		one := Variant{Title: textOf(v, "title")}
		one.Tag = quote(one.Title)
		tag := kidOf(kidOf(v, "properties"), f.Tag)
		if c := kidOf(tag, "const"); c != nil {
			one.Tag = c.raw()
		} else if list := kidOf(tag, "enum"); list != nil && list.kind() == '[' && len(list.kids) == 1 {
			one.Tag = list.kids[0].raw()
		}
		given := &node{src: []byte("{}")}
		if has := kidOf(def, f.Tag); has != nil && Alike(one.Tag, has.raw()) {
			given = def
		}
		fields, err := r.fields(v, &node{src: []byte("{}")}, given, depth+1)
		if err != nil {
			return fmt.Errorf("in %s: %w", quoteName(one.Title), err)
		}
		one.Fields = slices.DeleteFunc(fields, func(x Field) bool { return x.Name == f.Tag })
		f.Variants = append(f.Variants, one)
	}
	return nil
}

// Chosen is the index of the kind that a value names, -1 where it names none.
func (fd Field) Chosen(value Raw) int {
	n, err := optionalObject("value", value)
	if err != nil {
		return -1
	}
	tag := n.get(fd.Tag)
	return slices.IndexFunc(fd.Variants, func(v Variant) bool { return tag != nil && Alike(v.Tag, tag.raw()) })
}

// Tagged is an object of the kind with index i: its tag, then the members of fields.
func (fd Field) Tagged(i int, fields Raw) Raw {
	members := []member{{fd.Tag, fd.Variants[i].Tag}}
	if n, err := optionalObject("value", fields); err == nil {
		for j, key := range n.keys {
			if key != fd.Tag {
				members = append(members, member{key, n.kids[j].raw()})
			}
		}
	}
	return object(members)
}
