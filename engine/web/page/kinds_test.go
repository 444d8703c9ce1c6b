package page

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// oneOf as Windmill's editor writes it: kinds told apart by their title.
const kindsSchema = `{"type":"object","order":["pay","extra"],"required":["pay"],"properties":{
 "pay":{"type":"object","title":"How to pay","oneOf":[
  {"type":"object","title":"Card","properties":{"label":{"type":"string","enum":["Card"]},"amount":{"type":"number","title":"Amount"},"last":{"type":"string","title":"Last digits"}},"required":["amount"]},
  {"type":"object","title":"Voucher","properties":{"label":{"type":"string","enum":["Voucher"]},"amount":{"type":"string","title":"Code"}}}]},
 "extra":{"type":"object","title":"Goodwill","oneOf":[
  {"type":"object","title":"Cup","properties":{"kind":{"type":"string","enum":["Cup"]},"n":{"type":"integer","title":"How many"}}},
  {"type":"object","title":"Letter","properties":{"text":{"type":"string","title":"Words"}}}]}}}`

// A field of several kinds is asked by a choice of the kind with the fields of that
// one, in a browser without scripts.
func TestKindsInABrowser(t *testing.T) {
	ctx := chromium(t)
	pick := func(sel string) chromedp.Action { return chromedp.Click(sel, chromedp.ByQuery) }
	in := func(key string) string { return `[name="field/` + key + `"]` }
	approve := pick(`button[value=approve]`)
	for _, tc := range []struct {
		name, defaults string
		acts           []chromedp.Action
		want           string
	}{
		{"first, then wrong, then right", ``, []chromedp.Action{approve, chromedp.WaitVisible(".errors", chromedp.ByQuery), chromedp.SendKeys(in("pay/ 0/amount"), "12.5", chromedp.ByQuery)},
			`{"pay":{"label":"Card","amount":12.5,"last":""}}`},
		{"another", ``, []chromedp.Action{chromedp.WaitNotVisible(in("pay/ 1/amount"), chromedp.ByQuery), pick(in("pay") + `[value="1"]`), chromedp.WaitNotVisible(in("pay/ 0/amount"), chromedp.ByQuery),
			chromedp.SendKeys(in("pay/ 1/amount"), "A-7", chromedp.ByQuery), pick(in("extra") + `[value="0"]`), shot("kinds-page-light"), look(390, "dark"), shot("kinds-page-phone-dark"), chromedp.SendKeys(in("extra/ 0/n"), "2", chromedp.ByQuery)},
			`{"pay":{"label":"Voucher","amount":"A-7"},"extra":{"kind":"Cup","n":2}}`},
		{"untouched", `{"pay":{"label":"Voucher","amount":"B-8"},"extra":{"kind":"Letter","text":"Dear\nMia"}}`, nil,
			`{"pay":{"label":"Voucher","amount":"B-8"},"extra":{"kind":"Letter","text":"Dear\nMia"}}`},
		{"none of what is not needed", `{"pay":{"label":"Voucher","amount":"B-8"},"extra":{"kind":"Letter"}}`, []chromedp.Action{pick(in("extra") + `[value=""]`)},
			`{"pay":{"label":"Voucher","amount":"B-8"}}`},
	} {
		a := refund()
		a.Form, a.Ask.Enums, a.Ask.Defaults = json.RawMessage(kindsSchema), nil, json.RawMessage(tc.defaults)
		e := &fakeEngine{a: a}
		srv := httptest.NewServer(handlerOf(e, ""))
		err := chromedp.Run(ctx, look(1280, "light"), chromedp.Navigate(srv.URL+pagePath), chromedp.Tasks(tc.acts), approve, chromedp.WaitVisible(".status.good", chromedp.ByQuery))
		srv.Close()
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if got := e.counted(); len(got) != 1 || string(got[0].Payload) != tc.want {
			t.Errorf("%s: voted %+v, want %s", tc.name, got, tc.want)
		}
	}
}
