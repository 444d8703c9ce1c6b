package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// rail is the dark strip at the left: the places of the window.
type rail struct {
	widget.BaseWidget
	stops  []*stop
	choose func(host.Place)
	box    *fyne.Container
	ground *canvas.Rectangle
	width  float32
}

// stopText is the size of the words on the rail.
const stopText = 10

// stop is one place on the rail.
type stop struct {
	widget.BaseWidget
	place   host.Place
	icon    kit.Icon
	label   string
	count   int
	active  bool
	hovered bool
	tapped  func()

	bg, badge         *canvas.Rectangle
	glyph, text, mark *canvas.Text
}

var places = []struct {
	place host.Place
	icon  kit.Icon
	label string
}{
	{host.PlaceFlows, kit.IconFlow, say.Mark("Flows")},
	{host.PlaceRuns, kit.IconCirclePlay, say.Mark("Runs")},
	{host.PlaceApprovals, kit.IconShield, say.Mark("Approvals")},
	{host.PlaceTriggers, kit.IconZap, say.Mark("Triggers")},
	{host.PlaceResources, kit.IconPackage, say.Mark("Resources")},
	{host.PlaceHub, kit.IconGrid, say.Mark("Hub")},
	{host.PlaceOutbox, kit.IconMail, say.Mark("Outbox")},
	{host.PlaceSettings, kit.IconSettings, say.Mark("Settings")},
}

func newRail(open func(host.Place)) *rail {
	r := &rail{ground: canvas.NewRectangle(kit.Colors().Rail), box: kit.VBox(6), width: kit.RailWidth}
	for _, p := range places { // words are longer in some languages
		r.width = max(r.width, kit.Round(kit.Measure(say.Of(p.label), stopText, fyne.TextStyle{}, kit.MediumFont()).Width)+14)
	}
	beside := (r.width - kit.RailWidth + 32) / 2
	r.box.Add(kit.Pad(14, beside, 12, beside, newLogo()))
	for _, p := range places {
		s := &stop{place: p.place, icon: p.icon, label: say.Of(p.label), tapped: func() { open(p.place) }}
		s.ExtendBaseWidget(s)
		r.stops = append(r.stops, s)
		if p.place == host.PlaceSettings {
			r.box.Add(kit.Space())
		}
		r.box.Add(kit.Pad(0, 4, 0, 4, s))
	}
	r.box.Add(kit.Pad(0, 0, 8, 0, kit.MinSize(1, 1, kit.Space())))
	r.choose = func(chosen host.Place) {
		if chosen == host.PlaceEditor {
			chosen = host.PlaceFlows
		}
		for _, s := range r.stops {
			s.active = s.place == chosen
			s.Refresh()
		}
	}
	r.ExtendBaseWidget(r)
	return r
}

// count shows how many things wait at a place.
func (r *rail) count(p host.Place, n int) {
	for _, s := range r.stops {
		if s.place == p && s.count != n {
			s.count = n
			s.Refresh()
		}
	}
}

// MinSize is the rail's width.
func (r *rail) MinSize() fyne.Size { return fyne.NewSize(r.width, 400) }

// Refresh follows the theme.
func (r *rail) Refresh() {
	r.ground.FillColor = kit.Colors().Rail
	r.BaseWidget.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (r *rail) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(&fyne.Container{Layout: stack{}, Objects: []fyne.CanvasObject{r.ground, r.box}})
}

// stack gives every object the whole place.
type stack struct{}

func (stack) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objs {
		o.Move(fyne.Position{})
		o.Resize(s)
	}
}

func (stack) MinSize(objs []fyne.CanvasObject) fyne.Size { return fyne.NewSize(kit.RailWidth, 0) }

// MinSize is one place high.
func (s *stop) MinSize() fyne.Size { return fyne.NewSize(56, 46) }

// Tapped opens the place.
func (s *stop) Tapped(*fyne.PointEvent) { s.tapped() }

// MouseIn is part of desktop.Hoverable.
func (s *stop) MouseIn(*desktop.MouseEvent) { s.hovered = true; s.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (s *stop) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (s *stop) MouseOut() { s.hovered = false; s.Refresh() }

// Cursor is part of desktop.Cursorable.
func (s *stop) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (s *stop) CreateRenderer() fyne.WidgetRenderer {
	s.bg, s.badge = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	s.glyph, s.text, s.mark = canvas.NewText(string(s.icon), nil), canvas.NewText(s.label, nil), canvas.NewText("", nil)
	s.glyph.FontSource, s.glyph.TextSize = kit.IconFont(), 18
	s.text.TextSize = stopText
	s.text.FontSource = kit.MediumFont()
	s.mark.TextSize = 9
	s.mark.TextStyle.Bold = true
	return &stopRenderer{s}
}

type stopRenderer struct{ s *stop }

func (r *stopRenderer) Layout(size fyne.Size) {
	s := r.s
	s.bg.Resize(size)
	center := func(t *canvas.Text, y float32) {
		m := t.MinSize()
		t.Resize(m)
		t.Move(fyne.NewPos(float32(int((size.Width-m.Width)/2)), y))
	}
	center(s.glyph, 6)
	center(s.text, 28)
	m := s.mark.MinSize()
	w := max(14, m.Width+7)
	s.badge.Resize(fyne.NewSize(w, 14))
	s.badge.Move(fyne.NewPos(size.Width/2+4, 3))
	s.mark.Resize(m)
	s.mark.Move(fyne.NewPos(size.Width/2+4+(w-m.Width)/2, 3+(14-m.Height)/2))
}

func (r *stopRenderer) MinSize() fyne.Size { return r.s.MinSize() }

func (r *stopRenderer) Refresh() {
	s, c := r.s, kit.Colors()
	s.bg.CornerRadius, s.bg.FillColor = kit.Radius, c.Rail
	s.glyph.Color, s.text.Color = c.RailMuted, c.RailMuted
	if s.active || s.hovered {
		s.bg.FillColor = c.RailActive
	}
	if s.active {
		s.glyph.Color, s.text.Color = c.RailInk, c.RailInk
	}
	s.badge.Hidden, s.mark.Hidden = s.count == 0, s.count == 0
	s.badge.FillColor, s.badge.CornerRadius = c.WaitingLine, 7
	s.mark.Color = kit.Colors().Rail
	s.mark.Text = fmt.Sprint(s.count)
	if s.count > 99 {
		s.mark.Text = "99+"
	}
	r.Layout(s.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *stopRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.bg, r.s.glyph, r.s.text, r.s.badge, r.s.mark}
}

func (r *stopRenderer) Destroy() {}
