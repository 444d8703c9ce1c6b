package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sluice/engine/form"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/host"
	"sluice/ui/model"
)

// The triggers of a library that has none.
type (
	scheduleCalls = host.Schedules
	hookCalls     = host.Hooks
	formCalls     = host.Forms
)

type noneDue struct{ scheduleCalls }

func (noneDue) Schedules(context.Context) ([]schedule.State, error) { return nil, nil }

type noneCalled struct{ hookCalls }

func (noneCalled) Hooks(context.Context) ([]hook.State, error) { return nil, nil }

type noneSent struct{ formCalls }

func (noneSent) Forms(context.Context) ([]form.State, error) { return nil, nil }

// palette opens the palette of a window that shows a flow.
func palette(t *testing.T, w *world) *shown {
	t.Helper()
	s := show(t, w)
	s.cfg.Schedules, s.cfg.Hooks, s.cfg.Forms = noneDue{}, noneCalled{}, noneSent{}
	s.until("Ask")
	s.act(model.CmdPalette)
	return s
}

// find types into the palette.
func (s *shown) find(text string) {
	f := s.win.Canvas().Focused()
	if f == nil {
		s.t.Fatal("the palette does not have the keyboard")
	}
	for _, r := range text {
		f.TypedRune(r)
	}
}

func (s *shown) key(name fyne.KeyName) { s.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name}) }

func TestThePaletteLeadsToAStep(t *testing.T) {
	s := palette(t, newWorld())
	s.find("pay")
	s.key(fyne.KeyReturn)
	if s.palette.IsOpen() || s.model.Selected() != "b" || s.place != host.PlaceEditor {
		t.Errorf("open: %v, step %q, place %v", s.palette.IsOpen(), s.model.Selected(), s.place)
	}
	// What was done is first the next time.
	s.act(model.CmdPalette)
	s.key(fyne.KeyReturn)
	if s.model.Selected() != "b" {
		t.Errorf("at hand first was another: step %q", s.model.Selected())
	}
}

func TestThePaletteDoesCommandsAndFindsSettings(t *testing.T) {
	s := palette(t, newWorld())
	s.find("go approvals") // nothing is called that: Enter does nothing
	s.key(fyne.KeyReturn)
	if !s.palette.IsOpen() {
		t.Fatal("Enter on nothing closed it")
	}
	s.key(fyne.KeyEscape)
	if s.palette.IsOpen() {
		t.Fatal("Escape leaves it open")
	}
	s.act(model.CmdPalette)
	s.find("public address")
	s.key(fyne.KeyReturn)
	if s.place != host.PlaceSettings || s.win.Canvas().Focused() == nil {
		t.Errorf("place %v, keyboard at %v", s.place, s.win.Canvas().Focused())
	}
	s.act(model.CmdPalette)
	s.find("outbox")
	s.key(fyne.KeyReturn)
	if s.place != host.PlaceOutbox {
		t.Errorf("place %v", s.place)
	}
}

// What needs a flow, or a step in it, is not offered elsewhere. A second press of its keys
// closes the palette, and over a dialog it does not open.
func TestThePaletteOffersWhatCanBeDone(t *testing.T) {
	s := palette(t, newWorld())
	offers := func(name string) bool {
		return slices.ContainsFunc(s.palette.Items.Find(name, 20), func(l model.PaletteLine) bool { return l.Name == name })
	}
	if !offers("Test flow") || offers("Delete step") {
		t.Error("with a flow and no step")
	}
	s.act(model.CmdPalette)
	if s.palette.IsOpen() {
		t.Error("the second press leaves it open")
	}
	s.visit(host.PlaceRuns)
	s.act(model.CmdPalette)
	if offers("Test flow") {
		t.Error("Test flow is offered beside the runs")
	}
	s.act(model.CmdPalette)
	s.visit(host.PlaceFlows)
	s.act(model.CmdImport)
	s.act(model.CmdPalette)
	if s.palette.IsOpen() {
		t.Error("it opens over a dialog")
	}
}

func TestThePaletteFindsRunsByWhatIsInThem(t *testing.T) {
	w := newWorld()
	w.runs = []run.Summary{{ID: "0f8fad5b-d9cb-469f-a165-70867728950e", FlowName: "Refund", Status: run.StatusDone, Outcome: run.Failed}}
	s := palette(t, w)
	s.find("mia berg")
	s.when("a run is found by its input", func() bool {
		lines := s.palette.Items.Find("mia berg", 9)
		return len(lines) == 1 && lines[0].Kind == model.FoundRun && strings.Contains(lines[0].State, "Failed")
	})
}

// Each command of the table does something.
func TestEachCommandIsDone(t *testing.T) {
	s := show(t, newWorld())
	for _, c := range model.Commands {
		if s.does[c.ID] == nil {
			t.Errorf("%s does nothing", c.ID)
		}
	}
	if len(s.does) != len(model.Commands) {
		t.Errorf("%d commands are done, %d are told", len(s.does), len(model.Commands))
	}
}
