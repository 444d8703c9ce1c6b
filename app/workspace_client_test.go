package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/workspace"
)

// wmill runs Windmill's command line client in a folder.
func wmill(t *testing.T, s *millServer, dir string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	main := filepath.Join(npmFolder(t, "cli"), "node_modules", "windmill-cli", "esm", "main.js")
	home := t.TempDir()
	node := exec.CommandContext(ctx, "node", append([]string{main, "--base-url", s.url, "--workspace", "shop", "--token", "t", "--config-dir", home}, args...)...)
	node.Dir = dir
	node.Env = append(os.Environ(), "HOME="+home, "NO_COLOR=1", "CI=1")
	if out, err := node.CombinedOutput(); err != nil {
		s.took(t) // tells which call had no answer
		t.Fatalf("wmill %q: %v\n%s", args, err, out)
	}
}

// pulled is a new folder with what the client pulls.
func pulled(t *testing.T, s *millServer, settings string) string {
	t.Helper()
	dir := folder(t, map[string]string{"wmill.yaml": settings})
	wmill(t, s, dir, "sync", "pull", "--yes")
	return dir
}

// exported is a new folder with what Sluice exports.
func exported(t *testing.T, h *server) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	r, err := exportWorkspace(t.Context(), h.eng, h.box, dir, exportOptions{})
	if err != nil || r.Count(workspace.Refused) > 0 {
		t.Fatalf("%v\n%s", err, r.Text())
	}
	return dir
}

// tree is what a folder holds, by file.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(os.DirFS(dir), name)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// saying is a YAML file as the values that it says.
func saying(t *testing.T, text string) string {
	t.Helper()
	raw, err := flow.FromYAML([]byte(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return plainJSON(t, raw)
}

// plainJSON writes JSON with its keys sorted.
func plainJSON(t *testing.T, raw []byte) string {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func noDiff(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// editFlow saves a flow anew with some texts of its file replaced.
func editFlow(t *testing.T, h *server, path string, pairs ...string) {
	t.Helper()
	f, err := h.eng.Flow(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(f.JSON)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s does not hold %s:\n%s", path, pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	if err := h.eng.SaveFlow(t.Context(), path, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// A workspace goes from a server through Windmill's own client into Sluice and
// back. What was not changed comes out byte for byte, and a push of it sends
// nothing. What was changed arrives at the server as it was meant, and then the
// client finds nothing to pull.
func TestWindmillsClientTakesBackWhatItPulled(t *testing.T) {
	for name, settings := range map[string]string{
		"dotted names": "defaultTs: bun\n", "names without dots": "defaultTs: bun\nnonDottedPaths: true\n", "deno is the usual": "defaultTs: deno\nnonDottedPaths: true\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := newMillServer(t, "testdata/cli/workspace.txtar")
			settings += "includes: [f/**, u/**, '*.resource-type.yaml']\nskipSecrets: false\nincludeSchedules: true\nincludeTriggers: true\n"
			before := s.holds()
			a := pulled(t, s, settings)
			h := aServer(t)
			if r := importInto(t, h, a, importOptions{}); r.Count(workspace.Refused) > 0 || r.Count(workspace.Unset) != 2 || r.Items(workspace.Flow, workspace.Taken) != 4 || r.Items(workspace.Script, workspace.Taken) != 5 {
				t.Fatalf("imported:\n%s", r.Text())
			}

			flowsArrived(t, h, before)

			same := exported(t, h)
			noDiff(t, "what was not changed", tree(t, a), tree(t, same))
			wmill(t, s, same, "sync", "push", "--yes")
			noDiff(t, "sent although nothing was changed", []string(nil), s.took(t))
			noDiff(t, "the server", before, s.holds())
			wmill(t, s, same, "sync", "pull", "--yes")
			noDiff(t, "pulled although nothing was changed", tree(t, a), tree(t, same))

			changeSome(t, h)
			b := exported(t, h)
			wmill(t, s, b, "sync", "push", "--yes")
			noDiff(t, "sent", []string{
				"DELETE flows/delete/f/shop/old", "DELETE variables/delete/f/shop/old",
				"POST flows/create/f/shop/fresh", "POST flows/update/f/shop/agent", "POST flows/update/f/shop/refund", "POST flows/update/f/shop/texts",
				"POST resources/create/f/shop/fresh", "POST resources/update/f/shop/config", "POST resources/update/f/shop/desk", "POST resources/update/f/shop/site", "POST scripts/archive/u/ann/hello", "POST scripts/create/f/shop/fresh", "POST scripts/create/f/shop/multi", "POST scripts/create/f/shop/tell",
				"POST variables/create/f/shop/fresh", "POST variables/update/f/shop/limit",
			}, s.took(t))
			arrived(t, h, s, before)
			if r := importInto(t, h, b, importOptions{}); r.Count(workspace.Refused) > 0 || r.Items(workspace.Flow, workspace.Same) != 4 || r.Items(workspace.Script, workspace.Same) != 5 {
				t.Errorf("the own export, imported:\n%s", r.Text())
			}

			// The client notes in wmill-lock.yaml what it has seen, a push does not.
			was := but(tree(t, b), "wmill-lock.yaml")
			wmill(t, s, b, "sync", "pull", "--yes")
			noDiff(t, "pulled after a push", was, but(tree(t, b), "wmill-lock.yaml"))
			anew := but(tree(t, pulled(t, s, settings)), "wmill-lock.yaml")
			delete(was, workspace.TextFile) // it is Sluice's, and the client sends it nowhere
			for name := range was {         // the client breaks long lines, and quotes otherwise
				if strings.Contains(name, "/texts") && strings.HasSuffix(name, ".yaml") {
					was[name], anew[name] = saying(t, was[name]), saying(t, anew[name])
				}
			}
			noDiff(t, "a folder that is pulled anew", was, anew)
		})
	}
}

// but leaves one file out.
func but(files map[string]string, name string) map[string]string {
	delete(files, name)
	return files
}

// A folder that was written with secrets is for a push in clear, and then all of
// them arrive in clear: none is left that only its workspace could open.
func TestWindmillsClientTakesSecretsInClear(t *testing.T) {
	s := newMillServer(t, "testdata/cli/workspace.txtar")
	h := aServer(t)
	importInto(t, h, pulled(t, s, "includes: [f/**]\nskipSecrets: false\n"), importOptions{})
	set := func(path string) {
		if err := h.eng.SetVariable(t.Context(), flow.Variable{Path: path, Value: "in clear: " + path, Secret: true}); err != nil {
			t.Fatal(err)
		}
	}
	set("f/shop/other_password")
	set("f/shop/own_secret")
	o := exportOptions{WriteOptions: workspace.WriteOptions{WithSecrets: true}}
	r, err := exportWorkspace(t.Context(), h.eng, h.box, filepath.Join(t.TempDir(), "first"), o)
	if err != nil || r.Count(workspace.Unset) != 1 || told(r, "f/shop/desk_password.variable.yaml").What != workspace.Unset {
		t.Fatalf("the sealed one is not told: %v\n%s", err, r.Text())
	}
	set("f/shop/desk_password")
	dir := filepath.Join(t.TempDir(), "out")
	if r, err = exportWorkspace(t.Context(), h.eng, h.box, dir, o); err != nil || r.Count(workspace.Unset) != 0 {
		t.Fatalf("%v\n%s", err, r.Text())
	}
	wmill(t, s, dir, "sync", "push", "--yes", "--plain-secrets")
	s.mu.Lock()
	inClear := slices.Sorted(slices.Values(s.inClear))
	s.mu.Unlock()
	noDiff(t, "in clear", []string{"f/shop/desk_password", "f/shop/other_password", "f/shop/own_secret"}, inClear)
	for _, path := range inClear {
		if text := s.holds()[path+".variable.json"]; !strings.Contains(text, `"in clear: `+path+`"`) || !strings.Contains(text, `"is_secret":true`) && !strings.Contains(text, `"is_secret": true`) {
			t.Errorf("%s is %s", path, text)
		}
	}
}

// changeSome changes one thing of each kind, and makes one.
func changeSome(t *testing.T, h *server) {
	t.Helper()
	editFlow(t, h, "f/shop/refund",
		`"modules":[`, `"modules":[{"id":"z","summary":"Charge back?","value":{"type":"rawscript","language":"bun","content":"export function main() { return 'first' }\n","lock":"{}\n//bun.lock\n","input_transforms":{}}},`,
		`return 'many'`, `return 'very many'`,
		`{"id":"d",`, `{"id":"d","summary":"Few",`,
	)
	editFlow(t, h, "f/shop/agent", `return 7`, `return 8`)
	editFlow(t, h, "f/shop/texts", `"- yes: #1?"`, `"- no: #2?"`)
	if err := h.eng.SaveFlow(t.Context(), "f/shop/fresh", []byte(`{"summary":"Made here","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main() {}\n","input_transforms":{}}}]}}`)); err != nil {
		t.Fatal(err)
	}
	for path, from := range map[string][2]string{"f/shop/tell": {"return text", "return 'told ' + text"}, "f/shop/multi": {"return x", "return x + 1"}} {
		sc, err := h.eng.Script(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if sc.Content = strings.Replace(sc.Content, from[0], from[1], 1); !strings.Contains(sc.Content, from[1]) {
			t.Fatalf("%s is %s", path, sc.Content)
		}
		if _, err := h.eng.SaveScript(t.Context(), sc); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.eng.SaveScript(t.Context(), flow.StoredScript{Path: "f/shop/fresh", Language: "python3", Content: "def main():\n    return 'made here'\n"}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []flow.Variable{
		{Path: "f/shop/limit", Value: "200", Description: "From this sum on two persons decide"},
		{Path: "f/shop/other_password", Value: "entered here", Secret: true, Description: "which is entered anew here"},
		{Path: "f/shop/fresh", Value: "1", Description: "Made here"},
		{Path: "f/shop/own_secret", Value: "stays here", Secret: true},
	} {
		if err := h.eng.SetVariable(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.eng.SetResource(t.Context(), "f/shop/fresh", "thing", json.RawMessage(`{"a":[1,"two"]}`)); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{h.eng.DeleteFlow(t.Context(), "f/shop/old"), h.eng.DeleteVariable(t.Context(), "f/shop/old"), h.eng.DeleteScript(t.Context(), "u/ann/hello")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, pair := range map[string][2]string{"f/shop/desk": {"993", "143"}, "f/shop/config": {"b = 1", "b = 2"}, "f/shop/site": {"one", "two"}} {
		r, err := h.eng.FullResource(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.eng.SetResource(t.Context(), path, r.Type, json.RawMessage(strings.Replace(string(r.Value), pair[0], pair[1], 1))); err != nil {
			t.Fatal(err)
		}
	}
}

// flowsArrived checks that the flows of the server are those of the library.
func flowsArrived(t *testing.T, h *server, server map[string]string) {
	t.Helper()
	for _, path := range []string{"f/shop/refund", "f/shop/agent", "f/shop/texts"} {
		stored, err := h.eng.Flow(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		noDiff(t, path, plainJSON(t, stored.JSON), plainJSON(t, []byte(server[path+".flow.json"])))
	}
}

// arrived checks what the server holds after a push.
func arrived(t *testing.T, h *server, s *millServer, before map[string]string) {
	t.Helper()
	after := s.holds()
	for _, name := range []string{"f/shop/folder.meta.json", "f/shop/bare.script.json", "f/shop/bare.deno.ts", "f/shop/nightly.schedule.json",
		"f/shop/desk_password.variable.json", "f/shop/crlf.py", "f/shop/board.app.json", "f/shop/hook.http_trigger.json", "f/shop/other_password.variable.json"} {
		noDiff(t, name+" was not changed", before[name], after[name])
	}
	flowsArrived(t, h, after)
	for name, parts := range map[string][]string{
		"f/shop/fresh.flow.json":      {`"Made here"`, `export function main() {}\n`},
		"f/shop/fresh.resource.json":  {`{"a":[1,"two"]}`, `"thing"`},
		"f/shop/fresh.py":             {"made here"},
		"f/shop/tell.py":              {"'told ' + text"},
		"f/shop/tell.script.json":     {`"requests==2.32.3\n"`, `"What happened"`},
		"f/shop/multi.ts":             {"return x + 1"},
		"f/shop/multi.script.json":    {`"helpers/h.ts"`, `export const x = 1\n`, `//bun.lock`},
		"f/shop/limit.variable.json":  {`"200"`, `"From this sum on two persons decide"`, `"is_secret":false`},
		"f/shop/fresh.variable.json":  {`"Made here"`},
		"f/shop/config.resource.json": {`[a]\nb = 2\n`},
		"f/shop/site.resource.json":   {`p>two`, `p {}\n`},
		"f/shop/desk.resource.json":   {`143`, `"$var:f/shop/desk_password"`, `"The desk's mailbox"`},
	} {
		for _, part := range parts {
			if !strings.Contains(after[name], part) {
				t.Errorf("%s lacks %s:\n%s", name, part, after[name])
			}
		}
	}
	for name, text := range after {
		if strings.HasPrefix(name, "f/shop/old.") || strings.HasPrefix(name, "u/ann/hello.") {
			t.Errorf("%s was deleted here and is there: %s", name, text)
		}
		if strings.Contains(text, "entered here") || strings.Contains(text, "stays here") {
			t.Errorf("a secret of this computer reached the server in %s:\n%s", name, text)
		}
	}
}
