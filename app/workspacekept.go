package main

import (
	"bytes"
	"context"
	"fmt"

	"sluice/engine"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/vault"
	"sluice/engine/workspace"
)

// keep keeps a file, sealed where it may hold secrets.
func (t *taking) keep(f flow.KeptFile) error {
	name := f.Path
	f.Path = workspace.SafePath(name)
	if f.Data != nil && (workspace.Private(name) || bytes.HasPrefix(f.Data, sealedMark)) {
		sealed, err := t.box.Seal(f.Data)
		if err != nil {
			return fmt.Errorf("seal the file %s: %w", name, err)
		}
		f.Data = append(bytes.Clone(sealedMark), sealed...)
	}
	err := t.eng.KeepFile(t.ctx, f)
	if err != nil && fault.From(err).Code != fault.Unexpected && t.ctx.Err() == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.report.SetFile(name, workspace.Refused, fault.From(err).Title+".", fault.From(err).Hint)
		return nil
	}
	return err
}

// sealedMark begins a kept file that is sealed.
var sealedMark = []byte("sluice sealed 1\n")

// keptFiles lists the kept files as they came; lost are those that can not be
// opened on this computer.
func keptFiles(ctx context.Context, eng *engine.Engine, box *vault.Box) (files []flow.KeptFile, lost []string, err error) {
	list, err := eng.KeptFiles(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range list {
		f.Path = workspace.PlainPath(f.Path)
		if sealed, ok := bytes.CutPrefix(f.Data, sealedMark); ok {
			data, err := box.Open(sealed)
			if err != nil {
				lost = append(lost, f.Path)
				continue
			}
			f.Data = append([]byte{}, data...)
		}
		files = append(files, f)
	}
	return files, lost, nil
}

// exportItems gathers what a folder is written from.
func exportItems(ctx context.Context, eng *engine.Engine, box *vault.Box) (items workspace.Items, lost []string, err error) {
	if items.Flows, err = eng.Flows(ctx); err != nil {
		return items, nil, err
	}
	if items.Scripts, err = eng.Scripts(ctx); err != nil {
		return items, nil, err
	}
	resources, err := eng.Resources(ctx)
	if err != nil {
		return items, nil, err
	}
	for _, r := range resources {
		full, err := eng.FullResource(ctx, r.Path)
		switch {
		case fault.HasCode(err, "resource.sealed"):
			items.Locked = append(items.Locked, workspace.Ref{Kind: workspace.Resource, Path: r.Path})
		case err != nil:
			return items, nil, err
		default:
			items.Resources = append(items.Resources, full)
		}
	}
	vars, err := eng.Variables(ctx)
	if err != nil {
		return items, nil, err
	}
	for _, v := range vars {
		v.Value, err = eng.Variable(ctx, v.Path)
		switch {
		case fault.HasCode(err, "resource.sealed"):
			items.Locked = append(items.Locked, workspace.Ref{Kind: workspace.Variable, Path: v.Path})
		case err != nil:
			return items, nil, err
		default:
			items.Variables = append(items.Variables, v)
		}
	}
	items.Kept, lost, err = keptFiles(ctx, eng, box)
	return items, lost, err
}
