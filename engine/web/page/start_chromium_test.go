package page_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sluice/engine"
	"sluice/engine/enginetest"
	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/engine/web/page"
)

// refundFlow asks for a refund; its step returns what the world says.
const refundFlow = `{"summary":"Ask for a refund","description":"Fill this in **once per order**. A person of the shop looks at it.\n\n- under 50 €: paid at once\n- over 50 €: [the rules](https://shop.example/rules)",
	"schema":{"type":"object","order":["order","amount","why","mail","when","gift","note"],"required":["order","amount","why"],"properties":{
		"order":{"type":"string","title":"Order","description":"The number on the bill.","pattern":"^[0-9]{4}$","customErrorMessage":"Four digits, please."},
		"amount":{"type":"number","title":"Amount","minimum":1,"maximum":500},
		"why":{"type":"string","title":"Why","enum":["Broken","Late","Wrong cup"]},
		"mail":{"type":"string","format":"email","title":"Your address"},
		"when":{"type":"string","format":"date","title":"Bought on"},
		"gift":{"type":"boolean","title":"It was a gift"},
		"note":{"type":"string","format":"multiline","title":"Note"}}},
	"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"` + enginetest.Language + `","content":"a","input_transforms":{}}}]}}`

// site is an engine with a form, behind the public listener.
type site struct {
	*engine.Engine
	t       *testing.T
	world   *enginetest.World
	cfg     engine.Config
	dir     string
	base    string
	address string
}

// newSite serves a form of a flow. It must be on.
func newSite(t *testing.T, doc string, is form.Form) *site {
	t.Helper()
	s := &site{t: t, world: &enginetest.World{}, dir: t.TempDir()}
	s.cfg = engine.Config{Dir: s.dir, Executors: map[string]engine.Executor{enginetest.Language: s.world}, Box: enginetest.Box{}, Evaluator: s.world, BaseURL: func() string { return s.base }}
	e, err := engine.Open(t.Context(), s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.world.Quiet = true
	t.Cleanup(s.stop)
	s.Engine = e
	srv := httptest.NewServer(page.Handler(e, page.Options{Forms: e, Conditions: e.FormConditions, Logger: page.Quiet()}))
	t.Cleanup(srv.Close)
	s.base = srv.URL
	if err := e.SaveFlow(t.Context(), "f/shop/refund", []byte(doc)); err != nil {
		t.Fatal(err)
	}
	is.Path, is.Flow, is.Enabled = "f/shop/refund_form", "f/shop/refund", true
	if s.address, err = e.SaveForm(t.Context(), is); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		s.t.Error(err)
	}
}

// reopen ends the engine and opens its folder again, with something done in between.
func (s *site) reopen(between func()) {
	s.t.Helper()
	s.stop()
	if between != nil {
		between()
	}
	e, err := engine.Open(s.t.Context(), s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Engine = e
}

// started lists the runs that the form started, the newest first.
func (s *site) started() (out []run.Summary) {
	s.t.Helper()
	all, err := s.Runs(s.t.Context(), engine.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range all {
		if r.Trigger.Kind == run.TriggerForm {
			out = append(out, r)
		}
	}
	return out
}

// done waits for the end of a run.
func (s *site) done(id run.ID) {
	s.t.Helper()
	for _, err := range s.Watch(s.t.Context(), 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		if r, err := s.Run(s.t.Context(), id); err != nil || r.Status == run.StatusDone {
			return
		}
	}
}

// back goes back by so many pages.
func back(by int64) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		at, list, err := cdppage.GetNavigationHistory().Do(ctx)
		if err != nil {
			return err
		}
		return cdppage.NavigateToHistoryEntry(list[at-by].ID).Do(ctx)
	})
}

// A person fills a form in wrong, sees what is wrong, corrects it, and sends it; by whatever
// they do then, going back, pressing again, looking again, there is one run.
func TestAFormInABrowser(t *testing.T) {
	ctx := page.Chromium(t)
	s := newSite(t, refundFlow, form.Form{Next: "The shop answers within a day.", Result: true})
	hold := make(chan struct{})
	defer func() {
		select {
		case <-hold:
		default:
			close(hold)
		}
	}()
	s.world.Script("a", func(context.Context, run.Job) (any, error) {
		<-hold
		return map[string]string{"markdown": "Your refund of **12 €** is on its way."}, nil
	})
	var lead, wrong, kept, first, second, again, sent string
	field := func(name string) string { return `[name="field/` + name + `"]` }
	press := chromedp.Click(`button[value=start]`, chromedp.ByQuery)
	good := chromedp.WaitVisible(`.status.good`, chromedp.ByQuery)
	err := chromedp.Run(ctx, page.Look(900, "light"), chromedp.Navigate(s.address), page.Shot("form-light"),
		page.Look(900, "dark"), page.Shot("form-dark"), page.Look(390, "light"), page.Shot("form-phone-light"), page.Look(390, "dark"), page.Shot("form-phone-dark"), page.Look(900, "light"),
		chromedp.Text("main", &lead, chromedp.ByQuery),
		chromedp.SendKeys(field("order"), "47", chromedp.ByQuery), chromedp.SendKeys(field("amount"), "twelve", chromedp.ByQuery), chromedp.SendKeys(field("note"), "The handle is off.", chromedp.ByQuery),
		press, chromedp.WaitVisible(".errors", chromedp.ByQuery), page.Shot("form-wrong-light"), page.Look(390, "dark"), page.Shot("form-wrong-phone-dark"), page.Look(900, "light"),
		chromedp.Text(".errors", &wrong, chromedp.ByQuery), chromedp.Value(field("note"), &kept, chromedp.ByQuery),
		chromedp.SetValue(field("order"), "4711", chromedp.ByQuery), chromedp.SetValue(field("amount"), "12", chromedp.ByQuery), chromedp.Click(`[value='"Broken"']`, chromedp.ByQuery),
		press, good, page.Shot("received-light"), page.Look(390, "dark"), page.Shot("received-phone-dark"), page.Look(900, "light"),
		chromedp.Location(&first), chromedp.Text("main", &sent, chromedp.ByQuery))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		lead:  {"Ask for a refund", "once per order", "Nothing happens until you press the button", "The shop answers within a day."},
		wrong: {"3 things", "Four digits, please.", "Enter a number", "Why"},
		kept:  {"The handle is off."},
		sent:  {"Thank you. This was received.", "You sent it on", "It is being worked on.", "The shop answers within a day."},
	} {
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("no %q in %q", w, text)
			}
		}
	}
	// Back to the page that was wrong, with what was typed into it, and on to what was sent.
	var back1 [3]string
	err = chromedp.Run(ctx, back(1), chromedp.WaitVisible(".errors", chromedp.ByQuery), page.Shot("form-wrong-back"),
		chromedp.Text(".errors", &back1[0], chromedp.ByQuery), chromedp.Value(field("note"), &back1[1], chromedp.ByQuery),
		chromedp.SetValue(field("order"), "4711", chromedp.ByQuery), chromedp.SetValue(field("amount"), "12", chromedp.ByQuery), chromedp.Click(`[value='"Broken"']`, chromedp.ByQuery),
		press, good, chromedp.Location(&back1[2]))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(back1[0], "3 things") || back1[1] != "The handle is off." || back1[2] != first {
		t.Errorf("back at what was wrong: %q", back1)
	}
	// Back over that to the page before, and the same again.
	err = chromedp.Run(ctx, back(2), chromedp.WaitVisible(field("order"), chromedp.ByQuery), page.Shot("form-back"),
		chromedp.SetValue(field("order"), "4711", chromedp.ByQuery), chromedp.SetValue(field("amount"), "12", chromedp.ByQuery), chromedp.SetValue(field("note"), "The handle is off.", chromedp.ByQuery), chromedp.Click(`[value='"Broken"']`, chromedp.ByQuery),
		press, good, chromedp.Location(&second), chromedp.Reload(), good, chromedp.Location(&again))
	if err != nil {
		t.Fatal(err)
	}
	if runs := s.started(); len(runs) != 1 || second != first || again != first {
		t.Errorf("%d runs; the receipts are %s, %s, %s", len(runs), first, second, again)
	}
	var doneText string
	close(hold)
	s.done(s.started()[0].ID)
	// It looks again by itself, without a script.
	err = chromedp.Run(ctx, chromedp.WaitVisible(`.rich`, chromedp.ByQuery), chromedp.Text("main", &doneText, chromedp.ByQuery), page.Shot("done-light"), page.Look(390, "dark"), page.Shot("done-phone-dark"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(doneText, "This is done.") || !strings.Contains(doneText, "Your refund of 12 € is on its way.") {
		t.Errorf("at the end: %s", doneText)
	}
	// A fresh page starts another; going back and sending other entries is asked about.
	var third, asked string
	fill := chromedp.Tasks{chromedp.SetValue(field("order"), "4712", chromedp.ByQuery), chromedp.SetValue(field("amount"), "13", chromedp.ByQuery), chromedp.Click(`[value='"Late"']`, chromedp.ByQuery)}
	err = chromedp.Run(ctx, page.Look(900, "light"), chromedp.Click(`.onward p:last-child a`, chromedp.ByQuery), chromedp.WaitVisible(field("order"), chromedp.ByQuery), fill, press, good, chromedp.Location(&third),
		back(1), chromedp.WaitVisible(field("order"), chromedp.ByQuery), fill, chromedp.SetValue(field("amount"), "14", chromedp.ByQuery), press,
		chromedp.WaitVisible(".note", chromedp.ByQuery), chromedp.Text(".note", &asked, chromedp.ByQuery), page.Shot("sent-before-light"), page.Look(390, "dark"), page.Shot("sent-before-phone-dark"),
		chromedp.Click(".note a", chromedp.ByQuery), good, chromedp.Location(&again))
	if err != nil {
		t.Fatal(err)
	}
	if runs := s.started(); len(runs) != 2 || third == first || again != third || !strings.Contains(asked, "with other entries") {
		t.Errorf("%d runs; the receipts are %s, %s; it is asked %q", len(runs), third, again, asked)
	}
	s.done(s.started()[0].ID)
	var input map[string]any
	log, err := s.Log(t.Context(), s.started()[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(log[0].Event.(run.Started).Input.Inline, &input); err != nil || input["order"] != "4711" || input["amount"] != 12.0 || input["note"] != "The handle is off." {
		t.Errorf("the input is %v, %v", input, err)
	}
}

// A personal link names whose it is, and shows what became of its one run.
func TestALinkToAFormInABrowser(t *testing.T) {
	ctx := page.Chromium(t)
	s := newSite(t, refundFlow, form.Form{Title: "Refunds of the shop", Text: "For people of the shop only.", Button: "Ask for it", LinksOnly: true, Once: true})
	s.world.Script("a", instant)
	link, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	var lead, end string
	err = chromedp.Run(ctx, page.Look(900, "light"), chromedp.Navigate(link), page.Shot("link-light"), page.Look(390, "dark"), page.Shot("link-phone-dark"), chromedp.Text("main", &lead, chromedp.ByQuery),
		chromedp.SetValue(`[name="field/order"]`, "4711", chromedp.ByQuery), chromedp.SetValue(`[name="field/amount"]`, "12", chromedp.ByQuery), chromedp.Click(`[value='"Late"']`, chromedp.ByQuery),
		chromedp.Click(`button[value=start]`, chromedp.ByQuery), chromedp.WaitVisible(`.status.good`, chromedp.ByQuery))
	if err != nil {
		t.Fatal(err)
	}
	s.done(s.started()[0].ID)
	err = chromedp.Run(ctx, chromedp.Navigate(link), chromedp.WaitVisible(`.badge.good`, chromedp.ByQuery), chromedp.Text("main", &end, chromedp.ByQuery), page.Shot("link-used-phone-dark"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(lead, "You are filling this in as li@acme.example.") || !strings.Contains(lead, "works once") || !strings.Contains(end, "This is done.") {
		t.Errorf("the page says %q, then %q", lead, end)
	}
}
