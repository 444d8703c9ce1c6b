package model

import (
	"fmt"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// RunHeader is the top of the run panel.
type RunHeader struct {
	Run       run.ID
	Title     string // "Test run · 14:02"
	State     string // "Waiting for approval"
	Role      Role
	Line      string // "Waiting for dana@…, li@…"; why it failed; how long it took
	Hint      string // what to do, where that is known
	CanCancel bool
	ReadOnly  bool // the flow on the canvas is that of the run
}

// Header returns the run panel's top; ok is false while no run is shown.
func (m *Model) Header() (h RunHeader, ok bool) {
	if m.followed == "" {
		return h, false
	}
	h = RunHeader{Run: m.followed, Title: textTestRun(""), State: textStarting, Role: Busy}
	r := m.runs[m.followed]
	if r == nil {
		return h, true // started a moment ago: its first entry is on the way
	}
	h.Title = textTestRun(when(m.now, r.at))
	h.ReadOnly = m.doc != nil && m.doc.ReadOnly
	if r.broken != "" {
		h.State, h.Role, h.Line, h.Hint = textDamaged, Bad, r.broken, hintDamaged
		return h, true
	}
	outcome, failure := r.outcome()
	h.CanCancel = r.status() != run.StatusDone && r.state != nil
	switch r.status() {
	case run.StatusSuspended, run.StatusSleeping:
		h.State, h.Role = textWaits, AwaitsPeople
		if who := waitingFor(r); who != "" {
			h.State, h.Line = textForApproval, textWaitingFor(who)
		}
	case run.StatusDone:
		h.State, h.Role = outcomeWord(outcome), roleOfOutcome(outcome)
		h.Line = textTook(took(r.last.Sub(r.at)))
		if failure != nil {
			h.Line, h.Hint = oneLine(failure.Message), failure.Hint
		}
		if outcome == run.Canceled && r.ending != nil {
			h.Line = textCanceledBy(r.ending.By, r.ending.Reason)
		}
	default:
		h.State = textRunning
		if who := waitingFor(r); who != "" {
			h.Line = textWaitingFor(who)
		}
	}
	return h, true
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
		return textSucceeded
	case run.Approved:
		return textApproved
	case run.Failed:
		return "Failed"
	case run.Refused:
		return textDenied
	case run.Expired:
		return textTimeRanOut
	case run.Skipped:
		return textSkipped
	case run.Canceled:
		return textCanceled
	}
	return textDone
}

// StepRow is a line of the run panel.
type StepRow struct {
	Module   string // id, for Select
	Step     run.StepID
	Depth    int
	Tile     Tile
	Title    string
	Role     Role
	Word     string // the state in a word, for who can not tell colors
	Badge    string // "1 / 2" approvals
	Time     string // "42 ms"; since when it waits
	Selected bool
	Faint    bool // the run has not come here, or went another way
}

// Rows returns the steps of the shown run in the order of its flow.
func (m *Model) Rows() []StepRow {
	r := m.runs[m.followed]
	if r == nil || r.state == nil {
		return nil
	}
	f := m.plans[r.began.Flow].Flow()
	states := r.byModule()
	var rows []StepRow
	add := func(s *flow.Module, id string, depth int) {
		row := StepRow{Module: id, Depth: depth, Title: m.Title(s), Selected: id == m.selected, Faint: true}
		row.Tile, _ = m.Kind(s)
		if st := states[id]; st != nil {
			row.Faint, row.Step, row.Role, row.Word = false, st.ID, st.role(), word(st)
			row.Time, row.Badge = m.rowTime(r, st), badge(r, st)
		}
		rows = append(rows, row)
	}
	flow.Walk(f, func(s *flow.Module, _ flow.Place, depth int) { add(s, s.ID, depth) })
	if s := f.Value.FailureModule; s != nil && states[flow.FailureID] != nil {
		add(s, flow.FailureID, 0)
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
	case !st.to.IsZero():
		return took(st.to.Sub(st.from))
	}
	return ""
}

func badge(r *runView, st *stepView) string {
	if a, ok := r.approval(st.ID); ok && a.Required > 0 && st.Gate != nil {
		return fmt.Sprintf("%d / %d", len(approvedBy(a)), a.Required)
	}
	return ""
}

// word is a step's state in a word or two.
func word(st *stepView) string {
	switch st.Phase {
	case run.Evaluating:
		return textEvaluating
	case run.Running:
		return textRunning
	case run.Retrying:
		return textRetries
	case run.Waiting:
		return textForApproval
	case run.Sleeping:
		return textSleeping
	case run.Done:
		if g := st.Gate; g != nil && g.Outcome != "" {
			return outcomeWord(g.Outcome)
		}
		if st.Outcome == run.Succeeded {
			return textDone
		}
		return outcomeWord(st.Outcome)
	}
	return ""
}

// stepLine is the line of a card whose step the run has reached.
func (m *Model) stepLine(s *flow.Module, r *runView, st *stepView) string {
	_, kind := m.Kind(s)
	switch st.Phase {
	case run.Evaluating:
		return dots(kind, textEvaluating)
	case run.Running:
		if !st.from.IsZero() && m.now.Sub(st.from).Seconds() >= 2 {
			return dots(kind, strings.ToLower(textRunning), took(m.now.Sub(st.from)))
		}
		return dots(kind, strings.ToLower(textRunning))
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
			return textTimeRanOut
		case run.Canceled:
			return textCanceled
		}
	}
	switch st.Outcome {
	case run.Failed:
		return textFailed(failureOf(st))
	case run.Skipped:
		return textSkipped
	case run.Canceled:
		return textCanceled
	}
	time := ""
	if !st.to.IsZero() {
		time = took(st.to.Sub(st.from))
	}
	if time == "" && kind == "" {
		return textDone
	}
	return dots(kind, time)
}

func failureOf(st *stepView) string {
	if st.Err != nil {
		return oneLine(st.Err.Message)
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
	r := m.runs[m.followed]
	if r == nil || r.state == nil {
		return d, false
	}
	d.Run = r.id
	st := r.byModule()[m.selected]
	if st == nil {
		if m.SelectedStep() != nil {
			return d, false // the run has not come there
		}
		o, failure := r.outcome()
		d.Title, d.Role, d.Word, d.Failure = m.Name(), roleOfOutcome(o), outcomeWord(o), failure
		d.Inputs, d.Result = r.began.Input, r.result()
		return d, true
	}
	d.Step, d.Module, d.Title = st.ID, m.selected, m.selected
	if s := m.SelectedStep(); s != nil {
		d.Title = m.Title(s)
	}
	d.Role, d.Word, d.Attempt, d.Result = st.role(), word(st), st.Attempt, st.Result
	d.Running = st.Phase == run.Running || st.Phase == run.Evaluating || st.Phase == run.Retrying
	d.Inputs, d.Failure = st.Args, st.Err
	if a, asks := r.approval(st.ID); asks {
		d.Approval = &a
	}
	d.Timeline = m.timeline(r, st)
	return d, true
}
