package engine

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

func (f *fixture) link(id run.ID, step run.StepID, person string) string {
	f.t.Helper()
	l, err := f.MintLink(bg, id, step, person)
	if err != nil {
		f.t.Fatal(err)
	}
	return secretOf(l.Page)
}

// Vote votes by the secret of a link, as the web does.
func (f *fixture) Vote(ctx context.Context, secret string, d run.Decision) (run.Approval, error) {
	return voteBy(ctx, f.Engine, secret, d)
}

func voteBy(ctx context.Context, e *Engine, secret string, d run.Decision) (run.Approval, error) {
	l, err := e.Link(ctx, secret)
	if err != nil {
		return run.Approval{}, err
	}
	return e.Vote(ctx, l, d)
}

func TestOnePersonHasOneVote(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2), script("b", ""))
	f.untilWaiting(id)
	ann1, ann2, bob := f.link(id, "a", "ann"), f.link(id, "a", "ANN"), f.link(id, "a", "bob")
	approve := run.Decision{Approve: true}
	if a, err := f.Vote(bg, ann1, approve); err != nil || a.State != run.ApprovalWaiting {
		t.Fatalf("first vote: %v, %v", a.State, err)
	}
	for _, s := range []string{ann1, ann2} {
		a, err := f.Vote(bg, s, approve)
		if !fault.HasCode(err, "approval.voted") || len(a.Votes) != 1 {
			t.Errorf("second vote of one person: %+v, %v", a.Votes, err)
		}
	}
	if a, err := f.Vote(bg, bob, approve); err != nil || a.State != run.ApprovalApproved {
		t.Errorf("vote of another: %v, %v", a.State, err)
	}
	f.untilDone(id)
	if _, err := f.Vote(bg, ann1, run.Decision{}); err == nil {
		t.Error("a vote was taken after the end")
	}
	if n := f.count(id, "DecisionMade"); n != 2 {
		t.Errorf("%d decisions in the journal, want 2", n)
	}
}

// A link that was taken at this computer for somebody else is recorded, and so is
// the vote that comes by it.
func TestLinksTakenAtTheDesk(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2), script("b", ""))
	f.untilWaiting(id)
	own, err := f.TakeLink(bg, id, "a", run.DesktopUser)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := f.TakeLink(bg, id, "a", "Ann@Acme.example")
	if err != nil {
		t.Fatal(err)
	}
	bob := f.link(id, "a", "bob")
	if _, err := f.Vote(bg, secretOf(taken.Page), run.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	a, err := f.Vote(bg, bob, run.Decision{Approve: true})
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, p := range a.People {
		asked = append(asked, p.Person)
	}
	if diff := cmp.Diff([]string{run.DesktopUser, "ann@acme.example", "bob"}, asked); diff != "" {
		t.Error(diff)
	}
	if len(a.Votes) != 2 || !a.Votes[0].Taken || a.Votes[1].Taken {
		t.Errorf("votes %+v", a.Votes)
	}
	if _, err := f.Vote(bg, secretOf(own.Page), run.Decision{Approve: true}); err == nil {
		t.Error("a vote after the decision counts")
	}
}

// What is marked high stakes takes no approval without the word, from whatever door;
// a refusal needs none.
func TestHighStakes(t *testing.T) {
	f := newFixture(t).open()
	for _, approve := range []bool{true, false} {
		id := f.start(script("a", `|"x-sluice":{"high_stakes":true},"suspend":{"required_events":2,"timeout":600}`))
		f.untilWaiting(id)
		if a, err := f.ApprovalOf(bg, id, "a"); err != nil || !a.HighStakes {
			t.Fatalf("%+v, %v", a, err)
		}
		ann := f.link(id, "a", "ann")
		if !approve {
			if _, err := f.Vote(bg, ann, run.Decision{}); err != nil {
				t.Error(err)
			}
			f.untilDone(id)
			continue
		}
		for _, word := range []string{"", "yes", "approve it"} {
			for _, via := range []run.Via{"", run.ViaAPI, run.ViaScript} {
				want := fault.Code("approval.word")
				if via == run.ViaScript {
					want = "api.other"
				}
				if _, err := f.Vote(bg, ann, run.Decision{Approve: true, Word: word, Via: via}); !fault.HasCode(err, want) {
					t.Errorf("%q, %s: %v", word, via, err)
				}
			}
			if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Word: word}); !fault.HasCode(err, "approval.word") {
				t.Errorf("%q at the desk: %v", word, err)
			}
		}
		if _, err := f.Vote(bg, ann, run.Decision{Approve: true, Word: "approve", Via: run.ViaScript}); !fault.HasCode(err, "api.other") {
			t.Errorf("a script with the word: %v", err)
		}
		if _, err := f.Vote(bg, ann, run.Decision{Approve: true, Word: "approve"}); err != nil {
			t.Error(err)
		}
		if _, err := f.Vote(bg, ann, run.Decision{Approve: true}); !fault.HasCode(err, "approval.voted") {
			t.Errorf("a second vote: %v", err)
		}
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Word: "Approve "}); err != nil {
			t.Error(err)
		}
		f.untilDone(id)
		if n := f.count(id, "DecisionMade"); n != 2 {
			t.Errorf("%d decisions, want 2", n)
		}
	}
}

// A link that is revoked between the look at it and the vote takes no vote.
func TestRevokedUnderTheVote(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	other, err := f.Link(bg, f.link(id, "a", "bob"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Link(bg, f.link(id, "a", "ann"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.RevokeLink(bg, l.ID); err != nil {
		t.Fatal(err)
	}
	if a, err := f.Engine.Vote(bg, l, run.Decision{Approve: true}); !fault.HasCode(err, "link.revoked") || len(a.Votes) > 0 {
		t.Errorf("a vote by a revoked link: %+v, %v", a, err)
	}
	a, err := f.Engine.Vote(bg, other, run.Decision{Approve: true})
	if err != nil || a.State != run.ApprovalApproved || a.MyVote == nil || a.Link != other {
		t.Errorf("a vote by another: %+v, %v", a, err)
	}
	f.untilDone(id)
}

func TestLateVotesAreToldWhy(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	ann, bob := f.link(id, "a", "ann"), f.link(id, "a", "bob")
	if _, err := f.Vote(bg, bob, run.Decision{Reason: "too expensive"}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	a, err := f.Vote(bg, ann, run.Decision{Approve: true})
	if !fault.HasCode(err, "approval.decided") || !strings.Contains(err.Error(), "bob") || a.State != run.ApprovalRefused || a.Reason != "too expensive" {
		t.Errorf("Vote = %+v, %v", a, err)
	}

	id = f.start(script("a", gate1))
	f.untilWaiting(id)
	ann = f.link(id, "a", "ann")
	if err := f.Cancel(bg, id, "bob", "never mind"); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	if a, err := f.Vote(bg, ann, run.Decision{Approve: true}); !fault.HasCode(err, "approval.canceled") || a.State != run.ApprovalCanceled {
		t.Errorf("Vote = %+v, %v", a, err)
	}
}

func TestLinksThatDoNotOpen(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate1), script("b", ""))
	f.untilWaiting(id)
	s := f.link(id, "a", "ann")
	if len(s) != 26 || strings.ToLower(s) != s {
		t.Errorf("secret %q is not 128 bits in lower-case base32", s)
	}
	for _, bad := range []string{"", "x", s[1:], s + "a", strings.ToUpper(s)} {
		if _, err := f.Approval(bg, bad); !fault.HasCode(err, "link.unknown") {
			t.Errorf("Approval(%q) = %v", bad, err)
		}
		if _, err := f.Vote(bg, bad, run.Decision{Approve: true}); !fault.HasCode(err, "link.unknown") {
			t.Errorf("Vote(%q) = %v", bad, err)
		}
	}
	hash := sha256.Sum256([]byte(s))
	l, ok, err := f.db.LinkByHash(hash[:])
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := f.RevokeLink(bg, l.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Vote(bg, s, run.Decision{Approve: true}); !fault.HasCode(err, "link.revoked") {
		t.Errorf("Vote by a revoked link = %v", err)
	}
	if _, err := f.MintLink(bg, id, "b", "ann"); !fault.HasCode(err, "approval.unknown") {
		t.Errorf("MintLink to a step that asks nobody = %v", err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "nowhere", Approve: true}); err == nil {
		t.Error("a decision on a step that is not there was taken")
	}
}

func TestFormIsCheckedBeforeTheVote(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", `|"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","required":["sum"],"properties":{"sum":{"type":"number"}}}}}`))
	f.untilWaiting(id)
	s := f.link(id, "a", "ann")
	for _, bad := range []string{``, `{}`, `{"sum":"much"}`, `[1]`, `{"sum":`} {
		_, err := f.Vote(bg, s, run.Decision{Approve: true, Payload: json.RawMessage(bad)})
		form, ok := errors.AsType[*flow.FormError](err)
		if !fault.HasCode(err, "approval.form") || !ok {
			t.Errorf("Vote with %q = %v", bad, err)
		} else if bad == `{}` && (len(form.Errors) != 1 || form.Errors[0].Path[0] != "sum") {
			t.Errorf("errors = %+v", form.Errors)
		}
	}
	if n := f.count(id, "DecisionMade"); n != 0 {
		t.Errorf("%d decisions after wrong forms", n)
	}
	if _, err := f.Vote(bg, s, run.Decision{Approve: true, Payload: json.RawMessage(`{"sum":3}`)}); err != nil {
		t.Error(err)
	}
	f.untilDone(id)
}

func TestVotesTimeoutAndCancelAreSettledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Script("c", func(context.Context, run.Job) (any, error) { return "never", nil })
		for round := range 20 {
			id := f.start(script("a", `|"suspend":{"required_events":1,"timeout":60}`), script("b", ""))
			f.untilWaiting(id)
			var links []string
			for i := range 4 {
				links = append(links, f.link(id, "a", fmt.Sprint("p", i)))
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			counted := 0
			time.Sleep(60*time.Second - time.Duration(round%2)*time.Nanosecond) // the deadline is now, or a moment away
			for i, s := range links {
				wg.Go(func() {
					if _, err := f.Vote(bg, s, run.Decision{Approve: i%2 == 0}); err == nil {
						mu.Lock()
						counted++
						mu.Unlock()
					}
				})
			}
			wg.Go(func() { f.Cancel(bg, id, "ann", "") })
			wg.Wait()
			synctest.Wait()
			s, err := f.Engine.Run(bg, id)
			if err != nil || s.Status != run.StatusDone {
				t.Fatalf("round %d: %+v, %v", round, s, err)
			}
			if got := f.count(id, "DecisionMade"); got != counted || counted > 1 {
				t.Errorf("round %d: %d votes were told they count, %d are in the journal, outcome %s", round, counted, got, s.Outcome)
			}
		}
		f.check()
		f.stop()
	})
}

func TestDeadlineIsKeptAcrossARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		id := f.start(script("a", gate1))
		late := f.start(script("a", `|"suspend":{"required_events":1,"timeout":7200}`))
		f.untilWaiting(id)
		f.untilWaiting(late)
		s := f.link(id, "a", "ann")
		f.stop()
		time.Sleep(time.Hour)
		f.open()
		synctest.Wait()
		if s, _ := f.Engine.Run(bg, id); s.Outcome != run.Expired {
			t.Errorf("a request that was due while closed is %+v", s)
		}
		if s, _ := f.Engine.Run(bg, late); s.Status != run.StatusSuspended {
			t.Errorf("a request that is not due is %+v", s)
		}
		if _, err := f.Vote(bg, s, run.Decision{Approve: true}); !fault.HasCode(err, "approval.expired") {
			t.Errorf("Vote after the deadline = %v", err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if s, _ := f.Engine.Run(bg, late); s.Outcome != run.Expired {
			t.Errorf("after two hours it is %+v", s)
		}
		f.check()
		f.stop()
	})
}

func TestRetriesAndPausesTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		var at []time.Duration
		begin := time.Now()
		f.world.Script("a", func(context.Context, run.Job) (any, error) {
			at = append(at, time.Since(begin).Round(time.Second))
			if len(at) < 4 {
				return nil, &run.Failure{Name: "Error", Message: "not yet"}
			}
			return 1, nil
		})
		id := f.start(script("a", `|"retry":{"constant":{"attempts":3,"seconds":18000}}`), script("b", ""))
		time.Sleep(4 * 24 * time.Hour)
		synctest.Wait()
		if s, _ := f.Engine.Run(bg, id); s.Outcome != run.Succeeded {
			t.Errorf("%+v: %v", s, f.events(id))
		}
		wait := 5 * time.Hour
		f.diff("attempts", []time.Duration{0, wait, 2 * wait, 3 * wait}, at)
		f.check()
		f.stop()
	})
}

func TestResumeLinksAnswerTheSameNonceTheSame(t *testing.T) {
	f := newFixture(t).open()
	type answer struct{ one, again, other, named run.Links }
	var got answer
	var caller run.Caller
	f.world.Script("a", func(ctx context.Context, j run.Job) (_ any, err error) {
		if caller, err = f.Caller(ctx, j.Env["WM_TOKEN"]); err != nil {
			return nil, err
		}
		for _, ask := range []struct {
			to     *run.Links
			nonce  uint32
			person string
		}{{&got.one, 7, ""}, {&got.again, 7, ""}, {&got.other, 8, ""}, {&got.named, 9, "Ann@Acme.example"}} {
			if *ask.to, err = f.ResumeLinks(ctx, caller, ask.nonce, ask.person); err != nil {
				return nil, err
			}
		}
		// A vote that comes before the gate stands counts.
		_, err = f.Vote(ctx, secretOf(got.named.Resume), run.Decision{Approve: true, Via: run.ViaAPI})
		return 1, err
	})
	id := f.start(script("a", gate1))
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		t.Fatalf("%+v: %v", s, f.events(id))
	}
	f.diff("the same nonce", got.one, got.again)
	if got.one.Person == got.other.Person || !strings.HasPrefix(got.one.Person, "approver ") || got.named.Person != "ann@acme.example" {
		t.Errorf("persons %q, %q, %q", got.one.Person, got.other.Person, got.named.Person)
	}
	want := fmt.Sprintf("https://ask.example/sluice/api/w/sluice/jobs_u/cancel/%s/8/%s", caller.Job, secretOf(got.other.Page))
	f.diff("cancel address", want, got.other.Cancel)
	if _, err := f.ResumeLinks(bg, caller, 7, ""); !fault.HasCode(err, "api.token") {
		t.Errorf("ResumeLinks after the job = %v", err)
	}
	if n := f.count(id, "LinkMinted"); n != 3 {
		t.Errorf("%d links were made, want 3: %v", n, f.events(id))
	}
}

func TestRequestWithoutLinksIsTheDesktopUsers(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	a, err := f.ApprovalOf(bg, id, "a")
	if err != nil || len(a.People) != 1 || a.People[0].Person != run.DesktopUser {
		t.Errorf("people %+v, %v", a.People, err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); !fault.HasCode(err, "approval.voted") && !fault.HasCode(err, "approval.decided") {
		t.Errorf("a second decision = %v", err)
	}
}

// Of many open requests the oldest are read, and all are counted; a run that was
// set aside asks nobody.
func TestOpenRequestsByThePage(t *testing.T) {
	f := newFixture(t).open()
	var ids []run.ID
	for range 5 {
		id := f.start(script("a", gate1))
		f.awaitStatus(id, run.StatusSuspended)
		ids = append(ids, id)
	}
	check := func(limit int, want ...run.ID) {
		t.Helper()
		open, err := f.Approvals(bg, limit)
		var got []run.ID
		for _, a := range open {
			got = append(got, a.Run)
		}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("up to %d: %v\n%s", limit, err, d)
		}
	}
	count := func(limit, want int) {
		t.Helper()
		if n, err := f.Waiting(bg, limit); n != want || err != nil {
			t.Errorf("Waiting(%d) = %d, %v, want %d", limit, n, err, want)
		}
	}
	check(3, ids[:3]...)
	check(0, ids...)
	count(0, 5)
	count(2, 2)
	if err := f.Decide(bg, run.Decision{Run: ids[1], Step: "a", Approve: true, Via: run.ViaDesktop, Person: run.DesktopUser}); err != nil {
		t.Fatal(err)
	}
	f.await(ids[1])
	check(2, ids[0], ids[2])
	count(0, 4)
	f.stop()
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = 'spoiled' WHERE uuid = '`+string(ids[0])+`'`)
	f.open()
	check(2, ids[2], ids[3])
	count(0, 3)
	f.stop()
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = NULL`)
	f.open()
}

// A request in a long loop tells what its turn is about, also where the list is
// too large for the journal.
func TestRequestsOfALongLoopTellTheirItem(t *testing.T) {
	f := newFixture(t)
	f.cfg.Workers = 8
	f.open()
	f.world.Expr("many orders", func(func(string) (json.RawMessage, error)) (any, error) {
		var list []map[string]any
		for n := range 300 {
			list = append(list, map[string]any{"order": fmt.Sprint("R-", n), "amount": n * 10, "api_key": "hidden", "note": strings.Repeat("long ", 200)})
		}
		return list, nil
	})
	id := f.start(`{"id":"l","summary":"Each order","value":{"type":"forloopflow","parallel":true,"parallelism":2,"skip_failures":false,
		"iterator":{"type":"javascript","expr":"many orders"},"modules":[{"id":"a","suspend":{"required_events":1},"value":{"type":"identity"}}]}}`)
	f.until(id, "two requests", func(run.Summary) bool { n, err := f.Waiting(bg, 0); return n == 2 && err == nil })
	open, err := f.Approvals(bg, 0)
	if err != nil || len(open) != 2 {
		t.Fatal(len(open), err)
	}
	for i, a := range open {
		one, err := f.ApprovalOf(bg, id, a.Step)
		if err != nil {
			t.Fatal(err)
		}
		f.diff("facts of the one and of the list", a.Ask.Facts, one.Ask.Facts)
		note := strings.Repeat("long ", 100) + "…"
		f.diff("facts", []run.Fact{{Label: "Each order", Value: fmt.Sprint(i+1, " of 300")}, {Label: "amount", Value: fmt.Sprint(i * 10)},
			{Label: "note", Value: note}, {Label: "order", Value: fmt.Sprint("R-", i)}}, a.Ask.Facts)
	}
	if err := f.Cancel(bg, id, "ann", ""); err != nil {
		t.Fatal(err)
	}
}

// Whether a text may be a link's secret is known of every link: of those that were there
// before it was first asked, of those made since, and
// after a restart.
func TestEveryLinkMayBeOne(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) { return nil, nil })
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	var secrets []string
	mint := func(n int) {
		for range n {
			l, err := f.MintLink(bg, id, "a", "dana@acme.example")
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, secretOf(l.Page))
		}
	}
	check := func(when string) {
		for i, s := range secrets {
			if !f.MayBeLink(s) {
				t.Errorf("%s: link %d of %d is told to be none", when, i, len(secrets))
			}
		}
		wrong := 0
		for i := range 1000 {
			if f.MayBeLink(fmt.Sprintf("%026d", i)) {
				wrong++
			}
		}
		if wrong > 20 {
			t.Errorf("%s: %d of 1000 texts that are none may be links", when, wrong)
		}
	}
	mint(3)
	check("before")
	mint(50)
	check("after")
	f.stop()
	f.open()
	check("after a restart")
}

// A number that the next steps could not read is refused before it decides anything, with
// a form and without.
func TestAnswersWithNumbersThatCannotBeHeld(t *testing.T) {
	const form = `|"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","properties":{"n":{"type":"number"}}}}}`
	for name, gate := range map[string]string{"with a form": form, "without": gate1} {
		f := newFixture(t).open()
		f.world.Script("b", func(ctx context.Context, j run.Job) (any, error) { return string(j.Args), nil })
		id := f.start(script("a", gate), script("b", `"n":{"type":"javascript","expr":"resume.n"}`))
		f.untilWaiting(id)
		secret := f.link(id, "a", "ann")
		_, err := f.Vote(bg, secret, run.Decision{Approve: true, Payload: json.RawMessage(`{"n":1e400}`)})
		if err == nil || !strings.Contains(fmt.Sprint(err), "too large a number") && !strings.Contains(fault.From(err).Hint, "too large a number") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := f.Vote(bg, secret, run.Decision{Approve: true, Payload: json.RawMessage(`{"n":1e300}`)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.untilDone(id)
		f.diff(name, `"{\"n\":1e+300}"`, strings.ReplaceAll(f.result(id, "b"), "1e300", "1e+300"))
	}
}

// A form with too many fields is refused at the start.
func TestFormsWithTooManyFieldsDoNotStart(t *testing.T) {
	var fields strings.Builder
	for i := range flow.MaxFields {
		fmt.Fprintf(&fields, `"f%d":{"type":"string"},`, i)
	}
	f := newFixture(t).open()
	schema := `{"type":"object","properties":{` + fields.String() + `"last":{"type":"string"}}}`
	for _, file := range []string{
		`{"schema":` + schema + `,"value":{"modules":[]}}`,
		`{"value":{"modules":[` + script("a", `|"suspend":{"required_events":1,"resume_form":{"schema":`+schema+`}}`) + `]}}`,
	} {
		if _, err := f.Start(bg, run.Request{Flow: []byte(file), Input: []byte(`{}`)}); !fault.HasCode(err, flow.ProblemForm) || !strings.Contains(fault.From(err).Title, "more than 1000 fields") {
			t.Errorf("%v", err)
		}
	}
}
