package mail

import (
	"html"
	"strings"
	"testing"
)

// What the window draws of a mail is what the mail says.
func TestPreviewSaysWhatTheMailSays(t *testing.T) {
	m := refund()
	m.Ask.Message += strings.Repeat("\n\nMore of it.", 400)
	l, text, err := Preview(m, "ops@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	sent, err := Render(m, "ops@acme.example")
	if err != nil || sent.HTML != text || sent.Subject != l.Subject {
		t.Errorf("the preview is not the mail: %v", err)
	}
	said := html.UnescapeString(text)
	words := append([]string{l.Flow, l.From, l.Question, l.Deadline, l.More, l.Button, l.Page}, l.Small...)
	words = append(words, l.Paragraphs...)
	for _, f := range l.Facts {
		words = append(words, f.Label, f.Value)
	}
	for _, w := range words {
		if w == "" || !strings.Contains(said, w) {
			t.Errorf("%q is not in the mail", w)
		}
	}
	if l.To != m.To {
		t.Errorf("to %s", l.To)
	}
	if _, _, err := Preview(m, "nobody"); err == nil {
		t.Error("a mail from no address")
	}
}
