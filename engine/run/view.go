package run

import (
	"slices"
	"time"
)

// Step is a copy of what is known of a step, for those who show it.
type Step struct {
	ID         StepID
	Module     string // its module's id; FailureStep for the failure module
	Phase      Phase
	Outcome    Outcome // once the phase is Done; a step that a gate ended has failed
	Attempt    int     // 0 before the first
	Branch     int     // chosen by a branch step: an index, -1 the default, -2 none yet
	Args       Ref
	Result     Ref
	Err        *Failure
	Started    time.Time // when the run came to it
	Ended      time.Time
	NextTry    time.Time // of a step that waits for its next attempt
	Wake       time.Time // when its pause ends
	Failures   []Failure // of earlier attempts
	Gate       *Gate     // nil before it opened
	Early      []Vote    // votes that wait for the gate to open
	Ask        Ask
	Asked      []AskedPerson
	Mails      []MailLine
	Job        string      // of the present or last attempt; "" before it started
	Iterations *Iterations // of a loop or a branch to all that has begun; nil for others
	Kept       ID          // the earlier run that did it, where this one started behind it; "" for its own
}

// MailLine is where a mail of a step stands.
type MailLine struct {
	Mail  string // its id
	To    string
	State MailState
	Title string // of the error
	Hint  string
	At    time.Time // of the last change
}

// Steps returns the steps that the run has come to, in that order; first those that it
// took over.
func (s *State) Steps() []Step {
	out := make([]Step, 0, len(s.kept)+len(s.order))
	for i := range s.kept {
		out = append(out, s.kept[i].view(s.started.Restart.Run))
	}
	for _, st := range s.order {
		out = append(out, st.view())
	}
	return out
}

// Step returns one step; false if the run has not come to it.
func (s *State) Step(id StepID) (Step, bool) {
	if st := s.steps[id]; st != nil {
		return st.view(), true
	}
	if k := s.keptAt(id); k != nil {
		return k.view(s.started.Restart.Run), true
	}
	return Step{}, false
}

func (st *step) view() Step {
	v := Step{
		ID: st.id, Module: st.node.id, Phase: st.phase, Attempt: st.attempt, Branch: st.branch,
		Args: st.args, Result: st.result, Err: copyOf(st.err), Started: st.started, Ended: st.ended,
		Failures: slices.Clone(st.failures), Ask: st.noted(), Asked: st.people(),
		Mails: slices.Clone(st.mails), Job: st.job, Iterations: st.iterations.view(),
	}
	switch st.phase {
	case Done:
		v.Outcome = st.outcome
	case Retrying:
		v.NextTry = st.nextTry
	case Sleeping:
		v.Wake = st.wake
	}
	if st.gate == nil {
		v.Early = slices.Clone(st.votes)
	} else {
		v.Gate = copyOf(st.gate)
		v.Gate.Votes = slices.Clone(st.votes)
	}
	return v
}

// noted returns what the step asked while it ran.
func (st *step) noted() Ask {
	if st.ask == nil {
		return Ask{}
	}
	a := *st.ask
	a.Facts = slices.Clone(a.Facts)
	return a
}

// people returns whom the step asks, with what became of their mail and vote.
func (st *step) people() []AskedPerson {
	out := slices.Clone(st.asked)
	for i := range out {
		p := &out[i]
		for _, m := range st.mails {
			if PersonOf(m.To) == PersonOf(p.Person) {
				p.Mail = m.State
			}
		}
		for _, v := range st.votes {
			if v.Person == p.Person {
				p.Vote = copyOf(&v)
			}
		}
	}
	return out
}

// OpenApprovals returns the steps whose gates are open, in the order in which
// the run came to them.
func OpenApprovals(s *State) []StepID {
	var out []StepID
	for st := range s.live() {
		if st.open != nil {
			out = append(out, st.id)
		}
	}
	return out
}

// ApprovalOf returns a step's request to people as a person sees it; false if
// the step asks nobody or the run has not come to it. It tells of requests that
// are over, too.
func ApprovalOf(s *State, id StepID, person string) (Approval, bool) {
	st := s.steps[id]
	if st == nil || !st.node.gated || st.outcome == Skipped {
		return Approval{}, false
	}
	m := st.node.module
	a := Approval{
		Run: s.id, Step: id, StepName: title(st.node), FlowName: s.started.Name,
		Required: m.Suspend.RequiredEvents, People: st.people(), Votes: slices.Clone(st.votes),
		Person: person, HideDeny: m.Suspend.HideCancel, Next: st.next(), HighStakes: m.HighStakes(),
	}
	if a.FlowName == "" {
		a.FlowName = s.plan.flow.Summary
	}
	if f := m.Suspend.ResumeForm; f != nil {
		a.Form = f.Schema
	}
	a.Ask, a.Item = s.askOf(st, a.FlowName)
	a.State, a.Ended, a.EndedBy, a.Reason = s.standing(st)
	if g := st.gate; g != nil {
		a.Opened, a.Deadline = g.Opened, g.Deadline
	}
	for _, v := range st.votes {
		if PersonOf(v.Person) == PersonOf(person) {
			a.MyVote = copyOf(&v)
		}
	}
	return a, true
}

// standing tells where a request stands and, if it is over, since when, by whom
// and why.
func (s *State) standing(st *step) (state ApprovalState, ended time.Time, by, reason string) {
	if g := st.gate; g != nil {
		switch g.Outcome {
		case Approved:
			state = ApprovalApproved
		case Refused:
			state = ApprovalRefused
		case Expired:
			state = ApprovalExpired
		case Canceled:
			state = ApprovalCanceled
		default:
			return ApprovalWaiting, time.Time{}, "", ""
		}
		return state, g.Ended, g.EndedBy, g.Reason
	}
	switch {
	case st.outcome == Canceled:
		if c := s.canceled; c != nil {
			by, reason = c.By, c.Reason
		}
		return ApprovalCanceled, st.ended, by, reason
	case st.outcome == Failed:
		return ApprovalFailed, st.ended, "", ""
	case st.phase == Done: // an early stop came before the gate
		return ApprovalCanceled, st.ended, "", ""
	}
	return ApprovalEarly, time.Time{}, "", ""
}

// next tells in words what happens when the gate opens.
func (st *step) next() string {
	for f, pos := st.frame, st.node; ; f, pos = f.owner.frame, f.owner.node {
		if i := slices.Index(f.nodes, pos); i+1 < len(f.nodes) {
			return "The flow goes on with “" + title(f.nodes[i+1]) + "”."
		}
		o := f.owner
		switch {
		case o == nil:
			return "The flow ends."
		case o.iterations != nil && o.iterations.begun < o.iterations.total:
			return "The next iteration of “" + title(o.node) + "” begins."
		case o.iterations != nil && o.iterations.total < 0:
			return "“" + title(o.node) + "” decides whether it takes another iteration."
		case o.iterations != nil && o.iterations.begun-o.iterations.ended > 1:
			return "“" + title(o.node) + "” waits for its other iterations."
		}
	}
}

// title is what a step is called on the screen.
func title(n *node) string {
	if n.module.Summary != "" {
		return n.module.Summary
	}
	return n.id
}
