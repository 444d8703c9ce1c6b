package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"sluice/engine/fault"
)

// maxAliased bounds how much text aliases may unfold to, beyond the file's own.
const maxAliased = 8 << 20

// maxDepth bounds nesting. The deepest flow seen in the wild nests five steps
// deep, which is some twenty levels of a file.
const maxDepth = 1000

// yamlToJSON reads one YAML document as JSON text, keys in the file's order.
func yamlToJSON(data []byte) (Raw, error) {
	data = bytes.TrimPrefix(data, bom)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errEmpty()
	}
	if i := badUTF8(data); i >= 0 {
		return nil, syntaxAt(data, i, "YAML", "there is a byte that is not UTF-8 text", nil)
	}
	data, stand := standIns(data, false)
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	err := d.Decode(&doc)
	if err != nil && strings.Contains(err.Error(), tabRefused) {
		var again yaml.Node
		text, signs := standIns(data, true)
		r := yaml.NewDecoder(bytes.NewReader(text))
		if r.Decode(&again) == nil {
			signs.restore(&again)
			d, doc, err = r, again, nil
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errEmpty()
		}
		return nil, yamlError(data, err)
	}
	var more yaml.Node
	switch err := d.Decode(&more); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, yamlError(data, err)
	case !emptyDocument(&more):
		return nil, fault.New(CodeSyntax,
			fmt.Sprintf("This file holds more than one YAML document: the second begins at line %d", more.Line),
			"Keep one flow in a file: move what follows the line --- into a file of its own.")
	}
	stand.restore(&doc)
	w := yamlReader{budget: len(data) + maxAliased}
	if err := w.node(&doc, 1); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

func emptyDocument(n *yaml.Node) bool {
	return len(n.Content) == 0 || n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Value == ""
}

// yamlReader writes YAML nodes as JSON.
type yamlReader struct {
	out    bytes.Buffer
	budget int
	open   map[*yaml.Node]bool // anchors being unfolded
}

func (w *yamlReader) fail(n *yaml.Node, message string) error {
	return syntax("YAML", &SyntaxError{Line: n.Line, Column: n.Column, Message: message})
}

func (w *yamlReader) node(n *yaml.Node, depth int) error {
	if depth > maxDepth {
		return w.fail(n, "the nesting is too deep")
	}
	if w.out.Len() > w.budget && w.open != nil {
		return w.fail(n, "the aliases of this file unfold to too much text")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return w.node(n.Content[0], depth)
	case yaml.AliasNode:
		if w.open[n.Alias] {
			return w.fail(n, "the alias "+quoteName(n.Value)+" contains itself")
		}
		if w.open == nil {
			w.open = map[*yaml.Node]bool{}
		}
		w.open[n.Alias] = true
		err := w.node(n.Alias, depth+1)
		w.open[n.Alias] = false
		return err
	case yaml.SequenceNode:
		w.out.WriteByte('[')
		for i, kid := range n.Content {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.node(kid, depth+1); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
		return nil
	case yaml.MappingNode:
		return w.mapping(n, depth)
	}
	raw, err := scalarJSON(n)
	if err != nil {
		return w.fail(n, err.Error())
	}
	w.out.Write(raw)
	return nil
}

func (w *yamlReader) mapping(n *yaml.Node, depth int) error {
	pairs, err := w.pairs(n, 0)
	if err != nil {
		return err
	}
	w.out.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.Write(quote(p.key))
		w.out.WriteByte(':')
		if err := w.node(p.value, depth+1); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

type yamlPair struct {
	key   string
	value *yaml.Node
}

// pairs lists a mapping's members; merged ones (<<) follow those of its own.
func (w *yamlReader) pairs(n *yaml.Node, depth int) ([]yamlPair, error) {
	if depth > 20 {
		return nil, w.fail(n, "the merge keys of this file are nested too deep")
	}
	var own, merged []yamlPair
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return nil, w.fail(k, "a key is a list or an object; keys are texts")
		}
		if k.Tag == "!!merge" && k.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
			more, err := w.merge(v, depth)
			if err != nil {
				return nil, err
			}
			merged = append(merged, more...)
			continue
		}
		if line, twice := seen[k.Value]; twice {
			return nil, w.fail(k, fmt.Sprintf("the key %s stands twice in one object, first at line %d", quoteName(k.Value), line))
		}
		seen[k.Value] = k.Line
		own = append(own, yamlPair{k.Value, v})
	}
	for _, p := range merged {
		if _, ok := seen[p.key]; !ok {
			seen[p.key] = p.value.Line
			own = append(own, p)
		}
	}
	return own, nil
}

func (w *yamlReader) merge(v *yaml.Node, depth int) ([]yamlPair, error) {
	if v.Kind == yaml.AliasNode {
		v = v.Alias
	}
	switch v.Kind {
	case yaml.MappingNode:
		return w.pairs(v, depth+1)
	case yaml.SequenceNode:
		var all []yamlPair
		for _, kid := range v.Content {
			if len(all) > 10000 {
				break
			}
			more, err := w.merge(kid, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
		return all, nil
	}
	return nil, w.fail(v, "a merge key (<<) needs an object")
}

var (
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	// Numbers of YAML 1.2, as Windmill's client reads them: without _, 0b, and
	// zeros that make a number octal.
	yamlDecimal = regexp.MustCompile(`^[-+]?[0-9]+$`)
	yamlNumber  = regexp.MustCompile(`^(0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// scalarJSON returns a scalar as JSON. Dates and words like yes are texts.
func scalarJSON(n *yaml.Node) (Raw, error) {
	plain := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0
	tag := n.ShortTag()
	switch {
	case plain && jsonNumber.MatchString(n.Value):
		return Raw(n.Value), nil
	case plain && yamlDecimal.MatchString(n.Value):
		if i, ok := new(big.Int).SetString(strings.TrimPrefix(n.Value, "+"), 10); ok {
			return Raw(i.String()), nil
		}
	case plain && (tag == "!!int" || tag == "!!float") && !yamlNumber.MatchString(n.Value):
		return quote(n.Value), nil
	}
	switch tag {
	case "!!null":
		return Raw("null"), nil
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err == nil {
			return strconv.AppendBool(nil, b), nil
		}
	case "!!int":
		if i, ok := new(big.Int).SetString(strings.TrimPrefix(n.Value, "+"), 0); ok {
			return Raw(i.String()), nil
		}
	case "!!float":
		var x float64
		if err := n.Decode(&x); err == nil {
			raw, err := json.Marshal(x)
			if err != nil {
				return nil, fmt.Errorf("%s is a number that JSON cannot hold", n.Value)
			}
			return raw, nil
		}
	case "!inline":
		return quote("!inline " + n.Value), nil
	}
	return quote(n.Value), nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// yamlError gives a parser's error its place. The parser tells lines only, so
// the column is that of the likely culprit on the line.
func yamlError(data []byte, err error) error {
	line, message := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	lines := strings.Split(string(data), "\n")
	line = max(1, min(line, len(lines)))
	text := lines[line-1]
	at := len(text) - len(strings.TrimLeft(text, " "))
	switch {
	case strings.Contains(message, "token") && strings.Contains(text, "\t"):
		at = strings.IndexByte(text, '\t')
	case strings.Contains(message, "mapping values"):
		if i := strings.LastIndex(text, ": "); i >= 0 {
			at = i
		}
	}
	return syntax("YAML", &SyntaxError{Line: line, Column: 1 + utf8.RuneCountInString(text[:at]), Message: message, Err: err})
}
