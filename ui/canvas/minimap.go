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
	mapWidth  = 128
	mapHeight = 84
	mapInset  = 10
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

// scale returns how the world lies in the map: its scale and the shift of its origin.
func (m *minimap) scale() (z, dx, dy float32) {
	b := m.c.scene.Bounds
	const w, h = mapWidth - 2*mapInset, mapHeight - 2*mapInset
	z = min(w/max(b.W, 1), h/max(b.H, 1), 0.14)
	return z, (mapWidth-b.W*z)/2 - b.X*z, (mapHeight-b.H*z)/2 - b.Y*z
}

func (m *minimap) show() {
	if !m.shown() {
		for _, o := range m.objects {
			o.Hide()
		}
		return
	}
	k, s := kit.Colors(), m.c.Size()
	m.at = fyne.NewPos(s.Width-barMargin-mapWidth, s.Height-barMargin-mapHeight)
	m.box.FillColor, m.box.StrokeColor = k.Panel, k.Line
	m.box.Show()
	m.box.Move(m.at)
	m.box.Resize(fyne.NewSize(mapWidth, mapHeight))
	m.picture.Show()
	m.picture.Move(m.at)
	m.picture.Resize(fyne.NewSize(mapWidth, mapHeight))
	if m.stale {
		m.stale = false
		m.picture.Refresh()
	}
	view := m.c.view()
	z, dx, dy := m.scale()
	x, y := max(2, view.X*z+dx), max(2, view.Y*z+dy)
	x2, y2 := min(mapWidth-2, (view.X+view.W)*z+dx), min(mapHeight-2, (view.Y+view.H)*z+dy)
	m.view.FillColor, m.view.StrokeColor = color.Transparent, k.Accent
	m.view.Show()
	m.view.Move(m.at.AddXY(x, y))
	m.view.Resize(fyne.NewSize(max(4, x2-x), max(4, y2-y)))
}

func (m *minimap) paint(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	z, dx, dy := m.scale()
	scale := float32(w) / mapWidth
	paintScene(img, &m.c.scene, z*scale, dx*scale, dy*scale, false)
	return img
}

func (m *minimap) contains(p fyne.Position) bool {
	return m.shown() && p.X >= m.at.X && p.X < m.at.X+mapWidth && p.Y >= m.at.Y && p.Y < m.at.Y+mapHeight
}

// go moves the view's middle to a place on the map.
func (m *minimap) goTo(p fyne.Position) {
	z, dx, dy := m.scale()
	w := model.Point{X: (p.X - m.at.X - dx) / z, Y: (p.Y - m.at.Y - dy) / z}
	v, mid := m.c.toView(w), m.c.middle()
	m.c.pan(mid.X-v.X, mid.Y-v.Y)
}
