package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"sluice/engine/flow"
	"sluice/engine/workspace"
)

// validated is what the validator says of one file.
type validated struct {
	File   string
	Errors []string
}

func validate(t *testing.T, dir string) []validated {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "testdata/validator/validate.js", npmFolder(t, "validator"), dir)
	var stderr bytes.Buffer
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.Bytes())
	}
	var list []validated
	for line := range bytes.Lines(out) {
		var v validated
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

// allValid checks that the validator takes every file of a folder, and that it
// saw at least so many.
func allValid(t *testing.T, dir string, least int) {
	t.Helper()
	list := validate(t, dir)
	if len(list) < least {
		t.Errorf("the validator saw %d files in %s, want at least %d: %v", len(list), dir, least, list)
	}
	for _, v := range list {
		if len(v.Errors) > 0 {
			b, _ := os.ReadFile(filepath.Join(dir, v.File))
			t.Errorf("%s is refused:\n%s\n%s", v.File, strings.Join(v.Errors, "\n"), b)
		}
	}
}

// everyStep is a flow with steps of all types, as the editor makes them.
func everyStep() *flow.Flow {
	half, hour := 0.5, 3600.0
	expr := func(s string) *flow.Input { return &flow.Input{Kind: flow.JavaScript, Expr: s} }
	fixed := func(s string) *flow.Input { return &flow.Input{Kind: flow.Static, Value: flow.Raw(s)} }
	code := func(id, language string) *flow.Module {
		return &flow.Module{ID: id, Value: &flow.RawScript{Language: language, Content: "x"}}
	}
	ask := code("b", "javascript")
	ask.Summary = `Ask: "who?"`
	ask.Suspend = &flow.Suspend{RequiredEvents: 2, Timeout: &half, UserGroups: fixed(`["ops"]`), ResumeForm: &flow.ResumeForm{Schema: flow.Raw(`{"type":"object","properties":{"why":{"type":"string"}}}`)}}
	ask.Retry = &flow.Retry{Constant: &flow.Constant{Attempts: 2, Seconds: 0.5}, Exponential: &flow.Exponential{Attempts: 1, Multiplier: &half}, RetryIf: &flow.Predicate{Expr: "true"}}
	ask.Sleep, ask.Timeout = fixed("1.5"), expr("30")
	ask.Mock, ask.StopAfterIf, ask.SkipIf = &flow.Mock{ReturnValue: flow.Raw("null")}, &flow.StopAfter{Expr: "false"}, &flow.Predicate{Expr: "false"}
	ask.DeleteAfterSecs, ask.CacheTTL, ask.Priority, ask.ContinueOnError = &hour, 60, 3, true
	ask.XSluice = flow.Raw(`{"note":1}`)
	return &flow.Flow{
		Summary: "Every step", Schema: flow.Raw(`{"type":"object","properties":{}}`), XSluice: flow.Raw(`{"mail":{"to":"a@b.example"}}`),
		Value: flow.Value{
			FailureModule: code("failure", "python3"), PreprocessorModule: code("preprocessor", "bun"), ConcurrentLimit: 2, ConcurrencyKey: "k", ConcurrencyWindowS: 1.5,
			CacheTTL: 0.5, FlowEnv: map[string]flow.Raw{"A": flow.Raw(`"x"`)}, SkipExpr: "false", EarlyReturn: "a", Priority: 1, SameWorker: true,
			Modules: []*flow.Module{
				code("a", "bun"), ask,
				{ID: "c", Value: &flow.Script{Path: "f/shop/tell", Hash: "00ff", Inputs: (&flow.Inputs{}).Set("x", fixed("null")).Set("y", expr("results.a"))}},
				{ID: "d", Value: &flow.Subflow{Path: "f/shop/refund"}},
				{ID: "e", Value: &flow.ForLoop{Iterator: expr("[1]"), Parallel: true, Parallelism: fixed("2"), Modules: []*flow.Module{code("f", "bash")}}},
				{ID: "g", Value: &flow.WhileLoop{Modules: []*flow.Module{code("h", "deno")}}},
				{ID: "i", Value: &flow.BranchOne{Branches: []*flow.Branch{{Expr: "true", Modules: []*flow.Module{code("j", "nativets")}}}}},
				{ID: "k", Value: &flow.BranchAll{Branches: []*flow.Branch{{Summary: "one", SkipFailure: true}}, Parallel: true}},
				{ID: "l", Value: &flow.Identity{}},
			},
		},
	}
}

// Windmill's own validator takes everything that is exported: what came valid
// and was not changed, what was changed here, older forms of flows that were
// changed here, and what was made here.
func TestWindmillsValidatorTakesEverythingExported(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	tmp := t.TempDir()
	archive, err := txtar.ParseFile("../engine/workspace/testdata/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shop := filepath.Join(tmp, "shop")
	if err := txtar.Write(archive, shop); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o := &options{data: filepath.Join(tmp, "data"), out: &out, errOut: &out}
	h, err := o.openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if r, err := importWorkspace(t.Context(), h.eng, h.box, shop, importOptions{}); err != nil || r.Count(workspace.Refused) > 0 {
		t.Fatalf("%v\n%s", err, r.Text())
	}
	export := func(name string) string {
		t.Helper()
		dir := filepath.Join(tmp, name)
		if r, err := exportWorkspace(t.Context(), h.eng, h.box, dir, exportOptions{}); err != nil || r.Count(workspace.Refused) > 0 {
			t.Fatalf("%v\n%s", err, r.Text())
		}
		return dir
	}
	allValid(t, export("as it came"), 4) // two flow.yaml, a schedule, a trigger

	flows, err := h.eng.Flows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	save := func(path string, f *flow.Flow) {
		t.Helper()
		b, err := f.JSON()
		if err == nil {
			err = h.eng.SaveFlow(t.Context(), path, b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range flows {
		f, err := flow.ParseJSON(s.JSON)
		if err != nil {
			t.Fatal(err)
		}
		f.Summary += " 2"
		save(s.Path, f)
	}
	older, err := os.ReadDir("../engine/flow/testdata/flows")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range older {
		f, err := flow.ReadFS(os.DirFS("../engine/flow/testdata/flows"), e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if mods := f.Value.Modules; len(mods) > 0 {
			if _, unknown := mods[len(mods)-1].Value.(*flow.Unknown); unknown { // a type that nobody knows
				f.Value.Modules = mods[:len(mods)-1]
			}
		}
		save("f/older/"+flow.Slug(e.Name(), ""), f)
	}
	save("f/made/every", everyStep())
	allValid(t, export("changed"), 6+len(older)+1)

	// The validator can refuse.
	bad := filepath.Join(tmp, "bad", "x.flow")
	if err := os.MkdirAll(bad, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, "flow.yaml"), []byte("summary: 1\nvalue: {modules: [{id: a, value: {type: rawscript}}]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if list := validate(t, filepath.Join(tmp, "bad")); len(list) != 1 || len(list[0].Errors) < 2 {
		t.Errorf("a bad flow: %v", list)
	}
}
