package page

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sluice/engine/flow"
)

// What nobody touched goes back through a real browser as it came: twenty kinds of
// fields in one form, with a default each and with none.
func TestABrowserSendsBackWhatNobodyTouched(t *testing.T) {
	kinds := []struct{ name, schema, value, empty string }{
		{"draft", `{"type":"string"}`, `"Dear Ann,\n\nyour refund is on its way.\n\nSluice"`, `""`},
		{"blanks", `{"type":"string"}`, `" a  b "`, `""`},
		{"lines", `{"type":"string","format":"textarea"}`, `"\n\none\r\ntwo"`, `""`},
		{"secret", `{"type":"string","password":true}`, `" pin "`, `""`},
		{"mail", `{"type":"string","format":"email"}`, `"dana@acme.example"`, `""`},
		{"whole", `{"type":"integer"}`, `5.0`, ``},
		{"thousand", `{"type":"integer"}`, `1e3`, ``},
		{"big", `{"type":"integer"}`, `12345678901234567890`, ``},
		{"number", `{"type":"number"}`, `0.10`, ``},
		{"yes", `{"type":"boolean"}`, `true`, `false`},
		{"no", `{"type":"boolean"}`, `false`, `false`},
		{"one", `{"type":"string","enum":["a","b"]}`, `"b"`, ``},
		{"large", `{"enum":[9007199254740992,9007199254740993]}`, `9007199254740993`, ``},
		{"day", `{"type":"string","format":"date"}`, `"2026-03-31"`, ``},
		{"german", `{"type":"string","format":"date","dateFormat":"dd-MM-yyyy"}`, `"31-03-2026"`, ``},
		{"moment", `{"type":"string","format":"date-time"}`, `"2026-03-31T12:00:30Z"`, ``},
		{"time", `{"type":"string","format":"time"}`, `"14:00"`, `""`},
		{"list", `{"type":"array","items":{"type":"string"}}`, `["Main St 1\nBerlin"," b "]`, `[]`},
		{"tags", `{"type":"array","items":{"type":"string"}}`, `[" a ","b"]`, `[]`},
		{"some", `{"type":"array","items":{"type":"string","enum":["a","b"]}}`, `["b"]`, `[]`},
		{"group", `{"type":"object","properties":{"n":{"type":"integer"}}}`, `{"n":2.0}`, ``},
		{"any", `{}`, `{"a":[1.0,2]}`, ``},
	}
	var props, values []string
	for _, k := range kinds {
		props = append(props, `"`+k.name+`":`+k.schema)
		values = append(values, `"`+k.name+`":`+k.value)
	}
	ctx := chromium(t)
	for _, filled := range []bool{true, false} {
		a := refund()
		a.Form = json.RawMessage(`{"type":"object","properties":{` + strings.Join(props, ",") + `}}`)
		a.Ask.Defaults = nil
		if filled {
			a.Ask.Defaults = json.RawMessage(`{` + strings.Join(values, ",") + `}`)
		}
		e := &fakeEngine{a: a}
		srv := httptest.NewServer(handlerOf(e, ""))
		err := chromedp.Run(ctx, look(390, "light"), chromedp.Navigate(srv.URL+pagePath), shot("untouched-phone"),
			chromedp.Click(`button[value=approve]`, chromedp.ByQuery), chromedp.WaitVisible(".status, .errors", chromedp.ByQuery))
		srv.Close()
		if err != nil {
			t.Fatal(err)
		}
		if len(e.counted()) != 1 {
			t.Fatalf("filled %v: votes %v", filled, e.counted())
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal(e.counted()[0].Payload, &got); err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			want := k.value
			if !filled {
				want = k.empty
			}
			if string(got[k.name]) != want && !flow.Alike(got[k.name], flow.Raw(want)) {
				t.Errorf("filled %v: %s comes back as %s, want %s", filled, k.name, got[k.name], want)
			}
		}
	}
}
