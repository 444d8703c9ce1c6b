package run

import "time"

// Status tells what the run waits for. It is derived from what is outstanding,
// so it cannot disagree with it.
func (s *State) Status() Status {
	switch {
	case s.outcome != "":
		return StatusDone
	case s.entry != nil || s.started == nil:
		return StatusRunning
	}
	gates, timers := false, false
	for st := range s.live() {
		switch {
		case st.eval != nil || st.start != nil:
			return StatusRunning
		case st.timer != nil:
			timers = true
		case st.open != nil:
			gates = true
		}
	}
	switch {
	case timers:
		return StatusSleeping
	case gates:
		return StatusSuspended
	}
	return StatusRunning
}

// Outcome returns how the run ended, its result, and why it did not succeed.
// The outcome is "" while the run goes on; the failure is nil after success.
func (s *State) Outcome() (Outcome, Ref, *Failure) {
	if s.outcome == "" {
		return "", Ref{}, nil
	}
	return s.outcome, s.result, copyOf(s.failure)
}

// Start returns how the run was started.
func (s *State) Start() Started {
	if s.started == nil {
		return Started{}
	}
	return *s.started
}

// Trigger returns what started the run.
func (s *State) Trigger() Trigger { return s.Start().Trigger }

// Input returns what the steps of the run see as its input: what a preprocessor made of
// what it was started with, if there is one.
func (s *State) Input() Ref {
	if s.top == nil {
		return Ref{}
	}
	return s.top.input
}

// ID returns the run's id.
func (s *State) ID() ID { return s.id }

// Plan returns the plan that the run follows.
func (s *State) Plan() *Plan { return s.plan }

// Started returns when and how the run began; zero before it did.
func (s *State) Started() (time.Time, Started) {
	if s.started == nil {
		return time.Time{}, Started{}
	}
	return s.startedAt, *s.started
}

// Ended returns when the run ended; zero while it goes on.
func (s *State) Ended() time.Time { return s.ended }

// Last returns the number and time of the last event.
func (s *State) Last() (seq int, at time.Time) { return s.seq, s.at }

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
