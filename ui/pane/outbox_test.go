package pane

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
	"sluice/ui/kit"
)

// The page of somebody who got a real mail is opened after a question only, and by
// a link that is recorded as taken.
func TestAMailsPageIsNotOpenedAsSomebodyElseByOnePress(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewOutbox(d.h)
	m := run.MailItem{Mail: run.Mail{ID: "m1", Run: "r1", Step: "a", To: "dana@acme.example", Subject: "s", Page: "http://127.0.0.1/real"}}
	practice := m
	practice.Practice, practice.Page = true, "http://127.0.0.1/practice"
	d.press(p.mail(&practice), "Open as dana@acme.example")
	d.press(p.mail(&m), "Open as dana@acme.example")
	if diff := cmp.Diff([]string{"http://127.0.0.1/practice"}, d.opened); diff != "" {
		t.Fatal(diff)
	}
	over, ok := d.h.Window.Canvas().Overlays().Top().(*kit.Modal)
	if !ok {
		t.Fatal("nothing is asked")
	}
	d.h.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if over.Closed() || len(d.engine.calls) != 0 {
		t.Error("Enter opens it")
	}
	over.Close()
	p.copy(&m)
	if got := strings.Join(d.engine.calls, ","); got != "link r1 a dana@acme.example" {
		t.Errorf("made %q", got)
	}
}

// Mails come by the page: a thousand of them are not drawn at every beat.
func TestMailsComeByThePage(t *testing.T) {
	d := sit(t, twoSteps)
	for i := range 250 {
		d.engine.mails = append(d.engine.mails, run.MailItem{Mail: run.Mail{ID: fmt.Sprint("m", i), To: "dana@acme.example", Subject: "s"}, Created: start})
	}
	p := NewOutbox(d.h)
	p.Refresh()
	rows := func() int { return len(all[*kit.Row](p.list)) }
	if n := rows(); n != outboxPage || len(p.mails) != outboxPage {
		t.Fatalf("%d rows of %d mails", n, len(p.mails))
	}
	d.press(p.list, "Show older mails")
	d.press(p.list, "Show older mails")
	if n := rows(); n != 250 {
		t.Errorf("%d rows", n)
	}
	for _, b := range all[*kit.Button](p.list) {
		if b.Text == "Show older mails" {
			t.Error("older mails are offered, and there are none")
		}
	}
}
