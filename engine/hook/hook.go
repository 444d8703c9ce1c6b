// Package hook has the words of webhooks: what a hook is, how a sender signs what it
// sends, and by what a repeat of it is known. It computes, and neither listens nor stores.
package hook

import (
	"encoding/json"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"sluice/engine/fault"
)

// A Hook lets whoever knows its address start one flow of the library.
type Hook struct {
	Path      string    `json:"-"`
	Enabled   bool      `json:"-"`
	Flow      string    `json:"flow"`           // path in the library
	Also      []string  `json:"also,omitempty"` // paths of flows that its secret starts, too, as a token at Windmill's addresses
	Summary   string    `json:"summary,omitempty"`
	Headers   []string  `json:"headers,omitempty"` // handed on as arguments; to a preprocessor all are handed, or only these
	Get       bool      `json:"get,omitempty"`     // GET starts a run, too
	Sync      bool      `json:"sync,omitempty"`    // the answer waits for the end, and results are told
	Signature Signature `json:"signature,omitzero"`
	RepeatFor float64   `json:"repeat_for_s,omitempty"` // how long a delivery is known again, in seconds; 0 means a day
	Rate      float64   `json:"rate,omitempty"`         // deliveries a second in the long run; 0 means 50
	Burst     int       `json:"burst,omitempty"`        // and at once; 0 means 200

	// Key is a signing key that is to be stored, sealed. "" leaves that which is there.
	Key string `json:"-"`
}

// State is a hook as it stands.
type State struct {
	Hook
	HasKey           bool // a signing key is stored
	Created, Updated time.Time
	Today            int    // runs since midnight by this computer's clock, CountMost at most
	Last             string // run that it started last; "" for none
	LastAt           time.Time
	Refused          int       // wrong signatures within the last hour, as far as this process heard them
	Refusals         []Refusal // the last ones that this process made, newest first
	Problem          error     // why it cannot be read
}

// Refusal is what came to a hook and started nothing, alike and one after the other.
type Refusal struct {
	At    time.Time // of the last
	Why   string
	Times int
}

// CountMost is how many runs of a day are counted.
const CountMost = 1000

// Opened is what the secret of an address opens: a hook, and what tells whether it was
// changed since.
type Opened struct {
	Hook
	Secret           []byte // hash
	Signing          []byte // the key that its sender signs with, sealed
	Created, Updated int64  // nanoseconds
}

// What a hook does that says nothing else.
const (
	defaultRepeat = 24 * time.Hour
	defaultRate   = 50
	defaultBurst  = 200
)

// Starts reports whether its secret may start a flow.
func (h Hook) Starts(flow string) bool { return flow == h.Flow || slices.Contains(h.Also, flow) }

// Remembers is how long a delivery is known again.
func (h Hook) Remembers() time.Duration {
	if h.RepeatFor <= 0 {
		return defaultRepeat
	}
	return time.Duration(h.RepeatFor * float64(time.Second))
}

// Limits are how many deliveries it takes a second in the long run, and at once.
func (h Hook) Limits() (rate float64, burst int) {
	if rate = h.Rate; rate <= 0 {
		rate = defaultRate
	}
	if burst = h.Burst; burst <= 0 {
		burst = defaultBurst
	}
	return rate, burst
}

// Read reads a hook's JSON. Code hook.invalid.
func Read(path string, doc []byte) (Hook, error) {
	h := Hook{Path: path}
	if err := json.Unmarshal(doc, &h); err != nil {
		return h, fault.Because(err, "hook.invalid", "The webhook cannot be read: "+err.Error(), "It starts nothing. Delete it and make it anew.")
	}
	return h, nil
}

// JSON writes what Read reads.
func (h Hook) JSON() ([]byte, error) { return json.Marshal(h) }

// private are headers that no run's input holds: a journal keeps it for ever.
var private = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// Private reports whether a header is never handed on.
func Private(name string) bool {
	return slices.Contains(private, textproto.CanonicalMIMEHeaderKey(name))
}

// most is a year: nothing is remembered for longer.
const most = 366 * 24 * time.Hour

// Check says what is wrong with a hook's settings. Codes: hook.invalid, hook.signature.
func (h Hook) Check() error {
	const hint = "Nothing was changed."
	if h.Flow == "" {
		return fault.New("hook.invalid", "The webhook names no flow", hint)
	}
	for _, path := range h.Also {
		if strings.TrimSpace(path) == "" {
			return fault.New("hook.invalid", "One of the flows that its token starts has no path", hint)
		}
	}
	for _, name := range h.Headers {
		switch {
		case !token(name):
			return fault.Newf("hook.invalid", hint, "%q is no name of a header", name)
		case Private(name):
			return fault.Newf("hook.invalid", hint+" What a run was started with is kept.", "The header %s is not handed on: it says who somebody is", name)
		}
	}
	switch {
	case !(h.RepeatFor >= 0 && h.RepeatFor <= most.Seconds()):
		return fault.New("hook.invalid", "The time for which a delivery is known again is out of range", hint+" It is a year at most.")
	case !(h.Rate >= 0 && h.Rate <= 1e6):
		return fault.New("hook.invalid", "The deliveries a second are out of range", hint+" They are more than 0, and a million at most.")
	case h.Burst < 0 || h.Burst > 1e6:
		return fault.New("hook.invalid", "The deliveries at once are out of range", hint+" They are 1 at least, and a million at most.")
	}
	return h.Signature.Check()
}

// token reports whether a text may be the name of a header.
func token(name string) bool {
	return name != "" && len(name) <= 100 && strings.IndexFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}
