package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/run"
)

// returnsX are scripts that give back what they got as x, as text.
var returnsX = map[string]string{
	"bun":     "export async function main(x: any) { return JSON.stringify(x) }",
	"python3": "import json\ndef main(x):\n    return json.dumps(x)\n",
	"bash":    "x=\"$1\"\necho \"$x\"\n",
}

// doors are the ways by which a text comes to a step. Those of the author are
// references, all others are data.
var doors = []struct {
	name   string
	input  string // the transform of x
	author bool
}{
	{"static", `{"type":"static","value":"$var:u/me/secret"}`, true},
	{"static, nested", `{"type":"static","value":{"a":[{"b":"$var:u/me/secret"}]}}`, true},
	{"static resource", `{"type":"static","value":"$res:u/me/db"}`, true},
	{"literal", `{"type":"javascript","expr":"'$var:u/me/secret'"}`, true},
	{"literal in an object", `{"type":"javascript","expr":"({a: '$res:u/me/db', b: results.g})"}`, true},
	{"one of two literals", `{"type":"javascript","expr":"results.g ? '$res:u/me/db' : '$var:u/me/secret'"}`, true},
	{"flow_env", `{"type":"javascript","expr":"flow_env.SECRET"}`, true},
	{"input, a resource", `{"type":"javascript","expr":"flow_input.db"}`, true},
	{"input, a resource inside", `{"type":"javascript","expr":"({cfg: flow_input.cfg})"}`, true},
	{"input, a resource in a list", `{"type":"javascript","expr":"flow_input.dbs"}`, true},

	{"input", `{"type":"javascript","expr":"flow_input.note"}`, false},
	{"input, the default", `{"type":"javascript","expr":"flow_input.preset"}`, false},
	{"input, an object that no schema knows", `{"type":"javascript","expr":"flow_input.free"}`, false},
	{"answer", `{"type":"javascript","expr":"resume"}`, false},
	{"answer, one field", `{"type":"javascript","expr":"resume.note"}`, false},
	{"answers", `{"type":"javascript","expr":"resumes"}`, false},
	{"answer put into an object", `{"type":"javascript","expr":"({db: resume.note})"}`, false},
	{"answer or a literal", `{"type":"javascript","expr":"resume.note || '$var:u/me/secret'"}`, false},
	{"result", `{"type":"javascript","expr":"results.g"}`, false},
	{"previous result", `{"type":"javascript","expr":"previous_result"}`, false},
	{"result in a template", "{\"type\":\"javascript\",\"expr\":\"`${results.g.note}`\"}", false},
	{"text put together", `{"type":"javascript","expr":"'$var:' + 'u/me/secret'"}`, false},
	{"statements", `{"type":"javascript","expr":"const n = resume.note; return n"}`, false},
}

const secretText = "hunter2"

// TestDataIsNoReference: every door a text can come through, in every language.
func TestDataIsNoReference(t *testing.T) {
	h := aServer(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.eng.SetVariable(ctx, flow.Variable{Path: "u/me/secret", Value: secretText, Secret: true}))
	must(h.eng.PutResource(ctx, flow.Resource{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"password":"` + secretText + `"}`)}))

	for lang, code := range returnsX {
		t.Run(lang, func(t *testing.T) {
			step := func(id, input string) string {
				content, _ := json.Marshal(code)
				return fmt.Sprintf(`{"id":%q,"value":{"type":"rawscript","language":%q,"content":%s,"input_transforms":{"x":%s}}}`, id, lang, content, input)
			}
			// The first step gives back the input, and is decided about.
			modules := []string{`{"id":"g","suspend":{"required_events":1},"value":{"type":"rawscript","language":"bun","content":"export async function main(x: any) { return x }","input_transforms":{"x":{"type":"javascript","expr":"({note: flow_input.note, deep: [flow_input.note]})"}}}}`}
			var branches []string
			for i, d := range doors {
				branches = append(branches, `{"modules":[`+step(fmt.Sprintf("d%d", i), d.input)+`]}`)
			}
			modules = append(modules, `{"id":"all","value":{"type":"branchall","branches":[`+strings.Join(branches, ",")+`]}}`)
			// Loops over what the author wrote, and over data.
			modules = append(modules,
				`{"id":"l1","value":{"type":"forloopflow","iterator":{"type":"static","value":["$res:u/me/db"]},"modules":[`+step("i1", `{"type":"javascript","expr":"flow_input.iter.value"}`)+`]}}`,
				`{"id":"l2","value":{"type":"forloopflow","iterator":{"type":"javascript","expr":"[flow_input.note]"},"modules":[`+step("i2", `{"type":"javascript","expr":"flow_input.iter.value"}`)+`]}}`,
				`{"id":"l3","value":{"type":"forloopflow","iterator":{"type":"javascript","expr":"results.g.deep"},"modules":[`+step("i3", `{"type":"javascript","expr":"flow_input.iter.value"}`)+`]}}`)
			// A flow that this one runs: its field is called a resource, what comes is data.
			inner := `{"summary":"Inner","schema":{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"mine":{"type":"string"}}},"value":{"modules":[` +
				step("in1", `{"type":"javascript","expr":"flow_input.db"}`) + `,` + step("in2", `{"type":"javascript","expr":"flow_input.mine"}`) + `]}}`
			must(h.eng.SaveFlow(ctx, "u/me/inner", []byte(inner)))
			modules = append(modules,
				`{"id":"s1","value":{"type":"flow","path":"u/me/inner","input_transforms":{"db":{"type":"javascript","expr":"results.g.note"},"mine":{"type":"static","value":"$var:u/me/secret"}}}}`)
			f := `{"summary":"Doors","schema":{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"dbs":{"type":"array","items":{"type":"object","format":"resource-postgresql"}},
				"cfg":{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"}}},"note":{"type":"string"},"preset":{"type":"string","default":"$var:u/me/secret"}}},
				"value":{"flow_env":{"SECRET":"$var:u/me/secret"},"modules":[` + strings.Join(modules, ",") + `]}}`
			input := `{"db":"$res:u/me/db","dbs":["$res:u/me/db"],"cfg":{"db":"$res:u/me/db","note":"$var:u/me/secret"},"note":"$var:u/me/secret","free":{"db":"$res:u/me/db"}}`
			begun, err := h.eng.Start(ctx, run.Request{Flow: []byte(f), Input: json.RawMessage(input)})
			id := begun.ID
			must(err)
			until(t, h, id, func(s run.Summary) bool { return s.Status == run.StatusSuspended })
			must(h.eng.Decide(ctx, run.Decision{Run: id, Step: "g", Person: run.DesktopUser, Approve: true, Payload: json.RawMessage(`{"note":"$var:u/me/secret","db":"$res:u/me/db"}`)}))
			until(t, h, id, func(s run.Summary) bool { return s.Status == run.StatusDone })

			results := resultsOf(t, h, id)
			check := func(name, step string, author bool) {
				t.Helper()
				text, ok := results[step]
				switch {
				case !ok:
					t.Errorf("%s: step %s has no result", name, step)
				case author != strings.Contains(text, secretText):
					t.Errorf("%s: the step got %s; it is a reference: %v", name, text, author)
				case !author && !strings.Contains(text, "$var:") && !strings.Contains(text, "$res:"):
					t.Errorf("%s: the text did not arrive: %s", name, text)
				}
				if strings.HasSuffix(name, "input, a resource inside") && !strings.Contains(text, "$var:u/me/secret") {
					t.Errorf("%s: the text beside the resource acted: %s", name, text)
				}
			}
			for i, d := range doors {
				check(d.name, fmt.Sprintf("all/%d/d%d", i, i), d.author)
			}
			// The same input by a webhook holds no reference at all.
			must(h.eng.SaveFlow(ctx, "u/me/doors", []byte(f)))
			address, err := h.eng.SaveHook(ctx, hook.Hook{Path: "u/me/hook_" + lang, Flow: "u/me/doors", Enabled: true})
			must(err)
			opened, err := h.eng.OpenHook(ctx, address[strings.LastIndexByte(address, '/')+1:])
			must(err)
			receipt, err := h.eng.Deliver(ctx, opened, hook.Delivery{Body: json.RawMessage(input), Raw: input})
			must(err)
			id = run.ID(receipt.Run)
			until(t, h, id, func(s run.Summary) bool { return s.Status == run.StatusSuspended })
			must(h.eng.Decide(ctx, run.Decision{Run: id, Step: "g", Person: run.DesktopUser, Approve: true, Payload: json.RawMessage(`{"note":"$var:u/me/secret","db":"$res:u/me/db"}`)}))
			until(t, h, id, func(s run.Summary) bool { return s.Status == run.StatusDone })
			byHere := results
			results = resultsOf(t, h, id)
			for i, d := range doors {
				check("by a webhook: "+d.name, fmt.Sprintf("all/%d/d%d", i, i), d.author && !strings.HasPrefix(d.name, "input, "))
			}
			check("by a webhook: data handed to a flow's resource field", "s1/flow/in1", false)
			check("by a webhook: a static input handed to a flow", "s1/flow/in2", true)
			results = byHere

			check("iteration of a static list", "l1/0/i1", true)
			check("iteration of a list made of input", "l2/0/i2", false)
			check("iteration of a result", "l3/0/i3", false)
			check("data handed to a flow's resource field", "s1/flow/in1", false)
			check("a static input handed to a flow", "s1/flow/in2", true)
		})
	}
}

// until waits for a state of a run.
func until(t *testing.T, h *server, id run.ID, ok func(run.Summary) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, err := range h.eng.Watch(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		s, err := h.eng.Run(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if ok(s) {
			return
		}
		if s.Status == run.StatusDone {
			t.Fatalf("the run ended: %+v", s)
		}
	}
	t.Fatal("it took too long")
}

// resultsOf reads what each step of a run returned.
func resultsOf(t *testing.T, h *server, id run.ID) map[string]string {
	t.Helper()
	entries, err := h.eng.Log(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		if v, ok := e.Event.(run.JobSucceeded); ok {
			b, err := h.eng.Value(t.Context(), v.Result)
			if err != nil {
				t.Fatal(err)
			}
			out[string(v.Step)] = string(b)
		}
	}
	return out
}
