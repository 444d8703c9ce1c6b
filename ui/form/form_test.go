package form

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
)

const schema = `{"type":"object","order":["order","amount","count","ok","action","when","day","who","tags","more"],
"properties":{
 "order":{"type":"string"},
 "amount":{"type":"number"},
 "count":{"type":"integer","default":3},
 "ok":{"type":"boolean","default":true},
 "action":{"type":"string","enum":["Refund in full","Refund half"]},
 "when":{"type":"string","format":"date-time"},
 "day":{"type":"string","format":"date"},
 "who":{"type":"string","format":"email"},
 "tags":{"type":"array","items":{"type":"string"}},
 "more":{"type":"object","properties":{"note":{"type":"string"}}}},
"required":["order"]}`

func newForm(t *testing.T, values string) *Form {
	t.Helper()
	test.NewTempApp(t)
	kit.Use(false)
	f, err := New(flow.Raw(schema), Options{Values: flow.Raw(values)})
	if err != nil {
		t.Fatal(err)
	}
	w := test.NewTempWindow(t, f.Object)
	w.Resize(fyne.NewSize(500, 900))
	return f
}

// value decodes what the form gives.
func value(t *testing.T, f *Form) (map[string]any, bool) {
	t.Helper()
	raw, ok := f.Value()
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v, ok
}

func TestFormGivesTypedValues(t *testing.T) {
	f := newForm(t, `{"order":"4711","amount":120.5,"tags":["a","b c"],"action":"Refund half","more":{"note":"x"}}`)
	v, ok := value(t, f)
	if !ok {
		t.Fatalf("a form with good values is refused: %v", v)
	}
	want := map[string]any{"order": "4711", "amount": 120.5, "count": 3.0, "ok": true, "action": "Refund half", "tags": []any{"a", "b c"}, "who": "", "more": map[string]any{"note": "x"}}
	a, _ := json.Marshal(v)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("value %s, want %s", a, b)
	}
}

func TestFormSaysWhatIsMissingOrWrong(t *testing.T) {
	tests := []struct {
		values, field, reason string
	}{
		{`{}`, "order", "a needed field is empty"},
		{`{"order":"1","amount":"twelve"}`, "amount", "no number"},
		{`{"order":"1","count":1.5}`, "count", "no whole number"},
		{`{"order":"1","day":"31.12.2026"}`, "day", "no date"},
		{`{"order":"1","when":"tomorrow"}`, "when", "no time"},
		{`{"order":"1","who":"dana"}`, "who", "no address"},
	}
	for _, tt := range tests {
		f := newForm(t, tt.values)
		if v, ok := value(t, f); ok {
			t.Errorf("%s: %v was taken: %s", tt.values, v, tt.reason)
		}
		for _, c := range f.fields {
			if (c.box.Err != "") != (c.field.Name == tt.field) {
				t.Errorf("%s: field %s shows %q (%s)", tt.values, c.field.Name, c.box.Err, tt.reason)
			}
		}
	}
}

func TestTypedTextIsKeptWhenWrong(t *testing.T) {
	v, wrong := typed(flow.Field{Kind: flow.FieldNumber}, "twelve")
	if wrong == "" || string(v) != `"twelve"` {
		t.Errorf("typed = %s %q", v, wrong)
	}
}

// A group that nobody touched is left out, with what it would need; one that was
// begun must be whole.
func TestGroupsThatNobodyTouched(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	const schema = `{"type":"object","properties":{"to":{"type":"object","required":["city"],"properties":{"street":{"type":"string"},"city":{"type":"string"}}}}}`
	for values, want := range map[string]string{`{}`: `{}`, `{"to":{"street":"Main St"}}`: "", `{"to":{"city":"Rome"}}`: `{"to":{"street":"","city":"Rome"}}`} {
		f, err := New(flow.Raw(schema), Options{Values: flow.Raw(values)})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := f.Value(); ok != (want != "") || ok && string(got) != want {
			t.Errorf("%s gives %s, %v", values, got, ok)
		}
	}
}

// Fields with a condition come and go with what is typed, and count as they are shown.
func TestFieldsOnACondition(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	const schema = `{"type":"object","required":["b"],"properties":{"a":{"type":"string"},"b":{"type":"string","showExpr":"a"},
		"g":{"type":"object","properties":{"on":{"type":"string"},"in":{"type":"integer","showExpr":"on"}}},"odd":{"type":"string","showExpr":"fails"}}}`
	show := func(expr string, fields flow.Raw) (bool, error) {
		var have map[string]json.RawMessage
		if err := json.Unmarshal(fields, &have); err != nil || expr == "fails" {
			return false, errors.New("cannot be computed")
		}
		return string(have[expr]) == `"yes"`, nil
	}
	for _, tc := range []struct {
		values, want string
		ok           bool
	}{
		{`{"a":"no","b":"kept"}`, `{"a":"no","odd":""}`, true},
		{`{"a":"yes","b":"kept"}`, `{"a":"yes","b":"kept","odd":""}`, true},
		{`{"a":"yes"}`, "", false},
		{`{"a":"no","g":{"on":"yes","in":3}}`, `{"a":"no","g":{"on":"yes","in":3},"odd":""}`, true},
		{`{"a":"no","g":{"on":"no","in":3}}`, `{"a":"no","g":{"on":"no"},"odd":""}`, true},
	} {
		var late []func()
		f, err := New(flow.Raw(schema), Options{Values: flow.Raw(tc.values), Conditions: func(work func(flow.Show), then func(bool)) {
			late = append(late, func() { work(show); then(true) })
		}})
		if err != nil {
			t.Fatal(err)
		}
		for len(late) > 0 {
			next := late[0]
			late = late[1:]
			next()
		}
		got, ok := f.Value()
		if ok != tc.ok || ok && string(got) != tc.want {
			t.Errorf("%s gives %s, %v; want %s", tc.values, got, ok, tc.want)
		}
	}
}

// A field of several kinds gives the kind and the fields of that one.
func TestKinds(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	const schema = `{"type":"object","required":["pay"],"properties":{
 "pay":{"type":"object","oneOf":[{"title":"Card","properties":{"amount":{"type":"number"}},"required":["amount"]},{"title":"Voucher","properties":{"amount":{"type":"string"}}}]},
 "more":{"type":"object","oneOf":[{"title":"Cup","properties":{"kind":{"type":"string"},"n":{"type":"integer"}}},{"title":"Letter","properties":{"text":{"type":"string"}}}]}}}`
	for _, tc := range []struct{ values, want string }{
		{`{}`, ""}, // the first kind, whose amount is needed
		{`{"pay":{"label":"Card","amount":3}}`, `{"pay":{"label":"Card","amount":3}}`},
		{`{"pay":{"label":"Voucher","amount":"A"},"more":{"kind":"Cup","n":2}}`, `{"pay":{"label":"Voucher","amount":"A"},"more":{"kind":"Cup","n":2}}`},
		{`{"pay":{"label":"Voucher"},"more":{"kind":"Cup","n":"two"}}`, ""},
	} {
		f, err := New(flow.Raw(schema), Options{Values: flow.Raw(tc.values)})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := f.Value()
		if ok != (tc.want != "") || ok && string(got) != tc.want {
			t.Errorf("%s gives %s, %v; want %q", tc.values, got, ok, tc.want)
		}
	}
	f, err := New(flow.Raw(schema), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := test.NewTempWindow(t, f.Object)
	w.Resize(fyne.NewSize(500, 900))
	f.fields[0].object.(*fyne.Container).Objects[0].(*kit.SelectBox).OnChanged(1)
	if got, ok := f.Value(); !ok || string(got) != `{"pay":{"label":"Voucher","amount":""}}` {
		t.Errorf("another kind gives %s, %v", got, ok)
	}
}

// What nobody can fill in is told when the form opens, beside its field or, where it
// has none, above all.
func TestAFormTellsAtOnceWhatNobodyCanFillIn(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	f, err := New(flow.Raw(`{"type":"object","properties":{"amount":{"type":"number","minimum":5,"maximum":4},"note":{"type":"string"}},"required":["amount","order"]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		paragraph, ok := f.Object.(*fyne.Container).Objects[0].(*kit.Paragraph)
		if !ok || !strings.Contains(paragraph.Text, "order is needed, and the form has no such field") || !strings.Contains(f.fields[0].box.Err, "Nobody can fill this in") || f.fields[1].box.Err != "" {
			t.Errorf("%s: above %v; amount %q, note %q", when, ok, f.fields[0].box.Err, f.fields[1].box.Err)
		}
	}
	check("when it opens")
	f.Value()
	check("after a try")
}

// The zone of a time is named as it is called on the day that is typed.
func TestTheZoneOfATime(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Local
	time.Local = berlin
	t.Cleanup(func() { time.Local = old })
	f, err := New(flow.Raw(`{"properties":{"at":{"type":"string","format":"date-time","description":"When to pay."}}}`), Options{Values: flow.Raw(`{"at":"2026-07-01T08:00:00Z"}`)})
	if err != nil {
		t.Fatal(err)
	}
	c := f.fields[0]
	if c.box.Hint != "When to pay. Time in CEST." {
		t.Errorf("in July: %q", c.box.Hint)
	}
	c.object.(*kit.Entry).SetText("2026-01-01 08:00")
	c.object.(*kit.Entry).OnChanged("2026-01-01 08:00")
	if c.box.Hint != "When to pay. Time in CET." {
		t.Errorf("in January: %q", c.box.Hint)
	}
}

func TestASwitchSaysWhereItStands(t *testing.T) {
	f, err := New(flow.Raw(`{"type":"object","properties":{"ok":{"type":"boolean"}}}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	sw, ok := f.fields[0].box.Control.(*kit.Toggle)
	if !ok || sw.Text != "No" {
		t.Fatalf("a switch that is off says %+v", f.fields[0].box.Control)
	}
	sw.OnTapped()
	if sw.Text != "Yes" {
		t.Errorf("a switch that is on says %q", sw.Text)
	}
}

func TestADenialMarksNoField(t *testing.T) {
	f, err := New(flow.Raw(`{"type":"object","properties":{"action":{"type":"string"},"who":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}},"required":["action","who"]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := f.Whole(); v != nil {
		t.Errorf("a form that is not whole gives %s", v)
	}
	if f.fields[0].box.Err != "" || f.fields[1].inner.fields[0].box.Err != "" {
		t.Error("who denies is told to fill in the form")
	}
}

// What is wrong inside a field that is shown as a whole is told with the way to it.
func TestWhichPartIsWrongIsTold(t *testing.T) {
	test.NewTempApp(t)
	f, err := New(flow.Raw(`{"type":"object","properties":{"parts":{"type":"array","title":"Parts","items":{"type":"object","properties":{"name":{"type":"string"}}}}}}`),
		Options{Values: flow.Raw(`{"parts":[{"name":"a"},{"name":2}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := f.Value(); ok || f.fields[0].box.Err != "Item 2, name: must be a text" {
		t.Errorf("told is %q", f.fields[0].box.Err)
	}
}
