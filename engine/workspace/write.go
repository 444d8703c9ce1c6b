package workspace

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"sluice/engine/flow"
)

// Write returns the files of a folder that holds the items, sorted by path. The
// report has a line for each file, and one for what could not be written.
func Write(items Items, opts WriteOptions) ([]flow.KeptFile, Report) {
	w := &writer{index: newIndex(newTree(items.Kept), ReadOptions{WithSecrets: true}), opts: opts, out: map[string]outFile{}}
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		if w.owner[name] == nil && name != NamesFile {
			w.give(name, Ref{})
		}
	}
	if len(items.Kept) == 0 {
		w.put(settingsFile, []byte("defaultTs: bun\nincludes:\n  - u/**\n  - f/**\n"), Line{})
	}
	here := map[Ref]bool{}
	do := func(kind Kind, p string, write func(o *origin)) {
		ref := Ref{kind, p}
		if here[ref] = true; checkOut(p) {
			write(w.items[ref])
			return
		}
		w.report.add(Line{What: Refused, Ref: ref, Why: "Its path cannot be written as a folder and a file.", Do: "It is safe in the library. Save it under a path like f/finance/charge."})
	}
	for _, f := range items.Flows {
		do(Flow, f.Path, func(o *origin) { w.flow(f, o) })
	}
	for _, s := range items.Scripts {
		do(Script, s.Path, func(o *origin) { w.script(s, o) })
	}
	for _, r := range items.Resources {
		do(Resource, r.Path, func(o *origin) { w.resource(r, o) })
	}
	for _, v := range items.Variables {
		do(Variable, v.Path, func(o *origin) { w.variable(v, o) })
	}
	for _, ref := range items.Locked {
		here[ref] = true
		w.locked(ref, w.items[ref])
	}
	for _, ref := range sorted(w.items) {
		switch o := w.items[ref]; {
		case here[ref]:
		case ref.Kind == Variable && o.variable.Secret && (o.variable.Value == "" || encrypted(o.variable.Value)):
			w.giveAll(o) // it never was in the library
		default:
			for _, name := range o.files {
				if _, ok := w.out[name]; !ok && w.owner[name] == o {
					w.report.add(Line{File: name, What: LeftOut, Ref: ref, Why: "The " + string(ref.Kind) + " was deleted in Sluice."})
				}
			}
		}
	}
	return w.place()
}

// checkOut reports whether a path of the library makes names of files.
func checkOut(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || part == "." || part == ".." || strings.Contains(part, "\x00") {
			return false
		}
	}
	return true
}

type writer struct {
	*index // of the kept files
	opts   WriteOptions
	out    map[string]outFile
	report Report
}

type outFile struct {
	data []byte
	line Line
}

// put writes a file; it is told as changed where it came otherwise.
func (w *writer) put(name string, data []byte, l Line) {
	was, had := w.files[name]
	switch {
	case l.What != "":
	case had && !bytes.Equal(was, data):
		l.What = Changed
		if l.Why == "" {
			l.Why = "It was changed in Sluice."
		}
	default:
		l.What = Written
	}
	w.out[name] = outFile{data, l}
}

// give gives a kept file back as it came.
func (w *writer) give(name string, ref Ref) {
	w.out[name] = outFile{w.files[name], Line{What: Written, Ref: ref}}
}

func (w *writer) giveAll(o *origin) {
	for _, name := range o.files {
		w.give(name, o.ref)
	}
}

// locked is for a value that this computer cannot open.
func (w *writer) locked(ref Ref, o *origin) {
	l := Line{What: Refused, Ref: ref, Why: "Its value cannot be opened: the key is missing on this computer.", Do: "Enter it again under Resources, then export again."}
	if o != nil {
		w.giveAll(o)
		l.File, l.Why, l.Do = o.main, l.Why+" The file is as it was imported.", "Check the value in it."
		w.out[o.main] = outFile{w.files[o.main], l}
		return
	}
	w.report.add(l)
}

// flow writes a flow.
func (w *writer) flow(s flow.Stored, o *origin) {
	ref := Ref{Flow, s.Path}
	if o != nil && equal(o.flow.JSON, s.JSON) {
		w.giveAll(o)
		return
	}
	f, err := flow.ParseJSON(s.JSON)
	var rounded []string
	if err == nil {
		f, rounded, err = modern(f)
	}
	if err != nil {
		w.report.add(Line{What: Refused, Ref: ref, Why: told(err), Do: "It is safe in the library. Correct it there and export again."})
		return
	}
	dir := s.Path + ".flow"
	if w.nonDotted {
		dir = s.Path + "__flow"
	}
	main := dir + "/flow.yaml"
	if o != nil {
		main, dir = o.main, path.Dir(o.main)
	}
	line := Line{Ref: ref}
	if len(rounded) > 0 {
		line.What, line.Why = Changed, "Windmill takes whole numbers only, so some were rounded up: "+strings.Join(rounded, ", ")+"."
	} else if o != nil && bytes.Contains(w.files[main], []byte("#")) {
		line.Why = "It was changed in Sluice; comments in it are gone."
	}
	if _, kind := special(main); kind != "flow" { // a single file
		if data, err := w.encodeFlow(main, f); err == nil {
			w.put(main, data, line)
		}
		return
	}
	files, err := flow.FolderAs(f, flow.FileNames{Old: w.oldNames(o), Short: w.nonDotted, DefaultTS: w.defaultTs})
	if err != nil {
		w.report.add(Line{What: Refused, Ref: ref, Why: told(err), Do: "It is safe in the library. Correct it there and export again."})
		return
	}
	for base, data := range files {
		name := dir + "/" + base
		if base == "flow.yaml" {
			name = main
			if strings.HasSuffix(main, ".json") {
				if text, err := flow.FromYAML(data); err == nil {
					if data, err = encode(main, text); err != nil {
						continue
					}
				}
			}
			w.put(name, data, line)
			continue
		}
		w.put(name, data, Line{Ref: ref})
	}
	for _, r := range w.references(main, w.out[main].data) { // the tools of agents, which are written as they are
		if _, ok := w.out[r.target]; !ok {
			w.give(r.target, ref)
		}
	}
	w.dropped(o, "No step of the flow uses it any more.")
}

func (w *writer) encodeFlow(name string, f *flow.Flow) ([]byte, error) {
	text, err := f.JSON()
	if err != nil {
		return nil, err
	}
	return encode(name, text)
}

// oldNames tells which files the steps of a flow had.
func (w *writer) oldNames(o *origin) func(*flow.Module) (string, string) {
	if o == nil {
		return nil
	}
	had := map[string][2]string{}
	if f, err := flow.Parse(o.main, w.files[o.main]); err == nil {
		flow.Every(f, func(m *flow.Module) {
			if v, ok := m.Value.(*flow.RawScript); ok && m.ID != "" {
				script, _ := flow.InlineName(v.Content)
				lock, _ := flow.InlineName(v.Lock)
				had[m.ID] = [2]string{w.inFolder(o, script), w.inFolder(o, lock)}
			}
		})
	}
	return func(m *flow.Module) (string, string) { return had[m.ID][0], had[m.ID][1] }
}

// inFolder is the name below a flow's folder of a file that it refers to.
func (w *writer) inFolder(o *origin, ref string) string {
	if ref == "" {
		return ""
	}
	dir := path.Dir(o.main)
	name, ok := w.find(path.Join(dir, strings.ReplaceAll(ref, `\`, "/")), "")
	rest, inside := strings.CutPrefix(name, dir+"/")
	if !ok || !inside {
		return ""
	}
	return rest
}

// dropped tells of the files of an item that are not written any more.
func (w *writer) dropped(o *origin, why string) {
	if o == nil {
		return
	}
	for _, name := range o.files {
		if _, ok := w.out[name]; !ok && w.owner[name] == o {
			w.report.add(Line{File: name, What: LeftOut, Ref: o.ref, Why: why})
		}
	}
}
