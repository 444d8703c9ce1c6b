package workspace

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/schedule"
)

var emptySchema = flow.Raw(`{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{},"required":[]}`)

// script writes a script: its code, what is told about it, and its lock.
func (w *writer) script(s flow.StoredScript, o *origin) {
	ref := Ref{Script, s.Path}
	if o != nil && SameScript(s, o.script) {
		w.giveAll(o)
		return
	}
	code, meta, lock := "", s.Path+".script.yaml", s.Path+".script.lock"
	m := object{by: map[string]flow.Raw{}}
	if o != nil {
		if _, lang, _ := w.codeFile(path.Base(o.code)); lang == fileLanguage(s.Language) {
			code = o.code
		}
		if o.main != o.code {
			meta = o.main
			m, _ = decodeObject(meta, w.files[meta]) // it was read before
		}
		if o.lock != "" {
			lock = o.lock
		}
	}
	if code == "" {
		end := w.ending(s.Language)
		if end == "" {
			w.report.add(Line{What: Refused, Ref: ref, Why: "The layout has no name for a file in the language " + s.Language + ".", Do: "It is safe in the library."})
			return
		}
		code = s.Path + "." + end
	}
	if own, err := readObject(s.Meta); err == nil {
		m = own
	}
	if len(m.keys) == 0 {
		for _, key := range []string{"summary", "description", "lock"} {
			m.set(key, quote(""))
		}
		m.set("kind", quote("script"))
		m.set("schema", emptySchema)
	}
	m.setText("summary", s.Summary)
	m.setText("description", s.Description)
	if s.Kind != "" || m.text("kind") != "script" {
		m.setText("kind", s.Kind)
	}
	if s.Schema != nil && !equal(m.by["schema"], s.Schema) {
		m.set("schema", s.Schema)
	}
	hasLock := o != nil && o.lock != "" && o.script.Lock == s.Lock
	if _, isRef := flow.InlineName(m.text("lock")); s.Lock != "" && !hasLock && m.text("lock") != s.Lock || s.Lock == "" && isRef && (o == nil || o.script.Lock != "") {
		m.set("lock", quote(""))
		if s.Lock != "" {
			m.set("lock", quote("!inline "+lock))
			w.put(lock, []byte(s.Lock), Line{Ref: ref})
		}
	}
	if hasLock {
		w.give(lock, ref)
	}
	content := []byte(s.Content)
	if o != nil && s.Content == o.script.Content && code == o.code {
		content = w.files[code]
	}
	line := Line{Ref: ref}
	if as := w.clientsLanguage(code); as != "" && as != fileLanguage(s.Language) {
		line.What, line.Why = Changed, "Windmill's client would take it for "+as+", by the end of its name."
		line.Do = "Save the script under another name, or set its language again in Windmill after a push."
	}
	w.put(code, content, line)
	w.object(meta, m, ref, o, "")
	w.dropped(o, "The script does not have it any more.")
}

// object writes the object of an item's file, unless the file says the same
// already.
func (w *writer) object(name string, m object, ref Ref, o *origin, why string) {
	if o != nil && o.main == name {
		if was, err := decodeObject(name, w.files[name]); err == nil && equal(was.json(), m.json()) {
			w.give(name, ref)
			return
		}
	}
	data, err := encode(name, m.json())
	if err != nil {
		w.report.add(Line{What: Refused, Ref: ref, Why: told(err), Do: "It is safe in the library."})
		return
	}
	line := Line{Ref: ref, Why: why}
	if why != "" {
		line.What = Changed
	}
	w.put(name, data, line)
}

// SameScript reports whether the script a says the same as b; a may lack the
// file that tells about it, and then the empty schema of the file that is written
// for it is none.
func SameScript(a, b flow.StoredScript) bool {
	kind := func(s flow.StoredScript) string {
		if s.Kind == "script" {
			return ""
		}
		return s.Kind
	}
	return fileLanguage(a.Language) == fileLanguage(b.Language) && a.Content == b.Content && a.Lock == b.Lock && a.Summary == b.Summary && a.Description == b.Description &&
		kind(a) == kind(b) && (equal(a.Schema, b.Schema) && (a.Meta == nil || equal(a.Meta, b.Meta)) || a.Meta == nil && a.Schema == nil && equal(b.Schema, emptySchema))
}

// resource writes a resource.
func (w *writer) resource(r flow.Resource, o *origin) {
	ref := Ref{Resource, r.Path}
	if o != nil && r.Description == "" { // Sluice may not have kept it
		r.Description = o.resource.Description
	}
	if o != nil && r.Type == o.resource.Type && equal(r.Value, o.resource.Value) && r.Description == o.resource.Description {
		w.giveAll(o)
		return
	}
	name, m := r.Path+".resource.yaml", object{by: map[string]flow.Raw{}}
	m.set("description", quote(r.Description))
	value, was, why := compact(r.Value), flow.Raw(nil), ""
	if o != nil {
		name, was = o.main, o.resource.Value
		m, _ = decodeObject(name, w.files[name]) // it was read before
		m.setText("description", r.Description)
	}
	if len(value) == 0 {
		value = flow.Raw("null")
	}
	if !w.opts.WithSecrets {
		var left []string
		if value, left = withhold(value, was, ""); len(left) > 0 {
			why = "What looks like a credential was left out: " + strings.Join(left, ", ") + "."
		}
	}
	if o != nil {
		value = w.detach(o, value)
	}
	m.set("value", value)
	if typeOf(m) != r.Type {
		m.set("resource_type", quote(r.Type))
	}
	w.object(name, m, ref, o, why)
	if l := w.out[name]; why != "" && l.line.What == Changed {
		l.line.Do = "Export with secrets to write it, or fill it in where the folder goes."
		w.out[name] = l
	}
	w.dropped(o, "The resource does not have it any more.")
}

// detach puts the content of a resource back into its files.
func (w *writer) detach(o *origin, value flow.Raw) flow.Raw {
	if o.fileset != "" {
		m, err := readObject(value)
		if err != nil || slices.ContainsFunc(m.keys, func(name string) bool { _, ok := asText(m.by[name]); return !ok || !fs.ValidPath(name) }) {
			return value
		}
		for _, name := range m.keys {
			w.put(o.fileset+"/"+name, []byte(m.text(name)), Line{Ref: o.ref})
		}
		return quote("!inline_fileset " + o.fileset)
	}
	if o.attached == "" {
		return value
	}
	ref := quote("!inline " + o.attached)
	if s, ok := asText(value); ok {
		w.put(o.attached, []byte(s), Line{Ref: o.ref})
		return ref
	}
	m, err := readObject(value)
	if s, ok := asText(m.by["content"]); err == nil && ok {
		w.put(o.attached, []byte(s), Line{Ref: o.ref})
		m.set("content", ref)
		return m.json()
	}
	return value
}

// variable writes a variable. Without WithSecrets a secret one is not written:
// its file goes back as it came, whatever its value is here, since a push of the
// folder would empty the value in Windmill if the file were empty, and delete
// the variable if the file were missing. One that was made here has no file.
func (w *writer) variable(v flow.Variable, o *origin) {
	ref := Ref{Variable, v.Path}
	if o != nil && v.Description == "" { // Sluice may not have kept it
		v.Description = o.variable.Description
	}
	name, m := v.Path+".variable.yaml", object{by: map[string]flow.Raw{}}
	m.set("description", quote(v.Description))
	const do = "Export with secrets to write it, or enter it where the folder goes."
	switch {
	case o != nil && v == o.variable:
		w.giveAll(o)
		return
	case v.Secret && !w.opts.WithSecrets && o == nil:
		w.report.add(Line{What: LeftOut, Ref: ref, Why: "It is secret and was made in Sluice, so it was not written.", Do: do})
		return
	case v.Secret && !w.opts.WithSecrets:
		if w.giveAll(o); v.Description != o.variable.Description {
			m, _ = decodeObject(o.main, w.files[o.main]) // it was read before
			m.setText("description", v.Description)
			w.object(o.main, m, ref, o, "")
		}
		if was := o.variable.Value; was != "" && !encrypted(was) || !o.variable.Secret { // else it is another workspace's
			f := w.out[o.main]
			f.line.What, f.line.Why, f.line.Do = LeftOut, "It is secret and was changed in Sluice. The change was not written; the file is as it came.", do
			w.out[o.main] = f
		}
		return
	case o != nil:
		name = o.main
		m, _ = decodeObject(name, w.files[name]) // it was read before
		m.setText("description", v.Description)
	}
	m.set("value", quote(v.Value))
	secret, err := json.Marshal(v.Secret)
	if err == nil && string(m.by["is_secret"]) != string(secret) {
		m.set("is_secret", secret)
	}
	w.object(name, m, ref, o, "")
	if f, ok := w.out[name]; ok && v.Secret {
		f.line.What, f.line.Why = Changed, "Its value is in clear."
		f.line.Do = "Push the folder with wmill sync push --plain-secrets: without it Windmill takes the text for a sealed one and cannot open it."
		w.out[name] = f
	}
}

// schedule writes a schedule.
func (w *writer) schedule(s Scheduled, o *origin) {
	ref := Ref{Schedule, s.Path}
	if o != nil && schedule.Same(s.JSON, o.schedule.JSON) {
		w.giveAll(o)
		return
	}
	name := s.Path + ".schedule.yaml"
	now, err := readObject(s.JSON)
	if err != nil {
		w.report.add(Line{What: Refused, Ref: ref, Why: told(err), Do: "It is safe in the library."})
		return
	}
	m := object{by: map[string]flow.Raw{}}
	if o != nil {
		name = o.main
		m, _ = decodeObject(name, w.files[name]) // it was read before
		for _, key := range slices.Clone(m.keys) {
			if _, stays := now.by[key]; !stays {
				m.drop(key)
			}
		}
	}
	for _, key := range now.keys {
		if was, had := m.by[key]; !had || !equal(was, now.by[key]) {
			m.set(key, now.by[key])
		}
	}
	w.object(name, m, ref, o, "")
}

var (
	credential    = regexp.MustCompile(`(?i)passw|passphrase|^pass$|^pwd$|secret|token|credential|webhook|private_?key|api_?key|access_?key|account_?key|(^|_)key$|^auth|^jwt$|^cookie|connection_?string|^dsn$`)
	notCredential = regexp.MustCompile(`(?i)(_|-)?(ur[il]|expiry|expires.*|expiration|type|name|id|email|path)$`)
	userInfo      = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/@\s]*:[^/@\s]+@`)
)

// practice is the token of the account that every Sluice has to practice with.
const practice = "practice"

// withhold takes out what looks like a credential: where the file that a resource
// came in has a value, that one stays, since a push of the folder would empty it
// in Windmill; else the place is empty. It returns what it took out.
func withhold(v, was flow.Raw, key string) (flow.Raw, []string) {
	if was != nil && equal(v, was) {
		return v, nil
	}
	switch {
	case len(v) == 0 || string(v) == "null":
		return v, nil
	case v[0] == '{':
		m, err := readObject(v)
		if err != nil {
			return v, nil
		}
		old, _ := readObject(was)
		var left []string
		for _, k := range m.keys {
			kid, some := withhold(m.by[k], old.by[k], k)
			m.by[k] = kid
			left = append(left, some...)
		}
		return m.json(), left
	case v[0] == '[':
		var list []flow.Raw
		if json.Unmarshal(v, &list) != nil {
			return v, nil
		}
		var old []flow.Raw
		_ = json.Unmarshal(was, &old) // nil if there was none
		var left []string
		for i, item := range list {
			var before flow.Raw
			if len(old) == len(list) { // else nobody knows which is which
				before = old[i]
			}
			kid, some := withhold(item, before, key)
			list[i] = kid
			left = append(left, some...)
		}
		out := slices.Concat(flow.Raw("["), flow.Raw(joinRaw(list)), flow.Raw("]"))
		return out, left
	}
	s, ok := asText(v)
	looks := credential.MatchString(key) && (!notCredential.MatchString(key) || strings.Contains(strings.ToLower(key), "webhook"))
	if !ok || s == "" || strings.HasPrefix(s, "$var:") || strings.HasPrefix(s, "$res:") || !looks && !userInfo.MatchString(s) || v[0] == 't' || v[0] == 'f' || s == practice {
		return v, nil
	}
	if key == "" {
		key = "value"
	}
	if before, ok := asText(was); ok && before != "" {
		return was, []string{key}
	}
	return quote(""), []string{key}
}

func joinRaw(list []flow.Raw) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = string(v)
	}
	return strings.Join(parts, ",")
}
