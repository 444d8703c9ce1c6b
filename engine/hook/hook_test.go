package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
)

// headers are those of a request, by their names as they are asked for.
type headers map[string]string

func (h headers) get(name string) string { return h[strings.ToLower(name)] }

func signed(key, text string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// Each kind takes what its sender signs, and nothing else. The first two are examples of
// their makers.
func TestVerify(t *testing.T) {
	const slackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	now := time.Unix(1_800_000_000, 0)
	at := fmt.Sprint(now.Unix())
	hexOf := func(text string) string { return hex.EncodeToString(signed("k", text)) }
	generic := Signature{Kind: Generic, Header: "X-Sum"}
	in64 := Signature{Kind: Generic, Header: "X-Sum", Encoding: Base64}
	for _, tt := range []struct {
		name    string
		s       Signature
		key     string
		headers headers
		body    string
		now     time.Time
		ok      bool
	}{
		{"github, its example", Signature{Kind: GitHub}, "It's a Secret to Everybody", headers{"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}, "Hello, World!", now, true},
		{"slack, its example", Signature{Kind: Slack}, "8f742231b10e8888abcd99yyyzzz85a5", headers{"x-slack-request-timestamp": "1531420618", "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"}, slackBody, time.Unix(1531420618, 0), true},
		{"none", Signature{}, "", nil, "x", now, true},
		{"github", Signature{Kind: GitHub}, "k", headers{"x-hub-signature-256": "sha256=" + hexOf("x")}, "x", now, true},
		{"github, another body", Signature{Kind: GitHub}, "k", headers{"x-hub-signature-256": "sha256=" + hexOf("x")}, "x ", now, false},
		{"github, another key", Signature{Kind: GitHub}, "l", headers{"x-hub-signature-256": "sha256=" + hexOf("x")}, "x", now, false},
		{"github, an empty key", Signature{Kind: GitHub}, "", headers{"x-hub-signature-256": "sha256=" + hex.EncodeToString(signed("", "x"))}, "x", now, false},
		{"github, the old header", Signature{Kind: GitHub}, "k", headers{"x-hub-signature": "sha1=00"}, "x", now, false},
		{"github, without its prefix", Signature{Kind: GitHub}, "k", headers{"x-hub-signature-256": hexOf("x")}, "x", now, false},
		{"github, half of it", Signature{Kind: GitHub}, "k", headers{"x-hub-signature-256": "sha256=" + hexOf("x")[:32]}, "x", now, false},
		{"slack, late", Signature{Kind: Slack}, "k", headers{"x-slack-request-timestamp": at, "x-slack-signature": "v0=" + hexOf("v0:"+at+":x")}, "x", now.Add(Tolerance + time.Second), false},
		{"slack, early", Signature{Kind: Slack}, "k", headers{"x-slack-request-timestamp": at, "x-slack-signature": "v0=" + hexOf("v0:"+at+":x")}, "x", now.Add(-Tolerance - time.Second), false},
		{"slack, another time", Signature{Kind: Slack}, "k", headers{"x-slack-request-timestamp": fmt.Sprint(now.Unix() + 1), "x-slack-signature": "v0=" + hexOf("v0:"+at+":x")}, "x", now, false},
		{"slack, no time", Signature{Kind: Slack}, "k", headers{"x-slack-signature": "v0=" + hexOf("v0::x")}, "x", now, false},
		{"stripe", Signature{Kind: Stripe}, "k", headers{"stripe-signature": "t=" + at + ",v1=" + hexOf(at+".x") + ",v0=00"}, "x", now.Add(Tolerance), true},
		{"stripe, with an old and a new key", Signature{Kind: Stripe}, "k", headers{"stripe-signature": "t=" + at + ",v1=" + hexOf("other") + ",v1=" + hexOf(at+".x")}, "x", now, true},
		{"stripe, late", Signature{Kind: Stripe}, "k", headers{"stripe-signature": "t=" + at + ",v1=" + hexOf(at+".x")}, "x", now.Add(Tolerance + time.Second), false},
		{"stripe, two times", Signature{Kind: Stripe}, "k", headers{"stripe-signature": "t=" + at + ",t=1,v1=" + hexOf(at+".x")}, "x", now, false},
		{"stripe, only the scheme for tests", Signature{Kind: Stripe}, "k", headers{"stripe-signature": "t=" + at + ",v0=" + hexOf(at+".x")}, "x", now, false},
		{"generic", generic, "k", headers{"x-sum": hexOf("x")}, "x", now, true},
		{"generic, with a prefix", generic, "k", headers{"x-sum": "sha256=" + strings.ToUpper(hexOf("x"))}, "x", now, true},
		{"generic in base64", in64, "k", headers{"x-sum": base64.StdEncoding.EncodeToString(signed("k", "x"))}, "x", now, true},
		{"generic in hex where base64 is asked for", in64, "k", headers{"x-sum": hexOf("x")}, "x", now, false},
		{"generic, missing", generic, "k", nil, "x", now, false},
		{"a kind that is not known", Signature{Kind: "md5"}, "k", nil, "x", now, false},
	} {
		err := tt.s.Verify([]byte(tt.key), tt.headers.get, []byte(tt.body), tt.now)
		if (err == nil) != tt.ok || err != nil && !fault.HasCode(err, "hook.signature") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// What cannot be a hook is refused with a code.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		h    Hook
		code fault.Code
	}{
		{Hook{Flow: "f/a/b"}, ""},
		{Hook{Flow: "f/a/b", Headers: []string{"X-Shop"}, Signature: Signature{Kind: Generic, Header: "X-Sum"}}, ""},
		{Hook{}, "hook.invalid"},
		{Hook{Flow: "f/a/b", Headers: []string{"authorization"}}, "hook.invalid"},
		{Hook{Flow: "f/a/b", Headers: []string{"a b"}}, "hook.invalid"},
		{Hook{Flow: "f/a/b", Rate: -1}, "hook.invalid"},
		{Hook{Flow: "f/a/b", RepeatFor: 1e12}, "hook.invalid"},
		{Hook{Flow: "f/a/b", Signature: Signature{Kind: "md5"}}, "hook.signature"},
		{Hook{Flow: "f/a/b", Signature: Signature{Kind: Generic}}, "hook.signature"},
		{Hook{Flow: "f/a/b", Signature: Signature{Kind: GitHub, Header: "X-Sum"}}, "hook.signature"},
		{Hook{Flow: "f/a/b", Signature: Signature{Kind: Generic, Header: "X-Sum", Encoding: "hex32"}}, "hook.signature"},
		{Hook{Flow: "f/a/b", Signature: Signature{Variable: "u/me/key"}}, "hook.signature"},
	} {
		err := tt.h.Check()
		if (err == nil) != (tt.code == "") || err != nil && !fault.HasCode(err, tt.code) {
			t.Errorf("%+v: %v, want %q", tt.h, err, tt.code)
		}
	}
}

// A delivery is known again by what its sender calls it.
func TestKeyOf(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kind    Kind
		headers headers
		body    string
		want    Key
	}{
		{"nothing", None, nil, `{"id":"evt_1"}`, Key{}},
		{"the header for it", None, headers{"idempotency-key": "a", "x-github-delivery": "b"}, `{}`, Key{Text: "idempotency-key: a"}},
		{"github", GitHub, headers{"x-github-delivery": "b"}, `{}`, Key{Text: "x-github-delivery: b"}},
		{"standard webhooks", None, headers{"webhook-id": "msg_1"}, `{}`, Key{Text: "webhook-id: msg_1"}},
		{"stripe", Stripe, nil, `{"id":"evt_1"}`, Key{Text: "stripe: evt_1", Loose: true}},
		{"stripe, no event", Stripe, nil, `[1]`, Key{}},
		{"slack", Slack, nil, `{"event_id":"Ev1"}`, Key{Text: "slack: Ev1", Loose: true}},
		{"slack, by header", Slack, headers{"x-slack-request-id": "r"}, `{}`, Key{Text: "x-slack-request-id: r"}},
		{"an event that is signed goes before what is not", Stripe, headers{"idempotency-key": "a"}, `{"id":"evt_1"}`, Key{Text: "stripe: evt_1", Loose: true}},
	} {
		got, err := KeyOf(tt.kind, tt.headers.get, json.RawMessage(tt.body))
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
	if _, err := KeyOf(None, headers{"idempotency-key": strings.Repeat("x", 256)}.get, nil); !fault.HasCode(err, "hook.key") {
		t.Errorf("a long key: %v", err)
	}
}
