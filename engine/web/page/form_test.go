package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

func raw(s string) flow.Raw { return flow.Raw(s) }

// allKinds is a form with every kind of field.
var allKinds = []flow.Field{
	{Name: "t", Title: "Text", Kind: flow.FieldText, Default: raw(`"a \"quoted\" word"`)},
	{Name: "lines", Title: "Lines", Kind: flow.FieldMultiline, Default: raw(`"one\ntwo"`)},
	{Name: "pw", Title: "Word", Kind: flow.FieldPassword},
	{Name: "mail", Title: "Mail", Kind: flow.FieldEmail, Placeholder: "you@example.com"},
	{Name: "n", Title: "Number", Kind: flow.FieldNumber, Default: raw(`12.5`)},
	{Name: "i", Title: "Whole", Kind: flow.FieldInteger},
	{Name: "yes", Title: "Yes", Kind: flow.FieldBool, Default: raw(`true`)},
	{Name: "pick", Title: "Pick", Kind: flow.FieldEnum, Required: true, Default: raw(`2`), Choices: []flow.Choice{{Value: raw(`1`), Label: "One"}, {Value: raw(`2`), Label: "Two"}}},
	{Name: "day", Title: "Day", Kind: flow.FieldDate, Default: raw(`"2026-11-24"`)},
	{Name: "when", Title: "When", Kind: flow.FieldDateTime, Default: raw(`"2026-11-24T08:00:00Z"`)},
	{Name: "list", Title: "List", Kind: flow.FieldStrings, Default: raw(`["x","y"]`)},
	{Name: "boxes", Title: "Boxes", Kind: flow.FieldStrings, Default: raw(`["b"]`), Choices: []flow.Choice{{Value: raw(`"a"`), Label: "A"}, {Value: raw(`"b"`), Label: "B"}}},
	{Name: "who", Title: "Who", Kind: flow.FieldObject, Default: raw(`{"name":"Mia"}`), Fields: []flow.Field{
		{Name: "name", Title: "Name", Kind: flow.FieldText, Required: true}, {Name: "a/b %", Title: "Odd", Kind: flow.FieldText}}},
	{Name: "res", Title: "Account", Kind: flow.FieldResource, ResourceType: "gmail"},
	{Name: "any", Title: "Anything", Kind: flow.FieldJSON, Default: raw(`{"a":[1]}`)},
}

func kindsForm() *form {
	return &form{zone: cet, wrong: map[string]string{}, fields: allKinds}
}

// What the page shows is what it reads back: a form sent untouched gives the
// defaults again.
func TestFormRoundTrip(t *testing.T) {
	f := kindsForm()
	got := string(readOf(t, f, sent(viewOf(t, f))))
	want := `{"t":"a \"quoted\" word","lines":"one\ntwo","pw":"","mail":"","n":12.5,"yes":true,"pick":2,"day":"2026-11-24","when":"2026-11-24T08:00:00Z",` +
		`"list":["x","y"],"boxes":["b"],"who":{"name":"Mia","a/b %":""},"any":{"a":[1]}}`
	var compact strings.Builder
	for _, line := range strings.Split(got, "\n") {
		compact.WriteString(strings.TrimSpace(line))
	}
	if d := cmp.Diff(want, strings.ReplaceAll(compact.String(), `"a": [`, `"a":[`)); d != "" || len(f.wrong) > 0 {
		t.Errorf("read (-want +got):\n%s\nwrong: %v", d, f.wrong)
	}
}

// Texts become values of their kind, or an error beside the field.
func TestFieldValues(t *testing.T) {
	for _, tc := range []struct{ kind, typed, want, wrong string }{
		{"text", " keep spaces ", `" keep spaces "`, ""},
		{"text", "", `""`, ""},
		{"text", "  ", `"  "`, ""},
		{"number", "1,234", ``, "With the comma this may be 1234 or 1.234"},
		{"number", "-1,234,567", ``, "With the comma this may be -1234567"},
		{"number", ".5", `0.5`, ""},
		{"number", "7.", `7`, ""},
		{"number", "007", `7`, ""},
		{"number", "1,2,3", ``, "Enter a number"},
		{"integer", "1.0", `1`, ""},
		{"integer", "1e3", `1000`, ""},
		{"integer", "1e999", ``, "Enter a whole number"},
		{"text", "\xff", `"�"`, ""},
		{"multiline", "a\r\nb", `"a\nb"`, ""},
		{"email", " li@acme.example ", `"li@acme.example"`, ""},
		{"number", "12,50", `12.50`, ""},
		{"number", " -3e2 ", `-3e2`, ""},
		{"number", "+4", `4`, ""},
		{"number", "1.000,50", ``, "Enter a number"},
		{"number", "12 €", ``, "Enter a number"},
		{"number", `"7"`, ``, "Enter a number"},
		{"number", "NaN", ``, "Enter a number"},
		{"number", "true", ``, "Enter a number"},
		{"number", "null", ``, "Enter a number"},
		{"integer", "12", `12`, ""},
		{"integer", "12.5", ``, "Enter a whole number"},
		{"integer", "12345678901234567890", `12345678901234567890`, ""},
		{"date", "2026-11-23", `"2026-11-23"`, ""},
		{"date", "23.11.2026", ``, "Enter a date as"},
		{"date", "2026-02-30", ``, "Enter a date as"},
		{"date-time", "2026-11-23T14:30", `"2026-11-23T13:30:00.000Z"`, ""},
		{"date-time", "2026-11-23T14:30:00Z", `"2026-11-23T14:30:00.000Z"`, ""},
		{"date-time", "soon", ``, "Enter a date and a time"},
		{"strings", "a\r\n\r\n b \n", `["a"," b "]`, ""},
		{"resource", "u/me/mail", `"$res:u/me/mail"`, ""},
		{"resource", "$res:u/me/mail", `"$res:u/me/mail"`, ""},
		{"resource", `{"host":"x"}`, `{"host":"x"}`, ""},
		{"resource", `{"host":`, ``, "This is not JSON"},
		{"json", `[1]`, `[1]`, ""},
		{"json", `hello`, ``, "This is not JSON"},
	} {
		f := &form{zone: cet, wrong: map[string]string{}, fields: []flow.Field{{Name: "x", Kind: flow.FieldKind(tc.kind)}}}
		got := readOf(t, f, url.Values{"field/x": {tc.typed}})
		if got := string(member(got, "x")); got != tc.want {
			t.Errorf("%s %q: value %s, want %s", tc.kind, tc.typed, got, tc.want)
		}
		if got := f.wrong["field/x"]; !strings.HasPrefix(got, tc.wrong) || tc.wrong == "" && got != "" {
			t.Errorf("%s %q: error %q, want %q", tc.kind, tc.typed, got, tc.wrong)
		}
		if tc.wrong != "" {
			if v := viewOf(t, f)[0]; v.Value != tc.typed || !strings.HasPrefix(v.Wrong, tc.wrong) {
				t.Errorf("%s %q is shown as %q with %q", tc.kind, tc.typed, v.Value, v.Wrong)
			}
		}
	}
}

// Required and nullable fields, and groups, when nothing is typed.
func TestEmptyFields(t *testing.T) {
	req := flow.Field{Name: "x", Kind: flow.FieldText, Required: true}
	group := func(required bool) flow.Field {
		return flow.Field{Name: "g", Kind: flow.FieldObject, Required: required, Fields: []flow.Field{req, {Name: "y", Kind: flow.FieldText}}}
	}
	for _, tc := range []struct {
		name   string
		fields []flow.Field
		post   url.Values
		want   string
		wrong  []string
	}{
		{"required", []flow.Field{req}, nil, `{}`, []string{"field/x"}},
		{"nullable", []flow.Field{{Name: "x", Kind: flow.FieldNumber, Required: true, Nullable: true}}, nil, `{"x":null}`, nil},
		{"required list", []flow.Field{{Name: "x", Kind: flow.FieldStrings, Required: true}}, url.Values{"field/x": {"\n \n"}}, `{}`, []string{"field/x"}},
		{"box not ticked", []flow.Field{{Name: "x", Kind: flow.FieldBool, Required: true}}, nil, `{"x":false}`, nil},
		{"optional group untouched", []flow.Field{group(false)}, nil, `{}`, nil},
		{"optional group begun", []flow.Field{group(false)}, url.Values{"field/g/y": {"1"}}, `{"g":{"y":"1"}}`, []string{"field/g/x"}},
		{"required group", []flow.Field{group(true)}, nil, `{"g":{}}`, []string{"field/g/x"}},
		{"unknown inputs", []flow.Field{{Name: "x", Kind: flow.FieldText}}, url.Values{"field/z": {"1"}, "x": {"2"}}, `{}`, nil},
		{"a box that is none", []flow.Field{{Name: "x", Kind: flow.FieldStrings, Choices: []flow.Choice{{Value: raw(`"a"`)}}}}, url.Values{"field/x": {`"z"`}}, `{"x":[]}`, []string{"field/x"}},
	} {
		f := &form{zone: cet, wrong: map[string]string{}, fields: tc.fields}
		got := string(readOf(t, f, tc.post))
		if got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
		if d := cmp.Diff(tc.wrong, slices.Sorted(maps.Keys(f.wrong))); d != "" {
			t.Errorf("%s: wrong (-want +got):\n%s", tc.name, d)
		}
	}
}

// A form that cannot be read does not stop a decision.
func TestBrokenForm(t *testing.T) {
	a := refund()
	a.Form = json.RawMessage(`[1,2`)
	e := &fakeEngine{a: a}
	h := handlerOf(e, "")
	token := tokenFrom(t, h)
	w := send(t, h, "POST", pagePath, filled(token, "approve", "field/", "not json"))
	if w.Code != 422 {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "page", w.Body.String(), "could not be read", "Enter one JSON object", "not json")
	if w := send(t, h, "POST", pagePath, filled(token, "approve", "field/", `{"a":1}`)); w.Code != 303 || string(e.votes[0].Payload) != `{"a":1}` {
		t.Errorf("status %d, votes %v", w.Code, e.votes)
	}
}

// A description in any of its shapes is drawn.
func TestRich(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{``, ""},
		{`null`, ""},
		{`"a <b>\nline\n\nnext"`, `<p class="asis">a &lt;b&gt;` + "\n" + `line</p><p class="asis">next</p>`},
		{`{"markdown":"**bold** [x](https://a.example)"}`, `<strong>bold</strong> <a href="https://a.example" rel="nofollow noreferrer noopener" target="_blank">x</a>`},
		{`{"markdown":"| a | b |\n|--|--:|\n| 1 | 2 |"}`, `<td align="right">2</td>`},
		{`{"html":"<p onclick=x>hi</p>"}`, `<p>hi</p>`},
		{`[{"order":4711,"paid":true},{"order":4712}]`, `<th>order</th><th>paid</th></tr></thead><tbody><tr><td>4711</td><td>yes</td></tr><tr><td>4712</td><td></td>`},
		{`{"table-row":[["a",1]]}`, `<tr><td>a</td><td>1</td></tr>`},
		{`{"table-col":{"a":[1,2]}}`, `<th>a</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td>`},
		{`{"render_all":["a",{"md":"*b*"}]}`, `<p class="asis">a</p><p><em>b</em></p>`},
		{`{"x":12345678901234567890}`, "<pre>{\n  &#34;x&#34;: 12345678901234567890\n}</pre>"},
		{`{"s3":"file"}`, "<pre>"},
		{`{broken`, ""},
	} {
		if got := string(rich(json.RawMessage(tc.in))); !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", tc.in, got, tc.want)
		}
	}
}

// The receipt shows what was sent, but no password.
func TestReceiptHidesPasswords(t *testing.T) {
	a := in(run.ApprovalApproved)
	a.Form = json.RawMessage(`{"type":"object","properties":{"pin":{"type":"string","format":"password"},"why":{"type":"string"}}}`)
	v := run.Vote{Person: a.Person, Approve: true, At: noon, Payload: run.Inline(map[string]string{"pin": "hunter2", "why": "because"})}
	a.MyVote, a.Votes = &v, append(a.Votes, v)
	w := send(t, handlerOf(&fakeEngine{a: a}, ""), "GET", pagePath, "")
	contains(t, "receipt", w.Body.String(), "because", "••••")
	lacks(t, "receipt", w.Body.String(), "hunter2")
}

// Every text of the page stands out from its ground in both schemes.
func TestContrast(t *testing.T) {
	pairs := [][2]string{{"ink", "background"}, {"ink", "panel"}, {"muted", "panel"}, {"muted", "background"}, {"muted", "quiet-soft"}, {"on-accent", "accent"},
		{"accent-ink", "accent-soft"}, {"accent-ink", "panel"}, {"waiting", "waiting-soft"}, {"waiting", "panel"}, {"good", "good-soft"}, {"good", "panel"},
		{"bad", "bad-soft"}, {"bad", "panel"}, {"panel", "bad"}, {"ink", "waiting-soft"}, {"ink", "good-soft"}, {"ink", "bad-soft"}, {"ink", "quiet-soft"}}
	light, dark, _ := strings.Cut(pageCSS, "@media (prefers-color-scheme: dark)")
	dark, _, _ = strings.Cut(dark, "\n}\n")
	for name, sheet := range map[string]string{"light": light, "dark": dark} {
		color := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9A-F]{6})`).FindAllStringSubmatch(sheet, -1) {
			color[m[1]] = m[2]
		}
		for _, p := range pairs {
			if c := contrast(t, color[p[0]], color[p[1]]); c < 4.5 {
				t.Errorf("%s: %s on %s has %.2f", name, p[0], p[1], c)
			}
		}
		if c := contrast(t, color["edge"], color["panel"]); c < 3 {
			t.Errorf("%s: the edge of inputs has %.2f", name, c)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	lum := func(hex string) float64 {
		n, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || len(hex) != 6 {
			t.Fatalf("no color %q", hex)
		}
		part := func(v uint64) float64 {
			x := float64(v&255) / 255
			if x <= 0.04045 {
				return x / 12.92
			}
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
	}
	x, y := lum(a), lum(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// What the schema refuses is told beside the field it is about, however deep
// the path, and to programs in words.
func TestSchemaRefuses(t *testing.T) {
	oldFields, oldCheck := formFields, checkValue
	defer func() { formFields, checkValue = oldFields, oldCheck }()
	formFields = func(_, _, _ flow.Raw) ([]flow.Field, error) { return allKinds, nil }
	checkValue = func(_, _, _ flow.Raw) ([]flow.FieldError, error) {
		return []flow.FieldError{{Path: []string{"n"}, Message: "must be at most 10"}, {Path: []string{"list", "1"}, Message: "must be short"},
			{Path: []string{"who", "name"}, Message: "must not be Mia"}, {Message: "does not add up"}}, nil
	}
	e := &fakeEngine{a: refund()}
	h := handlerOf(e, "")
	token := tokenFrom(t, h)
	w := send(t, h, "POST", pagePath, filled(token, "approve", "field/n", "12", "field/list", "a\nb", "field/who/name", "Mia", "field/pick", "1"))
	if w.Code != 422 {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "page", w.Body.String(), "Please check 4 things", `<span class="wrong" id="field*n-wrong">Must be at most 10</span>`,
		`<span class="wrong" id="field*list-wrong">Item 2: must be short</span>`, `<span class="wrong" id="field*who*name-wrong">Must not be Mia</span>`, "<li>Does not add up</li>")
	if n := strings.Count(w.Body.String(), " autofocus"); n != 0 { // the first thing to check is said of the form as a whole
		t.Errorf("%d fields ask for the keyboard", n)
	}
	w = send(t, h, "POST", resumePath, `{"n":12}`, "Content-Type", "application/json")
	if w.Code != 422 {
		t.Errorf("program: status %d", w.Code)
	}
	contains(t, "program", w.Body.String(), "n: must be at most 10", "who.name: must not be Mia", "payload: does not add up")
	if len(e.votes) > 0 {
		t.Errorf("votes %v", e.votes)
	}
	if w := send(t, h, "POST", pagePath, filled(token, "deny", "field/n", "12", "field/pick", "1")); w.Code != 303 || e.votes[0].Payload != nil {
		t.Errorf("a refusal with values that do not fit: status %d, %+v", w.Code, e.votes)
	}
}

// Each element has an id of its own, and each label and note leads to one.
func TestIDs(t *testing.T) {
	old := formFields
	defer func() { formFields = old }()
	formFields = func(_, _, _ flow.Raw) ([]flow.Field, error) { return allKinds, nil }
	h := handlerOf(&fakeEngine{a: refund()}, "")
	w := send(t, h, "POST", pagePath, filled(tokenFrom(t, h), "approve", "field/n", "x", "field/who/name", "", "field/who/a%2Fb%20%25", "y"))
	text := w.Body.String()
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(`\bid="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if ids[m[1]]++; ids[m[1]] > 1 {
			t.Errorf("id %q twice", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\b(?:for|aria-describedby|href)="#?([^"]+)"`).FindAllStringSubmatch(text, -1) {
		for id := range strings.FieldsSeq(m[1]) {
			if id, _ = url.PathUnescape(id); ids[id] == 0 {
				t.Errorf("%s leads nowhere", m[0])
			}
		}
	}
	contains(t, "page", text, "Please check", `<input type="password"`, `<input type="email"`, `<input type="date"`, `<input type="datetime-local"`,
		`type="radio"`, `type="checkbox"`, `<fieldset class="group"`, "Time in CET.", "One per line.", "type gmail", `placeholder="you@example.com"`, `inputmode="decimal"`)
	if len(ids) < 20 {
		t.Error(fmt.Sprint("too few ids: ", len(ids)))
	}
}

// Schema, dynamic choices and defaults work together on the page; defaults and
// choices of an odd form do not take the form away.
func TestSchemaOnPage(t *testing.T) {
	a := refund()
	a.Form = json.RawMessage(`{"type":"object","required":["amount","to"],"properties":{"amount":{"type":"number","maximum":100},
		"to":{"type":"string","enum":["old"]},"who":{"type":"object","properties":{"mail":{"type":"string","format":"email"}}}}}`)
	a.Ask.Enums, a.Ask.Defaults = json.RawMessage(`{"to":["Mia","Bo"]}`), json.RawMessage(`{"amount":120,"who":{"mail":"mia@acme.example"}}`)
	e := &fakeEngine{a: a}
	h := handlerOf(e, "")
	contains(t, "page", send(t, h, "GET", pagePath, "").Body.String(), `value="120"`, `value="&#34;Bo&#34;"`, `value="mia@acme.example"`)
	token := tokenFrom(t, h)
	w := send(t, h, "POST", pagePath, filled(token, "approve", "field/amount", "120", "field/to", `"Bo"`, "field/who/mail", "nobody"))
	if w.Code != 422 {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "page", w.Body.String(), "Please check 2 things", `id="field*amount-wrong"`, `id="field*who*mail-wrong"`)
	if w := send(t, h, "POST", resumePath, `{"amount":1,"to":"old"}`, "Content-Type", "application/json"); w.Code != 422 {
		t.Errorf("a choice that was replaced: status %d", w.Code)
	}
	w = send(t, h, "POST", pagePath, filled(token, "approve", "field/amount", "99,5", "field/to", `"Bo"`, "field/who/mail", ""))
	if w.Code != 303 || string(e.votes[0].Payload) != `{"amount":99.5,"to":"Bo"}` {
		t.Errorf("status %d, votes %+v", w.Code, e.votes)
	}
	a.Ask.Enums, a.Ask.Defaults = json.RawMessage(`[1]`), json.RawMessage(`"x"`)
	contains(t, "odd", send(t, handlerOf(&fakeEngine{a: a}, ""), "GET", pagePath, "").Body.String(), `name="field/amount"`, `value="&#34;old&#34;"`)
}

// After an answer that was refused the first field that is wrong has the keyboard,
// without a script; a fresh page takes it nowhere.
func TestTheFirstWrongFieldHasTheKeyboard(t *testing.T) {
	for _, tt := range []struct {
		name, schema string
		sent         []string
		action, has  string
	}{
		{"line", `{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"integer"}}`, []string{"field/a", "x", "field/b", "no", "field/c", "no"}, "approve", `<input type="text" id="field*b"`},
		{"lines", `{"a":{"type":"string","format":"textarea","minLength":5}}`, []string{"field/a", "x"}, "approve", `<textarea id="field*a"`},
		{"select", `{"a":{"enum":["a","b","c","d","e"]}}`, []string{"field/a", "9"}, "approve", `<select id="field*a"`},
		{"boxes", `{"a":{"type":"array","items":{"enum":["a","b"]},"minItems":2}}`, []string{"field/a", `"a"`}, "approve", `<fieldset class="field" id="field*a"`},
		{"in a group", `{"a":{"type":"object","properties":{"n":{"type":"integer"}}}}`, []string{"field/a/n", "no"}, "approve", `<input type="text" id="field*a*n"`},
		{"a reason", `{"a":{"type":"string"}}`, []string{"reason", strings.Repeat("a", maxReason+1)}, "deny", `<textarea id="reason"`},
		{"the word", `{"a":{"type":"string"}}`, []string{"word", "yes"}, "approve", `<input type="text" id="word"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := refund()
			a.Form = json.RawMessage(`{"type":"object","properties":` + tt.schema + `}`)
			a.Ask.Defaults, a.Ask.Enums = nil, nil
			a.HighStakes = tt.name == "the word"
			h := handlerOf(&fakeEngine{a: a}, "")
			lacks(t, "fresh page", send(t, h, "GET", pagePath, "").Body.String(), "autofocus")
			w := send(t, h, "POST", pagePath, strings.Replace(filled(tokenFrom(t, h), tt.action, tt.sent...), "reason=&", "", 1))
			body := w.Body.String()
			if w.Code != 422 || strings.Count(body, " autofocus") != 1 {
				t.Fatalf("status %d, %d fields ask for the keyboard", w.Code, strings.Count(body, " autofocus"))
			}
			_, tag, _ := strings.Cut(body, tt.has)
			if tag, _, _ = strings.Cut(tag, ">"); !strings.HasSuffix(tag, " autofocus") {
				t.Errorf("it is not %s: %q", tt.has, tag)
			}
		})
	}
}

// A form that has a Reason of its own and the box for a denial are told apart.
func TestTheReasonOfADenialIsToldApart(t *testing.T) {
	a := refund()
	a.Form = json.RawMessage(`{"type":"object","properties":{"message":{"type":"string","title":"Reason"}}}`)
	body := send(t, handlerOf(&fakeEngine{a: a}, ""), "GET", pagePath, "").Body.String()
	contains(t, "page", body, `>Reason</label>`, `>Reason for denying <span class="need">(optional)</span></label>`)
}
