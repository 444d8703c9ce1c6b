package page

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What is typed wrong is told beside its field, kept as it was typed, and decides
// nothing; put right, it is taken: kinds of fields in one form, in a real browser.
func TestABrowserIsToldWhatIsWrong(t *testing.T) {
	kinds := []struct {
		name, schema string
		wrong        string // typed; "" leaves the field as it is
		message      string
		right, want  string // typed then, and what is sent of it
	}{
		{"text", `{"type":"string","minLength":3}`, "ab", "Must have at least 3 characters", "abc", `"abc"`},
		{"code", `{"type":"string","pattern":"^\\d{5}$","customErrorMessage":"Five digits please"}`, "12", "Five digits please", "01234", `"01234"`},
		{"needed", `{"type":"string"}`, "", "Fill this in", " x ", `" x "`},
		{"lines", `{"type":"string","format":"textarea","maxLength":4}`, "one\ntwo", "Must have at most 4 characters", "a\nb", `"a\nb"`},
		{"secret", `{"type":"string","password":true,"minLength":4}`, "pin", "Must have at least 4 characters", "pin4", `"pin4"`},
		{"mail", `{"type":"string","format":"email"}`, "dana", "Must be an e-mail address", "dana@acme.example", `"dana@acme.example"`},
		{"web", `{"type":"string","format":"uri"}`, "acme", "Must be a web address", "https://acme.example", `"https://acme.example"`},
		{"whole", `{"type":"integer"}`, "1.5", "Enter a whole number", "15", `15`},
		{"most", `{"type":"integer","max":10}`, "99", "Must be at most 10", "9", `9`},
		{"comma", `{"type":"number"}`, "1,234", "With the comma this may be 1234 or 1.234", "1.234", `1.234`},
		{"word", `{"type":"number"}`, "twelve", "Enter a number", "12", `12`},
		{"least", `{"type":"number","min":1}`, "0.5", "Must be at least 1", "1.5", `1.5`},
		{"steps", `{"type":"number","multipleOf":0.5}`, "0.3", "Must be a multiple of 0.5", "0.5", `0.5`},
		{"yes", `{"type":"boolean","const":true}`, "", "Must be true", "click", `true`},
		{"one", `{"type":"string","enum":["a","b","c","d","e"]}`, "", "Pick one", `"b"`, `"b"`},
		{"day", `{"type":"string","format":"date"}`, "", "Fill this in", "2026-03-31", `"2026-03-31"`},
		{"moment", `{"type":"string","format":"date-time"}`, "", "Fill this in", "2026-03-31T14:00", `"2026-03-31T13:00:00.000Z"`},
		{"time", `{"type":"string","format":"time"}`, "25:00", "Must be a time", "14:00", `"14:00"`},
		{"list", `{"type":"array","items":{"type":"string"},"minItems":2}`, "one", "Needs at least 2 entries", "one\ntwo", `["one","two"]`},
		{"twice", `{"type":"array","items":{"type":"string"},"uniqueItems":true}`, "a\na", "Has one entry twice", "a\nb", `["a","b"]`},
		{"group", `{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}`, "x", "Enter a whole number", "2", `{"n":2}`},
		{"any", `{}`, `{"a":`, "This is not JSON", `{"a":1}`, `{"a":1}`},
		{"kind", `{"type":"object","oneOf":[{"title":"Cup","properties":{"n":{"type":"integer"}}},{"title":"Pot","properties":{}}]}`, "two", "Enter a whole number", "2", `{"label":"Cup","n":2}`},
	}
	var props, order []string
	for _, k := range kinds {
		props, order = append(props, `"`+k.name+`":`+k.schema), append(order, `"`+k.name+`"`)
	}
	in := func(name string) string {
		switch name {
		case "group":
			name = "group/n"
		case "kind":
			name = "kind/ 0/n"
		}
		return `[name="field/` + name + `"]`
	}
	a := refund()
	a.Form = json.RawMessage(`{"type":"object","order":[` + strings.Join(order, ",") + `],"required":[` + strings.Join(order, ",") + `],"properties":{` + strings.Join(props, ",") + `}}`)
	a.Ask.Defaults, a.Ask.Enums = nil, nil
	e := &fakeEngine{a: a}
	srv := httptest.NewServer(handlerOf(e, ""))
	defer srv.Close()

	ctx := chromium(t)
	acts := []chromedp.Action{look(500, "light"), chromedp.Navigate(srv.URL + pagePath)}
	for _, k := range kinds {
		if k.wrong != "" {
			acts = append(acts, chromedp.SetValue(in(k.name), k.wrong, chromedp.ByQuery))
		}
	}
	acts = append(acts, chromedp.Click(`button[value=approve]`, chromedp.ByQuery), chromedp.WaitVisible(".errors", chromedp.ByQuery), shot("wrong-kinds"))
	if err := chromedp.Run(ctx, acts...); err != nil {
		t.Fatal(err)
	}
	if len(e.counted()) > 0 {
		t.Fatalf("votes %v", e.counted())
	}
	acts = nil
	told, kept := make([]string, len(kinds)), make([]string, len(kinds))
	for i, k := range kinds {
		// Its element is explained by the one that tells what is wrong.
		id := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(in(k.name), `[name="`), `"]`), "/", "*")
		id = strings.ReplaceAll(id, " ", "")
		acts = append(acts, chromedp.EvaluateAsDevTools(`document.getElementById("`+id+`-wrong")?.textContent ?? ""`, &told[i]))
		if k.wrong != "" {
			acts = append(acts, chromedp.Value(in(k.name), &kept[i], chromedp.ByQuery))
		}
		if k.right == "click" {
			acts = append(acts, chromedp.Click(in(k.name), chromedp.ByQuery))
		} else {
			acts = append(acts, chromedp.SetValue(in(k.name), k.right, chromedp.ByQuery))
		}
	}
	acts = append(acts, chromedp.Click(`button[value=approve]`, chromedp.ByQuery), chromedp.WaitVisible(".status.good", chromedp.ByQuery))
	if err := chromedp.Run(ctx, acts...); err != nil {
		t.Fatal(err)
	}
	for i, k := range kinds {
		if !strings.Contains(told[i], k.message) || kept[i] != k.wrong {
			t.Errorf("%s: told %q, want %q; %q is kept of %q", k.name, told[i], k.message, kept[i], k.wrong)
		}
	}
	if len(e.counted()) != 1 {
		t.Fatalf("put right: votes %v", e.counted())
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(e.counted()[0].Payload, &got); err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		if string(got[k.name]) != k.want {
			t.Errorf("%s: sent as %s, want %s", k.name, got[k.name], k.want)
		}
	}
}
