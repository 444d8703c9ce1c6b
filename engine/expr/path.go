package expr

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// roots are the names a plain path may begin with.
var roots = map[string]bool{
	"flow_input": true, "results": true, "previous_result": true, "result": true, "resume": true,
	"resumes": true, "approvers": true, "flow_env": true,
}

// plainPath splits a plain path such as results.a["b c"][0] into its parts. It
// reports false for anything else, which then needs JavaScript. A bare
// "results" is not a path.
func plainPath(expr string) ([]string, bool) {
	p, ok := flow.ReadPlainPath(expr)
	if !ok || !roots[p.Root] || p.Root == "results" && len(p.Keys) == 0 {
		return nil, false
	}
	parts := []string{p.Root}
	for _, k := range p.Keys {
		parts = append(parts, k.Name)
	}
	return parts, true
}

// step finds one part of a path in a JSON value: the value, or found = false
// for one that is absent. plain = false says that JavaScript must answer: the
// value has properties that are not in its JSON (length), or none at all.
func step(v json.RawMessage, part string) (_ json.RawMessage, found, plain bool) {
	v = bytes.TrimLeft(v, " \t\r\n")
	if len(v) == 0 {
		return nil, false, false
	}
	switch v[0] {
	case '{':
		var last json.RawMessage
		for p := (scan{v[1:]}); ; {
			key, value, ok := p.member()
			if !ok {
				break
			}
			if key == part {
				last = value // of equal keys the last one counts
			}
		}
		return last, last != nil, part != "__proto__" && part != "constructor"
	case '[':
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, false, false
		}
		p := scan{v[1:]}
		for ; ; n-- {
			item, ok := p.item()
			if !ok {
				return nil, false, true
			}
			if n == 0 {
				return item, true, true
			}
		}
	}
	return nil, false, false
}

// scan walks over JSON that is known to be well-formed.
type scan struct{ b []byte }

func (p *scan) space() {
	p.b = bytes.TrimLeft(p.b, " \t\r\n,:")
}

// member reads one key and value of an object; false at its end.
func (p *scan) member() (string, json.RawMessage, bool) {
	p.space()
	if len(p.b) == 0 || p.b[0] != '"' {
		return "", nil, false
	}
	raw := p.value()
	key := string(raw[1 : len(raw)-1])
	if strings.IndexByte(key, '\\') >= 0 {
		if json.Unmarshal(raw, &key) != nil {
			return "", nil, false
		}
	}
	p.space()
	return key, p.value(), true
}

// item reads one item of a list; false at its end.
func (p *scan) item() (json.RawMessage, bool) {
	p.space()
	if len(p.b) == 0 || p.b[0] == ']' {
		return nil, false
	}
	return p.value(), true
}

// value cuts the value off that stands next.
func (p *scan) value() json.RawMessage {
	b := p.b
	depth, i := 0, 0
	for i < len(b) {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			i++
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i++
			if depth == 0 {
				for i < len(b) && !strings.ContainsRune(",]} \t\r\n", rune(b[i])) {
					i++
				}
			}
		}
		if depth == 0 {
			break
		}
	}
	i = min(i, len(b))
	p.b = b[i:]
	return b[:i]
}
