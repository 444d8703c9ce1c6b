package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/pane"
	"sluice/ui/say"
)

// placed is a text on the screen.
type placed struct {
	text     string
	at       fyne.Position
	size     fyne.Size // that it needs
	from, to fyne.Position
}

// placedIn lists the texts that are seen below an object.
func placedIn(o fyne.CanvasObject, at fyne.Position, from, to fyne.Position, list *[]placed) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	if _, clips := o.(*container.Scroll); clips {
		from = fyne.NewPos(max(from.X, at.X), max(from.Y, at.Y))
		to = fyne.NewPos(min(to.X, at.X+o.Size().Width), min(to.Y, at.Y+o.Size().Height))
	}
	switch v := o.(type) {
	case *canvas.Text:
		size := v.MinSize()
		if v.Text != "" && at.X < to.X && at.Y < to.Y && at.X+size.Width > from.X && at.Y+size.Height > from.Y {
			*list = append(*list, placed{text: v.Text, at: at, size: size, from: from, to: to})
		}
	case *fyne.Container:
		for _, c := range v.Objects {
			placedIn(c, at, from, to, list)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(v).Objects() {
			placedIn(c, at, from, to, list)
		}
	}
}

// fits looks whether the texts of a layer are cut by the window, lie over each other, or
// are of another language.
func (s *shown) fits(of string, layer fyne.CanvasObject) {
	s.t.Helper()
	window := s.win.Canvas().Size()
	s.win.Resize(window.AddWidthHeight(1, 0)) // a window lays out what has come in above; a test's does not
	s.win.Resize(window)
	var list []placed
	placedIn(layer, fyne.Position{}, fyne.Position{}, fyne.NewPos(window.Width, window.Height), &list)
	if len(list) < 3 {
		s.t.Errorf("%s: only %d texts are there", of, len(list))
	}
	for i, p := range list {
		if own := say.Of(p.text); own != p.text && p.text != "Ask" { // a step is called that
			s.t.Errorf("%s: %q is not said: it is %q", of, p.text, own)
		}
		if p.at.X < -0.5 || p.at.X+p.size.Width > p.to.X+0.5 {
			s.t.Errorf("%s: %q is cut: it goes from %.0f to %.0f, of %.0f to %.0f", of, p.text, p.at.X, p.at.X+p.size.Width, p.from.X, p.to.X)
		}
		for _, q := range list[:i] {
			x := min(p.at.X+p.size.Width, q.at.X+q.size.Width) - max(p.at.X, q.at.X)
			y := min(p.at.Y+p.size.Height, q.at.Y+q.size.Height) - max(p.at.Y, q.at.Y)
			if x > 1 && y > 4 { // lines of a paragraph touch
				s.t.Errorf("%s: %q lies over %q", of, p.text, q.text)
			}
		}
	}
}

// No text of a place or of a dialog is cut or lies over another one where the window is
// small, in each language.
func TestTextsFitASmallWindow(t *testing.T) {
	for _, l := range say.Languages {
		t.Run(l.Name, func(t *testing.T) {
			t.Setenv("LANGUAGE", "en")
			t.Cleanup(func() { Speak("en") })
			Speak(l.Code)
			w := newWorld()
			w.requests = []run.Approval{{Run: "r0", Step: "a", FlowName: "Refund", Required: 2, Ask: run.Ask{Question: "Pay 120 € to Mia Berg?"}, Opened: time.Now(), Deadline: time.Now().Add(24 * time.Hour),
				State: run.ApprovalWaiting, People: []run.AskedPerson{{Person: "dana@acme.example", Mail: run.MailKept}, {Person: "li@acme.example", Mail: run.MailSent}}}}
			s := show(t, w)
			for s.model.Doc() == nil { // it is opened again
				(<-s.queue)()
			}
			s.until(say.Of("Test flow"))
			s.win.Resize(fyne.NewSize(1100, 700))
			for p := host.PlaceFlows; p <= host.PlaceSettings; p++ {
				s.visit(p)
				of := map[bool]string{true: "the editor"}[p == host.PlaceEditor]
				if of == "" {
					of = say.Of(places[max(0, int(p)-1)].label)
				}
				if min := s.win.Canvas().Content().MinSize(); min.Width > 1100 || min.Height > 700 {
					t.Errorf("%s asks for %v", of, min)
				}
				switch p {
				case host.PlaceApprovals:
					s.until("dana@acme.example")
				case host.PlaceEditor:
					flow.Every(s.model.Doc().Flow, func(m *flow.Module) {
						s.host.Changed(s.model.Select(m.ID))
						s.fits("step "+m.ID, s.win.Canvas().Content())
					})
				default:
				}
				s.fits(of, s.win.Canvas().Content())
			}
			for _, r := range s.rail.stops {
				if w := kit.Measure(r.label, stopText, fyne.TextStyle{}, kit.MediumFont()).Width; w > s.rail.width-4 {
					t.Errorf("%s needs %.0f of a rail of %.0f", r.label, w, s.rail.width)
				}
			}
			for name, open := range map[string]func(){
				"the shortcuts": func() { pane.ShowKeys(s.host) },
				"an import":     func() { s.importFlow() },
				"an export":     func() { s.exportFlow(s.model.Doc().Flow, "u/me/refund") },
				"the palette":   func() { s.openPalette() },
				"a restore":     func() { s.restoreBackup() },
			} {
				open()
				top := s.win.Canvas().Overlays().Top()
				if top == nil {
					t.Errorf("%s does not open", name)
					continue
				}
				s.fits(name, top)
				for s.win.Canvas().Overlays().Top() != nil {
					s.win.Canvas().Overlays().Remove(s.win.Canvas().Overlays().Top())
				}
			}
		})
	}
}
