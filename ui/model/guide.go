package model

import (
	"encoding/json"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Station is where the guided way through the first flow stands: what is to be done next.
type Station int

// The stations, in their order.
const (
	GuideFlow      Station = iota // make an empty flow
	GuideScript                   // add a script
	GuideApproval                 // and a step that asks people
	GuideBranch                   // and a branch
	GuideCondition                // say when its ways are taken
	GuideTest                     // let it run
	GuideRuns                     // it runs: there is nothing to do
	GuideInbox                    // it waits for people: open their requests
	GuideDecide                   // answer
	GuideDone
)

// GuideAt is the place of the window that somebody on the guided way is at.
type GuideAt int

// The places that matter to it.
const (
	GuideElsewhere GuideAt = iota
	GuideAtFlows
	GuideAtEditor
	GuideAtInbox
)

// PromptScript is the script of the hub that the guided way asks with: it needs no mail.
const PromptScript = "hub/7120/windmill/prompt"

// Guide is the guided way: in a few minutes somebody builds a flow that asks, and answers
// it. It follows from what is there, not from what was pressed: whoever takes a step back
// is led there again, and who leaves goes on later where the flow stands.
type Guide struct {
	On   bool   `json:"on,omitempty"`   // somebody is on the way
	Told bool   `json:"told,omitempty"` // it was offered, or begun
	Over bool   `json:"over,omitempty"` // it came to its end
	Path string `json:"path,omitempty"` // of the flow that is built; "" for none yet
	Run  run.ID `json:"run,omitempty"`  // of that flow; "" for none yet
}

// Sight is what is to be done now and where.
type Sight struct {
	Station Station
	Away    bool   // what it takes is at another place of the window, or in a flow that is not open
	Why     string // what keeps the flow from running, where that is to be mended
}

// ReadGuide reads what Setting wrote. What cannot be read counts as never offered.
func ReadGuide(setting string) Guide {
	var g Guide
	if json.Unmarshal([]byte(setting), &g) != nil {
		return Guide{}
	}
	return g
}

// Setting is the guide as it is kept.
func (g Guide) Setting() string {
	b, _ := json.Marshal(g) // it cannot fail
	return string(b)
}

// Begin goes on where the way was left; one that came to its end begins anew.
func (g *Guide) Begin() {
	if g.Over {
		*g = Guide{}
	}
	g.On, g.Told = true, true
}

// Leave ends it for now.
func (g *Guide) Leave() { g.On = false }

// Forget takes back the flow that is built, where it is not there any more.
func (g *Guide) Forget() { g.Path, g.Run = "", "" }

// Look tells what is to be done as the model stands, and takes up what was done.
func (g *Guide) Look(m *Model, at GuideAt) Sight {
	doc := m.Doc()
	if g.Path == "" {
		if doc == nil || doc.ReadOnly || len(doc.Flow.Value.Modules) > 0 || at != GuideAtEditor {
			return Sight{Station: GuideFlow, Away: at != GuideAtFlows}
		}
		g.Path = doc.Path
	}
	open := doc != nil && doc.Path == g.Path
	if open {
		g.followed(m)
	}
	if g.Run != "" {
		return g.asked(m, at)
	}
	s := Sight{Away: !open || doc.ReadOnly || at != GuideAtEditor, Station: GuideScript}
	if open {
		s.Station, s.Why = builtTo(m, doc.Flow)
	}
	return s
}

// followed takes up the run of the flow that is shown, and drops one that ended without
// an answer.
func (g *Guide) followed(m *Model) {
	r := m.whole()
	if r == nil || r.seq == 0 || r.trial || r.began.Path != g.Path || m.HasRun() && m.Followed() != r.id {
		return
	}
	if g.Run != r.id {
		station, _ := builtTo(m, m.Doc().Flow)
		if station != GuideTest || r.status() == run.StatusDone {
			return // it is of the flow as it was before
		}
		g.Run, g.Over = r.id, false
	}
	if r.status() != run.StatusDone {
		return
	}
	switch outcome, _ := r.outcome(); outcome {
	case run.Failed, run.Canceled, run.Expired:
		g.Run = ""
	default:
		g.Over = true
	}
}

// asked is what is to be done while there is a run.
func (g *Guide) asked(m *Model, at GuideAt) Sight {
	if g.Over {
		return Sight{Station: GuideDone}
	}
	r := m.whole()
	waits := r == nil || r.id != g.Run || r.status() == run.StatusSuspended
	switch {
	case !waits:
		return Sight{Station: GuideRuns}
	case at == GuideAtInbox:
		return Sight{Station: GuideDecide}
	}
	return Sight{Station: GuideInbox}
}

// builtTo tells how far the flow is built.
func builtTo(m *Model, f *flow.Flow) (at Station, why string) {
	var script, approval, branch, open bool
	for _, s := range f.Value.Modules {
		switch v := s.Value.(type) {
		case *flow.RawScript, *flow.Script:
			approval = approval || IsApproval(s)
			script = script || !IsApproval(s)
		case *flow.BranchOne:
			branch = true
			for _, b := range v.Branches {
				open = open || strings.TrimSpace(b.Expr) == ""
			}
		default:
			approval = approval || IsApproval(s)
		}
	}
	switch {
	case !script:
		return GuideScript, ""
	case !approval:
		return GuideApproval, ""
	case !branch:
		return GuideBranch, ""
	case open:
		return GuideCondition, ""
	}
	if why := m.WhyNoTest(); why != "" {
		return GuideCondition, why
	}
	return GuideTest, ""
}

// GuideAfter is the step of the open flow that the next one is best added behind: "" for
// the last one.
func (m *Model) GuideAfter(s Station) string {
	if m.doc == nil {
		return ""
	}
	after := InputID
	for _, one := range m.doc.Flow.Value.Modules {
		switch {
		case s == GuideScript:
			return InputID
		case s == GuideBranch && !IsApproval(one):
			continue // right behind the approval a condition can be proposed
		}
		after = one.ID
	}
	return after
}

// GuideStep is the first branch of the open flow that a condition is missing of, "" for
// none.
func (m *Model) GuideStep() string {
	if m.doc == nil {
		return ""
	}
	for _, s := range m.doc.Flow.Value.Modules {
		if b, ok := s.Value.(*flow.BranchOne); ok {
			for _, way := range b.Branches {
				if strings.TrimSpace(way.Expr) == "" {
					return s.ID
				}
			}
		}
	}
	return ""
}
