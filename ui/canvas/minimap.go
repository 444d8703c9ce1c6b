package canvas

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
	"sluice/ui/model"
)

const (
	mapWidth   = 128
	mapHeight  = 84
	mapTallest = 300
	mapInset   = 10
)

// minimap is the small picture of the whole flow at the lower right, with a
// frame around what the view shows. A press on it goes there.
type minimap struct {
	c       *FlowCanvas
	objects []fyne.CanvasObject
	box     *canvas.Rectangle
	picture *canvas.Raster
	view    *canvas.Rectangle
	stale   bool
	at      fyne.Position
}

func newMinimap(c *FlowCanvas) *minimap {
	m := &minimap{c: c, stale: true}
	m.box = &canvas.Rectangle{CornerRadius: kit.Radius, StrokeWidth: 1}
	m.picture = canvas.NewRaster(m.paint)
	m.view = &canvas.Rectangle{CornerRadius: 3, StrokeWidth: 1}
	m.objects = []fyne.CanvasObject{m.box, m.picture, m.view}
	return m
}

// shown reports whether there is room for the map beside the cards, and something
// to see on it that is not in view.
func (m *minimap) shown() bool {
	s := m.c.Size()
	return s.Width >= 720 && s.Height >= 260 && len(m.c.scene.Boxes) > 2 && !covers(m.c.view(), m.c.scene.Bounds)
}

// height is that of the map: a long flow has a long map.
func (m *minimap) height() float32 {
	b := m.c.scene.Bounds
	if b.W <= 0 || b.H < 4*b.W && b.H < 6000 {
		return mapHeight
	}
	return max(mapHeight, min(mapTallest, m.c.Size().Height*0.45))
}

// scales returns how the world lies in the map: its scales and the shift of its origin.
// A flow that is much longer than wide is pressed together in its length, so that one
// still sees which branch is left and which right.
func (m *minimap) scales() (zx, zy, dx, dy float32) {
	b, height := m.c.scene.Bounds, m.height()
	w, h := float32(mapWidth-2*mapInset), height-2*mapInset
	zx = min(w/max(b.W, 1), 0.14)
	zy = min(h/max(b.H, 1), zx)
	zx = min(zx, max(zy, min(zx, 0.05))) // never a hairline
	return zx, zy, (mapWidth-b.W*zx)/2 - b.X*zx, (height-b.H*zy)/2 - b.Y*zy
}

func (m *minimap) show() {
	if !m.shown() {
		for _, o := range m.objects {
			o.Hide()
		}
		return
	}
	k, s := kit.Colors(), m.c.Size()
	height := m.height()
	m.at = fyne.NewPos(s.Width-barMargin-mapWidth, s.Height-barMargin-height)
	m.box.FillColor, m.box.StrokeColor = k.Panel, k.Line
	m.box.Show()
	m.box.Move(m.at)
	m.box.Resize(fyne.NewSize(mapWidth, height))
	m.picture.Show()
	m.picture.Move(m.at)
	m.picture.Resize(fyne.NewSize(mapWidth, height))
	if m.stale {
		m.stale = false
		m.picture.Refresh()
	}
	view := m.c.view()
	zx, zy, dx, dy := m.scales()
	x, y := max(2, view.X*zx+dx), max(2, view.Y*zy+dy)
	x2, y2 := min(mapWidth-2, (view.X+view.W)*zx+dx), min(height-2, (view.Y+view.H)*zy+dy)
	m.view.FillColor, m.view.StrokeColor = color.Transparent, k.Accent
	m.view.Show()
	m.view.Move(m.at.AddXY(x, y))
	m.view.Resize(fyne.NewSize(max(6, x2-x), max(6, y2-y)))
}

func (m *minimap) paint(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	zx, zy, dx, dy := m.scales()
	scale := float32(w) / mapWidth
	paintScene(img, &m.c.scene, zx*scale, zy*scale, dx*scale, dy*scale, false)
	return img
}

func (m *minimap) contains(p fyne.Position) bool {
	return m.shown() && p.X >= m.at.X && p.X < m.at.X+mapWidth && p.Y >= m.at.Y && p.Y < m.at.Y+m.height()
}

// goTo moves the view's middle to a place on the map. Sideways it moves only where the
// flow does not fit the view.
func (m *minimap) goTo(p fyne.Position) {
	zx, zy, dx, dy := m.scales()
	w := model.Point{X: (p.X - m.at.X - dx) / zx, Y: (p.Y - m.at.Y - dy) / zy}
	v, mid := m.c.toView(w), m.c.middle()
	x := mid.X - v.X
	if b := m.c.scene.Bounds; b.W*m.c.Zoom() <= m.c.Size().Width || b.W*zx < mapWidth/3 {
		x = 0
	}
	m.c.pan(x, mid.Y-v.Y)
}
