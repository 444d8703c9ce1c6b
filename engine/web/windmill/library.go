package windmill

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// libraryCalls are the calls that read flows and scripts. They change nothing: the
// library is written in the window and by import.
func (st storeCalls) libraryCalls(w string) map[string]func(call) error {
	return map[string]func(call) error{
		"GET " + w + "/flows/list":                 st.flowList,
		"GET " + w + "/flows/list_paths":           st.flowPaths,
		"GET " + w + "/flows/get/{path...}":        byPath(st.flowFile),
		"GET " + w + "/flows/exists/{path...}":     byPath(st.flowExists),
		"GET " + w + "/scripts/list":               st.scriptList,
		"GET " + w + "/scripts/list_paths":         st.scriptPaths,
		"GET " + w + "/scripts/get/p/{path...}":    byPath(st.scriptAt),
		"GET " + w + "/scripts/get/h/{hash}":       st.scriptOf,
		"GET " + w + "/scripts/exists/p/{path...}": byPath(st.scriptExists),

		"GET " + w + "/scripts/history/p/{path...}":          byPath(st.scriptHistory),
		"GET " + w + "/scripts/get_latest_version/{path...}": byPath(st.scriptLatest),
	}
}

// entry is what flows and scripts have in common as clients see them.
type entry struct {
	Workspace string  `json:"workspace_id"`
	Path      string  `json:"path"`
	Summary   string  `json:"summary"`
	About     *string `json:"description,omitempty"`
	Archived  bool    `json:"archived"`
	Starred   bool    `json:"starred"`
	Draft     bool    `json:"is_draft"` // the window has none that others could see
	Edits     edits   `json:"extra_perms"`
}

// flowEntry is a flow in a list: without its steps.
type flowEntry struct {
	entry
	EditedBy string `json:"edited_by"`
	Edited   string `json:"edited_at"`
}

// scriptEntry is a script in a list: without its code.
type scriptEntry struct {
	entry
	Hash      string `json:"hash"`
	CreatedBy string `json:"created_by"`
	Created   string `json:"created_at"`
	Language  string `json:"language"`
	Kind      string `json:"kind"`
	Prepares  bool   `json:"has_preprocessor"`
}

// scriptFile is a whole script.
type scriptFile struct {
	scriptEntry
	Content  string   `json:"content"`
	Schema   flow.Raw `json:"schema,omitempty"`
	Lock     string   `json:"lock"`
	Parents  []string `json:"parent_hashes"`
	Deleted  bool     `json:"deleted"`
	Template bool     `json:"is_template"`
}

func (st storeCalls) flowList(c call) error {
	all, err := st.api.Flows(c.r.Context())
	if err != nil {
		return err
	}
	out := []flowEntry{}
	for _, f := range all {
		var text struct {
			About string `json:"description"`
		}
		_ = json.Unmarshal(f.JSON, &text) // one that cannot be read is listed too
		out = append(out, flowEntry{entryOf(c, f.Path, f.Summary, text.About), userName, timeText(f.Updated)})
	}
	return listOf(c, out, func(f flowEntry) (entry, string) { return f.entry, f.Edited })
}

func (st storeCalls) scriptList(c call) error {
	all, err := st.api.Scripts(c.r.Context())
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	for _, name := range []string{"first_parent_hash", "last_parent_hash", "parent_hash"} {
		if q.Get(name) != "" {
			return errFilter(name)
		}
	}
	out := []scriptEntry{}
	for _, s := range all {
		e := scriptEntryOf(c, s)
		if v := q.Get("kinds"); v != "" && !among(e.Kind, v) {
			continue
		}
		if v := q.Get("languages"); v != "" && !among(e.Language, v) || q.Get("is_template") == "true" {
			continue
		}
		out = append(out, e)
	}
	return listOf(c, out, func(s scriptEntry) (entry, string) { return s.entry, s.Created })
}

func entryOf(c call, path, summary, about string) entry {
	return entry{Workspace: c.r.PathValue("ws"), Path: path, Summary: summary, About: &about}
}

func scriptEntryOf(c call, s flow.StoredScript) scriptEntry {
	return scriptEntry{entryOf(c, s.Path, s.Summary, s.Description), s.Hash, userName, timeText(s.Updated), s.Language, cmp.Or(s.Kind, "script"), prepares(s)}
}

var preprocessor = regexp.MustCompile(`(?m)^(export\s+(default\s+)?(async\s+)?function|(async\s+)?def)\s+preprocessor\s*[(<]`)

// prepares reports whether a script has a preprocessor: by the file that came with
// it, or else by its code.
func prepares(s flow.StoredScript) bool {
	var meta struct {
		Prepares *bool `json:"has_preprocessor"`
	}
	if json.Unmarshal(s.Meta, &meta) == nil && meta.Prepares != nil {
		return *meta.Prepares
	}
	return preprocessor.MatchString(s.Content)
}

// listOf answers with the part of a list of the library that the call asks for, the
// newest first.
func listOf[T any](c call, all []T, of func(T) (e entry, at string)) error {
	keep, err := c.about()
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	none := nobodys(q)
	all = slices.DeleteFunc(all, func(t T) bool {
		e, _ := of(t)
		return none || !keep(e.Path, *e.About)
	})
	slices.SortStableFunc(all, func(a, b T) int {
		_, x := of(a)
		_, y := of(b)
		if q.Get("order_desc") == "false" {
			x, y = y, x
		}
		return strings.Compare(y, x)
	})
	return pageOf(c, all)
}

// nobodys reports whether a list is asked for what no library here holds: things of
// other people, starred, archived, or bound to a worker.
func nobodys(q url.Values) bool {
	by := q.Get("created_by")
	return by != "" && by != userName && by != "u/"+userName ||
		q.Get("starred_only") == "true" || q.Get("show_archived") == "true" || q.Get("dedicated_worker") == "true"
}

func (st storeCalls) flowPaths(c call) error {
	all, err := st.api.Flows(c.r.Context())
	return paths(c, all, err, func(f flow.Stored) string { return f.Path })
}

func (st storeCalls) scriptPaths(c call) error {
	all, err := st.api.Scripts(c.r.Context())
	return paths(c, all, err, func(s flow.StoredScript) string { return s.Path })
}

func paths[T any](c call, all []T, err error, of func(T) string) error {
	if err != nil {
		return err
	}
	out := []string{}
	for _, t := range all {
		out = append(out, of(t))
	}
	return c.writeJSON(out)
}

// flowFile answers with a flow as its file has it, and what clients want to know
// besides.
func (st storeCalls) flowFile(c call, path string) error {
	f, err := st.api.Flow(c.r.Context(), path)
	if err != nil {
		return err
	}
	file := map[string]json.RawMessage{}
	if err := json.Unmarshal(f.JSON, &file); err != nil {
		return fault.Because(err, "flow.damaged", "The flow "+path+" cannot be read", f.Problem)
	}
	b, err := json.Marshal(flowEntry{entryOf(c, path, f.Summary, ""), userName, timeText(f.Updated)})
	if err != nil {
		return err
	}
	more := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &more); err != nil {
		return err
	}
	for name, v := range more {
		if _, has := file[name]; !has || name != "summary" && name != "description" {
			file[name] = v
		}
	}
	return c.writeJSON(file)
}

func (st storeCalls) flowExists(c call, path string) error {
	_, err := st.api.Flow(c.r.Context(), path)
	return exists(c, err, "flow.unknown")
}

func (st storeCalls) scriptExists(c call, path string) error {
	_, err := st.api.Script(c.r.Context(), path)
	return exists(c, err, "script.unknown")
}

func exists(c call, err error, none fault.Code) error {
	if err != nil && !fault.HasCode(err, none) {
		return err
	}
	return c.writeJSON(err == nil)
}

func (st storeCalls) scriptAt(c call, path string) error {
	s, err := st.api.Script(c.r.Context(), path)
	return st.scriptAnswer(c, s, err)
}

func (st storeCalls) scriptOf(c call) error {
	s, err := st.api.ScriptByHash(c.r.Context(), c.r.PathValue("hash"))
	return st.scriptAnswer(c, s, err)
}

func (st storeCalls) scriptAnswer(c call, s flow.StoredScript, err error) error {
	if err != nil {
		return err
	}
	versions, err := st.api.ScriptVersions(c.r.Context(), s.Path)
	if err != nil {
		return err
	}
	parents := []string{}
	at := slices.IndexFunc(versions, func(v flow.Version) bool { return v.Hash == s.Hash })
	for _, v := range versions[at+1:] {
		if at >= 0 {
			parents = append(parents, v.Hash)
		}
	}
	return c.writeJSON(scriptFile{scriptEntry: scriptEntryOf(c, s), Content: s.Content, Schema: s.Schema, Lock: s.Lock, Parents: parents})
}

// scriptVersion is a version of a script as clients see it.
type scriptVersion struct {
	Hash    string `json:"script_hash"`
	Created string `json:"created_at"`
}

func (st storeCalls) scriptHistory(c call, path string) error {
	list, err := st.scriptVersions(c, path)
	if err != nil {
		return err
	}
	return c.writeJSON(list)
}

func (st storeCalls) scriptLatest(c call, path string) error {
	list, err := st.scriptVersions(c, path)
	if err != nil {
		return err
	}
	return c.writeJSON(list[0])
}

// scriptVersions lists the versions of a script that is there, the newest first.
func (st storeCalls) scriptVersions(c call, path string) ([]scriptVersion, error) {
	s, err := st.api.Script(c.r.Context(), path)
	if err != nil {
		return nil, err
	}
	versions, err := st.api.ScriptVersions(c.r.Context(), path)
	if err != nil {
		return nil, err
	}
	out := []scriptVersion{}
	for _, v := range versions {
		out = append(out, scriptVersion{v.Hash, timeText(v.Saved)})
	}
	if len(out) == 0 {
		out = append(out, scriptVersion{s.Hash, timeText(s.Updated)})
	}
	return out, nil
}
