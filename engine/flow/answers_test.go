package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnswerIn(t *testing.T) {
	for expr, want := range map[string]string{
		"resume.message": "resume", "resume?.message": "resume", "resumes.length": "resumes", "[...approvers]": "approvers",
		"a ? resume : b": "resume", "a ? b : resume": "resume", "`${resume.x}`": "resume",
		"flow_input.resume": "", "({resume: 1})": "", "'resume'": "", "const resume = 1; return 1": "", "list.map(resume => 1)": "", "// resume\n1": "",
	} {
		if got := answerIn(expr); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

func TestAnswersComeFromTheApprovalRightBefore(t *testing.T) {
	const gate = `"suspend":{"required_events":1}`
	reader := func(id string) string {
		return `{"id":"` + id + `","value":{"type":"script","path":"u/me/s","input_transforms":{"x":{"type":"javascript","expr":"resume.x"}}}}`
	}
	f, err := ParseJSON([]byte(`{"value":{"modules":[
{"id":"a","value":{"type":"identity"},` + gate + `},` + reader("b") + `,` + reader("c") + `,
{"id":"d","value":{"type":"identity"},` + gate + `},
{"id":"e","value":{"type":"branchone","branches":[{"expr":"resume.ok","modules":[` + reader("f") + `,` + reader("g") + `,{"id":"h","value":{"type":"identity"},` + gate + `},` + reader("i") + `]}],"default":[]}},
{"id":"j","value":{"type":"identity"},"stop_after_if":{"expr":"resume"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range AnswerReads(f) {
		got[r.Step+" "+r.Field] = r.Gate
	}
	want := map[string]string{"b input_transforms.x": "a", "c input_transforms.x": "", "e branches[0].expr": "d",
		"f input_transforms.x": "d", "g input_transforms.x": "d", "i input_transforms.x": "h"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	warned := ""
	for _, p := range Validate(f) {
		if ReadsAnswer(p) {
			warned += p.Step + ": " + p.Title
		}
	}
	if warned != "c: input_transforms.x reads resume, but no approval comes right before it" {
		t.Error(warned)
	}
}
