package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"sluice/engine/fault"
)

// Kind is how a sender signs.
type Kind string

// The kinds of signatures.
const (
	None    Kind = ""
	GitHub  Kind = "github"  // X-Hub-Signature-256
	Stripe  Kind = "stripe"  // Stripe-Signature, with the time
	Slack   Kind = "slack"   // X-Slack-Signature, version v0, with the time
	Generic Kind = "generic" // HMAC-SHA256 of the body in a header of any name
)

// Encoding is how a generic signature is written.
type Encoding string

// The encodings. Hex may have "sha256=" before it.
const (
	Hex    Encoding = ""
	Base64 Encoding = "base64"
)

// Signature is how a hook knows that what came is of its sender.
type Signature struct {
	Kind     Kind     `json:"kind,omitempty"`
	Header   string   `json:"header,omitempty"`   // of a generic one
	Encoding Encoding `json:"encoding,omitempty"` // of a generic one
	Variable string   `json:"variable,omitempty"` // path of the variable that holds the key; "" where the hook has its own
}

// Check says what is wrong with the settings of a signature; code hook.signature.
func (s Signature) Check() error {
	const hint = "Nothing was changed. The kinds are github, stripe, slack and generic."
	switch {
	case s.Kind == None && s.Variable != "":
		return fault.New("hook.signature", "There is a key and no kind of signature", hint)
	case s.Kind != None && s.Kind != GitHub && s.Kind != Stripe && s.Kind != Slack && s.Kind != Generic:
		return fault.Newf("hook.signature", hint, "%q is no kind of signature", s.Kind)
	case s.Kind == Generic && !token(s.Header):
		return fault.New("hook.signature", "A generic signature needs the name of its header", hint)
	case s.Kind != Generic && (s.Header != "" || s.Encoding != Hex):
		return fault.New("hook.signature", "Only a generic signature has a header and an encoding of its own", hint)
	case s.Encoding != Hex && s.Encoding != Base64:
		return fault.Newf("hook.signature", hint, "%q is no encoding: hex (without a word) or base64", s.Encoding)
	}
	return nil
}

// Tolerance is how far a signed time may be from ours.
const Tolerance = 300 * time.Second

func wrong(title string) error {
	return fault.New("hook.signature", title, "Nothing was started.")
}

// Verify says why a body was not signed with the key; nil if it was. What is signed is the
// body as it came.
func (s Signature) Verify(key []byte, header func(name string) string, body []byte, now time.Time) error {
	if s.Kind != None && len(key) == 0 {
		return wrong("There is no signing key") // what an empty key signed, anybody can sign
	}
	switch s.Kind {
	case None:
		return nil
	case GitHub:
		return s.one(header("X-Hub-Signature-256"), "sha256=", true, key, body)
	case Slack:
		at := header("X-Slack-Request-Timestamp")
		if err := inTime(at, now); err != nil {
			return err
		}
		return s.one(header("X-Slack-Signature"), "v0=", true, key, []byte("v0:"+at+":"), body)
	case Stripe:
		return stripe(header("Stripe-Signature"), key, body, now)
	case Generic:
		return s.one(header(s.Header), "sha256=", false, key, body)
	}
	return wrong("The kind of signature is not known")
}

// one compares a header that holds one signature.
func (s Signature) one(text, prefix string, needed bool, key []byte, parts ...[]byte) error {
	if text = strings.TrimSpace(text); text == "" {
		return wrong("The signature is missing")
	}
	rest, has := strings.CutPrefix(text, prefix)
	if needed && !has {
		return wrong("The signature is wrong")
	}
	given, err := hex.DecodeString(rest)
	if s.Encoding == Base64 {
		given, err = base64.StdEncoding.DecodeString(rest)
	}
	if err != nil || !hmac.Equal(given, sum(key, parts...)) {
		return wrong("The signature is wrong")
	}
	return nil
}

// stripe reads t=TIME,v1=SIGNATURE[,v1=…]: while a key is replaced, there are two.
func stripe(text string, key, body []byte, now time.Time) error {
	at, found := "", false
	var given [][]byte
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			if at != "" {
				return wrong("The signature is wrong")
			}
			at = value
		case "v1":
			if b, err := hex.DecodeString(value); err == nil && len(given) < 16 {
				given = append(given, b)
			}
		}
	}
	if at == "" || len(given) == 0 {
		return wrong("The signature is missing")
	}
	if err := inTime(at, now); err != nil {
		return err
	}
	want := sum(key, []byte(at+"."), body)
	for _, b := range given {
		found = hmac.Equal(b, want) || found
	}
	if !found {
		return wrong("The signature is wrong")
	}
	return nil
}

// inTime refuses what was signed long ago: somebody may have kept it.
func inTime(at string, now time.Time) error {
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return wrong("The time of the signature is missing")
	}
	if d := now.Sub(time.Unix(n, 0)); d > Tolerance || d < -Tolerance {
		return wrong("The time of the signature is more than five minutes away")
	}
	return nil
}

func sum(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}
