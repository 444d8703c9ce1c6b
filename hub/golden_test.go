package hub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"modernc.org/quickjs"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// world stands around a script: the client, fetch and console record what they
// are called with.
const world = `
globalThis.calls = [];
globalThis.outcome = null;
const plain = (v) => JSON.parse(JSON.stringify(v ?? null));
const note = (fn, args) => { calls.push({ fn, args: plain(args) }); };
globalThis.mailed = (fn, mail) => {
  const { to, error } = JSON.parse(addresses(JSON.stringify([mail.to].flat().map((one) => String(one ?? "")))));
  if (error) throw Object.assign(new Error(error), { status: 400, body: error });
  note(fn, [{ ...mail, to }]);
  return { mails: to.length, to };
};
globalThis.client = {
  getResumeUrls: async (approver) => {
    note("getResumeUrls", [approver]);
    const at = (kind) => "https://sluice.example/" + kind + "/" + encodeURIComponent(approver);
    return { approvalPage: at("a"), resume: at("resume"), cancel: at("cancel") };
  },
  askByMail: async (ask) => mailed("askByMail", ask),
  sendMail: async (mail) => mailed("sendMail", mail),
};
globalThis.console = { log: (...args) => note("console.log", args) };
globalThis.AbortSignal = { timeout: (ms) => ({ ms }) };
globalThis.fetch = async (url, init) => {
  const { signal, ...rest } = init;
  note("fetch", [url, { ...rest, timeout: signal.ms }]);
  if (answer.throw) throw Object.assign(new Error(answer.message ?? ""), { name: answer.throw });
  return {
    status: answer.status, ok: answer.status >= 200 && answer.status < 300,
    headers: { get: (name) => (name === "content-type" ? answer.type : null) },
    text: async () => answer.body,
  };
};
globalThis.perform = (main, names, args) => {
  main(...names.map((name) => args[name])).then(
    (result) => { outcome = { result: plain(result) }; },
    (err) => { outcome = { error: err.message }; },
  );
};`

// TestGolden runs every script on every case of its golden.json.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob("scripts/*")
	if err != nil || len(dirs) != len(All()) {
		t.Fatalf("%d folders, %d scripts, %v", len(dirs), len(All()), err)
	}
	for _, dir := range dirs {
		code := build(t, dir)
		var m manifest
		read(t, filepath.Join(dir, "manifest.yaml"), func(b []byte) error { return yaml.Unmarshal(b, &m) })
		var schema struct{ Order json.RawMessage }
		if err := json.Unmarshal(ordered(dir, &m.Schema), &schema); err != nil {
			t.Fatal(err)
		}
		var cases []struct {
			Name   string
			Args   json.RawMessage
			Fetch  json.RawMessage
			Calls  any
			Result any
			Error  string
		}
		read(t, filepath.Join(dir, "golden.json"), func(b []byte) error { return json.Unmarshal(b, &cases) })
		if len(cases) == 0 {
			t.Errorf("%s has no cases", dir)
		}
		for _, c := range cases {
			t.Run(filepath.Base(dir)+"/"+c.Name, func(t *testing.T) {
				if c.Fetch == nil {
					c.Fetch = json.RawMessage("null")
				}
				vm, err := quickjs.NewVM()
				if err != nil {
					t.Fatal(err)
				}
				defer vm.Close()
				if err := vm.RegisterHostFunc("addresses", addresses); err != nil {
					t.Fatal(err)
				}
				eval(t, vm, world+"\nglobalThis.answer = "+string(c.Fetch)+";\n"+code+
					"\nperform(script.main, "+string(schema.Order)+", "+string(c.Args)+");")
				if _, err := vm.ExecutePendingJobs(); err != nil {
					t.Fatal(err)
				}
				var got struct {
					Calls   any
					Outcome struct {
						Result any
						Error  string
					}
				}
				text := eval(t, vm, "JSON.stringify({ calls, outcome })").(string)
				if err := json.Unmarshal([]byte(text), &got); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.Calls, got.Calls); d != "" {
					t.Error("calls (-want +got):", d)
				}
				if d := cmp.Diff(c.Result, got.Outcome.Result); d != "" {
					t.Error("result (-want +got):", d)
				}
				if d := cmp.Diff(c.Error, got.Outcome.Error); d != "" {
					t.Error("error (-want +got):", d)
				}
			})
		}
	}
}

// addresses is what the engine makes of the addresses that a script hands on.
func addresses(args []any) (any, error) {
	var given []string
	if err := json.Unmarshal([]byte(args[0].(string)), &given); err != nil {
		return nil, err
	}
	var out struct {
		To    []string `json:"to"`
		Error string   `json:"error,omitempty"`
	}
	var err error
	if out.To, err = run.Addresses(given...); err == nil && len(out.To) == 0 {
		err = run.ErrNobody
	}
	if f := fault.From(err); err != nil {
		out.Error = f.Title + ". " + f.Hint
	}
	b, err := json.Marshal(out)
	return string(b), err
}

// TestSamplesTranspile: every inline TypeScript of a sample is TypeScript.
func TestSamplesTranspile(t *testing.T) {
	for _, s := range Samples() {
		var walk func(n *yaml.Node)
		n := 0
		walk = func(node *yaml.Node) {
			var v struct{ Type, Language, Content string }
			if node.Kind == yaml.MappingNode && node.Decode(&v) == nil && v.Type == "rawscript" && v.Language == "bun" {
				n++
				r := api.Transform(v.Content, api.TransformOptions{Loader: api.LoaderTS, Format: api.FormatESModule})
				if len(r.Errors) > 0 {
					t.Errorf("%s: %v", s.Path, r.Errors)
				}
				if !regexp.MustCompile(`export async function main\(`).MatchString(v.Content) {
					t.Errorf("%s: no main in %s", s.Path, v.Content)
				}
			}
			for _, c := range node.Content {
				walk(c)
			}
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(s.Data, &doc); err != nil {
			t.Fatal(err)
		}
		walk(&doc)
		if n == 0 && s.Path != "u/me/approve_before_deploy" {
			t.Errorf("%s has no TypeScript step", s.Path)
		}
	}
}

// build makes one script runnable, with the recording client in place of the
// real one.
func build(t *testing.T, dir string) string {
	t.Helper()
	client := api.Plugin{Name: "client", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: "^windmill-client$"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "client"}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "client"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			code := "module.exports = globalThis.client"
			return api.OnLoadResult{Contents: &code}, nil
		})
	}}
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(dir, "script.ts")}, Bundle: true, Format: api.FormatIIFE,
		GlobalName: "script", Target: api.ES2023, Plugins: []api.Plugin{client}, LogLevel: api.LogLevelSilent,
	})
	if len(r.Errors) > 0 {
		t.Fatalf("%s: %v", dir, r.Errors)
	}
	return string(r.OutputFiles[0].Contents)
}

func read(t *testing.T, name string, decode func([]byte) error) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err == nil {
		err = decode(b)
	}
	if err != nil {
		t.Fatal(name, err)
	}
}

func eval(t *testing.T, vm *quickjs.VM, code string) any {
	t.Helper()
	v, err := vm.Eval(code, quickjs.EvalGlobal)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
