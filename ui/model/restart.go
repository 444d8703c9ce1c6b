package model

import (
	"slices"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// RestartPlace is where a new run can start, with what the shown run came to before.
type RestartPlace struct {
	Step  run.StepID
	Chip  string // the id as it is shown
	Title string
	Here  bool // it is what the person looks at, or where the run failed
}

// RestartPlaces lists where a new run can start with what the shown one came to: the steps
// of the top level that it came to, and the chosen iteration of a loop. None while it goes on.
func (m *Model) RestartPlaces() (out []RestartPlace) {
	r := m.whole()
	if r == nil || r.state == nil || r.broken != "" {
		return nil
	}
	here := m.restartHere()
	for _, id := range r.state.StartsAt() {
		mod := r.plan.Module(id)
		out = append(out, RestartPlace{Step: id, Chip: string(id), Title: m.Title(mod), Here: id == here})
		if st, ok := r.step(id); ok && st.Iterations != nil && sequential(mod) {
			if at := r.iteration(st, false, nil); at > 0 {
				out = append(out, RestartPlace{Step: join(id, strconv.Itoa(at)), Chip: string(id), Title: textIterationOf(at+1, m.Title(mod))})
			}
		}
	}
	return out
}

func sequential(mod *flow.Module) bool {
	switch v := mod.Value.(type) {
	case *flow.ForLoop:
		return !v.Parallel
	case *flow.WhileLoop:
		return !v.Parallel
	case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// No loop.
	}
	return false
}

// restartHere is the step of the top level that the person looks at, else the last one that
// the run came to.
func (m *Model) restartHere() run.StepID {
	at := m.whole().state.StartsAt()
	if s := m.SelectedStep(); s != nil {
		if top := topOf(m.whole().flow(), s.ID); slices.Contains(at, run.StepID(top)) {
			return run.StepID(top)
		}
	}
	if len(at) == 0 {
		return ""
	}
	return at[len(at)-1]
}

// topOf is the step of the top level that a step is, or is inside of; "" if there is none.
func topOf(f *flow.Flow, id string) string {
	for _, mod := range f.Value.Modules {
		found := mod.ID == id
		flow.Walk(&flow.Flow{Value: flow.Value{Modules: []*flow.Module{mod}}}, func(s *flow.Module, _ flow.Place, _ int) { found = found || s.ID == id })
		if found {
			return mod.ID
		}
	}
	return ""
}

// WhyNoRestart says why no run can start at a step with what the shown run came to; "" if one can.
func (m *Model) WhyNoRestart(step run.StepID) string {
	r := m.whole()
	switch {
	case r == nil || r.state == nil:
		return say.T(whyNoRun)
	case r.status() != run.StatusDone:
		return say.T(whyGoesOn)
	}
	top, _, _ := strings.Cut(string(step), "/")
	if !slices.Contains(r.state.StartsAt(), run.StepID(top)) {
		if m.doc != nil && !m.doc.ReadOnly && len(m.doc.Flow.Value.Modules) > 0 {
			// A step that was added since may follow what the run came to.
			at := slices.IndexFunc(m.doc.Flow.Value.Modules, func(s *flow.Module) bool { return s.ID == top })
			if at >= 0 && at < len(r.state.StartsAt()) {
				return ""
			}
		}
		return say.T(whyNotReached)
	}
	return ""
}

// RestartFrom asks for a run that starts at a step with what the shown run came to: of the flow as it
// is open, or of the version that is looked at.
func (m *Model) RestartFrom(step run.StepID, askAgain bool) (run.RestartRequest, error) {
	if why := m.WhyNoRestart(step); why != "" {
		return run.RestartRequest{}, fault.New("run.restart", why, say.T("Nothing was started."))
	}
	req := run.RestartRequest{Run: m.whole().id, From: step, AskAgain: askAgain, By: run.DesktopUser}
	if m.doc != nil && !m.doc.ReadOnly && m.doc.Path == m.whole().began.Path {
		if m.WhyNoTest() != "" {
			return req, nil // what ran then can run still
		}
		b, err := m.doc.Flow.JSON()
		if err != nil {
			return req, fault.From(err)
		}
		req.Flow, req.Parsed, req.Path = b, m.doc.Flow, m.doc.Path
	}
	return req, nil
}

// TestUpTo returns the request that runs the open flow only up to a step: what comes after it,
// or after the container of the top level that it stands in, is left out. name is how that step is called.
func (m *Model) TestUpTo(id string) (req run.Request, name string, err error) {
	if req, err = m.Test(m.LastInput()); err != nil {
		return req, "", err
	}
	mods := m.doc.Flow.Value.Modules
	at := slices.IndexFunc(mods, func(s *flow.Module) bool { return s.ID == topOf(m.doc.Flow, id) })
	if at < 0 {
		return req, "", fault.New("test.step", say.T(whyBeside), say.T("Nothing was started."))
	}
	short := *m.doc.Flow
	short.Value.Modules = slices.Clone(mods[:at+1])
	if req.Flow, err = short.JSON(); err != nil {
		return req, "", fault.From(err)
	}
	req.Parsed = &short
	return req, m.Title(mods[at]), nil
}

// RestartWords tells before a restart what it does: what is not done again, whose decisions stand, what is
// done once more, and which flow runs.
type RestartWords struct {
	Title     string
	Kept      string   // "Not done again: a, b, c"
	Decisions []string // "dana@… approved “Pay?” (b), 22 Nov, 14:05 · high stakes"
	Again     string   // "Done again: b, c"
	Flow      string
	Changed   bool // Flow tells that the version of that time runs, though another is open
}

// RestartWords puts into words what a restart at a step takes over.
func (m *Model) RestartWords(t run.Takeover, wished run.StepID) RestartWords {
	w := RestartWords{Title: textRestartFrom(m.placeTitle(wished))}
	var kept, again []string
	for _, k := range t.Kept {
		if k.Step.Within() == "" {
			kept = append(kept, string(k.Step))
		}
	}
	for _, s := range t.Again {
		again = append(again, string(s))
	}
	if len(kept) > 0 {
		w.Kept = textNotAgain(someOf(kept))
	} else {
		w.Kept = say.T(textAllAgain)
	}
	if len(again) > 0 {
		w.Again = textDoneAgain(someOf(again))
	}
	for _, d := range t.Decisions {
		w.Decisions = append(w.Decisions, textKeptVote(d.Person, d.Approve, d.Title, string(d.Step), when(m.now, d.At), d.HighStakes))
	}
	switch {
	case t.Changed != "":
		w.Flow, w.Changed = textFlowOfThen(string(t.Changed)), true
	case t.Now:
		w.Flow = say.T(textFlowOfNow)
	case m.doc != nil && !m.doc.ReadOnly && m.WhyNoTest() != "":
		w.Flow, w.Changed = say.T(textFlowRan), true
	}
	return w
}

// restartsTold is how many earlier restarts of one run are told one by one.
const restartsTold = 3

// RestartedBefore tells which of some runs, newest first, were started in the middle of
// this one: what follows has been done again once already.
func (m *Model) RestartedBefore(list []run.Summary, of run.ID) (lines []string) {
	n := 0
	for _, s := range list {
		id, from, ok := s.Trigger.Restarted()
		if !ok || id != of {
			continue
		}
		if n++; n <= restartsTold {
			word, _ := RunState(s)
			lines = append(lines, textRestartedBefore(when(m.wall, s.Started), string(from), strings.ToLower(word)))
		}
	}
	if n > restartsTold {
		lines = append(lines, textRestartsMore(n-restartsTold))
	}
	return lines
}

// placeTitle is how a place of a restart is called.
func (m *Model) placeTitle(at run.StepID) string {
	id, which, in := strings.Cut(string(at), "/")
	title := id
	if r := m.whole(); r != nil && r.plan != nil {
		if mod := r.plan.Module(run.StepID(id)); mod != nil {
			title = m.Title(mod)
		}
	}
	if n, err := strconv.Atoi(which); in && err == nil {
		return textIterationOf(n+1, title)
	}
	return title
}

// someOf names ids, not more than a line holds.
func someOf(ids []string) string {
	const most = 12
	if len(ids) > most {
		return strings.Join(ids[:most], ", ") + textMoreOf(len(ids)-most)
	}
	return strings.Join(ids, ", ")
}

// Repeat asks for a run with the input of the shown one, of the version that is looked at.
func (m *Model) Repeat() (run.RestartRequest, bool) {
	r := m.whole()
	if r == nil || r.state == nil || m.doc == nil || !m.doc.ReadOnly || r.status() != run.StatusDone || len(r.flow().Value.Modules) == 0 {
		return run.RestartRequest{}, false
	}
	return run.RestartRequest{Run: r.id, From: run.StepID(r.flow().Value.Modules[0].ID), By: run.DesktopUser}, true
}

// TopOf is the step of the top level that a step of the open flow is, or is inside of.
func (m *Model) TopOf(id string) string {
	if m.doc == nil {
		return ""
	}
	return topOf(m.doc.Flow, id)
}

// keptLine is the line of a card whose step was done in an earlier run.
func (m *Model) keptLine(kind string, st *stepView) string {
	if g := st.Gate; g != nil {
		var who []string
		for _, v := range g.Votes {
			who = append(who, v.Person)
		}
		if g.Outcome == run.Approved {
			return dots(textApprovedBy(list(who)), say.T(textKeptWord))
		}
		return dots(outcomeWord(g.Outcome), say.T(textKeptWord))
	}
	return dots(kind, say.T(textKeptRun))
}
