package main

import (
	"bytes"
	"errors"
	"slices"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/engine/workspace"
)

// gone deletes what an earlier import brought and the folder holds no more. What
// was changed in Sluice since then stays, and is told: deleting it would lose
// somebody's work. What was made in Sluice has no files and is not touched.
func (t *taking) gone(g workspace.Folder) error {
	var errs []error
	var lines []workspace.Line
	defer func() { t.report.Tell(lines...) }()
	stays := map[workspace.Ref]bool{}
	drop := func(kind workspace.Kind, path string, have, same bool, del func() error) {
		ref := workspace.Ref{Kind: kind, Path: path}
		switch {
		case !have:
		case !same:
			stays[ref] = true
			lines = append(lines, workspace.Line{What: workspace.Refused, Ref: ref, Why: "It is gone from the folder, and was changed in Sluice since it was imported; it stays.",
				Do: "Delete it in Sluice if it should go, or put it back into the folder."})
		default:
			if err := del(); err != nil {
				errs = append(errs, err)
				stays[ref] = true
			}
		}
	}
	found := func(err error, code fault.Code) bool {
		if err != nil && !fault.HasCode(err, code) && !fault.HasCode(err, "resource.sealed") {
			errs = append(errs, err)
		}
		return !fault.HasCode(err, code)
	}
	for _, f := range g.Items.Flows {
		old, err := t.eng.Flow(t.ctx, f.Path)
		drop(workspace.Flow, f.Path, found(err, "flow.unknown"), err == nil && bytes.Equal(old.JSON, f.JSON), func() error { return t.eng.DeleteFlow(t.ctx, f.Path) })
	}
	for _, s := range g.Items.Scripts {
		old, err := t.eng.Script(t.ctx, s.Path)
		drop(workspace.Script, s.Path, found(err, "script.unknown"), err == nil && workspace.SameScript(old, s), func() error { return t.eng.DeleteScript(t.ctx, s.Path) })
	}
	for _, r := range g.Items.Resources {
		old, err := t.eng.FullResource(t.ctx, r.Path)
		drop(workspace.Resource, r.Path, found(err, "resource.unknown"), err == nil && old.Type == r.Type && equalJSON(old.Value, r.Value), func() error { return t.eng.DeleteResource(t.ctx, r.Path) })
	}
	vars, err := t.eng.Variables(t.ctx)
	if err != nil {
		return err
	}
	for _, v := range g.Items.Variables {
		i := slices.IndexFunc(vars, func(x flow.Variable) bool { return x.Path == v.Path })
		if i < 0 {
			continue
		}
		old, err := t.eng.Variable(t.ctx, v.Path)
		drop(workspace.Variable, v.Path, found(err, "variable.unknown"), err == nil && vars[i].Secret == v.Secret && old == v.Value, func() error { return t.eng.DeleteVariable(t.ctx, v.Path) })
	}
	for _, s := range g.Items.Schedules {
		old, err := t.eng.Schedule(t.ctx, s.Path)
		drop(workspace.Schedule, s.Path, found(err, "schedule.unknown"), err == nil && schedule.Same(old.Doc, s.JSON), func() error { return t.eng.DeleteSchedule(t.ctx, s.Path) })
	}
	for _, f := range g.Items.Kept {
		ref := g.Owner[f.Path]
		if stays[ref] {
			continue
		}
		if err := t.keep(flow.KeptFile{Path: f.Path}); err != nil {
			return errors.Join(append(errs, err)...)
		}
		lines = append(lines, workspace.Line{File: f.Path, What: workspace.Deleted, Ref: ref, Why: "It is gone from the folder."})
	}
	return errors.Join(errs...)
}
