package engine

import (
	"context"
	"encoding/json"
	"io"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// importer stands for a language: its result is what the code imports.
type importer struct{}

func (importer) Run(_ context.Context, j run.Job, _ io.Writer) (json.RawMessage, error) {
	return json.Marshal(j.Code.Imports)
}

// What a script imports is fixed when its run starts, as the scripts are that steps
// name.
func TestImportedScriptsAreFixedAtTheStart(t *testing.T) {
	f := newFixture(t)
	f.cfg.Executors["bun"] = importer{}
	f.open()
	put := func(path, content string) {
		t.Helper()
		if _, err := f.SaveScript(bg, flow.StoredScript{Path: path, Language: "bun", Content: content}); err != nil {
			t.Fatal(err)
		}
	}
	put("f/app/lib", `import "./deep"; export const a = 1`)
	put("f/app/deep", `export const b = 1`)
	put("f/app/user", `import { a } from "./lib"`)
	put("f/app/other", `export const c = 1`)
	hold := make(chan bool)
	f.world.Script("a", blockUntil(hold))
	id := f.start(script("a", ""), scriptAt("b", "f/app/user", ""),
		`{"id":"c","value":{"type":"rawscript","language":"bun","content":"import '/f/app/deep.ts'","input_transforms":{}}}`)
	put("f/app/deep", `changed`)
	close(hold)
	f.untilDone(id)
	for step, want := range map[run.StepID]string{
		"b": `{"f/app/deep":"export const b = 1","f/app/lib":"import \"./deep\"; export const a = 1"}`,
		"c": `{"f/app/deep":"export const b = 1"}`,
	} {
		if got := f.result(id, step); got != want {
			t.Errorf("%s imports %s, want %s", step, got, want)
		}
	}
}
