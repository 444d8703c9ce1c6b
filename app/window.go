package main

import (
	"context"
	"slices"

	"sluice/engine"
	"sluice/engine/run"
	"sluice/engine/workspace"
	"sluice/ui"
)

// lists answers for the engine where the window looks over all runs.
type lists struct{ eng *engine.Engine }

var _ ui.Lists = lists{}

// Runs returns a page of runs, newest first.
func (l lists) Runs(ctx context.Context, q ui.RunQuery) ([]run.Summary, error) {
	return l.eng.Runs(ctx, engine.Filter{Open: q.Open, Path: q.Path, Text: q.Text, Before: q.Before, Limit: q.Limit})
}

// Waiting counts the runs that wait for people.
func (l lists) Waiting(ctx context.Context, limit int) (int, error) {
	list, err := l.eng.Runs(ctx, engine.Filter{Status: run.StatusSuspended, Limit: limit})
	return len(list), err
}

// Requests returns the open requests to people, oldest first. Where very many
// runs wait only the oldest are folded.
func (l lists) Requests(ctx context.Context, limit int) ([]run.Approval, bool, error) {
	waiting, err := l.eng.Runs(ctx, engine.Filter{Status: run.StatusSuspended, Limit: limit + 1})
	if err != nil {
		return nil, false, err
	}
	if len(waiting) <= limit {
		open, err := l.eng.Approvals(ctx)
		return open, false, err
	}
	if waiting, err = l.eng.Runs(ctx, engine.Filter{Status: run.StatusSuspended}); err != nil {
		return nil, false, err
	}
	var open []run.Approval
	plans := map[string]*run.Plan{}
	for i := len(waiting) - 1; i >= 0 && len(open) < limit; i-- {
		s, err := l.fold(ctx, waiting[i].ID, plans)
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		if err != nil {
			continue // a damaged run has no request to show; it is told in the list of runs
		}
		for _, step := range run.OpenApprovals(s) {
			if a, ok := run.ApprovalOf(s, step, run.DesktopUser); ok {
				open = append(open, a)
			}
		}
	}
	return open, true, nil
}

// fold reads one run.
func (l lists) fold(ctx context.Context, id run.ID, plans map[string]*run.Plan) (*run.State, error) {
	entries, err := l.eng.Log(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, run.ErrStale
	}
	began, ok := entries[0].Event.(run.Started)
	if !ok {
		return nil, run.ErrStale
	}
	if plans[began.Flow] == nil {
		pin, err := l.eng.Pinned(ctx, began.Flow)
		if err != nil {
			return nil, err
		}
		if plans[began.Flow], err = run.Compile(pin); err != nil {
			return nil, err
		}
	}
	return run.Fold(plans[began.Flow], id, slices.Values(entries))
}

// folders takes in and gives back whole workspaces for the window.
type folders struct{ h *house }

var _ ui.Folders = folders{}

// IsWorkspace reports whether a folder holds a workspace rather than one flow.
func (f folders) IsWorkspace(dir string) bool { return isWorkspace(dir) }

// Import takes a folder into the library.
func (f folders) Import(ctx context.Context, dir string, o ui.FolderOptions) (ui.FolderReport, error) {
	r, err := importWorkspace(ctx, f.h.eng, f.h.box, dir, importOptions{Replace: o.Replace, WithSecrets: o.Secrets})
	return folderReport(r), err
}

// Export writes the library as a folder.
func (f folders) Export(ctx context.Context, dir string, o ui.FolderOptions) (ui.FolderReport, error) {
	r, err := exportWorkspace(ctx, f.h.eng, f.h.box, dir, exportOptions{WriteOptions: workspace.WriteOptions{WithSecrets: o.Secrets}, Replace: o.Replace})
	return folderReport(r), err
}

// folderReport is a report as the window shows it.
func folderReport(r workspace.Report) ui.FolderReport {
	out := ui.FolderReport{Summary: summary(r)}
	for _, l := range r.Notable() {
		name := l.File
		if name == "" {
			name = l.Path
		}
		why := l.Why
		if l.Do != "" {
			why += " " + l.Do
		}
		out.Lines = append(out.Lines, ui.FolderLine{What: string(l.What), Name: name, Why: why, Bad: l.What == workspace.Refused})
	}
	return out
}
