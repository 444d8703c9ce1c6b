package inspector

import (
	"bytes"
	"encoding/json"
)

// pretty lays JSON out for reading.
func pretty(raw []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// onlyModule is the one step of a flow's JSON.
func onlyModule(doc []byte) []byte {
	var f struct {
		Value struct{ Modules []json.RawMessage }
	}
	if json.Unmarshal(doc, &f) != nil || len(f.Value.Modules) == 0 {
		return doc
	}
	return f.Value.Modules[0]
}
