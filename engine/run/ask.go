package run

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// askOf gathers what a step asks: what it noted while it ran, over that what
// its result says, and where neither says it, what the flow itself tells. The
// item of its loop's iteration belongs to the facts; one that is not at hand is
// returned.
func (s *State) askOf(st *step, flowName string) (a Ask, item Ref) {
	a = st.noted()
	if st.outcome == Succeeded || st.gate != nil {
		// A gate stands on a result, and that is kept when it was refused or expired.
		overlay(&a, st.result.Inline)
	}
	if a.Question == "" {
		a.Question = st.node.module.Summary
	}
	if a.Question == "" {
		a.Question = "Approve “" + flowName + "”?"
	}
	if len(a.Facts) == 0 {
		a.Facts, item = iterationFacts(st.frame)
		a.Facts = append(a.Facts, inputFacts(st.frame.in.input.Inline, st.frame.in.program.flow.Schema)...)
	}
	return a, item
}

// AddItem adds the item of the loop's iteration to the facts of a request: the value
// behind Item, which is asked for no longer.
func (a *Approval) AddItem(item json.RawMessage) {
	a.Item = Ref{}
	a.Ask.Facts = slices.Insert(a.Ask.Facts, min(1, len(a.Ask.Facts)), itemFacts(item)...)
}

// overlay takes what a result, if it is an object, says about the request.
func overlay(a *Ask, result json.RawMessage) {
	for _, m := range members(result) {
		null := string(m.value) == "null"
		switch m.name {
		case "question":
			replaceText(&a.Question, m.value)
		case "message":
			replaceText(&a.Message, m.value)
		case "facts":
			if f := factsOf(m.value); len(f) > 0 {
				a.Facts = f
			}
		case "default_args":
			if isObject(m.value) {
				a.Defaults = m.value
			}
		case "enums":
			if isObject(m.value) {
				a.Enums = m.value
			}
		case "description":
			if !null {
				a.Description = m.value
			}
		}
	}
}

func replaceText(to *string, v json.RawMessage) {
	var text string
	if json.Unmarshal(v, &text) == nil && text != "" {
		*to = text
	}
}

func isObject(v json.RawMessage) bool { return bytes.HasPrefix(v, []byte("{")) }

// factsOf reads facts from an object (label: value) or a list of facts.
func factsOf(v json.RawMessage) []Fact {
	var out []Fact
	if isObject(v) {
		for _, m := range members(v) {
			out = append(out, Fact{Label: m.name, Value: plain(m.value)})
		}
		return out
	}
	var items []json.RawMessage
	if json.Unmarshal(v, &items) != nil {
		return nil
	}
	for _, item := range items {
		var f Fact
		for _, m := range members(item) {
			switch m.name {
			case "label":
				f.Label = plain(m.value)
			case "value":
				f.Value = plain(m.value)
			}
		}
		if !isObject(item) {
			f.Value = plain(item)
		}
		if f != (Fact{}) {
			out = append(out, f)
		}
	}
	return out
}

// inputFacts returns the simple inputs of a run. References to resources and
// variables say nothing to an approver, and passwords are nobody's business.
func inputFacts(input, schema json.RawMessage) []Fact {
	var fields struct {
		Properties map[string]struct {
			Title    string          `json:"title"`
			Format   string          `json:"format"`
			Password json.RawMessage `json:"password"`
		} `json:"properties"`
	}
	if schema != nil && json.Unmarshal(schema, &fields) != nil {
		return nil // it cannot be told what is secret
	}
	var out []Fact
	for _, m := range members(input) {
		f := fields.Properties[m.name]
		text := plain(m.value)
		switch {
		case m.value[0] == '{' || m.value[0] == '[' || string(m.value) == "null" || text == "":
		case f.Format == "password" || f.Password != nil && string(f.Password) != "false":
		case reference(text):
		default:
			label := m.name
			if f.Title != "" {
				label = f.Title
			}
			out = append(out, Fact{Label: label, Value: text})
		}
	}
	return out
}

// iterationFacts tells the requests of a loop's iterations apart: which one it is, and
// the simple values of its item, which is returned if it is not at hand.
func iterationFacts(f *frame) (facts []Fact, item Ref) {
	for ; f != nil; f = f.up {
		if f.owner == nil || f.owner.iterations == nil || f.owner.node.kind == kindBranchAll {
			continue
		}
		iteration := strconv.Itoa(f.iteration + 1)
		if n := f.owner.iterations.total; n > 0 {
			iteration += " of " + strconv.Itoa(n)
		}
		facts = []Fact{{Label: title(f.owner.node), Value: iteration}}
		if f.owner.node.kind == kindWhileLoop {
			return facts, Ref{}
		}
		v := f.iters[len(f.iters)-1].Value
		if v.Inline == nil {
			return facts, v
		}
		return append(facts, itemFacts(v.Inline)...), Ref{}
	}
	return nil, Ref{}
}

// itemFacts are the simple values of an item, cut where they are long.
func itemFacts(v json.RawMessage) (out []Fact) {
	const most = 500 // bytes
	add := func(label, text string) {
		if len(text) > most {
			text = strings.ToValidUTF8(text[:most], "") + "…"
		}
		out = append(out, Fact{Label: label, Value: text})
	}
	if isObject(v) {
		for _, fact := range inputFacts(v, nil) {
			if !secretive(fact.Label) {
				add(fact.Label, fact.Value)
			}
		}
		return out
	}
	if text := plain(v); len(v) > 0 && v[0] != '[' && string(v) != "null" && text != "" && !reference(text) {
		add("Item", text)
	}
	return out
}

// secretive reports whether a field sounds like a secret: items have no schema that
// says so.
func secretive(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "secret", "token", "key"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// reference tells a text that stands for a stored value from one like "$150".
func reference(text string) bool {
	for _, p := range []string{"$res:", "$var:", "$jsonvar:", "$encrypted:", "$WM_"} {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

// plain writes a value as people read it; null is nothing.
func plain(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return string(v)
	}
	return b.String()
}

type member struct {
	name  string
	value json.RawMessage
}

// members returns an object's members in their order; none if v is no object.
func members(v json.RawMessage) []member {
	d := json.NewDecoder(bytes.NewReader(v))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out []member
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return out
		}
		m := member{name: name}
		if d.Decode(&m.value) != nil {
			return out
		}
		out = append(out, m)
	}
	return out
}
