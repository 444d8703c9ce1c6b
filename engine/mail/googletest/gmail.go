package googletest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"strings"
)

// Message is a mail that Gmail took.
type Message struct {
	ID, Thread string
	Raw        []byte
	Header     mail.Header
	From, To   string // bare addresses
	Subject    string // decoded
	Text, HTML string // decoded; HTML is empty for a plain message
}

// Trouble is what Gmail does with one send.
type Trouble struct {
	Status     int    // answered with this status, 0: see below
	Reason     string // "rateLimitExceeded", …
	Message    string
	RetryAfter string // the header
	Drop       bool   // takes the mail, then closes the connection without a word
	Stall      bool   // takes the mail, then says nothing
}

// Troubles that are known from the real one.
var (
	TooMany     = Trouble{Status: 429, Reason: "rateLimitExceeded", Message: "Too many concurrent requests for user"}
	RateLimited = Trouble{Status: 403, Reason: "userRateLimitExceeded", Message: "User Rate Limit Exceeded"}
	Unavailable = Trouble{Status: 503, Reason: "backendError", Message: "Backend Error"}
	BadAddress  = Trouble{Status: 400, Reason: "invalidArgument", Message: "Invalid To header"}
	Dropped     = Trouble{Drop: true}
	Stalled     = Trouble{Stall: true}
)

// Next makes the following sends fail, one trouble each.
func (g *Google) Next(t ...Trouble) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.troubles = append(g.troubles, t...)
}

// Messages returns what was taken so far, oldest first.
func (g *Google) Messages() []Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Message(nil), g.messages...)
}

// Wait returns the messages as soon as there are n.
func (g *Google) Wait(ctx context.Context, n int) ([]Message, error) {
	for {
		g.mu.Lock()
		list, arrived := append([]Message(nil), g.messages...), g.arrived
		g.mu.Unlock()
		if len(list) >= n {
			return list, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return list, fmt.Errorf("%d of %d mails arrived: %w", len(list), n, ctx.Err())
		}
	}
}

// ForgetThreads makes every known thread unknown, as if the person had deleted
// them.
func (g *Google) ForgetThreads() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.threads)
}

func (g *Google) send(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 35<<20))
	var in struct{ Raw, ThreadID string }
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	g.mu.Lock()
	var trouble Trouble
	switch {
	case !g.allowed(r):
		trouble = Trouble{Status: 401, Reason: "authError", Message: "Invalid Credentials"}
	case err != nil:
		trouble = Trouble{Status: 400, Reason: "invalidArgument", Message: err.Error()}
	case len(g.troubles) > 0:
		trouble, g.troubles = g.troubles[0], g.troubles[1:]
	case in.ThreadID != "" && !g.threads[in.ThreadID]:
		trouble = Trouble{Status: 404, Reason: "notFound", Message: "Requested entity was not found."}
	}
	var m Message
	if trouble.Status == 0 {
		if m, err = parse(in.Raw); err != nil {
			trouble = Trouble{Status: 400, Reason: "invalidArgument", Message: err.Error()}
		}
	}
	if trouble.Status == 0 {
		m.ID = fmt.Sprintf("m%d", len(g.messages)+1)
		if m.Thread = in.ThreadID; m.Thread == "" {
			m.Thread = "t" + m.ID
		}
		g.threads[m.Thread] = true
		g.messages = append(g.messages, m)
		close(g.arrived)
		g.arrived = make(chan struct{})
	}
	g.mu.Unlock()

	switch {
	case trouble.Status != 0:
		if trouble.RetryAfter != "" {
			w.Header().Set("Retry-After", trouble.RetryAfter)
		}
		answer(w, trouble.Status, map[string]any{"error": map[string]any{
			"code": trouble.Status, "message": trouble.Message,
			"errors": []any{map[string]any{"domain": "global", "reason": trouble.Reason, "message": trouble.Message}},
		}})
	case trouble.Drop:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
	case trouble.Stall:
		select {
		case <-r.Context().Done():
		case <-g.stop:
		}
	default:
		answer(w, http.StatusOK, map[string]any{"id": m.ID, "threadId": m.Thread, "labelIds": []string{"SENT"}})
	}
}

// parse reads the mail as a mail program would.
func parse(raw string) (Message, error) {
	var m Message
	b, err := base64.URLEncoding.DecodeString(raw)
	if err != nil {
		return m, fmt.Errorf("raw: %w", err)
	}
	m.Raw = b
	msg, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return m, err
	}
	m.Header = msg.Header
	to, err := msg.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		return m, errors.New("recipient address required")
	}
	m.To = to[0].Address
	if from, err := msg.Header.AddressList("From"); err == nil {
		m.From = from[0].Address
	}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return m, err
	}
	return m, m.readBody(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body)
}

func (m *Message) readBody(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.readBody(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	switch kind {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	}
	return err
}
