package canvas

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
)

// dots is the grid behind the flow: one picture, a little larger than the view,
// which is moved by less than one spacing and so never made anew while panning.
type dots struct {
	raster  *canvas.Raster
	spacing float32
	stale   bool
	size    fyne.Size
}

func newDots() *dots {
	d := &dots{}
	d.raster = canvas.NewRaster(d.paint)
	return d
}

func (d *dots) show(view fyne.Size, off fyne.Position, z float32) {
	spacing := kit.Round(24 * z)
	for spacing < 14 {
		spacing = max(2, spacing*2)
	}
	size := view.AddWidthHeight(2*spacing, 2*spacing)
	if d.stale || size != d.size || spacing != d.spacing {
		d.stale, d.size, d.spacing = false, size, spacing
		d.raster.Resize(size)
		d.raster.Refresh()
	}
	d.raster.Move(fyne.NewPos(rest(off.X, spacing)-spacing, rest(off.Y, spacing)-spacing))
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
	for y := float32(0); y < float32(h); y += step {
		for x := float32(0); x < float32(w); x += step {
			disc(img, x, y, r, ink)
		}
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
