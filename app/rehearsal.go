package main

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/mail"
	"sluice/engine/run"
	"sluice/engine/shown"
	"sluice/engine/web/page"
	"sluice/hub"
	"sluice/ui"
	"sluice/ui/model"
)

// rehearsals shows the window what approvers would see. Nobody is asked, no link is made
// and no mail goes out.
type rehearsals struct{ h *server }

var _ ui.Previews = rehearsals{}

// rehearseTime bounds how long the inputs of a step are computed for a preview.
const rehearseTime = 2 * time.Second

// noLink stands in a preview where the personal part of an address would be.
const noLink = "/a/each-approvers-own-link"

// rehearsed is a request that is imagined, with the mail that would ask for it.
type rehearsed struct {
	approval run.Approval
	mail     *run.Mail
	from     string
	noMail   string
}

// Show draws page and mail.
func (r rehearsals) Show(ctx context.Context, of model.Rehearsal) (model.Preview, error) {
	out := model.Preview{Values: of.Values}
	got := r.imagine(ctx, of)
	p, err := page.NewPreview(ctx, got.approval, time.Now(), r.h.eng.FormConditions)
	if err != nil {
		return out, err
	}
	out.Page, out.NoMail = p.Shown(), got.noMail
	if got.mail != nil {
		l, _, err := mail.Preview(*got.mail, got.from)
		if err != nil {
			return out, err
		}
		out.Mail = &l
	}
	return out, nil
}

// Serve serves page or mail to the browser of this computer for a while.
func (r rehearsals) Serve(ctx context.Context, of model.Rehearsal, letter bool) (address string, err error) {
	got := r.imagine(ctx, of)
	if letter && got.mail != nil {
		l, text, err := mail.Preview(*got.mail, got.from)
		if err != nil {
			return "", err
		}
		return r.h.localURL + r.h.previews.Keep(nil, text, l), nil
	}
	p, err := page.NewPreview(ctx, got.approval, time.Now(), r.h.eng.FormConditions)
	if err != nil {
		return "", err
	}
	text, err := p.HTML()
	if err != nil {
		return "", err
	}
	return r.h.localURL + r.h.previews.Keep(text, "", shown.Letter{}), nil
}

// imagine makes the request of a step out of its inputs.
func (r rehearsals) imagine(ctx context.Context, of model.Rehearsal) rehearsed {
	s, _ := flow.Find(of.Flow, of.Step)
	now := time.Now()
	out := rehearsed{noMail: "This step sends no mail."}
	ask := run.Rehearsal{Flow: of.Flow, FlowName: of.FlowName, Module: of.Step, Opened: now.Add(-5 * time.Minute)}
	if v, err := r.read(ctx, of.Scope.Names["flow_input"]); err == nil {
		ask.Input = v
	}
	var request run.MailRequest
	mails := false
	switch v := s.Value.(type) {
	case *flow.Script:
		if script, ok := hub.Find(v.Path); ok {
			args := r.args(ctx, of, s, script)
			var asks bool
			ask.Result, request, asks, mails = askedBy(script, args)
			if !asks {
				ask.Result = r.last(ctx, of)
			}
			break
		}
		ask.Result = r.last(ctx, of)
	default:
		ask.Result = r.last(ctx, of)
	}
	if !mails && len(ask.Result) == 0 && isScript(s) {
		out.noMail = "What the script of this step sends is its own matter; after a run the page shows what it said."
	}
	for _, to := range request.To {
		if list, err := run.Addresses(to); err == nil {
			ask.People = append(ask.People, list...)
		}
	}
	if len(ask.People) == 0 {
		ask.People = []string{"approver@example.com"}
	}
	imagineState(&ask, of, now)
	a, _ := run.Rehearse(ask, ask.People[0])
	out.approval = a
	if mails {
		out.noMail = ""
		out.from = r.sender(ctx, request.Account)
		out.mail = &run.Mail{ID: "preview", To: ask.People[0], Subject: request.Subject, FlowName: a.FlowName, Ask: request.Ask,
			Page: *r.h.base.Load() + noLink, Deadline: a.Deadline, MessageID: "<preview@sluice.local>"}
	}
	return out
}

func isScript(m *flow.Module) bool {
	switch m.Value.(type) {
	case *flow.RawScript, *flow.Script:
		return true
	case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.ForLoop, *flow.Identity, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// No script.
	}
	return false
}

// last is what the step returned in the last run, nil where it has not.
func (r rehearsals) last(ctx context.Context, of model.Rehearsal) json.RawMessage {
	v, err := r.read(ctx, of.Result)
	if err != nil {
		return nil
	}
	return v
}

func (r rehearsals) read(ctx context.Context, ref run.Ref) (json.RawMessage, error) {
	if ref.IsZero() || ref.Inline != nil {
		return ref.Inline, nil
	}
	return r.h.eng.Value(ctx, ref)
}

// sender is the address that an account sends from.
func (r rehearsals) sender(ctx context.Context, account string) string {
	if acc, err := accounts(r).Account(ctx, strings.TrimPrefix(account, "$res:")); err == nil && acc.Email != "" {
		return acc.Email
	}
	return "you@example.com"
}

// imagineState lets people answer the request as its state wants it.
func imagineState(ask *run.Rehearsal, of model.Rehearsal, now time.Time) {
	s, _ := flow.Find(of.Flow, of.Step)
	vote := func(i int, approve bool) {
		for len(ask.People) <= i {
			ask.People = append(ask.People, "approver"+string(rune('1'+len(ask.People)%9))+"@example.com")
		}
		v := run.Vote{Person: run.PersonOf(ask.People[i]), Approve: approve, At: now.Add(-time.Minute), Via: run.ViaLink}
		if approve {
			v.Payload = run.Ref{Inline: sampleAnswer(of.Form)}
		} else {
			v.Reason = model.SampleOf("reason")
		}
		ask.Votes = append(ask.Votes, v)
		ask.EndedBy = v.Person
	}
	ask.Ended = now.Add(-time.Minute)
	switch of.State {
	case model.RehearseApproved:
		ask.Outcome = run.Approved
		for i := range min(s.Suspend.RequiredEvents, 20) {
			vote(i, true)
		}
	case model.RehearseDenied:
		ask.Outcome = run.Refused
		vote(0, false)
		ask.Reason = ask.Votes[0].Reason
	case model.RehearseExpired:
		ask.Outcome = run.Expired
		ask.Opened = now.Add(-model.TimeoutOf(s) - time.Minute)
	case model.RehearseOpen, model.RehearseDenying:
		ask.Ended = time.Time{}
	}
}

// sampleAnswer is how somebody might fill in a form.
func sampleAnswer(schema flow.Raw) json.RawMessage {
	fields, err := flow.Fields(schema, nil, nil)
	if err != nil {
		return nil
	}
	if len(schema) == 0 {
		fields = []flow.Field{{Name: "message", Title: "Message", Kind: flow.FieldMultiline}}
	}
	o := map[string]json.RawMessage{}
	for _, fd := range fields {
		if v := model.SampleValue(fd); v != nil {
			o[fd.Name] = v
		}
	}
	b, err := json.Marshal(o)
	if err != nil || len(b) > run.InlineMax {
		return nil
	}
	return b
}

// args computes the inputs of a step, each by itself: what cannot be computed is told by
// a sample in its place.
func (r rehearsals) args(ctx context.Context, of model.Rehearsal, s *flow.Module, script hub.Script) map[string]json.RawMessage {
	ctx, cancel := context.WithTimeout(ctx, rehearseTime)
	defer cancel()
	out := map[string]json.RawMessage{}
	fields, err := flow.Fields(flow.Raw(script.Schema), nil, nil)
	if err != nil {
		return out
	}
	in := flow.InputsOf(s)
	for _, fd := range fields {
		i := in.By[fd.Name]
		switch {
		case i == nil:
			out[fd.Name] = json.RawMessage(fd.Default)
		case i.Kind != flow.JavaScript:
			out[fd.Name] = json.RawMessage(i.Value)
		case strings.TrimSpace(i.Expr) == "":
		default:
			v, err := r.h.exprs.Eval(ctx, run.Evaluate{Shape: run.ShapeValue, Exprs: []run.NamedInput{{Name: fd.Name, Input: *i}}, Scope: of.Scope},
				func(name string) (json.RawMessage, error) { return r.lookup(ctx, of.Scope, name) })
			if err != nil {
				v = nil
				if fd.Kind == flow.FieldText || fd.Kind == flow.FieldMultiline {
					v, _ = json.Marshal("‹" + fd.Title + "›")
				}
			}
			out[fd.Name] = v
		}
	}
	return out
}

// lookup reads what an expression names. What is secret is not read.
func (r rehearsals) lookup(ctx context.Context, s run.Scope, name string) (json.RawMessage, error) {
	if id, ok := strings.CutPrefix(name, "results."); ok {
		return r.read(ctx, s.Results[id])
	}
	if kind, _, ok := strings.Cut(name, ":"); ok {
		return nil, &run.Failure{Name: run.NameExpr, Message: "It reads a " + kind + ", which is not shown"}
	}
	return r.read(ctx, s.Names[name])
}

// askedBy is what a script of the hub asks when it runs with some arguments: its result,
// and what it has mailed. asks is false where it is not known.
func askedBy(script hub.Script, args map[string]json.RawMessage) (result json.RawMessage, m run.MailRequest, asks, mails bool) {
	text := func(name string) (s string) { _ = json.Unmarshal(args[name], &s); return s }
	or := func(v json.RawMessage, otherwise string) json.RawMessage {
		if s := string(v); s == "" || s == "null" {
			return json.RawMessage(otherwise)
		}
		return v
	}
	mails = strings.HasSuffix(script.Path, "/approval_by_email")
	if !mails && !strings.HasSuffix(script.Path, "/prompt") {
		return nil, m, false, false
	}
	asked := "question"
	if mails {
		asked = "subject"
	}
	question := text(asked)
	if question == "" {
		question = "May this flow go on?"
	}
	type fact struct {
		Label string `json:"label"`
		Value string `json:"value"`
	}
	facts := []fact{}
	for _, f := range factsIn(args["show"]) {
		facts = append(facts, fact(f))
	}
	show, _ := json.Marshal(facts)
	o := map[string]json.RawMessage{"question": textJSON(question), "message": textJSON(text("message")), "facts": show,
		"default_args": or(args["default_args"], "{}"), "enums": or(args["enums"], "{}"), "description": or(args["description"], `""`)}
	if !mails {
		delete(o, "facts")
	}
	result, _ = json.Marshal(o)
	m.Subject = text("subject")
	m.Account = text("gmail_auth")
	m.Ask = run.Ask{Question: question, Message: text("message"), Facts: factsIn(args["show"]), Defaults: o["default_args"], Enums: o["enums"], Description: o["description"]}
	var list []string
	if json.Unmarshal(args["approver_emails"], &list) != nil {
		list = []string{text("approver_emails")}
	}
	m.To = list
	return result, m, true, mails
}

func textJSON(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

// factsIn are the members of an object as label and value.
func factsIn(v json.RawMessage) (out []run.Fact) {
	d := json.NewDecoder(strings.NewReader(string(v)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		t, err := d.Token()
		label, ok := t.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return out
		}
		f := run.Fact{Label: label}
		switch {
		case json.Unmarshal(value, &f.Value) == nil:
		case string(value) == "null":
		default:
			f.Value = string(value)
		}
		out = append(out, f)
	}
	return out
}
