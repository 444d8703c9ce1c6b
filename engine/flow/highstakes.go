package flow

import (
	"bytes"
	"encoding/json"
)

// markHighStakes is the member of a step's x-sluice that HighStakes reads.
const markHighStakes = "high_stakes"

// HighStakes reports whether a step is marked so that whoever approves has to type
// a word first: high_stakes below x-sluice. Whatever stands there but false and
// null is a mark, since a slip of its author should not take the word away.
func (m *Module) HighStakes() bool {
	if len(m.XSluice) == 0 {
		return false
	}
	var x map[string]json.RawMessage
	if json.Unmarshal(m.XSluice, &x) != nil {
		return false
	}
	v := string(bytes.TrimSpace(x[markHighStakes]))
	return v != "" && v != "false" && v != "null"
}

// SetHighStakes marks a step, or takes the mark away. What else stands below
// x-sluice stays.
func (m *Module) SetHighStakes(on bool) {
	var v json.RawMessage
	if on {
		v = json.RawMessage("true")
	}
	m.XSluice = setMark(m.XSluice, markHighStakes, v)
}
