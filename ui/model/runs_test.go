package model

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

var start = time.Date(2026, 11, 22, 14, 2, 10, 0, time.FixedZone("CET", 3600))

const hash = "5f1c"

// refund is a script, an approval by two people, and a branch.
func refund() *flow.Flow {
	f := flowOf(named(ts("a"), "Look up the order"), named(ask("b", 2), "Send approval"),
		named(one("c", []*flow.Module{named(ts("e"), "Ask finance")}, way(`resume["message"] != ""`, named(ts("d"), "Refund the customer"))), "Was a reason given?"))
	f.Summary = "Refund with approval"
	f.Schema = flow.Raw(`{"type":"object","properties":{"order_id":{"type":"string"},"amount":{"type":"number"}},"order":["order_id","amount"]}`)
	return f
}

func named(m *flow.Module, summary string) *flow.Module {
	m.Summary = summary
	return m
}

func pin(t testing.TB, f *flow.Flow) run.Pinned {
	t.Helper()
	b, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return run.Pinned{Flow: b}
}

func planOf(t testing.TB, p run.Pinned) *run.Plan {
	t.Helper()
	plan, err := run.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// journal writes entries for one run, each at a time after the start.
type journal struct {
	id      run.ID
	entries []run.Entry
}

func (j *journal) add(after time.Duration, ev run.Event) *journal {
	n := len(j.entries) + 1
	j.entries = append(j.entries, run.Entry{ID: int64(n), Run: j.id, Seq: n, At: start.Add(after), Event: ev})
	return j
}

const (
	ms = time.Millisecond
	s  = time.Second
)

// upToGate is the run until two people are asked.
func upToGate(id run.ID) *journal {
	j := &journal{id: id}
	j.add(0, run.Started{Flow: hash, Name: "Refund with approval", Path: "u/me/refund", Input: run.Inline(map[string]any{"order_id": "4711", "amount": 120}), Rules: run.RulesNow})
	j.add(1*ms, run.JobStarted{Step: "a", Attempt: 1, Job: "j1"})
	j.add(43*ms, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("ok")})
	j.add(50*ms, run.JobStarted{Step: "b", Attempt: 1, Job: "j2"})
	j.add(60*ms, run.AskNoted{Step: "b", Attempt: 1, Ask: run.Ask{Question: "Refund 120 €?"}})
	for i, p := range []string{"dana@acme.example", "li@acme.example"} {
		j.add(60*ms, run.LinkMinted{Step: "b", Link: int64(i + 1), Person: p})
		j.add(60*ms, run.MailNoted{Step: "b", Mail: p, To: p, State: run.MailQueued})
	}
	j.add(100*ms, run.JobSucceeded{Step: "b", Attempt: 1, Result: run.Inline(nil)})
	for _, p := range []string{"dana@acme.example", "li@acme.example"} {
		j.add(1*s, run.MailNoted{Step: "b", Mail: p, To: p, State: run.MailSending})
		j.add(1*s, run.MailNoted{Step: "b", Mail: p, To: p, State: run.MailSent})
	}
	return j
}

func (j *journal) oneVote() *journal {
	return j.add(217*s, run.DecisionMade{Step: "b", Person: "dana@acme.example", Link: 1, Approve: true,
		Payload: run.Inline(map[string]string{"message": "Fits our policy"}), Via: run.ViaLink})
}

func (j *journal) toTheEnd() *journal {
	j.add(300*s, run.DecisionMade{Step: "b", Person: "li@acme.example", Link: 2, Approve: true, Payload: run.Inline(nil), Via: run.ViaLink})
	j.add(300*s+1*ms, run.Evaluated{Step: "c", For: run.ForBranch, Value: run.Inline(0)})
	j.add(300*s+2*ms, run.JobStarted{Step: "c/0/d", Attempt: 1, Job: "j3"})
	return j.add(300*s+63*ms, run.JobSucceeded{Step: "c/0/d", Attempt: 1, Result: run.Inline("done")})
}

func TestAPracticeMailIsNotToldAsSent(t *testing.T) {
	j := upToGate("r1")
	for i, e := range j.entries {
		if m, ok := e.Event.(run.MailNoted); ok && m.State == run.MailSent {
			m.State = run.MailKept
			j.entries[i].Event = m
		}
	}
	m := following(t, j)
	m.Select("b")
	d, _ := m.Detail()
	var text strings.Builder
	for _, l := range d.Timeline {
		for _, s := range l.Spans {
			text.WriteString(s.Text)
		}
		text.WriteString("\n")
	}
	if !strings.HasPrefix(text.String(), "mail kept here, in the outbox, for dana@acme.example, li@acme.example\n") {
		t.Errorf("%s", text.String())
	}
}

// following returns a model that shows the run on its open flow.
func following(t testing.TB, j *journal) *Model {
	t.Helper()
	m := New()
	m.Open("u/me/refund", refund())
	m.SetNow(start.Add(4 * time.Minute))
	m.Apply(j.entries)
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	m.Follow(j.id)
	if r := m.run; r.broken != "" {
		t.Fatalf("the journal is refused: %s", r.broken)
	}
	return m
}

// tell writes what the screen says of the shown run.
func tell(m *Model) string {
	var b strings.Builder
	h, _ := m.Header()
	b.WriteString(h.Title + " | " + h.State + " | " + h.Line + "\n")
	for _, x := range m.Scene().Boxes {
		b.WriteString(x.ID + " " + roleName(x.Role) + " | " + x.Title + " | " + x.Line + "\n")
	}
	for _, r := range m.Rows() {
		b.WriteString(strings.Repeat("  ", r.Depth) + r.Module + " | " + r.Word + " | " + r.Badge + " | " + r.Time)
		if r.Faint {
			b.WriteString(" | faint")
		}
		b.WriteByte('\n')
	}
	if d, ok := m.Detail(); ok {
		for _, l := range d.Timeline {
			b.WriteString(l.When + " " + l.Text() + "\n")
		}
	}
	return b.String()
}

func roleName(r Role) string {
	return [...]string{"idle", "busy", "waits", "good", "bad", "passed"}[r]
}

func TestRunOnScreen(t *testing.T) {
	for _, c := range []struct {
		name   string
		run    *journal
		wanted string
	}{
		{"waiting", upToGate("r1").oneVote(), `
Test run · 14:02 | Waiting for approval | Waiting for li@acme.example
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b waits | Send approval | Waiting · 1 of 2 approvals · 23 h left
c idle | Was a reason given? | Branch one · 2 branches
d idle | Refund the customer | TypeScript
e idle | Ask finance | TypeScript
#end idle | End | 
a | Done |  | 42 ms
b | Waiting for approval | 1 / 2 | 3 min
c |  |  |  | faint
  d |  |  |  | faint
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
14:05:47 dana@acme.example approved “Fits our policy”
now waiting for 1 more approval until tomorrow 14:02
`},
		{"approved", upToGate("r1").oneVote().toTheEnd(), `
Test run · 14:02 | Succeeded | Lasted 5 min, 4 min of it waiting for people
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b good | Send approval | Approved by dana@acme.example, li@acme.example
c good | Was a reason given? | Branch one · 2 branches
d good | Refund the customer | TypeScript · 61 ms
e passed | Ask finance | TypeScript
#end good | End | 
a | Done |  | 42 ms
b | Approved | 2 / 2 | 50 ms · waited 4 min
c | Done |  | 63 ms
  d | Done |  | 61 ms
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
14:05:47 dana@acme.example approved “Fits our policy”
14:07:10 li@acme.example approved
`},
		{"denied", upToGate("r1").add(60*s, run.DecisionMade{Step: "b", Person: "li@acme.example", Reason: "too expensive", Via: run.ViaLink}), `
Test run · 14:02 | Denied | {failure}
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b bad | Send approval | Denied by li@acme.example: too expensive
c passed | Was a reason given? | Branch one · 2 branches
d passed | Refund the customer | TypeScript
e passed | Ask finance | TypeScript
#end bad | End | 
a | Done |  | 42 ms
b | Denied | 0 / 2 | 50 ms · waited 59 s
c |  |  |  | faint
  d |  |  |  | faint
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
14:03:10 li@acme.example denied: too expensive
`},
		{"denied, with a form", upToGate("r1").add(60*s, run.DecisionMade{Step: "b", Person: "li@acme.example", Reason: "no receipt", Via: run.ViaLink,
			Payload: run.Inline(json.RawMessage(`{"action":"Ask again","reason":"no receipt"}`))}), `
Test run · 14:02 | Denied | {failure}
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b bad | Send approval | Denied by li@acme.example: no receipt
c passed | Was a reason given? | Branch one · 2 branches
d passed | Refund the customer | TypeScript
e passed | Ask finance | TypeScript
#end bad | End | 
a | Done |  | 42 ms
b | Denied | 0 / 2 | 50 ms · waited 59 s
c |  |  |  | faint
  d |  |  |  | faint
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
14:03:10 li@acme.example denied: no receipt action: Ask again · reason: no receipt
`},
		{"expired", upToGate("r1").add(25*time.Hour, run.TimerFired{Step: "b", Kind: run.TimerDeadline}), `
Test run · 14:02 | Time ran out | {failure}
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b bad | Send approval | Time ran out
c passed | Was a reason given? | Branch one · 2 branches
d passed | Refund the customer | TypeScript
e passed | Ask finance | TypeScript
#end bad | End | 
a | Done |  | 42 ms
b | Time ran out | 0 / 2 | 50 ms · waited 1 d
c |  |  |  | faint
  d |  |  |  | faint
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
23 Nov 15:02:10 time ran out
`},
		{"canceled", upToGate("r1").add(90*s, run.CancelRequested{By: "desktop user", Reason: "wrong order"}), `
Test run · 14:02 | Canceled | Canceled by desktop user: wrong order
#input good | Flow input | order_id · amount
a good | Look up the order | TypeScript · 42 ms
b passed | Send approval | Canceled
c passed | Was a reason given? | Branch one · 2 branches
d passed | Refund the customer | TypeScript
e passed | Ask finance | TypeScript
#end passed | End | 
a | Done |  | 42 ms
b | Canceled | 0 / 2 | 50 ms · waited 89 s
c |  |  |  | faint
  d |  |  |  | faint
  e |  |  |  | faint
14:02:11 mail sent to dana@acme.example, li@acme.example
14:03:40 Canceled by desktop user: wrong order
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := following(t, c.run)
			m.Select("b")
			got := tell(m)
			want := strings.TrimPrefix(c.wanted, "\n")
			if strings.Contains(want, "{failure}") { // the core's words, which are its own matter
				_, f := m.run.outcome()
				if f == nil {
					t.Fatal("no failure")
				}
				want = strings.Replace(want, "{failure}", oneLine(f.Message), 1)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("the screen says otherwise (-want +got):\n%s", d)
			}
		})
	}
}

func TestFailedStepAndRetry(t *testing.T) {
	f := refund()
	f.Value.Modules[0].Retry = &flow.Retry{Constant: &flow.Constant{Attempts: 1, Seconds: 30}}
	j := &journal{id: "r"}
	j.add(0, run.Started{Flow: hash, Name: "Refund", Path: "u/me/refund", Input: run.Inline(nil), Rules: run.RulesNow})
	j.add(1*ms, run.JobStarted{Step: "a", Attempt: 1, Job: "j1"})
	j.add(20*ms, run.JobFailed{Step: "a", Attempt: 1, Err: run.Failure{Name: "Error", Message: "There is no\norder 4711"}})
	m := New()
	m.Open("u/me/refund", f)
	m.SetNow(start.Add(10 * s))
	m.SetPlan(hash, planOf(t, pin(t, f)))
	m.Apply(j.entries)
	m.Follow("r")
	if b, _ := m.sceneBox("a"); b.Role != Busy || b.Line != "Attempt 1 failed · 20 s left" {
		t.Errorf("between attempts the card says %v %q", b.Role, b.Line)
	}
	n := len(j.entries)
	j.add(31*s, run.TimerFired{Step: "a", Kind: run.TimerRetry})
	j.add(31*s, run.JobStarted{Step: "a", Attempt: 2, Job: "j2"})
	j.add(32*s, run.JobFailed{Step: "a", Attempt: 2, Err: run.Failure{Name: "Error", Message: "There is no\norder 4711", Hint: "Try 4712."}})
	m.Apply(j.entries[n:])
	if b, _ := m.sceneBox("a"); b.Role != Bad || b.Line != "Failed · There is no order 4711" {
		t.Errorf("the card says %v %q", b.Role, b.Line)
	}
	h, _ := m.Header()
	if h.State != "Failed" || !strings.Contains(h.Line, "There is no order 4711") || h.CanCancel {
		t.Errorf("the header says %+v", h)
	}
}

func TestTheColorsOfARunAreThoseOfTheFlowThatRan(t *testing.T) {
	m := following(t, upToGate("r1").oneVote().toTheEnd())
	roles := func() string {
		var b strings.Builder
		for _, x := range m.Scene().Boxes {
			b.WriteString(x.ID + " " + roleName(x.Role) + ", ")
		}
		return b.String()
	}
	ran := roles()
	if !strings.Contains(ran, "#end good") {
		t.Fatal(ran)
	}
	m.Do(SetSummary("a", "Another name"))
	if got := roles(); got != ran {
		t.Errorf("after another name: %s", got)
	}
	m.Do(SetSuspend("b", "needs", "", func(s *flow.Suspend) { s.RequiredEvents = 3 }))
	if got := roles(); got != strings.NewReplacer("b good", "b idle", "#end good", "#end idle").Replace(ran) {
		t.Errorf("after an edit of b: %s", got)
	}
	m.Undo()
	if got := roles(); got != ran {
		t.Errorf("after undo: %s", got)
	}
	m.Do(Delete("e"))
	if got := roles(); !strings.Contains(got, "a good") || !strings.Contains(got, "d good") || !strings.Contains(got, "#end idle") {
		t.Errorf("after a step was taken out: %s", got)
	}
	w := following(t, upToGate("r1"))
	w.Do(SetSuspend("b", "needs", "", func(s *flow.Suspend) { s.RequiredEvents = 3 }))
	if b, _ := w.sceneBox("b"); b.Role != AwaitsPeople {
		t.Error("a run that waits is not told any more, as the flow was edited")
	}
}

func (m *Model) sceneBox(id string) (Box, bool) {
	s := m.Scene()
	return s.Box(id)
}

func TestEntriesWaitForTheirPlan(t *testing.T) {
	j := upToGate("r1")
	m := New()
	m.SetNow(start.Add(time.Minute))
	m.Follow("r1")
	d := m.Apply(j.entries[:4])
	if !d.Plans {
		t.Error("Apply did not ask for the plan")
	}
	if need := m.NeedPlans(); !cmp.Equal(need, []string{hash}) {
		t.Errorf("NeedPlans = %q", need)
	}
	m.Apply(j.entries[4:])
	if need := m.NeedPlans(); len(need) != 0 {
		t.Errorf("asked again for %q", need)
	}
	if h, _ := m.Header(); h.State != "Running" {
		t.Errorf("before the plan is there the header says %+v", h)
	}
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	if h, _ := m.Header(); h.State != "Waiting for approval" {
		t.Errorf("header %+v", h)
	}
}

func TestPlanThatCanNotBeHad(t *testing.T) {
	m := New()
	m.Follow("r1")
	m.Apply(upToGate("r1").entries)
	m.PlanFailed(hash, errors.New("gone"))
	if h, ok := m.Header(); !ok || h.Role != Bad || h.Hint == "" {
		t.Errorf("header %+v", h)
	}
}

func TestDamagedRunIsSetAside(t *testing.T) {
	m := New()
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	bad := upToGate("bad")
	bad.entries = append(bad.entries[:2:2], bad.entries[7:]...) // a success that never began
	for i := range bad.entries {
		bad.entries[i].Seq = i + 1
	}
	m.Follow("bad")
	m.Apply(bad.entries)
	if h, _ := m.Header(); h.State != textDamaged {
		t.Errorf("header %+v", h)
	}
	m.Follow("good")
	m.SetRun("good", upToGate("good").entries)
	if h, _ := m.Header(); h.State != "Waiting for approval" {
		t.Errorf("another run after it: %+v", h)
	}
}

// A run that is looked at comes from two sides: its journal as it is read, and
// what happens meanwhile.
func TestARunIsReadWhileItGoesOn(t *testing.T) {
	all := upToGate("r1").oneVote().toTheEnd().entries
	whole := following(t, &journal{id: "r1", entries: all})
	whole.Select("b")
	for _, c := range []struct{ read, news int }{{9, 9}, {9, 5}, {0, 0}, {len(all), 4}, {12, 12}, {3, 1}} {
		m := New()
		m.Open("u/me/refund", refund())
		m.SetNow(start.Add(4 * time.Minute))
		m.SetPlan(hash, planOf(t, pin(t, refund())))
		if d := m.Follow("r1"); !d.Loads || !cmp.Equal(m.NeedRuns(), []run.ID{"r1"}) {
			t.Fatal("its journal is not asked for")
		}
		m.Apply(all[c.news:])
		m.SetRun("r1", all[:c.read/2]) // long journals come in pieces
		m.SetRun("r1", all[c.read/2:c.read])
		m.Select("b")
		if d := cmp.Diff(tell(whole), tell(m)); d != "" {
			t.Fatalf("%d read, news from %d:\n%s", c.read, c.news, d)
		}
	}
}

func TestOtherRunsAreNotFolded(t *testing.T) {
	m := New()
	m.Open("u/me/other", flowOf(ts("x")))
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	d := m.Apply(upToGate("r1").entries)
	if m.run != nil || m.Followed() != "" || !d.Panes.Has(PaneRuns|PaneInbox) || d.Panes.Has(PaneCanvas) {
		t.Errorf("followed %q, dirty %+v", m.Followed(), d)
	}
}

func TestAJournalThatCanNotBeRead(t *testing.T) {
	m := New()
	m.Follow("r1")
	m.RunFailed("r1", errors.New("torn"))
	if h, _ := m.Header(); h.State != textDamaged || h.Hint == "" {
		t.Errorf("header %+v", h)
	}
}

func TestApplyInPiecesIsApplyAtOnce(t *testing.T) {
	all := upToGate("r1").oneVote().toTheEnd().entries
	whole := following(t, &journal{id: "r1", entries: all})
	whole.Select("b")
	for cut := range all {
		m := New()
		m.Open("u/me/refund", refund())
		m.SetNow(start.Add(4 * time.Minute))
		m.Apply(all[:cut])
		m.SetPlan(hash, planOf(t, pin(t, refund())))
		m.Apply(all[cut:])
		m.Follow("r1")
		m.Select("b")
		if d := cmp.Diff(tell(whole), tell(m)); d != "" {
			t.Fatalf("cut after %d entries:\n%s", cut, d)
		}
	}
}

func TestRunOfAnotherFlowOpensItToLookAt(t *testing.T) {
	m := New()
	m.Open("u/me/other", flowOf(ts("x")))
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	m.Apply(upToGate("r1").entries)
	if m.Followed() != "" {
		t.Fatal("a run of another flow took the canvas")
	}
	m.Follow("r1")
	d := m.SetRun("r1", upToGate("r1").entries)
	if !d.Shape || m.Doc().Path != "u/me/refund" || !m.Doc().ReadOnly {
		t.Fatalf("the document is %+v", m.Doc())
	}
	if d := m.Do(SetSummary("a", "x")); d.Err == nil || d.Save {
		t.Error("the flow of a past run could be changed")
	}
	if ok, why := m.CanTest(); ok || why == "" {
		t.Error("the flow of a past run can be tested")
	}
}

func TestFollowBeforeTheFirstEntry(t *testing.T) {
	m := New()
	m.Open("u/me/refund", refund())
	m.SetNow(start)
	m.Follow("r1")
	if h, ok := m.Header(); !ok || h.State != "Starting" {
		t.Errorf("header %+v", h)
	}
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	d := m.Apply(upToGate("r1").entries)
	if !d.Panes.Has(PaneCanvas|PaneRun|PaneInbox) || !cmp.Equal(d.Nodes, []string{"a", "b"}) {
		t.Errorf("dirty %+v", d)
	}
}

func TestTest(t *testing.T) {
	m := New()
	if _, err := m.Test(nil); err == nil {
		t.Error("a test without a flow")
	}
	m.Open("u/me/empty", flowOf())
	if why := m.WhyNoTest(); why != whyNoSteps {
		t.Errorf("an empty flow: %q", why)
	}
	bad := flowOf(ts("a"), ts("a"))
	m.Open("u/me/bad", bad)
	if why := m.WhyNoTest(); why == "" {
		t.Error("two steps with one id can be tested")
	}
	m.Open("u/me/refund", refund())
	req, err := m.Test(json.RawMessage(`{"amount":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if req.Path != "u/me/refund" || string(req.Input) != `{"amount":7}` || req.Trigger.Kind != "test" {
		t.Errorf("request %+v", req)
	}
	if _, err := flow.ParseJSON(req.Flow); err != nil {
		t.Errorf("the request's flow: %v", err)
	}
	m.Open("u/me/other", flowOf(ts("a")))
	if m.LastInput() != nil {
		t.Error("another flow's input was offered")
	}
	m.Open("u/me/refund", refund())
	if string(m.LastInput()) != `{"amount":7}` {
		t.Errorf("last input %s", m.LastInput())
	}
}

func TestTestStepAsksForWhatExpressionsGave(t *testing.T) {
	f := refund()
	f.Value.Modules[1].Value.(*flow.RawScript).Inputs = &flow.Inputs{Names: []string{"who", "name of it"}, By: map[string]*flow.Input{
		"who":        {Kind: flow.Static, Value: flow.Raw(`["dana@acme.example"]`)},
		"name of it": {Kind: flow.JavaScript, Expr: "results.a.name"},
	}}
	m := New()
	m.Open("u/me/refund", f)
	req, schema, err := m.TestStep("b", nil)
	if err != nil {
		t.Fatal(err)
	}
	g, err := flow.ParseJSON(req.Flow)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := flow.Find(g, "b")
	if b == nil || b.Suspend != nil {
		t.Fatalf("the step alone is %+v", b)
	}
	in := flow.InputsOf(b)
	if in.By["name of it"].Expr != `flow_input["name of it"]` || in.By["who"].Kind != flow.Static {
		t.Errorf("inputs %+v", in.By)
	}
	if got := inputNames(schema); !cmp.Equal(got, []string{"name of it"}) {
		t.Errorf("asks for %q", got)
	}
	if _, _, err := m.TestStep("c", nil); err == nil {
		t.Error("a branch can be tested alone")
	}
}

// A field that the flow calls a resource is asked for as one: elsewhere the name
// of a resource would be text.
func TestTestStepAsksForResources(t *testing.T) {
	f := refund()
	f.Schema = flow.Raw(`{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"}}}`)
	f.Value.Modules[1].Value.(*flow.RawScript).Inputs = &flow.Inputs{Names: []string{"db", "note", "made"}, By: map[string]*flow.Input{
		"db":   {Kind: flow.JavaScript, Expr: `flow_input["db"];`},
		"note": {Kind: flow.JavaScript, Expr: "flow_input.note"},
		"made": {Kind: flow.JavaScript, Expr: "results.a.db"},
	}}
	m := New()
	m.Open("u/me/refund", f)
	_, schema, err := m.TestStep("b", nil)
	if err != nil {
		t.Fatal(err)
	}
	o := flow.SchemaOrigin(schema)
	for name, want := range map[string]bool{"db": true, "note": false, "made": false} {
		if o.Field(name).All() != want {
			t.Errorf("%s is asked for as a resource: %v, want %v; %s", name, !want, want, schema)
		}
	}
}

// A run that was started here is shown by what its start returned: nothing is read for
// it, and what comes later follows.
func TestARunThatWasStartedIsShownAtOnce(t *testing.T) {
	j := upToGate("r1")
	m := New()
	m.Open("u/me/refund", refund())
	begun := run.Begun{ID: j.id, Flow: hash, Plan: planOf(t, pin(t, refund())), Entries: j.entries[:2]}
	m.Apply([]run.Entry{{ID: 0, Run: "another", Seq: 7, At: start, Event: run.Admitted{}}})
	d := m.Begin(begun)
	if d.Loads || d.Plans || len(m.NeedRuns()) > 0 || len(m.NeedPlans()) > 0 {
		t.Errorf("something is read: %+v", d)
	}
	if got := m.run.state.Status(); got != run.StatusRunning || m.run.seq != 2 {
		t.Errorf("it is shown as %s, up to entry %d", got, m.run.seq)
	}
	m.Apply(j.entries) // from the first on, as the journal brings them
	if m.run.seq != len(j.entries) || len(m.NeedRuns()) > 0 {
		t.Errorf("it is shown up to entry %d", m.run.seq)
	}
}

// Where the journal was ahead of what the start returned, the run is read: entries of it
// came when nobody looked.
func TestARunThatWentOnBeforeItWasShownIsRead(t *testing.T) {
	j := upToGate("r1")
	m := New() // another flow is open, so nobody follows the run
	m.Apply(j.entries)
	d := m.Begin(run.Begun{ID: j.id, Flow: hash, Plan: planOf(t, pin(t, refund())), Entries: j.entries[:2]})
	if need := m.NeedRuns(); !d.Loads || len(need) != 1 || need[0] != j.id {
		t.Fatalf("%+v: what is read is %v", d, need)
	}
	m.SetRun(j.id, j.entries)
	if m.run.seq != len(j.entries) {
		t.Errorf("it is shown up to entry %d", m.run.seq)
	}
}

// What somebody entered is told with the words of the form, as on the page.
func TestAnswersAreToldWithTheTitlesOfTheForm(t *testing.T) {
	f := refund()
	f.Value.Modules[1].Suspend.ResumeForm = &flow.ResumeForm{Schema: flow.Raw(`{"type":"object","properties":{
		"action":{"type":"string","title":"What shall be done","enum":["full","part"],"enumLabels":{"full":"Refund in full"}},
		"due_by":{"type":"string"},"message":{"type":"string","title":"Message"}}}`)}
	j := upToGate("r1").add(60*s, run.DecisionMade{Step: "b", Person: "dana@acme.example", Approve: true, Via: run.ViaLink,
		Payload: run.Inline(json.RawMessage(`{"action":"full","due_by":"Monday","message":"Broken lamp","else":1}`))})
	m := New()
	m.Open("u/me/refund", f)
	m.SetNow(start.Add(70 * s))
	m.SetPlan(hash, planOf(t, pin(t, f)))
	m.Apply(j.entries)
	m.Follow("r1")
	m.Select("b")
	d, ok := m.Detail()
	if !ok {
		t.Fatal("nothing is told of the step")
	}
	told := ""
	for _, l := range d.Timeline {
		told += l.Text() + "\n"
	}
	fields, err := flow.Fields(f.Value.Modules[1].Suspend.ResumeForm.Schema, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "What shall be done: " + fields[0].Choices[0].Label + " · " + fields[1].Title + ": Monday · Message: Broken lamp · else: 1"
	if !strings.Contains(told, want) {
		t.Errorf("told is %q, want %q", told, want)
	}
}
