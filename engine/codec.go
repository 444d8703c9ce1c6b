package engine

import "sluice/engine/run"

// encodeEvent writes an event for the journal: its type, and its fields as JSON.
func encodeEvent(ev run.Event) (typ, data string, err error) {
	typ, b, err := run.EncodeEvent(ev)
	return typ, string(b), err
}

func decodeEvent(typ, data string) (run.Event, error) {
	return run.DecodeEvent(typ, []byte(data))
}
