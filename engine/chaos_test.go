package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/web/page"
)

// TestNoDecisionIsLostOrInvented lets random people vote over HTTP, early and
// late, by page and by program, with scanners among them, while the run is
// canceled or expires, the disk fails for a while and the process dies at random
// commits. Afterwards the
// journal holds every vote that was acknowledged, exactly once, none that nobody
// cast, and each gate ended as the votes in the journal say. CHAOS_SEED repeats
// a run, CHAOS_ROUNDS sets its length.
func TestNoDecisionIsLostOrInvented(t *testing.T) {
	t.Parallel()
	seed, rounds := rand.Uint64(), 200
	if testing.Short() {
		rounds = 30
	}
	if s := os.Getenv("CHAOS_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	if s := os.Getenv("CHAOS_ROUNDS"); s != "" {
		rounds, _ = strconv.Atoi(s)
	}
	t.Logf("CHAOS_SEED=%d", seed)
	sum := map[string]int{}
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		c := &chaos{fixture: f}
		c.pages = page.Handler(c, page.Options{Prefix: func() string { return "/sluice" }})
		f.world.Script("ask", c.ask)
		f.world.OnMail(func(_ context.Context, m run.Mail) (string, error) {
			c.found(held{step: m.Step, person: run.PersonOf(m.To), page: m.Page})
			return "", nil
		})
		c.reopen(nil)
		f.addAccount(true)
		for round := range rounds {
			c.round(rand.New(rand.NewPCG(seed, uint64(round))), sum)
			if t.Failed() {
				t.Fatalf("round %d of CHAOS_SEED=%d", round, seed)
			}
		}
		f.check()
		f.stop()
	})
	t.Logf("%v", sum)
	for _, what := range []string{"approved", "refused", "expired", "canceled", "acknowledged", "crash", "trouble", "lost", "early"} {
		if rounds >= 200 && sum[what] == 0 {
			t.Errorf("it never came to %q: %v", what, sum)
		}
	}
}

// chaos is what the people of a round share.
type chaos struct {
	*fixture
	pages http.Handler

	mu    sync.Mutex
	now   *Engine // the one that answers, perhaps dead
	id    run.ID
	need  int
	rnd   *rand.Rand
	links []held
	cast  map[ballot]bool // what somebody meant, by a right that he had
	acked map[ballot]int  // what a page or a program was told is recorded
	heard map[ballot]bool // told so, but perhaps of an earlier answer; Approve is not set
}

// held is a link in somebody's hands.
type held struct {
	step                 run.StepID
	person               string
	page, resume, cancel string
}

type ballot struct {
	step    run.StepID
	person  string
	approve bool
}

func (c *chaos) engine() *Engine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *chaos) Approval(ctx context.Context, secret string) (run.Approval, error) {
	return c.engine().Approval(ctx, secret)
}

func (c *chaos) Link(ctx context.Context, secret string) (run.Link, error) {
	return c.engine().Link(ctx, secret)
}

func (c *chaos) Vote(ctx context.Context, l run.Link, d run.Decision) (run.Approval, error) {
	return c.engine().Vote(ctx, l, d)
}

func (c *chaos) reopen(hook func(before bool, n int) error) {
	c.openWith(hook)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.Engine
}

func (c *chaos) found(l held) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links = append(c.links, l)
}

func (c *chaos) int(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rnd.IntN(n)
}

func (c *chaos) seconds(n int) time.Duration { return time.Duration(c.int(n*1000)) * time.Millisecond }

// ask is a step that asks two people by mail and two by links of its own, one
// of them without a name, and takes its time.
func (c *chaos) ask(ctx context.Context, j run.Job) (any, error) {
	e := c.engine()
	caller, err := e.Caller(ctx, j.Env["WM_TOKEN"])
	if err != nil {
		return nil, err
	}
	req := run.MailRequest{Account: "u/me/gmail", To: []string{"Ann@acme.example", "bob@acme.example"}, Subject: "Approve?"}
	if err := e.AskByMail(ctx, caller, req); err != nil {
		return nil, err
	}
	for i, name := range []string{"cy", "", "ANN@acme.example"} {
		l, err := e.ResumeLinks(ctx, caller, uint32(10*j.Attempt+i), name)
		if err != nil {
			return nil, err
		}
		c.found(held{step: j.Step, person: l.Person, page: l.Page, resume: l.Resume, cancel: l.Cancel})
	}
	select {
	case <-time.After(c.seconds(3)):
		return 1, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// round lets one run live through it.
func (c *chaos) round(rnd *rand.Rand, sum map[string]int) {
	c.mu.Lock()
	c.rnd, c.links, c.need = rnd, nil, 1+rnd.IntN(3)
	c.cast, c.acked, c.heard = map[ballot]bool{}, map[ballot]int{}, map[ballot]bool{}
	c.mu.Unlock()
	gate := fmt.Sprintf(`|"retry":{"constant":{"attempts":2,"seconds":1}},"suspend":{"required_events":%d,"timeout":20}`, c.need)
	ask := func(id string) string { return strings.Replace(script("ask", gate), `"id":"ask"`, `"id":"`+id+`"`, 1) }
	id := c.start(ask("a"), ask("b"), script("c", ""))
	c.mu.Lock()
	c.id = id
	c.mu.Unlock()

	var people sync.WaitGroup
	for range 3 + c.int(6) {
		people.Go(func() {
			for range 1 + c.int(4) {
				time.Sleep(c.seconds(20))
				c.act()
			}
		})
	}
	for range c.int(3) {
		hit := make(chan bool)
		n, before, dead := c.int(12), c.int(3) > 0, errors.New("the process is dead")
		heals := before && c.int(2) == 0 // the disk fails for a while, and nobody dies
		seen, over := 0, false
		c.Engine.db.SetCommitHook(func(b bool, _ int) error { // serialized by the writer
			if over {
				return dead
			}
			if b == before {
				if seen++; seen > n {
					over = true
					close(hit)
					return dead
				}
			}
			return nil
		})
		select {
		case <-hit:
			time.Sleep(c.seconds(2)) // people go on voting at what is dead already
		case <-time.After(15 * time.Second):
		}
		if heals {
			c.Engine.db.SetCommitHook(nil)
			sum["trouble"]++
			continue
		}
		sum["crash"]++
		c.crash()
		time.Sleep(c.seconds(2))
		c.reopen(nil)
	}
	people.Wait()
	time.Sleep(2 * time.Minute) // every deadline passes
	synctest.Wait()
	c.judge(sum)
}

// act is one deed of somebody who has a link, or of the person at the computer.
func (c *chaos) act() {
	c.mu.Lock()
	n := len(c.links)
	var l, other held
	if n > 0 {
		l, other = c.links[c.rnd.IntN(n)], c.links[c.rnd.IntN(n)]
	}
	id, e := c.id, c.now
	c.mu.Unlock()
	b := ballot{l.step, l.person, c.int(6) > 0}
	switch what := c.int(12); {
	case what == 0 && c.int(4) == 0:
		if err := e.Cancel(bg, id, "eve", ""); err == nil {
			c.told(ballot{step: "canceled"}, false)
		}
	case what == 1 && n > 0:
		b.person = run.DesktopUser
		c.mean(b)
		if err := e.Decide(bg, run.Decision{Run: id, Step: b.step, Approve: b.approve, Person: "desktop user "}); err == nil {
			c.told(b, true)
		}
	case n == 0:
	case what < 4: // a scanner
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			for _, to := range []string{l.page, l.resume, l.cancel} {
				if w := c.send(method, to, "", ""); w.Code == 201 || w.Code == 303 {
					c.t.Errorf("%s %s: %d", method, to, w.Code)
				}
			}
		}
	case what < 6: // a form that was not taken from this page
		post := url.Values{"action": {"approve"}, "reason": {""}}
		if c.int(2) == 0 && other.page != l.page {
			post.Set("token", c.token(other.page))
		}
		if c.send("POST", l.page, urlencoded, post.Encode()).Code == 303 {
			c.told(ballot{step: b.step, person: b.person}, false)
		}
	case what < 9 && l.resume != "":
		c.mean(b)
		to := l.resume
		if !b.approve {
			to = l.cancel
		}
		if c.send("POST", to, "application/json", `{"n":`+strconv.Itoa(c.int(1000))+`}`).Code == 201 {
			c.told(b, true)
		}
	default:
		c.mean(b)
		post := url.Values{"token": {c.token(l.page)}, "action": {"approve"}, "reason": {""}}
		if !b.approve {
			post.Set("action", "deny")
		}
		for range 1 + c.int(2) { // some press twice
			if c.send("POST", l.page, urlencoded, post.Encode()).Code == 303 {
				c.told(ballot{step: b.step, person: b.person}, false)
			}
		}
	}
}

const urlencoded = "application/x-www-form-urlencoded"

func (c *chaos) mean(b ballot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cast[b] = true
}

// told notes an acknowledgement; exact if it is of this very answer.
func (c *chaos) told(b ballot, exact bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if exact {
		c.acked[b]++
	} else {
		c.heard[b] = true
	}
}

var pageToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

func (c *chaos) token(page string) string {
	if m := pageToken.FindStringSubmatch(c.send("GET", page, "", "").Body.String()); m != nil {
		return m[1]
	}
	return ""
}

func (c *chaos) send(method, address, kind, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	u, err := url.Parse(address)
	if err != nil || address == "" {
		w.Code = 0
		return w
	}
	r := httptest.NewRequest(method, u.Path, io.NopCloser(strings.NewReader(body)))
	r.Header.Set("Content-Type", cmp.Or(kind, "text/plain"))
	c.pages.ServeHTTP(w, r)
	return w
}

// judge reads the journal as it is on disk and compares it with what was done.
func (c *chaos) judge(sum map[string]int) {
	entries, err := c.Log(bg, c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	type gate struct {
		open    bool
		ended   run.ApprovalState
		votes   map[string]bool
		yes, no int
	}
	gates := map[run.StepID]*gate{"a": {votes: map[string]bool{}}, "b": {votes: map[string]bool{}}}
	verdict := func(g *gate) {
		switch {
		case g.ended != "" || !g.open:
		case g.no > 0:
			g.ended = run.ApprovalRefused
		case g.yes >= c.need:
			g.ended = run.ApprovalApproved
		}
	}
	counted, canceled := map[ballot]int{}, false
	for _, entry := range entries {
		switch ev := entry.Event.(type) {
		case run.DecisionMade:
			b := ballot{ev.Step, ev.Person, ev.Approve}
			g := gates[ev.Step]
			if !c.cast[b] {
				c.t.Errorf("nobody cast the vote %+v", b)
			}
			if _, twice := g.votes[ev.Person]; twice || g.ended != "" {
				c.t.Errorf("the vote %+v came twice, or after the end (%s)", b, g.ended)
			}
			g.votes[ev.Person] = ev.Approve
			if counted[b]++; ev.Approve {
				g.yes++
			} else {
				g.no++
			}
			if !g.open {
				sum["early"]++
			}
			verdict(g)
		case run.JobSucceeded:
			if g := gates[ev.Step]; g != nil {
				g.open = true
				verdict(g)
			}
		case run.JobLost:
			sum["lost"]++
		case run.TimerFired:
			if g := gates[ev.Step]; ev.Kind == run.TimerDeadline {
				if g.ended != "" {
					c.t.Errorf("%s expired after it was %s", ev.Step, g.ended)
				}
				g.ended = run.ApprovalExpired
			}
		case run.CancelRequested:
			canceled = true
			for _, g := range gates {
				g.ended = cmp.Or(g.ended, run.ApprovalCanceled)
			}
		}
	}
	for b, n := range c.acked {
		sum["acknowledged"] += n
		if n != 1 || counted[b] != 1 {
			c.t.Errorf("the vote %+v was acknowledged %d times and is in the journal %d times", b, n, counted[b])
		}
	}
	for b := range c.heard {
		if b.step == "canceled" {
			continue // or the run was over
		}
		if _, ok := gates[b.step].votes[b.person]; !ok {
			c.t.Errorf("%s was told that an answer to %s is recorded; there is none", b.person, b.step)
		}
	}
	s, err := c.Engine.Run(bg, c.id)
	if err != nil || s.Status != run.StatusDone {
		c.t.Errorf("the run is %+v, %v", s, err)
	}
	if canceled != (s.Outcome == run.Canceled) {
		c.t.Errorf("canceled %v, outcome %s", canceled, s.Outcome)
	}
	sum[string(s.Outcome)]++
	for step, g := range gates {
		a, err := c.ApprovalOf(bg, c.id, step)
		if fault.HasCode(err, "approval.unknown") && len(g.votes) == 0 {
			continue // the run did not come to it
		}
		if err != nil || a.State == run.ApprovalFailed && !g.open {
			if err != nil {
				c.t.Errorf("%s: %v", step, err)
			}
			continue
		}
		if a.State != g.ended || len(a.Votes) != len(g.votes) {
			c.t.Errorf("%s needs %d, its votes are %v: the journal makes it %q, the page says %q with %d votes", step, c.need, g.votes, g.ended, a.State, len(a.Votes))
		}
		sum[string(a.State)]++
		next := map[run.StepID]string{"a": "b", "b": "c"}[step]
		if began := strings.Contains(fmt.Sprint(c.started(entries)), next); began && a.State != run.ApprovalApproved {
			c.t.Errorf("%s began after %s was %s", next, step, a.State)
		}
	}
	if c.t.Failed() {
		for _, entry := range entries {
			c.t.Logf("%d %s %T%+v", entry.Seq, entry.At.Format("15:04:05.000"), entry.Event, entry.Event)
		}
	}
}

// started lists the steps whose jobs began.
func (c *chaos) started(entries []run.Entry) (out []run.StepID) {
	for _, entry := range entries {
		if ev, ok := entry.Event.(run.JobStarted); ok {
			out = append(out, ev.Step)
		}
	}
	return out
}
