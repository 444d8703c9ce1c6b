package model

import (
	"slices"
	"strconv"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// Measures of the layout only.
const (
	head     float32 = 96 // from a branch card to the first card of a branch
	bus      float32 = 22 // from a card to the level wire below it
	pillAt   float32 = 44 // middle of the pill, from the branch card
	plusAt   float32 = 74 // the plus below the pill
	joinTail float32 = 16 // from the level wire of a join to where the way goes on
	emptyCol float32 = 168
	framePad float32 = 20
	asideGap float32 = 72
)

// noBranch is the Branch of places in the root and in loops, and that of a
// branch's default.
const noBranch = -1

// lay computes where everything of a flow stands. It is a pure function of the
// flow's shape; what the boxes say is filled in later.
//
// The trunk runs down along x = 0. The branches of a step are columns, and the
// step stands over the middle between the first and the last column.
func lay(f *flow.Flow) *layout { return layAs(f, appearance{}) }

// layAs is lay where some of the flow is folded away, or opened.
func layAs(f *flow.Flow, a appearance) *layout {
	l := &layout{appearance: a, size: map[sized]extent{}, hidden: map[string]string{}, heads: map[string]string{}, noted: map[string]bool{}}
	l.groupsOf(f)
	l.box(BoxInput, InputID, nil, 0, 0, CardWidth, CardHeight)
	mods := f.Value.Modules
	y := l.gap(0, CardHeight, mods, flow.Place{Branch: noBranch}, InputID)
	l.Boxes[0].Below = l.first(mods, EndID)
	bottom := l.seq(0, y, mods, flow.Place{Branch: noBranch}, 0, EndID)
	if n := len(mods); n > 0 {
		l.tail(0, bottom, mods[n-1].ID, flow.Place{Branch: noBranch, Index: n})
		bottom += Distance
	} else {
		bottom = y
	}
	l.box(BoxEnd, EndID, nil, 0, bottom, EndWidth, EndHeight)
	l.asides(f)
	l.land(f)
	l.finish()
	return l
}

// layout is a scene in the making, and the module of each of its boxes.
type layout struct {
	Scene
	appearance
	mods   []*flow.Module // of Boxes; nil for input and end
	size   map[sized]extent
	prefix string            // of the ids of the boxes of an opened flow; "" in the flow itself
	groups []stretch         // of the flow itself
	hidden map[string]string // the box that a step is folded into, by the step's id
	heads  map[string]string // the head of the outermost group that begins with a step
	noted  map[string]bool   // notes that have their place
}

// sized is a module with where it stands: a flow can be opened twice.
type sized struct {
	prefix string
	m      *flow.Module
}

// extent is the room that something takes left and right of its own middle.
type extent struct{ left, right, height float32 }

func (l *layout) box(k BoxKind, id string, m *flow.Module, cx, y, w, h float32) {
	l.Boxes = append(l.Boxes, Box{Kind: k, ID: id, Rect: Rect{cx - w/2, y, w, h}, Inner: l.prefix != ""})
	l.mods = append(l.mods, m)
}

func (l *layout) wire(from, to string, pts ...Point) {
	l.Wires = append(l.Wires, Wire{Points: pts, From: from, To: to, Way: anyWay, Plus: -1})
}

// plus puts a place to add a step on the wire that was drawn last.
func (l *layout) plus(x, y float32, p flow.Place, after string) {
	if l.prefix != "" {
		return // an opened flow is looked at
	}
	if n := len(l.Wires); n > 0 {
		l.Wires[n-1].Plus = len(l.Pluses)
	}
	l.Pluses = append(l.Pluses, Plus{At: Point{x, y}, Place: p, After: after})
}

// gap draws the way from y down to the first of mods with a plus on it, and
// returns where that one begins.
func (l *layout) gap(cx, y float32, mods []*flow.Module, p flow.Place, after string, in ...int) float32 {
	end := y + Distance + l.entry(mods, in)
	l.wire(after, l.first(mods, EndID), Point{cx, y}, Point{cx, end})
	l.plus(cx, y+Distance/2, p, after)
	return y + Distance
}

// tail draws the way out of a sequence with a plus on it.
func (l *layout) tail(cx, y float32, after string, p flow.Place) {
	l.wire(after, EndID, Point{cx, y}, Point{cx, y + Distance})
	l.plus(cx, y+Distance/2, p, after)
}

// entry is how far below the top of a sequence its first card begins.
func (l *layout) entry(mods []*flow.Module, in []int) float32 {
	if len(mods) == 0 {
		return 0
	}
	if g := l.spanAt(mods, in); g.group >= 0 && !g.folded {
		return groupHead + l.entry(g.mods, append(slices.Clone(in), g.group))
	} else if g.group >= 0 {
		return 0
	}
	if l.frames(mods[0]) {
		return framePad
	}
	return 0
}

// frames reports whether a step is drawn with a frame around it.
func (l *layout) frames(m *flow.Module) bool {
	return framed(m) && !l.isFolded(m) || l.inside(m) != nil
}

func framed(m *flow.Module) bool {
	switch m.Value.(type) {
	case *flow.ForLoop, *flow.WhileLoop, *flow.BranchAll:
		return true
	case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		// They have no frame.
	}
	return false
}

// seq places modules one under another, the first at place, and returns where
// the last one ends. The box next follows them all.
func (l *layout) seq(cx, y float32, mods []*flow.Module, place flow.Place, depth int, next string, in ...int) float32 {
	first := place.Index
	for i := 0; i < len(mods); {
		if place.Index = first + i; i > 0 {
			y = l.gap(cx, y, mods[i:], place, l.id(mods[i-1].ID), in...)
		}
		s := l.spanAt(mods[i:], in)
		after := l.first(mods[i+len(s.mods):], next)
		if s.group >= 0 {
			y = l.group(cx, y, s, place, depth, after, in)
		} else {
			y = l.module(cx, y, mods[i], depth, after)
		}
		i += len(s.mods)
	}
	return y
}

// id is the id of the box of a step.
func (l *layout) id(step string) string { return l.prefix + step }

// first is the box of the first of some steps.
func (l *layout) first(mods []*flow.Module, otherwise string) string {
	if len(mods) > 0 {
		return l.id(mods[0].ID)
	}
	return otherwise
}

// module places one step with all that it holds and returns where it ends.
func (l *layout) module(cx, y float32, m *flow.Module, depth int, next string) float32 {
	e := l.measure(m)
	id, inner := l.id(m.ID), l.inside(m)
	if l.frames(m) {
		l.Frames = append(l.Frames, Frame{Rect: Rect{cx - e.left, y, e.left + e.right, e.height}, ID: id, Depth: depth, Inner: inner != nil})
		y += framePad
	}
	l.box(BoxStep, id, m, cx, y, CardWidth, CardHeight)
	card := &l.Boxes[len(l.Boxes)-1]
	card.Below = next
	card.Fold = l.foldOf(m)
	if _, sub := m.Value.(*flow.Subflow); sub {
		card.Opens = card.Fold != NoFold
	}
	bottom := y + CardHeight
	if card.Fold == Folded && !card.Opens {
		l.hide(m, id)
		return bottom
	}
	switch v := m.Value.(type) {
	case *flow.ForLoop:
		card.Below = l.first(v.Modules, l.stop(flow.Place{Container: id, Branch: noBranch}))
		return l.loop(cx, bottom, id, v.Modules, depth, next)
	case *flow.WhileLoop:
		card.Below = l.first(v.Modules, l.stop(flow.Place{Container: id, Branch: noBranch}))
		return l.loop(cx, bottom, id, v.Modules, depth, next)
	case *flow.BranchOne:
		return l.branches(cx, bottom, m, depth, next, 0)
	case *flow.BranchAll:
		return l.branches(cx, bottom, m, depth+1, next, framePad)
	case *flow.Subflow:
		if inner != nil {
			return l.opened(cx, bottom, id, inner, depth, next)
		}
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Unknown:
		// They hold no steps.
	}
	return bottom
}

func (l *layout) loop(cx, y float32, id string, mods []*flow.Module, depth int, next string) float32 {
	place := flow.Place{Container: id, Branch: noBranch}
	if len(mods) == 0 {
		l.wire(id, "", Point{cx, y}, Point{cx, y + Distance})
		l.empty(cx, y+Distance/2, place, id, next)
		return y + Distance
	}
	y = l.gap(cx, y, mods, place, id)
	y = l.seq(cx, y, mods, place, depth+1, next)
	last := l.id(mods[len(mods)-1].ID)
	place.Index = len(mods)
	l.wire(last, "", Point{cx, y}, Point{cx, y + Distance})
	l.plus(cx, y+Distance/2, place, last)
	return y + Distance
}

// empty puts a plus where a loop or a branch has no steps, at which the arrow keys
// stop, too.
func (l *layout) empty(x, y float32, p flow.Place, after, next string) {
	l.plus(x, y, p, after)
	if l.prefix == "" {
		l.box(BoxPlace, placeID(p), nil, x, y-PlusRadius, 2*PlusRadius, 2*PlusRadius)
		l.Boxes[len(l.Boxes)-1].Below = next
	}
}

// stop is the box at which the keyboard stops in an empty sequence.
func (l *layout) stop(p flow.Place) string {
	if l.prefix != "" {
		return ""
	}
	return placeID(p)
}

func placeID(p flow.Place) string { return placePrefix + strconv.Itoa(p.Branch) + " " + p.Container }

// column is one way of a branch.
type column struct {
	mods   []*flow.Module
	branch int
	label  string
	code   bool
	empty  bool // its condition is still to be written
	extent
	cx float32 // of its middle, from the container's
}

func columnsOf(m *flow.Module) []column {
	var cols []column
	add := func(i int, b *flow.Branch, expr string) {
		c := column{mods: b.Modules, branch: i, label: b.Summary}
		if c.label == "" {
			c.label, c.code = oneLine(expr), expr != ""
		}
		if _, one := m.Value.(*flow.BranchOne); one && oneLine(expr) == "" {
			c.empty = true
			if c.label == "" {
				c.label = say.T(textNoTest)
			}
		}
		if c.label == "" {
			c.label = textBranch(i)
		}
		cols = append(cols, c)
	}
	switch v := m.Value.(type) {
	case *flow.BranchOne:
		for i, b := range v.Branches {
			add(i, b, b.Expr)
		}
		cols = append(cols, column{mods: v.Default, branch: noBranch, label: say.T(textDefault)})
	case *flow.BranchAll:
		for i, b := range v.Branches {
			add(i, b, "")
		}
	case *flow.Agent, *flow.ForLoop, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// They have no ways.
	}
	return cols
}

// branches places the ways of a branch, and leads them to foot below where they meet.
func (l *layout) branches(cx, y float32, m *flow.Module, depth int, next string, foot float32) float32 {
	cols, height := l.columns(m)
	if len(cols) == 0 {
		return y + foot
	}
	id := l.id(m.ID)
	if below := l.first(cols[0].mods, l.stop(flow.Place{Container: id, Branch: cols[0].branch})); below != "" {
		l.Boxes[len(l.Boxes)-1].Below = below
	}
	join := y + head + height
	out := join + joinTail + foot
	for _, c := range cols {
		x := cx + c.cx
		top := y + head
		end := top + l.entry(c.mods, nil)
		place := flow.Place{Container: id, Branch: c.branch}
		l.bent(cx, y, y+bus, x, end)
		way, from := anyWay, id
		if _, one := m.Value.(*flow.BranchOne); one {
			way = c.branch
		}
		l.last().From, l.last().To, l.last().Way = id, l.first(c.mods, ""), way
		w := min(c.left+c.right, CardWidth)
		l.Pills = append(l.Pills, Pill{
			Rect: Rect{x - w/2, y + pillAt - PillHeight/2, w, PillHeight},
			Text: c.label, Container: id, Branch: c.branch, Code: c.code, Empty: c.empty,
		})
		if l.prefix != "" {
			l.Pills[len(l.Pills)-1].Container = ""
		}
		n := len(c.mods)
		if n == 0 {
			l.empty(x, y+plusAt, place, id, next)
			l.bentIn(x, top, join, cx, out)
			l.last().From, l.last().Way, l.last().Plus = from, way, len(l.Pluses)-1
			continue
		}
		l.plus(x, y+plusAt, place, id)
		top = l.seq(x, top, c.mods, place, depth, next)
		way, from = anyWay, l.id(c.mods[n-1].ID)
		place.Index = n
		l.bentIn(x, top, join, cx, out)
		l.last().From, l.last().Way = from, way
		l.plus(x, top+Distance/2, place, from)
	}
	return out
}

func (l *layout) last() *Wire { return &l.Wires[len(l.Wires)-1] }

// bent draws a way that leaves the trunk: down, level, down.
func (l *layout) bent(cx, y, level, x, end float32) {
	if x == cx {
		l.wire("", "", Point{cx, y}, Point{x, end})
		return
	}
	l.wire("", "", Point{cx, y}, Point{cx, level}, Point{x, level}, Point{x, end})
}

// bentIn draws a way back to the trunk.
func (l *layout) bentIn(x, y, level, cx, end float32) {
	if x == cx {
		l.wire("", "", Point{x, y}, Point{cx, end})
		return
	}
	l.wire("", "", Point{x, y}, Point{x, level}, Point{cx, level}, Point{cx, end})
}

// columns places the ways of a branch side by side and returns the height that
// the longest takes, with the room for its last plus.
func (l *layout) columns(m *flow.Module) ([]column, float32) {
	cols := columnsOf(m)
	var x, height float32
	for i := range cols {
		c := &cols[i]
		if len(c.mods) == 0 {
			c.extent = extent{emptyCol / 2, emptyCol / 2, 0}
		} else {
			c.extent = l.measureSeq(c.mods)
			c.height += Distance
		}
		height = max(height, c.height)
		c.cx = x + c.left
		x += c.left + c.right + Apart
	}
	if len(cols) > 0 {
		mid := float32(int(cols[0].cx+cols[len(cols)-1].cx)) / 2
		for i := range cols {
			cols[i].cx -= mid
		}
	}
	return cols, height
}

func (l *layout) measureSeq(mods []*flow.Module, in ...int) extent {
	var e extent
	for i := 0; i < len(mods); {
		g := l.spanAt(mods[i:], in)
		var s extent
		switch {
		case g.group >= 0 && g.folded:
			s = extent{CardWidth / 2, CardWidth / 2, CardHeight}
		case g.group >= 0:
			s = l.measureSeq(g.mods, append(slices.Clone(in), g.group)...)
			s.left, s.right, s.height = s.left+framePad, s.right+framePad, s.height+groupHead+groupFoot
		default:
			s = l.measure(mods[i])
		}
		e.left, e.right = max(e.left, s.left), max(e.right, s.right)
		e.height += s.height
		if i > 0 {
			e.height += Distance
		}
		i += len(g.mods)
	}
	return e
}

func (l *layout) measure(m *flow.Module) extent {
	key := sized{l.prefix, m}
	if e, ok := l.size[key]; ok {
		return e
	}
	e := extent{CardWidth / 2, CardWidth / 2, CardHeight}
	if l.isFolded(m) {
		return e
	}
	inLoop := func(mods []*flow.Module) {
		in := l.measureSeq(mods)
		e.left, e.right = max(e.left, in.left), max(e.right, in.right)
		e.height += Distance
		if len(mods) > 0 {
			e.height += in.height + Distance
		}
	}
	switch v := m.Value.(type) {
	case *flow.ForLoop:
		inLoop(v.Modules)
	case *flow.WhileLoop:
		inLoop(v.Modules)
	case *flow.BranchOne, *flow.BranchAll:
		cols, height := l.columns(m)
		if n := len(cols); n > 0 {
			e.left = max(e.left, cols[0].left-cols[0].cx)
			e.right = max(e.right, cols[n-1].right+cols[n-1].cx)
			e.height += head + height + joinTail
		}
	case *flow.Subflow:
		if in := l.inside(m); in != nil {
			was := l.prefix
			l.prefix = l.innerOf(l.id(m.ID))
			inLoop(in.Value.Modules)
			l.prefix = was
		}
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Unknown:
		// They hold no steps.
	}
	if l.frames(m) {
		e.left, e.right = e.left+framePad, e.right+framePad
		e.height += framePad
		if _, ok := m.Value.(*flow.BranchAll); ok {
			e.height += framePad
		}
	}
	l.size[key] = e
	return e
}

// asides places what does not stand in the way of the flow: the preprocessor at
// the left, the failure step at the right.
func (l *layout) asides(f *flow.Flow) {
	var all Rect
	for _, b := range l.Boxes {
		all = all.Union(b.Rect)
	}
	for _, fr := range l.Frames {
		all = all.Union(fr.Rect)
	}
	// The frame leaves room at its top for the label that sits on its edge.
	put := func(m *flow.Module, id string, x float32, label string, bad bool) {
		first := len(l.Boxes)
		e := l.measure(m)
		w := e.left + e.right + 2*framePad
		cx, top := x+framePad+e.left, PillHeight/2
		l.Frames = append(l.Frames, Frame{Rect: Rect{x, top, w, framePad + PillHeight/2 + e.height + framePad}, ID: id, Bad: bad})
		l.Pills = append(l.Pills, Pill{Rect: Rect{x + w/2 - CardWidth/2, 0, CardWidth, PillHeight}, Text: label})
		l.module(cx, top+framePad+PillHeight/2, m, 1, "")
		l.Boxes[first].ID = id
	}
	if m := f.Value.FailureModule; m != nil {
		put(m, flow.FailureID, all.X+all.W+asideGap, say.T(textOnFailure), true)
	}
	if m := f.Value.PreprocessorModule; m != nil {
		e := l.measure(m)
		put(m, PreprocessorID, all.X-asideGap-e.left-e.right-2*framePad, say.T(textPreprocessor), false)
	}
}
