// Package form has the words of forms: pages made of the input of a flow or script of the
// library, by which a person starts a run of it. It computes, and neither listens nor
// stores.
package form

import (
	"encoding/json"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// A Form lets whoever knows its address, or has a link of their own, start one flow or
// script of the library by a page.
type Form struct {
	Path      string `json:"-"`
	Enabled   bool   `json:"-"`
	Flow      string `json:"flow,omitempty"`       // path in the library, or
	Script    string `json:"script,omitempty"`     // that of a script
	Title     string `json:"title,omitempty"`      // "" is the summary of what it starts
	Text      string `json:"text,omitempty"`       // above the fields, as Markdown; "" is the description of what it starts
	Button    string `json:"button,omitempty"`     // "" is Start
	Next      string `json:"next,omitempty"`       // what happens next, told on the page and after it was sent
	Result    bool   `json:"result,omitempty"`     // who sent it is told the result of the run
	LinksOnly bool   `json:"links_only,omitempty"` // only personal links open it
	Once      bool   `json:"once,omitempty"`       // each personal link starts one run

	Rate  float64 `json:"rate,omitempty"`  // what is sent a second in the long run; 0 means 5
	Burst int     `json:"burst,omitempty"` // and at once; 0 means 100
}

// State is a form as it stands.
type State struct {
	Form
	Links            []Link    // by person
	Last             string    // the run that it started last; "" for none
	LastAt           time.Time // when
	Today            int       // how many runs it started today, CountMost at most
	Created, Updated time.Time
	Problem          error // why it cannot be read
}

// CountMost is up to how many runs of a day are counted.
const CountMost = 1000

// Link is a link to a form for one person. Its address is told once, when it is made.
type Link struct {
	Person  string    `json:"person"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"` // when it last started a run
}

// Sheet is what the page of a form shows.
type Sheet struct {
	Title  string
	Text   string // Markdown
	Button string
	Next   string
	Schema json.RawMessage // of the fields; nil for none

	Given map[string]json.RawMessage // inputs that are not asked: see SenderField
}

// SenderField is the input that is told whose link it was, where what a form starts has
// one. Nobody is asked for it; by the form's own address, which anybody may have, it is
// Anonymous: nobody is called so.
const (
	SenderField = "submitted_by"
	Anonymous   = "anonymous"
)

// Opened is what the secret of an address opens: a form, for one person or for anybody.
type Opened struct {
	Form
	Sheet   Sheet
	Problem error  // why it can start nothing now
	Person  string // whose link it is; "" for the form's own address
	Sent    bool   // where each link starts one run: this one did
	Secret  []byte // hash of the form's own
	Link    []byte // hash of the link's; nil for the form's own address
	Updated int64  // nanoseconds
}

// Submission is what somebody sent by the page of a form.
type Submission struct {
	Key   string          // what the page was marked with: the same one starts nothing twice
	Input json.RawMessage // an object that fits the form
	Stale bool            // the page is too old to start anything: it is told what was sent before
}

// Receipt is what became of a submission.
type Receipt struct {
	Key      string // by which FormReceipt tells how it stands
	Repeated bool   // it had been sent before, and Key is that of the first time
}

// Standing is how the run of a submission stands.
type Standing struct {
	Sent      time.Time
	Over      bool
	Suspended bool // it waits for people
	Succeeded bool
	Ended     time.Time
	Result    json.RawMessage // where the form tells it
	TooLarge  bool            // the result is not handed out
	Error     string          // in words, where the form tells the result
}

// What a form does that says nothing else.
const (
	defaultRate  = 5
	defaultBurst = 100
	// DefaultButton is what its button says.
	DefaultButton = "Start"
)

// Limits are how much may be sent a second in the long run, and at once.
func (f Form) Limits() (rate float64, burst int) {
	if rate = f.Rate; rate <= 0 {
		rate = defaultRate
	}
	if burst = f.Burst; burst <= 0 {
		burst = defaultBurst
	}
	return rate, burst
}

// Starts is the path of what it starts.
func (f Form) Starts() string {
	if f.Script != "" {
		return f.Script
	}
	return f.Flow
}

// Read reads a form's JSON. Code form.invalid.
func Read(path string, doc []byte) (Form, error) {
	f := Form{Path: path}
	if err := json.Unmarshal(doc, &f); err != nil {
		return f, fault.Because(err, "form.invalid", "The form cannot be read: "+err.Error(), "It starts nothing. Delete it and make it anew.")
	}
	return f, nil
}

// JSON writes what Read reads.
func (f Form) JSON() ([]byte, error) { return json.Marshal(f) }

// Bounds of the texts of a form, in runes.
const (
	maxLine = 200
	maxText = 20000
)

// Check says what is wrong with a form's settings. Code form.invalid.
func (f Form) Check() error {
	const hint = "Nothing was changed."
	wrong := func(title string) error { return fault.New("form.invalid", title, hint) }
	switch {
	case f.Flow == "" && f.Script == "":
		return wrong("The form names neither a flow nor a script")
	case f.Flow != "" && f.Script != "":
		return wrong("The form names a flow and a script")
	case utf8.RuneCountInString(f.Title) > maxLine || utf8.RuneCountInString(f.Button) > maxLine || strings.ContainsAny(f.Title+f.Button, "\r\n"):
		return fault.Newf("form.invalid", hint, "The title or the button of the form is longer than a line of %d letters", maxLine)
	case utf8.RuneCountInString(f.Text) > maxText || utf8.RuneCountInString(f.Next) > maxText:
		return fault.Newf("form.invalid", hint, "A text of the form is longer than %d letters", maxText)
	case !(f.Rate >= 0 && f.Rate <= 1e6) || f.Burst < 0 || f.Burst > 1e6:
		return wrong("A limit of the form is out of range")
	}
	return nil
}

// PersonOf checks whom a link is for, and says who that is: whoever is written otherwise is
// the same person. Code form.person.
func PersonOf(name string) (string, error) {
	person := run.PersonOf(name)
	switch {
	case person == "" || person == Anonymous || run.IsUnnamed(person):
		return "", fault.New("form.person", "The link is for nobody", "Nothing was changed. Give a name or an address.")
	case utf8.RuneCountInString(person) > maxLine:
		return "", fault.Newf("form.person", "Nothing was changed.", "The name is longer than %d letters", maxLine)
	}
	return person, nil
}

// SheetOf is the page of a form of something with a summary, a description and a schema.
func (f Form) SheetOf(summary, description string, schema flow.Raw) Sheet {
	s := Sheet{Title: first(f.Title, summary, strings.ReplaceAll(path.Base(f.Starts()), "_", " ")), Text: first(f.Text, description), Button: first(f.Button, DefaultButton), Next: f.Next}
	if text := strings.TrimSpace(string(schema)); text != "" && text != "null" {
		s.Schema = json.RawMessage(schema)
	}
	return s
}

// By is the page for a person, "" for anybody.
func (s Sheet) By(person string) Sheet {
	var asks struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(s.Schema, &asks) != nil || asks.Properties[SenderField] == nil {
		return s
	}
	if b, err := json.Marshal(first(person, Anonymous)); err == nil {
		s.Given = map[string]json.RawMessage{SenderField: b}
	}
	return s
}

// With is an input with those that were not asked, whatever it says of them.
func (s Sheet) With(input json.RawMessage) (json.RawMessage, error) {
	if len(s.Given) == 0 {
		return input, nil
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(input, &all); err != nil || all == nil {
		return input, nil // the start says what is wrong
	}
	same := true
	for name, v := range s.Given {
		same = same && string(all[name]) == string(v)
		all[name] = v
	}
	if same {
		return input, nil
	}
	return json.Marshal(all)
}

// first is the first text that says something.
func first(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
