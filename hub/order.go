package hub

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// ordered writes a YAML value as JSON with its keys in the order of the file:
// the order in which a form shows its fields. A value that is absent gives nil.
func ordered(name string, n *yaml.Node) json.RawMessage {
	if n.IsZero() {
		return nil
	}
	var b bytes.Buffer
	must(name, writeJSON(&b, n))
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			key, err := json.Marshal(n.Content[i].Value)
			if err != nil {
				return err
			}
			b.Write(key)
			b.WriteByte(':')
			if err := writeJSON(b, n.Content[i+1]); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	default:
		var v any
		if err := n.Decode(&v); err != nil {
			return err
		}
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(text)
	}
	return nil
}
