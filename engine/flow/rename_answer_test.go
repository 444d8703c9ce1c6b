package flow

import (
	"strings"
	"testing"
)

// A field of an approval's form takes along what reads it, in each spelling, and only where
// its answers are heard.
func TestRenameAnswer(t *testing.T) {
	f, err := ParseJSON([]byte(`{"value":{"modules":[
		{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1}},
		{"id":"b","value":{"type":"branchone","default":[],"branches":[{"expr":"resume[\"reason\"] != '' && resume.reasons","modules":[
			{"id":"c","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{"x":{"type":"javascript","expr":"resume?.reason + resume['reason'] + flow_input.reason"}}}}]}]}},
		{"id":"d","value":{"type":"identity"},"skip_if":{"expr":"resume.reason"},"suspend":{"required_events":1}},
		{"id":"e","value":{"type":"identity"},"skip_if":{"expr":"resume.reason == 'x'"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(AnswerReaders(f, "a", "reason"), " "); got != "b c" {
		t.Errorf("it is read by %q", got)
	}
	g := RenameAnswer(f, "a", "reason", "why not")
	b, err := g.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`resume[\"why not\"] != '' && resume.reasons`, `resume?.[\"why not\"] + resume['why not'] + flow_input.reason`, `"resume.reason"`, `resume.reason == 'x'`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
	if before, _ := f.JSON(); strings.Contains(string(before), "why not") {
		t.Error("the flow before was changed")
	}
}
