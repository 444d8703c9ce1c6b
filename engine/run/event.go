package run

import "fmt"

// Event is something that happened to a run. Only effective events are
// recorded. The kinds are the structs of this file.
//
// A new kind is a struct here, a name and a reader in codec.go (TestEveryEventIsStored
// asks for a sample), and what it does to a run in [State.Next]. The check for switches
// that forget a kind (make check) then names all others: what it settles in the shell
// (engine/hands.go), what of it is erased, how the window and the command line tell it.
// If old journals must fold otherwise than new ones, it needs a number of rules, too.
//
//sumtype:decl
type Event interface{ event() }

// Started begins a run. Flow is the content hash of the pinned version, Rules
// the number of the rules under which it replays for ever.
type Started struct {
	Flow    string  `json:"flow"`
	Name    string  `json:"name"`
	Path    string  `json:"path,omitempty"`
	Input   Ref     `json:"input"`
	Trigger Trigger `json:"trigger"`
	Rules   int     `json:"rules"`

	// Restart is what the run takes over of an earlier one; nil if it begins at the beginning.
	Restart *Restart `json:"restart,omitempty"`
}

// Evaluated answers an Evaluate command.
type Evaluated struct {
	Step  StepID   `json:"step"`
	For   Purpose  `json:"for"`
	Value Ref      `json:"value,omitzero"`
	Err   *Failure `json:"err,omitempty"`
}

// Admitted answers Admit: the run may begin.
type Admitted struct{}

// Recalled answers Recall.
type Recalled struct {
	Hit    bool `json:"hit"`
	Result Ref  `json:"result,omitzero"`
}

// JobStarted says that a worker is about to get a job: it is committed before, so that
// after a kill every job that may have begun is known.
type JobStarted struct {
	Step    StepID `json:"step"`
	Attempt int    `json:"attempt"`
	Job     string `json:"job"` // its UUID
}

// JobSucceeded carries a job's result.
type JobSucceeded struct {
	Step    StepID `json:"step"`
	Attempt int    `json:"attempt"`
	Result  Ref    `json:"result"`
}

// JobFailed carries a job's error.
type JobFailed struct {
	Step    StepID  `json:"step"`
	Attempt int     `json:"attempt"`
	Err     Failure `json:"err"`
}

// JobLost says that Sluice died, or was ended, while the job ran: its effects are
// unknown. It counts as a failed attempt.
type JobLost struct {
	Step    StepID `json:"step"`
	Attempt int    `json:"attempt"`
}

// JobInterrupted says that our own orderly shutdown took the job back before
// anything of its script ran. It costs no attempt: the same attempt is started
// again. (In journals of version 0.1.0 the script may have been under way.)
type JobInterrupted struct {
	Step    StepID `json:"step"`
	Attempt int    `json:"attempt"`
}

// TimerFired answers a StartTimer command.
type TimerFired struct {
	Step StepID    `json:"step"`
	Kind TimerKind `json:"kind"`
}

// DecisionMade is a vote that counts. The person is part of the record; a
// second vote of the same person on the same request is refused.
type DecisionMade struct {
	Step    StepID `json:"step"`
	Person  string `json:"person"`
	Link    int64  `json:"link,omitempty"`
	Approve bool   `json:"approve"`
	Payload Ref    `json:"payload,omitzero"`
	Reason  string `json:"reason,omitempty"`
	Via     Via    `json:"via"`
}

// CancelRequested ends the run at once.
type CancelRequested struct {
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
}

// AskNoted records what a running step wants to ask, so that the page can show
// it before the gate stands. The last one of a step wins.
type AskNoted struct {
	Step    StepID `json:"step"`
	Attempt int    `json:"attempt"`
	Ask     Ask    `json:"ask"`
}

// LinkMinted records that a person got a link to a step's request.
type LinkMinted struct {
	Step   StepID `json:"step"`
	Link   int64  `json:"link"`
	Person string `json:"person"`
	// By is who took the link in that person's place, to hand it on or to look at
	// the page; empty for links that went to the person. Whoever has a link can
	// answer as the person, so votes by such a link say so.
	By string `json:"by,omitempty"`
}

// MailNoted records a change of a mail's state.
type MailNoted struct {
	Step  StepID    `json:"step"`
	Mail  string    `json:"mail"`
	To    string    `json:"to"`
	State MailState `json:"state"`
	Title string    `json:"title,omitempty"` // of the error
	Hint  string    `json:"hint,omitempty"`
}

func (Started) event()         {}
func (Evaluated) event()       {}
func (Admitted) event()        {}
func (Recalled) event()        {}
func (JobStarted) event()      {}
func (JobSucceeded) event()    {}
func (JobFailed) event()       {}
func (JobLost) event()         {}
func (JobInterrupted) event()  {}
func (TimerFired) event()      {}
func (DecisionMade) event()    {}
func (CancelRequested) event() {}
func (AskNoted) event()        {}
func (LinkMinted) event()      {}
func (MailNoted) event()       {}

// TimerKind tells what a timer is for.
type TimerKind string

// The kinds of timers.
const (
	TimerRetry    TimerKind = "retry"    // the next attempt is due
	TimerSleep    TimerKind = "sleep"    // the pause after a step is over
	TimerDeadline TimerKind = "deadline" // a gate expires
)

// Purpose tells which expressions of a step an evaluation is about.
type Purpose string

// The purposes. Each names the shape of its value.
const (
	ForFlowSkip Purpose = "flow_skip"   // bool; step ""
	ForSkip     Purpose = "skip"        // bool
	ForInputs   Purpose = "inputs"      // object: the job's arguments, plus timeout (see Evaluate)
	ForBranch   Purpose = "branch"      // number: index of the first true predicate, -1 for default
	ForStop     Purpose = "stop"        // bool
	ForRetry    Purpose = "retry"       // bool
	ForSleep    Purpose = "sleep"       // number of seconds
	ForTimeout  Purpose = "timeout"     // number of seconds
	ForIterator Purpose = "iterator"    // list
	ForWidth    Purpose = "parallelism" // number: how many iterations of a parallel loop run at a time
	ForAllStop  Purpose = "all_stop"    // bool: stop_after_all_iters_if
	ForRecover  Purpose = "recover"     // bool: whether the failure module turned the run to success
)

// Place names an expression for the person who wrote it: by what it is for, and
// for inputs and branches by its name or number among others.
func (p Purpose) Place(name string, i int) string {
	switch p {
	case ForInputs:
		return fmt.Sprintf("Input %q", name)
	case ForBranch:
		return fmt.Sprintf("The condition of branch %d", i+1)
	case ForFlowSkip:
		return "The flow's skip condition"
	case ForSkip:
		return "The skip condition"
	case ForStop:
		return "The stop condition"
	case ForAllStop:
		return "The stop condition after all iterations"
	case ForRetry:
		return "The retry condition"
	case ForSleep:
		return "The pause"
	case ForTimeout:
		return "The time limit"
	case ForIterator:
		return "The list to loop over"
	case ForWidth:
		return "The parallelism"
	}
	return "The expression"
}
