package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// How deep references may lead into each other, and values into themselves.
const (
	deepestRef   = 10
	deepestValue = 50
)

// resolve puts resources and variables in the place of the texts "$res:path" and
// "$var:path". It happens when a job starts and the outcome is never stored:
// the journal keeps the references.
func (e *Engine) resolve(ctx context.Context, args json.RawMessage) (json.RawMessage, error) {
	return e.resolveAt(ctx, args, 0)
}

func (e *Engine) resolveAt(ctx context.Context, raw json.RawMessage, depth int) (json.RawMessage, error) {
	if !bytes.Contains(raw, []byte(`"$res:`)) && !bytes.Contains(raw, []byte(`"$var:`)) {
		return raw, nil
	}
	if depth > deepestRef {
		return nil, fault.New("resource.deep", "Resources refer to each other without end", "Look for a resource that leads back to itself.")
	}
	return e.resolveValue(ctx, raw, depth, 0)
}

// resolveValue walks JSON text and keeps the order of its keys.
func (e *Engine) resolveValue(ctx context.Context, raw json.RawMessage, depth, level int) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || level > deepestValue {
		return raw, nil
	}
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("read an argument: %w", err)
		}
		if path, ok := strings.CutPrefix(s, "$res:"); ok {
			return e.resourceAt(ctx, path, depth+1)
		}
		if path, ok := strings.CutPrefix(s, "$var:"); ok {
			text, err := e.Variable(ctx, path)
			if err != nil {
				return nil, err
			}
			return json.Marshal(text)
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
		if raw[0] == '{' {
			key, err := dec.Token()
			if err != nil {
				return nil, fmt.Errorf("read an argument: %w", err)
			}
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
		item, err := e.resolveValue(ctx, item, depth, level+1)
		if err != nil {
			return nil, err
		}
		out.Write(item)
	}
	out.WriteByte(raw[0] + 2) // } follows {, ] follows [, two further in ASCII
	return out.Bytes(), nil
}

// Resource returns a resource's value as scripts see it: references in it are
// resolved, and an account comes without what only Sluice may have. Code
// resource.unknown.
func (e *Engine) Resource(ctx context.Context, path string) (json.RawMessage, error) {
	return e.resourceAt(ctx, path, 0)
}

func (e *Engine) resourceAt(ctx context.Context, path string, depth int) (json.RawMessage, error) {
	r, err := e.FullResource(ctx, path)
	if err != nil {
		return nil, err
	}
	if e.cfg.Refresh != nil {
		fresh, err := e.cfg.Refresh(ctx, r)
		if err != nil {
			return nil, err
		}
		if fresh != nil {
			r.Value = fresh
			if err := e.putResource(ctx, r); err != nil {
				return nil, err
			}
		}
	}
	if r.Type == "gmail" {
		return forScripts(r.Value)
	}
	return e.resolveAt(ctx, r.Value, depth)
}

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
