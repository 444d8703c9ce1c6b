package run

import (
	"maps"
	"slices"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// One function per event. Each first makes sure that the event belongs to where
// the run stands, changing nothing; from there on nothing can go wrong.

// known refuses a run of rules that are not known here.
func known(rules int) error {
	if rules < 1 || rules > RulesNow {
		return fault.Newf("run.rules", "Open it with the version of Sluice that wrote it, or a later one.",
			"This run follows rules %d; this version knows rules 1 to %d", rules, RulesNow)
	}
	return nil
}

func (s *State) onEvaluated(ev Evaluated) error {
	if ev.Step == "" {
		if asked, ok := s.entry.(Evaluate); !ok || asked.For != ev.For {
			return ErrStale
		}
		s.entry = nil
		switch f := ev.Err; {
		case ev.For == ForFlowSkip:
			s.onFlowSkip(s.top, ev)
		case f != nil:
			s.breakOff(s.top, ending{why: Failed, err: mistake(f), result: errorRef(f)})
		default:
			s.enterWith(ev.Value)
		}
		return nil
	}
	st := s.steps[ev.Step]
	if st == nil || st.eval == nil || st.eval.For != ev.For {
		return ErrStale
	}
	st.eval = nil
	switch ev.For {
	case ForSkip:
		yes, f := truth(ev)
		switch {
		case f != nil:
			s.fail(st, f)
		case yes:
			s.skip(st)
		default:
			s.begin(st)
		}
	case ForInputs:
		if ev.Err != nil {
			s.fail(st, mistake(ev.Err))
			return nil
		}
		if r := ev.Value; r.Hash == "" && !isObject(r.Inline) {
			s.fail(st, wrong(ev, "an object"))
			return nil
		}
		st.args = ev.Value
		s.ready(st)
	case ForTimeout:
		n, f := number(ev)
		if f != nil {
			s.fail(st, f)
			return nil
		}
		st.timeout = seconds(n)
		s.dispatch(st)
	case ForBranch:
		i, f := index(ev, len(st.node.preds))
		if f != nil {
			s.fail(st, f)
			return nil
		}
		s.choose(st, i)
	case ForStop:
		yes, f := truth(ev)
		switch {
		case st.iterations != nil && st.outcome == "":
			s.onIterationStop(st, yes, f)
		case f != nil:
			s.failAfter(st, Failed, f)
		case yes:
			s.stop(st, st.node.module.StopAfterIf)
		default:
			s.iterationsJudged(st)
		}
	case ForAllStop:
		yes, f := truth(ev)
		switch {
		case f != nil:
			s.failAfter(st, Failed, f)
		case yes:
			s.stop(st, st.node.module.StopAfterAllItersIf)
		default:
			s.settle(st)
		}
	case ForIterator:
		if ev.Err != nil {
			s.fail(st, mistake(ev.Err))
			return nil
		}
		s.iterate(st, ev.Value)
	case ForWidth:
		n, f := number(ev)
		if f != nil {
			s.fail(st, f)
			return nil
		}
		s.widen(st, n)
	case ForRetry:
		yes, f := truth(ev)
		switch {
		case f != nil:
			st.failures = append(st.failures, *st.err)
			s.failed(st, ending{why: Failed, err: f, lost: st.lost.lost}, st.node.module.ContinueOnError)
		case yes:
			s.tryAgain(st)
		default:
			s.failed(st, *st.lost, st.node.module.ContinueOnError)
		}
	case ForSleep:
		n, f := number(ev)
		if f != nil {
			s.failAfter(st, Failed, f)
			return nil
		}
		s.pause(st, n)
	case ForRecover:
		yes, _ := truth(ev)
		s.handled(st, yes)
	case ForFlowSkip:
		s.onFlowSkip(st.inner.first.in, ev)
	}
	return nil
}

// working returns the step whose job is out under that attempt.
func (s *State) working(id StepID, attempt int) *step {
	st := s.steps[id]
	if st == nil || st.start == nil || st.attempt != attempt {
		return nil
	}
	return st
}

func (s *State) onJobStarted(ev JobStarted) error {
	st := s.working(ev.Step, ev.Attempt)
	if st == nil || st.job != "" {
		return ErrStale
	}
	if st.job = ev.Job; st.job == "" {
		st.job = "unnamed"
	}
	return nil
}

func (s *State) onJobSucceeded(ev JobSucceeded) error {
	st := s.working(ev.Step, ev.Attempt)
	if st == nil {
		return ErrStale
	}
	st.start = nil
	s.succeed(st, ev.Result)
	return nil
}

// onJobEnded is about an attempt that failed or was lost.
func (s *State) onJobEnded(id StepID, attempt int, f Failure, lost bool) error {
	st := s.working(id, attempt)
	if st == nil {
		return ErrStale
	}
	st.start = nil
	if f.StepID == "" {
		f.StepID = st.node.id
	}
	s.unsuccessful(st, ending{why: Failed, err: &f, result: errorRef(&f), lost: lost && s.started.Rules > 1})
	return nil
}

func (s *State) onJobInterrupted(ev JobInterrupted) error {
	st := s.working(ev.Step, ev.Attempt)
	if st == nil {
		return ErrStale
	}
	st.job = ""
	s.emit(*st.start)
	return nil
}

func (s *State) onTimerFired(ev TimerFired) error {
	st := s.steps[ev.Step]
	if st == nil {
		return ErrStale
	}
	t := st.timer
	if ev.Kind == TimerDeadline {
		t = st.deadline
	}
	if t == nil || t.Kind != ev.Kind || s.at.Before(t.At) {
		return ErrStale
	}
	switch ev.Kind {
	case TimerDeadline:
		st.deadline = nil
		s.expire(st)
	case TimerRetry:
		st.timer = nil
		s.again(st)
	case TimerSleep:
		st.timer = nil
		s.done(st)
	}
	return nil
}

func (s *State) onCancel(ev CancelRequested) error {
	if s.outcome != "" {
		return ErrStale
	}
	f := &Failure{Name: NameCanceled, Message: "Canceled"}
	if ev.By != "" {
		f.Message += " by " + ev.By
	}
	if ev.Reason != "" {
		f.Message += ": " + ev.Reason
	}
	s.canceled = &ev
	switch c := s.entry.(type) {
	case Evaluate:
		s.emit(Drop{Evaluate{For: c.For}})
	case Admit:
		s.emit(Drop{Admit{}})
	case Recall:
		s.emit(Drop{Recall{}})
	case Drop, Finish, OpenGate, StartJob, StartTimer:
		// A run does not wait for these before its first step.
	}
	s.entry = nil
	s.drop(s.top.frame, ev.By, ev.Reason)
	s.finish(Canceled, errorRef(f), f)
	return nil
}

func (s *State) onAsk(ev AskNoted) error {
	st := s.steps[ev.Step]
	if st == nil || s.outcome != "" || st.attempt != ev.Attempt || st.phase == Done || st.gate != nil && st.gate.Outcome != "" {
		return ErrStale // what people decided on does not change afterwards
	}
	st.ask = &ev.Ask
	return nil
}

// mint is what a link was made for.
type mint struct {
	step   StepID
	person string
}

// Minted reports whether a link was made for a person's vote on a step. What else a row
// says of it is not true.
func (s *State) Minted(link int64, step StepID, person string) bool {
	m, ok := s.minted[link]
	return ok && m == mint{step, person}
}

// Links lists the numbers of the links that were made.
func (s *State) Links() []int64 { return slices.Sorted(maps.Keys(s.minted)) }

func (s *State) onLink(ev LinkMinted) error {
	st := s.steps[ev.Step]
	if st == nil || s.outcome != "" {
		return ErrStale
	}
	if s.minted == nil {
		s.minted = map[int64]mint{}
	}
	s.minted[ev.Link] = mint{ev.Step, ev.Person}
	who := s.personOf(ev.Person)
	switch {
	case ev.By == "":
	case s.personOf(ev.By) == who:
		return nil // who looks at the page was not asked by that
	default:
		if s.taken == nil {
			s.taken = map[int64]bool{}
		}
		s.taken[ev.Link] = true
	}
	for i := range st.asked {
		if st.asked[i].Person == who {
			return nil // one more link for the same person
		}
	}
	st = s.own(st)
	st.asked = append(st.asked, AskedPerson{Person: who})
	return nil
}

// onMail takes news of a mail at any time: a mail may outlive its run.
func (s *State) onMail(ev MailNoted) error {
	st := s.steps[ev.Step]
	if st == nil {
		return ErrStale
	}
	st = s.own(st)
	line := MailLine{Mail: ev.Mail, To: ev.To, State: ev.State, Title: ev.Title, Hint: ev.Hint, At: s.at}
	for i := range st.mails {
		if st.mails[i].Mail == ev.Mail {
			st.mails[i] = line
			return nil
		}
	}
	st.mails = append(st.mails, line)
	return nil
}

// fixedNumber reads a fixed number of seconds; null and nothing are 0.
func fixedNumber(in *flow.Input, p Purpose) (float64, *Failure) {
	if in.Value == nil || string(in.Value) == "null" {
		return 0, nil
	}
	return number(Evaluated{For: p, Value: Ref{Inline: in.Value}})
}
