package workspace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// object is a JSON object with the order of its keys.
type object struct {
	keys []string
	by   map[string]flow.Raw
}

// decode reads a file, YAML or JSON by its ending, as JSON text.
func decode(name string, data []byte) (flow.Raw, error) {
	if strings.ToLower(path.Ext(name)) != ".json" {
		return flow.FromYAML(data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !json.Valid(data) {
		var v any
		err := json.Unmarshal(data, &v)
		return nil, fault.Because(err, flow.CodeSyntax, "This is not valid JSON", "The parser says: "+fmt.Sprint(err)+".")
	}
	return data, nil
}

// encode writes JSON text as a file of that name.
func encode(name string, text flow.Raw) ([]byte, error) {
	if strings.ToLower(path.Ext(name)) != ".json" {
		return flow.ToYAML(text)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// decodeObject reads a file that holds an object.
func decodeObject(name string, data []byte) (object, error) {
	text, err := decode(name, data)
	if err != nil {
		return object{}, err
	}
	return readObject(text)
}

func readObject(text flow.Raw) (object, error) {
	o := object{by: map[string]flow.Raw{}}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return o, fault.New("workspace.shape", "This file holds no settings", "It should be a list of names and values, one a line.")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return o, err
		}
		var v flow.Raw
		if err := d.Decode(&v); err != nil {
			return o, err
		}
		o.set(key.(string), v)
	}
	return o, nil
}

// text returns a field as text: texts as they are, numbers and booleans as they
// are written; "" for anything else.
func (o object) text(key string) string {
	s, _ := asText(o.by[key])
	return s
}

func asText(v flow.Raw) (string, bool) {
	switch {
	case len(v) == 0 || string(v) == "null" || v[0] == '{' || v[0] == '[':
		return "", false
	case v[0] != '"':
		return string(v), true
	}
	var s string
	err := json.Unmarshal(v, &s)
	return s, err == nil
}

func (o *object) set(key string, v flow.Raw) {
	if _, ok := o.by[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.by[key] = v
}

// setText sets a field whose text differs.
func (o *object) setText(key, s string) {
	if o.text(key) != s {
		o.set(key, quote(s))
	}
}

// json writes the object.
func (o object) json() flow.Raw {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(key))
		b.WriteByte(':')
		b.Write(o.by[key])
	}
	b.WriteByte('}')
	return b.Bytes()
}

// quote writes a text as JSON.
func quote(s string) flow.Raw {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("workspace: a text that is not JSON: " + err.Error()) // texts always are
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// equal reports whether two JSON texts say the same, blanks aside.
func equal(a, b flow.Raw) bool {
	return bytes.Equal(compact(a), compact(b))
}

func compact(v flow.Raw) flow.Raw {
	var b bytes.Buffer
	if len(v) == 0 || json.Compact(&b, v) != nil {
		return v
	}
	return b.Bytes()
}

// texts changes the texts of a JSON text, keys included, and leaves all else of
// it alone.
func texts(v flow.Raw, change func(string) string) flow.Raw {
	var b bytes.Buffer
	for i := 0; i < len(v); {
		if v[i] != '"' {
			b.WriteByte(v[i])
			i++
			continue
		}
		end := i + 1
		for end < len(v) && v[end] != '"' {
			if v[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(v))
		var s string
		if json.Unmarshal(v[i:end], &s) == nil {
			if t := change(s); t != s {
				b.Write(quote(t))
				i = end
				continue
			}
		}
		b.Write(v[i:end])
		i = end
	}
	return b.Bytes()
}
