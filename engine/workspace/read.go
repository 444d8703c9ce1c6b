package workspace

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sluice/engine/flow"
)

// Read reads a folder. The error is for a folder that cannot be read at all;
// all else is told in the report.
func Read(fsys fs.FS, opts ReadOptions) (Folder, error) {
	f := Folder{Owner: map[string]Ref{}}
	t, err := load(fsys, &f.Report)
	if err != nil {
		return f, err
	}
	ix := newIndex(t, opts)
	for _, ref := range sorted(ix.items) {
		o := ix.items[ref]
		switch ref.Kind {
		case Flow:
			f.Items.Flows = append(f.Items.Flows, o.flow)
		case Script:
			f.Items.Scripts = append(f.Items.Scripts, o.script)
		case Resource:
			f.Items.Resources = append(f.Items.Resources, o.resource)
		case Variable:
			if o.absent {
				f.Absent = append(f.Absent, ref)
			} else {
				f.Items.Variables = append(f.Items.Variables, o.variable)
			}
		case Schedule:
			f.Items.Schedules = append(f.Items.Schedules, o.schedule)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		if name != TextFile {
			f.Items.Kept = append(f.Items.Kept, flow.KeptFile{Path: name, Data: t.files[name]})
		}
		l, ok := ix.lines[name]
		if o := ix.owner[name]; !ok && o != nil {
			f.Owner[name] = o.ref
			l = Line{What: Taken, Ref: o.ref}
			if name == o.main {
				l.Why = o.note
			}
			if o.absent {
				l.What, l.Do = Unset, "The variable was not made. Add it with its value under Resources."
			}
		} else if !ok {
			l = Line{What: Kept, Why: use(name)}
			if name == TextFile {
				l.What = Taken
			}
		}
		l.File, l.As = name, t.disk[name]
		f.Report.add(l)
	}
	f.Report.sort()
	return f, nil
}

// Owners tells which items the kept files of a library belong to.
func Owners(kept []flow.KeptFile) map[string]Ref {
	out := map[string]Ref{}
	for name, o := range newIndex(newTree(kept), ReadOptions{}).owner {
		out[name] = o.ref
	}
	return out
}

// Gone finds the items that the kept files of a library stand for and a folder,
// read anew, holds no more: neither one of their files nor the item in another
// form. They are as their files tell; by whom a file is owned is in Owner.
func Gone(kept []flow.KeptFile, now Folder) Folder {
	stays := map[Ref]bool{}
	for _, l := range now.Report.Lines {
		stays[l.Ref] = true // also what could not be read
	}
	files := map[string]bool{}
	for _, f := range now.Items.Kept {
		files[f.Path] = true
	}
	ix := newIndex(newTree(kept), ReadOptions{WithSecrets: true})
	var gone Folder
	gone.Owner = map[string]Ref{}
	for _, ref := range sorted(ix.items) {
		o := ix.items[ref]
		if stays[ref] || slices.ContainsFunc(o.files, func(name string) bool { return files[name] }) {
			continue
		}
		switch ref.Kind {
		case Flow:
			gone.Items.Flows = append(gone.Items.Flows, o.flow)
		case Script:
			gone.Items.Scripts = append(gone.Items.Scripts, o.script)
		case Resource:
			gone.Items.Resources = append(gone.Items.Resources, o.resource)
		case Variable:
			gone.Items.Variables = append(gone.Items.Variables, o.variable)
		case Schedule:
			gone.Items.Schedules = append(gone.Items.Schedules, o.schedule)
		}
		for _, name := range o.files {
			gone.Owner[name] = ref
		}
	}
	for _, f := range kept {
		if _, owned := gone.Owner[f.Path]; owned || ix.owner[f.Path] == nil && !files[f.Path] && f.Path != NamesFile && f.Path != settingsFile {
			gone.Items.Kept = append(gone.Items.Kept, f)
		}
	}
	return gone
}

// Private reports whether a kept file may hold secrets in clear. Only what tells
// about flows, scripts and the layout itself surely does not.
func Private(name string) bool {
	base := path.Base(name)
	if _, kind := special(name); kind == "flow" || kind == "module" || itemKind(name) == Script || itemKind(name) == Flow {
		return false
	}
	_, _, code := settings{}.codeFile(base)
	return !code && name != settingsFile && name != "wmill-lock.yaml" && name != NamesFile && base != "folder.meta.yaml" && !strings.HasSuffix(base, ".script.lock")
}

// use tells what a file is that Sluice only keeps.
func use(name string) string {
	base := path.Base(name)
	_, kind := special(name)
	words := strings.Split(base, ".")
	switch {
	case name == settingsFile:
		return "It holds the layout's settings."
	case name == NamesFile:
		return "It tells what shortened names stand for."
	case name == TextFile:
		return "It tells which resources are text that a step stored."
	case name == "wmill-lock.yaml":
		return "It belongs to Windmill's command line client."
	case kind == "app":
		return "It belongs to an app; Sluice shows none."
	case kind == "module" || kind == "dbt":
		return "It belongs to a script of several files; here a script is one file."
	case kind == "flow":
		return "It lies in the folder of a flow and no step uses it."
	case strings.HasPrefix(base, "folder.") && len(words) > 2 && words[len(words)-2] == "meta":
		return "It tells who may see the folder; here all is yours."
	case len(words) > 2:
		switch what := words[len(words)-2]; {
		case strings.HasSuffix(what, "_trigger"):
			return "Sluice starts nothing by the triggers of a folder."
		case what == "resource-type":
			return "Sluice does not need the types of resources."
		case what == "script" && words[len(words)-1] == "lock":
			return "It is the lock of a script that does not name it."
		}
	}
	return "Sluice does not use it."
}

// sorted lists references by kind and path.
func sorted[T any](m map[Ref]T) []Ref {
	return slices.SortedFunc(maps.Keys(m), compareRefs)
}

func compareRefs(a, b Ref) int {
	if a.Kind != b.Kind {
		return strings.Compare(string(a.Kind), string(b.Kind))
	}
	return strings.Compare(a.Path, b.Path)
}
