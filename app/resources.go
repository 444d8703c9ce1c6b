package main

import (
	"context"
	"encoding/json"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/ui"
	"sluice/ui/model"
)

// connections lets the window add and change resources by the forms of their types. What
// they hold in secret stays here.
type connections struct{ l library }

var _ ui.Connections = connections{}

// Types returns the types that came with imports, with their fields.
func (c connections) Types(ctx context.Context) (model.ResourceTypes, error) {
	kept, err := c.l.KeptFiles(ctx)
	if err != nil {
		return nil, err
	}
	imported := map[string]flow.Raw{}
	for _, f := range kept {
		if typ, schema, ok := model.ReadResourceType(f.Path, f.Data); ok {
			imported[typ] = schema
		}
	}
	return model.TypesWith(imported), nil
}

// Open returns a resource to be changed, without what it holds in secret.
func (c connections) Open(ctx context.Context, path string) (flow.Resource, error) {
	r, err := c.l.FullResource(ctx, path)
	if err != nil {
		return r, err
	}
	types, err := c.Types(ctx)
	if err != nil {
		return flow.Resource{}, err
	}
	r.Value, _ = types.Public(r.Type, r.Value)
	return r, nil
}

// Change stores what was typed over a resource; what it holds in secret stays where
// nothing was typed.
func (c connections) Change(ctx context.Context, path string, typed flow.Raw) error {
	r, err := c.l.FullResource(ctx, path)
	if err != nil {
		return err
	}
	types, err := c.Types(ctx)
	if err != nil {
		return err
	}
	_, kept := types.Public(r.Type, r.Value)
	if r.Value, err = model.Merge(r.Value, typed, kept); err != nil {
		return fault.Because(err, "resource.value", "What was typed is no object", "Nothing was stored.")
	}
	r.State, r.Summary = flow.ResourceUntested, ""
	return c.l.PutResource(ctx, r)
}

// Rename gives a resource another path. The flows, scripts and schedules of the library that
// name it follow, what runs of a flow as well as its newest state; the flow that is open is
// the window's. The resource is there under both paths until they have. Codes: resource.path,
// resource.running, and those of saving what follows.
func (c connections) Rename(ctx context.Context, from, to, open string) (follow int, err error) {
	if there, err := c.l.ResourceExists(ctx, to); err != nil || there {
		if err == nil {
			err = fault.Newf("resource.path", "Choose another name. Nothing was changed.", "There is a resource %s already", to)
		}
		return 0, err
	}
	r, err := c.l.FullResource(ctx, from)
	if err != nil {
		return 0, err
	}
	list, err := c.l.Flows(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		if _, n := model.RenamedResource(f.Runs(), from, to); n > 0 && f.Path == open && f.Live > 0 {
			return 0, fault.Newf("resource.running", "Nothing was changed. Open another flow and rename it then.", "A version of the flow %s, which is open, runs with the name %s", open, from)
		}
	}
	r.Path = to
	if r.Type == "gmail" { // an account names itself, for scripts
		var a map[string]json.RawMessage
		if json.Unmarshal(r.Value, &a) == nil && a["path"] != nil {
			a["path"], _ = json.Marshal(to)
			if r.Value, err = json.Marshal(a); err != nil {
				return 0, fmt.Errorf("write the account of %s: %w", from, err)
			}
		}
	}
	if err := c.l.PutResource(ctx, r); err != nil {
		return 0, err
	}
	for _, follows := range []func(context.Context, string, string, string) (int, error){c.flowsFollow, c.scriptsFollow, c.schedulesFollow} {
		n, err := follows(ctx, from, to, open)
		if follow += n; err != nil {
			return follow, err
		}
	}
	return follow, c.l.DeleteResource(ctx, from)
}

func (c connections) flowsFollow(ctx context.Context, from, to, open string) (follow int, err error) {
	list, err := c.l.Flows(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		_, newest := model.RenamedResource(f.JSON, from, to)
		_, runs := model.RenamedResource(f.Runs(), from, to)
		if newest+runs == 0 || f.Path == open {
			continue
		}
		if err := c.l.Amend(ctx, f.Path, func(file []byte) ([]byte, error) {
			file, _ = model.RenamedResource(file, from, to)
			return file, nil
		}); err != nil {
			return follow, err
		}
		follow++
	}
	return follow, nil
}

func (c connections) scriptsFollow(ctx context.Context, from, to, _ string) (follow int, err error) {
	list, err := c.l.Scripts(ctx)
	if err != nil {
		return 0, err
	}
	for _, s := range list {
		text, err := json.Marshal(s.Content) // as it stands in a flow
		if err != nil {
			return follow, err
		}
		text, n := model.RenamedResource(text, from, to)
		if n == 0 {
			continue
		}
		if err := json.Unmarshal(text, &s.Content); err != nil {
			return follow, err
		}
		if _, err := c.l.SaveScript(ctx, s); err != nil {
			return follow, err
		}
		follow++
	}
	return follow, nil
}

func (c connections) schedulesFollow(ctx context.Context, from, to, _ string) (follow int, err error) {
	list, err := c.l.Schedules(ctx)
	if err != nil {
		return 0, err
	}
	for _, s := range list {
		doc, n := model.RenamedResource(s.Doc, from, to)
		if n == 0 {
			continue
		}
		next, err := schedule.Read(s.Path, doc)
		if err != nil {
			return follow, err
		}
		if err := c.l.SaveSchedule(ctx, next); err != nil {
			return follow, err
		}
		follow++
	}
	return follow, nil
}
