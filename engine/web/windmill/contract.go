// Package windmill serves the jobs of this computer the part of Windmill's API that
// clients in scripts call, and Sluice's own calls of hub scripts.
//
// # Why a job may not do all that its token could open
//
// The token of a job names the job. With it a script may read the library,
// start runs, and read and cancel its own run, those that its run started and
// those of the same flow. It never votes in a person's name: a decision comes by a
// person's link, from the person at this computer, or, told as such, by a link
// that a script asked for in nobody's name.
package windmill

import (
	"context"
	"encoding/json"
	"iter"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Requests is what the local listener reads of what people are asked.
type Requests interface {
	// Approval returns the request that a link's secret opens. Codes: as of
	// page.Approvals.
	Approval(ctx context.Context, secret string) (run.Approval, error)
	// Link returns what a link's secret opens; code link.unknown if there is none.
	Link(ctx context.Context, secret string) (run.Link, error)
	// MayBeLink is false where no link has that secret. It is asked of very many texts.
	MayBeLink(secret string) bool
}

// API is what the local listener needs of the engine. Every call is made by a
// job, named by its token.
type API interface {
	// Caller returns the job that a token belongs to; code api.token if none.
	Caller(ctx context.Context, token string) (run.Caller, error)
	// ResumeLinks mints (or returns, for the same nonce) a job's link for a person.
	ResumeLinks(ctx context.Context, c run.Caller, nonce uint32, approver string) (run.Links, error)
	// AskByMail notes what is asked, mints one link per person and queues one
	// mail each, all in one transaction. Whoever has a mail of the step already
	// gets no other.
	AskByMail(ctx context.Context, c run.Caller, req run.MailRequest) error
	// SendMail queues a plain message.
	SendMail(ctx context.Context, c run.Caller, req run.MailRequest) error

	// Waits hears that a job waits for a run, so that it keeps no worker from it.
	Waits(ctx context.Context, c run.Caller)

	UserState(ctx context.Context, id run.ID, key string) (json.RawMessage, error) // null if unset
	SetUserState(ctx context.Context, id run.ID, key string, value json.RawMessage) error

	Workspace
	Schedules
	Jobs
}

// Workspace is what jobs read and write by path.
type Workspace interface {
	Resource(ctx context.Context, path string) (json.RawMessage, error) // interpolated; code resource.unknown
	ResourceExists(ctx context.Context, path string) (bool, error)
	Resources(ctx context.Context) ([]flow.Resource, error) // without values
	SetResource(ctx context.Context, path, typ string, value json.RawMessage) error
	PutResource(ctx context.Context, r flow.Resource) error // a nil value or empty description keeps the one that is there
	DescribeResource(ctx context.Context, path, text string) error
	DeleteResource(ctx context.Context, path string) error

	Variable(ctx context.Context, path string) (string, error) // code variable.unknown
	VariableExists(ctx context.Context, path string) (bool, error)
	Variables(ctx context.Context) ([]flow.Variable, error) // secret ones without values
	SetVariable(ctx context.Context, v flow.Variable) error
	DeleteVariable(ctx context.Context, path string) error

	Flows(ctx context.Context) ([]flow.Stored, error)
	Flow(ctx context.Context, path string) (flow.Stored, error) // code flow.unknown
	FlowVersion(ctx context.Context, hash string) ([]byte, error)
	Scripts(ctx context.Context) ([]flow.StoredScript, error)                 // the newest versions
	Script(ctx context.Context, path string) (flow.StoredScript, error)       // code script.unknown
	ScriptByHash(ctx context.Context, hash string) (flow.StoredScript, error) // code script.unknown
	ScriptVersions(ctx context.Context, path string) ([]flow.Version, error)  // newest first
}

// Jobs is what it takes to start runs and to tell of them.
type Jobs interface {
	Start(ctx context.Context, req run.Request) (run.Begun, error)
	Cancel(ctx context.Context, id run.ID, by, reason string) error
	Run(ctx context.Context, id run.ID) (run.Summary, error) // code run.unknown
	ListRuns(ctx context.Context, q RunQuery) ([]run.Summary, error)
	// CountRuns counts the runs of a query, whatever its limit, and those of them that
	// wait for people.
	CountRuns(ctx context.Context, q RunQuery) (all, suspended int, err error)
	Log(ctx context.Context, id run.ID) ([]run.Entry, error)
	PlanOf(ctx context.Context, hash string) (*run.Plan, error)
	Value(ctx context.Context, ref run.Ref) (json.RawMessage, error)
	// BlobPart reads up to n bytes of a large value's JSON from an offset on, and
	// the size of the whole; code value.unknown.
	BlobPart(ctx context.Context, hash string, offset int64, n int) (part []byte, size int64, err error)
	Logs(ctx context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error)
	LastEntry(ctx context.Context) (int64, error)
	Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error]
}

// RunQuery selects runs, newest first. Zero fields select everything.
type RunQuery struct {
	Open   bool // only runs that are not over
	Status run.Status
	Path   string
	Before run.ID // only runs older than this one, to page on
	Limit  int
	Near   *Near // only these
}

// Near are the runs that a job may read and cancel: its own, those that its run
// started, and those of the same flow.
type Near struct {
	Run  run.ID
	By   string // who started what the run started
	Path string // of the flow; "" if it has none
}

func (n Near) has(s run.Summary) bool {
	return s.ID == n.Run || s.Trigger.By == n.By || n.Path != "" && s.Path == n.Path
}
