package run

import (
	"time"

	"sluice/engine/flow"
)

// Command is something that must happen. Every command is idempotent under its
// key, so the shell may issue it again whenever it is unsure.
//
//sumtype:decl
type Command interface{ command() }

// Evaluate asks for the value of expressions. It is volatile: after a crash it
// is asked again. Its key is (Step, For).
type Evaluate struct {
	Step  StepID
	For   Purpose
	Shape Shape
	Exprs []NamedInput
	Scope Scope
}

// Shape tells how the values of Evaluate's expressions become one value.
type Shape int

// The shapes.
const (
	ShapeObject Shape = iota // an object: name → value
	ShapeBool                // truthiness of the only one
	ShapeNumber              // the only one, a finite number >= 0
	ShapeFirst               // index of the first truthy one, evaluated in order and no further; -1 if none
	ShapeValue               // the only one, as it is
)

// NamedInput is one expression or fixed value with the name it fills.
type NamedInput struct {
	Name  string
	Input flow.Input
}

// Scope says what the names in expressions stand for. Values are read lazily.
type Scope struct {
	// Names holds flow_input, previous_result, result, resume, resumes,
	// approvers, flow_env, as far as the place has them.
	Names map[string]Ref
	// Results holds the results that the expressions mention, by module id. A
	// mentioned id without an entry reads as null.
	Results map[string]Ref
	// Iters are the enclosing loop iterations, outermost first; they show as
	// flow_input.iter, iter_parent, …
	Iters []Iter
}

// Iter is one iteration of a loop.
type Iter struct {
	Index int
	Value Ref
}

// StartJob asks for one attempt of a step's code. Its key is (Step, Attempt).
type StartJob struct {
	Step     StepID
	Attempt  int
	Args     Ref
	Timeout  time.Duration // 0: the default
	Cache    time.Duration // how long a result of the same code and arguments may stand in for a run of it; 0: never
	Priority int           // higher first
	Limit    Limit         // the job begins when this lets it
}

// Limit bounds how many jobs or runs of one key begin within a window. The zero
// Limit does not bound.
type Limit struct {
	Max    int           `json:"max"`              // that may be under way or have begun within Window
	Window time.Duration `json:"window,omitempty"` // 0: only those under way count
	Key    string        `json:"key,omitempty"`    // template: "$args[name]" and "$workspace" are filled in by the shell; "" means the path of the code, or its hash
}

// Admit asks for leave to begin a run whose flow has a limit. It is answered by
// Admitted once the limit lets the run begin.
type Admit struct {
	Limit Limit
	Args  Ref // the input, for Key
}

// Recall asks for the kept result of an earlier run of the same flow version
// with the same input, not older than TTL. It is answered by Recalled.
type Recall struct {
	Input Ref
	TTL   time.Duration
}

// StartTimer asks for a TimerFired at a time. Its key is (Step, Kind).
type StartTimer struct {
	Step StepID
	Kind TimerKind
	At   time.Time
}

// OpenGate says that people are asked from now on. Its key is Step.
type OpenGate struct {
	Step     StepID
	Required int
	Deadline time.Time
}

// Drop takes a command back: its answer is no longer wanted. Of the command only the key
// is filled in; it is none that has no answer (Drop, Finish).
type Drop struct{ Of Command }

// Finish says that the run is over.
type Finish struct {
	Outcome Outcome
	Result  Ref
	Err     *Failure // nil unless failed, refused, expired or canceled
}

func (Evaluate) command()   {}
func (StartJob) command()   {}
func (Admit) command()      {}
func (Recall) command()     {}
func (StartTimer) command() {}
func (OpenGate) command()   {}
func (Drop) command()       {}
func (Finish) command()     {}
