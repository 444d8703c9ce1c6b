package inspector

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// approvalPage sets whether and how the flow waits after a step.
type approvalPage struct{ *Inspector }

// show has the switch, and what belongs to it while it is on.
func (p approvalPage) show(m *flow.Module) fyne.CanvasObject {
	on := kit.NewToggle(say.T("Wait for approval after this step"), model.IsApproval(m), func(on bool) {
		p.do(model.SetApproval(p.id, on))
		p.Rebuild()
	})
	col := kit.VBox(16, on)
	if !model.IsApproval(m) {
		col.Add(kit.NewParagraph(say.T("When this is on, the flow stops after the step has run, until as many people as you say have approved by their links."), kit.Muted))
		return col
	}
	s := m.Suspend
	if p.h.Previews != nil {
		col.Add(p.previewButton(m))
	}
	col.Add(p.number(say.T("Approvals required"), "required_events", float64(s.RequiredEvents), func(s *flow.Suspend, v float64) { s.RequiredEvents = max(1, int(v)) }))
	col.Add(p.wait(m))
	col.Add(p.gateToggle(say.T("Hide Deny"), say.T("The page offers Approve only"), s.HideCancel, func(s *flow.Suspend, on bool) { s.HideCancel = on }))
	col.Add(p.gateToggle(say.T("Go on when denied or too late"), say.T("The next step sees why in resume.error"), s.ContinueOnRefusal, func(s *flow.Suspend, on bool) { s.ContinueOnRefusal = on }))
	col.Add(p.highStakes(m))
	col.Add(p.resumeForm(m))
	return col
}

// gate changes what the step asks of people; typing is as in change.
func (p approvalPage) gate(name, typing string, do func(*flow.Suspend)) {
	p.do(model.SetSuspend(p.id, name, typing, do))
}

// number is a field for a positive number of the gate.
func (p approvalPage) number(label, name string, value float64, set func(*flow.Suspend, float64)) fyne.CanvasObject {
	e := kit.NewEntry("")
	e.SetText(strconv.FormatFloat(value, 'f', -1, 64))
	field := kit.NewField(label, name, false, e)
	e.OnChanged = func(text string) {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || v < 1 || v != float64(int(v)) {
			field.SetErr(say.T("A whole number, 1 or more"))
			return
		}
		field.SetErr("")
		p.gate(say.F("Set %s", label), name, func(s *flow.Suspend) { set(s, v) })
	}
	return field
}

// units of a wait, with their seconds.
var units = []struct {
	name    string
	seconds float64
}{{say.Mark("seconds"), 1}, {say.Mark("minutes"), 60}, {say.Mark("hours"), 3600}, {say.Mark("days"), 86400}}

// wait is the time after which a request expires.
func (p approvalPage) wait(m *flow.Module) fyne.CanvasObject {
	seconds := model.TimeoutOf(m).Seconds()
	unit := 0
	for i, u := range units {
		if seconds >= u.seconds && seconds == float64(int(seconds/u.seconds))*u.seconds {
			unit = i
		}
	}
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = say.Of(u.name)
	}
	e := kit.NewEntry("")
	e.SetText(strconv.FormatFloat(seconds/units[unit].seconds, 'f', -1, 64))
	var field *kit.Field
	var box *kit.SelectBox
	apply := func() {
		v, err := strconv.ParseFloat(strings.TrimSpace(e.Text()), 64)
		if err != nil || v <= 0 {
			field.SetErr(say.T("A number above 0"))
			return
		}
		field.SetErr("")
		v *= units[max(0, box.Selected())].seconds
		p.gate(say.T("Set the time limit"), "timeout", func(s *flow.Suspend) { s.Timeout = &v })
	}
	e.OnChanged = func(string) { apply() }
	box = kit.NewSelectBox(names, unit, func(int) { apply() })
	field = kit.NewField(say.T("Wait at most"), "timeout", false, kit.HBox(8, kit.Grow(e), host.Width(130, box))).
		WithHint(say.T("Then the request expires, and so does the run unless it may go on."))
	return field
}

// gateToggle is a yes or no of the gate.
func (p approvalPage) gateToggle(label, about string, on bool, set func(*flow.Suspend, bool)) fyne.CanvasObject {
	return kit.VBox(2, kit.NewToggle(label, on, func(on bool) { p.gate(label, "", func(s *flow.Suspend) { set(s, on) }) }), kit.Pad(0, 0, 0, 44, kit.NewParagraph(about, kit.Muted).Sized(kit.TextCaption)))
}

// highStakes sets whether who approves types a word first.
func (p approvalPage) highStakes(m *flow.Module) fyne.CanvasObject {
	label := say.T("High stakes")
	return kit.VBox(2, kit.NewToggle(label, m.HighStakes(), func(on bool) {
		p.change(label, "", func(m *flow.Module) { m.SetHighStakes(on) })
	}), kit.Pad(0, 0, 0, 44, kit.NewParagraph(say.F("Whoever approves types the word “%s” first; no step can approve it", run.ConfirmWord), kit.Muted).Sized(kit.TextCaption)))
}

// resumeForm is the form that approvers fill.
func (p approvalPage) resumeForm(m *flow.Module) fyne.CanvasObject {
	id, of := m.ID, p.form(m.ID)
	return p.schemaEditor(say.T("Form"), say.T("Without fields the page asks for one text, resume[\"message\"]."), of, func() { p.showForm(say.T("Form of the approval"), of, id) })
}

// form is the form of a step's approval where it stands in the flow.
func (p approvalPage) form(id string) formSource {
	return formSource{
		rename:  func(name, to string) { p.do(model.RenameAnswer(id, name, to)) },
		readers: func(name string) string { return p.h.Model.AnswerReaders(id, name) },
		get: func() flow.Raw {
			m, _ := flow.Find(p.h.Model.Doc().Flow, id)
			if m == nil || m.Suspend == nil || m.Suspend.ResumeForm == nil {
				return nil
			}
			return m.Suspend.ResumeForm.Schema
		},
		set: func(schema flow.Raw, typing string) {
			if fields, err := flow.Fields(schema, nil, nil); err == nil && len(fields) == 0 {
				schema = nil // an empty form would ask nothing at all
			}
			p.gate(say.T("Change the form"), typing, func(s *flow.Suspend) {
				if schema == nil {
					s.ResumeForm = nil
					return
				}
				f := flow.ResumeForm{}
				if s.ResumeForm != nil {
					f = *s.ResumeForm
				}
				f.Schema = schema
				s.ResumeForm = &f
			})
		},
	}
}
