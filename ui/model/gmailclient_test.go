package model

import (
	"strings"
	"testing"
)

// What people paste by mistake is told by what it is.
func TestAGmailClientIsChecked(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"1042123456-ab12cd34ef56.apps.googleusercontent.com", ""},
		{"  1042123456-ab12cd34ef56.apps.googleusercontent.com\n", ""},
		{"", "Required"},
		{"GOCSPX-abcdefghijklmnopqrst", "client secret"},
		{"AIzaSyA1234567890", "API key"},
		{"me@gmail.com", "e-mail address"},
		{"1042123456-ab12cd34ef56", "Was all of it copied"},
		{"-ab12cd34ef56.apps.googleusercontent.com", "begins with a number"},
	} {
		if got := WhyNotClientID(tt.text); got != tt.want && (tt.want == "" || !strings.Contains(got, tt.want)) {
			t.Errorf("client id %q: %q, want %q", tt.text, got, tt.want)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"GOCSPX-abcdefghijklmnopqrst", ""},
		{"", ""},
		{"1042123456-ab12cd34ef56.apps.googleusercontent.com", "client ID"},
		{"GOCSPX-••••••••••abcd", "covered up"},
		{"GOCSPX-ab", "Was all of it copied"},
	} {
		if got := WhyNotClientSecret(tt.text); got != tt.want && (tt.want == "" || !strings.Contains(got, tt.want)) {
			t.Errorf("client secret %q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// The file that the console offers holds both.
func TestTheFileOfAGmailClientIsRead(t *testing.T) {
	c, kind, whole := ReadClient(` {"installed":{"client_id":"1-a.apps.googleusercontent.com","client_secret":"GOCSPX-s","redirect_uris":["http://localhost"]}}`)
	if want := (GmailClient{"1-a.apps.googleusercontent.com", "GOCSPX-s"}); c != want || kind != "installed" || !whole {
		t.Errorf("read %+v of kind %q, %v", c, kind, whole)
	}
	if c, _, whole := ReadClient(" 1-a.apps.googleusercontent.com\n"); c.ID != "1-a.apps.googleusercontent.com" || whole {
		t.Errorf("read %+v, %v", c, whole)
	}
	for _, text := range []string{"{", `{"a":1}`, `{"web":{}}`} {
		if c, _, whole := ReadClient(text); whole || c != (GmailClient{}) {
			t.Errorf("%s is read as %+v", text, c)
		}
	}
}
