package canvas

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
)

// dots is the grid behind the flow. Each row of it is a picture as low as its dots and a
// little wider than the view, which is moved by less than one spacing and so never made anew
// while panning; one picture of them all would have every point of the view painted twice,
// a sixth of a frame where no graphics card does it.
type dots struct {
	rows    *fyne.Container
	spacing float32
	stale   bool
	size    fyne.Size
}

// rowHeight is that of a row: a dot with its smooth edge.
const rowHeight = 4

func newDots() *dots { return &dots{rows: &fyne.Container{}} }

func (d *dots) show(view fyne.Size, off fyne.Position, z float32) {
	spacing := kit.Round(24 * z)
	for spacing < 14 {
		spacing = max(2, spacing*2)
	}
	size := view.AddWidthHeight(2*spacing, 2*spacing)
	n := int(size.Height / spacing)
	if d.stale || size != d.size || spacing != d.spacing {
		d.stale, d.size, d.spacing = false, size, spacing
		for len(d.rows.Objects) < n {
			d.rows.Objects = append(d.rows.Objects, canvas.NewRaster(d.paint))
		}
		for i, row := range d.rows.Objects {
			if i >= n {
				row.Hide()
				continue
			}
			row.Show()
			row.Resize(fyne.NewSize(size.Width, rowHeight))
			row.Refresh()
		}
	}
	x, y := rest(off.X, spacing)-spacing, rest(off.Y, spacing)-rowHeight/2
	for i, row := range d.rows.Objects[:n] {
		row.Move(fyne.NewPos(x, y+float32(i-1)*spacing))
	}
}

func rest(v, by float32) float32 {
	r := float32(math.Mod(float64(v), float64(by)))
	if r < 0 {
		r += by
	}
	return r
}

func (d *dots) paint(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	if d.size.Width < 1 || d.spacing < 2 {
		return img
	}
	ink := kit.Colors().Grid
	scale := float32(w) / d.size.Width
	step := d.spacing * scale
	r := 1.1 * scale
	for x := float32(0); x < float32(w); x += step {
		disc(img, x, float32(h)/2, r, ink)
	}
	return img
}

// disc paints a small smooth disc.
func disc(img *image.NRGBA, cx, cy, r float32, c color.NRGBA) {
	for y := int(cy - r - 1); y <= int(cy+r+1); y++ {
		for x := int(cx - r - 1); x <= int(cx+r+1); x++ {
			if !(image.Point{X: x, Y: y}).In(img.Rect) {
				continue
			}
			dist := math.Hypot(float64(x)-float64(cx), float64(y)-float64(cy))
			cover := float64(r) + 0.5 - dist
			if cover <= 0 {
				continue
			}
			p := c
			p.A = uint8(float64(c.A) * min(1, cover))
			img.SetNRGBA(x, y, p)
		}
	}
}
