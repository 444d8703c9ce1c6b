package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Line is one line of an approval's timeline.
type Line struct {
	When  string // "14:02:11", "now"
	Spans []Span
	Role  Role
}

// Span is a piece of a line that is drawn in one way.
type Span struct {
	Text string
	Kind SpanKind
}

// SpanKind tells how a Span is drawn.
type SpanKind int

// The kinds of spans.
const (
	Plain SpanKind = iota
	Who            // a person
	Data           // JSON
)

// Text returns a line without its looks.
func (l Line) Text() string {
	s := ""
	for _, p := range l.Spans {
		s += p.Text
	}
	return s
}

// note is something a step's timeline tells, with the people it is about.
type note struct {
	at    time.Time
	verb  string
	who   []string
	tail  string
	data  string
	role  Role
	after string // of the persons: "approved"
}

// note keeps what an entry adds to a timeline. Things that happened to several
// people at one moment become one line.
func (r *runView) note(e run.Entry) {
	id := stepOf(e.Event)
	var n note
	switch ev := e.Event.(type) {
	case run.LinkMinted:
		n = note{verb: say.Mark(textLinkFor), who: []string{ev.Person}}
		switch {
		case ev.By == "":
		case ev.By == ev.Person:
			return // it was opened to be looked at
		default:
			n.verb = say.Mark(textLinkTaken)
			if r.taken == nil {
				r.taken = map[int64]bool{}
			}
			r.taken[ev.Link] = true
		}
	case run.MailNoted:
		n = mailNote(ev)
	case run.DecisionMade:
		n = note{who: []string{ev.Person}, after: say.MarkIn("vote", textVoted), role: Good, data: payload(ev.Payload, r.formOf(id))}
		if !ev.Approve {
			n.after, n.role = say.MarkIn("vote", textRefusedIt), Bad
			if why := oneLine(ev.Reason); why != "" {
				n.tail = ": " + why
				if n.data == "“"+why+"”" {
					n.data = "" // the form asked for nothing else
				}
			}
		}
		if ev.Via == run.ViaDesktop && ev.Person != run.DesktopUser || ev.Via == run.ViaAPI || ev.Via == run.ViaScript {
			n.tail += " (" + viaWord(ev.Via) + ")"
		}
		if r.taken[ev.Link] {
			n.tail += " (" + say.T(textTaken) + ")"
		}
	case run.TimerFired:
		if ev.Kind != run.TimerDeadline {
			return
		}
		n = note{verb: say.Mark(textDeadline), role: Bad}
	case run.JobFailed:
		n = note{verb: textJobFailed(oneLine(say.Failure(ev.Err.Message))), role: Bad}
	default:
		return
	}
	n.at = e.At
	list := r.notes[id]
	for i := len(list) - 1; i >= 0 && n.after == "" && len(n.who) == 1 && n.at.Sub(list[i].at) < 2*time.Second; i-- {
		if prev := &list[i]; prev.verb == n.verb && prev.tail == n.tail {
			prev.who = with(prev.who, n.who[0])
			return
		}
	}
	r.notes[id] = append(list, n)
}

func mailNote(ev run.MailNoted) note {
	n := note{who: []string{ev.To}}
	switch ev.State {
	case run.MailQueued:
		n.verb = say.Mark(textMailQueued)
	case run.MailSending:
		n.verb = say.Mark(textMailSending)
	case run.MailSent:
		n.verb = say.Mark(textMailSent)
	case run.MailKept:
		n.verb = say.Mark(textMailKept)
	case run.MailFailed:
		n.verb, n.role = say.Mark(textMailFailed), Bad
		if ev.Title != "" {
			n.tail = ": " + ev.Title
		}
	case run.MailUnknown:
		n.verb, n.role = say.Mark(textMailUnknown), AwaitsPeople
	}
	return n
}

func viaWord(v run.Via) string {
	return cmp.Or(strings.TrimSpace(byNoHand(v)), say.T("at this computer"))
}

// formOf is the form that a request asks to fill, field by field.
func (r *runView) formOf(id run.StepID) []flow.Field {
	a, ok := r.approval(id)
	if !ok {
		return nil
	}
	list, err := flow.Fields(flow.Raw(a.Form), a.Ask.Enums, nil)
	if err != nil { // perhaps only what the step gave for it is odd
		list, _ = flow.Fields(flow.Raw(a.Form), nil, nil)
	}
	return list
}

// payload is what a vote's form says, in words: "Amount: 12 · Note: half of it".
// The one text of a gate without a form stands alone. It is empty where nothing
// was filled.
func payload(ref run.Ref, form []flow.Field) string {
	raw := ref.Inline
	if raw == nil {
		return cut(oneLine(ref.Preview), 160)
	}
	var only struct{ Message *string }
	if json.Unmarshal(raw, &only) != nil || only.Message == nil || fields(raw, nil) != "message: "+oneLine(*only.Message) {
		return cut(fields(raw, form), 160)
	}
	return cut("“"+oneLine(*only.Message)+"”", 160)
}

// fields tells a JSON value in words: an object by its fields, named as the form names
// them.
func fields(raw json.RawMessage, form []flow.Field) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return words(raw)
	}
	var parts []string
	for d.More() {
		key, err := d.Token()
		var v json.RawMessage
		if err != nil || d.Decode(&v) != nil {
			break
		}
		name, text := fmt.Sprint(key), words(v)
		if i := slices.IndexFunc(form, func(f flow.Field) bool { return f.Name == name }); i >= 0 {
			name = First(form[i].Title, name)
			for _, c := range form[i].Choices {
				if string(c.Value) == string(v) {
					text = c.Label
				}
			}
		}
		if text != "" {
			parts = append(parts, name+": "+text)
		}
	}
	return dots(parts...)
}

// words tells a JSON value as people write it; "" for nothing.
func words(v json.RawMessage) string {
	var text string
	var list []json.RawMessage
	switch {
	case json.Unmarshal(v, &text) == nil:
		return oneLine(text)
	case string(v) == "true":
		return say.T("yes")
	case string(v) == "false":
		return say.T("no")
	case json.Unmarshal(v, &list) == nil:
		var items []string
		for _, i := range list {
			items = append(items, words(i))
		}
		return strings.Join(items, ", ")
	case string(v) == "{}":
		return ""
	}
	return oneLine(string(v))
}

func (n note) line(now time.Time) Line {
	l := Line{When: clock(now, n.at), Role: n.role}
	add := func(text string, k SpanKind) {
		if text != "" {
			l.Spans = append(l.Spans, Span{text, k})
		}
	}
	add(say.Of(n.verb), Plain)
	for i, p := range n.who {
		switch {
		case i > 0:
			add(", ", Plain)
		case n.verb != "":
			add(" ", Plain)
		}
		add(p, Who)
	}
	if n.after != "" {
		add(" "+say.Of(n.after), Plain)
	}
	add(n.tail, Plain)
	if n.data != "" {
		add(" ", Plain)
		add(n.data, Data)
	}
	return l
}

// timeline tells what became of a step's request, and what it waits for now.
// That a mail waits in the outbox is dropped once it is known to be sent.
func (m *Model) timeline(r *runView, st *stepView) []Line {
	var lines []Line
	notes := r.notes[st.ID]
	sent := map[string]bool{}
	for _, n := range notes {
		if n.verb == textMailSent || n.verb == textMailKept || n.verb == textMailFailed || n.verb == textMailUnknown {
			for _, w := range n.who {
				sent[w] = true
			}
		}
	}
	mailed := false
	for _, n := range notes {
		mailed = mailed || n.verb == textMailSent || n.verb == textMailKept || n.verb == textMailQueued
	}
	for _, n := range notes {
		switch {
		case n.verb == textLinkFor && mailed, n.verb == textMailSending:
			continue
		case n.verb == textMailQueued:
			n.who = keepOnly(n.who, func(w string) bool { return !sent[w] })
			if len(n.who) == 0 {
				continue
			}
		}
		lines = append(lines, n.line(m.now))
	}
	if a, ok := r.approval(st.ID); ok && st.Phase == run.Waiting {
		lines = append(lines, Line{When: say.T("now"), Role: AwaitsPeople, Spans: []Span{{textNow(a.Required-len(approvedBy(a)), when(m.now, a.Deadline), a.Deadline.IsZero()), Plain}}})
	}
	if r.ending != nil && st.Gate != nil && st.Gate.Outcome == run.Canceled {
		lines = append(lines, Line{When: clock(m.now, r.last), Role: Bad, Spans: []Span{{textCanceledBy(r.ending.By, r.ending.Reason), Plain}}})
	}
	return lines
}

func keepOnly(list []string, hold func(string) bool) (out []string) {
	for _, s := range list {
		if hold(s) {
			out = append(out, s)
		}
	}
	return out
}
