package model

import (
	"slices"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// problematic opens a flow of modules with a library.
func problematic(t *testing.T, text string) *Model {
	t.Helper()
	if !strings.HasPrefix(text, "{\"summary") {
		text = `{"summary":"T","schema":{"properties":{"amount":{"type":"number"}}},"value":{"modules":[` + text + `]}}`
	}
	f, err := flow.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	m.SetSyntax(func(text string, _ bool) *run.Failure {
		if strings.HasSuffix(text, "+") {
			return &run.Failure{Message: "it ends too early"}
		}
		return nil
	})
	m.SetScripts(func(path string) (run.Code, bool) { return run.Code{Summary: "S"}, path == "u/me/here" })
	m.SetSchemas(func(path string) flow.Raw {
		return flow.Raw(`{"type":"object","required":["account","to"],"properties":{"account":{"type":"object","format":"resource-gmail"},"to":{"type":"array","items":{"type":"string"}},"approver_emails":{"type":"array","items":{"type":"string"}}}}`)
	})
	m.SetResources([]flow.Resource{{Path: "u/me/gmail", Type: "gmail"}, {Path: "u/you/mail", Type: "gmail"}, {Path: "u/me/db", Type: "postgresql"}})
	m.Open("u/me/t", f)
	return m
}

const aCode = `"type":"rawscript","language":"bun","content":"export function main() {}"`

func argument(id, expr string) string {
	return `{"id":"` + id + `","value":{` + aCode + `,"input_transforms":{"x":{"type":"javascript","expr":"` + expr + `"}}}}`
}

func simple(id string) string { return `{"id":"` + id + `","value":{` + aCode + `}}` }

// Each kind of problem is told once, where it is, and its fixes are offered by name. A fix
// takes it away as one change, which Undo takes back.
func TestFixes(t *testing.T) {
	const waits = `"suspend":{"required_events":1,"timeout":60}`
	for _, x := range []struct {
		what, mods, step, field, title string
		fixes                          string // by their names
	}{
		{"an unknown name", simple("a") + "," + argument("b", "flow_inp.amount"), "b", "input_transforms.x", "X reads flow_inp, and nothing has that name", "Use flow_input"},
		{"an input that is not there", argument("a", "flow_input.amuont + 1"), "a", "input_transforms.x", "X reads flow_input.amuont, but", "Use amount|Add the input amuont to the flow"},
		{"a step that is not there", simple("order") + "," + argument("b", "results.ordr.id"), "b", "input_transforms.x", "X reads ordr, which is not there", "Use order"},
		{"the order of steps", argument("b", "results.a") + "," + simple("a"), "b", "input_transforms.x", "X reads a, which runs after it", "Move a before b|Move b after a"},
		{"what stands on another branch", `{"id":"c","value":{"type":"branchone","branches":[{"expr":"flow_input.amount","modules":[` + simple("a") + `]}],"default":[` + argument("b", "results.a") + `]}}`,
			"b", "input_transforms.x", "X reads a, which is on another branch: only one of them is taken", "Move a before b|Move b after a"},
		{"an answer that nobody gives", simple("a") + "," + argument("b", "resume.message"), "b", "input_transforms.x", "X reads resume, but no approval comes right before it", "Ask for approval in step a"},
		{"a resource that is not there", `{"id":"a","value":{"type":"script","path":"u/me/here","input_transforms":{"account":{"type":"static","value":"$res:u/me/gmial"},"to":{"type":"static","value":["a@b.example"]}}}}`,
			"a", "input_transforms.account", "There is no resource “u/me/gmial”", "Use u/me/gmail|Use u/you/mail|Add a resource…"},
		{"a script that is not there", `{"id":"a","value":{"type":"script","path":"u/me/gone","input_transforms":{"account":{"type":"static","value":"$res:u/me/gmail"},"to":{"type":"static","value":["a"]}}}}`,
			"a", "value.path", "There is no script “u/me/gone” here", "Replace the step…"},
		{"a flow that is not there", `{"id":"a","value":{"type":"flow","path":"u/me/gone","input_transforms":{}}}`, "a", "value.path", "There is no flow “u/me/gone” here", "Replace the step…"},
		{"a language that cannot run here", `{"id":"a","value":{"type":"rawscript","language":"rust","content":"fn main() {}","input_transforms":{}}}`, "a", "value.type", `Step "a" is a script in "rust", which this version cannot run`, "Replace the step…"},
		{"a package that is not here", `{"id":"a","value":{"type":"rawscript","language":"bun","content":"import x from \"lodash\"\nexport function main() { return x }","input_transforms":{}}}`, "a", "value.content", `The step imports "lodash", which is not available here (line 1)`, ""},
		{"an approver that is no address", `{"id":"a","value":{"type":"script","path":"u/me/here","input_transforms":{"account":{"type":"static","value":"$res:u/me/gmail"},"to":{"type":"static","value":["x"]},"approver_emails":{"type":"static","value":["dana@acme.example","dana at acme"]}}},` + waits + `}`,
			"a", "input_transforms.approver_emails", "“dana at acme” is not an e-mail address", "Take it out"},
		{"a branch that always wins", `{"id":"c","value":{"type":"branchone","branches":[{"expr":"flow_input.amount","modules":[]},{"expr":"true","modules":[` + simple("a") + `]}],"default":[` + simple("b") + `]}}`,
			"c", "branches[1].expr", "Branch 2 always wins: its condition is true in every run", "Delete branch 2"},
		{"the only branch, which always wins", `{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[` + simple("a") + `]}],"default":[]}}`,
			"c", "branches[0].expr", "Branch 1 always wins: its condition is true in every run", "Make it the default|Delete branch 1"},
		{"a branch after an approval that always wins", `{"id":"a",` + simple("a")[10:len(simple("a"))-1] + `,` + waits + `},{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[]}],"default":[` + simple("b") + `]}}`,
			"c", "branches[0].expr", "Branch 1 always wins: its condition is true in every run", `Use resume["message"] != ""|Delete branch 1`},
		{"an approval that asks nobody", `{"id":"a","value":{` + aCode + `},"suspend":{"required_events":0,"resume_form":{"schema":{"properties":{"n":{"type":"string"}}}}}}`,
			"a", "suspend.required_events", "The step has an approval form, but asks nobody", "Ask for one approval"},
		{"an approval with fewer people than it needs", `{"id":"a","value":{` + aCode + `,"input_transforms":{"approver_emails":{"type":"static","value":["dana@acme.example"]}}},"suspend":{"required_events":2,"timeout":60}}`,
			"a", "suspend.required_events", "2 approvals are required, but only 1 person is asked", "Require 1 approval"},
		{"an approval without time", `{"id":"a","value":{` + aCode + `},"suspend":{"required_events":1,"timeout":0}}`, "a", "suspend.timeout", "The approval has no time to be given", "Wait for a day"},
		{"an approval that says who may give it", `{"id":"a","value":{` + aCode + `},"suspend":{"required_events":1,"timeout":60,"user_auth_required":true}}`,
			"a", "suspend.user_auth_required", `Step "a" limits who may approve (user_auth_required), which this version cannot check`, "Let everybody with a link answer"},
		{"a form that nobody can fill in", `{"id":"a","value":{` + aCode + `},"suspend":{"required_events":1,"timeout":60,"resume_form":{"schema":{"type":"object","required":["n"],"properties":{"n":{"type":"string","minLength":3,"maxLength":2}}}}}}`,
			"a", "suspend.resume_form.schema", `Nobody can fill in the form: "n"`, "Let n be empty"},
		{"two steps of one id", simple("a") + "," + simple("b") + "," + simple("a"), "a", "id", `Two steps have the id "a"`, "Give each an id of its own"},
		{"an id with a meaning of its own", simple("failure"), "failure", "id", `The id "failure" has a meaning of its own`, "Call it a"},
		{"an id that is a word of JavaScript", simple("new") + "," + argument("b", "results.new"), "new", "id", `The id "new" is a word of JavaScript`, "Call it a"},
		{"a required input that is empty", `{"id":"a","value":{"type":"script","path":"u/me/here","input_transforms":{"account":{"type":"static","value":"$res:u/me/gmail"},"to":{"type":"static","value":[]}}}}`, "a", "value.input_transforms", "To is empty", ""},
		{"an expression that cannot be read", argument("a", "1 +"), "a", "input_transforms.x", "X cannot be read: it ends too early", ""},
		{"a condition that is empty", `{"id":"c","value":{"type":"branchone","branches":[{"expr":"","modules":[]}],"default":[]}}`, "c", "branches[0].expr", "The condition of branch 1 is empty", ""},
		{"a while loop without an end", `{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[` + simple("a") + `]}}`, "w", "stop_after_if", "Nothing ends this while loop but a failure", "End it when an iteration gives nothing"},
		{"a step that no run comes to", `{"id":"a","value":{` + aCode + `},"stop_after_if":{"expr":"true","skip_if_stopped":false}},` + simple("b"), "b", "", "No run comes to this step: a before it always ends here", "Let a not end here|Delete step b"},
		{"a loop over no list", `{"id":"l","value":{"type":"forloopflow","iterator":{"type":"static","value":"x"},"skip_failures":false,"modules":[` + simple("a") + `]}}`, "l", "iterator", "The loop goes through a text, which is not a list", ""},
	} {
		m := problematic(t, x.mods)
		var line ProblemLine
		n := 0
		for _, l := range m.ProblemList() {
			if strings.HasPrefix(l.Title, x.title) && l.Step == x.step && l.Field == x.field {
				line = l
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: it is told %d times: %+v", x.what, n, m.ProblemList())
			continue
		}
		fixes := m.Fixes(line.Problem)
		var names []string
		for _, fix := range fixes {
			names = append(names, fix.Name)
		}
		if got := strings.Join(names, "|"); got != x.fixes {
			t.Errorf("%s: fixes %q, want %q", x.what, got, x.fixes)
		}
		before, _ := m.doc.Flow.JSON()
		for _, fix := range fixes {
			e := fix.Edit
			if fix.AddResource {
				e = fix.Put("u/me/gmail")
			}
			if e.Do == nil {
				continue
			}
			if d := m.Do(e); d.Err != nil {
				t.Errorf("%s: %s: %v", x.what, fix.Name, d.Err)
				continue
			}
			if slices.ContainsFunc(m.Problems(), func(p flow.Problem) bool { return problemKey(p) == problemKey(line.Problem) }) {
				t.Errorf("%s: %s does not mend it", x.what, fix.Name)
			}
			if h := m.History().Past; len(h) != 1 || fix.Edit.Do != nil && h[0] != fix.Name {
				t.Errorf("%s: %s is called %q in the history", x.what, fix.Name, h)
			}
			m.Undo()
			if after, _ := m.doc.Flow.JSON(); string(after) != string(before) {
				t.Errorf("%s: %s is not taken back", x.what, fix.Name)
			}
		}
	}
}

// The fixes do not go by the words of a problem.
func TestFixesInGerman(t *testing.T) {
	say.Use("de")
	t.Cleanup(func() { say.Use("en") })
	for mods, want := range map[string]string{
		argument("a", "flow_input.amuont + 1"): "amount verwenden",
		`{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[` + simple("a") + `]}],"default":[]}}`:                                                                 "Zum Standard machen",
		`{"id":"a","value":{"type":"script","path":"u/me/here","input_transforms":{"account":{"type":"static","value":"$res:u/me/gmial"},"to":{"type":"static","value":["a@b.example"]}}}}`: "u/me/gmail verwenden",
	} {
		m := problematic(t, mods)
		list := m.ProblemList()
		if len(list) != 1 {
			t.Errorf("%s: %+v", mods, list)
			continue
		}
		if fixes := m.Fixes(list[0].Problem); len(fixes) == 0 || fixes[0].Name != want {
			t.Errorf("%s: %+v", list[0].Title, fixes)
		}
	}
}

// What the last change made is offered to be taken back.
func TestAProblemOfTheLastChangeOffersUndo(t *testing.T) {
	m := problematic(t, simple("a")+","+argument("b", "results.a"))
	if list := m.ProblemList(); len(list) != 0 {
		t.Fatalf("%+v", list)
	}
	m.Do(MoveSteps([]string{"a"}, 1))
	list := m.ProblemList()
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	fixes := m.Fixes(list[0].Problem)
	if last := fixes[len(fixes)-1]; !last.Undo || last.Name != "Undo: Move step a" {
		t.Errorf("%+v", fixes)
	}
	m.Do(SetSummary("a", "Another"))
	for _, fix := range m.Fixes(m.ProblemList()[0].Problem) {
		if fix.Undo {
			t.Error("a change that has nothing to do with it is offered to be taken back")
		}
	}
}

// The list follows the flow, counts errors and warnings, and is walked around.
func TestProblemList(t *testing.T) {
	m := problematic(t, argument("b", "results.z")+","+argument("a", "1 +")+","+argument("c", "flow_inp")+`,{"id":"d","value":{`+aCode+`},"skip_if":{"expr":"x +"},"sleep":{"type":"javascript","expr":"resumee"}}`)
	var got []string
	for _, l := range m.ProblemList() {
		got = append(got, l.Step)
	}
	if want := "b a c d d"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q: %+v", got, want, m.ProblemList())
	}
	if e, w := m.ProblemCounts(); e != 2 || w != 3 {
		t.Errorf("%d errors and %d warnings", e, w)
	}
	at, way := -1, []int{}
	for range 6 {
		at = m.NextProblem(at, 1)
		way = append(way, at)
	}
	if back := m.NextProblem(0, -1); !slices.Equal(way, []int{0, 1, 2, 3, 4, 0}) || back != 4 || m.NextProblem(-1, -1) != 4 {
		t.Errorf("it walks %v, and back to %d", way, back)
	}
	if at := opened(flowOf(ts("a"))).NextProblem(-1, 1); at != -1 {
		t.Errorf("of no problems the next is %d", at)
	}
}

// A problem of several inputs leads to the first of them.
func TestFieldOf(t *testing.T) {
	m := problematic(t, `{"id":"a","value":{"type":"script","path":"u/me/here","input_transforms":{"to":{"type":"static","value":[]}}}}`)
	for _, p := range m.Problems() {
		if p.Code == problemInput {
			if got := m.FieldOf(p); got != "input_transforms.account" {
				t.Errorf("it leads to %q", got)
			}
			return
		}
	}
	t.Errorf("%+v", m.Problems())
}

// Nothing is told as missing before the library was read.
func TestNothingIsMissingBeforeTheLibraryWasRead(t *testing.T) {
	f, _ := flow.ParseJSON([]byte(`{"summary":"T","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/me/gone","input_transforms":{"r":{"type":"static","value":"$res:u/me/r"}}}}]}}`))
	m := opened(f)
	if list := m.ProblemList(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if m.SetResources(nil); len(m.ProblemList()) != 2 {
		t.Errorf("%+v", m.ProblemList())
	}
}
