package flow

import (
	"fmt"
	"strings"
	"testing"
)

// The fields of OpenFlow, by the object that has them, each with a value. A
// field may be one that our structs know or not: either way it comes out as it
// went in.
var openFlowFields = map[string]string{
	"OpenFlow": `"summary":"s","description":"d","schema":{"type":"object"},"on_behalf_of_email":"a@b.example","on_behalf_of":"u/me"`,
	"FlowValue": `"failure_module":{"id":"failure","value":{"type":"identity"}},"preprocessor_module":{"id":"preprocessor","value":{"type":"identity"}},
		"same_worker":true,"preserve_step_tags":true,"concurrent_limit":2,"concurrency_key":"k","concurrency_time_window_s":1.5,"debounce_delay_s":1,
		"debounce_key":"k","debounce_args_to_accumulate":["a"],"max_total_debouncing_time":1,"max_total_debounces_amount":1,"skip_expr":"false",
		"cache_ttl":60,"cache_ignore_s3_path":true,"delete_after_secs":5,"delete_after_use":true,"flow_env":{"B":{"x":1},"A":"y"},"priority":3,"early_return":"a",
		"chat_input_enabled":true,
		"notes":[{"id":"n","text":"t","position":{"x":1,"y":2},"size":{"width":3,"height":4},"color":"red","type":"group","locked":false,"contained_node_ids":["a"]}],
		"groups":[{"summary":"s","note":"n","autocollapse":true,"start_id":"a","end_id":"a","color":"blue"}]`,
	"FlowModule": `"summary":"s","stop_after_if":{"skip_if_stopped":true,"expr":"a","error_message":null,"error_include_result":true},
		"stop_after_all_iters_if":{"skip_if_stopped":false,"expr":"b","error_message":"m"},"skip_if":{"expr":"c"},"sleep":{"type":"static","value":1},
		"cache_ttl":1,"cache_ignore_s3_path":false,"timeout":{"type":"javascript","expr":"1"},"delete_after_secs":0,"delete_after_use":false,
		"mock":{"enabled":true,"return_value":{"b":1,"a":[2]}},
		"suspend":{"required_events":1,"timeout":5,"resume_form":{"schema":{"type":"object"}},"user_auth_required":true,
			"user_groups_required":{"type":"static","value":["g"]},"self_approval_disabled":true,"hide_cancel":true,
			"continue_on_disapprove_timeout":true,"skin":"minimal"},
		"priority":1,"continue_on_error":true,
		"retry":{"constant":{"attempts":1,"seconds":2},"exponential":{"attempts":1,"multiplier":2,"seconds":3,"random_factor":4},"retry_if":{"expr":"x"}},
		"debouncing":{"debounce_delay_s":1,"debounce_key":"k","debounce_args_to_accumulate":[],"max_total_debouncing_time":2,"max_total_debounces_amount":3},
		"apply_preprocessor":false,"pass_flow_input_directly":true,"x-sluice":{"a":1}`,
}

var openFlowValues = []string{
	`{"type":"rawscript","input_transforms":{"a":{"type":"static","value":1},"b":{"type":"javascript","expr":"x"},"c":{"type":"ai"}},"content":"c","language":"bun",
		"path":"u/a/b","lock":"l","tag":"t","concurrent_limit":1,"concurrency_time_window_s":0,"custom_concurrency_key":"k","is_trigger":false,
		"assets":[{"path":"p","kind":"s3object","access_type":"rw","alt_access_type":null}]}`,
	`{"type":"script","input_transforms":{},"path":"f/a/b","hash":"00ff","tag_override":"t","is_trigger":true}`,
	`{"type":"flow","input_transforms":{},"path":"f/a/b"}`,
	`{"type":"forloopflow","modules":[],"iterator":{"type":"static","value":[1]},"skip_failures":true,"parallel":true,"parallelism":{"type":"static","value":2},"squash":true}`,
	`{"type":"whileloopflow","modules":[],"skip_failures":false,"parallel":false,"parallelism":3,"squash":false}`,
	`{"type":"branchone","branches":[{"summary":"s","expr":"true","modules":[]}],"default":[{"id":"x","value":{"type":"identity","flow":true}}]}`,
	`{"type":"branchall","branches":[{"summary":"s","skip_failure":true,"modules":[]}],"parallel":false}`,
	`{"type":"identity","flow":false}`,
	`{"type":"aiagent","input_transforms":{"provider":{"type":"static","value":{"kind":"openai","resource":"$res:u/a/b","model":"m","reasoning_effort":"low"}},
		"memory":{"type":"static","value":{"kind":"manual","messages":[{"role":"user","content":"c"}]}},"user_message":{"type":"ai"}},
		"tools":[{"id":"t","summary":"s","description":"d","value":{"tool_type":"mcp","resource_path":"u/a/b","include_tools":[],"exclude_tools":["x"]}},{"id":"w","value":{"tool_type":"websearch"}}],
		"tag":"t","omit_output_from_conversation":true,"agent":"u/a/g","tool_inputs":{"t":{}},"parallel":true}`,
}

// everything is a flow with every field, written compactly.
func everything() string {
	flat := func(s string) string {
		var b strings.Builder
		for line := range strings.SplitSeq(s, "\n") {
			b.WriteString(strings.TrimSpace(line))
		}
		return b.String()
	}
	var mods []string
	for i, v := range openFlowValues {
		extra := ""
		if i == 0 {
			extra = "," + flat(openFlowFields["FlowModule"])
		}
		mods = append(mods, fmt.Sprintf(`{"id":%q,"value":%s%s}`, string(rune('a'+i)), flat(v), extra))
	}
	return fmt.Sprintf(`{%s,"value":{"modules":[%s],%s}}`,
		flat(openFlowFields["OpenFlow"]), strings.Join(mods, ","), flat(openFlowFields["FlowValue"]))
}

func TestEveryFieldOfOpenFlowIsKept(t *testing.T) {
	f := roundTrip(t, []byte(everything()))
	kinds := map[string]bool{}
	Walk(f, func(m *Module, _ Place, _ int) { kinds[TypeOf(m.Value)] = true })
	for name := range valueTypes {
		if !kinds[name] {
			t.Errorf("no step of type %s was read", name)
		}
	}
	a, _ := Find(f, "a")
	if a.Suspend.RequiredEvents != 1 || *a.Suspend.Timeout != 5 || a.Suspend.Skin != "minimal" || a.Retry.Exponential.RandomFactor != 4 || !a.Mock.Enabled {
		t.Errorf("misread: %+v %+v", a.Suspend, a.Retry)
	}
	for _, p := range Validate(f) {
		if p.Code == ProblemField && p.Severity == SeverityError {
			t.Errorf("%+v", p)
		}
	}
}

func TestWritesWhatWasMadeHere(t *testing.T) {
	timeout := 60.0
	f := &Flow{Summary: "New", Value: Value{Modules: []*Module{
		{ID: "a", Value: &RawScript{Language: "bun", Content: "x"}, Suspend: &Suspend{RequiredEvents: 1, Timeout: &timeout}},
		{ID: "b", Value: &BranchAll{Branches: []*Branch{{}}, Parallel: true}},
		{ID: "c", Value: &ForLoop{Iterator: &Input{Kind: JavaScript, Expr: "[1]"}}},
		{ID: "d", Value: &Script{Path: "hub/1/a", Inputs: (&Inputs{}).Set("x", &Input{Kind: Static})}},
	}}}
	want := `{"summary":"New","value":{"modules":[` +
		`{"id":"a","value":{"type":"rawscript","content":"x","language":"bun","input_transforms":{}},"suspend":{"required_events":1,"timeout":60}},` +
		`{"id":"b","value":{"type":"branchall","branches":[{"modules":[]}],"parallel":true}},` +
		`{"id":"c","value":{"type":"forloopflow","modules":[],"iterator":{"type":"javascript","expr":"[1]"},"skip_failures":false}},` +
		`{"id":"d","value":{"type":"script","path":"hub/1/a","input_transforms":{"x":{"type":"static","value":null}}}}]}}`
	got, err := f.JSON()
	if err != nil || string(got) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
	f.Schema = Raw(`{"type":`)
	if _, err := f.JSON(); err == nil {
		t.Error("a schema that is not JSON was written")
	}
}

func TestWritesChangesInTheirPlace(t *testing.T) {
	f, err := ParseJSON([]byte(`{"value":{"modules":[{"summary":"old","value":{"type":"branchall","branches":[]},"id":"a","cache_ttl":1.0,"later":1}]},"summary":"s"}`))
	if err != nil {
		t.Fatal(err)
	}
	g, err := Update(f, "a", func(m Module) Module {
		m.Summary = ""
		m.CacheTTL = 2
		m.ContinueOnError = true
		v := *m.Value.(*BranchAll)
		v.Parallel = false
		m.Value = &v
		return m
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"value":{"modules":[{"value":{"type":"branchall","branches":[],"parallel":false},"id":"a","cache_ttl":2,"continue_on_error":true,"later":1}]},"summary":"s"}`
	if got, _ := g.JSON(); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
