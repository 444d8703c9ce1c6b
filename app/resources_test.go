package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
)

// connected opens a folder with its connections; must ends the test on an error.
func connected(t *testing.T) (h *server, c connections, must func(error)) {
	t.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: t.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	must = func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h, err := o.openAndProceed(t.Context())
	must(err)
	t.Cleanup(h.close)
	return h, connections{library{h.eng, h}}, must
}

// What a resource holds in secret does not come to the window and stays where nothing was
// typed; flows follow a rename.
func TestResourcesAreChangedWithoutTheirSecrets(t *testing.T) {
	ctx := context.Background()
	h, c, must := connected(t)
	must(h.eng.KeepFile(ctx, flow.KeptFile{Path: "crm.resource-type.yaml", Data: []byte("schema:\n  type: object\n  properties:\n    url:\n      type: string\n    apiKey:\n      type: string\n")}))
	types, err := c.Types(ctx)
	must(err)
	if types.Schema("crm") == nil || types.Schema("postgresql") == nil {
		t.Errorf("types: %v", types.Names())
	}
	must(h.eng.PutResource(ctx, flow.Resource{Path: "u/me/crm", Type: "crm", Value: flow.Raw(`{"url":"https://crm.example","apiKey":"sesame"}`)}))
	r, err := c.Open(ctx, "u/me/crm")
	must(err)
	if string(r.Value) != `{"url":"https://crm.example"}` {
		t.Errorf("the window gets %s", r.Value)
	}
	must(c.Change(ctx, "u/me/crm", flow.Raw(`{"url":"https://crm2.example","apiKey":""}`)))
	must(h.eng.SaveFlow(ctx, "u/me/f", []byte(`{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/me/s","input_transforms":{"crm":{"type":"static","value":"$res:u/me/crm"}}}}]}}`)))
	if _, err := c.Rename(ctx, "u/me/crm", "u/me/crm", ""); err == nil {
		t.Error("a name that is taken is taken once more")
	}
	n, err := c.Rename(ctx, "u/me/crm", "f/ops/crm", "")
	must(err)
	full, err := h.eng.FullResource(ctx, "f/ops/crm")
	must(err)
	if n != 1 || string(full.Value) != `{"apiKey":"sesame","url":"https://crm2.example"}` {
		t.Errorf("%d flows, %s", n, full.Value)
	}
	if there, _ := h.eng.ResourceExists(ctx, "u/me/crm"); there {
		t.Error("it is there under its old name, too")
	}
	list, err := h.eng.Flows(ctx)
	must(err)
	for _, f := range list {
		if f.Path == "u/me/f" && !strings.Contains(string(f.JSON), "$res:f/ops/crm") {
			t.Errorf("%s", f.JSON)
		}
	}
}

// A rename reaches what runs, scripts and schedules, and lets nothing run that was only
// drawn; a flow that is open and runs a version has it refused, before anything is changed.
func TestARenamedResourceIsFoundByAllThatNamesIt(t *testing.T) {
	ctx := context.Background()
	h, c, must := connected(t)
	flowWith := func(id string) []byte {
		return []byte(`{"summary":"F","value":{"modules":[{"id":"` + id + `","value":{"type":"rawscript","language":"bash","content":"true","input_transforms":{"db":{"type":"static","value":"$res:u/me/db"}}}}]}}`)
	}
	must(h.eng.PutResource(ctx, flow.Resource{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"host":"db"}`)}))
	must(h.eng.SaveFlow(ctx, "u/me/f", flowWith("runs")))
	_, err := h.eng.MakeVersion(ctx, "u/me/f", "")
	must(err)
	must(h.eng.SaveDraft(ctx, "u/me/f", flowWith("drawn"), "draw"))
	_, err = h.eng.SaveScript(ctx, flow.StoredScript{Path: "u/me/s", Language: "bun", Content: "export async function main() { return await wmill.getResource(\"u/me/db\") }"})
	must(err)
	must(h.eng.SaveSchedule(ctx, schedule.Schedule{Path: "u/me/nightly", Cron: "0 0 3 * * *", Zone: "UTC", Target: "u/me/s", Args: json.RawMessage(`{"db":"$res:u/me/db"}`)}))

	if _, err := c.Rename(ctx, "u/me/db", "f/ops/db", "u/me/f"); !fault.HasCode(err, "resource.running") {
		t.Errorf("beside an open flow whose version names it: %v", err)
	}
	if there, _ := h.eng.ResourceExists(ctx, "f/ops/db"); there {
		t.Fatal("what was refused was begun")
	}
	n, err := c.Rename(ctx, "u/me/db", "f/ops/db", "")
	must(err)
	if n != 3 {
		t.Errorf("%d follow, want 3", n)
	}
	runs, err := h.eng.Flow(ctx, "u/me/f")
	must(err)
	drawn, err := h.eng.Draft(ctx, "u/me/f")
	must(err)
	if got := string(runs.JSON); !strings.Contains(got, `"runs"`) || !strings.Contains(got, "$res:f/ops/db") {
		t.Errorf("what runs: %s", got)
	}
	if got := string(drawn.JSON); !strings.Contains(got, `"drawn"`) || !strings.Contains(got, "$res:f/ops/db") {
		t.Errorf("what is drawn: %s", got)
	}
	scripts, err := h.eng.Scripts(ctx)
	must(err)
	if len(scripts) != 1 || !strings.Contains(scripts[0].Content, `getResource("f/ops/db")`) {
		t.Errorf("scripts: %+v", scripts)
	}
	s, err := h.eng.Schedule(ctx, "u/me/nightly")
	must(err)
	if string(s.Args) != `{"db":"$res:f/ops/db"}` {
		t.Errorf("the schedule gives %s", s.Args)
	}
}
