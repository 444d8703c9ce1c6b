package main

import (
	"context"
	"os"
	"time"

	"sluice/engine"
	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/workspace"
	"sluice/ui"
	"sluice/ui/model"
)

// lists answers for the engine where the window looks over all runs.
type lists struct{ eng *engine.Engine }

var _ ui.Lists = lists{}

// Runs returns a page of runs, newest first.
func (l lists) Runs(ctx context.Context, q ui.RunQuery) ([]run.Summary, error) {
	f := engine.Filter{Open: q.Open, Path: q.Path, Text: q.Text, Words: q.Words, Person: q.Person, Status: q.Status, Outcome: q.Outcome, Before: q.Before, Limit: q.Limit}
	if q.From.Kind != "" {
		f.From = &engine.From{Trigger: q.From, Since: q.Since}
	} else {
		f.Since = q.Since
	}
	return l.eng.Runs(ctx, f)
}

// Told tells what went into some runs and what came of them.
func (l lists) Told(ctx context.Context, ids []run.ID) (map[run.ID]run.Told, error) {
	return l.eng.Told(ctx, ids)
}

// Waiting counts the open requests to people.
func (l lists) Waiting(ctx context.Context, limit int) (int, error) { return l.eng.Waiting(ctx, limit) }

// Requests returns the oldest open requests to people, and how many there are.
func (l lists) Requests(ctx context.Context, limit int) (open []run.Approval, all int, err error) {
	if open, err = l.eng.Approvals(ctx, limit); err != nil {
		return nil, 0, err
	}
	all, err = l.eng.Waiting(ctx, 0)
	return open, all, err
}

// RequestsSince returns the requests that were opened at a time or after it.
func (l lists) RequestsSince(ctx context.Context, opened time.Time, limit int) ([]run.Approval, error) {
	return l.eng.ApprovalsSince(ctx, opened, limit)
}

// Run returns one run's line.
func (l lists) Run(ctx context.Context, id run.ID) (run.Summary, error) { return l.eng.Run(ctx, id) }

// Standstill counts what stands still while Sluice does not run.
func (l lists) Standstill(ctx context.Context) (model.Standstill, error) {
	s, err := l.eng.Standstill(ctx)
	return model.Standstill(s), err
}

// folders takes in and gives back whole workspaces for the window.
type folders struct{ h *server }

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

// backups puts the data by and looks at what was put by, for the window.
type backups struct{ data string }

var _ ui.Backups = backups{}

// Make writes a backup of all into the home folder, under the day and the time.
func (b backups) Make(ctx context.Context) (file string, err error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fault.Because(err, "backup.write", "Your home folder is not known", "Make the backup with sluice backup FILE.")
	}
	file = ui.BackupFile(home, time.Now())
	return file, engine.Backup(ctx, b.data, file)
}

// Check says why a file cannot be put in the place of the data, and what in it is not as
// it was written.
func (b backups) Check(ctx context.Context, file string) (doubt string, err error) {
	return checkBackup(ctx, file)
}
