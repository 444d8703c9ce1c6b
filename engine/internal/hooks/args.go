package hooks

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/run"
)

// request makes of a delivery the run that it asks for.
func (r *Receiver) request(ctx context.Context, o hook.Opened, d hook.Delivery) (run.Request, error) {
	stored, f, err := r.flows.Read(ctx, o.Flow)
	if err != nil {
		return run.Request{}, err
	}
	var input json.RawMessage
	if f.Value.PreprocessorModule != nil {
		input, err = event(o.Hook, d)
	} else {
		input, err = arguments(f.Schema, o.Hook, d)
	}
	return run.Request{
		Flow: stored.JSON, Parsed: f, Path: o.Flow, Input: input,
		Trigger: run.Trigger{Kind: run.TriggerWebhook, By: o.Path},
	}, err
}

// event is what a preprocessor gets of a delivery.
func event(h hook.Hook, d hook.Delivery) (json.RawMessage, error) {
	headers := d.Headers
	if len(h.Headers) > 0 {
		headers = make(map[string]string)
		for _, name := range h.Headers {
			if v, ok := d.Headers[strings.ToLower(name)]; ok {
				headers[strings.ToLower(name)] = v
			}
		}
	}
	query := make(map[string]string, len(d.Query))
	for name, values := range d.Query {
		query[name] = values[0]
	}
	return json.Marshal(map[string]any{"event": map[string]any{
		"kind": "webhook", "body": d.Body, "raw_string": d.Raw, "headers": headers, "query": query,
	}})
}

// arguments makes the input of a flow: an object is the arguments themselves, anything
// else is one called body; null is refused, since it says neither. The query, and the
// headers that are to be handed on, fill in what the body does not say. Code flow.input.
func arguments(schema json.RawMessage, h hook.Hook, d hook.Delivery) (json.RawMessage, error) {
	types := typesOf(schema)
	out := make(map[string]json.RawMessage)
	switch {
	case bytes.HasPrefix(d.Body, []byte("{")):
		if err := json.Unmarshal(d.Body, &out); err != nil {
			return nil, err
		}
		if d.Form {
			for name, v := range out {
				out[name] = typed(types[name], v)
			}
		}
	case string(d.Body) != "null":
		out["body"] = d.Body
	case strings.TrimSpace(d.Raw) != "":
		return nil, fault.New("flow.input", "The body is null, where an object with the inputs is wanted, or nothing at all", "Nothing was started.")
	}
	more := func(name string, v any) error {
		if _, has := out[name]; has {
			return nil
		}
		b, err := json.Marshal(v)
		out[name] = typed(types[name], b)
		return err
	}
	for name, values := range d.Query {
		var v any = values
		if len(values) == 1 {
			v = values[0]
		}
		if err := more(name, v); err != nil {
			return nil, err
		}
	}
	for _, name := range h.Headers {
		name = strings.ToLower(name)
		if v, ok := d.Headers[name]; ok {
			if err := more(strings.ReplaceAll(name, "-", "_"), v); err != nil {
				return nil, err
			}
		}
	}
	return json.Marshal(out)
}

// typesOf tells the types of the fields of a schema that have one.
func typesOf(schema json.RawMessage) map[string]string {
	var s struct {
		Properties map[string]struct {
			Type any `json:"type"`
		} `json:"properties"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return nil
	}
	out := make(map[string]string, len(s.Properties))
	for name, p := range s.Properties {
		if t, ok := p.Type.(string); ok {
			out[name] = t
		}
	}
	return out
}

// typed makes of the text of a form or an address what its field asks for, where it is the
// text of that; else the form says what is wrong with it.
func typed(kind string, v json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(v, &text) != nil {
		return v
	}
	switch kind {
	case "number", "integer":
		if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
			return json.RawMessage(text)
		}
	case "boolean":
		if text == "true" || text == "false" {
			return json.RawMessage(text)
		}
	case "array":
		return json.RawMessage("[" + string(v) + "]")
	}
	return v
}
