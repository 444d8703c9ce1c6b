package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// Message is a mail as it goes out.
type Message struct {
	Subject string
	Text    string
	HTML    string // "" for a plain message
	Raw     []byte // the whole, in MIME form
}

// Bounds that keep a mail below the size at which Gmail cuts it off. The page
// shows everything.
const (
	maxSubject = 200
	maxMessage = 3000
	maxFacts   = 30
	maxValue   = 200
)

// Render writes the message for a mail that goes out from an address. It
// returns code mail.refused for what cannot be put into a mail.
func Render(m run.Mail, from string) (Message, error) {
	to, err := address(m.To)
	if err != nil {
		return Message{}, refusedAddress(m.To, err)
	}
	sender, err := address(from)
	if err != nil {
		return Message{}, fault.Because(err, "mail.refused", fmt.Sprintf("The account's address %q cannot send mail", clip(from, 80)),
			"Sign in again under Resources. The mail is kept in the outbox.")
	}
	out := Message{Subject: subject(m)}
	if m.Plain {
		out.Text = m.Text
	} else {
		v, err := view(m, sender)
		if err != nil {
			return Message{}, err
		}
		if out.Text, out.HTML, err = v.render(); err != nil {
			return Message{}, err
		}
	}
	out.Raw, err = encode(m, out, sender, to)
	return out, err
}

// address returns the one address in text, as mail servers know it.
func address(text string) (string, error) {
	list, err := run.Addresses(text)
	if err == nil && (len(list) != 1 || strings.ContainsFunc(text, unicode.IsControl)) {
		err = fmt.Errorf("%q is not one address", text)
	}
	if err != nil {
		return "", err
	}
	return list[0], nil
}

func refusedAddress(to string, err error) error {
	return fault.Because(err, "mail.refused", fmt.Sprintf("%q is not an e-mail address", clip(to, 80)),
		"No mail was sent to it. Correct the address in the step and run again, or decide in the inbox.")
}

// subject is the mail's own, else the question, else the name of the flow.
func subject(m run.Mail) string {
	for _, s := range []string{m.Subject, m.Ask.Question} {
		if s = oneLine(s); s != "" {
			return clip(s, maxSubject)
		}
	}
	if m.Plain {
		return "(no subject)"
	}
	return clip("Approval needed: "+oneLine(m.FlowName), maxSubject)
}

// encode builds the MIME form.
func encode(m run.Mail, c Message, from, to string) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(to); err != nil {
		return nil, refusedAddress(to, err)
	}
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, subjectField(c.Subject))
	msg.SetDateWithValue(time.Now())
	if id := strings.Trim(m.MessageID, "<>"); id != "" {
		if strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) {
			return nil, fault.Newf("mail.refused", "This is a mistake in Sluice. The mail is kept in the outbox.", "The mail's id %q is not one", clip(id, 80))
		}
		msg.SetMessageIDWithValue(id)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All") // Exchange's word for the same
	if !m.Plain {
		root := threadRoot(m)
		msg.SetGenHeaderPreformatted(gomail.HeaderReferences, root)
		if m.Thread != "" {
			msg.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, root)
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, c.Text)
	if c.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, c.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return b.Bytes(), nil
}

// threadRoot is the id that all mails of one request to one person refer to, so
// that every mail program shows them together. No message has it: programs
// group by common references.
func threadRoot(m run.Mail) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", m.Run, m.Step, strings.ToLower(m.To)))
	return "<request." + hex.EncodeToString(sum[:12]) + "@sluice.local>"
}

// letter is what the templates show.
type letter struct {
	Subject, Flow, From string
	Question            string
	Paragraphs          []string
	Facts               []run.Fact
	More                bool // something was cut; the page has it
	Page                string
	Deadline            string
}

func view(m run.Mail, from string) (letter, error) {
	u, err := url.Parse(m.Page)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.ContainsAny(m.Page, " \t\r\n<>\"") {
		return letter{}, fault.Because(err, "mail.refused", "The address of the approval page is not one",
			"Check the public address under Settings. The mail is kept in the outbox.")
	}
	v := letter{
		Subject: subject(m), Flow: oneLine(m.FlowName), From: from, Page: m.Page,
		Question: clip(oneLine(m.Ask.Question), 300), Deadline: when(m.Deadline),
	}
	if v.Question == "" {
		v.Question = v.Subject
	}
	message := strings.TrimSpace(printable(m.Ask.Message))
	v.More = len([]rune(message)) > maxMessage || len(m.Ask.Facts) > maxFacts
	for p := range strings.SplitSeq(clip(message, maxMessage), "\n\n") {
		if p = strings.Trim(p, "\n"); p != "" {
			v.Paragraphs = append(v.Paragraphs, p)
		}
	}
	for _, f := range m.Ask.Facts[:min(len(m.Ask.Facts), maxFacts)] {
		value := oneLine(f.Value)
		v.More = v.More || len([]rune(value)) > maxValue
		v.Facts = append(v.Facts, run.Fact{Label: clip(oneLine(f.Label), 60), Value: clip(value, maxValue)})
	}
	return v, nil
}

// when writes a time for a reader who may sit in another zone than we.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := t.Format("MST")
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		zone = "UTC" + t.Format("-07:00")
	} else if zone != "UTC" {
		zone += t.Format(" (UTC-07:00)")
	}
	return t.Format("Mon 2 Jan 2006, 15:04 ") + zone
}

// oneLine makes any white space one blank and drops control characters.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printable drops control characters but line ends, and directional overrides,
// by which text could pose as another.
func printable(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// clip shortens s to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}
