package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sluice/engine"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail"
	"sluice/engine/vault"
	"sluice/engine/workspace"
	"sluice/hub"
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

// keptFiles lists the kept files as they came; lost are those that cannot be
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

// withoutSamples takes out what every Sluice has from its first start, where it
// is as it was then: it is nothing of the person's own.
func withoutSamples(items workspace.Items) (workspace.Items, []workspace.Line) {
	own := workspace.Owners(items.Kept)
	imported := map[workspace.Ref]bool{}
	for _, ref := range own {
		imported[ref] = true // it came with a folder and goes back with it
	}
	var told []workspace.Line
	out := func(ref workspace.Ref, sample bool) bool {
		if sample = sample && !imported[ref]; sample {
			told = append(told, workspace.Line{What: workspace.LeftOut, Ref: ref, Why: "It is a sample that every Sluice has."})
		}
		return sample
	}
	samples := map[string][]byte{}
	for _, s := range hub.Samples() {
		if f, err := flow.ParseYAML(s.Data); err == nil {
			samples[s.Path], _ = f.JSON()
		}
	}
	items.Flows = slices.DeleteFunc(slices.Clone(items.Flows), func(f flow.Stored) bool {
		return out(workspace.Ref{Kind: workspace.Flow, Path: f.Path}, bytes.Equal(samples[f.Path], f.JSON))
	})
	practice, err := json.Marshal(mail.Practice(practicePath))
	items.Resources = slices.DeleteFunc(slices.Clone(items.Resources), func(r flow.Resource) bool {
		return out(workspace.Ref{Kind: workspace.Resource, Path: r.Path}, err == nil && r.Path == practicePath && equalJSON(r.Value, practice))
	})
	return items, told
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
	schedules, err := eng.Schedules(ctx)
	if err != nil {
		return items, nil, err
	}
	for _, s := range schedules {
		items.Schedules = append(items.Schedules, workspace.Scheduled{Path: s.Path, JSON: s.Doc})
	}
	items.Kept, lost, err = keptFiles(ctx, eng, box)
	return items, lost, err
}

// settingTaken is the name under which it is kept that the schedules of imported folders
// are in the library.
const settingTaken = "schedules.taken"

// takeKeptSchedules takes the schedules of folders that were imported before there were
// schedules in the library: their files were only kept.
func takeKeptSchedules(ctx context.Context, eng *engine.Engine, box *vault.Box) error {
	if done, err := eng.Setting(ctx, settingTaken); err != nil || done != "" {
		return err
	}
	kept, lost, err := keptFiles(ctx, eng, box)
	if err != nil {
		return err
	}
	for _, s := range workspace.Gone(kept, workspace.Folder{}).Items.Schedules {
		switch _, err := eng.Schedule(ctx, s.Path); {
		case fault.HasCode(err, "schedule.unknown"):
			if err := eng.KeepSchedule(ctx, s.Path, s.JSON); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	if len(lost) > 0 {
		return nil // there may be more when the key is back
	}
	return eng.SetSetting(ctx, settingTaken, "1")
}
