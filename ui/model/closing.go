package model

import (
	"fmt"
	"strings"

	"sluice/engine/run"
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
	on, verb := and(s.on()), " is on"
	if s.starting()+s.Webhooks+s.Forms > 1 {
		verb = " are on"
	}
	switch {
	case s.Waiting == 1:
		return "1 request is open"
	case s.Waiting > 1:
		return fmt.Sprintf("%d requests are open", s.Waiting)
	case on != "":
		return on + verb
	}
	return "No request is open"
}

// on names what starts something while Sluice runs.
func (s Standstill) on() (words []string) {
	if n := s.starting(); n > 0 {
		words = append(words, Count(n, "schedule", "schedules"))
	}
	return append(words, s.listening()...)
}

// listening names what answers at an address while Sluice runs.
func (s Standstill) listening() (words []string) {
	if s.Webhooks > 0 {
		words = append(words, Count(s.Webhooks, "webhook", "webhooks"))
	}
	if s.Forms > 0 {
		words = append(words, Count(s.Forms, "form", "forms"))
	}
	return words
}

// and joins words as a sentence does: "a, b and c".
func and(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
}

// Text says what stands still without Sluice, and what becomes of it.
func (s Standstill) Text() string {
	if s.Idle() {
		return "What was open has been answered meanwhile, or has ended."
	}
	text := ""
	switch {
	case s.Waiting == 1:
		text = "Its link works only while Sluice runs. "
	case s.Waiting > 1:
		text = "Their links work only while Sluice runs. "
	}
	if n := s.starting(); n > 0 {
		text += Count(n, "schedule starts", "schedules start") + " nothing until Sluice runs again; what falls due is made up for as each says. "
	}
	switch s.Webhooks + s.Forms {
	case 0:
	case 1:
		text += and(s.listening()) + " answers nobody meanwhile. "
	default:
		text += and(s.listening()) + " answer nobody meanwhile. "
	}
	return text + "Nothing is lost: it all goes on as soon as Sluice is started again."
}

// TrayWaits is the line of the tray's menu that tells how much waits.
func (s Standstill) TrayWaits() string {
	switch s.Waiting {
	case 0:
		return "Nothing waits for you"
	case 1:
		return "1 request waits"
	}
	return fmt.Sprintf("%d requests wait", s.Waiting)
}

// TrayOldest is the line of the tray's menu that tells what has waited longest, of a
// length at most.
func TrayOldest(a *run.Approval, most int) string {
	return "Oldest: " + cut(oneLine(dots(First(a.Ask.Question, a.StepName), a.FlowName)), most)
}
