package workspace

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
)

const keptAsItIs = "It is kept as it is and given back on export. Correct it and import again."

// folder reads the folder of a flow.
func (ix *index) folder(dir string, files []string) {
	p := strings.TrimSuffix(strings.TrimSuffix(dir, ".flow"), "__flow")
	for _, base := range []string{"flow.yaml", "flow.yml", "flow.json"} {
		if name := dir + "/" + base; slices.Contains(files, name) {
			ix.flow(p, name)
			return
		}
	}
	for _, name := range files {
		ix.lines[name] = Line{What: Kept, Why: "There is no flow.yaml in its folder.", Do: "Put it back to use the flow."}
	}
}

// flow reads a flow from its file.
func (ix *index) flow(p, name string) {
	o := &origin{ref: Ref{Flow, p}, main: name, files: []string{name}}
	f, err := flow.ReadFS(ix.tree, name)
	if err == nil {
		err = flow.CheckPath(p)
	}
	var text []byte
	if err == nil {
		text, err = f.JSON()
	}
	if err != nil {
		ix.refuse(name, o.ref, err, keptAsItIs)
		return
	}
	o.note = CannotRun(f)
	for _, s := range flow.Slips(flow.Validate(f)) {
		o.note = strings.TrimSpace(o.note + " " + s.Field + ": " + s.Title + ". " + s.Hint)
	}
	o.flow = flow.Stored{Path: p, Summary: f.Summary, Steps: flow.Steps(f), JSON: text}
	for _, r := range ix.references(name, ix.files[name]) {
		if !slices.Contains(o.files, r.target) {
			o.files = append(o.files, r.target)
		}
	}
	ix.claim(o)
}

// CannotRun tells why a flow that was taken cannot be started here; "" if it
// can.
func CannotRun(f *flow.Flow) string {
	found := append(flow.Unsupported(f), flow.Errors(flow.Validate(f))...)
	switch len(found) {
	case 0:
		return ""
	case 1:
		return "It cannot run here yet: " + found[0].Title + "."
	}
	return fmt.Sprintf("It cannot run here yet: %s; and %d more.", found[0].Title, len(found)-1)
}

// scripts reads the scripts of the files that tell about them and of those with
// their code.
func (ix *index) scripts(metas, codes []string) {
	byPath := map[string][]string{} // code files
	for _, name := range codes {
		base, _, _ := ix.codeFile(path.Base(name))
		p := path.Join(path.Dir(name), base)
		if dir, kind := special(name); kind == "module" {
			p = strings.TrimSuffix(dir, "__mod")
		}
		byPath[p] = append(byPath[p], name)
	}
	told := map[string]bool{}
	for _, meta := range metas {
		stem, _, _ := itemFile(path.Base(meta))
		p := path.Join(path.Dir(meta), stem)
		if dir, kind := special(meta); kind == "module" {
			p = strings.TrimSuffix(dir, "__mod")
		}
		told[p] = true
		ix.script(p, meta, byPath[p])
	}
	for _, p := range slices.Sorted(maps.Keys(byPath)) {
		base := path.Base(p)
		if told[p] || strings.Contains(base, ".") || strings.HasSuffix(byPath[p][0], ".js") || ix.owner[byPath[p][0]] != nil {
			continue
		}
		ix.script(p, "", byPath[p])
	}
}

func (ix *index) script(p, meta string, codes []string) {
	o := &origin{ref: Ref{Script, p}, main: meta}
	s := &o.script
	s.Path = p
	fail := func(title, do string) {
		name := meta
		if name == "" {
			name = codes[0]
		}
		ix.refuse(name, o.ref, fault.New("workspace.script", title, ""), do)
	}
	if err := flow.CheckPath(p); err != nil {
		fail(fault.From(err).Title, keptAsItIs)
		return
	}
	switch len(codes) {
	case 0:
		fail("There is no file with the code of this script beside it", "Put it back, such as "+path.Base(p)+".ts or "+path.Base(p)+".py, and import again. The file is kept.")
		return
	case 1:
	default:
		fail("There are several files with the code of this script: "+strings.Join(codes, ", "), "All are kept. Leave one of them and import again.")
		return
	}
	o.code = codes[0]
	if meta == "" {
		o.main = o.code
		o.note = "It has no file " + path.Base(p) + ".script.yaml; its arguments are read from the code."
	} else {
		o.files = append(o.files, meta)
	}
	o.files = append(o.files, o.code)
	content := bytes.TrimPrefix(ix.files[o.code], []byte("\xef\xbb\xbf"))
	if !utf8.Valid(content) {
		fail("The code in "+o.code+" is not UTF-8 text", "It is kept as it is. Save it as UTF-8 and import again.")
		return
	}
	s.Content = string(content)
	_, s.Language, _ = ix.codeFile(path.Base(o.code))
	if meta != "" {
		m, err := decodeObject(meta, ix.files[meta])
		if err != nil {
			ix.refuse(meta, o.ref, err, keptAsItIs)
			return
		}
		s.Meta = m.json()
		s.Summary, s.Description, s.Kind = m.text("summary"), m.text("description"), m.text("kind")
		if v := m.by["schema"]; len(v) > 0 && v[0] == '{' {
			s.Schema = v
		}
		ix.lockOf(o, m)
	}
	if !flow.Runnable(s.Language) {
		o.note = "Scripts in the language " + s.Language + " cannot run here."
	}
	if ix.modules[p] {
		o.note = "Its other files, in " + path.Base(p) + "__mod, are kept and not used: here a script is one file."
	}
	ix.claim(o)
}

// lockOf finds the lock of a script: a text, lines, or a file.
func (ix *index) lockOf(o *origin, m object) {
	lock, ok := asText(m.by["lock"])
	var lines []string
	if !ok && json.Unmarshal(m.by["lock"], &lines) == nil {
		lock = strings.Join(lines, "\n")
	}
	ref, isRef := flow.InlineName(lock)
	own := o.ref.Path + "__mod/script.lock" // of a script of several files; its own file may not name it
	if _, has := ix.files[own]; !isRef && (lock != "" || !has) {
		o.script.Lock = lock
		return
	}
	name, ok := ix.find(ref, path.Dir(o.main))
	for _, beside := range []string{o.ref.Path + ".script.lock", own} {
		if ok {
			break
		}
		if _, ok = ix.files[beside]; ok {
			name = beside
		}
	}
	if !ok || !utf8.Valid(ix.files[name]) {
		o.note = "Its lock file " + ref + " is missing or no text; Sluice does not need it."
		return
	}
	o.lock, o.script.Lock = name, string(ix.files[name])
	o.files = append(o.files, name)
}

// resource reads a resource.
func (ix *index) resource(p, name string) {
	o := &origin{ref: Ref{Resource, p}, main: name, files: []string{name}}
	m, err := decodeObject(name, ix.files[name])
	if err == nil {
		err = flow.CheckPath(p)
	}
	if err != nil {
		ix.refuse(name, o.ref, err, keptAsItIs)
		return
	}
	v := m.by["value"]
	if len(v) == 0 {
		v = flow.Raw("null")
	}
	if v, err = ix.content(o, v); err != nil {
		ix.refuse(name, o.ref, err, keptAsItIs)
		return
	}
	o.resource = flow.Resource{Path: p, Type: typeOf(m), Value: compact(v), Description: m.text("description"), Literal: ix.text(p)}
	ix.claim(o)
}

// typeOf is the type of a resource; one without a type may be of any.
func typeOf(m object) string {
	if t := m.text("resource_type"); t != "" {
		return t
	}
	return "any"
}

// content puts the files that a resource's value refers to into it.
func (ix *index) content(o *origin, v flow.Raw) (flow.Raw, error) {
	dir := path.Dir(o.main)
	if s, ok := asText(v); ok {
		if rest, ok := strings.CutPrefix(s, "!inline_fileset"); ok {
			return ix.fileset(o, strings.TrimSpace(rest))
		}
		if ref, ok := flow.InlineName(s); ok {
			return ix.attach(o, ref, dir)
		}
		return v, nil
	}
	if len(v) == 0 || v[0] != '{' {
		return v, nil
	}
	m, err := readObject(v)
	if err != nil {
		return v, nil
	}
	if ref, ok := flow.InlineName(m.text("content")); ok {
		text, err := ix.attach(o, ref, dir)
		if err != nil {
			return nil, err
		}
		m.set("content", text)
		return m.json(), nil
	}
	return v, nil
}

func (ix *index) attach(o *origin, ref, dir string) (flow.Raw, error) {
	name, ok := ix.find(ref, dir)
	if !ok {
		return nil, fault.New("workspace.missing", "It wants the file "+ref+", which is missing", "")
	}
	if !utf8.Valid(ix.files[name]) {
		return nil, fault.New("workspace.missing", "It wants the file "+ref+", which is no text", "")
	}
	o.attached = name
	o.files = append(o.files, name)
	return quote(string(ix.files[name])), nil
}

func (ix *index) fileset(o *origin, ref string) (flow.Raw, error) {
	m := object{by: map[string]flow.Raw{}}
	for _, dir := range []string{path.Clean(ref), ix.plain(path.Clean(ref))} {
		for _, name := range slices.Sorted(maps.Keys(ix.files)) {
			if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
				if !utf8.Valid(ix.files[name]) {
					return nil, fault.New("workspace.missing", "It wants the file "+name+", which is no text", "")
				}
				m.set(rest, quote(string(ix.files[name])))
				o.files = append(o.files, name)
			}
		}
		if len(m.keys) > 0 {
			o.fileset = dir
			return m.json(), nil
		}
	}
	return nil, fault.New("workspace.missing", "It wants the files in "+ref+", which are missing", "")
}

// variable reads a variable.
func (ix *index) variable(p, name string) {
	o := &origin{ref: Ref{Variable, p}, main: name, files: []string{name}}
	m, err := decodeObject(name, ix.files[name])
	if err == nil {
		err = flow.CheckPath(p)
	}
	value, ok := asText(m.by["value"])
	if err == nil && !ok && len(m.by["value"]) > 0 && string(m.by["value"]) != "null" {
		err = fault.New("workspace.variable", "The value of this variable is a list or an object", "Variables are texts.")
	}
	if err != nil {
		ix.refuse(name, o.ref, err, keptAsItIs)
		return
	}
	o.variable = flow.Variable{Path: p, Value: value, Secret: string(m.by["is_secret"]) == "true", Description: m.text("description")}
	if o.variable.Secret {
		switch {
		case value == "":
			o.absent = true
			o.note = "It is secret, and its file holds no value."
		case encrypted(value) && !ix.opts.WithSecrets:
			o.absent = true
			o.note = "It is secret, and its value is encrypted by the workspace that it comes from."
			o.variable.Value = ""
		}
	}
	ix.claim(o)
}

// schedule reads a schedule. Its times are looked at by whoever has it run.
func (ix *index) schedule(p, name string) {
	o := &origin{ref: Ref{Schedule, p}, main: name, files: []string{name}}
	m, err := decodeObject(name, ix.files[name])
	if err == nil {
		err = flow.CheckPath(p)
	}
	var s schedule.Schedule
	if err == nil {
		s, err = schedule.Read(p, m.json())
	}
	if err != nil {
		ix.refuse(name, o.ref, err, keptAsItIs)
		return
	}
	o.schedule = Scheduled{Path: p, JSON: m.json()}
	if bad := s.Check(); bad != nil {
		o.note = "It came switched off, and cannot be switched on as it is: " + told(bad)
	} else if s.Enabled {
		o.note = "It came switched off. Look at it under Triggers, or with sluice schedules, and switch it on."
	}
	ix.claim(o)
}

// encrypted reports whether a secret looks like one that Windmill encrypted:
// whole blocks of 16 bytes in base 64.
func encrypted(value string) bool {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(value, "$encrypted:"))
	return strings.HasPrefix(value, "$encrypted:") || err == nil && len(b) > 0 && len(b)%16 == 0
}
