package model

import (
	"strings"

	"sluice/engine/run"
	"sluice/ui/say"
)

// Standstill is what stands still while Sluice does not run.
type Standstill struct {
	Waiting   int  // requests that wait for people
	Schedules int  // that are on
	Webhooks  int  // that are on
	Forms     int  // that are on
	Paused    bool // all schedules stand still anyway
}

// starting is how many schedules would start something.
func (s Standstill) starting() int {
	if s.Paused {
		return 0
	}
	return s.Schedules
}

// Idle reports whether nothing stands still.
func (s Standstill) Idle() bool { return s.Waiting+s.starting()+s.Webhooks+s.Forms == 0 }

// What the setting of closing the window says; empty: who closes it is asked.
const (
	CloseToTray  = "tray"
	CloseAndQuit = "quit"
)

// Closing is a wish to end the window.
type Closing struct {
	Standstill
	Quit bool   // of Sluice, not only of its window
	Tray bool   // there is one
	Kept string // the setting
}

// Close is what becomes of such a wish.
type Close int

// What becomes of it.
const (
	CloseEnds     Close = iota // Sluice ends
	CloseHides                 // the window goes, and Sluice stays in the tray
	CloseAsks                  // which of the two
	CloseAsksQuit              // whether Sluice is to end
)

// Decide says what becomes of the wish.
func (c Closing) Decide() Close {
	switch {
	case c.Idle():
		return CloseEnds
	case c.Quit:
		return CloseAsksQuit
	case c.Tray && c.Kept == CloseToTray:
		return CloseHides
	case c.Tray && c.Kept == CloseAndQuit:
		return CloseEnds
	case c.Tray:
		return CloseAsks
	case c.Waiting == 0 && c.Kept == CloseAndQuit:
		return CloseEnds // there is nobody whom it would surprise
	}
	return CloseAsksQuit
}

// Title names what stands still without Sluice: "2 requests are open".
func (s Standstill) Title() string {
	switch on := and(s.on()); {
	case s.Waiting > 0:
		return say.N(s.Waiting, "%d request is open", "%d requests are open")
	case on != "":
		return say.N(s.starting()+s.Webhooks+s.Forms, "%[2]s is on", "%[2]s are on", on)
	}
	return say.T("No request is open")
}

// on names what starts something while Sluice runs.
func (s Standstill) on() (words []string) {
	if n := s.starting(); n > 0 {
		words = append(words, say.N(n, "%d schedule", "%d schedules"))
	}
	return append(words, s.listening()...)
}

// listening names what answers at an address while Sluice runs.
func (s Standstill) listening() (words []string) {
	if s.Webhooks > 0 {
		words = append(words, say.N(s.Webhooks, "%d webhook", "%d webhooks"))
	}
	if s.Forms > 0 {
		words = append(words, say.N(s.Forms, "%d form", "%d forms"))
	}
	return words
}

// and joins words as a sentence does: "a, b and c".
func and(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return say.F("%s and %s", strings.Join(words[:n-1], ", "), words[n-1])
}

// Text says what stands still without Sluice, and what becomes of it.
func (s Standstill) Text() string {
	if s.Idle() {
		return say.T("What was open has been answered meanwhile, or has ended.")
	}
	var text []string
	if s.Waiting > 0 {
		text = append(text, say.N(s.Waiting, "Its link works only while Sluice runs.", "Their links work only while Sluice runs."))
	}
	if n := s.starting(); n > 0 {
		text = append(text, say.N(n, "%d schedule starts nothing until Sluice runs again; what falls due is made up for as each says.",
			"%d schedules start nothing until Sluice runs again; what falls due is made up for as each says."))
	}
	if n := s.Webhooks + s.Forms; n > 0 {
		text = append(text, say.N(n, "%[2]s answers nobody meanwhile.", "%[2]s answer nobody meanwhile.", and(s.listening())))
	}
	text = append(text, say.T("Nothing is lost: it all goes on as soon as Sluice is started again."))
	return strings.Join(text, " ")
}

// TrayWaits is the line of the tray's menu that tells how much waits.
func (s Standstill) TrayWaits() string {
	switch s.Waiting {
	case 0:
		return say.T("Nothing waits for you")
	}
	return say.N(s.Waiting, "%d request waits", "%d requests wait")
}

// TrayOldest is the line of the tray's menu that tells what has waited longest, of a
// length at most.
func TrayOldest(a *run.Approval, most int) string {
	return say.F("Oldest: %s", cut(oneLine(dots(First(a.Ask.Question, a.StepName), a.FlowName)), most))
}
