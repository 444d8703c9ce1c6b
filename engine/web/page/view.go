package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // page.html, page.css and page.js
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/web"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// pageScript hides the fields whose conditions do not hold. It asks the server for
// them, so that no expression of a flow is run in an approver's browser.
//
//go:embed page.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// contentPolicy lets a page load nothing, run nothing, and send its form to
// where it came from only. Its one style sheet is named by its hash.
var contentPolicy = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}()

// conditionPolicy lets a page with conditions besides run its one script, named by its
// hash, which asks where the page came from.
var conditionPolicy = func() string {
	sum := sha256.Sum256([]byte(pageScript))
	return contentPolicy + "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; connect-src 'self'"
}()

// view is everything that page.html draws.
type view struct {
	CSS          template.CSS
	Script       template.JS // of a form with conditions, else none
	Title        string
	Trail        []string // flow and step
	Badge, Tone  string
	Heading      string
	Message      string
	Person       string
	Role         string // in which the person fills the form in
	Status       *note
	Links        []noteLink // below the status
	Note         string     // above the form
	NoteLinks    []noteLink
	Description  template.HTML
	Result       template.HTML // of what the person started
	Refresh      int           // seconds until a browser asks again; 0: it does not
	Facts        []run.Fact
	People       []personView
	Answers      []run.Fact // what you sent
	AnswersTitle string
	Form         *formView
	Retry        []hidden
	Action       string
	Next         string
	NextRich     template.HTML // the same of a form, where it is Markdown
	Foot         string
	Preview      bool // nothing can be pressed
}

type personView struct {
	Initial, Name, What, Kind string
}

// noteLink leads on from a note.
type noteLink struct{ Address, Text string }

type formView struct {
	Token    string
	Does     string // what pressing its button is called
	Fields   []fieldView
	Errors   []formError
	Focus    string // id of the first field that is wrong
	DenyOpen bool
	HideDeny bool
	Draft    draft
	Word     string // to be typed before approving; "" if none
	Approve  string
}

// formError is a line of the list on top of the form.
type formError struct{ ID, Label, Message string }

type hidden struct{ Name, Value string }

// page renders a request. f is the form as sent, or nil for a fresh one.
func (p *public) page(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, code int, f *form, d draft, noted string) {
	now := p.opt.Now()
	v := requestView(a, now)
	v.Note, v.Action = noted, actionOf(r.URL.Path, secret)
	if open := !final(a.State) && a.MyVote == nil; open {
		if f == nil {
			f = p.form(r.Context(), a, now)
		}
		if err := p.draw(w, &v, f, d, p.tokens.mint(secret, now)); err != nil {
			p.fail(w, r, err)
			return
		}
		v.Form.ask(a)
		v.Form.DenyOpen = d.Action == "deny" || d.Reason != "" || d.Wrong != ""
		v.Foot = foot(a, now)
	}
	p.write(w, r, code, v)
}

// requestView is the page of a request without its form.
func requestView(a run.Approval, now time.Time) view {
	v := view{Trail: nonEmpty(a.FlowName, a.StepName), Heading: heading(a), Message: a.Ask.Message, Person: a.Person, Role: textAnsweringAs,
		Status: status(a, now), Description: rich(a.Ask.Description), Facts: a.Ask.Facts, Next: a.Next, People: people(a, now)}
	v.Badge, v.Tone = badge(a)
	v.Title = v.Heading
	if v.Status != nil {
		v.Title = v.Status.Title + " – " + v.Heading
	}
	if final(a.State) || a.MyVote != nil {
		v.Answers, v.AnswersTitle = answers(a, now.Location()), "Your answer"
		if a.MyVote != nil && !a.MyVote.Approve {
			v.AnswersTitle = "The form as you left it"
		}
	}
	return v
}

// ask lets the form ask for a decision.
func (f *formView) ask(a run.Approval) {
	f.Does, f.Approve, f.HideDeny = "approve", "Approve and continue", a.HideDeny
	if a.HighStakes {
		f.Word = run.ConfirmWord
	}
}

// draw puts a form on a page, with what is wrong in it. An error says that it could not be
// told now which fields are shown.
func (p *public) draw(w http.ResponseWriter, v *view, f *form, d draft, token string) error {
	fields, err := f.view()
	if err != nil {
		return err
	}
	v.Form = &formView{Token: token, Fields: fields, Draft: d}
	if f.shows != nil {
		v.Script = template.JS(pageScript)
		w.Header().Set("Content-Security-Policy", conditionPolicy)
	}
	v.Form.Errors = f.errors(v.Form.Fields, d)
	if len(v.Form.Errors) > 0 && f.typed != nil {
		v.Form.Focus = v.Form.Errors[0].ID
		focusOn(v.Form.Fields, v.Form.Focus)
	}
	if len(v.Form.Errors) > 0 {
		v.Title = "Please check – " + v.Heading
	}
	return nil
}

// message renders a page without a request.
func (p *public) message(w http.ResponseWriter, r *http.Request, code int, n note) {
	p.write(w, r, code, view{Title: n.Title, Status: &n})
}

// nowhere answers what comes to an address that leads nowhere, or no longer does. Browsers
// say that they take HTML; what does not is a program, and is answered in JSON.
func (p *public) nowhere(w http.ResponseWriter, r *http.Request) {
	accept := strings.ToLower(strings.Join(r.Header.Values("Accept"), ","))
	if strings.Contains(accept, "text/html") || strings.Contains(accept, "application/xhtml+xml") || strings.Contains(accept, "text/*") {
		p.message(w, r, http.StatusNotFound, textNowhere)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	io.WriteString(w, `{"error":{"code":"address.unknown","message":"There is nothing here: the address is not known, was renewed, or is off. Nothing was started."}}`+"\n")
}

// retry renders a page that holds what was sent until it can be taken.
func (p *public) retry(w http.ResponseWriter, r *http.Request, action string, b []byte, status int, n note) {
	post, err := url.ParseQuery(string(b))
	if err != nil {
		p.fail(w, r, web.ErrIncomplete)
		return
	}
	v := view{Title: n.Title, Status: &n, Action: action}
	for _, name := range slices.Sorted(maps.Keys(post)) {
		if name == "token" || name == "reason" || name == "word" || name == "action" || strings.HasPrefix(name, formRoot+"/") {
			for _, value := range post[name] {
				v.Retry = append(v.Retry, hidden{name, value})
			}
		}
	}
	p.write(w, r, status, v)
}

func (p *public) write(w http.ResponseWriter, r *http.Request, code int, v view) {
	v.CSS = template.CSS(pageCSS)
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, v); err != nil {
		b.Reset()
		code = http.StatusInternalServerError
		b.WriteString("<!doctype html><title>Sluice</title><p>This page could not be drawn. Code: " + p.log(r, err))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
}

// actionOf is the address of the page relative to path, so that it holds
// whatever a proxy did with the prefix.
func actionOf(path, secret string) string {
	if strings.Contains(path, "/jobs_u/") {
		return strings.Repeat("../", 7) + "a/" + secret
	}
	return secret
}

func heading(a run.Approval) string {
	switch {
	case a.Ask.Question != "":
		return a.Ask.Question
	case a.StepName != "":
		return a.StepName
	}
	return "Your approval is needed"
}

func badge(a run.Approval) (text, tone string) {
	switch a.State {
	case run.ApprovalApproved:
		return "Approved", "good"
	case run.ApprovalRefused:
		return "Denied", "bad"
	case run.ApprovalExpired:
		return "Expired", "quiet"
	case run.ApprovalCanceled:
		return "Canceled", "quiet"
	case run.ApprovalFailed:
		return "Void", "quiet"
	}
	return tally(a), "waiting"
}

func foot(a run.Approval, now time.Time) string {
	s := "This link is personal and works once"
	switch {
	case !a.Deadline.IsZero():
		s += ", until " + moment(a.Deadline, now) + "."
	case a.State == run.ApprovalEarly:
		s += ". The time to answer starts when the step that asks is done."
	default:
		s += "."
	}
	return s + " Nothing happens until you press a button. Your decision, name and time are recorded."
}

// people lists who was asked and who answered without having been.
func people(a run.Approval, now time.Time) []personView {
	var out []personView
	seen := map[string]bool{}
	vote := func(person string, own *run.Vote) *run.Vote {
		for i := range a.Votes {
			if run.PersonOf(a.Votes[i].Person) == run.PersonOf(person) {
				return &a.Votes[i]
			}
		}
		return own
	}
	add := func(person string, v *run.Vote) {
		if id := run.PersonOf(person); seen[id] {
			return
		} else {
			seen[id] = true
		}
		what, kind := "waiting", ""
		mine := run.PersonOf(person) == run.PersonOf(a.Person)
		switch {
		case v != nil && v.Approve:
			what, kind = "approved "+clock(v.At, now)+v.Via.ByNoHand()+quoted(remark(*v)), "good"
		case v != nil:
			what, kind = "denied "+clock(v.At, now)+v.Via.ByNoHand()+quoted(v.Reason), "bad"
		case final(a.State):
			what = "did not answer"
		case mine:
			what, kind = "waiting for you", "waiting"
		}
		if v != nil && v.Taken {
			what += ", by a link that was taken at Sluice’s computer"
		}
		if person == "" {
			person = "anonymous"
		}
		out = append(out, personView{Initial: initial(person), Name: person, What: what, Kind: kind})
	}
	for _, p := range a.People {
		add(p.Person, vote(p.Person, p.Vote))
	}
	for i := range a.Votes {
		add(a.Votes[i].Person, &a.Votes[i])
	}
	return out
}

// remark is what a person wrote with an approval, as far as it is short text.
func remark(v run.Vote) string {
	if v.Reason != "" {
		return v.Reason
	}
	var s string
	json.Unmarshal(member(v.Payload.Inline, "message"), &s)
	return s
}

func quoted(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > 200 {
		s = string([]rune(s)[:200]) + "…"
	}
	return " — “" + s + "”"
}

func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "·"
}

// answers are the values you sent, for the receipt. Passwords stay hidden.
func answers(a run.Approval, zone *time.Location) []run.Fact {
	if a.MyVote == nil || a.MyVote.Payload.IsZero() {
		return nil
	}
	if a.MyVote.Payload.Hash != "" {
		return []run.Fact{{Label: "Your answer", Value: "recorded in full"}}
	}
	var out []run.Fact
	var walk func(fields []flow.Field, o json.RawMessage)
	walk = func(fields []flow.Field, o json.RawMessage) {
		for _, fd := range fields {
			v := member(o, fd.Name)
			if fd.Kind == flow.FieldObject {
				walk(fd.Fields, v)
				continue
			}
			if i := fd.Chosen(v); fd.Kind == flow.FieldVariants && i >= 0 {
				out = append(out, run.Fact{Label: fd.Title, Value: fd.Variants[i].Title})
				walk(fd.Variants[i].Fields, v)
				continue
			}
			fd.Default = v
			text := fd.Shown(zone)
			switch {
			case text == "":
				continue
			case fd.Kind == flow.FieldPassword:
				text = "••••••••"
			case fd.Kind == flow.FieldBool:
				text = plain(text == "true")
			case fd.Kind == flow.FieldEnum:
				for _, c := range fd.Choices {
					if same(c.Value, v) {
						text = c.Label
					}
				}
			}
			out = append(out, run.Fact{Label: fd.Title, Value: text})
		}
	}
	walk(formOf(a, zone).fields, a.MyVote.Payload.Inline)
	return out
}

// focusOn gives the keyboard to the field of an id.
func focusOn(fields []fieldView, id string) {
	for i := range fields {
		fields[i].Focus = fields[i].ID == id
		focusOn(fields[i].Fields, id)
		for _, one := range fields[i].Kinds {
			focusOn(one.Fields, id)
		}
	}
}

// errors lists what is wrong in the order of the fields.
func (f *form) errors(fields []fieldView, d draft) []formError {
	var out []formError
	if m := cmp.Or(f.wrong[formRoot], f.unfit[formRoot]); m != "" {
		out = append(out, formError{"", "", m})
	}
	var walk func([]fieldView)
	walk = func(list []fieldView) {
		for _, v := range list {
			if v.Wrong != "" {
				out = append(out, formError{v.ID, v.Label, v.Wrong})
			}
			walk(v.Fields)
			for _, one := range v.Kinds {
				walk(one.Fields)
			}
		}
	}
	walk(fields)
	if d.Wrong != "" {
		out = append(out, formError{"reason", "Reason for denying", d.Wrong})
	}
	if d.Unsaid != "" {
		out = append(out, formError{"word", "This is marked high stakes", d.Unsaid})
	}
	return out
}

// idOf makes a key fit for an element's id and for the end of an address. The
// two signs do not occur in keys, so no two fields share an id.
func idOf(key string) string { return strings.NewReplacer("/", "*", "%", "!", " ", "").Replace(key) }

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
