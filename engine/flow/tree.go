package flow

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"sluice/engine/fault"
)

// node is a JSON value with the order of its keys. Its text is a piece of the
// source, so numbers and strings keep their written form.
type node struct {
	src  []byte   // as written, blanks included
	keys []string // of an object, parallel to kids
	kids []*node  // members of an object, items of a list
}

// kind returns the first byte of the value: { [ " t f n or part of a number.
func (n *node) kind() byte { return n.src[0] }

func (n *node) isNull() bool { return n.src[0] == 'n' }

// raw returns the compact text.
func (n *node) raw() Raw {
	if n.kids == nil && n.src[0] != '{' && n.src[0] != '[' {
		return Raw(n.src)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, n.src); err != nil {
		panic("flow: a tree of broken JSON: " + err.Error())
	}
	return b.Bytes()
}

// rewrite returns the compact text of a tree whose scalars were changed.
func (n *node) rewrite() Raw {
	if n.kids == nil {
		return n.raw()
	}
	var b bytes.Buffer
	b.WriteByte(n.kind())
	for i, kid := range n.kids {
		if i > 0 {
			b.WriteByte(',')
		}
		if n.keys != nil {
			b.Write(quote(n.keys[i]))
			b.WriteByte(':')
		}
		b.Write(kid.rewrite())
	}
	b.WriteByte(n.kind() + 2)
	return b.Bytes()
}

// get returns a member of an object, nil if there is none.
func (n *node) get(key string) *node {
	for i, k := range n.keys {
		if k == key {
			return n.kids[i]
		}
	}
	return nil
}

// text returns the string of a string node.
func (n *node) text() (string, bool) {
	if n == nil || n.kind() != '"' {
		return "", false
	}
	var s string
	err := json.Unmarshal(n.src, &s)
	return s, err == nil
}

var bom = []byte("\xef\xbb\xbf")

// readTree reads JSON text. Errors name line and column.
func readTree(data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, bom)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errEmpty()
	}
	if i := badUTF8(data); i >= 0 {
		return nil, syntaxAt(data, i, "JSON", "there is a byte that is not UTF-8 text", nil)
	}
	var probe json.RawMessage
	if err := json.Unmarshal(data, &probe); err != nil {
		at := len(data)
		if se, ok := err.(*json.SyntaxError); ok && int(se.Offset) > 0 {
			at = int(se.Offset) - 1
		}
		return nil, syntaxAt(data, at, "JSON", err.Error(), err)
	}
	r := treeReader{data: data}
	return r.value()
}

func badUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		c, n := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// treeReader reads text that is known to be valid JSON.
type treeReader struct {
	data  []byte
	at    int
	depth int
}

func (r *treeReader) blank() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

func (r *treeReader) value() (*node, error) {
	r.blank()
	start := r.at
	if r.depth++; r.depth > maxDepth {
		return nil, syntaxAt(r.data, start, "JSON", "the nesting is too deep", nil)
	}
	defer func() { r.depth-- }()
	n := &node{}
	switch r.data[r.at] {
	case '{':
		if err := r.object(n); err != nil {
			return nil, err
		}
	case '[':
		if err := r.list(n); err != nil {
			return nil, err
		}
	case '"':
		r.str()
	default:
		r.word()
	}
	n.src = r.data[start:r.at:r.at]
	return n, nil
}

func (r *treeReader) object(n *node) error {
	n.keys, n.kids = []string{}, []*node{}
	seen := map[string]bool{}
	for r.at++; ; {
		r.blank()
		switch r.data[r.at] {
		case '}':
			r.at++
			return nil
		case ',':
			r.at++
			continue
		}
		start := r.at
		r.str()
		var key string
		if err := json.Unmarshal(r.data[start:r.at], &key); err != nil {
			return err
		}
		if seen[key] {
			return syntaxAt(r.data, start, "JSON", "the key "+quoteName(key)+" is written twice in one object", nil)
		}
		seen[key] = true
		r.blank()
		r.at++ // the colon
		kid, err := r.value()
		if err != nil {
			return err
		}
		n.keys, n.kids = append(n.keys, key), append(n.kids, kid)
	}
}

func (r *treeReader) list(n *node) error {
	n.kids = []*node{}
	for r.at++; ; {
		r.blank()
		switch r.data[r.at] {
		case ']':
			r.at++
			return nil
		case ',':
			r.at++
			continue
		}
		kid, err := r.value()
		if err != nil {
			return err
		}
		n.kids = append(n.kids, kid)
	}
}

func (r *treeReader) str() {
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
}

func (r *treeReader) word() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\t', '\r', '\n', ',', ']', '}':
			return
		}
		r.at++
	}
}

// quote writes a string as JSON, leaving <, > and & readable.
func quote(s string) Raw {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("flow: a string that is not JSON: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// quoteName writes a name for a message: quoted, and cut if it is long.
func quoteName(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return string(quote(s))
}

func errEmpty() *fault.Error {
	return fault.New(CodeEmpty, "The file is empty", "A flow file holds at least a summary and a value with modules.")
}
