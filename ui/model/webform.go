package model

import (
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/ui/say"
)

// FormLine tells a form in the list, as HookLine does a webhook.
func FormLine(s form.State, now time.Time, last run.Summary, waits string) EndpointLine {
	l := EndpointLine{Title: First(s.Title, s.Path), Target: s.Starts(), How: say.T("Form"), On: s.Enabled}
	switch n := len(s.Links); {
	case s.LinksOnly:
		l.Answer = say.N(n, "only %d personal link", "only %d personal links")
	case len(s.Links) > 0:
		l.Answer = say.N(n, "open to all with its address, %d personal link", "open to all with its address, %d personal links")
	default:
		l.Answer = say.T("open to all with its address")
	}
	l.came(s.Problem, s.Today, s.LastAt, now)
	l.ran(last, waits)
	return l
}

// FormDraft is a form while somebody changes it.
type FormDraft struct {
	form.Form
	New   bool
	saved string
}

// NewForm is a form that is about to be made.
func NewForm(path, target string, isFlow bool) *FormDraft {
	d := &FormDraft{New: true, Form: form.Form{Path: path, Enabled: true}}
	d.SetTarget(target, isFlow)
	return d
}

// EditForm begins to change a form.
func EditForm(s form.State) *FormDraft {
	d := &FormDraft{Form: s.Form}
	d.saved = d.text()
	return d
}

// SetTarget says what it starts.
func (d *FormDraft) SetTarget(path string, isFlow bool) {
	d.Flow, d.Script = "", path
	if isFlow {
		d.Flow, d.Script = path, ""
	}
}

// IsFlow reports whether it starts a flow.
func (d *FormDraft) IsFlow() bool { return d.Script == "" }

// text is all of a form but whether it is on: the list switches that.
func (d *FormDraft) text() string {
	b, _ := d.JSON() // its fields can all be written
	return string(b)
}

// Changed reports whether there is something to save.
func (d *FormDraft) Changed() bool { return d.New || d.text() != d.saved }

// Same reports whether two drafts say the same.
func (d *FormDraft) Same(o *FormDraft) bool { return d.Path == o.Path && d.text() == o.text() }

// Called is what it is called.
func (d *FormDraft) Called() string { return First(strings.TrimSpace(d.Title), d.Path) }

// Trim takes away what nobody sees.
func (d *FormDraft) Trim() {
	d.Path, d.Flow, d.Script = strings.TrimSpace(d.Path), strings.TrimSpace(d.Flow), strings.TrimSpace(d.Script)
}

// The fields of a form that can be wrong, besides those of a webhook.
const (
	FieldTitle  = "title"
	FieldText   = "text"
	FieldButton = "button"
	FieldNext   = "next"
)

// Wrong says what is wrong with the draft, and in which field.
func (d *FormDraft) Wrong() (field, err string) {
	if e := d.Check(); e != nil {
		return d.FieldOf(e), ErrorText(e)
	}
	return "", ""
}

// FieldOf names the field that an error of saving is about, "" if it is about none.
func (d *FormDraft) FieldOf(err error) string {
	switch fault.From(err).Code {
	case "flow.unknown", "script.unknown":
		return FieldTarget
	case "resource.path", "form.path":
		return FieldPath
	case "form.invalid":
		if d.Starts() == "" {
			return FieldTarget
		}
		for field, one := range map[string]form.Form{
			FieldTitle: {Title: d.Title}, FieldText: {Text: d.Text}, FieldButton: {Button: d.Button}, FieldNext: {Next: d.Next},
			FieldRate: {Rate: d.Rate}, FieldBurst: {Burst: d.Burst},
		} {
			one.Flow = "f/a/b"
			if one.Check() != nil {
				return field
			}
		}
	}
	return ""
}
