package run

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"sluice/engine/fault"
)

// ErrStale says that an event came too late, twice, or at the wrong time. It
// changed nothing and must not be recorded. A timer that fired before its time
// is stale, too: it still has to fire.
var ErrStale = errors.New("the event does not belong to where the run stands")

// State is where a run stands. It is what its journal folds to; nothing in it
// can be set from outside. A State is not safe for concurrent use.
type State struct {
	plan *Plan
	id   ID
	seq  int
	at   time.Time // of the last event, or of the one that is being applied

	started   *Started
	startedAt time.Time
	entry     Command // what the run awaits before its first step: Admit, Recall or Evaluate
	top       *scope
	steps     map[StepID]*step
	order     []*step    // as they were reached
	kept      []KeptStep // of an earlier run

	minted   map[int64]mint   // the links that were made, by their numbers
	taken    map[int64]bool   // links that somebody took at this computer for somebody else
	canceled *CancelRequested // nil unless it was
	failure  *Failure         // the error of the run
	outcome  Outcome          // "" while the run goes on
	result   Ref
	ended    time.Time

	// Of the event that is being applied.
	cmds   []Command
	agenda []*frame // those that go on next
}

// step is one module in one run.
type step struct {
	id         StepID
	node       *node
	frame      *frame // the sequence it stands in
	phase      Phase
	outcome    Outcome // set with the result; told from outside when the phase is Done
	attempt    int
	branch     int
	args       Ref
	result     Ref
	err        *Failure
	lost       *ending // of the attempt that failed, while retry_if is asked
	failures   []Failure
	timeout    time.Duration
	started    time.Time
	ended      time.Time
	nextTry    time.Time
	wake       time.Time
	ask        *Ask // nil while it said nothing
	asked      []AskedPerson
	mails      []MailLine
	job        string
	votes      []Vote
	gate       *Gate       // without its votes
	met        *answers    // what people said, for the step after this one
	iterations *iterations // of a container that works in iterations
	inner      family      // the sequences inside, while they run

	shared bool // by states that were cloned: see own

	// What is outstanding.
	eval     *Evaluate
	start    *StartJob
	timer    *StartTimer // the next attempt, or the end of the pause
	open     *OpenGate
	deadline *StartTimer
}

// frame is a sequence of steps while it runs: the flow's own, a branch, one
// iteration of a loop. Frames of one (sub)flow share a scope.
type frame struct {
	path      StepID // what stands before the ids of its steps
	owner     *step  // the container; nil for the flow itself
	up        *frame // the owner's frame, if it is of the same flow
	iteration int    // of the owner
	nodes     []*node
	pos       int
	at        *step    // the step at pos, once it is reached
	prev      Ref      // previous_result
	met       *answers // of the gate right before the step at pos
	around    *answers // what the owner sees
	results   []Ref    // of its own steps, by position; nil once nobody asks any more
	in        *scope
	root      *root
	iters     []Iter

	before, after *frame // siblings
}

// family is the frames inside a step that run now, oldest first.
type family struct{ first, last *frame }

func (l *family) add(f *frame) {
	if f.before = l.last; l.last != nil {
		l.last.after = f
	} else {
		l.first = f
	}
	l.last = f
}

func (l *family) remove(f *frame) {
	if f.before != nil {
		f.before.after = f.after
	} else {
		l.first = f.after
	}
	if f.after != nil {
		f.after.before = f.before
	} else {
		l.last = f.before
	}
	f.before, f.after = nil, nil
}

// root is where results are found that are not of the sequences around: those of
// one (sub)flow. An iteration of a parallel loop is a root of its own: what its siblings
// did, and when, is nothing to it, and what it did is nothing to what comes after
// the loop but as part of the loop's list.
type root struct {
	last map[string]Ref // the result that finished last under each id
}

func (r *root) note(id string, ref Ref) {
	if r.last == nil {
		r.last = map[string]Ref{}
	}
	r.last[id] = ref
}

// scope is what the steps of one (sub)flow share.
type scope struct {
	program *program
	owner   *step  // the step that runs the flow; nil for the main one
	path    StepID // what stands before the ids of its steps
	input   Ref
	env     Ref
	root    *root  // of what is in no iteration of a parallel loop
	given   given  // to the step that asked last
	frame   *frame // the sequence that runs: the preprocessor's, the flow's own, the failure module's
	main    *frame // the flow's own

	broken *ending // why it broke off; nil while it did not
}

// NewState returns a run that has not begun: it awaits Started.
func NewState(p *Plan, id ID) *State {
	return &State{plan: p, id: id, steps: map[StepID]*step{}}
}

// Fold rebuilds a state from its journal. An error means that the journal is
// damaged: what is in it was accepted once.
func Fold(p *Plan, id ID, entries iter.Seq[Entry]) (*State, error) {
	s := NewState(p, id)
	for e := range entries {
		if e.Run != id || e.Seq != s.seq+1 {
			return nil, fmt.Errorf("replay run %s: entry %d of run %s follows entry %d", id, e.Seq, e.Run, s.seq)
		}
		if _, err := s.Next(e.At, e.Event); err != nil {
			return nil, fmt.Errorf("replay run %s: entry %d, %T: %w", id, e.Seq, e.Event, err)
		}
	}
	return s, nil
}

// Next applies what happened at the given time and returns what must happen
// next. If it returns an error (ErrStale, a *Refusal, or a fault for a run of
// other rules) s is unchanged and the event must not be recorded. A time before
// the last event's counts as that one's: time in a run never goes back.
func (s *State) Next(at time.Time, ev Event) ([]Command, error) {
	before := s.at
	if at = at.UTC().Round(0); at.After(s.at) {
		s.at = at
	}
	if err := s.apply(ev); err != nil {
		s.at = before
		return nil, err
	}
	for len(s.agenda) > 0 {
		f := s.agenda[0]
		s.agenda = s.agenda[1:]
		s.goOn(f)
	}
	s.seq++
	cmds := s.cmds
	s.cmds, s.agenda = nil, nil
	return cmds, nil
}

func (s *State) apply(ev Event) error {
	if _, ok := ev.(Started); !ok && s.started == nil {
		return ErrStale
	}
	switch ev := ev.(type) {
	case Started:
		return s.onStarted(ev)
	case Evaluated:
		return s.onEvaluated(ev)
	case Admitted:
		return s.onAdmitted()
	case Recalled:
		return s.onRecalled(ev)
	case JobStarted:
		return s.onJobStarted(ev)
	case JobSucceeded:
		return s.onJobSucceeded(ev)
	case JobFailed:
		return s.onJobEnded(ev.Step, ev.Attempt, ev.Err, false)
	case JobLost:
		return s.onJobEnded(ev.Step, ev.Attempt, Failure{Name: NameLost, Message: "Sluice stopped while this step was running"}, true)
	case JobInterrupted:
		return s.onJobInterrupted(ev)
	case TimerFired:
		return s.onTimerFired(ev)
	case DecisionMade:
		return s.onDecision(ev)
	case CancelRequested:
		return s.onCancel(ev)
	case AskNoted:
		return s.onAsk(ev)
	case LinkMinted:
		return s.onLink(ev)
	case MailNoted:
		return s.onMail(ev)
	}
	return fault.Newf("run.event", "Nothing was changed.", "Events of type %T are not known here", ev)
}

func (s *State) emit(c Command) { s.cmds = append(s.cmds, c) }

// Outstanding returns every command that still waits for its event, in the
// order of the flow, what was asked of a container before its insides. Each may
// be issued again.
func (s *State) Outstanding() []Command {
	var out []Command
	if s.entry != nil {
		out = append(out, s.entry)
	}
	for st := range s.live() {
		if st.eval != nil {
			out = append(out, *st.eval)
		}
		if st.start != nil {
			out = append(out, *st.start)
		}
		if st.timer != nil {
			out = append(out, *st.timer)
		}
		if st.open != nil {
			out = append(out, *st.open)
		}
		if st.deadline != nil {
			out = append(out, *st.deadline)
		}
	}
	return out
}

// Began reports whether an executor took the job that a StartJob asked for, and
// has not answered.
func (s *State) Began(cmd StartJob) bool {
	st := s.working(cmd.Step, cmd.Attempt)
	return st != nil && st.job != ""
}

// reach makes the record of a step that the run has come to.
func (s *State) reach(f *frame, n *node) *step {
	id := StepID(n.id)
	if f.path != "" {
		id = f.path + "/" + id
	}
	st := &step{id: id, node: n, frame: f, branch: -2, started: s.at}
	s.steps[id] = st
	s.order = append(s.order, st)
	f.at = st
	return st
}

// live yields the steps that are under way, containers before their insides.
func (s *State) live() iter.Seq[*step] {
	return func(yield func(*step) bool) {
		if s.top != nil {
			s.top.frame.live(yield)
		}
	}
}

func (f *frame) live(yield func(*step) bool) bool {
	st := f.at
	if st == nil || st.phase == Done {
		return true
	}
	if !yield(st) {
		return false
	}
	for g := st.inner.first; g != nil; g = g.after {
		if !g.live(yield) {
			return false
		}
	}
	return true
}

// close marks a step as done.
func (s *State) close(st *step, o Outcome) {
	st.phase, st.outcome, st.ended = Done, o, s.at
	st.inner = family{}
}

// drop takes everything back that is outstanding in a sequence, and closes what
// was not done as canceled.
func (s *State) drop(f *frame, by, reason string) {
	var steps []*step
	f.live(func(st *step) bool { steps = append(steps, st); return true })
	for _, st := range steps {
		if st.eval != nil {
			s.emit(Drop{Evaluate{Step: st.id, For: st.eval.For}})
		}
		if st.start != nil {
			s.emit(Drop{StartJob{Step: st.id, Attempt: st.attempt}})
		}
		if st.timer != nil {
			s.emit(Drop{StartTimer{Step: st.id, Kind: st.timer.Kind}})
		}
		st.eval, st.start, st.timer = nil, nil, nil
		if st.gate != nil && st.gate.Outcome == "" {
			s.shut(st, Canceled, by, reason)
		}
		s.close(st, Canceled)
	}
}
