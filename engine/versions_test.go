package engine

import (
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// What is edited runs until somebody makes a version; from then on the version runs,
// whatever is edited, until the next one is made or another is chosen.
func TestTheVersionThatRuns(t *testing.T) {
	f := newFixture(t).open()
	const path = "f/shop/pay"
	file := func(id string) []byte { return flowOf(script(id, "")) }
	runs := func(want string) {
		t.Helper()
		s, err := f.Flow(bg, path)
		if err != nil || string(s.JSON) != string(file(want)) {
			t.Errorf("what runs is %s, %v, not %s", s.JSON, err, want)
		}
	}
	f.try(f.SaveDraft(bg, path, file("a"), ""))
	runs("a")
	f.try(f.SaveDraft(bg, path, file("b"), ""))
	runs("b") // no version was made

	if n, err := f.MakeVersion(bg, path, "  before\n the audit "); n != 1 || err != nil {
		t.Fatalf("the first version is %d, %v", n, err)
	}
	f.try(f.SaveDraft(bg, path, file("c"), ""))
	runs("b")
	if n, err := f.MakeVersion(bg, path, ""); n != 2 || err != nil {
		t.Fatalf("the second version is %d, %v", n, err)
	}
	runs("c")
	if n, err := f.MakeVersion(bg, path, "again"); n != 2 || err != nil {
		t.Errorf("the same state became version %d, %v", n, err)
	}
	f.try(f.SaveDraft(bg, path, file("d"), "Delete step c"))

	list, err := f.FlowVersions(bg, path)
	f.try(err)
	var told []string
	for _, v := range list {
		word := "state " + v.Edit
		if v.Number > 0 {
			word = v.Name
		}
		if v.Live {
			word += " runs"
		}
		told = append(told, word)
		if b, err := f.FlowVersion(bg, v.Hash); err != nil || len(b) == 0 {
			t.Errorf("version %s: %v", v.Hash, err)
		}
	}
	if got := strings.Join(told, ", "); got != "state Delete step c, again runs, before the audit, state " {
		t.Errorf("the versions are %s", got)
	}

	f.try(f.RunVersion(bg, path, 1))
	runs("b")
	all, err := f.Flows(bg)
	if err != nil || len(all) != 1 || all[0].Live != 1 || string(all[0].Runs()) != string(file("b")) || string(all[0].JSON) != string(file("d")) {
		t.Errorf("the library lists %+v, %v", all, err)
	}
	// What comes ready from elsewhere is the next version, and is edited from then on.
	f.try(f.SaveFlow(bg, path, file("e")))
	runs("e")
	if s, err := f.Draft(bg, path); err != nil || s.Live != 3 || string(s.JSON) != string(file("e")) {
		t.Errorf("the newest state is %+v, %v", s, err)
	}
	f.try(f.RunVersion(bg, path, 0))
	f.try(f.SaveDraft(bg, path, file("g"), ""))
	runs("g")

	if err := f.RunVersion(bg, path, 9); !fault.HasCode(err, "flow.unknown") {
		t.Errorf("a version that is not there runs: %v", err)
	}
	if _, err := f.MakeVersion(bg, path, strings.Repeat("n", 121)); !fault.HasCode(err, "flow.version") {
		t.Errorf("a name without end: %v", err)
	}
	f.try(f.SaveDraft(bg, path, []byte("{"), ""))
	if _, err := f.MakeVersion(bg, path, ""); !fault.HasCode(err, "flow.version") {
		t.Errorf("what cannot be read became a version: %v", err)
	}
	f.try(f.DeleteFlow(bg, path))
	f.try(f.SaveDraft(bg, path, file("a"), ""))
	if n, err := f.MakeVersion(bg, path, ""); n != 1 || err != nil {
		t.Errorf("after the flow was deleted the first version is %d, %v", n, err)
	}
}

// A flow that runs another runs that one's version.
func TestAStepRunsTheVersionOfAFlow(t *testing.T) {
	f := newFixture(t).open()
	const path = "f/shop/inner"
	f.try(f.SaveDraft(bg, path, flowOf(script("made", "")), ""))
	if _, err := f.MakeVersion(bg, path, ""); err != nil {
		t.Fatal(err)
	}
	f.try(f.SaveDraft(bg, path, flowOf(script("draft", "")), ""))
	id := f.start(`{"id":"s","value":{"type":"flow","path":"f/shop/inner","input_transforms":{}}}`)
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		t.Fatalf("it ended as %s", s.Outcome)
	}
	log, err := f.Log(bg, id)
	f.try(err)
	var steps []string
	for _, e := range log {
		if s, ok := e.Event.(run.JobStarted); ok {
			steps = append(steps, string(s.Step))
		}
	}
	if got := strings.Join(steps, " "); !strings.Contains(got, "made") || strings.Contains(got, "draft") {
		t.Errorf("the steps that ran: %s", got)
	}
}

// A change by a command is one to what is edited and to what runs, and makes nothing
// else run.
func TestAmendChangesWhatRunsAndWhatIsEdited(t *testing.T) {
	f := newFixture(t).open()
	const path = "f/shop/pay"
	add := func(file []byte) ([]byte, error) {
		fl, err := flow.ParseJSON(file)
		if err != nil {
			return nil, err
		}
		days := 7
		fl.SetRetention(flow.OwnRetention{Succeeded: &days})
		return fl.JSON()
	}
	check := func(step string, s flow.Stored, err error) {
		t.Helper()
		if err != nil || !strings.Contains(string(s.JSON), `"id":"`+step+`"`) || flow.RetentionOf(s.JSON) == (flow.OwnRetention{}) {
			t.Errorf("%s, %v has no step %s or is not changed", s.JSON, err, step)
		}
	}
	f.try(f.SaveDraft(bg, path, flowOf(script("made", "")), ""))
	f.try(f.Amend(bg, path, add))
	s, err := f.Flow(bg, path)
	check("made", s, err)
	if s.Live != 0 {
		t.Errorf("version %d runs, and nobody made one", s.Live)
	}
	f.try(f.SaveDraft(bg, path, flowOf(script("made", "")), ""))
	_, err = f.MakeVersion(bg, path, "")
	f.try(err)
	f.try(f.SaveDraft(bg, path, flowOf(script("draft", "")), ""))
	f.try(f.Amend(bg, path, add))
	s, err = f.Flow(bg, path)
	check("made", s, err)
	s, err = f.Draft(bg, path)
	check("draft", s, err)
}
