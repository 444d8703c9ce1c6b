package flow

import (
	"encoding/json"
	"time"
)

// Stored is a flow in the library.
type Stored struct {
	Path    string // "u/me/refund": unique
	Summary string
	Steps   int
	JSON    []byte // the whole file, as JSON: its newest state, or what runs, as whoever returns it says
	Updated time.Time
	Problem string // why it cannot be read, if so; the bytes are kept
	Live    int    // number of the version that runs; 0: its newest state does
	Ahead   []byte // the version that runs, where the newest state is another; else nil
}

// Runs is the file that a start by the flow's path takes.
func (s *Stored) Runs() []byte {
	if s.Ahead != nil {
		return s.Ahead
	}
	return s.JSON
}

// StoredScript is one version of a script of the library.
type StoredScript struct {
	Path        string // "f/finance/charge": unique among the newest versions
	Hash        string // of this version: 16 hex digits, as flows name it
	Summary     string
	Description string
	Language    string
	Kind        string // "script", "approval", "failure", …; "" means "script"
	Content     string
	Lock        string // the lock file as it was brought; kept, not used
	Schema      Raw    // JSON Schema of the arguments; nil: read from the code
	Meta        []byte // the whole metadata file as JSON with all its fields and their order; nil: made from the fields above
	Updated     time.Time
}

// KeptFile is a file of an imported folder that Sluice does not use and gives
// back on export: schedules, folder permissions, the layout's own settings.
type KeptFile struct {
	Path string // with slashes, relative to the folder
	Data []byte
}

// Version is a state in which a flow or script of the library was saved. Those of a
// flow that somebody has named have a number.
type Version struct {
	Hash    string
	Summary string
	Saved   time.Time
	Number  int    // 1 is a flow's first; 0: a state that was saved on the way
	Name    string // "before the audit"; "" if none was given
	Edit    string // of a state that was saved on the way: what was changed; "" where that is not known
	Live    bool   // it runs when the flow is started by its path
}

// Resource is a typed connection or another named value that steps use.
type Resource struct {
	Path    string // "u/me/gmail"
	Type    string // "gmail", "postgresql", …
	Value   Raw    // nil in lists: values are sealed and read one by one
	Summary string // one line without secrets: "ops@acme.example, may send mail"
	State   ResourceState
	Updated time.Time

	Description string // what people wrote about it

	// Literal says that a step stored the value: what looks like a reference in it is text.
	Literal bool
}

// ResourceState tells whether a resource is known to work.
type ResourceState string

// States of a resource.
const (
	ResourceUntested  ResourceState = "not tested"
	ResourceConnected ResourceState = "connected"
	ResourceSignIn    ResourceState = "sign in again"
	ResourceFailing   ResourceState = "failing"
	ResourcePractice  ResourceState = "practice"
)

// Variable is a named text value.
type Variable struct {
	Path        string
	Value       string // "" in lists when Secret
	Secret      bool
	Description string // what people wrote about it
}

// Account is the value of a resource of type "gmail". Token is what scripts
// see in gmail_auth.token: a fresh access token, or "practice".
type Account struct {
	Path     string    `json:"path"` // of the resource itself, so that a script can name it
	Email    string    `json:"email"`
	Token    string    `json:"token"`
	Refresh  string    `json:"refresh_token,omitempty"` // never handed to scripts
	Expiry   time.Time `json:"expiry,omitzero"`
	Practice bool      `json:"practice,omitempty"`
}

// IsPractice reports whether a value is that of a practice account, whose mails stay here.
func IsPractice(v Raw) bool {
	var a Account
	return json.Unmarshal(v, &a) == nil && a.Practice
}
