package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// conditional is a request with fields that are shown on a condition.
func conditional() run.Approval {
	a := refund()
	a.Ask.Defaults, a.Ask.Enums = nil, nil
	a.Form = json.RawMessage(`{"type":"object","order":["a","b","n","odd"],"required":["b"],"properties":{"a":{"type":"boolean","title":"Take back"},
		"b":{"type":"string","title":"Why","showExpr":"fields.a === true"},"n":{"type":"integer","showExpr":"fields.b === 'cup'"},"odd":{"type":"string","showExpr":"broken("}}}`)
	return a
}

// withConditions serves the page; the conditions of the form above are computed here.
func withConditions(e Approvals) http.Handler {
	return Handler(e, Options{Now: func() time.Time { return noon }, Logger: quiet(), Conditions: func(_ context.Context, _ run.Approval, look func(flow.Show)) error {
		look(func(expr string, fields flow.Raw) (bool, error) {
			var have struct {
				A bool
				B string
			}
			err := json.Unmarshal(fields, &have)
			switch expr {
			case "fields.a === true":
				return have.A, err
			case "fields.b === 'cup'":
				return have.B == "cup", err
			}
			return false, errors.New("no expression")
		})
		return nil
	}})
}

// With a script in the browser what is not asked is hidden and what is asked
// appears; without one all is shown. The server settles both alike.
func TestFieldsOnAConditionInABrowser(t *testing.T) {
	ctx := chromium(t)
	visible := func(ids ...string) chromedp.Action {
		return chromedp.ActionFunc(func(ctx context.Context) error {
			for _, id := range ids {
				if err := chromedp.WaitVisible(`[name="field/`+id+`"]`, chromedp.ByQuery).Do(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	gone := func(id string) chromedp.Action {
		return chromedp.WaitNotVisible(`[name="field/`+id+`"]`, chromedp.ByQuery)
	}
	approve := chromedp.Click(`button[value=approve]`, chromedp.ByQuery)
	done := chromedp.WaitVisible(".status.good", chromedp.ByQuery)
	why := `[name="field/b"]`
	for _, tc := range []struct {
		name   string
		script bool
		acts   []chromedp.Action
		want   string
	}{
		{"script, hidden", true, []chromedp.Action{visible("a", "odd"), gone("b"), gone("n"), approve, done}, `{"a":false,"odd":""}`},
		{"script, shown", true, []chromedp.Action{gone("b"), chromedp.Click(`[name="field/a"]`, chromedp.ByQuery), visible("b"), chromedp.WaitVisible("[data-field=\"field/b\"] .need", chromedp.ByQuery), gone("n"), shot("condition-light"),
			chromedp.SendKeys(why, "cup", chromedp.ByQuery), visible("n"), chromedp.SendKeys(`[name="field/n"]`, "3", chromedp.ByQuery), approve, done}, `{"a":true,"b":"cup","n":3,"odd":""}`},
		{"script, hidden again", true, []chromedp.Action{chromedp.Click(`[name="field/a"]`, chromedp.ByQuery), visible("b"), chromedp.SendKeys(why, "cup", chromedp.ByQuery), visible("n"),
			chromedp.Click(`[name="field/a"]`, chromedp.ByQuery), gone("b"), gone("n"), approve, done}, `{"a":false,"odd":""}`},
		{"script, left empty", true, []chromedp.Action{chromedp.Click(`[name="field/a"]`, chromedp.ByQuery), visible("b"), approve, chromedp.WaitVisible(".errors", chromedp.ByQuery), visible("b"), gone("n"),
			chromedp.SendKeys(why, "late", chromedp.ByQuery), approve, done}, `{"a":true,"b":"late","odd":""}`},
		{"no script", false, []chromedp.Action{visible("a", "b", "n", "odd"), chromedp.WaitNotVisible("[data-field=\"field/b\"] .need", chromedp.ByQuery), shot("condition-no-script"), approve, done}, `{"a":false,"odd":""}`},
		{"no script, left empty", false, []chromedp.Action{chromedp.Click(`[name="field/a"]`, chromedp.ByQuery), approve, chromedp.WaitVisible(".errors", chromedp.ByQuery),
			chromedp.SendKeys(why, "late", chromedp.ByQuery), approve, done}, `{"a":true,"b":"late","odd":""}`},
	} {
		e := &fakeEngine{a: conditional()}
		srv := httptest.NewServer(withConditions(e))
		limit, cancel := context.WithTimeout(ctx, 12*time.Second)
		err := chromedp.Run(limit, emulation.SetScriptExecutionDisabled(!tc.script), look(600, "light"), chromedp.Navigate(srv.URL+pagePath), chromedp.Tasks(tc.acts))
		cancel()
		srv.Close()
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := e.counted(); len(got) != 1 || string(got[0].Payload) != tc.want {
			t.Errorf("%s: voted %+v, want %s", tc.name, got, tc.want)
		}
	}
}

// The script's question decides nothing, and pages without conditions run nothing.
func TestTheQuestionOfAPageDecidesNothing(t *testing.T) {
	e := &fakeEngine{a: conditional()}
	h := withConditions(e)
	w := send(t, h, http.MethodPost, pagePath, "field%2Fa=on&field%2Fb=&action=show")
	if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `["field/n"]` || len(e.counted()) > 0 {
		t.Errorf("%d %s, votes %v", w.Code, w.Body, e.counted())
	}
	if w := send(t, h, http.MethodPost, pagePath, "action=show", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site's question: %d", w.Code)
	}
	if w := send(t, h, http.MethodGet, pagePath, ""); !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'sha256-") || strings.Contains(w.Body.String(), "fields.a") {
		t.Error("the page of a form with conditions runs no script, or shows an expression")
	}
	plain := send(t, withConditions(&fakeEngine{a: refund()}), http.MethodGet, pagePath, "")
	if p := plain.Header().Get("Content-Security-Policy"); strings.Contains(p, "script") || strings.Contains(p, "connect") || strings.Contains(plain.Body.String(), "<script") {
		t.Errorf("a page without conditions may run something: %s", p)
	}
}

// Where it cannot be told now which fields are shown, nothing is said of the form.
func TestFormsThatCannotBeToldNow(t *testing.T) {
	e := &fakeEngine{a: conditional()}
	busy := false
	h := Handler(e, Options{Now: func() time.Time { return noon }, Logger: quiet(), Conditions: func(_ context.Context, a run.Approval, look func(flow.Show)) error {
		if busy {
			return fault.New("engine.busy", "Sluice is busy", "")
		}
		look(func(string, flow.Raw) (bool, error) { return true, nil })
		return nil
	}})
	token := tokenFrom(t, h)
	busy = true
	for _, tc := range []struct{ method, body, want string }{
		{http.MethodGet, "", "Sluice is busy"},
		{http.MethodPost, filled(token, "approve", "field/a", "on", "field/b", ""), "press again in a few seconds"},
		{http.MethodPost, filled(token, "deny", "reason", "no"), "press again in a few seconds"},
		{http.MethodPost, "field%2Fa=on&action=show", "Sluice is busy"},
	} {
		w := send(t, h, tc.method, pagePath, tc.body)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s %s: %d", tc.method, tc.body, w.Code)
		}
		contains(t, tc.body, w.Body.String(), tc.want)
		lacks(t, tc.body, w.Body.String(), "Is required", "Fill this in", "Please check one", "Please check two")
	}
	busy = false
	if w := send(t, h, http.MethodPost, pagePath, filled(token, "approve", "field/a", "on", "field/b", "why", "field/n", "1")); w.Code != http.StatusSeeOther || len(e.counted()) != 1 {
		t.Errorf("the same page a little later: %d, votes %v", w.Code, e.counted())
	}
}
