package model

import (
	"fmt"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// RunHeader is the top of the run panel.
type RunHeader struct {
	Run        run.ID
	Title      string // "Test run · 14:02"
	State      string // "Waiting for approval"
	Role       Role
	Line       string // "Waiting for dana@…, li@…"; why it failed; how long it took
	Hint       string // what to do, where that is known
	CanCancel  bool
	CanAgain   bool // the flow can be run again with the same input
	Changed    bool // the flow was changed after the run
	CanCompare bool // it can be compared with other runs of the flow
	ReadOnly   bool // the flow on the canvas is that of the run
}

// Header returns the run panel's top; ok is false while no run is shown.
func (m *Model) Header() (h RunHeader, ok bool) {
	if m.followed == "" {
		return h, false
	}
	h = RunHeader{Run: m.followed, Title: textRun(run.Trigger{}, ""), State: say.T(textStarting), Role: Busy}
	r := m.run
	if r == nil || r.seq == 0 && r.broken == "" {
		return h, true // started a moment ago: its first entry is on the way
	}
	h.Title = textRun(r.began.Trigger, when(m.wall, r.at))
	h.ReadOnly = m.doc != nil && m.doc.ReadOnly
	if r.broken != "" {
		h.State, h.Role, h.Line, h.Hint = say.T(textDamaged), Bad, r.broken, say.T(hintDamaged)
		return h, true
	}
	h.Changed, h.CanCompare = m.RunIsOfOther(), r.began.Path != ""
	outcome, failure := r.outcome()
	h.CanCancel = m.whole().status() != run.StatusDone && r.state != nil // also while a past moment of it is looked at
	switch r.status() {
	case run.StatusSuspended, run.StatusSleeping:
		h.State, h.Role = runWord(r.status(), "")
		if who := waitingFor(r); who != "" {
			h.Line = textWaitingFor(who)
		}
	case run.StatusDone:
		h.CanAgain = !h.ReadOnly && m.WhyNoTest() == "" && r.began.Path == m.doc.Path
		if _, ok := m.Repeat(); ok {
			h.CanAgain = true
		}
		h.State, h.Role = runWord(run.StatusDone, outcome)
		h.Line = textTook(took(r.last.Sub(r.at)))
		if waited := r.waited(); waited > 0 {
			h.Line = textLasted(took(r.last.Sub(r.at)), took(waited))
		}
		if failure != nil {
			h.Line, h.Hint = oneLine(say.Failure(failure.Message)), say.Engine(failure.Hint)
		}
		if outcome == run.Canceled && r.ending != nil {
			h.Line = textCanceledBy(r.ending.By, r.ending.Reason)
		}
	default:
		h.State = say.T(textRunning)
		if who := waitingFor(r); who != "" {
			h.Line = textWaitingFor(who)
		}
	}
	return h, true
}

// gateTime is how long a step waited for people; 0 while it waits.
func gateTime(st *stepView) time.Duration {
	if st.Gate == nil || st.Gate.Ended.IsZero() {
		return 0
	}
	return st.Gate.Ended.Sub(st.Gate.Opened)
}

// waited is the time in which a run waited for people, in steps of the flow itself.
func (r *runView) waited() (sum time.Duration) {
	if r.state == nil {
		return 0
	}
	for _, m := range r.flow().Value.Modules {
		if st, ok := r.step(run.StepID(m.ID)); ok && st.Kept == "" {
			sum += gateTime(st)
		}
	}
	return sum
}

// waitingFor names those whose answers a run waits for.
func waitingFor(r *runView) string {
	var who []string
	if r.state == nil {
		return ""
	}
	for _, step := range run.OpenApprovals(r.state) {
		a, ok := r.approval(step)
		if !ok || a.State != run.ApprovalWaiting {
			continue
		}
		names := missing(a)
		if len(names) == 0 {
			names = []string{textAnyone(a.Required - len(approvedBy(a)))}
		}
		for _, n := range names {
			who = with(who, n)
		}
	}
	return list(who)
}

func outcomeWord(o run.Outcome) string {
	switch o {
	case run.Succeeded:
		return say.T(textSucceeded)
	case run.Approved:
		return say.T(textApproved)
	case run.Failed:
		return say.T("Failed")
	case run.Refused:
		return say.T(textDenied)
	case run.Expired:
		return say.T(textTimeRanOut)
	case run.Skipped:
		return say.T(textSkipped)
	case run.Canceled:
		return say.T(textCanceled)
	}
	return say.T(textDone)
}

// RunState says where a run of the list stands, in words and as it is drawn.
func RunState(s run.Summary) (word string, role Role) {
	if s.Damaged != "" {
		return say.T(textDamaged), Bad
	}
	return runWord(s.Status, s.Outcome)
}

// runWord is the one word for how a run stands, in the list and above the run.
func runWord(status run.Status, outcome run.Outcome) (word string, role Role) {
	switch {
	case outcome == run.Skipped:
		return say.T(textStoppedEarly), Passed
	case status == run.StatusDone || outcome != "":
		return outcomeWord(outcome), roleOfOutcome(outcome)
	case status == run.StatusSuspended:
		return say.T(textForApproval), AwaitsPeople
	case status == run.StatusSleeping:
		return say.T(textRunSleeps), Busy
	}
	return say.T(textRunning), Busy
}

// StepRow is a line of the run panel.
type StepRow struct {
	Module     string // id on the canvas, for Select
	Name       string // id as it is shown
	Step       run.StepID
	Depth      int
	Tile       Tile
	Title      string
	Role       Role
	Word       string // the state in a word, for who cannot tell colors
	Badge      string // "1 / 2" approvals, "3 / 10" iterations
	Time       string // "42 ms"; since when it waits
	Selected   bool
	Faint      bool // the run has not come here, or went another way
	Iteration  int  // of a loop: the chosen iteration, from 1; 0 of all else
	Iterations int  // that have begun
	Inner      bool // stands in a flow that a step runs
	Opens      bool // runs a flow whose steps can be shown
	Open       bool
}

// Rows returns the steps of the shown run in the order of its flow, of each loop
// those of the chosen iteration.
func (m *Model) Rows() []StepRow {
	r := m.run
	s := m.see(r)
	at := m.looked(s)
	rows := make([]StepRow, len(s.items))
	for i := range s.items {
		it := &s.items[i]
		row := StepRow{Module: it.outer, Name: it.name, Depth: it.depth, Title: m.Title(it.mod), Selected: i == at, Faint: true,
			Iteration: it.iteration + 1, Inner: it.inner, Opens: it.opens, Open: it.open}
		row.Tile, _ = m.Kind(it.mod)
		if st := it.st; st != nil {
			row.Faint, row.Step, row.Role, row.Word = false, st.ID, it.role(), word(st)
			if it.asks {
				row.Word = say.T(textForApproval)
			}
			row.Time, row.Badge = m.rowTime(r, st), badge(r, st)
			if st.Iterations != nil {
				row.Iterations = st.Iterations.Begun
			}
		}
		rows[i] = row
	}
	return rows
}

func (m *Model) rowTime(r *runView, st *stepView) string {
	switch {
	case st.Phase == run.Waiting:
		if a, ok := r.approval(st.ID); ok {
			return roughly(m.now.Sub(a.Opened))
		}
	case st.Phase == run.Running && !st.from.IsZero():
		return took(m.now.Sub(st.from))
	case st.Phase == run.Running && st.from.IsZero():
		return took(m.now.Sub(st.Started)) // a container
	case !st.to.IsZero():
		if w := gateTime(st); w > 0 { // working and waiting are two things
			return dots(took(st.to.Sub(st.from)), textWaited(took(w)))
		}
		return took(st.to.Sub(st.from))
	}
	return containerTime(st)
}

// containerTime is how long all that a step holds took; "" where it did not end, or held
// nothing.
func containerTime(st *stepView) string {
	if st.Phase == run.Done && (st.Iterations != nil || st.Branch >= -1 || st.from.IsZero() && (st.Outcome == run.Succeeded || st.Outcome == run.Failed)) {
		return took(st.Ended.Sub(st.Started))
	}
	return ""
}

// AgesShown reports whether a time that is shown of the run goes on, be it by the day: of
// one that is over none does.
func (m *Model) AgesShown() bool {
	r := m.whole()
	return r != nil && r.status() != run.StatusDone
}

// Ticks reports whether a time that is shown of the run goes on by the second: that of
// a step at work, the first minute that one waits, and the last one that it has.
func (m *Model) Ticks() bool {
	r := m.run
	if m.replay != nil {
		return false
	}
	if h, ok := m.Header(); !ok || r.status() == run.StatusDone {
		return false
	} else if h.Role == Busy {
		return true
	}
	last := func(at time.Time) bool { d := at.Sub(m.now); return d > 0 && d <= time.Minute }
	s := m.see(r)
	for i := range s.items {
		st := s.items[i].st
		if st == nil {
			continue
		}
		switch st.Phase {
		case run.Evaluating, run.Running:
			return true
		case run.Waiting:
			if a, ok := r.approval(st.ID); ok && (m.now.Sub(a.Opened) < time.Minute || last(a.Deadline)) {
				return true
			}
		case run.Sleeping:
			if last(st.Wake) {
				return true
			}
		case run.Retrying:
			if last(st.NextTry) {
				return true
			}
		case run.Done:
		}
	}
	return false
}

func badge(r *runView, st *stepView) string {
	if a, ok := r.approval(st.ID); ok && a.Required > 0 && st.Gate != nil {
		return fmt.Sprintf("%d / %d", len(approvedBy(a)), a.Required)
	}
	if t := st.Iterations; t != nil && t.Total >= 0 {
		return fmt.Sprintf("%d / %d", t.Ended, t.Total)
	}
	return ""
}

// word is a step's state in a word or two.
func word(st *stepView) string {
	switch st.Phase {
	case run.Evaluating:
		return say.T(textEvaluating)
	case run.Running:
		return say.T(textRunning)
	case run.Retrying:
		return say.T(textRetries)
	case run.Waiting:
		return say.T(textForApproval)
	case run.Sleeping:
		return say.T(textSleeping)
	case run.Done:
		if g := st.Gate; g != nil && g.Outcome != "" {
			return outcomeWord(g.Outcome)
		}
		if st.Outcome == run.Succeeded {
			return say.T(textDone)
		}
		return outcomeWord(st.Outcome)
	}
	return ""
}

// stepLine is the line of a card whose step the run has reached.
func (m *Model) stepLine(s *flow.Module, r *runView, st *stepView) string {
	_, kind := m.Kind(s)
	if t := st.Iterations; t != nil && (st.Phase == run.Running || st.Phase == run.Evaluating) {
		return textIterations(s, t, true)
	}
	switch st.Phase {
	case run.Evaluating:
		return dots(kind, say.T(textEvaluating))
	case run.Running:
		if !st.from.IsZero() && m.now.Sub(st.from).Seconds() >= 2 {
			return dots(kind, say.Lower(say.T(textRunning)), took(m.now.Sub(st.from)))
		}
		return dots(kind, say.Lower(say.T(textRunning)))
	case run.Retrying:
		return textRetrying(st.Attempt, left(m.now, st.NextTry))
	case run.Waiting:
		a, _ := r.approval(st.ID)
		return textWaiting(len(approvedBy(a)), a.Required, left(m.now, a.Deadline))
	case run.Sleeping:
		return textSleepsOn(left(m.now, st.Wake))
	}
	if a, ok := r.approval(st.ID); ok && st.Gate != nil {
		switch st.Gate.Outcome {
		case run.Approved:
			return textApprovedBy(list(approvedBy(a)))
		case run.Refused:
			return textDeniedBy(a.EndedBy, a.Reason)
		case run.Expired:
			return say.T(textTimeRanOut)
		case run.Canceled:
			return say.T(textCanceled)
		}
	}
	if st.Kept != "" {
		return m.keptLine(kind, st)
	}
	switch st.Outcome {
	case run.Failed:
		return textFailed(failureOf(st))
	case run.Skipped:
		return say.T(textSkipped)
	case run.Canceled:
		return say.T(textCanceled)
	}
	if st.Iterations != nil {
		return dots(textIterations(s, st.Iterations, false), took(st.Ended.Sub(st.Started)))
	}
	time := ""
	if _, sub := s.Value.(*flow.Subflow); sub {
		time = containerTime(st)
	}
	if !st.to.IsZero() {
		time = took(st.to.Sub(st.from))
	}
	if time == "" && kind == "" {
		return say.T(textDone)
	}
	return dots(kind, time)
}

func failureOf(st *stepView) string {
	if st.Err != nil {
		return oneLine(say.Failure(st.Err.Message))
	}
	return ""
}

// Detail is what the right half of the run panel shows of the selected step.
type Detail struct {
	Run      run.ID
	Step     run.StepID
	Module   string
	Title    string
	Role     Role
	Word     string
	Attempt  int // of the last job: whose logs to read; 0 if it has none
	Running  bool
	Result   run.Ref // zero until there is one
	Inputs   run.Ref // what its expressions came to; zero if it has none
	Failure  *run.Failure
	Approval *run.Approval // nil if it asks nobody
	Timeline []Line
}

// Detail returns what is known of the selected step in the shown run. Without
// a selected step it is the run as a whole: its input, result and failure.
func (m *Model) Detail() (d Detail, ok bool) {
	if m.run == nil || m.run.state == nil {
		return d, false
	}
	return m.detailAt(m.looked(m.see(m.run)))
}

// DetailOf is Detail of a step of the flow, whichever is selected.
func (m *Model) DetailOf(module string) (d Detail, ok bool) {
	if m.run == nil || m.run.state == nil {
		return d, false
	}
	at, reached := m.see(m.run).byModule[module]
	if !reached {
		return d, false
	}
	return m.detailAt(at)
}

func (m *Model) detailAt(at int) (d Detail, ok bool) {
	r := m.run
	d.Run = r.id
	seen := m.see(r)
	if at < 0 || seen.items[at].st == nil {
		if m.SelectedStep() != nil {
			return d, false // the run has not come there
		}
		o, failure := r.outcome()
		d.Title, d.Role, d.Word, d.Failure = m.Name(), roleOfOutcome(o), outcomeWord(o), failure
		d.Inputs, d.Result = r.began.Input, r.result()
		return d, true
	}
	it := seen.items[at]
	st := it.st
	d.Step, d.Module, d.Title = st.ID, it.name, m.Title(it.mod)
	d.Role, d.Word, d.Result = st.role(), word(st), st.Result // a container's own
	if st.Job != "" {
		d.Attempt = st.Attempt
	}
	d.Running = st.Phase == run.Running || st.Phase == run.Evaluating || st.Phase == run.Retrying
	d.Inputs, d.Failure = st.Args, st.Err
	if a, asks := r.approval(st.ID); asks {
		d.Approval = &a
	}
	d.Timeline = m.timeline(r, st)
	return d, true
}
