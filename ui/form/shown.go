package form

import (
	"bytes"
	"encoding/json"

	"sluice/engine/flow"
	"sluice/ui/kit"
)

// settle finds which fields are shown, for what is typed now. What a condition reads
// may change while it is computed: then it is computed once more.
func (f *Form) settle() {
	switch {
	case f.conditions == nil:
		return
	case f.computing:
		f.again = true
		return
	}
	value := f.typed()
	if bytes.Equal(value, f.kept) {
		return
	}
	f.computing, f.kept = true, value
	var hidden flow.Hidden
	f.conditions(func(show flow.Show) { _, hidden = flow.Prune(f.asked, value, show) }, func(told bool) {
		f.computing = false
		if !told { // what is hidden stays so until the form changes again
			f.kept, hidden = nil, f.hidden
		}
		f.hidden = hidden
		if f.hide(hidden, nil) {
			kit.Relayout(f.Object)
		}
		if f.again {
			f.again = false
			f.settle()
		}
	})
}

// typed is the object as typed, hidden fields as well; nothing is marked.
func (f *Form) typed() flow.Raw {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, c := range f.fields {
		var v json.RawMessage
		wrong := ""
		if c.inner != nil {
			v = json.RawMessage(c.inner.typed())
		} else {
			v, wrong = c.get()
		}
		if v == nil || wrong != "" {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(c.field.Name)
		b.Write(name)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// hide shows and hides fields, and reports whether any changed.
func (f *Form) hide(hidden flow.Hidden, at []string) (changed bool) {
	for _, c := range f.fields {
		path := append(at[:len(at):len(at)], c.field.Name)
		if off := hidden.Has(path); off != c.hidden {
			c.hidden, changed = off, true
			if off {
				c.box.Hide()
			} else {
				c.box.Show()
			}
		}
		if c.inner != nil && c.inner.hide(hidden, path) {
			changed = true
		}
	}
	return changed
}
