package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Host is the outermost object of a window or dialog. It has room above its
// content for tips and for short messages.
type Host struct {
	widget.BaseWidget
	Content fyne.CanvasObject
	tip     *tipBox
	toast   *Banner
	timer   *fyne.Animation
	box     *Box
	float   fyne.CanvasObject // what Float shows
	guide   *Guide            // nil: none is shown here
}

// hosts are the hosts in use, the topmost last.
var hosts []*Host

// NewHost wraps the content of a window.
func NewHost(content fyne.CanvasObject) *Host {
	h := &Host{Content: content, tip: newTipBox()}
	h.tip.Hide()
	h.ExtendBaseWidget(h)
	hosts = append(hosts, h)
	return h
}

func dropHost(h *Host) {
	for i, x := range hosts {
		if x == h {
			hosts = append(hosts[:i:i], hosts[i+1:]...)
			return
		}
	}
}

// hostOf finds the host of a canvas that lies on top.
func hostOf(c fyne.Canvas) *Host {
	d := fyne.CurrentApp().Driver()
	for i := len(hosts) - 1; i >= 0; i-- {
		if c != nil && d.CanvasForObject(hosts[i]) == c {
			return hosts[i]
		}
	}
	return nil
}

// CreateRenderer is part of fyne.Widget.
func (h *Host) CreateRenderer() fyne.WidgetRenderer {
	return &Painted{Of: h, Least: func() fyne.Size { return h.Content.MinSize() }, Vary: func() []fyne.CanvasObject {
		o := []fyne.CanvasObject{h.Content}
		if h.guide != nil {
			o = append(o, h.guide.objects()...)
		}
		if h.box != nil {
			o = append(o, h.box)
		}
		if h.float != nil {
			o = append(o, h.float)
		}
		return append(o, h.tip)
	}, Place: h.lay, Paint: func() { h.lay(h.BaseWidget.Size()) }}
}

func (h *Host) lay(s fyne.Size) {
	Place(h.Content, 0, 0, s.Width, s.Height)
	if h.guide != nil {
		h.guide.lay(s)
	}
	if h.box != nil {
		w := min(460, s.Width-32)
		hh := heightAt(h.box, w)
		Place(h.box, Round((s.Width-w)/2), s.Height-hh-24, w, hh)
	}
}

// ShowToast shows a short message at the bottom of a window for some seconds, the
// longer the more there is to read or to do.
func ShowToast(c fyne.Canvas, b *Banner) {
	h := hostOf(c)
	if h == nil {
		return
	}
	h.dropToast()
	closed := b.OnClose
	b.OnClose = func() {
		h.dropToast()
		if closed != nil {
			closed()
		}
	}
	h.toast = b
	h.box = NewBox(OnPanel, LineColor, CardRadius, b)
	h.box.Shadow = 24
	h.Refresh()
	stay := 4 * time.Second
	if b.Hint != "" || b.Role == Bad {
		stay = 10 * time.Second
	}
	if b.Details != "" || b.Act != "" {
		stay = 25 * time.Second
	}
	begun := false
	h.timer = fyne.NewAnimation(stay, func(done float32) {
		if done < 1 {
			begun = true
		} else if begun { // drivers without animations tick once, with 1
			h.dropToast()
		}
	})
	h.timer.Start()
}

// DropToast takes the message of a window away, such as when the person goes on.
func DropToast(c fyne.Canvas) {
	if h := hostOf(c); h != nil {
		h.dropToast()
	}
}

// DropThis takes a message away where it is still shown.
func DropThis(c fyne.Canvas, b *Banner) {
	if h := hostOf(c); h != nil && h.toast == b {
		h.dropToast()
	}
}

func (h *Host) dropToast() {
	if h.timer != nil {
		h.timer.Stop()
		h.timer = nil
	}
	if h.box != nil {
		h.toast, h.box = nil, nil
		h.Refresh()
	}
}

// Toast is the message shown at present, or nil.
func (h *Host) Toast() *Banner { return h.toast }

// tipBox is the words beside the pointer.
type tipBox struct {
	widget.BaseWidget
	text      string
	rect      *canvas.Rectangle
	paragraph *wrapped
}

func newTipBox() *tipBox {
	t := &tipBox{paragraph: &wrapped{Role: OnRail, TextSize: 12}}
	t.paragraph.ExtendBaseWidget(t.paragraph)
	t.ExtendBaseWidget(t)
	return t
}

func (t *tipBox) fit() fyne.Size {
	w := min(300, Measure(t.text, 12, fyne.TextStyle{}, nil).Width+1)
	return fyne.NewSize(w+20, t.paragraph.HeightFor(w)+10)
}

func (t *tipBox) CreateRenderer() fyne.WidgetRenderer {
	t.rect = canvas.NewRectangle(nil)
	paint := func() {
		fillRect(t.rect, Colors().RailActive, nil, 0, 6)
		t.paragraph.Refresh()
	}
	paint()
	return &Painted{Of: t, Parts: []fyne.CanvasObject{t.rect, t.paragraph}, Paint: paint, Place: func(s fyne.Size) {
		Place(t.rect, 0, 0, s.Width, s.Height)
		Place(t.paragraph, 10, 5, s.Width-20, s.Height-10)
	}}
}

var (
	tipWait  *fyne.Animation
	tipShown *Host
)

// ShowTip shows words beside the pointer after half a second of rest, for a widget that
// tells what is at a place of it.
func ShowTip(of fyne.Focusable, text string, at fyne.Position) { showTip(of, text, at) }

// HideTip takes them away.
func HideTip() { hideTip() }

// showTip shows words beside the pointer after half a second of rest.
func showTip(of fyne.Focusable, text string, at fyne.Position) {
	hideTip()
	o, ok := of.(fyne.CanvasObject)
	if text == "" || !ok {
		return
	}
	h := hostOf(fyne.CurrentApp().Driver().CanvasForObject(o))
	if h == nil {
		return
	}
	tipWait = fyne.NewAnimation(500*time.Millisecond, func(done float32) {
		if done >= 1 && tipShown == nil {
			h.showTip(text, at)
		}
	})
	tipWait.Start()
}

func (h *Host) showTip(text string, at fyne.Position) {
	tipShown = h
	t := h.tip
	t.text, t.paragraph.Text = text, text
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(h)
	s, full := t.fit(), h.BaseWidget.Size()
	p := at.Subtract(origin).Add(fyne.NewPos(8, 20))
	p.X = max(4, min(p.X, full.Width-s.Width-4))
	if p.Y+s.Height > full.Height-4 {
		p.Y -= s.Height + 28
	}
	t.Move(p)
	t.Resize(s)
	t.Show()
	t.Refresh()
}

func hideTip() {
	if tipWait != nil {
		tipWait.Stop()
		tipWait = nil
	}
	if tipShown != nil {
		tipShown.tip.Hide()
		tipShown = nil
	}
}

// Tip shows words beside the pointer after a moment of rest, above an object that has
// no tip of its own in one place only; "" takes them away.
func Tip(of fyne.Focusable, text string, at fyne.Position) { showTip(of, text, at) }
