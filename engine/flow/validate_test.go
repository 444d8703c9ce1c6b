package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValidate(t *testing.T) {
	const ok = `"value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{}}`
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
		{"field inside value", mods(`{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{},"timeout":3}}`), []string{"warning flow.place a value.timeout"}},
		{"input of an unknown kind", mods(`{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"magic"}}}}`), []string{"error flow.field a input_transforms.x"}},
		{"result of a step that is not there", mods(`{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"type":"javascript","expr":"results.zz"}}}}`), []string{"warning flow.reference a input_transforms.x"}},
		{"branch without a predicate", mods(`{"id":"a","value":{"type":"branchone","branches":[{"modules":[]}],"default":[]}}`), []string{"error flow.required a branches[0].expr"}},
		{"timeout that is no number", mods(`{"id":"a",` + ok + `,"timeout":{"type":"static","value":"soon"}}`), []string{"error flow.range a timeout"}},
		{"failure step that is no script", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"failure_module":{"id":"failure","value":{"type":"identity"}}}}`, []string{"error flow.failure failure failure_module"}},
		{"failure step of any id", `{"summary":"s","value":{"modules":[{"id":"a",` + ok + `}],"failure_module":{"id":"on_error",` + ok + `}}}`, nil},
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
