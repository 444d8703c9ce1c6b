package model

import (
	"encoding/json"
	"strings"
	"time"

	"sluice/engine/run"
)

// runView is one run as far as its journal has come here.
type runView struct {
	id     run.ID
	trial  bool // of one step alone, shown beside the run of the flow
	began  run.Started
	at     time.Time // of its first entry
	last   time.Time // of its last entry
	state  *run.State
	plan   *run.Plan
	seq    int         // of its last entry here
	held   []run.Entry // came before the plan
	early  []run.Entry // came while its journal is being read
	broken string      // why it cannot be shown any further

	spans  map[run.StepID]span   // of each step's last attempt
	notes  map[run.StepID][]note // what a step's timeline tells
	ending *run.CancelRequested
	taken  map[int64]bool // links that were taken at this computer for somebody else

	lists  map[run.StepID][]json.RawMessage // what loops go through
	far    map[run.StepID]run.Ref           // where the others are to be read
	asking []run.StepID                     // open requests, as of sight
	chosen map[run.StepID]int               // iterations of loops
	opened map[run.StepID]bool              // flows inside, shown or hidden by hand
	log    []run.Entry                      // all that happened, to be looked at again
	kept   []*runView                       // as it stood after each replayEvery entries, as far as that was asked
	line   *scale                           // of log
	marks  []ReplayMark                     // of log, up to marked
	marked int
	moved  int // counts what changes what is shown
	seen   int
	sight  *sight
}

// span is when a job began and ended.
type span struct{ from, to time.Time }

// stepView is a step of a run as the core tells it, with its time.
type stepView struct {
	run.Step
	span
}

func newRunView(id run.ID) *runView {
	return &runView{id: id, spans: map[run.StepID]span{}, notes: map[run.StepID][]note{},
		lists: map[run.StepID][]json.RawMessage{}, far: map[run.StepID]run.Ref{}, chosen: map[run.StepID]int{}, opened: map[run.StepID]bool{}}
}

// apply folds one entry, or keeps it until the plan is there. What the core
// refuses is damage: the run is set aside and named, the others go on.
func (r *runView) apply(e run.Entry) {
	r.moved++
	if r.broken != "" {
		return
	}
	if r.state == nil {
		r.held = append(r.held, e)
		return
	}
	if _, err := r.state.Next(e.At, e.Event); err != nil {
		r.broken = err.Error()
	}
}

// look keeps what cards and timelines tell beside the core's state.
func (r *runView) look(e run.Entry) {
	r.last = e.At
	switch ev := e.Event.(type) {
	case run.Started:
		r.began, r.at = ev, e.At
	case run.JobStarted:
		r.spans[ev.Step] = span{from: e.At}
	case run.JobSucceeded:
		r.end(ev.Step, e.At)
	case run.JobFailed:
		r.end(ev.Step, e.At)
	case run.JobLost:
		r.end(ev.Step, e.At)
	case run.JobInterrupted:
		delete(r.spans, ev.Step)
	case run.Evaluated:
		r.keepList(ev)
	case run.CancelRequested:
		r.ending = &ev
	case run.Admitted, run.AskNoted, run.DecisionMade, run.LinkMinted, run.MailNoted, run.Recalled, run.TimerFired:
		// The core keeps what they say.
	}
	r.note(e)
}

func (r *runView) end(id run.StepID, at time.Time) {
	s := r.spans[id]
	s.to = at
	if s.from.IsZero() {
		s.from = at
	}
	r.spans[id] = s
}

func (r *runView) status() run.Status {
	if r == nil || r.state == nil {
		return run.StatusRunning
	}
	return r.state.Status()
}

func (r *runView) outcome() (run.Outcome, *run.Failure) {
	if r == nil || r.state == nil {
		return "", nil
	}
	o, _, f := r.state.Outcome()
	return o, f
}

// result is the run's own result.
func (r *runView) result() run.Ref {
	if r == nil || r.state == nil {
		return run.Ref{}
	}
	_, ref, _ := r.state.Outcome()
	return ref
}

func (r *runView) step(id run.StepID) (*stepView, bool) {
	if r == nil || r.state == nil {
		return nil, false
	}
	s, ok := r.state.Step(id)
	st := &stepView{s, r.spans[id]}
	if s.Kept != "" { // it was done in an earlier run
		if st.span = (span{s.Started, s.Ended}); s.Gate != nil {
			st.to = s.Gate.Opened
		}
	}
	return st, ok
}

// moduleOf returns the module id of a step: the last part of its path.
func moduleOf(id run.StepID) string {
	return string(id[strings.LastIndexByte(string(id), '/')+1:])
}

// approval is what a step asks of people, as the desktop user sees it.
func (r *runView) approval(id run.StepID) (run.Approval, bool) {
	if r == nil || r.state == nil {
		return run.Approval{}, false
	}
	return run.ApprovalOf(r.state, id, run.DesktopUser)
}

func approvedBy(a run.Approval) (people []string) {
	for _, v := range a.Votes {
		if v.Approve {
			people = append(people, v.Person)
		}
	}
	return people
}

// missing names those who were asked and have not answered.
func missing(a run.Approval) (people []string) {
	for _, p := range Unanswered(&a) {
		people = append(people, p.Person)
	}
	return people
}

func (st *stepView) role() Role {
	if g := st.Gate; g != nil && st.Phase == run.Done && g.Outcome != "" && g.Outcome != run.Approved {
		return roleOfOutcome(g.Outcome)
	}
	return RoleOf(st.Phase, st.Outcome)
}
