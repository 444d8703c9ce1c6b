package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// readersOfState are the ways by which a flow names what another has stored. The second
// flow is one that the first has as a step.
var readersOfState = []struct{ name, x string }{
	{"a static resource", `{"type":"static","value":"$res:f/team/stored"}`},
	{"a static resource inside", `{"type":"static","value":{"a":["$res:f/team/stored"]}}`},
	{"a resource that names it", `{"type":"static","value":"$res:f/team/names"}`},
	{"a variable", `{"type":"static","value":"$var:f/team/text"}`},
	{"a resource that names the variable", `{"type":"static","value":"$res:f/team/names_text"}`},
	{"an expression of the resource", `{"type":"javascript","expr":"resource('f/team/stored')"}`},
	{"an expression of the variable", `{"type":"javascript","expr":"variable('f/team/text')"}`},
	{"an expression that puts the path together", `{"type":"javascript","expr":"[resource('f/team/' + 'names')]"}`},
	{"flow_env", `{"type":"javascript","expr":"flow_env.STATE"}`},
}

// What a reference gives holds no link to what another flow asks, whoever wrote the flow
// that names it: a person, or a step that starts one as a preview. A flow has its own links
// whole.
func TestAReferenceShowsNoLinkOfAnotherFlow(t *testing.T) {
	h := aServer(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	step := func(id, code, inputs, more string) string {
		content, _ := json.Marshal(code)
		return fmt.Sprintf(`{"id":%q,%s"value":{"type":"rawscript","language":"bun","content":%s,"input_transforms":{%s}}}`, id, more, content, inputs)
	}
	start := func(path, modules string) run.ID {
		t.Helper()
		begun, err := h.eng.Start(ctx, run.Request{Path: path, Flow: []byte(`{"summary":"S","value":{"flow_env":{"STATE":"$res:f/team/stored"},"modules":[` + modules + `]}}`)})
		must(err)
		return begun.ID
	}
	done := func(s run.Summary) bool { return s.Status == run.StatusDone }

	victim := start("f/team/victim", step("a", `import * as wmill from "windmill-client"
export async function main() {
  const links = await wmill.getResumeUrls("li@acme.example")
  await wmill.setResource({ links, kept: true }, "f/team/stored", "state")
  await wmill.setVariable("f/team/text", JSON.stringify({ links, kept: true }))
  return links
}`, "", `"suspend":{"required_events":1},`))
	until(t, h, victim, func(s run.Summary) bool { return s.Status == run.StatusSuspended })
	var links struct{ ApprovalPage string }
	must(json.Unmarshal([]byte(resultsOf(t, h, victim)["a"]), &links))
	secret := links.ApprovalPage[strings.LastIndexByte(links.ApprovalPage, '/')+1:]
	if len(secret) != 26 {
		t.Fatalf("no link: %q", links.ApprovalPage)
	}
	must(h.eng.PutResource(ctx, flow.Resource{Path: "f/team/names", Type: "any", Value: flow.Raw(`{"of":"$res:f/team/stored"}`)}))
	must(h.eng.PutResource(ctx, flow.Resource{Path: "f/team/names_text", Type: "any", Value: flow.Raw(`{"of":"$var:f/team/text"}`)}))

	var readers []string
	for i, r := range readersOfState {
		readers = append(readers, step(fmt.Sprintf("r%d", i), `export async function main(x: any) { return JSON.stringify(x) }`, `"x":`+r.x, ""))
	}
	modules := strings.Join(readers, ",")
	must(h.eng.SaveFlow(ctx, "f/team/part", []byte(`{"summary":"P","value":{"modules":[`+modules+`]}}`)))
	part := `{"id":"part","value":{"type":"flow","path":"f/team/part","input_transforms":{}}}`
	value, _ := json.Marshal(`{"flow_env":{"STATE":"$res:f/team/stored"},"modules":[` + modules + `]}`)
	previews := func(path string) string {
		return step("p", fmt.Sprintf(`export async function main() {
  const r = await fetch(process.env.BASE_INTERNAL_URL + "/api/w/sluice/jobs/run/preview_flow", { method: "POST",
    headers: { Authorization: "Bearer " + process.env.WM_TOKEN, "Content-Type": "application/json" },
    body: JSON.stringify({ value: JSON.parse(%s), path: %q, args: {} }) })
  return await r.text()
}`, value, path), "", "")
	}

	for _, tt := range []struct {
		name, path, modules string
		preview, told       bool
	}{
		{"its own flow", "f/team/victim", modules, false, true},
		{"its own flow, by a step that is a flow", "f/team/victim", part, false, true},
		{"another flow", "f/team/other", modules, false, false},
		{"another flow, by a step that is a flow", "f/team/other", part, false, false},
		{"one without a path", "", modules, false, false},
		{"a preview", "f/team/other", previews(""), true, false},
		{"a preview that says it is the other", "f/team/other", previews("f/team/victim"), true, false},
		{"a preview by its own flow", "f/team/victim", previews("f/team/victim"), true, true},
	} {
		id := start(tt.path, tt.modules)
		until(t, h, id, done)
		got := resultsOf(t, h, id)
		if tt.preview {
			var begun string
			must(json.Unmarshal([]byte(got["p"]), &begun))
			id = run.ID(begun)
			until(t, h, id, done)
			got = resultsOf(t, h, id)
		}
		for i, r := range readersOfState {
			text, found := got[fmt.Sprintf("r%d", i)]
			if !found {
				if text, found = got[fmt.Sprintf("part/flow/r%d", i)]; !found || r.name == "flow_env" {
					if r.name != "flow_env" {
						t.Errorf("%s, %s: no result of %v", tt.name, r.name, got)
					}
					continue // a flow that is a step has an environment of its own
				}
			}
			switch told := strings.Contains(text, secret); {
			case told != tt.told:
				t.Errorf("%s, %s: told: %v: %s", tt.name, r.name, told, text)
			case !strings.Contains(text, "kept"), !tt.told && !strings.Contains(text, "…"):
				t.Errorf("%s, %s: the rest did not come: %s", tt.name, r.name, text)
			}
		}
	}
}
