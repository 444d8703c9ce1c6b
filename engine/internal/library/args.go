package library

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// DeepestRef is how deep references may lead into each other.
const DeepestRef = 50

// deepestValue is how deep a value may be nested that references are looked for in.
const deepestValue = 50

// Resolve puts resources and variables in the place of the texts "$res:path" and
// "$var:path" in arguments, where their flow's author wrote them; elsewhere they
// are what somebody typed, and stay. It happens when a job starts and the outcome
// is never stored: the journal keeps the references. So it holds for runs of every
// age, and nothing that is answered from now on acts in an old one. The run gets of
// what is stored what Config.ToldTo lets it.
func (l *Library) Resolve(ctx context.Context, id run.ID, args json.RawMessage, origin func() *flow.Origin) (json.RawMessage, error) {
	if !flow.Refers(args) {
		return args, nil
	}
	return resolveValue(args, origin(), func(kind, path string) (json.RawMessage, error) { return l.Referred(ctx, id, kind, path) }, 0)
}

// Referred returns what a reference in a run's flow gives: a resource for the kind
// "resource", else the text of a variable. Codes: those of Resource and Variable.
func (l *Library) Referred(ctx context.Context, id run.ID, kind, path string) (json.RawMessage, error) {
	v, err := l.referred(ctx, kind, path, nil)
	if err != nil {
		return nil, err
	}
	return l.c.ToldTo(ctx, id, v)
}

func (l *Library) referred(ctx context.Context, kind, path string, chain []string) (json.RawMessage, error) {
	if kind == "resource" {
		return l.resourceIn(ctx, path, chain)
	}
	text, err := l.Variable(ctx, path)
	if err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// resolveValue walks JSON text and keeps the order of its keys; refer reads what a
// reference gives.
func resolveValue(raw json.RawMessage, origin *flow.Origin, refer func(kind, path string) (json.RawMessage, error), level int) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || level > deepestValue || origin == nil {
		return raw, nil
	}
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("read an argument: %w", err)
		}
		if !origin.All() {
			return raw, nil
		}
		if path, ok := strings.CutPrefix(s, "$res:"); ok {
			return refer("resource", path)
		}
		if path, ok := strings.CutPrefix(s, "$var:"); ok {
			return refer("variable", path)
		}
		return raw, nil
	case '{', '[':
	default:
		return raw, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("read an argument: %w", err)
	}
	var out bytes.Buffer
	out.WriteByte(raw[0])
	for n := 0; dec.More(); n++ {
		if n > 0 {
			out.WriteByte(',')
		}
		inside := origin.Item(n)
		if raw[0] == '{' {
			key, err := dec.Token()
			if err != nil {
				return nil, fmt.Errorf("read an argument: %w", err)
			}
			inside = origin.Field(key.(string))
			name, err := json.Marshal(key)
			if err != nil {
				return nil, fmt.Errorf("read an argument: %w", err)
			}
			out.Write(name)
			out.WriteByte(':')
		}
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			return nil, fmt.Errorf("read an argument: %w", err)
		}
		item, err := resolveValue(item, inside, refer, level+1)
		if err != nil {
			return nil, err
		}
		out.Write(item)
	}
	out.WriteByte(raw[0] + 2) // } follows {, ] follows [, two further in ASCII
	return out.Bytes(), nil
}

// Resource returns a resource's value as scripts see it: references that a person wrote
// into it are resolved, and an account comes without what only Sluice may have. Codes:
// resource.unknown, resource.circular, resource.deep.
func (l *Library) Resource(ctx context.Context, path string) (json.RawMessage, error) {
	return l.resourceIn(ctx, path, nil)
}

func (l *Library) resourceIn(ctx context.Context, path string, chain []string) (json.RawMessage, error) {
	if i := slices.Index(chain, path); i >= 0 {
		return nil, fault.Newf("resource.circular", "Take one of these references out. Nothing was run with it.",
			"Resources refer to each other in a circle: %s", strings.Join(append(chain[i:len(chain):len(chain)], path), " → "))
	}
	if len(chain) >= DeepestRef {
		return nil, fault.Newf("resource.deep", "Shorten the way from the first resource to the last.",
			"Resources refer to each other over more than %d others, from %s on", DeepestRef, chain[0])
	}
	chain = append(chain[:len(chain):len(chain)], path)
	r, err := l.FullResource(ctx, path)
	if err != nil {
		return nil, err
	}
	if l.c.Refresh != nil {
		fresh, err := l.c.Refresh(ctx, r)
		if err != nil {
			return nil, err
		}
		if fresh != nil {
			r.Value = fresh
			if err := l.putResource(ctx, r); err != nil {
				return nil, err
			}
		}
	}
	if r.Type == "gmail" {
		return forScripts(r.Value)
	}
	if r.Literal || r.Type == stateType || !flow.Refers(r.Value) {
		return r.Value, nil
	}
	return resolveValue(r.Value, flow.Written, func(kind, path string) (json.RawMessage, error) { return l.referred(ctx, kind, path, chain) }, 0)
}

// stateType is the type of the resources that steps keep their state in. It is
// data, of which nobody wrote a reference.
const stateType = "state"

// forScripts takes the refresh token out of an account: with it a script could
// act for the person long after its run.
func forScripts(v flow.Raw) (flow.Raw, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(v, &m); err != nil {
		return v, nil // not an account's shape: it is what somebody typed
	}
	delete(m, "refresh_token")
	return json.Marshal(m)
}
