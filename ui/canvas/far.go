package canvas

import (
	"image"
	"image/color"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// paintFar paints the whole view as one picture: what is seen from far out.
func (c *FlowCanvas) paintFar(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	if !c.far || c.Size().Width < 1 {
		return img
	}
	scale := float32(w) / c.Size().Width
	z := c.Zoom() * scale
	paintScene(img, &c.scene, z, z, c.offset.X*scale, c.offset.Y*scale, true)
	return img
}

// paintScene paints boxes as blocks at a scale, shifted by dx, dy.
func paintScene(img *image.NRGBA, s *model.Scene, zx, zy, dx, dy float32, wires bool) {
	k := kit.Colors()
	view := model.Rect{X: -dx / zx, Y: -dy / zy, W: float32(img.Rect.Dx()) / zx, H: float32(img.Rect.Dy()) / zy}
	boxes, lines, _, _ := s.Within(view)
	block := func(r model.Rect, c color.NRGBA) {
		x, y := int(r.X*zx+dx), int(r.Y*zy+dy)
		fill(img, image.Rect(x, y, max(x+1, int((r.X+r.W)*zx+dx)), max(y+1, int((r.Y+r.H)*zy+dy))), c)
	}
	for _, f := range s.Frames {
		if wires && f.Overlaps(view) {
			soft := k.BranchSoft
			switch {
			case f.Bad:
				soft = k.BadSoft
			case f.Group:
				soft = k.NoteGround(f.Color)
			case f.Inner:
				soft = k.Well
			}
			block(f.Rect, soft)
		}
	}
	if wires {
		for _, i := range lines {
			w := &s.Wires[i]
			for j := 1; j < len(w.Points); j++ {
				a, b := w.Points[j-1], w.Points[j]
				block(model.Rect{X: min(a.X, b.X), Y: min(a.Y, b.Y), W: max(a.X, b.X) - min(a.X, b.X), H: max(a.Y, b.Y) - min(a.Y, b.Y)}, k.LineStrong)
			}
		}
	}
	for _, i := range boxes {
		b := &s.Boxes[i]
		switch {
		case b.Chosen():
			block(b.Grow(2/max(zy, 0.001)), k.Accent)
		case b.Match:
			block(b.Grow(2/max(zy, 0.001)), k.AccentSoft)
		}
		if b.Kind != model.BoxPlace {
			block(b.Rect, blockColor(b))
		}
	}
}

// blockColor is a box's color where nothing but color can be seen.
func blockColor(b *model.Box) color.NRGBA {
	if b.Kind == model.BoxNote {
		return kit.Colors().NoteLine(b.Color)
	}
	switch b.Role {
	case model.Busy, model.AwaitsPeople, model.Good, model.Bad:
		return dotOf(b.Role)
	}
	if b.Kind == model.BoxStep && (b.Serious || b.Vain) {
		return kit.Colors().Bad
	}
	return kit.Colors().LineStrong
}

func fill(img *image.NRGBA, r image.Rectangle, c color.NRGBA) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i := 0; i+3 < len(row); i += 4 {
			row[i], row[i+1], row[i+2], row[i+3] = c.R, c.G, c.B, c.A
		}
	}
}
