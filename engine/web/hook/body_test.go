package hook

import (
	"net/http/httptest"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/hook"
)

// What is no text is refused in words; nothing of it is altered and taken.
func TestWhatIsNoTextIsRefused(t *testing.T) {
	part := func(head, body string) string {
		return "--b\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n--b--\r\n"
	}
	const form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	for _, tt := range []struct {
		name, kind, body string
		code             fault.Code // "" where it is taken
		says             string     // of the error; else the body that arrives
	}{
		{"JSON", "application/json", `{"name":"é"}`, "", `{"name":"é"}`},
		{"after a byte order mark", "application/json", "\xef\xbb\xbf{\"n\":1}", "", `{"n":1}`},
		{"without a type, after a mark", "", "\xef\xbb\xbf {\"n\":1}", "", `{"n":1}`},
		{"a letter in two escapes", "application/json", `{"n":"\ud83d\ude00\u00e9\\ud800"}`, "", `{"n":"\ud83d\ude00\u00e9\\ud800"}`},
		{"JSON that is not UTF-8", "application/json", " {\"name\":\"\xff\"}", "hook.body", "at byte 11"},
		{"a name that is not UTF-8", "application/json", "{\"\xe9\":1}", "hook.body", "at byte 3"},
		{"half a letter", "application/json", `{"n":"\ud800"}`, "hook.body", "at byte 7"},
		{"the other half", "application/json", `{"n":"\ude00x"}`, "hook.body", "at byte 7"},
		{"two first halves", "application/json", `{"n":"\ud800\ud800"}`, "hook.body", "at byte 7"},
		{"another charset", "application/json; charset=ISO-8859-1", `{"n":1}`, "hook.kind", "iso-8859-1"},
		{"UTF-8, said", `application/json; charset="UTF-8"`, `{"n":1}`, "", `{"n":1}`},
		{"a form", form, "n=%C3%A9", "", `{"n":"é"}`},
		{"a form in Latin-1", form, "n=%e9", "hook.body", `the field "n"`},
		{"a name in Latin-1", form, "%e9=1", "hook.body", "the field"},
		{"a part", parts, part(`name="n"`, "é"), "", `{"n":"é"}`},
		{"a part in Latin-1", parts, part(`name="n"`, "\xe9"), "hook.body", `the part "n"`},
		{"a file of any bytes", parts, part(`name="n"; filename="f"`, "\xe9"), "", `{"n":{"name":"f","type":"","data":"6Q=="}}`},
		{"the name of a file in Latin-1", parts, part("name=\"n\"; filename=\"\xe9\"", "x"), "hook.body", `the part "n"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/h/x", nil)
			r.Header.Set("Content-Type", tt.kind)
			d, err := read(r, []byte(tt.body), hook.Hook{})
			switch {
			case tt.code == "" && (err != nil || string(d.Body) != tt.says):
				t.Errorf("it arrives as %s, %v", d.Body, err)
			case tt.code != "" && (!fault.HasCode(err, tt.code) || !strings.Contains(fault.From(err).Title, tt.says)):
				t.Errorf("it is answered with %v", err)
			}
		})
	}
}
