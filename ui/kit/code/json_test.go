package code

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

// What is no JSON is underlined where it does not go on, in words.
func TestMistakesInJSON(t *testing.T) {
	for _, x := range []struct {
		text       string
		line, from int
		words      string
	}{
		{`{"a": 1}`, 0, 0, ""},
		{" \n", 0, 0, ""},
		{"{\n  \"ä\": 1,\n}", 2, 8, textJSONComma},
		{"[1, 2,]", 1, 5, textJSONComma},
		{"{\"a\": tru}", 1, 9, textJSONOther},
		{"{'a': 1}", 1, 1, textJSONQuotes},
		{"{\"a\": 1", 1, 7, textJSONEnds},
		{"{\"a\": 1}\n\nx", 3, 0, textJSONMore},
		{"\"ä\" x", 1, 4, textJSONMore},
	} {
		got := jsonMistakes(x.text)
		if x.words == "" {
			if len(got) > 0 {
				t.Errorf("%q: %+v", x.text, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Line != x.line || got[0].From != x.from || got[0].Text != x.words {
			t.Errorf("%q: %+v, want %d:%d %s", x.text, got, x.line, x.from, x.words)
		}
	}
}

// An editor of JSON tells while it is typed in, and no other does.
func TestTheEditorUnderlinesMistakesInJSON(t *testing.T) {
	c, _ := editor(t, `[1, 2,]`, "json")
	if m := c.Marks(); len(m) != 1 {
		t.Fatalf("it opens with %+v", m)
	}
	c.moveTo(spot{0, 6}, false)
	test.Type(c, "3")
	if m := c.Marks(); len(m) != 0 {
		t.Errorf("%q is told: %+v", c.Text(), m)
	}
	test.Type(c, ",")
	if m := c.Marks(); len(m) != 1 {
		t.Errorf("%q is not told", c.Text())
	}
	c.Replace("[]")
	if m := c.Marks(); len(m) != 0 {
		t.Errorf("%q is told: %+v", c.Text(), m)
	}
	if js, _ := editor(t, "[1, 2", "js"); len(js.Marks()) != 0 {
		t.Error("other code is told as JSON")
	}
}
