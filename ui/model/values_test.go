package model

import (
	"encoding/json"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// seen tells what the names of an expression stand for.
func scopeWords(t *testing.T, m *Model, at Place, expr string) string {
	t.Helper()
	try, ok := m.Try(at, expr)
	if !ok {
		return "nothing"
	}
	var b strings.Builder
	for _, n := range []string{"flow_input", "previous_result", "resume", "resumes", "approvers"} {
		ref, has := try.Command.Scope.Names[n]
		if !has {
			continue
		}
		raw := ref.Inline
		if ref.Items != nil {
			raw = []byte("[")
			for i, it := range ref.Items {
				if i > 0 {
					raw = append(raw, ',')
				}
				raw = append(raw, it.Inline...)
			}
			raw = append(raw, ']')
		}
		b.WriteString(n + "=" + string(raw) + " ")
	}
	for _, id := range []string{"a", "b", "d", "check", "pack"} {
		if r, has := try.Command.Scope.Results[id]; has {
			b.WriteString(id + "=" + string(r.Inline) + " ")
		}
	}
	for _, it := range try.Command.Scope.Iters {
		b.WriteString("iter " + string(run.Inline(it.Index).Inline) + "=" + string(it.Value.Inline) + " ")
	}
	return strings.TrimSpace(b.String())
}

// An expression is computed with what its step would have seen in the run.
func TestAnExpressionSeesWhatItsStepSaw(t *testing.T) {
	m := following(t, upToGate("r1").oneVote().toTheEnd())
	for _, c := range []struct{ step, field, expr, want string }{
		{"a", "input_transforms.x", "results.d", `flow_input={"amount":120,"order_id":"4711"} previous_result={"amount":120,"order_id":"4711"} resume=null resumes=[] approvers=[]`},
		{"b", "input_transforms.x", "results.a", `flow_input={"amount":120,"order_id":"4711"} previous_result="ok" resume=null resumes=[] approvers=[] a="ok"`},
		{"c", "branches[0].expr", "resume.message", `flow_input={"amount":120,"order_id":"4711"} previous_result=null resume=null resumes=[{"message":"Fits our policy"},null] approvers=["dana@acme.example","li@acme.example"]`},
		{"e", "input_transforms.x", "results.d", `flow_input={"amount":120,"order_id":"4711"} previous_result=null resume=null resumes=[{"message":"Fits our policy"},null] approvers=["dana@acme.example","li@acme.example"]`},
		{"d", "stop_after_if", "result", `flow_input={"amount":120,"order_id":"4711"} previous_result="done"`},
	} {
		if got := scopeWords(t, m, Place{Step: c.step, Field: c.field}, c.expr); got != c.want {
			t.Errorf("%s of %s:\n%s\nwant\n%s", c.expr, c.step, got, c.want)
		}
	}
	if _, ok := m.Try(InputPlace("a", "x"), "  "); ok {
		t.Error("nothing is computed")
	}
}

// In a loop it sees the iteration that is chosen.
func TestAnExpressionSeesTheChosenIteration(t *testing.T) {
	f := orders(false)
	list := []map[string]any{{"lines": []int{1}}, {"lines": []int{}}}
	m := play(t, pin(t, f), f, events([]run.Event{came(run.ForIterator, "orders", list)}, did("orders/0/check"), []run.Event{came(run.ForIterator, "orders/0/lines", []int{1})}, did("orders/0/lines/0/pack"), did("orders/1/check"))...)
	if got := scopeWords(t, m, InputPlace("check", "x"), "1"); !strings.HasSuffix(got, `iter 1={"lines":[]}`) {
		t.Errorf("the last iteration: %s", got)
	}
	m.ChooseIteration("orders", 0)
	if got := scopeWords(t, m, InputPlace("pack", "x"), "results.check"); !strings.HasSuffix(got, `check="result of orders/0/check" iter 0={"lines":[1]} iter 0=1`) {
		t.Errorf("the first iteration: %s", got)
	}
}

// The values are those of the run that is shown; else those of one that is offered, which
// is read and not shown.
func TestWhoseValuesAreOffered(t *testing.T) {
	m := following(t, upToGate("r1").oneVote().toTheEnd())
	if o, ok := m.Values(); !ok || o.Run != "r1" || o.Words != "values of the run of 14:02" || m.WantsValues() {
		t.Errorf("the shown run: %+v %v", o, ok)
	}
	mark := m.ValuesMark()
	if d := m.Offer("r2"); !d.Loads || len(m.NeedRuns()) != 1 {
		t.Error("its journal is not asked for")
	}
	if o, _ := m.Values(); o.Run != "r1" {
		t.Errorf("while it is read: %+v", o)
	}
	m.SetRun("r2", upToGate("r2").entries)
	if o, _ := m.Values(); o.Run != "r2" || !o.Chosen || m.Followed() != "r1" || m.ValuesMark() == mark {
		t.Errorf("an older run: %+v", o)
	}
	m.Offer("r1")
	if o, _ := m.Values(); o.Run != "r1" || o.Chosen {
		t.Errorf("the shown one again: %+v", o)
	}
	m = New()
	m.Open("u/me/refund", refund())
	if _, ok := m.Values(); ok || !m.WantsValues() {
		t.Error("a flow that was opened wants the newest run")
	}
	m.Offer("r3")
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	m.SetRun("r3", upToGate("r3").entries)
	if o, ok := m.Values(); !ok || o.Run != "r3" || m.HasRun() || m.Doc().ReadOnly {
		t.Errorf("in the background: %+v, shown %v", o, m.HasRun())
	}
}

// Links by which somebody could answer, and passwords, are not shown.
func TestSecretsAreKeptOutOfWhatIsShown(t *testing.T) {
	v := Veil{}
	v.add(flow.Raw(`{"properties":{"pw":{"type":"string","format":"password"},"in":{"properties":{"pin":{"type":"string","password":true}}},"user":{"type":"string"}}}`),
		run.Inline(map[string]any{"pw": "sesame!", "in": map[string]string{"pin": "12"}, "user": "mia"}))
	for text, want := range map[string]string{
		"Log in as mia with sesame!": "Log in as mia with ••••",
		"12":                         "••••",
		"at 12 o'clock":              "at 12 o'clock",
		"see http://127.0.0.1:8466/sluice/a/AbC123defGHI456jklMNO7 now":            "see •••• now",
		"https://x.example/api/w/sluice/jobs_u/cancel/0199/3/s3cr3t?approver=dana": "••••",
		"https://shop.example/a/short":                                             "https://shop.example/a/short",
	} {
		if got := v.Hide(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
		raw, _ := json.Marshal(map[string]string{"x": text})
		if got := v.Glimpse(raw); got != "x “"+want+"”" {
			t.Errorf("%s as a value: %s", text, got)
		}
	}
	v.add(flow.Raw(`{"properties":{"pw":{"format":"password"}}}`), run.Ref{Hash: "00", Size: 3000})
	if refs := v.Unread(); len(refs) != 1 {
		t.Errorf("%d values are to be read", len(refs))
	}
	if got := v.With([]json.RawMessage{json.RawMessage(`{"pw":"farAway"}`)}).Hide("farAway sesame!"); got != "•••• ••••" {
		t.Error(got)
	}
}

// A value is told in one line, however large it is.
func TestAValueIsToldInOneLine(t *testing.T) {
	for raw, want := range map[string]string{
		`"Mia\nBerg"`:                          "“Mia Berg”",
		`120`:                                  "120",
		`null`:                                 "null",
		`{"Order":"4711","Total":120}`:         "Order “4711” · Total 120",
		`{}`:                                   "{}",
		`[1,{"a":true,"b":[]}]`:                "[1, {a: true, b: []}]",
		`[`:                                    "[…",
		`"` + strings.Repeat("x", 1000) + `"`:  "“" + strings.Repeat("x", 138) + "…",
		`[` + strings.Repeat("1,", 9000) + `1`: "[" + strings.Repeat("1, ", 45) + "1,…",
	} {
		if got := (Veil{}).Glimpse(json.RawMessage(raw)); got != want {
			t.Errorf("%.40s: %s", raw, got)
		}
	}
}

// What a fixed value was in the run is told where it is another one now.
func TestWhatAFixedValueWas(t *testing.T) {
	f := flowOf(&flow.Module{ID: "a", Value: &flow.RawScript{Language: "bun", Inputs: &flow.Inputs{Names: []string{"x"}, By: map[string]*flow.Input{"x": {Kind: flow.Static, Value: flow.Raw(`1`)}}}}})
	m := play(t, pin(t, f), f, run.JobStarted{Step: "a", Attempt: 1, Job: "j"})
	if got := m.GaveBefore("a", "x"); got != "" {
		t.Errorf("the same value: %s", got)
	}
	m.Do(SetInput("a", "x", &flow.Input{Kind: flow.Static, Value: flow.Raw(`2`)}))
	if got := m.GaveBefore("a", "x"); got != "was 1 in the run of 14:02" {
		t.Errorf("another one: %q", got)
	}
}

// choices are the labels of a completion at |, with their values.
func choices(t *testing.T, m *Model, at Place, expr string) string {
	t.Helper()
	caret := strings.IndexByte(expr, '|')
	c, ok := m.Complete(at, strings.Replace(expr, "|", "", 1), caret)
	if !ok {
		return "none"
	}
	var out []string
	for _, x := range c.Choices(nil) {
		out = append(out, x.Label+"="+x.Value)
	}
	return strings.Join(out, ", ")
}

func TestCompletion(t *testing.T) {
	f := refund()
	f.Value.Modules[1].Suspend.ResumeForm = &flow.ResumeForm{Schema: flow.Raw(`{"properties":{"message":{"type":"string"},"half":{"type":"boolean"}}}`)}
	j := upToGate("r1").oneVote()
	m := New()
	m.Open("u/me/refund", f)
	m.SetNow(start)
	m.SetPlan(hash, planOf(t, pin(t, f)))
	m.Apply(j.entries)
	at := InputPlace("d", "x")
	for _, c := range []struct{ expr, want string }{
		{"flow_in|", "flow_input=amount 120 · order_id “4711”"},
		{"flow_input.|", "order_id=“4711”, amount=120"},
		{"`${flow_input.am|", "amount=120"},
		{"flow_input.amount|", ""},
		{"results.|", "b=null, a=“ok”"},
		{"resume.|", "message=“Fits our policy”, half=boolean"},
		{"resumes[0].me|", "message=“Fits our policy”"},
		{"res|", "results=of the steps before, resume=message “Fits our policy”, resumes=1 item, resource=a resource by its path, previous_result=null"},
		{"'flow_in|", "none"},
	} {
		if got := choices(t, m, at, c.expr); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.expr, got, c.want)
		}
	}
	c, _ := m.Complete(at, "results.a.x", 11)
	c.at, c.keys = flow.AtCaret{From: 10}, nil
	if got := c.Choices(json.RawMessage(`{"x y":1}`)); len(got) != 1 || got[0].Text != `["x y"]` || got[0].From != 9 {
		t.Errorf("a key with a blank: %+v", got)
	}
}

// All that can be read stands in one value, where each part has its path.
func TestWhatCanBePicked(t *testing.T) {
	m := following(t, upToGate("r1").oneVote().toTheEnd())
	list, _ := m.Pickables(InputPlace("d", "x"))
	got := string(PickTree(list, func(r run.Ref) json.RawMessage { return r.Inline }))
	want := `{"flow_input":{"amount":120,"order_id":"4711"},"results":{"a":"ok","b":null},"resume":null,"approvers":["dana@acme.example","li@acme.example"]}`
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	m = New()
	m.Open("u/me/refund", refund())
	list, _ = m.Pickables(InputPlace("b", "x"))
	if got := string(PickTree(list, nil)); got != `{"flow_input":{"order_id":null,"amount":null},"results":{"a":null}}` {
		t.Errorf("without a run: %s", got)
	}
	if m.Reachable(InputPlace("b", "x"), "results.d.name") || !m.Reachable(InputPlace("b", "x"), "results.a.name") || !m.Reachable(InputPlace("b", "x"), "flow_input.x") {
		t.Error("what comes later can be dropped")
	}
}

func TestAPathInAFixedValue(t *testing.T) {
	for value, want := range map[string]string{
		`""`: "results.a", `null`: "results.a", `12`: "results.a", `"$res:u/me/x"`: "results.a",
		`"Order"`: "`Order ${results.a}`", `"5 ${x} \u0060"`: "`5 \\${x} \\` ${results.a}`",
	} {
		if got := WithPath(&flow.Input{Kind: flow.Static, Value: flow.Raw(value)}, "results.a"); got != want {
			t.Errorf("%s: %s", value, got)
		}
	}
	if got := WithPath(nil, "results.a"); got != "results.a" {
		t.Error(got)
	}
}

func BenchmarkTryAndCompleteOf1000Steps(b *testing.B) {
	m := New()
	f := longFlow(1000)
	m.Open("u/me/long", f)
	last := f.Value.Modules[len(f.Value.Modules)-1].ID
	at := InputPlace(last, "x")
	for b.Loop() {
		m.orderOf = nil // each key makes another flow
		m.Try(at, "results.a.customer")
		m.Strays(at, "results.a.customer + flow_input.x")
		c, _ := m.Complete(at, "results.a", 9)
		c.Choices(nil)
	}
}
