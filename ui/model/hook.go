package model

import (
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/ui/say"
)

// HookLine tells a webhook in the list. last is the run that it started last, if that is
// known, and waits whom that waits for.
func HookLine(s hook.State, now time.Time, last run.Summary, waits string) EndpointLine {
	l := EndpointLine{Title: First(s.Summary, s.Path), Target: s.Flow, How: say.T("Webhook"), Answer: say.T("answers at once"), On: s.Enabled}
	if s.Signature.Kind != hook.None {
		l.How = dots(l.How, say.F("%s signature", SignatureWord(s.Signature.Kind)))
	}
	if s.Sync {
		l.Answer = say.T("answers with the result")
	}
	l.came(s.Problem, s.Today, s.LastAt, now)
	if s.Refused > 0 && s.Problem == nil {
		l.Ago = say.N(s.Refused, "%d wrong signature this hour", "%d wrong signatures this hour")
	}
	l.ran(last, waits)
	return l
}

// SignatureKinds are the ways in which senders sign, as they are offered.
var SignatureKinds = []hook.Kind{hook.None, hook.GitHub, hook.Stripe, hook.Slack, hook.Generic}

// SignatureWord is what a way to sign is called.
func SignatureWord(k hook.Kind) string {
	switch k {
	case hook.GitHub:
		return "GitHub"
	case hook.Stripe:
		return "Stripe"
	case hook.Slack:
		return "Slack"
	case hook.Generic:
		return "HMAC"
	case hook.None:
	}
	return say.In("signature", "No")
}

// WhoStarts says who may start the flow of a webhook by its address.
func WhoStarts(k hook.Kind) string {
	switch k {
	case hook.None:
		return say.T("Who knows the address may start the flow.")
	case hook.GitHub, hook.Stripe, hook.Slack:
		return say.F("Senders must sign as %s does: who only knows the address starts nothing.", SignatureWord(k))
	case hook.Generic:
	}
	return say.T("Senders must sign: who only knows the address starts nothing.")
}

// RefusedLine is what came to a webhook and started nothing, as its page tells it.
type RefusedLine struct {
	At   time.Time
	Why  string
	Word string
}

// RefusedLines tells what a webhook refused last, newest first.
func RefusedLines(list []hook.Refusal) (out []RefusedLine) {
	for _, r := range list {
		l := RefusedLine{At: r.At, Why: say.Engine(r.Why), Word: say.N(r.Times, "refused", "refused %d times")}
		out = append(out, l)
	}
	return out
}

// HookDraft is a webhook while somebody changes it.
type HookDraft struct {
	hook.Hook
	New    bool
	HasKey bool // a signing key is stored
	saved  string
}

// NewHook is a webhook that is about to be made.
func NewHook(path, flow string) *HookDraft {
	return &HookDraft{New: true, Hook: hook.Hook{Path: path, Flow: flow, Enabled: true}}
}

// EditHook begins to change a webhook.
func EditHook(s hook.State) *HookDraft {
	d := &HookDraft{Hook: s.Hook, HasKey: s.HasKey}
	d.saved = d.text()
	return d
}

// text is all of a webhook but whether it is on: the list switches that.
func (d *HookDraft) text() string {
	b, _ := d.JSON() // its fields can all be written
	return string(b) + d.Key
}

// Changed reports whether there is something to save.
func (d *HookDraft) Changed() bool { return d.New || d.text() != d.saved }

// Same reports whether two drafts say the same.
func (d *HookDraft) Same(o *HookDraft) bool { return d.Path == o.Path && d.text() == o.text() }

// Called is what it is called.
func (d *HookDraft) Called() string { return First(strings.TrimSpace(d.Summary), d.Path) }

// Trim takes away what nobody sees, and what the chosen way to sign does not have.
func (d *HookDraft) Trim() {
	d.Path, d.Flow = strings.TrimSpace(d.Path), strings.TrimSpace(d.Flow)
	s := &d.Signature
	s.Header, s.Variable = strings.TrimSpace(s.Header), strings.TrimSpace(s.Variable)
	if s.Kind != hook.Generic {
		s.Header, s.Encoding = "", hook.Hex
	}
	if s.Kind == hook.None {
		s.Variable = ""
	}
	if s.Kind == hook.None || s.Variable != "" {
		d.Key = ""
	}
}

// SetSignature chooses how the sender signs.
func (d *HookDraft) SetSignature(k hook.Kind) {
	d.Signature.Kind = k
	if k == hook.Generic && d.Signature.Header == "" {
		d.Signature.Header = "X-Signature-256"
	}
	d.Trim()
}

// The fields of a webhook that can be wrong.
const (
	FieldFlow      = "flow"
	FieldHeaders   = "headers"
	FieldAlso      = "also"
	FieldRate      = "rate"
	FieldBurst     = "burst"
	FieldRepeat    = "repeat_for_s"
	FieldKey       = "key"
	FieldKeyHeader = "signature_header"
	FieldVariable  = "variable"
)

// Wrong says what is wrong with the draft, and in which field.
func (d *HookDraft) Wrong() (field, err string) {
	if e := d.Check(); e != nil {
		return d.FieldOf(e), ErrorText(e)
	}
	return "", ""
}

// FieldOf names the field that an error of saving is about, "" if it is about none.
func (d *HookDraft) FieldOf(err error) string {
	switch fault.From(err).Code {
	case "flow.unknown":
		for _, path := range d.Also {
			if strings.Contains(err.Error(), path) {
				return FieldAlso
			}
		}
		return FieldFlow
	case "variable.unknown":
		return FieldVariable
	case "resource.path", "hook.path":
		return FieldPath
	case "hook.signature":
		if d.Signature.Kind == hook.Generic && d.Signature.Check() != nil {
			return FieldKeyHeader
		}
		return FieldKey
	case "hook.invalid":
		one := hook.Hook{Flow: "f/a/b", Headers: d.Headers}
		switch {
		case hook.Hook{Flow: "f/a/b", Also: d.Also}.Check() != nil:
			return FieldAlso
		case strings.TrimSpace(d.Flow) == "":
			return FieldFlow
		case one.Check() != nil:
			return FieldHeaders
		case hook.Hook{Flow: "f/a/b", RepeatFor: d.RepeatFor}.Check() != nil:
			return FieldRepeat
		case hook.Hook{Flow: "f/a/b", Rate: d.Rate}.Check() != nil:
			return FieldRate
		}
		return FieldBurst
	}
	return ""
}

// TokenOf is the secret of an address, as a token.
func TokenOf(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// CallOf is how the address of a webhook is tried from a terminal; "" for one whose sender
// signs.
func (d *HookDraft) CallOf(address string) string {
	if d.Signature.Kind != hook.None {
		return ""
	}
	return "curl -X POST " + address + " -H 'Content-Type: application/json' -d '{}'"
}
