package run

import (
	"fmt"
	"time"

	"sluice/engine/flow"
)

// defaultTimeout is how long a gate waits that says nothing about it.
const defaultTimeout = 1800

// Gate is the waiting point after a step with suspend.
type Gate struct {
	Required int
	Opened   time.Time
	Deadline time.Time
	Votes    []Vote
	Outcome  Outcome // Approved, Refused, Expired or Canceled; "" while it is open
	Ended    time.Time
	EndedBy  string // who decided or canceled, if a person did
	Reason   string // of a refusal or a cancel
}

func (g *Gate) policy() Policy { return Policy{Required: g.Required, Deadline: g.Deadline} }

// openGate is reached when the step's work has succeeded. Votes that came while
// it worked count; they may decide at once, and then nobody is asked.
func (s *State) openGate(st *step) {
	st.gate = &Gate{Required: st.node.module.Suspend.RequiredEvents, Opened: s.at, Deadline: due(s.at, patience(st.node.module))}
	if st.gate.Deadline.Before(s.at) {
		st.gate.Deadline = s.at // a timeout of nothing, cut to a millisecond
	}
	if v := st.gate.policy().Decide(st.votes, s.at); v.Outcome != "" {
		s.conclude(st, v)
		return
	}
	st.phase = Waiting
	st.open = &OpenGate{Step: st.id, Required: st.gate.Required, Deadline: st.gate.Deadline}
	st.deadline = &StartTimer{Step: st.id, Kind: TimerDeadline, At: st.gate.Deadline}
	s.emit(*st.open)
	s.emit(*st.deadline)
}

// Patience is how long the gate of a step stays open; false if it has none.
func (p *Plan) Patience(id StepID) (time.Duration, bool) {
	n := p.node(id)
	if n == nil || !n.gated {
		return 0, false
	}
	return patience(n.module), true
}

func patience(m *flow.Module) time.Duration {
	if t := m.Suspend.Timeout; t != nil {
		return seconds(*t)
	}
	return seconds(defaultTimeout)
}

// onDecision counts a vote, or says why it does not count.
func (s *State) onDecision(ev DecisionMade) error {
	st := s.steps[ev.Step]
	if st == nil || !st.node.gated {
		return &Refusal{Kind: RefusalUnknown}
	}
	who := s.personOf(ev.Person)
	for _, v := range st.votes {
		if v.Person == who {
			return &Refusal{Kind: RefusalVoted, Who: v.Person, When: v.At, Approved: v.Approve}
		}
	}
	g := st.gate
	switch {
	case g != nil && g.Outcome != "":
		kind := RefusalDecided
		switch g.Outcome {
		case Expired:
			kind = RefusalExpired
		case Canceled:
			kind = RefusalCanceled
		}
		return &Refusal{Kind: kind, Who: g.EndedBy, When: g.Ended, Approved: g.Outcome == Approved}
	case g != nil && g.policy().past(s.at):
		return &Refusal{Kind: RefusalExpired, When: g.Deadline}
	case g == nil && (st.phase == Done || st.outcome == Skipped || st.outcome == Failed):
		r := &Refusal{Kind: RefusalCanceled, When: st.ended} // its gate will not open any more
		if s.canceled != nil {
			r.Who = s.canceled.By
		}
		return r
	}
	st.votes = append(st.votes, Vote{Person: who, Approve: ev.Approve, Payload: ev.Payload, Reason: ev.Reason, At: s.at, Via: ev.Via,
		Taken: ev.Link != 0 && s.taken[ev.Link]})
	if g == nil {
		return nil
	}
	if v := g.policy().Decide(st.votes, s.at); v.Outcome != "" {
		s.conclude(st, v)
	}
	return nil
}

// expire ends a gate whose deadline's timer has fired: it is still open, so no
// vote came first that decided it.
func (s *State) expire(st *step) {
	v := st.gate.policy().Decide(st.votes, st.gate.Deadline)
	v.Outcome = Expired
	s.conclude(st, v)
}

// conclude ends a gate by a verdict and sends the run on its way.
func (s *State) conclude(st *step, v Verdict) {
	s.shut(st, v.Outcome, v.By, v.Reason)
	if v.Outcome == Approved {
		st.met = s.answered(st.votes)
		s.rest(st)
		return
	}
	f := &Failure{Name: NameRefused, Message: "Denied by " + named(v.By), StepID: st.node.id}
	if v.Outcome == Expired {
		f.Name, f.Message = NameExpired, "Nobody answered before the deadline"
		if v.Have > 0 {
			f.Message = fmt.Sprintf("%d of %d approvals came before the deadline", v.Have, v.Need)
		}
	} else if v.Reason != "" {
		f.Message += ": " + v.Reason
	}
	if !st.node.module.Suspend.ContinueOnRefusal {
		s.failAfter(st, v.Outcome, f)
		return
	}
	e := errorRef(f)
	st.met = s.answered(st.votes)
	st.met.resume, st.met.resumes = e, list(append(payloads(st.votes), e))
	s.rest(st)
}

// shut closes a gate and takes back what was asked for its sake.
func (s *State) shut(st *step, o Outcome, by, reason string) {
	g := st.gate
	g.Outcome, g.Ended, g.EndedBy, g.Reason = o, s.at, by, reason
	if st.deadline != nil {
		s.emit(Drop{StartTimer{Step: st.id, Kind: TimerDeadline}})
	}
	if st.open != nil {
		s.emit(Drop{OpenGate{Step: st.id}})
	}
	st.deadline, st.open = nil, nil
}

// answered returns what the votes say to the steps after the gate.
func (s *State) answered(votes []Vote) *answers {
	a := *noAnswers
	if len(votes) == 0 {
		return &a
	}
	names := make([]string, len(votes))
	for i, v := range votes {
		if names[i] = v.Person; v.Person == "" || s.started.Rules > 2 && IsUnnamed(v.Person) {
			names[i] = Anonymous
		}
	}
	p := payloads(votes)
	a.resume, a.resumes, a.approvers = p[len(p)-1], list(p), Inline(names)
	return &a
}

func payloads(votes []Vote) []Ref {
	out := make([]Ref, len(votes), len(votes)+1)
	for i, v := range votes {
		if out[i] = v.Payload; v.Payload.IsZero() {
			out[i] = Inline(nil)
		}
	}
	return out
}

func named(person string) string {
	if person == "" {
		return "somebody"
	}
	return person
}

// Kinds of refusals.
const (
	RefusalVoted    = "voted"        // this person has already answered
	RefusalDecided  = "decided"      // others have decided
	RefusalExpired  = "expired"      // too late
	RefusalCanceled = "canceled"     // the request no longer stands
	RefusalUnknown  = "unknown_step" // nobody is asked there
)

// Refusal is why a vote was not counted. Nothing changed by it.
type Refusal struct {
	Kind     string
	Who      string // who voted, decided or canceled, as far as known
	When     time.Time
	Approved bool // what was decided, or what this person had answered
}

func (r *Refusal) Error() string {
	text := "vote not counted: " + r.Kind
	if r.Who != "" {
		text += " by " + r.Who
	}
	if !r.When.IsZero() {
		text += " at " + r.When.Format(time.RFC3339)
	}
	return text
}
