package kit

import (
	"image/color"
	"testing"
)

// What is drawn of an icon stands in the middle of its square: a font whose letters say that
// they begin at the left edge has them moved there.
func TestIconsStandInTheirMiddle(t *testing.T) {
	stage(t, false)
	for _, icon := range []Icon{IconChevronLeft, IconChevronRight, IconChevronDown, IconPlus, IconClose, IconPin, IconSkipBack} {
		const edge = 60
		win := show(t, Fixed(edge, edge, NewGlyphSized(icon, Ink, edge)), edge, edge)
		img := win.Canvas().Capture()
		ground := color.NRGBAModel.Convert(img.At(0, 0))
		left, right := img.Bounds().Max.X, 0
		for y := range img.Bounds().Max.Y {
			for x := range img.Bounds().Max.X {
				if color.NRGBAModel.Convert(img.At(x, y)) != ground {
					left, right = min(left, x), max(right, x)
				}
			}
		}
		if off := left - (img.Bounds().Max.X - 1 - right); off < -3 || off > 3 {
			t.Errorf("%q is drawn from %d to %d of %d", icon, left, right, img.Bounds().Max.X)
		}
	}
}
