package flow

import "slices"

// Keep remembers how an object stood in its file: the order of its keys, and
// the fields its struct does not know. A zero Keep belongs to an object that
// was made here; its keys are written in the order of the struct.
type Keep struct {
	keys  []string       // all keys in file order; nil for an object made here
	forms map[string]Raw // known plain fields as they were written: 1.0, null, "\u00e9"
	extra map[string]Raw // fields without a struct field, and known fields of an unreadable form
}

// Extra returns an unknown field's value, nil if the file has none of that name.
func (k *Keep) Extra(name string) Raw { return k.extra[name] }

// had reports whether the file wrote the key.
func (k *Keep) had(key string) bool { return slices.Contains(k.keys, key) }

// made reports whether the object was made here rather than read.
func (k *Keep) made() bool { return k.keys == nil }

func (k *Keep) setForm(key string, raw Raw) {
	if k.forms == nil {
		k.forms = map[string]Raw{}
	}
	k.forms[key] = raw
}

func (k *Keep) setExtra(key string, raw Raw) {
	if k.extra == nil {
		k.extra = map[string]Raw{}
	}
	k.extra[key] = raw
}
