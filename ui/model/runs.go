package model

import (
	"encoding/json"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Apply takes entries of the journal, of any number of runs. Only the run that
// is shown is followed; of the others it is noted that lists have changed. A run
// whose plan is not there yet is held back until SetPlan; ask NeedPlans.
func (m *Model) Apply(batch []run.Entry) Dirty {
	var d Dirty
	for _, e := range batch {
		m.heard = e.ID
		d.Panes |= listed(e.Event)
		if st, ok := e.Event.(run.Started); ok && m.doc != nil && m.doc.Path != "" && st.Path == m.doc.Path && m.followed == "" {
			m.follow(e.Run)
			d.Panes |= PaneCanvas
		}
		if e.Run == m.followed && m.run == nil {
			m.run = newRunView(e.Run)
		}
		if v, ok := e.Event.(run.DecisionMade); ok && e.Run == m.followed && m.run != nil && m.replay == nil {
			d.Voted = &Voted{Module: outerOf(v.Step), Approve: v.Approve}
		}
		if r := m.view(e.Run); r != nil {
			if r.seq == 0 && len(r.early) == 0 && e.Seq > 1 {
				m.load(e.Run)
			}
			d = d.And(m.take(r, e))
		}
	}
	d.Plans, d.Loads = len(m.need) > 0, len(m.loads) > 0
	return d
}

// listed names the lists of the window that an event changes.
func listed(ev run.Event) Panes {
	switch ev.(type) {
	case run.Started:
		return PaneRuns | PaneTitle
	case run.AskNoted, run.LinkMinted, run.MailNoted, run.DecisionMade, run.JobSucceeded, run.TimerFired, run.CancelRequested:
		return PaneRuns | PaneInbox | PaneTitle
	case run.Admitted, run.Evaluated, run.JobFailed, run.JobInterrupted, run.JobLost, run.JobStarted, run.Recalled:
		// They change how a run stands in the list, and nothing that is asked.
	}
	return PaneRuns
}

// take folds the next entry of the shown run. One that is here already is passed
// over, one that comes too early waits for those before it.
func (m *Model) take(r *runView, e run.Entry) Dirty {
	if e.Seq <= r.seq {
		return Dirty{}
	}
	if e.Seq > r.seq+1 {
		r.early = append(r.early, e)
		return Dirty{}
	}
	r.seq = e.Seq
	if !r.trial {
		r.log = append(r.log, e)
	}
	r.look(e)
	var d Dirty
	if st, ok := e.Event.(run.Started); ok {
		if plan := m.plans[st.Flow]; plan != nil {
			r.plan, r.state = plan, run.NewState(plan, e.Run)
		} else if !m.asked[st.Flow] {
			m.asked[st.Flow] = true
			m.need = append(m.need, st.Flow)
		}
		d = m.openRun(r)
	}
	r.apply(e)
	if r.trial {
		d.Panes |= PaneInspector
		return d
	}
	d.Panes |= PaneRun | PaneCanvas
	if id := stepOf(e.Event); id != "" {
		d.Nodes = []string{moduleOf(id)}
	}
	return d
}

// NeedRuns returns the runs whose journals are to be read, each once. Answer
// with SetRun or RunFailed.
func (m *Model) NeedRuns() []run.ID {
	loads := m.loads
	m.loads = nil
	return loads
}

// SetRun hands in the journal of a run as far as it has come. What Apply brought
// meanwhile follows it.
func (m *Model) SetRun(id run.ID, entries []run.Entry) Dirty {
	if id == m.followed && m.run == nil {
		m.run = newRunView(id)
	}
	r := m.view(id)
	if r == nil {
		return Dirty{} // somebody looks at another one by now
	}
	later := r.early
	r.early = nil
	d := Dirty{Panes: PaneCanvas | PaneRun | PaneTitle | PaneInspector}
	for _, list := range [][]run.Entry{entries, later} {
		for _, e := range list {
			d = d.And(m.take(r, e))
		}
	}
	d.Plans = len(m.need) > 0
	return d
}

// RunFailed says that the journal of a run cannot be read.
func (m *Model) RunFailed(id run.ID, err error) Dirty {
	if id == m.followed && m.run == nil {
		m.run = newRunView(id)
	}
	r := m.view(id)
	if r == nil {
		return Dirty{}
	}
	if r.seq == 0 || r.state == nil {
		r.broken, r.early = Fault(err).Title, nil
	}
	return Dirty{Panes: PaneRun | PaneCanvas | PaneInspector}
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
	case run.Admitted, run.CancelRequested, run.Recalled, run.Started:
		// They are about the run.
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
func (m *Model) SetPlan(hash string, plan *run.Plan) Dirty {
	m.asked[hash] = true
	m.plans[hash] = plan
	d := Dirty{Panes: PaneCanvas | PaneRun | PaneTitle | PaneInspector}
	for r := range m.views {
		if r.began.Flow != hash || r.state != nil || r.broken != "" {
			continue
		}
		r.plan, r.state = plan, run.NewState(plan, r.id)
		held := r.held
		r.held = nil
		for _, e := range held {
			r.apply(e)
		}
		d = d.And(m.openRun(r))
	}
	return d
}

// PlanFailed says that a flow version cannot be had: its runs are shown as
// damaged.
func (m *Model) PlanFailed(hash string, err error) Dirty {
	delete(m.asked, hash) // it may be there when it is asked for again
	for r := range m.views {
		if r.began.Flow == hash && r.state == nil {
			r.broken, r.held = Fault(err).Title, nil
		}
	}
	return Dirty{Panes: PaneRun | PaneTitle | PaneInspector}
}

// Follow shows a run on the canvas and in the run panel. It may be called
// before the run's first entry has come. A run of a flow that is not open opens
// the flow as it was then, to look at only.
func (m *Model) Follow(id run.ID) Dirty {
	if id != m.followed {
		m.follow(id)
	}
	if m.run == nil {
		m.load(id)
	}
	d := Dirty{Panes: PaneCanvas | PaneRun | PaneInspector | PaneTitle, Loads: len(m.loads) > 0}
	if m.run != nil {
		d = d.And(m.openRun(m.run))
	}
	return d
}

func (m *Model) follow(id run.ID) {
	m.followed, m.run, m.within, m.aside = id, nil, "", nil
	m.replay, m.now = nil, m.wall
}

// Begin shows a run of which all is known, such as one that was started a moment ago, as
// Follow does. Nothing has to be read for it, unless Apply was ahead of the answer.
func (m *Model) Begin(b run.Begun) Dirty {
	if b.ID != m.followed {
		m.follow(b.ID)
	}
	d := m.takeBegun(b)
	if m.run != nil {
		d = d.And(m.openRun(m.run))
	}
	d.Panes |= PaneCanvas | PaneRun | PaneInspector | PaneTitle
	return d
}

// takeBegun takes up what is known of a run that was started.
func (m *Model) takeBegun(b run.Begun) Dirty {
	var d Dirty
	if b.Plan != nil {
		d = m.SetPlan(b.Flow, b.Plan)
	}
	if len(b.Entries) > 0 {
		d = d.And(m.SetRun(b.ID, b.Entries))
	}
	if n := len(b.Entries); n == 0 || m.heard > b.Entries[n-1].ID {
		m.load(b.ID) // what came after them may have been passed over
	}
	d.Loads = len(m.loads) > 0
	return d
}

// load asks for the journal of a run.
func (m *Model) load(id run.ID) {
	if id != "" && !slices.Contains(m.loads, id) {
		m.loads = append(m.loads, id)
	}
}

// view is a run that is shown: that of the flow, or the test of a step; nil for
// all others.
func (m *Model) view(id run.ID) *runView {
	for r := range m.views {
		if r.id == id {
			return r
		}
	}
	return nil
}

// views yields the runs that are shown.
func (m *Model) views(yield func(*runView) bool) {
	if r := m.whole(); r != nil && !yield(r) {
		return
	}
	if m.aside != nil && m.aside.id != m.followed && !yield(m.aside) {
		return
	}
	for _, r := range m.trials {
		if !yield(r) {
			return
		}
	}
}

// openRun opens a run's own flow where the open one is not its flow.
func (m *Model) openRun(r *runView) Dirty {
	plan := m.plans[r.began.Flow]
	if plan == nil || r.trial || m.doc != nil && m.belongs(r) {
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

// Problems returns what is wrong with the open flow, errors first, what this
// version cannot run included.
func (m *Model) Problems() []flow.Problem {
	if m.doc == nil {
		return nil
	}
	if m.problemsOf != m.doc.Flow || m.problemsIn != say.Code() {
		m.problems, m.problemsOf, m.problemsIn = m.look(m.doc.Flow), m.doc.Flow, say.Code()
	}
	return m.problems
}

// look finds what is wrong with a state of the open flow, errors first.
func (m *Model) look(f *flow.Flow) []flow.Problem {
	list := slices.Concat(flow.Validate(f), run.FewAsked(f), flow.Unsupported(f))
	list = append(list, flow.Packages(f)...)
	list = append(list, m.unreadable(f)...)
	list = append(list, flow.Circles(m.doc.Path, f, m.flows)...)
	list = append(list, m.unfilled(f)...)
	list = append(list, m.missing(f)...)
	for i := range list {
		list[i] = m.worded(list[i])
		list[i].Title, list[i].Hint = say.Engine(list[i].Title), say.Engine(list[i].Hint)
	}
	slices.SortStableFunc(list, func(a, b flow.Problem) int { return weight(a) - weight(b) })
	return list
}

func weight(p flow.Problem) int {
	if p.Severity == flow.SeverityError {
		return 0
	}
	return 1
}

// WhyNoTest says why the flow cannot be tested now, "" if it can.
func (m *Model) WhyNoTest() string {
	switch {
	case m.doc == nil:
		return say.T(whyNoFlow)
	case m.doc.ReadOnly:
		return say.T(whyReadOnly)
	case len(m.doc.Flow.Value.Modules) == 0:
		return say.T(whyNoSteps)
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
		return run.Request{}, fault.New("test.off", why, say.T("Nothing was started."))
	}
	b, err := m.doc.Flow.JSON()
	if err != nil {
		return run.Request{}, fault.From(err)
	}
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	m.inputs[m.doc.Path] = input
	return run.Request{Flow: b, Parsed: m.doc.Flow, Path: m.doc.Path, Input: input, Trigger: run.Trigger{Kind: "test", By: run.DesktopUser}}, nil
}

// Again returns the input of the run that is shown, to run the open flow with it
// once more; ok is false where the run is not one of the open flow.
func (m *Model) Again() (input run.Ref, ok bool) {
	r := m.run
	if r == nil || r.state == nil || m.doc == nil || m.doc.ReadOnly || r.began.Path != m.doc.Path {
		return run.Ref{}, false
	}
	return r.began.Input, true
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
	if r := m.run; r != nil && r.began.Path == m.doc.Path {
		return r.began.Input.Inline
	}
	return nil
}

// outerOf is the module on the canvas that a step is, or is inside of where it stands in the
// flow of another step.
func outerOf(id run.StepID) string {
	if at := strings.Index(string(id), "/flow"); at > 0 && (len(id) == at+5 || id[at+5] == '/' || id[at+5] == '~') {
		id = id[:at]
	}
	return moduleOf(id)
}
