package flow

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"
	"unicode/utf8"

	"sluice/engine/fault"
)

// Codes of the errors of reading flows.
const (
	CodeSyntax  fault.Code = "flow.syntax"  // not YAML or JSON
	CodeEmpty   fault.Code = "flow.empty"   // nothing in the file
	CodeDialect fault.Code = "flow.dialect" // some other format
	CodeMissing fault.Code = "flow.missing" // a file that is not there
	CodeLarge   fault.Code = "flow.large"   // a file too large to be a flow
	CodeInline  fault.Code = "flow.inline"  // an inline file that cannot be read
	CodeWrite   fault.Code = "flow.write"   // a flow that cannot be written
)

// A SyntaxError says where a file stops being YAML or JSON. It is the cause of
// an Error with CodeSyntax.
type SyntaxError struct {
	Line, Column int // 1-based
	Message      string
	Err          error // the parser's own words; may be nil
}

// Error tells place and message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Unwrap returns the parser's own error.
func (e *SyntaxError) Unwrap() error { return e.Err }

func syntax(format string, e *SyntaxError) *fault.Error {
	return fault.Because(e, CodeSyntax,
		fmt.Sprintf("This is not valid %s: line %d, column %d", format, e.Line, e.Column),
		"The parser says: "+e.Message+". The file was left as it is.")
}

// syntaxAt turns an offset into line and column.
func syntaxAt(data []byte, at int, format, message string, cause error) *fault.Error {
	at = min(at, len(data))
	before := data[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return syntax(format, &SyntaxError{Line: line, Column: column, Message: message, Err: cause})
}

// Parse reads a flow file. The name's extension tells YAML from JSON; without a
// known one the text does.
func Parse(name string, data []byte) (*Flow, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".json":
		return ParseJSON(data)
	case ".yaml", ".yml":
		return ParseYAML(data)
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(data, bom))
	if len(text) > 0 && text[0] == '{' {
		f, err := ParseJSON(data)
		if err == nil || fault.HasCode(err, CodeDialect) {
			return f, err
		}
		if f, yerr := ParseYAML(data); yerr == nil {
			return f, nil
		}
		return nil, err
	}
	return ParseYAML(data)
}

// ParseJSON reads a flow from JSON.
func ParseJSON(data []byte) (*Flow, error) {
	n, err := readTree(data)
	if err != nil {
		return nil, err
	}
	return fromTree(n)
}

// ParseYAML reads a flow from YAML. References to inline files stay text;
// ReadFS resolves them.
func ParseYAML(data []byte) (*Flow, error) {
	text, err := yamlToJSON(data)
	if err != nil {
		return nil, err
	}
	n, err := readTree(text)
	if err != nil {
		return nil, fmt.Errorf("read YAML as JSON: %w", err)
	}
	return fromTree(n)
}

func fromTree(n *node) (*Flow, error) {
	if err := checkDialect(n); err != nil {
		return nil, err
	}
	f := &Flow{}
	decodeStruct(n, reflect.ValueOf(f).Elem(), false)
	return f, nil
}

// checkDialect refuses files that are no flows at all. A flow with mistakes
// passes: Validate names them, and nothing is lost meanwhile.
func checkDialect(n *node) error {
	if n.kind() != '{' {
		return fault.New(CodeDialect, "This file is not a flow",
			"A flow file begins with summary and value; this one holds a "+kindName(n)+".")
	}
	if n.get("value") != nil {
		return nil
	}
	for _, key := range []string{"steps", "tags"} {
		k := n.get(key)
		if k == nil || n.get("summary") != nil && (key != "steps" || k.kind() != '[') {
			continue
		}
		return fault.New(CodeDialect, "This file is a workflow of another program",
			"It has "+quoteName(key)+" where an OpenFlow file has its steps below value. It was left as it is.")
	}
	if n.get("summary") != nil {
		return nil
	}
	if n.get("modules") != nil {
		return fault.New(CodeDialect, "This file holds only the inner part of a flow",
			"Its modules belong below a key named value, beside a summary. It was left as it is.")
	}
	return nil
}

func kindName(n *node) string {
	switch n.kind() {
	case '[':
		return "list"
	case '"':
		return "text"
	case '{':
		return "object"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// JSON writes the flow as compact JSON, with the keys in the order of its file.
func (f *Flow) JSON() ([]byte, error) {
	c := *f
	raw, err := encodeStruct(reflect.ValueOf(&c).Elem(), "", "")
	if err != nil {
		return nil, fault.Because(err, CodeWrite, "This flow cannot be written",
			"A value in it is not valid JSON: "+err.Error()+".")
	}
	return raw, nil
}

// YAML writes the flow as YAML, with the keys in the order of its file.
func (f *Flow) YAML() ([]byte, error) {
	text, err := f.JSON()
	if err != nil {
		return nil, err
	}
	return jsonToYAML(text)
}

// MarshalJSON makes a Flow a value of encoding/json.
func (f *Flow) MarshalJSON() ([]byte, error) { return f.JSON() }

// UnmarshalJSON is ParseJSON for encoding/json.
func (f *Flow) UnmarshalJSON(data []byte) error {
	g, err := ParseJSON(data)
	if err != nil {
		return err
	}
	*f = *g
	return nil
}

// MarshalJSON writes one module, as for the clipboard.
func (m *Module) MarshalJSON() ([]byte, error) {
	c := *m
	return encodeStruct(reflect.ValueOf(&c).Elem(), "", "")
}

// UnmarshalJSON reads one module.
func (m *Module) UnmarshalJSON(data []byte) error {
	n, err := readTree(data)
	if err != nil {
		return err
	}
	if n.kind() != '{' {
		return errors.New("a module is an object, not a " + kindName(n))
	}
	*m = Module{}
	decodeStruct(n, reflect.ValueOf(m).Elem(), false)
	return nil
}
