package model

import (
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

const (
	guideScript   = `{"id":"a","value":{"type":"rawscript","language":"bun","content":"export async function main() {}","input_transforms":{}}}`
	guideApproval = `{"id":"b","value":{"type":"rawscript","language":"bun","content":"export async function main() {}","input_transforms":{}},"suspend":{"required_events":1,"timeout":60}}`
	guideBranch   = `{"id":"c","value":{"type":"branchone","branches":[{"expr":"","modules":[]}],"default":[]}}`
	guideWay      = `{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[]}],"default":[]}}`
)

func guideFlow(t *testing.T, modules string) *flow.Flow {
	t.Helper()
	f, err := flow.ParseJSON([]byte(`{"summary":"First","value":{"modules":[` + modules + `]},"schema":{"type":"object","properties":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What is done next follows from the flow and its run, whatever was pressed.
func TestTheGuideFollowsWhatIsBuilt(t *testing.T) {
	m, g := New(), Guide{}
	g.Begin()
	see := func(name string, at GuideAt, want Sight) {
		t.Helper()
		if got := g.Look(m, at); got != want {
			t.Errorf("%s: at %+v, want %+v", name, got, want)
		}
	}
	see("nothing is open", GuideAtFlows, Sight{Station: GuideFlow})
	see("elsewhere", GuideElsewhere, Sight{Station: GuideFlow, Away: true})
	m.Open("u/me/other", guideFlow(t, guideScript))
	see("another flow is open", GuideAtEditor, Sight{Station: GuideFlow, Away: true})
	m.Open("u/me/first", guideFlow(t, ""))
	see("an empty flow", GuideAtEditor, Sight{Station: GuideScript})
	if g.Path != "u/me/first" {
		t.Errorf("the flow is %q", g.Path)
	}
	for _, tt := range []struct {
		name, modules string
		want          Station
	}{
		{"a script", guideScript, GuideApproval},
		{"an approval", guideScript + "," + guideApproval, GuideBranch},
		{"a branch", guideScript + "," + guideApproval + "," + guideBranch, GuideCondition},
		{"a condition", guideScript + "," + guideApproval + "," + guideWay, GuideTest},
		{"the script was taken out", guideApproval + "," + guideWay, GuideScript},
	} {
		m.Open("u/me/first", guideFlow(t, tt.modules))
		see(tt.name, GuideAtEditor, Sight{Station: tt.want})
	}
	m.Open("u/me/other", guideFlow(t, guideScript))
	see("another flow was opened", GuideAtEditor, Sight{Station: GuideScript, Away: true})
	kept := ReadGuide(g.Setting())
	if kept != g {
		t.Errorf("kept is %+v, not %+v", kept, g)
	}
}

// The run is taken up where it is of the flow as it stands; one that fails leads back, and
// one that somebody answered is the end of the way.
func TestTheGuideGoesThroughTheRun(t *testing.T) {
	whole := guideFlow(t, guideScript+","+guideApproval+","+guideWay)
	m, g := New(), &Guide{Path: "u/me/first", On: true}
	m.Open("u/me/first", whole)
	m.SetPlan(hash, planOf(t, pin(t, whole)))
	j := &journal{id: "r"}
	sees := func(name string, at GuideAt, want Station) {
		t.Helper()
		m.Apply(j.entries)
		m.Follow(j.id)
		if got := g.Look(m, at); got.Station != want {
			t.Errorf("%s: at %d, want %d", name, got.Station, want)
		}
	}
	j.add(0, run.Started{Flow: hash, Name: "First", Path: "u/me/first", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})
	j.add(1*ms, run.JobStarted{Step: "a", Attempt: 1, Job: "j1"})
	sees("it runs", GuideAtEditor, GuideRuns)
	if g.Run != "r" {
		t.Fatalf("the run is %q", g.Run)
	}
	j.add(2*ms, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("ok")})
	j.add(3*ms, run.JobStarted{Step: "b", Attempt: 1, Job: "j2"})
	j.add(4*ms, run.JobSucceeded{Step: "b", Attempt: 1, Result: run.Inline(nil)})
	sees("it waits", GuideAtEditor, GuideInbox)
	sees("in the inbox", GuideAtInbox, GuideDecide)
	j.add(5*s, run.DecisionMade{Step: "b", Approve: true, Via: run.ViaDesktop, Person: run.DesktopUser})
	j.add(6*s, run.Evaluated{Step: "c", For: run.ForBranch, Value: run.Inline(0)})
	sees("it was answered", GuideAtInbox, GuideDone)
	if g.Begin(); g.Path != "" || g.Run != "" {
		t.Errorf("begun anew it is %+v", *g)
	}

	m, g = New(), &Guide{Path: "u/me/first", On: true}
	m.Open("u/me/first", whole)
	m.SetPlan(hash, planOf(t, pin(t, whole)))
	j = &journal{id: "r"}
	j.add(0, run.Started{Flow: hash, Name: "First", Path: "u/me/first", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})
	j.add(1*ms, run.JobStarted{Step: "a", Attempt: 1, Job: "j1"})
	sees("another runs", GuideAtEditor, GuideRuns)
	j.add(2*ms, run.JobFailed{Step: "a", Attempt: 1, Err: run.Failure{Message: "No"}})
	sees("it failed", GuideAtEditor, GuideTest)
	if g.Run != "" {
		t.Errorf("the run that failed is still %q", g.Run)
	}
}
