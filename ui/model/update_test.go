package model

import (
	"strings"
	"testing"
)

// Only a later version is one, compared by its numbers.
func TestNewer(t *testing.T) {
	for _, tt := range []struct {
		version, than string
		want          bool
	}{
		{"0.2.0", "0.1.0", true}, {"0.10", "0.9.9", true}, {"1", "0.9", true}, {"0.1.0.1", "0.1", true}, {"1.0", "1", false},
		{"0.1.0", "0.1.0", false}, {"0.1.0", "0.2.0", false}, {"0.2.0", "dev", false}, {"later", "0.1.0", false}, {"", "0.1.0", false},
		{"1..2", "0.1", false}, {"-1", "0", false}, {"1.2.3.4.5", "0", false}, {"9999999", "0", false}, {"+1", "0", false},
	} {
		if got := Newer(tt.version, tt.than); got != tt.want {
			t.Errorf("%q newer than %q: %v", tt.version, tt.than, got)
		}
	}
}

// What a server says of a version is taken as text of a bounded length, and an address only
// if it is one of the web.
func TestReadUpdate(t *testing.T) {
	u, ok := ReadUpdate([]byte(`{"version":"1.2","url":"https://sluice.example/get","notes":"One\n\n two\u001b[2J","more":1}`))
	if want := (Update{"1.2", "https://sluice.example/get", "One two\\x1b[2J"}); !ok || u != want {
		t.Errorf("%+v, %v", u, ok)
	}
	if u, ok := ReadUpdate([]byte(`{"version":"1.2","url":"file:///etc/passwd","notes":"` + strings.Repeat("n", 5000) + `"}`)); !ok || u.URL != "" || len(u.Notes) > 310 {
		t.Errorf("%+v, %v", u, ok)
	}
	for _, text := range []string{``, `[]`, `{"version":"next"}`, `{"version":7}`, `<html>`} {
		if u, ok := ReadUpdate([]byte(text)); ok {
			t.Errorf("%s: %+v", text, u)
		}
	}
}
