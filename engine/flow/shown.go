package flow

import (
	"bytes"
	"maps"
	"slices"
)

// Show tells whether a field is shown: expr is its showExpr, fields the values of the
// fields beside it, one JSON object that the expression reads as fields. An error
// means that the expression cannot be computed.
type Show func(expr string, fields Raw) (bool, error)

// Hidden lists the fields of a form that are not shown, each by its path.
type Hidden [][]string

// Has reports whether the field at a path is hidden, by itself or with its group.
func (h Hidden) Has(path []string) bool {
	return slices.ContainsFunc(h, func(p []string) bool { return len(path) >= len(p) && slices.Equal(p, path[:len(p)]) })
}

// Conditional reports whether fields of a schema may be shown on a condition.
func Conditional(schema Raw) bool { return bytes.Contains(schema, []byte(`"showExpr"`)) }

// mostShown bounds how many conditions are computed for one look at a form.
const mostShown = 400

// Prune returns a form's value without the fields that are not shown, and which
// those are. As in Windmill, a field whose condition fails is shown, and a condition
// reads nothing of what is hidden. Conditions that never come to rest, as each
// hides the other, show what they are about.
func Prune(fields []Field, value Raw, show Show) (Raw, Hidden) {
	if show == nil {
		return value, nil
	}
	p := pruner{show: show, left: mostShown}
	return p.prune(fields, value, nil), p.hidden
}

type pruner struct {
	show   Show
	left   int
	hidden Hidden
}

func (p *pruner) prune(fields []Field, value Raw, at []string) Raw {
	n, err := optionalObject("value", value)
	if err != nil {
		return value
	}
	var all []member
	conditions := 0
	for i, key := range n.keys {
		all = append(all, member{key, n.kids[i].raw()})
	}
	for _, f := range fields {
		if f.ShowExpr != "" {
			conditions++
		}
		for i := range all {
			if all[i].key == f.Name && f.Kind == FieldObject {
				all[i].raw = p.prune(f.Fields, all[i].raw, append(slices.Clone(at), f.Name))
			}
		}
	}
	if conditions == 0 {
		return object(all)
	}
	var off, before map[string]bool
	for range conditions + 2 {
		before = off
		if off = p.off(fields, without(all, before)); maps.Equal(off, before) {
			break
		}
	}
	maps.DeleteFunc(off, func(name string, _ bool) bool { return !before[name] })
	for _, f := range fields {
		if off[f.Name] {
			p.hidden = append(p.hidden, append(slices.Clone(at), f.Name))
		}
	}
	return object(without(all, off))
}

// off computes which fields of one level are hidden where their values are kept.
func (p *pruner) off(fields []Field, kept []member) map[string]bool {
	off := map[string]bool{}
	values := object(kept)
	for _, f := range fields {
		if f.ShowExpr == "" || p.left == 0 {
			continue
		}
		p.left--
		if on, err := p.show(f.ShowExpr, values); err == nil && !on {
			off[f.Name] = true
		}
	}
	return off
}

// without leaves members out.
func without(all []member, names map[string]bool) []member {
	return slices.DeleteFunc(slices.Clone(all), func(m member) bool { return names[m.key] })
}

// CheckShown is CheckValue for a form whose conditions can be computed: what is
// shown and required must be there, and what is hidden may be empty. Where it is not, it
// must fit like all else: it is kept, and the steps behind read it. Without show it is
// CheckValue.
func CheckShown(schema, enums, value Raw, show Show) ([]FieldError, error) {
	if show == nil || !Conditional(schema) {
		return CheckValue(schema, enums, value)
	}
	fields, err := Fields(schema, enums, nil)
	if err != nil {
		return CheckValue(schema, enums, value)
	}
	kept, hidden := Prune(fields, value, show)
	found, err := CheckValue(schema, enums, value)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(e FieldError) bool { return hidden.Has(e.Path) && emptyAt(value, e.Path) })
	for _, e := range Missing(fields, kept, hidden) {
		if !slices.ContainsFunc(found, func(f FieldError) bool { return slices.Equal(f.Path, e.Path) }) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	sortErrors(found, schema)
	return found, nil
}

// emptyAt reports whether nothing is said at a path of an object.
func emptyAt(value Raw, path []string) bool {
	for _, name := range path {
		n, err := optionalObject("value", value)
		if err != nil || n == nil {
			return false // it is another thing than a group
		}
		kid := n.get(name)
		if kid == nil {
			return true
		}
		value = kid.raw()
	}
	text := string(bytes.TrimSpace(value))
	return text == `null` || text == `""`
}

// Missing lists the fields with a condition that are shown, required, and empty in a
// value that Prune returned.
func Missing(fields []Field, value Raw, hidden Hidden) (out []FieldError) {
	for _, path := range missing(fields, value, hidden, nil) {
		out = append(out, FieldError{Path: path, Message: "is required"})
	}
	return out
}

func missing(fields []Field, value Raw, hidden Hidden, at []string) (out [][]string) {
	n, err := optionalObject("value", value)
	if err != nil {
		return nil
	}
	for _, f := range fields {
		path := append(slices.Clone(at), f.Name)
		v := n.get(f.Name)
		text, isText := v.text()
		switch {
		case hidden.Has(path):
		case f.RequiredShown && (v == nil || v.isNull() && !f.Nullable || isText && text == "" && f.Kind != FieldEnum && (f.MinLength == nil || *f.MinLength > 0)):
			out = append(out, path)
		case f.Kind == FieldObject && v != nil:
			out = append(out, missing(f.Fields, v.raw(), hidden, path)...)
		}
	}
	return out
}
