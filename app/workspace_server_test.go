package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// millServer is a server that holds one workspace and answers what Windmill's
// command line client asks when it pulls and pushes. It holds items in the form of
// the archive that a pull asks for: F/A/NAME.KIND.json, and a script's code
// beside it.
type millServer struct {
	url string

	mu      sync.Mutex
	files   map[string][]byte
	writes  []string // calls that changed something: "POST flows/update/f/a/b"
	unknown []string // calls that it has no answer for
	inClear []string // variables that were sent as plain texts where sealed ones lie
}

// kinds of items, as calls name them, and how their files end.
var millKinds = map[string]string{
	"flows": ".flow.json", "scripts": ".script.json", "variables": ".variable.json", "resources": ".resource.json", "schedules": ".schedule.json", "folders": "/folder.meta.json",
}

// millEndings are the endings of code in the archive, by language.
var millEndings = map[string]string{"bun": ".ts", "deno": ".deno.ts", "python3": ".py"}

func newMillServer(t *testing.T, archive string) *millServer {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	s := &millServer{files: map[string][]byte{}}
	for _, f := range a.Files {
		s.files[f.Name] = f.Data
	}
	s.files["f/shop/crlf.py"] = []byte("def main():\r\n    return 1") // which an archive of texts cannot hold
	srv := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *millServer) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	call, inside := strings.CutPrefix(r.URL.Path, "/api/w/shop/")
	if !inside {
		call = r.URL.Path
	}
	answer, status := s.answer(r, call, body)
	switch v := answer.(type) {
	case []byte:
		w.WriteHeader(status)
		_, _ = w.Write(v) // a client that hung up fails by itself
	case string:
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, v)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
}

func (s *millServer) answer(r *http.Request, call string, body []byte) (any, int) {
	if r.Header.Get("Authorization") != "Bearer t" && call != "/api/version" {
		return "Unauthorized", http.StatusUnauthorized
	}
	switch call {
	case "/api/version":
		return "CE v1.819.0", 200
	case "users/whoami", "/api/users/whoami":
		return map[string]any{"email": "ann@shop.example", "username": "ann", "is_admin": true, "groups": []string{}, "folders": []string{"shop"}, "folders_owners": []string{"shop"}, "operator": false, "disabled": false}, 200
	case "resources/file_resource_type_to_file_ext_map":
		return map[string]any{"c_ini": map[string]any{"format_extension": "ini", "is_fileset": false}, "c_site": map[string]any{"format_extension": nil, "is_fileset": true}}, 200
	case "workspaces/list_ws_specific", "jobs/queue/list", "jobs/completed/list":
		return []any{}, 200
	case "workspaces/tarball":
		return s.archive(r)
	case "/api/workspaces/users":
		return map[string]any{"email": "ann@shop.example", "workspaces": []any{map[string]any{"id": "shop", "name": "shop", "username": "ann"}}}, 200
	case "shared_ui/get":
		return "Not found", http.StatusNotFound
	}
	kind, rest, _ := strings.Cut(call, "/")
	verb, path, _ := strings.Cut(rest, "/")
	path = strings.TrimPrefix(path, "p/")
	end, known := millKinds[kind]
	var in map[string]any
	if len(body) > 0 && json.Unmarshal(body, &in) != nil {
		return "no JSON", http.StatusBadRequest
	}
	if verb == "create" {
		path, _ = in["path"].(string)
		if name, ok := in["name"].(string); ok && kind == "folders" {
			path = name
		}
	}
	name := path + end
	if kind == "folders" {
		name = "f/" + path + end
	}
	old, have := s.files[name]
	switch verb {
	case "get":
		if known && r.Method == http.MethodGet {
			if !have {
				return "Not found: " + path, http.StatusNotFound
			}
			var out map[string]any
			if err := json.Unmarshal(old, &out); err != nil {
				return err.Error(), http.StatusInternalServerError
			}
			out["path"], out["workspace_id"], out["extra_perms"] = path, "shop", map[string]any{}
			if kind == "scripts" {
				out["hash"] = "00ff"
				code, language := s.code(path)
				out["content"], out["language"] = string(s.files[code]), language
			}
			return out, 200
		}
	case "create", "update":
		if known && r.Method == http.MethodPost && path != "" {
			s.writes = append(s.writes, r.Method+" "+kind+"/"+verb+"/"+path)
			if have != (verb == "update") && kind != "scripts" {
				return "there is such an item, or there is none, whichever is wrong", http.StatusBadRequest
			}
			if kind == "variables" && r.URL.Query().Get("already_encrypted") != "true" {
				s.inClear = append(s.inClear, path)
			}
			return s.store(kind, name, path, old, in)
		}
	case "delete", "archive":
		if known && have {
			s.writes = append(s.writes, r.Method+" "+kind+"/"+verb+"/"+path)
			delete(s.files, name)
			if kind == "scripts" {
				code, _ := s.code(path)
				delete(s.files, code)
			}
			return "deleted", 200
		}
	}
	s.unknown = append(s.unknown, r.Method+" "+call)
	return "Not found", http.StatusNotFound
}

// store keeps what was posted as a server does: what is of the call alone goes,
// and what an update does not name stays.
func (s *millServer) store(kind, name, path string, old []byte, in map[string]any) (any, int) {
	for _, key := range []string{"path", "name", "deployment_message", "skip_draft_deletion", "parent_hash", "auto_parent", "preserve_permissioned_as", "permissioned_as"} {
		delete(in, key)
	}
	switch kind {
	case "scripts":
		language, _ := in["language"].(string)
		content, _ := in["content"].(string)
		end := millEndings[language]
		if end == "" {
			return "unknown language " + language, http.StatusBadRequest
		}
		if code, _ := s.code(path); code != "" {
			delete(s.files, code)
		}
		s.files[path+end] = []byte(content)
		delete(in, "language")
		delete(in, "content")
		if in["lock"] == nil {
			in["lock"] = ""
		}
	case "flows":
		if in["description"] == nil {
			in["description"] = "" // as in the server's table
		}
	case "variables", "resources", "schedules", "folders":
		var was map[string]any
		if old != nil && json.Unmarshal(old, &was) == nil {
			maps.Copy(was, in)
			in = was
		}
	}
	for key, v := range in {
		if v == nil {
			delete(in, key)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(in); err != nil {
		return err.Error(), http.StatusInternalServerError
	}
	s.files[name] = b.Bytes()
	if kind == "scripts" {
		return "00ff", http.StatusCreated
	}
	return path, 200
}

// code finds the file with a script's code.
func (s *millServer) code(path string) (name, language string) {
	for language, end := range millEndings {
		if _, ok := s.files[path+end]; ok {
			return path + end, language
		}
	}
	return "", ""
}

func (s *millServer) archive(r *http.Request) (any, int) {
	q := r.URL.Query()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		data := s.files[name]
		if strings.HasSuffix(name, ".schedule.json") && q.Get("include_schedules") != "true" {
			continue
		}
		if base, ok := strings.CutSuffix(name, ".ts"); ok && q.Get("default_ts") == "deno" { // .ts alone is the language that is usual there
			if plain, deno := strings.CutSuffix(base, ".deno"); deno {
				name = plain + ".ts"
			} else {
				name = base + ".bun.ts"
			}
		}
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			return err.Error(), http.StatusInternalServerError
		}
	}
	if err := z.Close(); err != nil {
		return err.Error(), http.StatusInternalServerError
	}
	return b.Bytes(), 200
}

// took returns the calls that changed something since the last time, sorted. A
// call without an answer, or a secret that was sent in clear, fails the test.
func (s *millServer) took(t *testing.T) []string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.unknown)+len(s.inClear) > 0 {
		t.Errorf("calls without an answer: %q; variables in clear: %q", s.unknown, s.inClear)
	}
	writes := s.writes
	s.writes, s.unknown, s.inClear = nil, nil, nil
	slices.Sort(writes)
	return writes
}

// holds is all that the server holds, by the name in its archive.
func (s *millServer) holds() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]string{}
	for name, data := range s.files {
		all[name] = string(data)
	}
	return all
}
