package kit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// jsonNode is a value of a JSON text, with its keys in the order they were written.
type jsonNode struct {
	key    string // of an object's member
	index  int    // of an array's item; -1 for members and the root
	kind   byte   // '{', '[', '"', '0', 't', 'n'
	text   string // how a scalar is shown
	raw    json.RawMessage
	kids   []*jsonNode
	parent *jsonNode
	open   bool
	shown  int // how many kids are shown
}

const jsonPage = 100

// readJSON decodes a text. Objects and arrays keep their place in it, so that the
// value of any part can be copied as it was written.
func readJSON(raw json.RawMessage) (*jsonNode, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	n := &jsonNode{index: -1}
	if err := n.read(d, raw); err != nil {
		return nil, fmt.Errorf("read a JSON value: %w", err)
	}
	return n, nil
}

func (n *jsonNode) read(d *json.Decoder, all []byte) error {
	start := d.InputOffset()
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case json.Delim:
		n.kind, n.shown = byte(v), jsonPage
		for d.More() {
			kid := &jsonNode{parent: n, index: -1}
			if v == '{' {
				k, err := d.Token()
				if err != nil {
					return err
				}
				kid.key, _ = k.(string)
			} else {
				kid.index = len(n.kids)
			}
			if err := kid.read(d, all); err != nil {
				return err
			}
			n.kids = append(n.kids, kid)
		}
		if _, err := d.Token(); err != nil {
			return err
		}
	case string:
		n.kind = '"'
		n.text = strconv.Quote(v)
		if b, err := marshalPlain(v); err == nil {
			n.text = b
		}
	case json.Number:
		n.kind, n.text = '0', v.String()
	case bool:
		n.kind, n.text = 't', strconv.FormatBool(v)
	default:
		n.kind, n.text = 'n', "null"
	}
	n.raw = bytes.TrimLeft(all[start:d.InputOffset()], ",: \t\r\n")
	return nil
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
	case n.kind == '{' && len(n.kids) == 0:
		return "{}"
	case n.kind == '[' && len(n.kids) == 0:
		return "[]"
	case n.kind == '{':
		return fmt.Sprintf("{%d}", len(n.kids))
	}
	return fmt.Sprintf("[%d]", len(n.kids))
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
