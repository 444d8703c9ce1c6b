package model

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Choice is one proposal of a completion.
type Choice struct {
	Label string // what it is called
	Text  string // what is put in the place of what was typed
	Value string // what it had in the run that is offered, or what is known of it
	From  int    // where Text begins to replace, in bytes of the whole text
}

// Completion is what could be typed at a place of an expression.
type Completion struct {
	Ref  run.Ref // of the value whose keys are asked for; zero: there is none
	Veil Veil

	keys    []flow.PathKey // the way into it
	known   []Choice       // whatever the value says
	at      flow.AtCaret
	members bool // names of something, after a dot
}

// choicesMost is how many proposals there are at most.
const choicesMost = 200

// readMost is the size of a value whose keys are looked for.
const readMost = 4 << 20

var plainName = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$]*$`)

// Complete tells what could be typed at a place of an expression, in bytes of its text;
// ok is false where no name can stand.
func (m *Model) Complete(at Place, expr string, caret int) (c Completion, ok bool) {
	if m.doc == nil || caret > len(expr) {
		return c, false
	}
	if c.at, ok = flow.ReadCaret(expr, caret); !ok {
		return c, false
	}
	r := m.offered()
	var s run.Scope
	if r != nil {
		s, c.Veil = m.scope(r, at, flow.Names{}), m.veil(r, at)
	}
	path := c.at.Path
	if len(path) == 0 {
		c.known = m.names(at, s, c.Veil)
		return c, true
	}
	c.members = true
	root, rest := path[0].Name, path[1:]
	switch root {
	case "results":
		if len(rest) == 0 {
			c.known = m.resultNames(r, at, c.Veil)
			return c, true
		}
		if r != nil {
			c.Ref = m.resultFor(r, m.see(r), at, rest[0].Name)
		}
		rest = rest[1:]
	case "flow_input":
		m.inputKeys(&c, at, s, rest)
		return c, true
	case "resume", "resumes":
		c.Ref = s.Names[root]
		if root == "resume" || len(rest) == 1 {
			keys := rest
			if root == "resumes" {
				keys = rest[1:]
			}
			if g, _ := flow.Find(m.doc.Flow, m.order().Gate(at.Step)); g != nil && g.Suspend != nil && g.Suspend.ResumeForm != nil {
				c.known = schemaKeys(g.Suspend.ResumeForm.Schema, keys)
			}
		}
	case "flow_env":
		if len(rest) == 0 {
			for name := range m.doc.Flow.Value.FlowEnv {
				c.known = append(c.known, Choice{Label: name})
			}
		}
		c.Ref = s.Names[root]
	case "error":
		for _, name := range []string{"name", "message", "stack", "step_id"} {
			c.known = append(c.known, Choice{Label: name})
		}
	default:
		c.Ref = s.Names[root]
	}
	if items := c.Ref.Items; items != nil && len(rest) > 0 && rest[0].Index {
		if n, err := strconv.Atoi(rest[0].Name); err == nil && n < len(items) {
			c.Ref, rest = items[n], rest[1:]
		}
	}
	c.keys = rest
	return c, true
}

// inputKeys completes below flow_input, with the iterations of the loops around.
func (m *Model) inputKeys(c *Completion, at Place, s run.Scope, rest []flow.PathKey) {
	if len(rest) > 0 && strings.HasPrefix(rest[0].Name, "iter") && len(m.order().Loops(at.Step)) > 0 {
		n := len(s.Iters) - 1 - strings.Count(rest[0].Name, "_parent")
		var it run.Iter
		if n >= 0 && n < len(s.Iters) {
			it = s.Iters[n]
		}
		if len(rest) == 1 {
			c.known = []Choice{{Label: "value"}, {Label: "index"}}
			if n >= 0 && n < len(s.Iters) {
				c.known[0].Value, c.known[1].Value = refWords(it.Value, c.Veil), refWords(run.Inline(it.Index), c.Veil)
			}
			return
		}
		if rest[1].Name == "value" {
			c.Ref, c.keys = it.Value, rest[2:]
		}
		return
	}
	c.known = schemaKeys(m.doc.Flow.Schema, rest)
	if len(rest) == 0 && len(m.order().Loops(at.Step)) > 0 {
		c.known = append(c.known, Choice{Label: "iter", Value: say.T("the iteration")})
	}
	c.Ref, c.keys = s.Names["flow_input"], rest
}

// names are those that stand alone.
func (m *Model) names(at Place, s run.Scope, v Veil) (out []Choice) {
	add := func(name, about string) {
		if ref := s.Names[name]; !ref.IsZero() && about == "" {
			about = refWords(ref, v)
		}
		out = append(out, Choice{Label: name, Value: about})
	}
	add("flow_input", "")
	add("results", say.T("of the steps before"))
	if at.behind() {
		add("result", "")
	} else {
		if m.order().Gate(at.Step) != "" {
			add("resume", "")
			add("resumes", "")
			add("approvers", "")
		}
		add("previous_result", "")
	}
	if strings.HasPrefix(at.Field, "stop_after") {
		add("all_iters", say.T("of the loop so far"))
	}
	if s, _ := flow.Find(m.doc.Flow, at.Step); s != nil && s == m.doc.Flow.Value.FailureModule || strings.HasPrefix(at.Field, "retry") {
		add("error", say.T("what went wrong"))
	}
	if len(m.doc.Flow.Value.FlowEnv) > 0 {
		add("flow_env", "")
	}
	add("variable", say.T("a variable by its path"))
	add("resource", say.T("a resource by its path"))
	for _, name := range []string{"Array", "Date", "JSON", "Math", "Number", "Object", "String"} {
		out = append(out, Choice{Label: name, Value: "JavaScript"})
	}
	return out
}

// resultNames are the steps whose results can be read.
func (m *Model) resultNames(r *runView, at Place, v Veil) (out []Choice) {
	for _, id := range m.order().Before(at.Step) {
		c := Choice{Label: id}
		if r != nil {
			if ref := resultOf(m.see(r), id); !ref.IsZero() {
				c.Value = refWords(ref, v)
			}
		}
		if c.Value == "" {
			if s := m.order().Step(id); s != nil {
				c.Value = m.Title(s)
			}
		}
		out = append(out, c)
	}
	return out
}

// refWords tells a value that may not be at hand.
func refWords(ref run.Ref, v Veil) string {
	switch {
	case len(v.asks) > 0 && ref.Inline == nil:
		return ""
	case ref.Inline != nil:
		return v.Glimpse(ref.Inline)
	case ref.Items != nil || ref.Len > 0:
		return say.N(ref.Len, "%d item", "%d items")
	}
	return v.Glimpse(json.RawMessage(ref.Preview))
}

// schemaKeys are the fields that a schema has below a way into it, with their types.
func schemaKeys(schema flow.Raw, way []flow.PathKey) (out []Choice) {
	type node struct {
		Type       json.RawMessage     `json:"type"`
		Title      string              `json:"title"`
		Properties map[string]flow.Raw `json:"properties"`
		Items      flow.Raw            `json:"items"`
	}
	var n node
	if json.Unmarshal(schema, &n) != nil {
		return nil
	}
	for _, k := range way {
		next := n.Properties[k.Name]
		if k.Index {
			next = n.Items
		}
		if n = (node{}); json.Unmarshal(next, &n) != nil {
			return nil
		}
		schema = next
	}
	for _, name := range inputNames(schema) {
		var p node
		_ = json.Unmarshal(n.Properties[name], &p)
		var word string
		_ = json.Unmarshal(p.Type, &word)
		out = append(out, Choice{Label: name, Value: First(p.Title, word)})
	}
	return out
}

// Wants reports whether the value behind Ref is to be read for Choices.
func (c Completion) Wants() bool {
	return !c.Ref.IsZero() && c.Ref.Inline == nil && (c.Ref.Size <= readMost || c.Ref.Items != nil)
}

// Choices lists what goes with what was typed, the best first. value is what is behind
// Ref, nil where it is not at hand.
func (c Completion) Choices(value json.RawMessage) []Choice {
	all := slices.Clone(c.known)
	if value == nil {
		value = c.Ref.Inline
	}
	for _, kid := range keysOf(Given{keys: c.keys}.In(value)) {
		words := c.Veil.Glimpse(kid.value)
		if i := slices.IndexFunc(all, func(x Choice) bool { return x.Label == kid.name }); i >= 0 {
			all[i].Value = words
			continue
		}
		all = append(all, Choice{Label: kid.name, Value: words})
	}
	var best, others []Choice
	want := strings.ToLower(c.at.Prefix)
	for _, x := range all {
		low := strings.ToLower(x.Label)
		if !c.members && want == "" && x.Value == "JavaScript" {
			continue
		}
		switch {
		case strings.HasPrefix(low, want):
			best = append(best, c.put(x))
		case strings.Contains(low, want):
			others = append(others, c.put(x))
		}
	}
	best = append(best, others...)
	if len(best) == 1 && best[0].Label == c.at.Prefix {
		return nil // it is there
	}
	return best[:min(len(best), choicesMost)]
}

// put says what takes the place of what was typed.
func (c Completion) put(x Choice) Choice {
	x.From = c.at.From
	switch {
	case c.at.Bracket:
		q := quote(x.Label)
		x.Text = q[1 : len(q)-1]
	case c.members && !plainName.MatchString(x.Label):
		x.Text, x.From = "["+quote(x.Label)+"]", c.at.From-1 // in the place of the dot
	default:
		x.Text = x.Label
	}
	return x
}

// kid is a key of an object with its value.
type kid struct {
	name  string
	value json.RawMessage
}

// keysOf are the keys of an object, in its order.
func keysOf(value json.RawMessage) (out []kid) {
	d := json.NewDecoder(bytes.NewReader(value))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() && len(out) < choicesMost {
		k := kid{}
		t, err := d.Token()
		if err != nil {
			return out
		}
		k.name, _ = t.(string)
		if d.Decode(&k.value) != nil {
			return out
		}
		out = append(out, k)
	}
	return out
}

// Strays finds the names of an expression that mean nothing at its place.
func (m *Model) Strays(at Place, expr string) []flow.Stray {
	if m.doc == nil {
		return nil
	}
	return m.order().Strays(m.doc.Flow, at.Step, expr)
}
