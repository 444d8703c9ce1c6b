package mail

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// refund is the mail of the sample flow.
func refund() run.Mail {
	return run.Mail{
		ID: "0193", Run: "r1", Step: "b", Account: "u/me/gmail", To: "dana@acme.example",
		FlowName: "Refund with approval",
		Subject:  "Refund 120 € for Mia Berg?",
		Ask: run.Ask{
			Question: "Refund 120 € to Mia Berg?", Message: "Please check order 4711 before Friday.",
			Facts:       []run.Fact{{Label: "Order", Value: "4711"}, {Label: "Amount", Value: "120,00 €"}},
			Description: json.RawMessage(`"shown on the page"`),
		},
		Page:     "https://ops.acme.example/a/7hqk2m4xw3zrt6vb5ncp8d9fgh",
		Deadline: time.Date(2026, 11, 24, 14, 2, 0, 0, time.FixedZone("CET", 3600)), MessageID: "<0193@sluice.local>",
	}
}

// part is one part of a message, decoded.
type part struct{ Type, Body string }

// read takes a raw message apart with the standard library alone.
func read(t *testing.T, raw []byte) (mail.Header, []part) {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	decode := func(contentType, encoding string, r io.Reader) part {
		kind, params, err := mime.ParseMediaType(contentType)
		if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
			t.Fatalf("content type %q: %v", contentType, err)
		}
		if encoding != "quoted-printable" {
			t.Errorf("encoding %q", encoding)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(r))
		if err != nil {
			t.Fatal(err)
		}
		return part{kind, strings.ReplaceAll(string(b), "\r\n", "\n")}
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/alternative" {
		return msg.Header, []part{decode(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body)}
	}
	var parts []part
	r := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return msg.Header, parts
		}
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, decode(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p))
	}
}

func render(t *testing.T, m run.Mail) Message {
	t.Helper()
	msg, err := Render(m, "ops@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func TestRequestMail(t *testing.T) {
	msg := render(t, refund())
	h, parts := read(t, msg.Raw)
	for name, want := range map[string]string{
		"From": "<ops@acme.example>", "To": "<dana@acme.example>", "Message-Id": "<0193@sluice.local>",
		"Auto-Submitted": "auto-generated", "In-Reply-To": "", "Bcc": "", "User-Agent": "", "X-Mailer": "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if s, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject")); err != nil || s != "Refund 120 € for Mia Berg?" {
		t.Errorf("subject %q, %v", s, err)
	}
	if _, err := h.Date(); err != nil {
		t.Error(err)
	}
	if len(parts) != 2 || parts[0].Type != "text/plain" || parts[1].Type != "text/html" {
		t.Fatalf("parts %+v", parts)
	}
	const text = `Refund 120 € to Mia Berg?
Please decide by Tue 24 Nov 2026, 14:02 CET (UTC+01:00).

Please check order 4711 before Friday.

Order: 4711
Amount: 120,00 €

Open the request:

https://ops.acme.example/a/7hqk2m4xw3zrt6vb5ncp8d9fgh

Opening the page decides nothing. The link is yours alone: whoever has it
can decide in your name, so please do not forward it.

Refund with approval · asked by ops@acme.example
`
	if d := cmp.Diff(text, msg.Text); d != "" {
		t.Error("text (-want +got):", d)
	}
	if d := cmp.Diff(msg.Text, parts[0].Body); d != "" {
		t.Error("text as read back:", d)
	}
	if d := cmp.Diff(msg.HTML, parts[1].Body); d != "" {
		t.Error("HTML as read back:", d)
	}
	for _, want := range []string{
		"Refund 120 € to Mia Berg?", "Please decide by Tue 24 Nov 2026, 14:02 CET", "120,00 €", ">Open the request</a>",
		`href="https://ops.acme.example/a/7hqk2m4xw3zrt6vb5ncp8d9fgh"`, "prefers-color-scheme: dark",
	} {
		if !strings.Contains(strings.ReplaceAll(msg.HTML, "&#43;", "+"), want) {
			t.Errorf("the HTML lacks %q", want)
		}
	}
	// Nothing is loaded from anywhere, and nothing runs.
	for _, bad := range []string{"<img", "<script", "src=", "url(", "@import", "<link", "<form", "<iframe"} {
		if strings.Contains(msg.HTML, bad) {
			t.Errorf("the HTML has %q", bad)
		}
	}
}

func TestThread(t *testing.T) {
	first, again := refund(), refund()
	again.ID, again.MessageID, again.Thread = "0194", "<0194@sluice.local>", "thread-1"
	other := refund()
	other.To = "li@acme.example"
	h1, _ := read(t, render(t, first).Raw)
	h2, _ := read(t, render(t, again).Raw)
	h3, _ := read(t, render(t, other).Raw)
	root := h1.Get("References")
	if root == "" || h2.Get("References") != root || h2.Get("In-Reply-To") != root || h2.Get("Message-Id") == h1.Get("Message-Id") {
		t.Errorf("references %q, then %q in reply to %q", root, h2.Get("References"), h2.Get("In-Reply-To"))
	}
	if h3.Get("References") == root {
		t.Error("another person's mail is in the same thread")
	}
}

func TestPlainMail(t *testing.T) {
	m := refund()
	m.Plain, m.Text, m.Page, m.Deadline = true, "The refund is out.\n\nSluice — <b>not HTML</b>\n.\nFrom here on", "", time.Time{}
	msg := render(t, m)
	_, parts := read(t, msg.Raw)
	if d := cmp.Diff([]part{{"text/plain", m.Text}}, parts); d != "" || msg.HTML != "" {
		t.Error(d, msg.HTML)
	}
}

func TestSubject(t *testing.T) {
	for _, tt := range []struct{ subject, question, flow, want string }{
		{"Refund?", "Q", "F", "Refund?"},
		{" \n", "May it go out?", "F", "May it go out?"},
		{"", "", "Nightly\nclean-up", "Approval needed: Nightly clean-up"},
		{"Hello\r\nBcc: eve@evil.example", "", "", "Hello Bcc: eve@evil.example"},
		{strings.Repeat("long ", 100), "", "", strings.Repeat("long ", 39) + "long…"},
		{"\u202etxet desrever\x00", "", "", "txet desrever"},
	} {
		m := refund()
		m.Subject, m.Ask.Question, m.FlowName = tt.subject, tt.question, tt.flow
		if got := render(t, m).Subject; got != tt.want {
			t.Errorf("subject %q, want %q", got, tt.want)
		}
	}
}

// TestSubjectAsReadersSeeIt: whatever a subject is made of, a reader shows it as it
// is, and no line of the header is too long or empty.
func TestSubjectAsReadersSeeIt(t *testing.T) {
	for _, subject := range []string{
		"Refund?", "=?utf-8?q?hi?=", "a =?UTF-8?B?aGk=?= b", "=?", strings.Repeat("x", 200), strings.Repeat("word ", 39) + "end",
		"Bitte prüfen: " + strings.Repeat("Überweisung größerer Beträge, ", 6) + "bald", "👩‍💻 " + strings.Repeat("日本語", 40), "é", strings.Repeat("a", 50) + "é" + strings.Repeat("b ", 50) + "c",
	} {
		m := refund()
		m.Subject = subject
		msg := render(t, m)
		if msg.Subject != subject {
			t.Errorf("%q is taken as %q", subject, msg.Subject)
		}
		head, _, _ := strings.Cut(string(msg.Raw), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if len(line) > 78 || strings.HasSuffix(line, ": ") && strings.HasPrefix(line, "Subject") || strings.TrimSpace(line) == "" || line == "Subject:" {
				t.Errorf("%q: header line %q", subject, line)
			}
		}
		h, _ := read(t, msg.Raw)
		got, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if err != nil || got != strings.TrimSpace(subject) {
			t.Errorf("%q is read as %q, %v", subject, got, err)
		}
	}
}

func TestAddressIsAsServersKnowIt(t *testing.T) {
	m := refund()
	m.To = "dana@müller.example"
	if h, _ := read(t, render(t, m).Raw); h.Get("To") != "<dana@xn--mller-kva.example>" {
		t.Errorf("To: %q", h.Get("To"))
	}
}

// TestHeaderInjection: whatever flows and forms hold, the header has our fields
// and no others.
func TestHeaderInjection(t *testing.T) {
	const evil = "x\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>"
	m := refund()
	m.Subject, m.FlowName = evil, evil
	m.Ask = run.Ask{Question: evil, Message: evil, Facts: []run.Fact{{Label: evil, Value: evil}}}
	msg := render(t, m)
	h, parts := read(t, msg.Raw)
	want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "References", "Subject", "To", "X-Auto-Response-Suppress"}
	var got []string
	for name := range h {
		got = append(got, name)
	}
	if d := cmp.Diff(want, got, cmp.Transformer("sort", func(s []string) map[string]bool {
		m := map[string]bool{}
		for _, x := range s {
			m[x] = true
		}
		return m
	})); d != "" {
		t.Error("header fields (-want +got):", d)
	}
	if len(parts) != 2 || strings.Contains(msg.HTML, "<script") {
		t.Errorf("%d parts, HTML %s", len(parts), msg.HTML)
	}
	m.Subject, m.Plain, m.Text = evil, true, "t"
	if h, _ := read(t, render(t, m).Raw); h.Get("Bcc") != "" {
		t.Error("plain mail: Bcc")
	}
}

func TestRefusedMails(t *testing.T) {
	for name, spoil := range map[string]func(*run.Mail){
		"no address":               func(m *run.Mail) { m.To = "" },
		"a name":                   func(m *run.Mail) { m.To = "Dana" },
		"two addresses":            func(m *run.Mail) { m.To = "a@acme.example, b@acme.example" },
		"a line end":               func(m *run.Mail) { m.To = "a@acme.example\r\nBcc: eve@evil.example" },
		"a quoted line end":        func(m *run.Mail) { m.To = "\"a\r\nBcc: eve@evil.example\"@acme.example" },
		"other letters":            func(m *run.Mail) { m.To = "dänä@acme.example" },
		"no page":                  func(m *run.Mail) { m.Page = "" },
		"a page that runs":         func(m *run.Mail) { m.Page = "javascript:alert(1)" },
		"a page with a line end":   func(m *run.Mail) { m.Page = "https://a.example/\nx" },
		"a message id with a line": func(m *run.Mail) { m.MessageID = "<a\r\nBcc: eve@evil.example>" },
	} {
		t.Run(name, func(t *testing.T) {
			m := refund()
			spoil(&m)
			if _, err := Render(m, "ops@acme.example"); !fault.HasCode(err, "mail.refused") {
				t.Errorf("error %v", err)
			}
		})
	}
	if _, err := Render(refund(), "ops@acme.example\r\nBcc: x@y.example"); !fault.HasCode(err, "mail.refused") {
		t.Errorf("sender: %v", err)
	}
}

// TestLargeRequest: Gmail cuts a message off at about 102 kB, button included.
func TestLargeRequest(t *testing.T) {
	m := refund()
	m.Ask.Message = strings.Repeat("<&\"> words \n\n", 20000)
	for range 500 {
		m.Ask.Facts = append(m.Ask.Facts, run.Fact{Label: strings.Repeat("<label>", 50), Value: strings.Repeat("<&>", 5000)})
	}
	msg := render(t, m)
	if len(msg.HTML) > 100_000 {
		t.Errorf("%d bytes of HTML", len(msg.HTML))
	}
	for _, body := range []string{msg.Text, msg.HTML} {
		if !strings.Contains(body, "The page shows everything.") || !strings.Contains(body, m.Page) {
			t.Error("it does not say that something is missing, or the link is")
		}
	}
}

func TestWhen(t *testing.T) {
	at := time.Date(2026, 7, 1, 9, 5, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, ""},
		{at, "Wed 1 Jul 2026, 09:05 UTC"},
		{at.In(time.FixedZone("CEST", 7200)), "Wed 1 Jul 2026, 11:05 CEST (UTC+02:00)"},
		{at.In(time.FixedZone("+0530", 19800)), "Wed 1 Jul 2026, 14:35 UTC+05:30"},
		{at.In(time.FixedZone("", -10800)), "Wed 1 Jul 2026, 06:05 UTC-03:00"},
	} {
		if got := when(tt.at); got != tt.want {
			t.Errorf("when(%v) = %q, want %q", tt.at, got, tt.want)
		}
	}
}
