package data

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// jsonNode is a value of a JSON text, with its keys in the order they were written.
// What is in it is read when it is looked at, a page at a time: a large value
// opens as fast as a small one.
type jsonNode struct {
	key    string // of an object's member
	index  int    // of an array's item; -1 for members and the root
	kind   byte   // '{', '[', '"', '0', 't', 'n'
	text   string // how a scalar is shown
	raw    json.RawMessage
	kids   []*jsonNode // those that were read
	next   int         // where in raw the others begin
	length int         // of all kids; -1 until they were counted
	parent *jsonNode
	open   bool
	shown  int // how many kids are shown
}

const jsonPage = 100

// textMost is how much of a long text is shown in a line.
const textMost = 2000

// readJSON takes a text. Objects and arrays keep their place in it, so that the
// value of any part can be copied as it was written.
func readJSON(raw json.RawMessage) (*jsonNode, error) {
	if !json.Valid(raw) {
		return nil, fmt.Errorf("read a JSON value: it is not complete")
	}
	return nodeOf(nil, bytes.TrimSpace(raw)), nil
}

// JSONValue is a JSON text that was read, to be shown as a tree. Reading it is the
// work of a large value, so it can be done apart from drawing.
type JSONValue struct {
	root *jsonNode
	bad  string // the text, where it is no JSON
}

// ReadJSON reads a JSON text; it may be called on any goroutine.
func ReadJSON(raw json.RawMessage) JSONValue {
	if len(raw) == 0 {
		return JSONValue{}
	}
	n, err := readJSON(raw)
	if err != nil {
		return JSONValue{bad: string(raw)}
	}
	n.open = true
	n.load(n.shown)
	n.size()
	return JSONValue{root: n}
}

// nodeOf makes the node of a valid text.
func nodeOf(parent *jsonNode, raw []byte) *jsonNode {
	n := &jsonNode{parent: parent, index: -1, raw: raw, length: -1, shown: jsonPage}
	switch c := raw[0]; c {
	case '{', '[':
		n.kind, n.next = c, 1
	case '"':
		n.kind = '"'
		part := raw
		if len(part) > textMost {
			part = append(bytes.Clone(bytes.TrimRight(raw[:textMost], "\\")), '"')
		}
		var v string
		if json.Unmarshal(part, &v) != nil {
			v = string(part)
		}
		if len(raw) > textMost {
			v += "…"
		}
		n.text = strconv.Quote(v)
		if b, err := marshalPlain(v); err == nil {
			n.text = b
		}
	case 't', 'f':
		n.kind, n.text = 't', string(raw)
	case 'n':
		n.kind, n.text = 'n', "null"
	default:
		n.kind, n.text = '0', string(raw)
	}
	return n
}

// load reads kids until there are so many, or no more.
func (n *jsonNode) load(want int) {
	for len(n.kids) < want {
		at := skipBlank(n.raw, n.next)
		if n.next == 0 || at >= len(n.raw) || n.raw[at] == '}' || n.raw[at] == ']' {
			n.length, n.next = len(n.kids), 0
			return
		}
		key := ""
		if n.kind == '{' {
			end := skipValue(n.raw, at)
			_ = json.Unmarshal(n.raw[at:end], &key) // valid: the whole text is
			at = skipBlank(n.raw, end)
		}
		end := skipValue(n.raw, at)
		kid := nodeOf(n, n.raw[at:end])
		if kid.key = key; n.kind == '[' {
			kid.index = len(n.kids)
		}
		n.kids = append(n.kids, kid)
		n.next = end
	}
}

// size is how many kids there are, read or not.
func (n *jsonNode) size() int {
	if n.length >= 0 {
		return n.length
	}
	n.length = len(n.kids)
	for at := skipBlank(n.raw, n.next); n.next > 0 && at < len(n.raw) && n.raw[at] != '}' && n.raw[at] != ']'; at = skipBlank(n.raw, at) {
		if n.kind == '{' {
			at = skipBlank(n.raw, skipValue(n.raw, at))
		}
		at = skipValue(n.raw, at)
		n.length++
	}
	return n.length
}

// skipBlank passes over what stands between values.
func skipBlank(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\n' || b[at] == '\t' || b[at] == '\r' || b[at] == ',' || b[at] == ':') {
		at++
	}
	return at
}

// skipValue returns where the value that begins at a place of a valid text ends.
func skipValue(b []byte, at int) int {
	depth := 0
	for i := at; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(b))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i // behind a number or a word
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// marshalPlain quotes a text without escaping the signs of HTML.
func marshalPlain(s string) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// path is how an expression reaches the value, below a base such as results.a.
func (n *jsonNode) path(base string) string {
	if n.parent == nil {
		return base
	}
	up := n.parent.path(base)
	switch {
	case n.index >= 0:
		return fmt.Sprintf("%s[%d]", up, n.index)
	case isName(n.key) && up == "":
		return n.key
	case isName(n.key):
		return up + "." + n.key
	}
	q, _ := marshalPlain(n.key)
	return up + "[" + q + "]"
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func isName(s string) bool {
	for i, r := range s {
		if !isWord(r) && r != '$' || i == 0 && r >= '0' && r <= '9' {
			return false
		}
	}
	return s != ""
}

// summary is what stands for a closed object or array.
func (n *jsonNode) summary() string {
	switch {
	case n.kind == '{' && n.size() == 0:
		return "{}"
	case n.kind == '[' && n.size() == 0:
		return "[]"
	case n.kind == '{':
		return fmt.Sprintf("{%d}", n.size())
	}
	return fmt.Sprintf("[%d]", n.size())
}

// copied is what goes to the clipboard: text without quotes, the rest as JSON.
func (n *jsonNode) copied() string {
	if n.kind == '"' {
		var s string
		if json.Unmarshal(n.raw, &s) == nil {
			return s
		}
	}
	var b bytes.Buffer
	if json.Indent(&b, n.raw, "", "  ") == nil {
		return b.String()
	}
	return string(n.raw)
}
