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
	w.texts(items.Resources)
	for _, v := range items.Variables {
		do(Variable, v.Path, func(o *origin) { w.variable(v, o) })
	}
	for _, s := range items.Schedules {
		do(Schedule, s.Path, func(o *origin) { w.schedule(s, o) })
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
			if f := w.out[o.main]; w.opts.WithSecrets && o.variable.Value != "" {
				f.line.What, f.line.Why = Unset, "Its value is sealed by the workspace that it comes from."
				f.line.Do = "Set it here first: a push with --plain-secrets would store the sealed text itself."
				w.out[o.main] = f
			}
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
	if o != nil && SameFlow(o.flow.JSON, s.JSON) {
		w.giveAll(o)
		return
	}
	f, err := flow.ParseJSON(s.JSON)
	if err == nil && o != nil && bytes.Contains(s.JSON, []byte(`"aiagent"`)) { // the library may hold it from before tools were read
		flow.InlineTools(f, w.tree, path.Dir(o.main))
		if text, err := f.JSON(); err == nil && SameFlow(o.flow.JSON, text) {
			w.giveAll(o)
			return
		}
	}
	var rounded []string
	if err == nil {
		f, rounded, err = modern(f, o == nil || inClientsOrder(o.flow.JSON))
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
	files, err := flow.FolderAs(f, w.fileNames(o))
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
	for _, r := range w.references(main, w.out[main].data) { // what could not be read in place, as of an agent's tools
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

// fileNames says how the files of a flow's folder are called. Where they are
// called as Windmill's client calls them, the new ones are too: its next pull
// would give them these names anyway. Elsewhere files keep their names.
func (w *writer) fileNames(o *origin) flow.FileNames {
	as := flow.FileNames{Short: w.nonDotted, DefaultTS: w.defaultTs}
	if o == nil {
		return as
	}
	had := map[string][2]string{}
	names := map[string]bool{}
	f, err := flow.Parse(o.main, w.files[o.main])
	if err != nil {
		return as
	}
	flow.EveryScript(f, func(m *flow.Module, v *flow.RawScript) {
		script, _ := flow.InlineName(v.Content)
		lock, _ := flow.InlineName(v.Lock)
		script, lock = w.inFolder(o, script), w.inFolder(o, lock)
		names[script], names[lock] = true, true
		if m.ID != "" {
			had[m.ID] = [2]string{script, lock}
		}
	})
	if whole, err := flow.ParseJSON(o.flow.JSON); err == nil {
		if clients, err := flow.FolderAs(whole, as); err == nil {
			delete(clients, "flow.yaml")
			delete(names, "")
			if maps.EqualFunc(names, clients, func(bool, []byte) bool { return true }) {
				return as
			}
		}
	}
	as.Old = func(m *flow.Module) (string, string) { return had[m.ID][0], had[m.ID][1] }
	return as
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
