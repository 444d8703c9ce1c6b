package run

import (
	"encoding/json"
	"errors"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// ID names a run: a UUIDv7 in its usual written form.
type ID string

// StepID is the path of a step in its run: module ids, with the branch or the
// iteration between container and child: "a", "c/0/d" (first branch of c),
// "c/default/e", "loop/2/send" (third iteration), "sub/flow/a" (in the flow that sub
// runs). When a container is tried again, its insides are new steps: the part
// tells the attempt, "loop/2~2/send". A StepID is unique within a run.
type StepID string

// FailureStep is the id of the failure module's step, whatever its module id.
const FailureStep StepID = "failure"

// PreprocessorStep is the id of the preprocessor's step.
const PreprocessorStep StepID = "preprocessor"

// MaxIterations is the number of iterations that one loop makes at most.
const MaxIterations = 100_000

// MaxSteps is the number of steps, those in every iteration of every loop counted,
// that one run comes to at most.
const MaxSteps = 500_000

// InlineMax is the size in bytes up to which the shell puts a value itself into
// a Ref; larger ones are blobs.
const InlineMax = 1024

// Ref stands for a JSON value. A small one is carried inline; a large one is
// named by its hash and read from the shell when somebody needs it. The zero
// Ref means "no value" and reads as null.
type Ref struct {
	Inline  json.RawMessage `json:"v,omitempty"`       // the whole value
	Hash    string          `json:"sha256,omitempty"`  // of the blob, lower-case hex, when not inline
	Size    int64           `json:"size,omitempty"`    // bytes of the blob
	Preview string          `json:"preview,omitempty"` // the blob's first kilobyte, cut at a rune
	Len     int             `json:"len,omitempty"`     // number of items when the value is a list
	Items   []Ref           `json:"items,omitempty"`   // a list that the core made of values it does not hold; Inline and Hash are empty
	Item    int             `json:"item,omitempty"`    // the value is this item, from 1, of the list behind Hash; Size and Preview are the list's
}

// Inline returns a Ref that carries v's JSON. It panics if v cannot be
// marshaled: values come from our own types only.
func Inline(v any) Ref {
	b, err := json.Marshal(v)
	if err != nil {
		panic("run.Inline: " + err.Error())
	}
	return Ref{Inline: b}
}

// IsZero reports whether there is no value at all.
func (r Ref) IsZero() bool { return r.Inline == nil && r.Hash == "" && r.Items == nil }

// Failure is why a step or a run did not succeed, in the shape of OpenFlow's
// error results: {"error": {"name", "message", "stack", "step_id", "extra"}}.
type Failure struct {
	Name    string          `json:"name"`
	Message string          `json:"message"`
	Stack   string          `json:"stack,omitempty"`
	StepID  string          `json:"step_id,omitempty"` // module id of the step that failed
	Line    int             `json:"line,omitempty"`    // in the user's file, 1-based; 0 if unknown
	Code    string          `json:"code,omitempty"`    // a fault.Code where Sluice itself is the cause
	Hint    string          `json:"hint,omitempty"`    // what to do, where Sluice knows
	Extra   json.RawMessage `json:"extra,omitempty"`   // an object: what else the thrown error carried
	Result  Ref             `json:"result,omitzero"`   // a result the error carries (error_include_result)
	Value   json.RawMessage `json:"value,omitempty"`   // what the flow sees as the error instead of the above: a result that said windmill_failure
}

// Error makes a Failure usable as the error of an executor or evaluator.
func (f *Failure) Error() string { return f.Name + ": " + f.Message }

// Names of failures that the core itself makes; they are OpenFlow's.
const (
	NameRefused   = "SuspendedDisapproved"
	NameExpired   = "SuspendedTimedOut"
	NameEarlyStop = "EarlyStopError"
	NameCanceled  = "Canceled"
	NameLost      = "JobLost" // Sluice stopped while the step ran
	NameTimeout   = "TimeoutError"
	NameExpr      = "ExpressionError"
	NameAside     = "NotShown" // what an expression reads is not read for somebody who only looks on
	NameTooLong   = "TooManyTurns"
)

// CodeEnded is the code of a failure of a script that somebody else asked to end,
// by a signal: a service manager asks Sluice at the same time.
const CodeEnded = "script.ended"

// Outcome is how a run, a step or a gate ended.
type Outcome string

// The outcomes. Gates end approved, refused, expired or canceled; steps and
// runs succeeded, failed, skipped or canceled; a run that a gate ended is told
// as refused or expired, not as failed.
const (
	Succeeded Outcome = "succeeded"
	Failed    Outcome = "failed"
	Skipped   Outcome = "skipped"
	Canceled  Outcome = "canceled"
	Approved  Outcome = "approved"
	Refused   Outcome = "refused"
	Expired   Outcome = "expired"
)

// Phase is where a step stands.
type Phase string

// The phases of a step, in the order in which it may pass them.
const (
	Pending    Phase = "pending"    // not reached
	Evaluating Phase = "evaluating" // an expression of it is being computed
	Running    Phase = "running"    // a job works on it, or its children do
	Retrying   Phase = "retrying"   // waits for its next attempt
	Waiting    Phase = "waiting"    // its gate is open: people are asked
	Sleeping   Phase = "sleeping"   // has succeeded, holds the next step back
	Done       Phase = "done"       // see Outcome
)

// Status is the state of a run as a whole.
type Status string

// Statuses of a run.
const (
	StatusRunning   Status = "running"
	StatusSuspended Status = "suspended" // only gates are open
	StatusSleeping  Status = "sleeping"  // only timers (and perhaps gates) are awaited
	StatusDone      Status = "done"
)

// Trigger is what started a run.
type Trigger struct {
	Kind string    `json:"kind"`         // "test", "command line", "api", or one of those below
	By   string    `json:"by,omitempty"` // the person, as far as known; the path of a schedule, webhook or form
	Due  time.Time `json:"due,omitzero"` // when a schedule was due

	Person string `json:"person,omitempty"` // whose link to a form it was, or who restarted a run; By is the form's path, or the run

	// Origin is what started the first run, its kind, where this one restarts another: what
	// came from outside stays that.
	Origin string `json:"origin,omitempty"`
}

// Code is a script that a plan runs: inline, or pinned from hub or workspace.
type Code struct {
	Path     string `json:"path,omitempty"` // "" for inline code
	Language string `json:"language"`
	Content  string `json:"content"`
	Summary  string `json:"summary,omitempty"`
	App      string `json:"app,omitempty"`   // hub app: "gmail"
	Limit    *Limit `json:"limit,omitempty"` // of the script itself

	// Imports are the texts of the scripts that it imports, at any depth, by path.
	Imports map[string]string `json:"-"` // a plan takes them from Pinned.Modules
}

// ErrNotBegun is part of an executor's error when nothing of the script ran: a job
// that was cut off so may be started again as if nothing had happened.
var ErrNotBegun = errors.New("the script had not begun")

// Job is one attempt of one step's code: what an executor does.
type Job struct {
	ID      string // UUID; WM_JOB_ID
	Run     ID
	Step    StepID
	Attempt int // 1, 2, 3 …
	Code    Code
	Args    json.RawMessage   // an object; references to resources and variables are resolved
	Timeout time.Duration     // 0: the executor's default
	Env     map[string]string // WM_*, BASE_INTERNAL_URL, …
	Dir     string            // an empty folder of its own, removed afterwards by the shell
	Shared  string            // folder that all steps of the run share, seen by the script as ./shared; "" without same_worker
}

// Ask is what a step wants of people: shown on the page, in the mail, in the
// inbox. All fields may be empty.
type Ask struct {
	Question    string          `json:"question,omitempty"`
	Message     string          `json:"message,omitempty"`
	Facts       []Fact          `json:"facts,omitempty"`
	Defaults    json.RawMessage `json:"default_args,omitempty"` // object: prefilled form values
	Enums       json.RawMessage `json:"enums,omitempty"`        // object: field → list of choices
	Description json.RawMessage `json:"description,omitempty"`  // text, or {"markdown": …}; as in OpenFlow
}

// Fact is one line of "what you are approving".
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Via tells how a decision reached us and so how its person was established.
type Via string

// The ways in.
const (
	ViaLink    Via = "link"    // possession of a personal link, on the page
	ViaAPI     Via = "api"     // a program that posts to a resume or cancel address
	ViaDesktop Via = "desktop" // the person at this computer
	ViaScript  Via = "script"  // a step of a flow, at the address that only steps are given
)

// ByNoHand says in words that no person pressed a button: " by a script"; "" for the
// other ways.
func (v Via) ByNoHand() string {
	switch v {
	case ViaAPI:
		return " by a program"
	case ViaScript:
		return " by a script"
	}
	return ""
}

// DesktopUser is the person who votes from the inbox or the command line.
const DesktopUser = "desktop user"

// Decision is a person's answer as sent.
type Decision struct {
	Run     ID
	Step    StepID
	Person  string // lower-case address or name; one person has one vote
	Link    int64  // the link that was used; 0 for the desktop user
	Approve bool
	Payload json.RawMessage // form values, an object; null without a form
	Reason  string          // on refusal, optional
	Via     Via
	Word    string // typed to approve what is marked high stakes; see Confirms
}

// Vote is a decision that was counted.
type Vote struct {
	Person  string    `json:"person"`
	Approve bool      `json:"approve"`
	Payload Ref       `json:"payload,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	At      time.Time `json:"at"`
	Via     Via       `json:"via"`
	// Taken is set where the vote came by a link that somebody else had taken at
	// this computer; see [LinkMinted].
	Taken bool `json:"taken,omitempty"`
}

// AskedPerson is a person who was asked, and what became of the mail.
type AskedPerson struct {
	Person string
	Mail   MailState // "" if no mail was sent
	Vote   *Vote
}

// MailState is where a mail stands.
type MailState string

// States of a mail. Unknown means that Sluice stopped between handing the mail
// over and hearing the answer: it may have been sent, and is not repeated
// unasked.
const (
	MailQueued  MailState = "queued"
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
	MailUnknown MailState = "unknown"
	// MailKept is a mail of a practice account, which stays on this computer: nobody got
	// it. The outbox lists it as sent and practice.
	MailKept MailState = "kept"
)

// TitleRestored is what a mail says that was still to be sent when the backup
// was made.
const TitleRestored = "This mail was waiting when the backup was made"

// Mail is one message to one approver.
type Mail struct {
	ID        string // UUID, part of the Message-ID
	Run       ID
	Step      StepID
	Account   string // path of the gmail resource that sends it
	To        string
	Subject   string
	FlowName  string
	Ask       Ask
	Page      string    // the personal address of the approval page
	Deadline  time.Time // zero if none
	MessageID string    // "<id@sluice.local>", ours from the start
	Thread    string    // provider's thread of an earlier mail of the same request, if any
	Plain     bool      // a plain message (hub script "send mail"): Text is all there is
	Text      string    // for Plain
}

// MailItem is a mail in the outbox, as the screen shows it.
type MailItem struct {
	Mail
	State    MailState
	Created  time.Time
	SentAt   time.Time
	Tries    int
	NextTry  time.Time // zero unless waiting for a further try
	Error    string    // title of the last error
	Hint     string
	Practice bool
}

// Approval is a request to people as one of them sees it: everything the page,
// the mail and the inbox need.
type Approval struct {
	Run      ID
	Step     StepID
	StepName string
	FlowName string
	Ask      Ask
	Item     Ref             // of the loop's iteration, where it belongs to the facts and is not at hand: see AddItem
	Form     json.RawMessage // JSON Schema of the form; nil: one text box "message"
	Required int
	People   []AskedPerson
	Votes    []Vote
	Person   string    // who is looking (of the link); DesktopUser in the inbox
	Opened   time.Time // zero: the step still runs
	Deadline time.Time // zero: not open yet
	HideDeny bool
	// HighStakes says that an approval needs a typed word; see Confirms.
	HighStakes bool
	State      ApprovalState
	Ended      time.Time // when State became final
	EndedBy    string    // who refused or canceled, if a person did
	Reason     string    // of a refusal or cancel
	MyVote     *Vote     // the vote of Person, if any
	Next       string    // what happens after the decision, in words
	Link       Link      // by which Person came; zero where nobody came by one
}

// ApprovalState is where a request stands.
type ApprovalState string

// States of a request. Early means that the step that asks is still running:
// a vote already counts.
const (
	ApprovalEarly    ApprovalState = "early"
	ApprovalWaiting  ApprovalState = "waiting"
	ApprovalApproved ApprovalState = "approved"
	ApprovalRefused  ApprovalState = "refused"
	ApprovalExpired  ApprovalState = "expired"
	ApprovalCanceled ApprovalState = "canceled"
	ApprovalFailed   ApprovalState = "failed" // the step failed before it could ask
)

// Request asks for a run. Flow is the whole draft: nothing need be saved first.
type Request struct {
	Flow    []byte     // OpenFlow as JSON
	Parsed  *flow.Flow // the same, where who asks has read it already; nil otherwise
	Path    string     // where the flow lives in the library, if anywhere
	Input   json.RawMessage
	Trigger Trigger
}

// Summary is a line in the list of runs.
type Summary struct {
	ID       ID        `json:"run"`
	FlowName string    `json:"flow"`
	Path     string    `json:"path,omitempty"`
	Status   Status    `json:"status"`
	Outcome  Outcome   `json:"outcome,omitempty"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Trigger  Trigger   `json:"trigger"`
	Damaged  string    `json:"damaged,omitempty"` // why the run was set aside
}

// Told is what a list tells of a run besides its line: what went in, in short, and what
// brought it to where it stands.
type Told struct {
	Input string  `json:"in,omitempty"`
	How   Outcome `json:"how,omitempty"` // Failed, Approved, Refused or Canceled: what happened last of that
	Who   string  `json:"who,omitempty"` // the step that failed, or the person
	Text  string  `json:"text,omitempty"`
}

// Link is what the secret of a link opens: a request, for one person.
type Link struct {
	ID     int64
	Run    ID
	Step   StepID
	Person string
	Job    string // what its resume and cancel addresses name before the secret: job
	Nonce  uint32 // and resume id
	// Read is how many links had been revoked when it was read, so that a vote by it
	// need not read it again.
	Read uint64
}

// Links are the addresses of one person's one request.
type Links struct {
	Person string `json:"person"`
	Page   string `json:"page"`
	Resume string `json:"resume"`
	Cancel string `json:"cancel"`
}

// Entry is one line of the journal. IDs rise over all runs, Seq from 1 within
// one. Times never go back.
type Entry struct {
	ID    int64
	Run   ID
	Seq   int
	At    time.Time
	Event Event
}

// Pinned is a flow version as a run uses it: the flow, and the scripts and
// flows it names by path or imports, at any depth, as they were when the run started. It is
// stored by the hash of its JSON and never changes.
type Pinned struct {
	Flow    json.RawMessage            `json:"flow"`              // OpenFlow
	Scripts map[string]Code            `json:"scripts,omitempty"` // by ScriptKey
	Flows   map[string]json.RawMessage `json:"flows,omitempty"`   // by path, OpenFlow
	Modules map[string]Code            `json:"modules,omitempty"` // scripts that code imports, by path
}

// ScriptKey is the name under which a step's script is pinned: its path, and the
// hash of the version if the step asks for one.
func ScriptKey(path, hash string) string {
	if hash == "" {
		return path
	}
	return path + "@" + hash
}

// TriggerWebhook is the kind of a trigger by what a program sends. Only such runs begin
// with the flow's preprocessor.
const TriggerWebhook = "webhook"

// TriggerForm is the kind of a trigger by the page of a form.
const TriggerForm = "form"

// Outside reports whether what a run is started with came from outside: it holds no
// references.
func (t Trigger) Outside() bool {
	kind := t.Kind
	if kind == TriggerRestart {
		kind = t.Origin
	}
	return kind == TriggerWebhook || kind == TriggerForm
}

// The kinds of a run that a schedule started, and of one that is told how such a run
// ended.
const (
	TriggerSchedule = "schedule"
	TriggerHandler  = "schedule handler"
)

// Caller is the job behind a token.
type Caller struct {
	Job     string // UUID
	Run     ID
	Step    StepID
	Attempt int

	Contained bool // its code has no way to the system; see flow.Contained
}

// ByScript begins what tells that a script started a run; the id of its run follows.
const ByScript = "a script of run "

// Begun is a run that was started, with all that it takes to show it.
type Begun struct {
	ID      ID
	Flow    string  // hash of its version
	Plan    *Plan   // of that
	Entries []Entry // what happened at once
}

// ErrToken says that a caller is no running step.
var ErrToken = fault.New("api.token", "This token belongs to no running step", "A step's token is valid while the step runs.")

// MailRequest is what a script asks to be mailed.
type MailRequest struct {
	Account string   `json:"account"` // path of a gmail resource
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text,omitempty"` // SendMail only
	Ask     Ask      `json:"ask,omitzero"`   // AskByMail only
}
