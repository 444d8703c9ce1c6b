package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValidate(t *testing.T) {
	const ok = `"value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{}}`
	loop := func(fields string) string {
		return `{"summary":"s","value":{"modules":[{"id":"l","value":{"type":"forloopflow","skip_failures":false,` + fields + `}}]}}`
	}
	reads := func(id string) string {
		return `"value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{"x":{"type":"javascript","expr":"results.` + id + `"}}}`
	}
	mods := func(list string) string { return `{"summary":"s","value":{"modules":[` + list + `]}}` }
	tests := []struct {
		reason, text string
		want         []string // severity code step field
	}{
		{"all is well", mods(`{"id":"a",` + ok + `}`), nil},
		{"no steps", mods(``), []string{"warning flow.required  value.modules"}},
		{"no value", `{"summary":"s"}`, []string{"error flow.required  value"}},
		{"no id", mods(`{` + ok + `}`), []string{"error flow.id  id"}},
		{"double id", mods(`{"id":"a",` + ok + `},{"id":"a",` + ok + `}`), []string{"error flow.id a id"}},
		{"reserved id", mods(`{"id":"Input",` + ok + `}`), []string{"error flow.id Input id"}},
		{"id that would break a path", mods(`{"id":"a/b",` + ok + `}`), []string{"error flow.id a/b id"}},
		{"id that leads up", mods(`{"id":"..",` + ok + `},{"id":".",` + ok + `},{"id":"a.b",` + ok + `}`), []string{"error flow.id .. id", "error flow.id . id", "error flow.id a.b id"}},
		{"id with a character that is not seen", mods(`{"id":"a\u0000",` + ok + `},{"id":"a\u202eb",` + ok + `},{"id":"a\u200bb",` + ok + `}`), []string{"error flow.id a\x00 id", "error flow.id a\u202eb id", "error flow.id a\u200bb id"}},
		{"id with a sign", mods(`{"id":"a:b",` + ok + `},{"id":"a%2f",` + ok + `},{"id":"½",` + ok + `}`), []string{"error flow.id a:b id", "error flow.id a%2f id", "error flow.id ½ id"}},
		{"id in letters of any language", mods(`{"id":"prüfung_2-b",` + ok + `},{"id":"審査",` + ok + `},{"id":"जाँच",` + ok + `}`), nil},
		{"id that is the failure step's", mods(`{"id":"failure",` + ok + `}`), []string{"error flow.id failure id"}},
		{"id that is the preprocessor's", mods(`{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[{"id":"preprocessor",` + ok + `,"stop_after_if":{"expr":"true","skip_if_stopped":false}}]}}`), []string{"error flow.id preprocessor id"}},
		{"id that is a word of the language", mods(`{"id":"class",` + ok + `}`), []string{"warning flow.id class id"}},
		{"id that only looks like one", mods(`{"id":"Class",` + ok + `},{"id":"constructor",` + ok + `},{"id":"error",` + ok + `},{"id":"results",` + ok + `}`), nil},
		{"double id in two branches", mods(`{"id":"all","value":{"type":"branchall","branches":[{"modules":[{"id":"a",` + ok + `}]},{"modules":[{"id":"a",` + ok + `}]}]}}`), []string{"error flow.id a id"}},
		{"double id at different depths", mods(`{"id":"a","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"static","value":[1]},"modules":[{"id":"b","value":{"type":"branchone","branches":[],"default":[{"id":"a",` + ok + `}]}}]}}`), []string{"error flow.id a id"}},
		{"double id with the failure step", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"failure_module":{"id":"a",` + ok + `}}}`, []string{"warning flow.id a id"}},
		{"no module value", mods(`{"id":"a"}`), []string{"error flow.required a value"}},
		{"unknown type", mods(`{"id":"a","value":{"type":"quantum"}}`), []string{"warning flow.type a value.type"}},
		{"no type", mods(`{"id":"a","value":{}}`), []string{"warning flow.type a value.type"}},
		{"no language", mods(`{"id":"a","value":{"type":"rawscript","content":"x","input_transforms":{}}}`), []string{"error flow.required a value.language"}},
		{"unknown language", mods(`{"id":"a","value":{"type":"rawscript","language":"cobol","content":"x","input_transforms":{}}}`), []string{"warning flow.language a value.language"}},
		{"empty script", mods(`{"id":"a","value":{"type":"rawscript","language":"bun","content":" ","input_transforms":{}}}`), []string{"error flow.required a value.content"}},
		{"script in a file that was not read", mods(`{"id":"a","value":{"type":"rawscript","language":"bun","content":"!inline a.ts","input_transforms":{}}}`), []string{"error flow.inline a value.content"}},
		{"path", mods(`{"id":"a","value":{"type":"script","path":"/etc/x","input_transforms":{}}}`), []string{"error flow.path a value.path"}},
		{"no path", mods(`{"id":"a","value":{"type":"flow","input_transforms":{}}}`), []string{"error flow.required a value.path"}},
		{"exponential retry without a wait", mods(`{"id":"a",` + ok + `,"retry":{"exponential":{"attempts":2,"seconds":0}}}`), []string{"error flow.retry a retry.exponential.seconds"}},
		{"exponential retry that is off", mods(`{"id":"a",` + ok + `,"retry":{"exponential":{"attempts":0,"seconds":0}}}`), nil},
		{"approval without time", mods(`{"id":"a",` + ok + `,"suspend":{"required_events":1,"timeout":0}}`), []string{"error flow.suspend a suspend.timeout"}},
		{"approval that is off, without time", mods(`{"id":"a",` + ok + `,"suspend":{"required_events":0,"timeout":0}}`), nil},
		{"approval that asks nobody", mods(`{"id":"a",` + ok + `,"suspend":{"resume_form":{"schema":{}}}}`), []string{"warning flow.suspend a suspend.required_events"}},
		{"form that is no schema", mods(`{"id":"a",` + ok + `,"suspend":{"required_events":1,"resume_form":{"schema":{"properties":{"x":{"type":"strnig"}}}}}}`), []string{"error flow.schema a suspend.resume_form.schema"}},
		{"known field of an unreadable form", mods(`{"id":"a",` + ok + `,"suspend":{"required_events":"two"},"retry":3}`), []string{"error flow.field a retry", "error flow.field a suspend.required_events"}},
		{"failure step beside value", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}]},"failure_module":{"id":"failure",` + ok + `},"tag":"x"}`, []string{"warning flow.place  failure_module"}},
		{"field inside value", mods(`{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{},"timeout":3}}`), []string{"warning flow.place a value.timeout"}},
		{"marks that are right", `{"summary":"s","x-sluice":{"retention_days":{"succeeded":0,"others":null,"logs":36500}},"value":{"modules":[{"id":"a","x-sluice":{"high_stakes":true},` + ok + `},{"id":"b","x-sluice":null,` + ok + `}]}}`, nil},
		{"marks that are wrong, all of them", `{"summary":"s","x-sluice":{"note":1,"retention_days":{"succeeded":"30","others":-1,"logs":1.5,"failed":3}},"value":{"modules":[{"id":"a","x-sluice":{"high_stakes":"yes","high_stake":true},` + ok + `},{"id":"b","x-sluice":[],` + ok + `}]}}`,
			[]string{"warning flow.field  x-sluice.note", "warning flow.field  x-sluice.retention_days.failed", "warning flow.field  x-sluice.retention_days.logs", "warning flow.field  x-sluice.retention_days.others", "warning flow.field  x-sluice.retention_days.succeeded",
				"warning flow.field a x-sluice.high_stake", "warning flow.field a x-sluice.high_stakes", "warning flow.field b x-sluice"}},
		{"a number for a mark of days", `{"summary":"s","x-sluice":{"retention_days":30},"value":{"modules":[{"id":"a",` + ok + `}]}}`, []string{"warning flow.field  x-sluice.retention_days"}},
		{"misspelled approval", mods(`{"id":"a",` + ok + `,"suspnd":{"required_events":1}}`), []string{"error flow.field a suspnd"}},
		{"misspelled field of an approval", mods(`{"id":"a",` + ok + `,"suspend":{"required_event":1,"timeout":9}}`), []string{"error flow.field a suspend.required_event"}},
		{"misspelled field of a loop", loop(`"iterator":{"type":"static","value":[1]},"paralel":true`), []string{"error flow.field l value.paralel"}},
		{"misspelled field beside the right one", mods(`{"id":"a",` + ok + `,"suspend":{"required_events":1,"required_event":2}}`), nil},
		{"field of somebody's own", mods(`{"id":"a",` + ok + `,"color":"red","x-mine":1}`), nil},
		{"input that is not there", `{"summary":"s","schema":{"properties":{"amount":{"type":"number"}}},"value":{"modules":[{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"flow_input.amout * flow_input['amount'] + flow_input.iter.value"}}}}]}}`, []string{"warning flow.reference a input_transforms.x"}},
		{"input of a flow that says nothing of its inputs", mods(`{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"flow_input.any"}}}}`), nil},
		{"input of an unknown kind", mods(`{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"magic"}}}}`), []string{"error flow.field a input_transforms.x"}},
		{"result of a step that is not there", mods(`{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"results.zz"}}}}`), []string{"warning flow.reference a input_transforms.x"}},
		{"branch without a predicate", mods(`{"id":"a","value":{"type":"branchone","branches":[{"modules":[]}],"default":[]}}`), []string{"error flow.required a branches[0].expr"}},
		{"loop without a list", loop(`"modules":[]`), []string{"error flow.required l iterator"}},
		{"loop over a text", loop(`"iterator":{"type":"static","value":"a,b"}`), []string{"error flow.list l iterator"}},
		{"loop over an object", loop(`"iterator":{"type":"static","value":{"a":1}}`), []string{"error flow.list l iterator"}},
		{"loop over null", loop(`"iterator":{"type":"static","value":null}`), []string{"error flow.required l iterator"}},
		{"loop over a number in place of the object", loop(`"iterator":3`), []string{"error flow.list l iterator"}},
		{"loop over nothing", loop(`"iterator":{"type":"javascript","expr":" "}`), []string{"error flow.required l iterator"}},
		{"loop over a list, text as number", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":"2"`), nil},
		{"loop with no width", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":{"type":"static","value":null}`), nil},
		{"loop of width 0", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":0`), []string{"error flow.range l parallelism"}},
		{"loop of width -1", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":{"type":"static","value":-1}`), []string{"error flow.range l parallelism"}},
		{"loop of width 1.5", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":1.5`), []string{"error flow.range l parallelism"}},
		{"loop of many words", loop(`"iterator":{"type":"static","value":[]},"parallel":true,"parallelism":"many"`), []string{"error flow.range l parallelism"}},
		{"width where it does not matter", loop(`"iterator":{"type":"static","value":[]},"parallelism":0`), []string{"warning flow.range l parallelism"}},
		{"while loop without an end", mods(`{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[{"id":"a",` + ok + `}]}}`), []string{"warning flow.endless w stop_after_if"}},
		{"while loop that ends deep inside", mods(`{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[{"id":"b","value":{"type":"branchone","branches":[],"default":[{"id":"a",` + ok + `,"stop_after_if":{"expr":"result","skip_if_stopped":false}}]}}]}}`), nil},
		{"while loop in parallel", mods(`{"id":"w","stop_after_if":{"expr":"result","skip_if_stopped":false},"value":{"type":"whileloopflow","skip_failures":false,"parallel":true,"modules":[]}}`), []string{"warning flow.place w value.parallel"}},
		{"limit of half a run", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"concurrent_limit":0.5}}`, []string{"error flow.range  value.concurrent_limit"}},
		{"limit of a step below zero", mods(`{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{},"concurrent_limit":-1,"concurrency_time_window_s":-2}}`), []string{"error flow.range a value.concurrent_limit", "error flow.range a value.concurrency_time_window_s"}},
		{"deletion before the end", mods(`{"id":"a",` + ok + `,"delete_after_secs":-1}`), []string{"error flow.range a delete_after_secs"}},
		{"fields and types of a newer version", `{"summary":"s","brand_new":1,"value":{"modules":[{"id":"l","brand_new":[],"value":{"type":"forloopflow","skip_failures":false,"brand_new":{},"iterator":{"type":"static","value":[],"brand_new":0},"modules":[{"id":"q","value":{"type":"quantum","modules":[]}}]}}],"brand_new":true}}`, []string{"warning flow.type q value.type"}},
		{"timeout that is no number", mods(`{"id":"a",` + ok + `,"timeout":{"type":"static","value":"soon"}}`), []string{"error flow.range a timeout"}},
		{"failure step that is no script", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"failure_module":{"id":"failure","value":{"type":"identity"}}}}`, []string{"error flow.failure failure failure_module"}},
		{"failure step of any id", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"failure_module":{"id":"on_error",` + ok + `}}}`, nil},
		{"preprocessor that reads results", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"preprocessor_module":{"id":"preprocessor","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"results.a"},"y":{"type":"javascript","expr":"flow_input.event"}}}}}}`, []string{"warning flow.reference preprocessor input_transforms.x"}},
		{"reads a later step", mods(`{"id":"a",` + reads("b") + `},{"id":"b",` + ok + `}`), []string{"warning flow.order a input_transforms.x"}},
		{"reads an earlier step", mods(`{"id":"b",` + ok + `},{"id":"a",` + reads("b") + `}`), nil},
		{"reads what is inside a later step", mods(`{"id":"a",` + reads("b") + `},{"id":"c","value":{"type":"branchall","parallel":false,"branches":[{"modules":[{"id":"b",` + ok + `}]}]}}`), []string{"warning flow.order a input_transforms.x"}},
		{"reads another branch", mods(`{"id":"c","value":{"type":"branchone","branches":[{"expr":"flow_input.x","modules":[{"id":"b",` + ok + `}]}],"default":[{"id":"a",` + reads("b") + `}]}}`), []string{"warning flow.order a input_transforms.x"}},
		{"reads a branch before it", mods(`{"id":"c","value":{"type":"branchall","parallel":false,"branches":[{"modules":[{"id":"b",` + ok + `}]},{"modules":[{"id":"a",` + reads("b") + `}]}]}}`), nil},
		{"reads a branch beside it", mods(`{"id":"c","value":{"type":"branchall","parallel":true,"branches":[{"modules":[{"id":"b",` + ok + `}]},{"modules":[{"id":"a",` + reads("b") + `}]}]}}`), []string{"warning flow.order a input_transforms.x"}},
		{"reads the iteration before", loop(`"iterator":{"type":"static","value":[]},"modules":[{"id":"a",` + reads("b") + `},{"id":"b",` + ok + `}]`), nil},
		{"reads later in iterations of their own", loop(`"parallel":true,"iterator":{"type":"static","value":[]},"modules":[{"id":"a",` + reads("b") + `},{"id":"b",` + ok + `}]`), []string{"warning flow.order a input_transforms.x"}},
		{"branch that always wins", mods(`{"id":"c","value":{"type":"branchone","branches":[{"expr":"( true );","modules":[]},{"expr":"false","modules":[]}],"default":[{"id":"a",` + ok + `}]}}`), []string{"warning flow.constant c branches[0].expr"}},
		{"only branch, which always wins", mods(`{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[{"id":"a",` + ok + `}]}],"default":[]}}`), []string{"warning flow.constant c branches[0].expr"}},
		{"branch that is written as the default", mods(`{"id":"c","value":{"type":"branchone","branches":[{"expr":"flow_input.x","modules":[]},{"expr":"true","modules":[{"id":"a",` + ok + `}]}],"default":[]}}`), nil},
		{"branch that is never taken", mods(`{"id":"c","value":{"type":"branchone","branches":[{"expr":"false","modules":[]},{"expr":"flow_input.x == true","modules":[]}],"default":[]}}`), []string{"warning flow.constant c branches[0].expr"}},
		{"steps that no run comes to", mods(`{"id":"a",` + ok + `,"stop_after_if":{"expr":"true","skip_if_stopped":false}},{"id":"b",` + ok + `},{"id":"c",` + ok + `}`), []string{"warning flow.unreached b "}},
		{"stop of a step that is skipped", mods(`{"id":"a",` + ok + `,"skip_if":{"expr":"true"},"stop_after_if":{"expr":"true","skip_if_stopped":false}},{"id":"b",` + ok + `}`), nil},
		{"stop of the iterations of a loop", `{"summary":"s","value":{"modules":[{"id":"l","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"static","value":[1]},"modules":[]},"stop_after_if":{"expr":"true","skip_if_stopped":false}},{"id":"b",` + ok + `}]}}`, nil},
		{"early return from nowhere", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"early_return":"b"}}`, []string{"warning flow.reference  value.early_return"}},
		{"inputs that are no schema", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}]},"schema":["x"]}`, []string{"error flow.schema  schema"}},
	}
	for _, tt := range tests {
		f, err := ParseJSON([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got []string
		for _, p := range Validate(f) {
			got = append(got, strings.Join([]string{string(p.Severity), string(p.Code), p.Step, p.Field}, " "))
			if p.Title == "" || p.Hint == "" || strings.HasSuffix(p.Title, ".") || strings.Contains(p.Title+p.Hint, "!") && p.Code != ProblemInline {
				t.Errorf("%s: poor words: %+v", tt.reason, p)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, d)
		}
	}
}

func TestUnsupported(t *testing.T) {
	for _, name := range []string{"refund", "release", "cleanup.flow.yaml"} {
		if p := Unsupported(corpusFlow(t, name)); p != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for language, want := range map[string]bool{"bun": true, "deno": true, "nativets": true, "bunnative": true, "python3": true, "bash": true, "rust": false, "go": false, "": false} {
		f := &Flow{Value: Value{FailureModule: &Module{ID: "failure", Value: &RawScript{Language: language, Content: "x"}}}}
		if got := len(Unsupported(f)) == 0; got != want {
			t.Errorf("%q: %v", language, got)
		}
	}
}

// What a newer program wrote stops a run only where it must: a step of a type
// that is not known, by its name.
func TestNewerFlowsAreRefusedOverUnknownStepsOnly(t *testing.T) {
	for _, tt := range []struct{ reason, modules, want string }{
		{"new fields", `{"id":"a","new_field":{"x":1},"value":{"type":"identity","new_field":[1]},"suspend":{"required_events":1,"new_field":true}}`, ""},
		{"new type", `{"id":"a","value":{"type":"quantum"}}`, `Step "a" is of the type "quantum"`},
		{"new type deep inside", `{"id":"l","value":{"type":"branchall","branches":[{"modules":[{"id":"w","value":{"type":"whileloopflow","modules":[{"id":"q","value":{"type":"quantum"}}]}}]}]}}`, `Step "q" is of the type "quantum"`},
		{"an agent", `{"id":"a","value":{"type":"aiagent","input_transforms":{},"tools":[]}}`, `Step "a" is an AI agent`},
		{"a language", `{"id":"a","value":{"type":"rawscript","language":"snowflake","content":"select 1","input_transforms":{}}}`, `Step "a" is a script in "snowflake"`},
		{"no type", `{"id":"a","value":{}}`, `Step "a" is of no type`},
		{"no id", `{"value":{"type":"quantum"}}`, `A step is of the type "quantum"`},
	} {
		f, err := ParseJSON([]byte(`{"summary":"","value":{"modules":[` + tt.modules + `]}}`))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range Unsupported(f) {
			got = append(got, p.Title)
			if p.Code != ProblemCannotRun || p.Severity != SeverityError || !strings.Contains(p.Hint, "kept") {
				t.Errorf("%s: %+v", tt.reason, p)
			}
		}
		if tt.want == "" && got != nil || tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], tt.want)) {
			t.Errorf("%s: %q, want %q", tt.reason, got, tt.want)
		}
	}
}

// A flow that says who may approve is not started where nobody checks it.
func TestApprovalsThatCanNotBeGuardedAreNotRun(t *testing.T) {
	for _, tt := range []struct {
		suspend string
		want    string // the field that is named, "" if the flow runs
	}{
		{`"required_events":1`, ""},
		{`"required_events":1,"user_auth_required":true`, "suspend.user_auth_required"},
		{`"required_events":1,"self_approval_disabled":true`, "suspend.self_approval_disabled"},
		{`"required_events":2,"user_groups_required":{"type":"static","value":["board"]}`, "suspend.user_groups_required"},
		{`"required_events":1,"user_groups_required":{"type":"javascript","expr":"flow_input.groups"}`, "suspend.user_groups_required"},
		{`"required_events":1,"user_groups_required":{"type":"static","value":"board"}`, "suspend.user_groups_required"},
		{`"required_events":1,"user_groups_required":{"type":"static","value":[ ]},"user_auth_required":false`, ""},
		{`"required_events":0,"user_auth_required":true`, ""},
	} {
		step := `{"id":"sign","value":{"type":"identity"},"suspend":{` + tt.suspend + `}}`
		inBranch := `{"id":"b","value":{"type":"branchone","branches":[{"expr":"true","modules":[` + step + `]}],"default":[]}}`
		for _, modules := range []string{step, inBranch} {
			f, err := ParseJSON([]byte(`{"summary":"","value":{"modules":[` + modules + `]}}`))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range Unsupported(f) {
				got = p.Field
				if p.Severity != SeverityError || p.Step != "sign" || !strings.Contains(p.Title, strings.TrimPrefix(p.Field, "suspend.")) {
					t.Errorf("%s: %+v", modules, p)
				}
			}
			if got != tt.want {
				t.Errorf("%s: refused over %q, want %q", modules, got, tt.want)
			}
		}
	}
}

// A name that is certainly meant is proposed, of inputs and of steps, short ones too.
func TestWhatIsCertainlyMeantIsProposed(t *testing.T) {
	for expr, want := range map[string]string{
		"flow_input.qyt": "qty", "flow_input.amout": "amount", "flow_input.qtx": "", "flow_input.tqy": "qty", "flow_input.ytq": "", "flow_input.qt": "",
		"results.lokup": "lookup", "results.looukp": "lookup", "results.nothing": "",
	} {
		c, err := ParseJSON([]byte(`{"summary":"s","schema":{"properties":{"amount":{"type":"number"},"qty":{"type":"number"}}},"value":{"modules":[{"id":"lookup","value":{"type":"identity"}},
			{"id":"b","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"` + expr + `"}}}}]}}`))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range Validate(c) {
			if p.Code == ProblemReference {
				got = p.Hint
			}
		}
		if has := strings.Contains(got, "If you mean "+want+", write it so."); got == "" || has != (want != "") {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}
