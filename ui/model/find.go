package model

import (
	"math"
	"slices"
)

// bucketSize is the height of the strips that the scene is cut into, so that
// the canvas finds what is on the screen without looking at the rest.
const bucketSize = 512

type bucket struct{ boxes, wires, pluses, pills []int }

// Hit is what lies under a point.
type Hit struct {
	Kind  HitKind
	Index int // into Boxes, Pluses or Pills
}

// HitKind tells what a Hit found.
type HitKind int

// The kinds of hits.
const (
	HitNothing HitKind = iota
	HitBox
	HitPlus
	HitPill
	HitFold // of Boxes
	HitPin  // of Boxes
)

// finish computes the bounds and the index of a scene whose places are final.
func (s *Scene) finish() {
	s.Bounds = Rect{}
	for _, b := range s.Boxes {
		s.Bounds = s.Bounds.Union(b.Rect)
	}
	for _, f := range s.Frames {
		s.Bounds = s.Bounds.Union(f.Rect)
	}
	for _, p := range s.Pills {
		s.Bounds = s.Bounds.Union(p.Rect)
	}
	s.buckets = map[int]bucket{}
	put := func(y, h float32, add func(*bucket)) {
		for i := strip(y); i <= strip(y+h); i++ {
			b := s.buckets[i]
			add(&b)
			s.buckets[i] = b
		}
	}
	for i, b := range s.Boxes {
		put(b.Y, b.H, func(k *bucket) { k.boxes = append(k.boxes, i) })
	}
	for i, w := range s.Wires {
		r := w.Around()
		put(r.Y, r.H, func(k *bucket) { k.wires = append(k.wires, i) })
	}
	for i, p := range s.Pluses {
		put(p.At.Y-PlusRadius, 2*PlusRadius, func(k *bucket) { k.pluses = append(k.pluses, i) })
	}
	for i, p := range s.Pills {
		put(p.Y, p.H, func(k *bucket) { k.pills = append(k.pills, i) })
	}
}

func strip(y float32) int { return int(math.Floor(float64(y) / bucketSize)) }

// Around returns the smallest rectangle around a wire.
func (w Wire) Around() Rect {
	r := Rect{w.Points[0].X, w.Points[0].Y, 0, 0}
	x2, y2 := r.X, r.Y
	for _, p := range w.Points[1:] {
		r.X, r.Y = min(r.X, p.X), min(r.Y, p.Y)
		x2, y2 = max(x2, p.X), max(y2, p.Y)
	}
	r.W, r.H = x2-r.X, y2-r.Y
	return r
}

// Distance is how far a point is from a wire.
func (w Wire) Distance(p Point) float32 {
	best := float32(math.Inf(1))
	for i := 1; i < len(w.Points); i++ {
		a, b := w.Points[i-1], w.Points[i]
		dx := p.X - max(min(a.X, b.X), min(max(a.X, b.X), p.X))
		dy := p.Y - max(min(a.Y, b.Y), min(max(a.Y, b.Y), p.Y))
		best = min(best, float32(math.Hypot(float64(dx), float64(dy))))
	}
	return best
}

// Within lists what overlaps r, as indexes in the order of the scene. Frames
// are few and are not listed.
func (s *Scene) Within(r Rect) (boxes, wires, pluses, pills []int) {
	first, last := strip(r.Y), strip(r.Y+r.H)
	for i := first; i <= last; i++ {
		b, ok := s.buckets[i]
		if !ok {
			continue
		}
		boxes = append(boxes, b.boxes...)
		wires = append(wires, b.wires...)
		pluses = append(pluses, b.pluses...)
		pills = append(pills, b.pills...)
	}
	boxes = only(boxes, func(i int) bool { return s.Boxes[i].Overlaps(r) })
	wires = only(wires, func(i int) bool { return s.Wires[i].Around().Grow(1).Overlaps(r) })
	pluses = only(pluses, func(i int) bool { return r.Grow(PlusRadius).Contains(s.Pluses[i].At) })
	pills = only(pills, func(i int) bool { return s.Pills[i].Overlaps(r) })
	return
}

// only sorts list, removes doubles (what reaches into two strips) and drops
// what does not hold.
func only(list []int, hold func(int) bool) []int {
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(i int) bool { return !hold(i) })
}

// At returns what lies under p. A plus is easier to hit than it is large.
func (s *Scene) At(p Point) Hit {
	const slack = 5
	boxes, _, pluses, pills := s.Within(Rect{p.X, p.Y, 0.01, 0.01}.Grow(PlusRadius + slack))
	note := -1
	for _, i := range boxes {
		b := &s.Boxes[i]
		if at := b.FoldAt(); b.Fold != NoFold && (b.Kind != BoxGroup || b.Fold == Folded) && math.Hypot(float64(at.X-p.X), float64(at.Y-p.Y)) <= 11 {
			return Hit{HitFold, i}
		}
		if at := b.PinAt(); b.Pins && math.Hypot(float64(at.X-p.X), float64(at.Y-p.Y)) <= 11 {
			return Hit{HitPin, i}
		}
	}
	for _, i := range boxes {
		switch {
		case s.Boxes[i].Kind == BoxPlace || !s.Boxes[i].Contains(p):
		case s.Boxes[i].Kind == BoxNote: // it lies below all else
			note = i
		default:
			return Hit{HitBox, i}
		}
	}
	for _, i := range pluses {
		if at := s.Pluses[i].At; math.Hypot(float64(at.X-p.X), float64(at.Y-p.Y)) <= float64(PlusRadius+slack) {
			return Hit{HitPlus, i}
		}
	}
	for _, i := range pills {
		if s.Pills[i].Contains(p) && s.Pills[i].Container != "" {
			return Hit{HitPill, i}
		}
	}
	if note >= 0 {
		return Hit{HitBox, note}
	}
	return Hit{}
}

// Box returns the box of an id.
func (s *Scene) Box(id string) (Box, bool) {
	i := slices.IndexFunc(s.Boxes, func(b Box) bool { return b.ID == id })
	if i < 0 {
		return Box{}, false
	}
	return s.Boxes[i], true
}

// PlusAfter returns the plus right below a box; of a branch's, the first one.
func (s *Scene) PlusAfter(id string) (Plus, bool) {
	i := slices.IndexFunc(s.Pluses, func(p Plus) bool { return p.After == id })
	if i < 0 {
		return Plus{}, false
	}
	return s.Pluses[i], true
}

// PlusOn returns the plus of an empty sequence, at which the keyboard stops.
func (s *Scene) PlusOn(id string) (Plus, bool) {
	i := slices.IndexFunc(s.Pluses, func(p Plus) bool { return placeID(p.Place) == id })
	if i < 0 {
		return Plus{}, false
	}
	return s.Pluses[i], true
}

// Nearest returns the box that an arrow key leads to from the box id: dx and dy
// are -1, 0 or 1. Without a start it is the first box. ok is false where the
// way ends.
func (s *Scene) Nearest(id string, dx, dy int) (next string, ok bool) {
	from, found := s.Box(id)
	if !found {
		if len(s.Boxes) == 0 {
			return "", false
		}
		return s.Boxes[0].ID, true
	}
	if _, known := s.Box(from.Below); dy > 0 && known {
		return from.Below, true
	}
	a, best := from.Center(), float32(math.Inf(1))
	for _, b := range s.Boxes {
		c := b.Center()
		along := (c.X-a.X)*float32(dx) + (c.Y-a.Y)*float32(dy)
		aside := (c.X-a.X)*float32(dy) + (c.Y-a.Y)*float32(dx)
		if along < 1 {
			continue
		}
		if aside < 0 {
			aside = -aside
		}
		cost := along + aside/2
		if dx != 0 {
			// A level move wants a card of about the same height.
			cost = along + 4*aside
		}
		if cost < best {
			best, next, ok = cost, b.ID, true
		}
	}
	return next, ok
}
