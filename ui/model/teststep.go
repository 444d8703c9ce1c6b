package model

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// TestStep returns the request that runs one step alone, without its gate, and
// the schema of the input to ask for: what the step computes by expressions is
// asked instead, with args as defaults, which are the inputs that it had in a run.
// The caller fills the request's Input.
func (m *Model) TestStep(id string, args json.RawMessage) (run.Request, flow.Raw, error) {
	if m.doc == nil {
		return run.Request{}, nil, errNoFlow()
	}
	s, _ := flow.Find(m.doc.Flow, id)
	if s == nil {
		return run.Request{}, nil, fault.Because(flow.ErrNotFound, "test.step", say.T("There is no such step"), say.T("Nothing was started."))
	}
	switch s.Value.(type) {
	case *flow.RawScript, *flow.Script:
	default:
		return run.Request{}, nil, fault.New("test.step", say.T("Only scripts can be tested alone"), say.T("Test the flow to run this step."))
	}
	alone := &flow.Module{ID: s.ID, Summary: s.Summary, Value: s.Value, Timeout: s.Timeout}
	if alone.Timeout != nil && alone.Timeout.Kind == flow.JavaScript {
		alone.Timeout = nil
	}
	if alone.ID == flow.FailureID || alone.ID == PreprocessorID || alone.ID == "" {
		alone.ID = "a"
	}
	var last map[string]json.RawMessage
	_ = json.Unmarshal(args, &last) // none where the run has not come there
	in := flow.InputsOf(s)
	next := &flow.Inputs{By: map[string]*flow.Input{}}
	var asked []string
	resources := map[string]flow.Raw{} // what the flow's schema says of those that name a resource
	for _, name := range in.Names {
		i := in.By[name]
		if i != nil && i.Kind != flow.Static {
			asked = append(asked, name)
			if p := resourceInput(m.doc.Flow.Schema, i.Expr); p != nil {
				resources[name] = p
			}
			i = &flow.Input{Kind: flow.JavaScript, Expr: "flow_input[" + quote(name) + "]"}
		}
		next.Names = append(next.Names, name)
		next.By[name] = i
	}
	setInputs(alone, next)
	schema := schemaFor(asked, last, resources)
	f := &flow.Flow{Summary: textStepTest(m.Name(), id), Schema: schema, Value: flow.Value{Modules: []*flow.Module{alone}, FlowEnv: m.doc.Flow.Value.FlowEnv}}
	b, err := f.JSON()
	if err != nil {
		return run.Request{}, nil, fault.From(err)
	}
	return run.Request{Flow: b, Trigger: run.Trigger{Kind: "test", By: run.DesktopUser}}, schema, nil
}

// StepArgs are the inputs that a step had in the run of the flow that is shown;
// zero where the run has not come there.
func (m *Model) StepArgs(id string) run.Ref {
	s := m.see(m.run)
	if at, ok := s.byModule[id]; ok && s.items[at].st != nil {
		return s.items[at].st.Args
	}
	return run.Ref{}
}

// Given is where an input of a step comes from: a value that is there already, and the
// way into it.
type Given struct {
	Input string
	Ref   run.Ref
	keys  []flow.PathKey
}

// In finds the input in the value; nil where it is not there.
func (g Given) In(value json.RawMessage) json.RawMessage {
	for _, k := range g.keys {
		var list []json.RawMessage
		var fields map[string]json.RawMessage
		if i, err := strconv.Atoi(k.Name); err == nil && k.Index && json.Unmarshal(value, &list) == nil {
			if i >= len(list) {
				return nil
			}
			value = list[i]
		} else if json.Unmarshal(value, &fields) == nil {
			value = fields[k.Name]
		} else {
			return nil
		}
	}
	if string(bytes.TrimSpace(value)) == "null" {
		return nil
	}
	return value
}

// StepGiven are the inputs of a step that the shown run has not come to, as far as what
// they read is there: they are results of steps, or inputs of the flow, and nothing is
// to be computed.
func (m *Model) StepGiven(id string) (out []Given) {
	r := m.run
	if m.doc == nil || r == nil || r.state == nil {
		return nil
	}
	s, _ := flow.Find(m.doc.Flow, id)
	if s == nil {
		return nil
	}
	in, seen := flow.InputsOf(s), m.see(r)
	for _, name := range in.Names {
		i := in.By[name]
		if i == nil || i.Kind != flow.JavaScript {
			continue
		}
		p, ok := flow.ReadPlainPath(i.Expr)
		switch {
		case !ok:
		case p.Root == "flow_input":
			out = append(out, Given{name, r.began.Input, p.Keys})
		case p.Root == "results" && len(p.Keys) > 0:
			if at, ok := seen.byModule[p.Keys[0].Name]; ok && seen.items[at].st != nil && !seen.items[at].st.Result.IsZero() {
				out = append(out, Given{name, seen.items[at].st.Result, p.Keys[1:]})
			}
		}
	}
	return out
}

// schemaFor asks for values of any kind, in the order given.
func schemaFor(names []string, defaults map[string]json.RawMessage, resources map[string]flow.Raw) flow.Raw {
	var b bytes.Buffer
	b.WriteString(`{"type":"object","properties":{`)
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(n) + ":")
		var p map[string]json.RawMessage
		if json.Unmarshal(resources[n], &p) == nil && p != nil {
			if d := defaults[n]; d != nil {
				p["default"] = d
			}
			if raw, err := json.Marshal(p); err == nil {
				b.Write(raw)
				continue
			}
		}
		b.WriteByte('{')
		kind := kindOf(defaults[n])
		if kind != "" {
			b.WriteString(`"type":` + quote(kind))
		}
		if d := bytes.TrimSpace(defaults[n]); len(d) > 0 && d[0] != 'n' {
			if kind != "" {
				b.WriteByte(',')
			}
			b.WriteString(`"default":` + string(d))
		}
		b.WriteByte('}')
	}
	b.WriteString("}}")
	return b.Bytes()
}

// inputName is an expression that hands a field of the flow's input on.
var inputName = regexp.MustCompile(`^\s*flow_input(?:\.(\w+)|\["([^"\\]+)"\])\s*;?\s*$`)

// resourceInput is what a flow's schema says of the field that an expression hands
// on, if that is a resource: elsewhere a reference is only text.
func resourceInput(schema flow.Raw, expr string) flow.Raw {
	found := inputName.FindStringSubmatch(expr)
	if found == nil {
		return nil
	}
	name := found[1] + found[2]
	if !flow.SchemaOrigin(schema).Field(name).All() {
		return nil
	}
	var s struct {
		Properties map[string]flow.Raw `json:"properties"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return nil
	}
	return s.Properties[name]
}

// kindOf is the JSON Schema type of a value, "" where anything may be typed.
func kindOf(v json.RawMessage) string {
	v = bytes.TrimSpace(v)
	if len(v) == 0 {
		return ""
	}
	switch v[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case 't', 'f':
		return "boolean"
	case '[', 'n':
		return ""
	}
	return "number"
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
