// Package flow holds the definition of flows: the types of OpenFlow (the open
// flow format of Windmill), reading and writing them in YAML and JSON as a
// single file or a folder, validation, and edits. It is pure: it reads the
// bytes and file systems it is handed, and nothing else.
//
// What comes in goes out equal. Every struct below that stands for an object in
// a file embeds [Keep], which remembers the order of keys, the fields that the
// struct does not know and the written form of those it does. A [Flow] is
// immutable by convention: an edit makes a new Flow that shares what it did not
// change, so that undo is keeping a pointer.
package flow

import (
	"encoding/json"
	"time"
)

// Raw is a JSON value as text, with the key order of its file.
type Raw = json.RawMessage

// Flow is a whole flow file: OpenFlow's top object.
type Flow struct {
	Keep
	Summary     string `flow:"summary,always"`
	Description string `flow:"description"`
	Value       Value  `flow:"value,always"`
	Schema      Raw    `flow:"schema"`   // JSON Schema of the inputs; nil if absent
	XSluice     Raw    `flow:"x-sluice"` // what Sluice adds beyond OpenFlow; nil if absent
}

// Value is OpenFlow's FlowValue: the steps and the settings of the whole flow.
type Value struct {
	Keep
	Modules            []*Module      `flow:"modules,always"`
	FailureModule      *Module        `flow:"failure_module"`
	PreprocessorModule *Module        `flow:"preprocessor_module"`
	SameWorker         bool           `flow:"same_worker"`
	ConcurrentLimit    float64        `flow:"concurrent_limit"`
	ConcurrencyKey     string         `flow:"concurrency_key"`
	ConcurrencyWindowS float64        `flow:"concurrency_time_window_s"`
	SkipExpr           string         `flow:"skip_expr"`
	CacheTTL           float64        `flow:"cache_ttl"` // seconds
	FlowEnv            map[string]Raw `flow:"flow_env"`
	Priority           float64        `flow:"priority"`
	EarlyReturn        string         `flow:"early_return"` // a step id
	Notes              Raw            `flow:"notes"`
	Groups             Raw            `flow:"groups"`
}

// Module is one node of a flow: OpenFlow's FlowModule. On the screen it is
// called a step.
type Module struct {
	Keep
	ID                  string      `flow:"id,always"`
	Value               ModuleValue `flow:"value,always"`
	Summary             string      `flow:"summary"`
	StopAfterIf         *StopAfter  `flow:"stop_after_if"`
	StopAfterAllItersIf *StopAfter  `flow:"stop_after_all_iters_if"`
	SkipIf              *Predicate  `flow:"skip_if"`
	Sleep               *Input      `flow:"sleep"` // seconds, after the step
	CacheTTL            float64     `flow:"cache_ttl"`
	Timeout             *Input      `flow:"timeout"` // seconds
	DeleteAfterUse      bool        `flow:"delete_after_use"`
	DeleteAfterSecs     *float64    `flow:"delete_after_secs"`
	Mock                *Mock       `flow:"mock"`
	Suspend             *Suspend    `flow:"suspend"`
	Priority            float64     `flow:"priority"`
	ContinueOnError     bool        `flow:"continue_on_error"`
	Retry               *Retry      `flow:"retry"`
	// LegacyInputs are input_transforms written on the module itself, as in
	// files of 2022 and 2023. Inputs() prefers those in Value.
	LegacyInputs *Inputs `flow:"input_transforms,alias=input_transform"`
	XSluice      Raw     `flow:"x-sluice"`
}

// ModuleValue is what a module does. The kinds are RawScript, Script, Subflow,
// ForLoop, WhileLoop, BranchOne, BranchAll, Identity, Agent and Unknown, always
// as pointers.
//
//sumtype:decl
type ModuleValue interface{ moduleValue() }

// RawScript is code written in the flow.
type RawScript struct {
	Keep
	Content  string  `flow:"content,always"`
	Language string  `flow:"language,always"` // bun, deno, nativets, bunnative, python3, bash, go, …
	Inputs   *Inputs `flow:"input_transforms,alias=input_transform,always"`
	Lock     string  `flow:"lock"`
	Path     string  `flow:"path"` // where a fork came from; Content wins
	Tag      string  `flow:"tag"`

	ConcurrentLimit    float64 `flow:"concurrent_limit"` // 0: none
	ConcurrencyWindowS float64 `flow:"concurrency_time_window_s"`
	ConcurrencyKey     string  `flow:"custom_concurrency_key"`
}

// Script is a script of the workspace or the hub, named by its path.
type Script struct {
	Keep
	Path   string  `flow:"path,always"` // u/…, f/…, g/… or hub/…
	Hash   string  `flow:"hash"`
	Inputs *Inputs `flow:"input_transforms,alias=input_transform,always"`
	Tag    string  `flow:"tag_override"`
}

// Subflow runs another flow, named by its path.
type Subflow struct {
	Keep
	Path   string  `flow:"path,always"`
	Inputs *Inputs `flow:"input_transforms,alias=input_transform,always"`
}

// ForLoop runs its modules once for each item of a list.
type ForLoop struct {
	Keep
	Modules      []*Module `flow:"modules,always"`
	Iterator     *Input    `flow:"iterator,always"`
	SkipFailures bool      `flow:"skip_failures,always"`
	Parallel     bool      `flow:"parallel"`
	Parallelism  *Input    `flow:"parallelism"`
}

// WhileLoop runs its modules until a stop_after_if ends it.
type WhileLoop struct {
	Keep
	Modules      []*Module `flow:"modules,always"`
	SkipFailures bool      `flow:"skip_failures,always"`
	Parallel     bool      `flow:"parallel"`
	Parallelism  *Input    `flow:"parallelism"`
}

// BranchOne runs the first branch whose predicate is true, else the default.
type BranchOne struct {
	Keep
	Branches []*Branch `flow:"branches,always"`
	Default  []*Module `flow:"default,always"`
}

// BranchAll runs every branch. Parallel is true when the file leaves it out.
type BranchAll struct {
	Keep
	Branches []*Branch `flow:"branches,always"`
	Parallel bool      `flow:"parallel,always,true"`
}

// Branch is one way through a BranchOne or BranchAll.
type Branch struct {
	Keep
	Summary     string    `flow:"summary"`
	Expr        string    `flow:"expr"` // BranchOne only; a leftover in a BranchAll is not evaluated
	Modules     []*Module `flow:"modules,always"`
	SkipFailure bool      `flow:"skip_failure"` // BranchAll only
	Parallel    bool      `flow:"parallel"`     // a leftover; means nothing
}

// Identity passes the previous result through.
type Identity struct {
	Keep
}

// Agent is an aiagent step: kept and shown, refused at start.
type Agent struct {
	Keep
	Inputs *Inputs `flow:"input_transforms,alias=input_transform,always"`
	Tools  Raw     `flow:"tools"`
}

// Unknown is a module value of a type that this version does not know. It is
// kept as it came and refused at start.
type Unknown struct {
	Type string
	Body Raw
}

func (*RawScript) moduleValue() {}
func (*Script) moduleValue()    {}
func (*Subflow) moduleValue()   {}
func (*ForLoop) moduleValue()   {}
func (*WhileLoop) moduleValue() {}
func (*BranchOne) moduleValue() {}
func (*BranchAll) moduleValue() {}
func (*Identity) moduleValue()  {}
func (*Agent) moduleValue()     {}
func (*Unknown) moduleValue()   {}

// Inputs are a module's input_transforms in the order of the file.
type Inputs struct {
	Names []string
	By    map[string]*Input
}

// Input is an InputTransform: a fixed value or an expression.
type Input struct {
	Keep
	Kind  InputKind `flow:"type,always"` // static, javascript or ai
	Value Raw       `flow:"value"`       // static; nil means null
	Expr  string    `flow:"expr"`        // javascript
	// Bare is set where the file wrote a bare number or text in place of the
	// object (timeout: 30, parallelism: 2); it is written back so.
	Bare bool
}

// InputKind tells how an Input gets its value.
type InputKind string

// The kinds of inputs.
const (
	Static     InputKind = "static"
	JavaScript InputKind = "javascript"
	AI         InputKind = "ai"
)

// Predicate is an object with one expression: skip_if, retry_if.
type Predicate struct {
	Keep
	Expr string `flow:"expr,always"`
}

// StopAfter is OpenFlow's StopAfterIf. SkipIfStopped wins over ErrorMessage.
type StopAfter struct {
	Keep
	Expr               string  `flow:"expr,always"`
	SkipIfStopped      bool    `flow:"skip_if_stopped,always"`
	ErrorMessage       *string `flow:"error_message"` // nil: stop without error; "": default text
	ErrorIncludeResult bool    `flow:"error_include_result"`
}

// Mock is a pinned result.
type Mock struct {
	Keep
	Enabled     bool `flow:"enabled,always"`
	ReturnValue Raw  `flow:"return_value"`
}

// Suspend makes a step an approval step: the flow waits after it.
type Suspend struct {
	Keep
	RequiredEvents    int         `flow:"required_events"` // 0: no gate
	Timeout           *float64    `flow:"timeout"`         // seconds; nil: 1800
	ResumeForm        *ResumeForm `flow:"resume_form"`
	UserAuthRequired  bool        `flow:"user_auth_required"`
	UserGroups        *Input      `flow:"user_groups_required"`
	SelfApprovalOff   bool        `flow:"self_approval_disabled"`
	HideCancel        bool        `flow:"hide_cancel"`
	ContinueOnRefusal bool        `flow:"continue_on_disapprove_timeout"`
	Skin              string      `flow:"skin"`
}

// ResumeForm holds the JSON Schema of the form an approver fills.
type ResumeForm struct {
	Keep
	Schema Raw `flow:"schema"`
}

// Retry is a step's retry policy. Zero attempts mean off.
type Retry struct {
	Keep
	Constant    *Constant    `flow:"constant"`
	Exponential *Exponential `flow:"exponential"`
	RetryIf     *Predicate   `flow:"retry_if"`
}

// Constant waits the same time before each of its attempts.
type Constant struct {
	Keep
	Attempts int     `flow:"attempts"`
	Seconds  float64 `flow:"seconds"`
}

// Exponential waits multiplier × seconds^n.
type Exponential struct {
	Keep
	Attempts     int      `flow:"attempts"`
	Multiplier   *float64 `flow:"multiplier"` // nil: 1
	Seconds      float64  `flow:"seconds"`
	RandomFactor float64  `flow:"random_factor"` // percent, 0 to 100
}

// InputsOf returns a module's inputs, whichever form the file used; never nil.
func InputsOf(m *Module) *Inputs {
	var in *Inputs
	switch v := m.Value.(type) {
	case *RawScript:
		in = v.Inputs
	case *Script:
		in = v.Inputs
	case *Subflow:
		in = v.Inputs
	case *Agent:
		in = v.Inputs
	case *BranchAll, *BranchOne, *ForLoop, *Identity, *Unknown, *WhileLoop:
		// They have no inputs of their own.
	}
	if in == nil || len(in.Names) == 0 {
		if m.LegacyInputs != nil {
			return m.LegacyInputs
		}
	}
	if in == nil {
		in = &Inputs{}
	}
	return in
}

// Seconds is a time as flows write it, bounded to a hundred years.
func Seconds(s float64) time.Duration {
	const most = 100 * 365 * 24 * 3600
	return time.Duration(max(0, min(s, most)) * float64(time.Second))
}
