package eval

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// literal reads an expression that is a plain constant.
func literal(expr string) (json.RawMessage, bool) {
	s := strings.TrimSpace(expr)
	switch s {
	case "true", "false", "null":
		return json.RawMessage(s), true
	case "":
		return nil, false
	}
	if c := s[0]; c >= '0' && c <= '9' {
		// A JSON number means the same in JavaScript; up to 15 digits it is the same double, too.
		if len(s) <= 15 && json.Valid([]byte(s)) {
			return json.RawMessage(s), true
		}
		return nil, false
	}
	if q := s[0]; len(s) >= 2 && (q == '"' || q == '\'') && s[len(s)-1] == q && !strings.ContainsAny(s[1:len(s)-1], "\\\"'\n\r\u2028\u2029") {
		b, err := json.Marshal(s[1 : len(s)-1])
		return b, err == nil
	}
	return nil, false
}

// walk follows keys into JSON text. It answers only where JavaScript would find
// an own property, or nothing at all at the last key, which is null; everything
// else (a missing value in the middle, the length of a list) is left to
// JavaScript with ok false. Below results a missing value is null wherever it
// is missing: lenient.
func walk(raw json.RawMessage, keys []flow.PathKey, lenient bool) (v json.RawMessage, ok bool) {
	for i, key := range keys {
		raw = bytes.TrimSpace(raw)
		missing := lenient || i == len(keys)-1
		var next json.RawMessage
		switch {
		case len(raw) == 0:
			return nil, false
		case lenient && string(raw) == "null":
			return raw, true
		case raw[0] == '{':
			var found bool
			if next, found, ok = field(raw, key.Name); !ok {
				return nil, false
			}
			if !found {
				if !missing || inherited[key.Name] {
					return nil, false
				}
				return json.RawMessage("null"), true
			}
		case raw[0] == '[' && key.Index:
			var list []json.RawMessage
			n, err := strconv.Atoi(key.Name)
			if err != nil || json.Unmarshal(raw, &list) != nil {
				return nil, false
			}
			if n >= len(list) {
				if !missing {
					return nil, false
				}
				return json.RawMessage("null"), true
			}
			next = list[n]
		default:
			return nil, false
		}
		raw = next
	}
	return raw, true
}

// inherited are the properties that every object has in JavaScript.
var inherited = map[string]bool{
	"constructor": true, "hasOwnProperty": true, "isPrototypeOf": true, "propertyIsEnumerable": true,
	"toLocaleString": true, "toString": true, "valueOf": true, "__proto__": true,
	"__defineGetter__": true, "__defineSetter__": true, "__lookupGetter__": true, "__lookupSetter__": true,
}

// field returns an object's value under a key; the last one counts.
func field(obj json.RawMessage, key string) (v json.RawMessage, found, ok bool) {
	if key == "__proto__" {
		return nil, false, false
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(obj, &m) != nil {
		return nil, false, false
	}
	v, found = m[key]
	return v, found, true
}
