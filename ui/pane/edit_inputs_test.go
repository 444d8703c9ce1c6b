package pane

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// An approver who can get no mail is told below the field and keeps the flow from
// being tested.
func TestAnApproverWithoutAnAddressIsTold(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"}}]}}`)
	s, ok := hub.Find("hub/1397/gmail/request_approval")
	if !ok {
		for _, x := range hub.All() {
			if strings.HasPrefix(x.Path, "hub/1397/") {
				s = x
			}
		}
	}
	d.h.Model.SetSchemas(func(path string) flow.Raw { x, _ := hub.Find(path); return x.Schema })
	d.editor.Open(flow.Stored{Path: "u/me/ask", JSON: []byte(`{"summary":"Ask","value":{"modules":[{"id":"a","suspend":{"required_events":1},"value":{"type":"script","path":"` + s.Path + `","input_transforms":{
		"gmail_auth":{"type":"static","value":"$res:u/me/practice"},"approver_emails":{"type":"static","value":["dana@acme.example","notmail"]}}}}]}}`)}, func() {})
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Inputs")
	told := ""
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Name == "approver_emails" {
			told = f.Err
		}
	}
	if told != "“notmail” is not an e-mail address" || !strings.Contains(d.h.Model.WhyNoTest(), "notmail") || !d.editor.wrong.Visible() {
		t.Errorf("told %q below the field, %q at the button", told, d.h.Model.WhyNoTest())
	}
	for _, good := range []string{"Dana Berg <dana@acme.example>", "$var:u/me/boss"} {
		if wrong := model.NoAddress([]string{good}); wrong != "" {
			t.Errorf("%s: %s", good, wrong)
		}
	}
}

// What stands below a list of inputs moves on when the list grows.
func TestANewInputPushesTheNotesDown(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[]}}`)
	names := all[*kit.Entry](d.editor.inspector.Object())
	name := names[len(names)-1]
	name.SetText("amount")
	name.OnSubmitted("amount")
	d.h.Window.Canvas().Capture()
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject
	names = all[*kit.Entry](d.editor.inspector.Object())
	row, notes := names[len(names)-1], all[*kit.Banner](d.editor.inspector.Object())
	if len(notes) == 0 || len(names) < 3 {
		t.Fatalf("%d notes, %d fields", len(notes), len(names))
	}
	if bottom := pos(row).Y + row.Size().Height; pos(notes[0]).Y < bottom {
		t.Errorf("the row for a new field ends at %v, the notes begin at %v", bottom, pos(notes[0]).Y)
	}
}

// An account is added above the editor and chosen in the field that asked for it.
func TestAnAccountIsAddedFromItsField(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}}`)
	d.sigs["code"] = `{"type":"object","properties":{"auth":{"type":"object","format":"resource-gmail"}}}`
	went := false
	d.h.Go = func(host.Place) { went = true }
	d.h.Changed(d.h.Model.Select("a"))
	box := all[*kit.SelectBox](d.editor.inspector.Object())[0]
	box.Select(len(box.Options) - 1)
	box.OnChanged(len(box.Options) - 1)
	if d.h.Window.Canvas().Overlays().Top() == nil || went {
		t.Fatal("nothing is offered where one stands")
	}
	r := NewResources(d.h)
	r.Added = func(path string) {
		d.h.Do(model.SetInput("a", "auth", &flow.Input{Kind: flow.Static, Value: flow.Raw(host.Quote("$res:" + path))}))
	}
	r.practice()
	if in := d.input("auth"); in == nil || !strings.HasPrefix(string(in.Value), `"$res:u/me/practice`) {
		t.Errorf("the field holds %+v", in)
	}
}

// Tab goes through the inputs of a step in the order of reading, line by line, also
// past the switches beside their names.
func TestTabFollowsTheOrderOfReading(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"}}]}}`)
	s := approvalByMail(t)
	d.h.Model.SetSchemas(func(path string) flow.Raw { x, _ := hub.Find(path); return x.Schema })
	d.editor.Open(flow.Stored{Path: "u/me/ask", JSON: []byte(`{"summary":"Ask","value":{"modules":[{"id":"a","suspend":{"required_events":1},"value":{"type":"script","path":"` + s.Path + `","input_transforms":{
		"gmail_auth":{"type":"static","value":"$res:u/me/practice"},"approver_emails":{"type":"static","value":["dana@acme.example"]}}}}]}}`)}, func() {})
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Inputs")
	c := d.h.Window.Canvas()
	place := func() fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(c.Focused().(fyne.CanvasObject))
	}
	of := map[string]fyne.CanvasObject{}
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Side != nil {
			of[f.Name] = f
		}
	}
	if len(of) < 3 {
		t.Fatalf("there are only %d fields with a switch", len(of))
	}
	c.Focus(d.named("gmail_auth").Side.(fyne.Focusable))
	last, steps := place(), 0
	for c.FocusNext(); c.Focused() != nil; c.FocusNext() {
		now := place()
		if now.Y < last.Y { // round again
			break
		}
		if now.Y < last.Y-2 || now.Y <= last.Y+2 && now.X <= last.X {
			t.Errorf("after %v comes %v", last, now)
		}
		last, steps = now, steps+1
	}
	if steps < 6 {
		t.Errorf("it went %d steps", steps)
	}
}

func approvalByMail(t *testing.T) hub.Script {
	t.Helper()
	for _, x := range hub.All() {
		if strings.HasPrefix(x.Path, "hub/1397/") {
			return x
		}
	}
	t.Fatal("the hub has no approval by e-mail")
	return hub.Script{}
}
