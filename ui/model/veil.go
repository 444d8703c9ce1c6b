package model

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Veil keeps secrets out of what the editor shows of a run's values: links by which
// somebody could answer, and what was typed into fields of a password.
type Veil struct {
	hidden []string
	asks   []secretive
}

// secretive is a value of which a part is a password.
type secretive struct {
	schema flow.Raw
	ref    run.Ref
}

// veiled stands in the place of what is not shown.
const veiled = "••••"

// answerLink is the address of an approval: whoever has it can answer.
var answerLink = regexp.MustCompile(`https?://[^\s"'<>\\]*/(?:api/w/[^\s"'<>\\/]+/jobs_u/(?:resume|cancel)/[^\s"'<>\\]+|a/[A-Za-z0-9_-]{16,}[^\s"'<>\\]*)`)

// veil is what is to be hidden of the values at a place.
func (m *Model) veil(r *runView, at Place) Veil {
	v := Veil{}
	v.add(r.flow().Schema, r.began.Input)
	seen := m.see(r)
	if i, ok := seen.byModule[m.order().Gate(at.Step)]; ok && seen.items[i].st != nil && seen.items[i].st.Gate != nil {
		if f := seen.items[i].mod.Suspend; f != nil && f.ResumeForm != nil {
			for _, vote := range seen.items[i].st.Gate.Votes {
				v.add(f.ResumeForm.Schema, vote.Payload)
			}
		}
	}
	return v
}

func (v *Veil) add(schema flow.Raw, ref run.Ref) {
	if !bytes.Contains(schema, []byte("password")) {
		return
	}
	if ref.Inline == nil {
		v.asks = append(v.asks, secretive{schema, ref})
		return
	}
	v.learn(schema, ref.Inline)
}

// Unread lists the values that must be read before anything is shown.
func (v Veil) Unread() (refs []run.Ref) {
	for _, a := range v.asks {
		refs = append(refs, a.ref)
	}
	return refs
}

// With takes the values that Unread listed, in their order.
func (v Veil) With(values []json.RawMessage) Veil {
	out := Veil{hidden: slices.Clone(v.hidden)}
	for i, a := range v.asks {
		out.learn(a.schema, values[i])
	}
	return out
}

// learn collects the passwords of a value.
func (v *Veil) learn(schema flow.Raw, value json.RawMessage) {
	var s struct {
		Format     string              `json:"format"`
		Password   bool                `json:"password"`
		Properties map[string]flow.Raw `json:"properties"`
		Items      flow.Raw            `json:"items"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return
	}
	var text string
	var fields map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case s.Password || s.Format == "password":
		if json.Unmarshal(value, &text) == nil && text != "" && !strings.HasPrefix(text, "$") {
			v.hidden = append(v.hidden, text)
		}
	case s.Properties != nil && json.Unmarshal(value, &fields) == nil:
		for name, p := range s.Properties {
			if fields[name] != nil {
				v.learn(p, fields[name])
			}
		}
	case s.Items != nil && json.Unmarshal(value, &list) == nil:
		for _, item := range list {
			v.learn(s.Items, item)
		}
	}
}

// Hide takes what is secret out of a text.
func (v Veil) Hide(text string) string {
	for _, h := range v.hidden {
		if text == h || len(h) > 3 {
			text = strings.ReplaceAll(text, h, veiled)
		}
	}
	return answerLink.ReplaceAllString(text, veiled)
}

// JSON takes what is secret out of a value.
func (v Veil) JSON(raw json.RawMessage) json.RawMessage {
	for _, h := range v.hidden {
		q, err := json.Marshal(h)
		if err == nil && len(h) > 3 {
			raw = bytes.ReplaceAll(raw, q[1:len(q)-1], []byte(veiled))
		} else if err == nil {
			raw = bytes.ReplaceAll(raw, q, []byte(`"`+veiled+`"`))
		}
	}
	return answerLink.ReplaceAll(raw, []byte(veiled))
}

// glimpseMost is how much of a value is shown in a line, in letters.
const glimpseMost = 140

// Glimpse tells a value in one line, without what is secret. Of a large one it reads the
// beginning.
func (v Veil) Glimpse(raw json.RawMessage) string {
	g := glimpse{d: json.NewDecoder(bytes.NewReader(v.JSON(beginning(raw))))}
	g.d.UseNumber()
	g.value(0)
	return cut(oneLine(g.b.String()), glimpseMost)
}

// beginning is the first part of a value that is large.
func beginning(raw json.RawMessage) json.RawMessage {
	const most = 64 << 10
	return raw[:min(len(raw), most)]
}

// glimpse writes a value as people read it, until there is enough.
type glimpse struct {
	d *json.Decoder
	b strings.Builder
}

// value writes the next value; false where it ends.
func (g *glimpse) value(depth int) bool {
	t, err := g.d.Token()
	if err != nil {
		g.b.WriteString("…")
		return false
	}
	switch t := t.(type) {
	case json.Delim:
		return g.group(t, depth)
	case string:
		g.b.WriteString("“" + cut(oneLine(t), 2*glimpseMost) + "”")
	case nil:
		g.b.WriteString("null")
	case bool:
		if t {
			g.b.WriteString("true")
		} else {
			g.b.WriteString("false")
		}
	case json.Number:
		g.b.WriteString(t.String())
	}
	return g.b.Len() < 3*glimpseMost
}

// group writes an object or a list. The outermost object is written as facts: Order
// 4711 · Total 120.
func (g *glimpse) group(open json.Delim, depth int) bool {
	facts := open == '{' && depth == 0 && g.d.More()
	between, end := ", ", "]"
	if open == '{' {
		end = "}"
	}
	if facts {
		between = " · "
	} else {
		g.b.WriteString(open.String())
	}
	for n := 0; g.d.More(); n++ {
		if n > 0 {
			g.b.WriteString(between)
		}
		if open == '{' {
			key, err := g.d.Token()
			if name, ok := key.(string); err == nil && ok {
				g.b.WriteString(name)
			}
			if !facts {
				g.b.WriteByte(':')
			}
			g.b.WriteByte(' ')
		}
		if !g.value(depth + 1) {
			return false
		}
	}
	if _, err := g.d.Token(); err != nil {
		g.b.WriteString("…")
		return false
	}
	if !facts {
		g.b.WriteString(end)
	}
	return true
}
