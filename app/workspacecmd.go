package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/plain"
	"sluice/engine/workspace"
)

// mostTold is how many files are told on the screen.
const mostTold = 40

// tell says on standard output what became of a folder, and writes the whole
// report where one is asked for. What was refused makes the command fail.
func (o *options) tell(r workspace.Report, verb, dir, file string, asJSON bool) error {
	if file != "" {
		data := []byte(r.Text())
		if strings.HasSuffix(file, ".json") {
			b, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				return err
			}
			data = append(b, '\n')
		}
		if err := writeReport(dir, file, data); err != nil {
			return unwritten(err, file, "The folder itself was "+strings.ToLower(verb)+". Name another file.")
		}
	}
	if asJSON {
		for _, l := range r.Lines {
			o.print(struct {
				Event string `json:"event"`
				workspace.Line
			}{"file", l})
		}
		o.print(map[string]any{"event": strings.ToLower(verb), "folder": dir, "refused": r.Count(workspace.Refused), "changed": r.Count(workspace.Changed)})
	} else {
		notable := r.Notable()
		for i, l := range notable {
			if i == mostTold {
				where := "give --report FILE to have them all"
				if file != "" {
					where = "all are in " + file
				}
				plain.Fprintf(o.out, "… and %d more: %s\n", len(notable)-i, where)
				break
			}
			plain.Fprintf(o.out, "%s\n", plain.Lines(l.String()))
		}
		plain.Fprintf(o.out, "%s %s: %s.\n", verb, dir, summary(r))
	}
	if r.Count(workspace.Refused) > 0 {
		return &exitError{code: exitUsage, quiet: true}
	}
	return nil
}

func unwritten(err error, file, hint string) error {
	return fault.Because(err, "report.write", fmt.Sprintf("The report %q cannot be written", file), hint)
}

// takesReport refuses what is no file in the place of a report before anything is done.
func takesReport(file string) error {
	if file == "" {
		return nil
	}
	if err := disk.Regular(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(unwritten(err, file, "Nothing was done. Name another file."))
	}
	return nil
}

// writeReport writes a report where its user says. A link of that name is followed, as by
// any other program; but one that lies in the folder itself is of whoever made the folder,
// and may lead to any file.
func writeReport(dir, file string, data []byte) error {
	name, ok := insideOf(dir, file)
	if !ok {
		return disk.Write(file, data, 0o644)
	}
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	st, err := folder.Stat(filepath.ToSlash(name))
	switch {
	case err == nil && !st.Mode().IsRegular():
		return &fs.PathError{Op: "write", Path: file, Err: disk.ErrNotFile}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return replaceFile(folder.Root(), name, data, 0o644)
}

// insideOf returns what a file is called in a folder, if it lies there, by its name or by
// where the folders of both really are.
func insideOf(dir, file string) (name string, ok bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", false
	}
	if name, err = filepath.Rel(dir, file); err == nil && filepath.IsLocal(name) {
		return name, true
	}
	up, err := filepath.EvalSymlinks(filepath.Dir(file))
	real, err2 := filepath.EvalSymlinks(dir)
	if err != nil || err2 != nil {
		return "", false
	}
	name, err = filepath.Rel(real, filepath.Join(up, filepath.Base(file)))
	return name, err == nil && filepath.IsLocal(name)
}

// summary counts what became of the files.
func summary(r workspace.Report) string {
	var parts []string
	for _, k := range []struct {
		kind      workspace.Kind
		one, many string
	}{
		{workspace.Flow, "flow", "flows"}, {workspace.Script, "script", "scripts"},
		{workspace.Resource, "resource", "resources"}, {workspace.Variable, "variable", "variables"}, {workspace.Schedule, "schedule", "schedules"},
	} {
		if n := r.Items(k.kind, workspace.Taken, workspace.Written, workspace.Changed); n > 0 {
			parts = append(parts, plural(n, k.one, k.many))
		}
	}
	same := 0
	for _, kind := range []workspace.Kind{workspace.Flow, workspace.Script, workspace.Resource, workspace.Variable, workspace.Schedule} {
		same += r.Items(kind, workspace.Same)
	}
	if same > 0 {
		parts = append(parts, fmt.Sprintf("%d as before", same))
	}
	if n := r.Count(workspace.Unset); n > 0 {
		parts = append(parts, plural(n, "variable", "variables")+" to fill in")
	}
	for _, what := range []workspace.What{workspace.Kept, workspace.Deleted, workspace.Changed, workspace.LeftOut, workspace.Refused} {
		if n := r.Count(what); n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", plural(n, "file", "files"), what))
		}
	}
	if len(parts) == 0 {
		return "nothing in it"
	}
	return strings.Join(parts, ", ")
}

// importFolder is sluice import of a whole workspace.
func (o *options) importFolder(ctx context.Context, dir string, opts importOptions, report string, asJSON bool) error {
	if err := takesReport(report); err != nil {
		return err
	}
	o.unscheduled = true
	h, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	r, err := importWorkspace(ctx, h.eng, h.box, dir, opts)
	if err != nil {
		return err
	}
	return o.tell(r, "Imported", dir, report, asJSON)
}

// exportFolder is sluice export of the whole library.
func (o *options) exportFolder(ctx context.Context, dir string, opts exportOptions, report string, asJSON bool) error {
	if err := takesReport(report); err != nil {
		return err
	}
	o.unscheduled = true
	h, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	r, err := exportWorkspace(ctx, h.eng, h.box, dir, opts)
	if err != nil {
		return err
	}
	return o.tell(r, "Exported", dir, report, asJSON)
}

// itemLine is an item as list --json writes it.
type itemLine struct {
	Kind    string    `json:"kind"`
	Path    string    `json:"path"`
	Summary string    `json:"summary,omitempty"`
	Hash    string    `json:"hash,omitempty"`
	Updated time.Time `json:"updated,omitzero"`
	Problem string    `json:"problem,omitempty"`
}

// listCmd is sluice list.
func (o *options) listCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [FOLDER]",
		Short: "List the flows and scripts of the library, or those below a path such as f/finance",
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			flows, err := r.Flows(cmd.Context())
			if err != nil {
				return err
			}
			scripts, err := r.Scripts(cmd.Context())
			if err != nil {
				return err
			}
			items, none := workspace.Items{Flows: flows, Scripts: scripts}, "Nothing is there.\n"
			if len(args) == 1 {
				none = nothingUnder(args[0]) + ". " + somethingUnder(items) + "\n"
				items = items.Under(args[0])
			}
			var lines []itemLine
			for _, f := range items.Flows {
				lines = append(lines, itemLine{Kind: "flow", Path: f.Path, Summary: f.Summary, Updated: f.Updated, Problem: f.Problem})
			}
			for _, s := range items.Scripts {
				lines = append(lines, itemLine{Kind: "script", Path: s.Path, Summary: s.Summary, Hash: s.Hash, Updated: s.Updated})
			}
			return o.items(lines, none, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}

// items prints items for people or programs; none is told to people where there are none.
func (o *options) items(lines []itemLine, none string, asJSON bool) error {
	w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		if asJSON {
			o.print(l)
			continue
		}
		text := l.Summary
		if l.Problem != "" {
			text = "cannot be read: " + l.Problem
		}
		plain.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Kind, l.Path, l.Updated.Local().Format(time.DateTime), text)
	}
	if len(lines) == 0 && !asJSON {
		plain.Fprintf(o.out, "%s", plain.Lines(none))
	}
	return w.Flush()
}
