package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	// eachMost is how much of one value is looked through: what a Ref holds of a large one.
	eachMost = 1024
	// sideMost is how much of what a run is found by is kept of its beginning, and as much of
	// its end.
	sideMost = 8 << 10
	// entriesMost is how many entries of a run are read from its beginning, and lastMost how
	// many of its end.
	entriesMost, lastMost = 2000, 300
	// personsMost is by how many people a run is found.
	personsMost = 200
	// noteMost is how much a list tells of why, briefMost of how many inputs, and briefEach
	// how much of each.
	noteMost, briefMost, briefEach = 200, 3, 40
)

// secretName are the names of what people keep to themselves: what stands below such a name
// is never indexed.
var secretName = regexp.MustCompile(`(?i)passw|passphrase|secret|token|api.?key|private.?key|credential|authorization|cookie|signature|\bpin\b|\botp\b`)

// collected is text up to a bound: of what is longer the beginning and the end.
type collected struct{ first, last strings.Builder }

func (c *collected) add(text string) {
	if text == "" {
		return
	}
	text = cut(text, eachMost)
	if c.first.Len() < sideMost {
		c.first.WriteString(text)
		c.first.WriteByte('\n')
		return
	}
	if c.last.Len() > 2*sideMost {
		rest := c.last.String()
		c.last.Reset()
		c.last.WriteString(strings.ToValidUTF8(rest[len(rest)-sideMost:], ""))
	}
	c.last.WriteString(text)
	c.last.WriteByte('\n')
}

// text is what was collected, without what looks like the secret of a link.
func (c *collected) text() string {
	rest := c.last.String()
	if len(rest) > sideMost {
		rest = strings.ToValidUTF8(rest[len(rest)-sideMost:], "")
	}
	whole := []byte(c.first.String() + rest)
	return string(run.WithoutSecrets(whole, always, always))
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// doc is what a run is found by.
type doc struct {
	input, result, people collected
	hidden                map[string]bool // names of inputs that are passwords
	persons               map[string]bool
	values                bool // those of the run may be kept
	told                  run.Told
}

// newDoc begins what a run of a plan is found by. The values of a flow that asks for some of
// them to be erased are not taken in at all.
func newDoc(plan *run.Plan) *doc {
	d := &doc{hidden: map[string]bool{}, persons: map[string]bool{}}
	if plan == nil {
		return d
	}
	d.values = !plan.Erases()
	fields, err := flow.Fields(plan.Flow().Schema, nil, nil)
	if err != nil {
		d.values = false // which of them are passwords is not known
	}
	d.hide(fields)
	flow.Walk(plan.Flow(), func(m *flow.Module, _ flow.Place, _ int) {
		if m.Suspend == nil || m.Suspend.ResumeForm == nil {
			return
		}
		fields, err := flow.Fields(m.Suspend.ResumeForm.Schema, nil, nil)
		if err != nil {
			d.values = false
		}
		d.hide(fields)
	})
	return d
}

func (d *doc) hide(fields []flow.Field) {
	for _, f := range fields {
		if f.Kind == flow.FieldPassword {
			d.hidden[f.Name] = true
		}
		d.hide(f.Fields)
		for _, v := range f.Variants {
			d.hide(v.Fields)
		}
	}
}

// take takes in what an entry tells.
func (d *doc) take(ev run.Event) {
	switch ev := ev.(type) {
	case run.Started:
		d.person(ev.Trigger.Person)
		d.value(&d.input, ev.Input)
		d.told.Input = d.brief()
	case run.JobSucceeded:
		d.value(&d.result, ev.Result)
	case run.JobFailed:
		d.failure(&ev.Err)
		d.tell(run.Failed, string(ev.Step), ev.Err.Message)
	case run.Evaluated:
		if d.failure(ev.Err); ev.Err != nil {
			d.tell(run.Failed, string(ev.Step), ev.Err.Message)
		}
	case run.DecisionMade:
		how := run.Refused
		if ev.Approve {
			how = run.Approved
		}
		d.tell(how, ev.Person, ev.Reason)
		d.person(ev.Person)
		d.value(&d.result, ev.Payload)
		d.say(ev.Reason)
	case run.AskNoted:
		d.say(ev.Ask.Question)
		d.say(ev.Ask.Message)
		for _, f := range ev.Ask.Facts {
			if !d.secret(f.Label) {
				d.say(f.Value)
			}
		}
	case run.LinkMinted:
		d.person(ev.Person)
	case run.MailNoted:
		d.person(ev.To)
	case run.CancelRequested:
		d.person(ev.By)
		d.tell(run.Canceled, ev.By, ev.Reason)
		d.say(ev.Reason)
	case run.Admitted, run.Recalled, run.JobStarted, run.JobLost, run.JobInterrupted, run.TimerFired:
		// They tell of no text that somebody wrote.
	}
}

func (d *doc) person(name string) {
	if key := run.PersonOf(name); name != "" && !d.persons[key] && len(d.persons) < personsMost {
		d.persons[key] = true
		d.people.add(name)
	}
}

// tell notes what a list tells of how a run came to where it is.
func (d *doc) tell(how run.Outcome, who, text string) {
	if !d.values {
		text = ""
	}
	text = string(run.WithoutSecrets([]byte(cut(strings.Join(strings.Fields(text), " "), noteMost)), always, always))
	d.told.How, d.told.Who, d.told.Text = how, cut(who, noteMost), text
}

// brief is the beginning of what went in.
func (d *doc) brief() string {
	lines := strings.SplitN(d.input.text(), "\n", briefMost+1)
	var out []string
	for _, line := range lines[:min(len(lines), briefMost)] {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, cut(line, briefEach))
		}
	}
	return strings.Join(out, " · ")
}

func always([]byte) bool { return true }

func (d *doc) say(text string) {
	if d.values {
		d.result.add(text)
	}
}

func (d *doc) failure(f *run.Failure) {
	if f != nil {
		d.say(f.Message)
	}
}

func (d *doc) secret(name string) bool { return d.hidden[name] || secretName.MatchString(name) }

// value takes in what a value says, as far as it is at hand.
func (d *doc) value(to *collected, ref run.Ref) {
	if !d.values {
		return
	}
	for _, item := range ref.Items {
		d.value(to, item)
	}
	switch {
	case ref.Inline != nil:
		d.json(to, ref.Inline)
	case ref.Preview != "" && ref.Item == 0:
		d.json(to, []byte(ref.Preview))
	}
}

// json takes in the texts and numbers of JSON, which may be cut off: of a text that is, what
// it was is not known, so it is left out.
func (d *doc) json(to *collected, raw []byte) {
	type level struct{ object, name, hidden bool }
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	stack := []level{{}}
	hidden := false // what comes next
	for {
		tok, err := dec.Token()
		if err != nil {
			return
		}
		top := &stack[len(stack)-1]
		if s, ok := tok.(string); ok && top.object && top.name {
			top.name, hidden = false, top.hidden || d.secret(s)
			continue
		}
		switch tok := tok.(type) {
		case json.Delim:
			if tok == '{' || tok == '[' {
				stack = append(stack, level{object: tok == '{', name: tok == '{', hidden: hidden || top.hidden})
				hidden = false
				continue
			}
			stack = stack[:len(stack)-1]
			top = &stack[len(stack)-1]
		case string:
			if !hidden && !top.hidden {
				to.add(tok)
			}
		case json.Number:
			if !hidden && !top.hidden {
				to.add(tok.String())
			}
		}
		top.name, hidden = top.object, false
	}
}

// of is the whole of it.
func (d *doc) of(row sqlite.Run) sqlite.TextDoc {
	note, _ := json.Marshal(d.told) // texts alone
	return sqlite.TextDoc{Run: row.Key, UUID: row.UUID, End: row.End, Name: row.Name + "\n" + row.Path, Input: d.input.text(), Result: d.result.text(), People: d.people.text(), Marks: strings.Join(d.marks(row), " "), Note: string(note)}
}

// marks are what a run is told by besides words.
func (d *doc) marks(row sqlite.Run) []string {
	marks := []string{mark("outcome", row.Outcome), mark("path", row.Path)}
	for person := range d.persons {
		marks = append(marks, mark("person", person))
	}
	return marks
}

// mark writes something as one word, which nobody would look for.
func mark(what, is string) string {
	sum := sha256.Sum256([]byte(what + " " + is))
	return "m" + hex.EncodeToString(sum[:10])
}
