package page

import (
	"bytes"
	"context"
	"html/template"
	"slices"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/shown"
)

// Preview is the page of a request that nobody was sent: who builds a flow looks at it.
// Nothing can be decided there.
type Preview struct{ v view }

// NewPreview draws the page of a request at a time. conditions is as in [Options].
func NewPreview(ctx context.Context, a run.Approval, now time.Time, conditions func(ctx context.Context, a run.Approval, look func(flow.Show)) error) (Preview, error) {
	v := requestView(a, now)
	v.Preview, v.Note = true, textPreview
	if final(a.State) || a.MyVote != nil {
		return Preview{v}, nil
	}
	f := (&public{opt: Options{Conditions: conditions}}).form(ctx, a, now)
	fields, err := f.view()
	if err != nil {
		return Preview{}, err
	}
	v.Form = &formView{Fields: asked(fields)}
	v.Form.Errors = f.errors(v.Form.Fields, draft{})
	v.Form.ask(a)
	v.Foot = foot(a, now)
	return Preview{v}, nil
}

// asked are the fields that are shown for what stands in the form at first, as the
// page's script would leave them.
func asked(fields []fieldView) []fieldView {
	fields = slices.DeleteFunc(fields, func(v fieldView) bool { return v.Off })
	for i := range fields {
		v := &fields[i]
		v.Required, v.Condition, v.Wanted = v.Required || v.Wanted, false, false
		v.Fields = asked(v.Fields)
		for j := range v.Kinds {
			v.Kinds[j].Fields = asked(v.Kinds[j].Fields)
		}
	}
	return fields
}

// HTML is the page as a browser gets it, but for what could be pressed.
func (p Preview) HTML() ([]byte, error) {
	v := p.v
	v.CSS = template.CSS(pageCSS)
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, v)
	return b.Bytes(), err
}

// Shown is the page as plain values.
func (p Preview) Shown() shown.Page {
	v := p.v
	out := shown.Page{Trail: v.Trail, Badge: v.Badge, Tone: v.Tone, Heading: v.Heading, Message: v.Message, Note: v.Note,
		Answers: v.Answers, Facts: v.Facts, Description: blocks(string(v.Description)), Foot: v.Foot}
	for _, who := range v.People {
		out.People = append(out.People, shown.Person(who))
	}
	if len(v.Answers) > 0 {
		out.AnswersTitle = v.AnswersTitle
	}
	if len(v.Facts) > 0 {
		out.FactsTitle = "What was asked"
		if v.Form != nil {
			out.FactsTitle = "What you are approving"
		}
	}
	if len(out.People) > 0 {
		out.PeopleTitle = "Approvals"
	}
	if v.Status != nil {
		out.Status = &shown.Status{Kind: v.Status.Kind, Mark: v.Status.Mark, Title: v.Status.Title, Lines: v.Status.Lines}
	}
	if f := v.Form; f != nil {
		out.As, out.Person = v.Role, v.Person
		out.Form = &shown.Form{Fields: shownFields(f.Fields), Word: f.Word, Approve: f.Approve, Deny: "Deny", Next: v.Next, NextHead: textNextApproved}
		if f.HideDeny {
			out.Form.Deny, out.Form.NextHead = "", textNextAlways
		} else {
			out.Form.DenyNote, out.Form.DenyReason, out.Form.DenyDo = textDenyNote, textDenyReason, textDenyDo
		}
		if v.Next == "" {
			out.Form.NextHead = ""
		}
	}
	return out
}

func shownFields(list []fieldView) (out []shown.Field) {
	for _, v := range list {
		f := shown.Field{Label: v.Label, Help: v.Help, Shape: v.Shape, Placeholder: v.Placeholder, Value: v.Value, On: v.On, Required: v.Required,
			Wrong: v.Wrong, Code: v.Code, Secret: v.Type == "password", Fields: shownFields(v.Fields)}
		switch v.Shape {
		case "line", "lines":
		default:
			f.Value = "" // it is in its choices
		}
		if f.Placeholder == "" && v.Value == "" {
			switch v.Type {
			case "date":
				f.Placeholder = "mm/dd/yyyy" // as browsers show it, each in its language
			case "datetime-local":
				f.Placeholder = "mm/dd/yyyy, --:-- --"
			}
		}
		for _, c := range v.Choices {
			f.Choices = append(f.Choices, shown.Choice{Label: c.Label, On: c.On})
		}
		for _, k := range v.Kinds {
			f.Choices = append(f.Choices, shown.Choice{Label: k.Label, On: k.On, Fields: shownFields(k.Fields)})
		}
		out = append(out, f)
	}
	return out
}
