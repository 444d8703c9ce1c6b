package model

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// Apply takes entries of the journal, of any number of runs. A run whose plan
// is not there yet is held back until SetPlan; ask NeedPlans.
func (m *Model) Apply(batch []run.Entry) Dirty {
	d := Dirty{Panes: PaneRuns}
	for _, e := range batch {
		r := m.runs[e.Run]
		if r == nil {
			r = newRunView(e.Run)
			m.runs[e.Run] = r
			m.order = append(m.order, e.Run)
		}
		r.look(e)
		if st, ok := e.Event.(run.Started); ok {
			if plan := m.plans[st.Flow]; plan != nil {
				r.state = run.NewState(plan, e.Run)
			} else if !m.asked[st.Flow] {
				m.asked[st.Flow] = true
				m.need = append(m.need, st.Flow)
			}
			if m.doc != nil && m.doc.Path != "" && st.Path == m.doc.Path && m.followed == "" {
				m.follow(e.Run)
				d.Panes |= PaneCanvas
			}
			d.Panes |= PaneTitle
			if e.Run == m.followed {
				d = d.And(m.openRun(r))
			}
		}
		r.apply(e)
		m.keepLive(r)
		d = d.And(m.touched(r, e))
	}
	d.Plans = len(m.need) > 0
	return d
}

// touched names what an entry changes on the screen.
func (m *Model) touched(r *runView, e run.Entry) Dirty {
	var d Dirty
	switch e.Event.(type) {
	case run.AskNoted, run.LinkMinted, run.MailNoted, run.DecisionMade, run.JobSucceeded, run.TimerFired, run.CancelRequested:
		d.Panes |= PaneInbox | PaneTitle
	}
	if r.id == m.followed {
		d.Panes |= PaneRun | PaneCanvas
		if id := stepOf(e.Event); id != "" {
			d.Nodes = []string{moduleOf(id)}
		}
	}
	return d
}

// stepOf returns the step that an event is about, "" if it is about the run.
func stepOf(ev run.Event) run.StepID {
	switch ev := ev.(type) {
	case run.Evaluated:
		return ev.Step
	case run.JobStarted:
		return ev.Step
	case run.JobSucceeded:
		return ev.Step
	case run.JobFailed:
		return ev.Step
	case run.JobLost:
		return ev.Step
	case run.JobInterrupted:
		return ev.Step
	case run.TimerFired:
		return ev.Step
	case run.DecisionMade:
		return ev.Step
	case run.AskNoted:
		return ev.Step
	case run.LinkMinted:
		return ev.Step
	case run.MailNoted:
		return ev.Step
	}
	return ""
}

// NeedPlans returns the hashes of flow versions that runs were started with and
// that are not here, each once. Answer with SetPlan or PlanFailed.
func (m *Model) NeedPlans() []string {
	need := m.need
	m.need = nil
	return need
}

// SetPlan hands in a flow version. The runs that waited for it catch up.
func (m *Model) SetPlan(hash string, p run.Pinned) Dirty {
	plan, err := run.Compile(p)
	if err != nil {
		return m.PlanFailed(hash, err)
	}
	m.asked[hash] = true
	m.plans[hash] = plan
	for _, id := range m.order {
		r := m.runs[id]
		if r.began.Flow != hash || r.state != nil || r.broken != "" {
			continue
		}
		r.state = run.NewState(plan, id)
		held := r.held
		r.held = nil
		for _, e := range held {
			r.apply(e)
		}
		m.keepLive(r)
	}
	d := Dirty{Panes: PaneCanvas | PaneRun | PaneRuns | PaneInbox | PaneTitle}
	if r := m.runs[m.followed]; r != nil && r.began.Flow == hash {
		d = d.And(m.openRun(r))
	}
	return d
}

// PlanFailed says that a flow version can not be had: its runs are shown as
// damaged.
func (m *Model) PlanFailed(hash string, err error) Dirty {
	m.asked[hash] = true
	for _, r := range m.runs {
		if r.began.Flow == hash && r.state == nil {
			r.broken, r.held = fault.From(err).Title, nil
		}
	}
	return Dirty{Panes: PaneRun | PaneRuns | PaneInbox | PaneTitle}
}

// Follow shows a run on the canvas and in the run panel. It may be called
// before the run's first entry has come. A run of a flow that is not open opens
// the flow as it was then, to look at only.
func (m *Model) Follow(id run.ID) Dirty {
	m.follow(id)
	d := Dirty{Panes: PaneCanvas | PaneRun | PaneInspector | PaneTitle}
	if r := m.runs[id]; r != nil {
		d = d.And(m.openRun(r))
	}
	return d
}

func (m *Model) follow(id run.ID) { m.followed = id }

// openRun opens a run's own flow where the open one is not its flow.
func (m *Model) openRun(r *runView) Dirty {
	plan := m.plans[r.began.Flow]
	if plan == nil || m.doc != nil && m.belongs(r) {
		return Dirty{}
	}
	f := plan.Flow()
	m.doc = &Document{Path: r.began.Path, Flow: f, saved: f, ReadOnly: true}
	m.selected = ""
	return all.And(Dirty{Shape: true, Select: true})
}

// belongs reports whether a run is one of the open flow, or of one of its steps
// alone. One flow that was opened to look at is not another of the same path.
func (m *Model) belongs(r *runView) bool {
	if m.doc.ReadOnly {
		return m.plans[r.began.Flow].Flow() == m.doc.Flow
	}
	return m.doc.Path == r.began.Path || r.began.Path == "" && strings.HasPrefix(r.began.Name, textStepTest(m.Name(), ""))
}

// Followed returns the run that is shown, "" if none is.
func (m *Model) Followed() run.ID { return m.followed }

// HasRun reports whether a run is shown.
func (m *Model) HasRun() bool { return m.followed != "" }

// newestOf returns the last run of a flow of the library, "" if it has none.
func (m *Model) newestOf(path string) run.ID {
	if path == "" {
		return ""
	}
	for i := len(m.order) - 1; i >= 0; i-- {
		if m.runs[m.order[i]].began.Path == path {
			return m.order[i]
		}
	}
	return ""
}

// Runs returns all runs, the newest first.
func (m *Model) Runs() []run.Summary {
	out := make([]run.Summary, 0, len(m.order))
	for i := len(m.order) - 1; i >= 0; i-- {
		r := m.runs[m.order[i]]
		o, _ := r.outcome()
		out = append(out, run.Summary{
			ID: r.id, FlowName: r.began.Name, Path: r.began.Path, Status: r.status(), Outcome: o,
			Started: r.at, Ended: r.ended(), Trigger: r.began.Trigger, Damaged: r.broken,
		})
	}
	return out
}

// RunsOf counts a flow's runs that are not over.
func (m *Model) RunsOf(path string) (open int) {
	for _, r := range m.runs {
		if r.began.Path == path && r.status() != run.StatusDone && r.broken == "" {
			open++
		}
	}
	return open
}

// Inbox returns the open requests of all runs, the oldest first.
func (m *Model) Inbox() []run.Approval {
	var out []run.Approval
	for _, r := range m.live {
		for _, step := range run.OpenApprovals(r.state) {
			if a, ok := r.approval(step); ok {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b run.Approval) int {
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Run, b.Run), cmp.Compare(a.Step, b.Step))
	})
	return out
}

// Waiting counts the open requests, for the rail, the tray and the title.
func (m *Model) Waiting() int {
	n := 0
	for _, r := range m.live {
		n += len(run.OpenApprovals(r.state))
	}
	return n
}

// keepLive keeps the list of runs that may ask people.
func (m *Model) keepLive(r *runView) {
	if r.state == nil || r.broken != "" || r.status() == run.StatusDone {
		delete(m.live, r.id)
	} else {
		m.live[r.id] = r
	}
}

// Problems returns what is wrong with the open flow, errors first, what this
// version can not run included.
func (m *Model) Problems() []flow.Problem {
	if m.doc == nil {
		return nil
	}
	if m.problemsOf != m.doc.Flow {
		list := append(flow.Validate(m.doc.Flow), flow.Unsupported(m.doc.Flow)...)
		slices.SortStableFunc(list, func(a, b flow.Problem) int { return weight(a) - weight(b) })
		m.problems, m.problemsOf = list, m.doc.Flow
	}
	return m.problems
}

func weight(p flow.Problem) int {
	if p.Severity == flow.SeverityError {
		return 0
	}
	return 1
}

// WhyNoTest says why the flow can not be tested now, "" if it can.
func (m *Model) WhyNoTest() string {
	switch {
	case m.doc == nil:
		return whyNoFlow
	case m.doc.ReadOnly:
		return whyReadOnly
	case len(m.doc.Flow.Value.Modules) == 0:
		return whyNoSteps
	}
	if bad := flow.Errors(m.Problems()); len(bad) > 0 {
		return textFirstProblem(bad[0].Step, bad[0].Title, len(bad))
	}
	return ""
}

// CanTest reports whether Test would succeed, and if not why.
func (m *Model) CanTest() (ok bool, why string) {
	why = m.WhyNoTest()
	return why == "", why
}

// Test returns the request that runs the draft with an input, and remembers
// the input for the next time.
func (m *Model) Test(input json.RawMessage) (run.Request, error) {
	if why := m.WhyNoTest(); why != "" {
		return run.Request{}, fault.New("test.off", why, "Nothing was started.")
	}
	b, err := m.doc.Flow.JSON()
	if err != nil {
		return run.Request{}, fault.From(err)
	}
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	m.inputs[m.doc.Path] = input
	return run.Request{Flow: b, Path: m.doc.Path, Input: input, Trigger: run.Trigger{Kind: "test", By: run.DesktopUser}}, nil
}

// LastInput returns what the flow was last tested with, nil if it never was.
// A run's recorded input counts, so that it is known after a restart.
func (m *Model) LastInput() json.RawMessage {
	if m.doc == nil {
		return nil
	}
	if in := m.inputs[m.doc.Path]; in != nil {
		return in
	}
	if r := m.runs[m.newestOf(m.doc.Path)]; r != nil {
		return r.began.Input.Inline
	}
	return nil
}
