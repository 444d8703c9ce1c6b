package hook

import (
	"encoding/json"
	"strings"

	"sluice/engine/fault"
)

// Delivery is what came to the address of a hook.
type Delivery struct {
	Flow    string              // that is to be started; "" for that of the hook
	Body    json.RawMessage     // as JSON: a form is an object, text is a text; null for nothing
	Raw     string              // as it came
	Form    bool                // its fields are texts, whatever is meant
	Headers map[string]string   // by their names in small letters, without those that are private
	Query   map[string][]string // without what is meant for us
	Key     Key
}

// Key is by what a repeat of a delivery is known.
type Key struct {
	Text string // "" for none
	// Loose is a key that stands in the body itself, other parts of which its sender may
	// change from one try to the next.
	Loose bool
}

// senders are headers by which senders name a delivery.
var senders = []string{"X-GitHub-Delivery", "Webhook-Id", "Svix-Id", "X-Slack-Request-Id", "X-Gitlab-Event-UUID", "X-Shopify-Webhook-Id"}

// keyMost bounds the name of a delivery, in bytes.
const keyMost = 255

// KeyOf finds by what a repeat of a delivery is known: what the signed body of Stripe or
// Slack says, as nobody else can write that; else the header Idempotency-Key, else one of
// its sender. Code hook.key.
func KeyOf(kind Kind, header func(name string) string, body json.RawMessage) (Key, error) {
	var named struct {
		ID    string `json:"id"`
		Event string `json:"event_id"`
	}
	if (kind == Stripe || kind == Slack) && json.Unmarshal(body, &named) == nil {
		id := named.ID
		if kind == Slack {
			id = named.Event
		}
		if id != "" && len(id) <= keyMost {
			return Key{Text: string(kind) + ": " + id, Loose: true}, nil
		}
	}
	for _, name := range append([]string{"Idempotency-Key"}, senders...) {
		text := strings.TrimSpace(header(name))
		if len(text) > keyMost {
			return Key{}, fault.Newf("hook.key", "Nothing was started.", "%s is longer than %d bytes", name, keyMost)
		}
		if text != "" {
			return Key{Text: strings.ToLower(name) + ": " + text}, nil
		}
	}
	return Key{}, nil
}

// Receipt is what became of a delivery.
type Receipt struct {
	Run      string
	Repeated bool // it had come before, and Run is that of the first time
}

// Outcome is how a run of a hook stands.
type Outcome struct {
	Run       string
	Status    string
	Outcome   string          // "" while it is not over
	Result    json.RawMessage // of one that succeeded
	Error     json.RawMessage // of one that did not: an object with name and message
	TooLarge  bool            // the result is not handed out
	Suspended bool            // it waits for people
}

// Over reports whether the run has ended.
func (o Outcome) Over() bool { return o.Outcome != "" }
