package flow

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// openObject is one object of the format: what a flow may say in it. The typed
// members can be read and set by the fields of a struct. The others are kept
// where they stand and have no effect here, each for a reason.
type openObject struct {
	name  string
	text  string // a flow with %s in the place of the object's members
	at    func(f *Flow) any
	typed string // members, each with a value that is not its default
	kept  []keptField
}

type keptField struct{ name, value, reason string }

const (
	oneWorker  = "every step runs on this machine, so a tag chooses nothing"
	noS3       = "there is no object storage whose paths could be left out"
	noBurst    = "each trigger starts a run; concurrent_limit makes them wait for each other"
	forEditors = "Windmill's editor writes it for itself"
	ofServer   = "it belongs to the server that the flow came from"
	noAgent    = "a flow with an AI agent is refused at start"
)

// openFlowObjects names every member of every object that OpenFlow 1.819 and
// the files found in public know.
var openFlowObjects = []openObject{
	{"OpenFlow", `{"summary":"s","value":{"modules":[]},%s}`, func(f *Flow) any { return f },
		`"description":"d","schema":{"type":"object"},"x-sluice":{}`,
		[]keptField{
			{"on_behalf_of_email", `"a@b.example"`, "runs belong to whoever uses this machine"},
			{"on_behalf_of", `"u/a"`, "runs belong to whoever uses this machine"},
			{"has_on_behalf_of", `false`, "runs belong to whoever uses this machine"},
			{"tag", `"x"`, oneWorker},
			{"ws_error_handler_muted", `true`, ofServer}, {"visible_to_runner_only", `true`, ofServer}, {"path", `"u/a/b"`, ofServer},
			{"edited_by", `"a"`, ofServer}, {"edited_at", `"2024-01-02"`, ofServer}, {"archived", `false`, ofServer},
			{"extra_perms", `{"u/a":true}`, ofServer}, {"dedicated_worker", `true`, ofServer}, {"labels", `["x"]`, ofServer},
			{"timeout", `30`, "a step's timeout counts; the flow as a whole has none"},
		}},
	{"FlowValue", `{"summary":"s","value":{"modules":[],%s}}`, func(f *Flow) any { return &f.Value },
		`"failure_module":{"id":"failure","value":{"type":"identity"}},"preprocessor_module":{"id":"preprocessor","value":{"type":"identity"}},
		"same_worker":true,"concurrent_limit":1,"concurrency_key":"k","concurrency_time_window_s":2,"skip_expr":"x","cache_ttl":3,"flow_env":{"A":1},
		"priority":4,"early_return":"a","notes":[{"id":"n"}],"groups":[{"start_id":"a"}]`,
		[]keptField{
			{"delete_after_secs", `5`, ""}, {"delete_after_use", `true`, ""}, // read as they stand by the engine
			{"preserve_step_tags", `true`, oneWorker},
			{"debounce_delay_s", `1`, noBurst}, {"debounce_key", `"k"`, noBurst}, {"debounce_args_to_accumulate", `["x"]`, noBurst},
			{"max_total_debouncing_time", `2`, noBurst}, {"max_total_debounces_amount", `3`, noBurst},
			{"cache_ignore_s3_path", `true`, noS3},
			{"chat_input_enabled", `true`, "flows are started by a form or a call, not by a chat"},
		}},
	{"FlowModule", oneStep(`"id":"a","value":{"type":"identity"},%s`), stepOf,
		`"summary":"s","stop_after_if":{"expr":"1"},"stop_after_all_iters_if":{"expr":"1"},"skip_if":{"expr":"1"},"sleep":{"type":"static","value":1},
		"cache_ttl":1,"timeout":{"type":"static","value":1},"delete_after_use":true,"delete_after_secs":2,"mock":{"enabled":true},"suspend":{"required_events":1},
		"priority":3,"continue_on_error":true,"retry":{},"input_transforms":{"x":{"type":"static"}},"x-sluice":{}`,
		[]keptField{
			{"cache_ignore_s3_path", `true`, noS3}, {"debouncing", `{"debounce_delay_s":1}`, noBurst},
			{"apply_preprocessor", `true`, "Windmill sets it while a flow runs; a file should not hold it"},
			{"pass_flow_input_directly", `true`, "Windmill sets it while a flow runs; a file should not hold it"},
		}},
	{"rawscript", oneStep(`"id":"a","value":{"type":"rawscript",%s}`), valueOf,
		`"content":"c","language":"bun","input_transforms":{"x":{"type":"static"}},"lock":"l","path":"u/a/b","tag":"t","concurrent_limit":1,
		"concurrency_time_window_s":2,"custom_concurrency_key":"k"`,
		[]keptField{{"is_trigger", `true`, forEditors}, {"assets", `[{"path":"x","kind":"resource"}]`, forEditors}}},
	{"script", oneStep(`"id":"a","value":{"type":"script",%s}`), valueOf,
		`"path":"u/a/b","hash":"h","input_transforms":{"x":{"type":"static"}},"tag_override":"t"`,
		[]keptField{{"is_trigger", `true`, forEditors}}},
	{"flow", oneStep(`"id":"a","value":{"type":"flow",%s}`), valueOf, `"path":"u/a/b","input_transforms":{"x":{"type":"static"}}`, nil},
	{"forloopflow", oneStep(`"id":"a","value":{"type":"forloopflow",%s}`), valueOf,
		`"modules":[{"id":"b","value":{"type":"identity"}}],"iterator":{"type":"static","value":[1]},"skip_failures":true,"parallel":true,"parallelism":2`,
		[]keptField{{"squash", `true`, "iterations are not put together into one job"}}},
	{"whileloopflow", oneStep(`"id":"a","value":{"type":"whileloopflow",%s}`), valueOf,
		`"modules":[{"id":"b","value":{"type":"identity"}}],"skip_failures":true,"parallel":true,"parallelism":{"type":"javascript","expr":"2"}`,
		[]keptField{{"squash", `true`, "iterations are not put together into one job"}}},
	{"branchone", oneStep(`"id":"a","value":{"type":"branchone",%s}`), valueOf, `"branches":[{"expr":"1"}],"default":[{"id":"b","value":{"type":"identity"}}]`, nil},
	{"branchall", oneStep(`"id":"a","value":{"type":"branchall",%s}`), valueOf, `"branches":[{"summary":"s"}],"parallel":true`, nil},
	{"branch", oneStep(`"id":"a","value":{"type":"branchone","branches":[{%s}],"default":[]}`), func(f *Flow) any { return f.Value.Modules[0].Value.(*BranchOne).Branches[0] },
		`"summary":"s","expr":"1","modules":[{"id":"b","value":{"type":"identity"}}],"skip_failure":true,"parallel":true`, nil},
	{"identity", oneStep(`"id":"a","value":{"type":"identity",%s}`), valueOf, ``, []keptField{{"flow", `true`, "Windmill's engine writes it for itself"}}},
	{"aiagent", oneStep(`"id":"a","value":{"type":"aiagent",%s}`), valueOf, `"input_transforms":{"x":{"type":"ai"}},"tools":[{"id":"t"}]`,
		[]keptField{{"tag", `"t"`, noAgent}, {"omit_output_from_conversation", `true`, noAgent}, {"agent", `"u/a/g"`, noAgent}, {"tool_inputs", `{}`, noAgent}, {"parallel", `true`, noAgent}}},
	{"suspend", oneStep(`"id":"a","value":{"type":"identity"},"suspend":{%s}`), func(f *Flow) any { return f.Value.Modules[0].Suspend },
		`"required_events":1,"timeout":2,"resume_form":{"schema":{}},"user_auth_required":true,"user_groups_required":{"type":"static","value":["g"]},
		"self_approval_disabled":true,"hide_cancel":true,"continue_on_disapprove_timeout":true,"skin":"minimal"`, nil},
	{"resume_form", oneStep(`"id":"a","value":{"type":"identity"},"suspend":{"resume_form":{%s}}`), func(f *Flow) any { return f.Value.Modules[0].Suspend.ResumeForm }, `"schema":{"type":"object"}`, nil},
	{"retry", oneStep(`"id":"a","value":{"type":"identity"},"retry":{%s}`), func(f *Flow) any { return f.Value.Modules[0].Retry }, `"constant":{},"exponential":{},"retry_if":{"expr":"1"}`, nil},
	{"retry.constant", oneStep(`"id":"a","value":{"type":"identity"},"retry":{"constant":{%s}}`), func(f *Flow) any { return f.Value.Modules[0].Retry.Constant }, `"attempts":1,"seconds":2`, nil},
	{"retry.exponential", oneStep(`"id":"a","value":{"type":"identity"},"retry":{"exponential":{%s}}`), func(f *Flow) any { return f.Value.Modules[0].Retry.Exponential }, `"attempts":1,"multiplier":2,"seconds":3,"random_factor":4`, nil},
	{"retry_if", oneStep(`"id":"a","value":{"type":"identity"},"skip_if":{%s}`), func(f *Flow) any { return f.Value.Modules[0].SkipIf }, `"expr":"1"`, nil},
	{"stop_after_if", oneStep(`"id":"a","value":{"type":"identity"},"stop_after_if":{%s}`), func(f *Flow) any { return f.Value.Modules[0].StopAfterIf },
		`"expr":"1","skip_if_stopped":true,"error_message":"m","error_include_result":true`, nil},
	{"mock", oneStep(`"id":"a","value":{"type":"identity"},"mock":{%s}`), func(f *Flow) any { return f.Value.Modules[0].Mock }, `"enabled":true,"return_value":1`, nil},
	{"input transform", oneStep(`"id":"a","value":{"type":"identity"},"sleep":{%s}`), func(f *Flow) any { return f.Value.Modules[0].Sleep }, `"type":"javascript","value":1,"expr":"1"`, nil},
}

func oneStep(members string) string { return `{"summary":"s","value":{"modules":[{` + members + `}]}}` }

func stepOf(f *Flow) any  { return f.Value.Modules[0] }
func valueOf(f *Flow) any { return f.Value.Modules[0].Value }

func TestEveryFieldIsTypedOrKeptForAReason(t *testing.T) {
	for _, o := range openFlowObjects {
		t.Run(o.name, func(t *testing.T) {
			typed, err := readTree([]byte("{" + o.typed + "}"))
			if err != nil {
				t.Fatal(err)
			}
			var members []string
			for i, name := range typed.keys {
				members = append(members, fmt.Sprintf("%q:%s", name, typed.kids[i].raw()))
			}
			for _, k := range o.kept {
				members = append(members, fmt.Sprintf("%q:%s", k.name, k.value))
			}
			// A field keeps its place, whatever the order is.
			slices.Reverse(members)
			roundTrip(t, fmt.Appendf(nil, o.text, strings.Join(members, ",")))
			slices.Reverse(members)
			f := roundTrip(t, fmt.Appendf(nil, o.text, strings.Join(members, ",")))

			v := reflect.ValueOf(o.at(f)).Elem()
			sh, k := shapeOf(v.Type()), keepOf(v)
			for _, name := range typed.keys {
				at, ok := sh.byName[name]
				switch {
				case !ok:
					t.Errorf("no field of %s stands for %s", v.Type(), name)
				case v.Field(sh.fields[at].index).IsZero():
					t.Errorf("%s was not read into its field", name)
				}
			}
			for _, field := range sh.fields {
				if !strings.Contains(o.text+o.typed, `"`+field.name+`":`) {
					t.Errorf("%s is not in the table", field.name)
				}
			}
			for _, kept := range o.kept {
				if _, ok := sh.byName[kept.name]; ok {
					t.Errorf("%s has a field, but stands among those without effect", kept.name)
				}
				if got := k.Extra(kept.name); string(got) != kept.value {
					t.Errorf("%s was kept as %q", kept.name, got)
				}
				read := strings.HasPrefix(kept.name, "delete_after")
				if kept.reason == "" && !read {
					t.Errorf("%s has no effect and no reason", kept.name)
				}
			}
		})
	}
}

// What is added, changed and taken away leaves the fields beside it alone.
func TestKeptFieldsOutlastEdits(t *testing.T) {
	for _, o := range openFlowObjects {
		var members []string
		for _, k := range o.kept {
			members = append(members, fmt.Sprintf("%q:%s", k.name, k.value))
		}
		if members == nil || !strings.Contains(o.text, `"id":"a"`) {
			continue
		}
		f, err := ParseJSON(fmt.Appendf(nil, o.text, strings.Join(members, ",")))
		if err != nil {
			t.Fatal(err)
		}
		f = must(t)(Update(f, "a", func(m Module) Module { m.Summary, m.Timeout = "new", &Input{Kind: Static, Value: Raw("3")}; return m }))
		f = must(t)(Rename(f, "a", "first"))
		f = must(t)(Insert(f, Place{}, &Module{ID: "z", Value: &Identity{}}))
		f = must(t)(Move(f, "first", -1))
		text := jsonOf(t, f)
		if !json.Valid([]byte(text)) || !strings.Contains(text, strings.Join(members, ",")) {
			t.Errorf("%s lost fields: %s", o.name, text)
		}
	}
}
