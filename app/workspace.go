package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"sluice/engine"
	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/engine/vault"
	"sluice/engine/workspace"
)

// importOptions say how a folder is taken in.
type importOptions struct {
	Replace     bool // what differs takes the place of what is there
	Delete      bool // what an earlier import brought and the folder holds no more goes; with Replace
	WithSecrets bool // secret variables are taken as plain texts
}

// isWorkspace reports whether a name is a folder with a whole workspace rather
// than one flow.
func isWorkspace(name string) bool {
	st, err := os.Stat(name)
	if err != nil || !st.IsDir() {
		return false
	}
	has := func(base string) bool {
		_, err := os.Lstat(filepath.Join(name, base))
		return err == nil
	}
	if has("wmill.yaml") {
		return true // whatever lies beside it
	}
	return !has("flow.yaml") && !has("flow.yml") && !has("flow.json") && isRoot(name)
}

// isRoot reports whether a folder is the root of a workspace.
func isRoot(dir string) bool {
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		return false
	}
	defer folder.Close()
	return workspace.IsRoot(folder)
}

// findRoot looks for workspaces in a folder that is none itself.
func findRoot(dir string) []string {
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		return nil
	}
	defer folder.Close()
	return workspace.FindRoot(folder)
}

// importWorkspace takes a folder in the layout of Windmill's client into the
// library. Bad files never stop the rest: the report tells of each file. The
// error is for a folder or a library that cannot be used at all.
func importWorkspace(ctx context.Context, eng *engine.Engine, box *vault.Box, dir string, o importOptions) (workspace.Report, error) {
	fsys, err := disk.OpenFolder(dir)
	if err != nil {
		return workspace.Report{}, fault.Because(err, "workspace.read", "The folder cannot be read", "Check that it exists and that you may read it.")
	}
	defer fsys.Close()
	if !workspace.IsRoot(fsys) {
		return workspace.Report{}, noWorkspace(dir, workspace.FindRoot(fsys))
	}
	in, err := workspace.Read(fsys, workspace.ReadOptions{WithSecrets: o.WithSecrets})
	if err != nil {
		return in.Report, err
	}
	kept, lost, err := keptFiles(ctx, eng, box)
	if err != nil {
		return in.Report, err
	}
	t := &taking{ctx: ctx, fresh: map[workspace.Ref]bool{}, eng: eng, box: box, opts: o, report: &in.Report, out: map[workspace.Ref]outcome{}, kept: map[string][]byte{}}
	for _, f := range kept {
		t.kept[f.Path] = f.Data
	}
	for _, name := range lost {
		t.kept[name] = nil
	}
	for _, f := range in.Items.Kept {
		if old, have := t.kept[f.Path]; !have || !bytes.Equal(old, f.Data) {
			t.fresh[in.Owner[f.Path]] = true
		}
	}
	if err := t.items(in); err != nil {
		return in.Report, err
	}
	if err := t.files(in, workspace.Owners(kept)); err != nil {
		return in.Report, err
	}
	if o.Delete {
		if len(in.Owner) == 0 {
			return in.Report, usage(fault.Newf("import.empty", "Nothing was deleted. Name the folder that the workspace is in.", "%q holds no flow, script, resource or variable", dir))
		}
		return in.Report, t.gone(workspace.Gone(kept, in))
	}
	return in.Report, nil
}

func noWorkspace(dir string, inside []string) error {
	dir = filepath.Clean(dir)
	hint := "A workspace holds wmill.yaml, or the folders u and f. A single flow is a file, or a folder with flow.yaml in it."
	if len(inside) > 0 {
		for i, name := range inside {
			inside[i] = filepath.Join(dir, filepath.FromSlash(name))
		}
		hint = "There is one in " + strings.Join(inside, ", ") + ": import that."
	}
	if around := rootAbove(dir); around != "" {
		hint = "It lies in the workspace " + around + ": import that."
	}
	return usage(fault.Newf("workspace.none", hint, "%q is no workspace", dir))
}

// rootAbove finds the workspace that a folder lies in.
func rootAbove(dir string) string {
	full, err := filepath.Abs(dir)
	for range 6 {
		up := filepath.Dir(full)
		if err != nil || up == full {
			return ""
		}
		if full = up; isRoot(full) {
			return full
		}
	}
	return ""
}

// taking takes one folder into the library.
type taking struct {
	ctx    context.Context
	eng    *engine.Engine
	box    *vault.Box
	opts   importOptions
	report *workspace.Report
	kept   map[string][]byte      // what is kept already; nil for what cannot be opened
	fresh  map[workspace.Ref]bool // items with files that are not as at the last import

	mu  sync.Mutex
	out map[workspace.Ref]outcome
}

// outcome is what became of an item.
type outcome struct {
	what    workspace.What
	why, do string
}

// items stores the items of a folder.
func (t *taking) items(in workspace.Folder) error {
	vars, err := t.eng.Variables(t.ctx)
	if err != nil {
		return err
	}
	had := map[string]flow.Variable{}
	for _, v := range vars {
		had[v.Path] = v
	}
	var todo []func() error
	for _, f := range in.Items.Flows {
		todo = append(todo, func() error { return t.flow(f) })
	}
	for _, s := range in.Items.Scripts {
		todo = append(todo, func() error { return t.script(s) })
	}
	for _, r := range in.Items.Resources {
		todo = append(todo, func() error { return t.resource(r) })
	}
	for _, v := range in.Items.Variables {
		todo = append(todo, func() error { return t.variable(v, had) })
	}
	for _, s := range in.Items.Schedules {
		todo = append(todo, func() error { return t.schedule(s) })
	}
	if err := together(t.ctx, todo); err != nil {
		return err
	}
	for _, ref := range in.Absent {
		if _, have := had[ref.Path]; have {
			t.settle(ref, workspace.Same, "The folder holds no value for it that can be used; the one in the library stays.", "")
		}
	}
	for ref, o := range t.out {
		if o.what != workspace.Taken {
			t.report.Set(ref, o.what, o.why, o.do)
		}
	}
	return nil
}

// together does many things at once, as the engine commits what arrives at the
// same time in one go.
func together(ctx context.Context, todo []func() error) error {
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	slots := make(chan struct{}, 32)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for _, do := range todo {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := do(); err != nil {
				once.Do(func() { first = err })
				stop()
			}
		})
	}
	wg.Wait()
	if first == nil {
		return context.Cause(ctx)
	}
	return first
}

func (t *taking) settle(ref workspace.Ref, what workspace.What, why, do string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out[ref] = outcome{what, why, do}
}

// store saves an item unless the library has it, equal, or another one that may
// not be replaced. An error that is no fault of the item's ends everything.
func (t *taking) store(ref workspace.Ref, have, same bool, save func() error) error {
	switch {
	case have && same:
		t.settle(ref, workspace.Same, "The library has it already, equal.", "")
		return nil
	case have && !t.opts.Replace && !t.fresh[ref]:
		t.settle(ref, workspace.Same, "Its files are as at the last import. It was changed in Sluice since; that stays.", "")
		return nil
	case have && !t.opts.Replace:
		t.settle(ref, workspace.Refused, fmt.Sprintf("There is another %s %s in the library; that one stays.", ref.Kind, ref.Path),
			"Import with --replace to take this one instead.")
		return nil
	}
	err := save()
	switch f := fault.From(err); {
	case err == nil:
		t.settle(ref, workspace.Taken, "", "")
	case f.Code == fault.Unexpected || t.ctx.Err() != nil:
		return err
	default:
		t.settle(ref, workspace.Refused, f.Title+".", f.Hint)
	}
	return nil
}

func (t *taking) flow(f flow.Stored) error {
	old, err := t.eng.Flow(t.ctx, f.Path)
	if err != nil && !fault.HasCode(err, "flow.unknown") && !fault.HasCode(err, "flow.damaged") {
		return err
	}
	return t.store(workspace.Ref{Kind: workspace.Flow, Path: f.Path}, !fault.HasCode(err, "flow.unknown"), err == nil && workspace.SameFlow(old.JSON, f.JSON), func() error {
		return t.eng.SaveFlow(t.ctx, f.Path, f.JSON)
	})
}

func (t *taking) script(s flow.StoredScript) error {
	old, err := t.eng.Script(t.ctx, s.Path)
	if err != nil && !fault.HasCode(err, "script.unknown") && !fault.HasCode(err, "script.damaged") {
		return err
	}
	return t.store(workspace.Ref{Kind: workspace.Script, Path: s.Path}, !fault.HasCode(err, "script.unknown"), err == nil && workspace.SameScript(old, s), func() error {
		_, err := t.eng.SaveScript(t.ctx, s)
		return err
	})
}

func (t *taking) resource(r flow.Resource) error {
	old, err := t.eng.FullResource(t.ctx, r.Path)
	if err != nil && !fault.HasCode(err, "resource.unknown") && !fault.HasCode(err, "resource.sealed") {
		return err
	}
	same := err == nil && old.Type == r.Type && equalJSON(old.Value, r.Value) && t.sameText(old.Description, r.Description) &&
		(old.Literal || !r.Literal || !flow.Refers(r.Value))
	return t.store(workspace.Ref{Kind: workspace.Resource, Path: r.Path}, !fault.HasCode(err, "resource.unknown"), same, func() error {
		return t.eng.PutResource(t.ctx, r)
	})
}

func (t *taking) variable(v flow.Variable, had map[string]flow.Variable) error {
	was, have := had[v.Path]
	old := ""
	if have {
		var err error
		old, err = t.eng.Variable(t.ctx, v.Path)
		if err != nil && !fault.HasCode(err, "resource.sealed") {
			return err
		}
		have = true
	}
	return t.store(workspace.Ref{Kind: workspace.Variable, Path: v.Path}, have, was.Secret == v.Secret && old == v.Value && t.sameText(was.Description, v.Description), func() error {
		return t.eng.SetVariable(t.ctx, v)
	})
}

// schedule takes a schedule, switched off: it may be for another computer. One that is
// here and equal stays as it is, on or off.
func (t *taking) schedule(s workspace.Scheduled) error {
	old, err := t.eng.Schedule(t.ctx, s.Path)
	if err != nil && !fault.HasCode(err, "schedule.unknown") {
		return err
	}
	return t.store(workspace.Ref{Kind: workspace.Schedule, Path: s.Path}, err == nil, err == nil && schedule.Same(old.Doc, s.JSON), func() error {
		return t.eng.KeepSchedule(t.ctx, s.Path, s.JSON)
	})
}

// sameText compares descriptions. An earlier version of Sluice kept none, so that
// nothing there is no difference unless the caller takes all that is new.
func (t *taking) sameText(have, given string) bool {
	return have == given || have == "" && !t.opts.Replace
}

func equalJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// files keeps the files of a folder, except those of items that were not taken,
// and forgets those of an earlier state of items that were.
func (t *taking) files(in workspace.Folder, owners map[string]workspace.Ref) error {
	var todo []func() error
	now := map[string]bool{}
	for _, f := range in.Items.Kept {
		now[f.Path] = true
		ref, owned := in.Owner[f.Path]
		if owned && t.out[ref].what == workspace.Refused {
			continue
		}
		old, have := t.kept[f.Path]
		if have && old != nil && bytes.Equal(old, f.Data) {
			continue
		}
		if f.Path == workspace.NamesFile {
			f.Data = workspace.MergeNames(old, f.Data)
		} else if have && !owned && !t.opts.Replace {
			const stays = "Another file of that name is kept from an earlier import; that one stays."
			if why, do, refused := t.report.Refusal(f.Path); refused { // as it cannot be read: --replace would be no way on
				t.report.SetFile(f.Path, workspace.Refused, why+" "+stays, do)
			} else {
				t.report.SetFile(f.Path, workspace.Refused, stays, "Import with --replace to keep this one instead.")
			}
			continue
		}
		todo = append(todo, func() error { return t.keep(f) })
	}
	for name, ref := range owners {
		if t.out[ref].what == workspace.Taken && !now[name] {
			todo = append(todo, func() error { return t.keep(flow.KeptFile{Path: name}) })
		}
	}
	return together(t.ctx, todo)
}
