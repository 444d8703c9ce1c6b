package flow

import "time"

// Stored is a flow in the library.
type Stored struct {
	Path    string // "u/me/refund": unique
	Summary string
	Steps   int
	JSON    []byte // the whole file, as JSON
	Updated time.Time
	Problem string // why it can not be read, if so; the bytes are kept
}

// Resource is a typed connection or another named value that steps use.
type Resource struct {
	Path    string // "u/me/gmail"
	Type    string // "gmail", "postgresql", …
	Value   Raw    // nil in lists: values are sealed and read one by one
	Summary string // one line without secrets: "ops@acme.example, may send mail"
	State   ResourceState
	Updated time.Time
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
	Path   string
	Value  string // "" in lists when Secret
	Secret bool
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
