package flow

// Keep remembers how an object stood in its file: the order of its keys, and
// the fields its struct does not know. A zero Keep belongs to an object that
// was made here; its keys are written in the order of the struct.
type Keep struct {
	keys  []string       // all keys in file order
	extra map[string]Raw // fields without a struct field, and known fields of an unreadable form
}

// Extra returns an unknown field's value, nil if the file has none of that name.
func (k *Keep) Extra(name string) Raw { return k.extra[name] }
