//go:build walk

package walk

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The flow that Sluice is for (a script, an approval from the hub, a branch on what the
// approver wrote, a step in each branch) is built from an empty canvas, tested, and goes
// the way that the message says: once by keyboard alone, once by mouse alone, but for
// what is typed.

const condition = `resume["message"] === "half"`

func TestTheFlowIsBuiltByKeyboard(t *testing.T) {
	s := newScreen(t)
	data, listen := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	w := s.open(data, listen)
	w.see("Look up the order")
	w.key("ctrl+k")
	w.typeInto("new flow", "command")
	w.key("Return")
	w.see("The flow has no steps")

	w.addByKeys("typescript", "TypeScript script")
	w.addByKeys("gmail approval", "Ask by e-mail")
	w.key("Return") // into the page of the step
	w.tabTo("Gmail account")
	w.key("Down")
	w.see("Practice account")
	w.tabTo("Approvers")
	w.typeText("dana@acme.example")
	w.key("Return")
	w.tabTo("Subject")
	w.typeText("Refund it?")
	w.toCanvas()

	w.addByKeys("branch to one", "Which way?")
	w.key("Return")
	w.tabTo("Branch 1 when")
	w.key("ctrl+a")
	w.typeText(condition)
	w.toCanvas()
	w.key("Down") // into the first branch
	w.key("Return")
	w.pickByKeys("bash", "Bash script")
	w.key("Right") // the other branch
	w.key("Return")
	w.pickByKeys("python", "Python script")
	w.shot("keys-1-built")

	w.key("ctrl+t")
	w.built(t, data, "keys")
}

func TestTheFlowIsBuiltByMouse(t *testing.T) {
	s := newScreen(t)
	data, listen := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	w := s.open(data, listen)
	w.see("Look up the order")
	w.click("Flows /")
	w.click("New flow")
	w.see("The flow has no steps")

	w.addBelow("Flow input", "", "TypeScript", "TypeScript script")
	w.addBelow("TypeScript script", "Approval", "Suspend/resume a flow by sending", "Ask by e-mail")
	w.click("Choose…")
	w.click("u/me/practice")
	w.click("name@example.com")
	w.typeText("dana@acme.example")
	w.key("Return")
	w.addBelow("Ask by e-mail", "", "Branch to one", "Which way?")
	w.clickBelow("Branch 1 when")
	w.key("ctrl+a")
	w.typeText(condition)
	first := w.card(`resume["message"] =`)
	w.addAt(spot{Text: "+ of branch 1", X: first.X + first.W/2, Y: first.Y + 38}, "", "Bash", "Bash script")
	other := w.card("default")
	w.addAt(spot{Text: "+ of the default", X: other.X + other.W/2, Y: other.Y + 38}, "", "Python", "Python script")
	w.shot("mouse-1-branch")
	w.click("Test flow")
	w.built(t, data, "mouse")
}

// addByKeys adds a step after the selected one.
func (w *window) addByKeys(search, title string) {
	w.t.Helper()
	w.key("ctrl+Return")
	w.pickByKeys(search, title)
}

// pickByKeys chooses what a search in the picker finds first.
func (w *window) pickByKeys(search, title string) {
	w.t.Helper()
	w.see("Add ")
	w.typeInto(search, "Everything that matches")
	w.key("Return")
	w.wait("the picker to close", func() bool { return !w.shows("Everything that matches") })
	w.see(title)
}

// typeInto types, and waits until something is there.
func (w *window) typeInto(text, comes string) {
	w.t.Helper()
	w.typeText(text)
	w.see(comes)
	pause(300 * time.Millisecond)
}

// focus is where the keyboard is.
func (w *window) focus() (spot, bool) {
	for _, s := range w.spots() {
		if s.Kind == "focus" {
			return s, true
		}
	}
	return spot{}, false
}

// tabTo presses Tab until the field below a label has the keyboard.
func (w *window) tabTo(label string) {
	w.t.Helper()
	for range 60 {
		l, ok := w.find(label)
		f, has := w.focus()
		if ok && has && f.Y > l.Y+l.H/2 && f.Y < l.Y+l.H+24 && f.X < l.X+24 {
			return
		}
		w.key("Tab")
		pause(150 * time.Millisecond)
	}
	w.shot("stuck")
	w.t.Fatalf("Tab does not come to %q; on the screen: %s", label, w.texts())
}

// toCanvas presses Escape until the canvas has the keyboard.
func (w *window) toCanvas() {
	w.t.Helper()
	w.wait("the canvas to have the keyboard", func() bool {
		if f, has := w.focus(); has && f.W > 500 {
			return true
		}
		w.key("Escape")
		pause(200 * time.Millisecond)
		return false
	})
}

// addBelow presses the + below a card and chooses what reads so in the picker.
func (w *window) addBelow(card, kind, choice, title string) {
	w.t.Helper()
	s := w.card(card)
	w.addAt(spot{Text: "+ below " + card, X: s.X + 72, Y: s.Y + 74}, kind, choice, title)
}

// inspector is where the page of a step begins, at the right.
const inspector = 1440 - 384

// card is where the title of a card on the canvas stands.
func (w *window) card(title string) (found spot) {
	w.t.Helper()
	w.wait("a card "+title, func() bool {
		for _, s := range w.spots() {
			if strings.HasPrefix(s.Text, title) && s.X > rail && s.X < inspector {
				found = s
				return true
			}
		}
		return false
	})
	return found
}

// addAt presses a + and chooses what reads so in the picker, of a kind.
func (w *window) addAt(plus spot, kind, choice, title string) {
	w.t.Helper()
	w.clickAt(plus)
	w.see("Add ")
	if kind != "" {
		w.click(kind)
	}
	w.click(choice)
	w.wait("the picker to close", func() bool {
		if !w.shows("Add a step") && !w.shows("Add the first") {
			return true
		}
		w.click(choice) // a first press only chooses it
		return false
	})
	w.see(title)
}

// clickBelow presses what stands below a label.
func (w *window) clickBelow(label string) {
	w.t.Helper()
	s := w.see(label)
	w.clickAt(spot{Text: "below " + label, X: s.X + 60, Y: s.Y + s.H + 14})
}

// built has the flow that was built decided on, by the page, and looks which way it went.
func (w *window) built(t *testing.T, data, name string) {
	t.Helper()
	w.see("Waiting for approval")
	w.shot(name + "-2-waiting")
	var link string
	w.wait("the mail", func() bool {
		mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
		for _, m := range mails {
			if b, err := os.ReadFile(m); err == nil {
				link = regexp.MustCompile(`http://127\.0\.0\.1:\d+/a/[a-z0-9]+`).FindString(strings.ReplaceAll(string(b), "=\r\n", ""))
			}
		}
		return link != ""
	})
	_, page := ask(t, http.MethodGet, link, nil)
	box := regexp.MustCompile(`<textarea[^>]* name="([^"]+)"`).FindStringSubmatch(page)
	if box == nil {
		t.Fatalf("the page has no box for a message: %s", page)
	}
	code, says := ask(t, http.MethodPost, link, url.Values{"action": {"approve"}, box[1]: {"half"}, "token": {tokenOf(t, page)}})
	if code >= 400 {
		t.Fatalf("the vote is answered with %d: %s", code, says)
	}
	w.see("Succeeded")
	w.shot(name + "-3-done")
	if done := runsOf(t, data); len(done) != 1 || done[0].Outcome != "succeeded" {
		t.Errorf("runs: %+v", done)
	}
	w.see("Bash · ")                            // with the time it took
	w.see("The run has not come to this step.") // the last one that was added
}
