package journal

import "sluice/engine/run"

// Encode writes an event for the journal: its type, and its fields as JSON.
func Encode(ev run.Event) (typ, data string, err error) {
	typ, b, err := run.EncodeEvent(ev)
	return typ, string(b), err
}

// Decode reads an event from its type and its fields.
func Decode(typ, data string) (run.Event, error) {
	return run.DecodeEvent(typ, []byte(data))
}
