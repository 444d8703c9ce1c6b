package data

import (
	"encoding/json"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// JSONTree shows a JSON value as rows that open and close. Long arrays come by
// the hundred.
type JSONTree struct {
	rolls
	// Base is the expression that the root stands for, such as results.a.
	Base string
	// Root is the word shown at the root.
	Root string
	// OnPick is called with the path of the value that a person presses.
	OnPick func(path string)
	// PathShown reports whether the path stands beside the value under the pointer, as a
	// press puts it somewhere; nil: it does not.
	PathShown func() bool
	// OnDrag and OnDrop follow the path of a value that is dragged elsewhere; nil: none can be.
	OnDrag, OnDrop func(path string, at fyne.Position)

	drags   int // the row that is dragged, from 1; 0: none
	dragged fyne.Position

	root   *jsonNode
	bad    string
	rows   []jsonRow
	chosen int
	hover  int
}

type jsonRow struct {
	node  *jsonNode
	depth int
	more  int // a row that stands for so many items not shown
}

// NewJSONTree returns a tree of a value; its first level is open.
func NewJSONTree(root, base string, v JSONValue) *JSONTree {
	t := &JSONTree{Base: base, Root: root, chosen: -1, hover: -1}
	t.rowHeight, t.pad = 22, 6
	t.count, t.row = func() int { return max(1, len(t.rows)) }, t.drawRow
	t.load(v)
	t.init(t)
	return t
}

// SetJSON shows another value. What was open stays open where the paths are the same.
func (t *JSONTree) SetJSON(raw json.RawMessage) {
	open := map[string]bool{}
	for _, r := range t.rows {
		if r.more == 0 && r.node.open {
			open[r.node.path("")] = true
		}
	}
	t.load(ReadJSON(raw))
	if len(open) > 0 && t.root != nil {
		reopen(t.root, open)
		t.flatten()
	}
	t.Refresh()
}

func reopen(n *jsonNode, open map[string]bool) {
	n.open = n.open || open[n.path("")]
	if n.open {
		n.load(n.shown)
		for _, k := range n.kids {
			if k.kind == '{' || k.kind == '[' {
				reopen(k, open)
			}
		}
	}
}

// OpenTo opens what lies up to so many levels below the root.
func (t *JSONTree) OpenTo(levels int) {
	var open func(n *jsonNode, depth int)
	open = func(n *jsonNode, depth int) {
		if depth >= levels {
			return
		}
		n.open = n.kind == '{' || n.kind == '['
		n.load(n.shown)
		for _, k := range n.kids {
			open(k, depth+1)
		}
	}
	if t.root != nil {
		open(t.root, 0)
		t.flatten()
		t.Refresh()
	}
}

func (t *JSONTree) load(v JSONValue) {
	t.root, t.bad, t.chosen, t.hover = v.root, v.bad, -1, -1
	t.flatten()
}

func (t *JSONTree) flatten() {
	t.rows = t.rows[:0]
	if t.root != nil {
		t.add(t.root, 0)
	}
}

func (t *JSONTree) add(n *jsonNode, depth int) {
	t.rows = append(t.rows, jsonRow{node: n, depth: depth})
	if !n.open {
		return
	}
	n.load(n.shown)
	for _, k := range n.kids[:min(n.shown, len(n.kids))] {
		t.add(k, depth+1)
	}
	if more := n.size() - n.shown; more > 0 {
		t.rows = append(t.rows, jsonRow{node: n, depth: depth + 1, more: more})
	}
}

func (t *JSONTree) drawRow(i int, y float32) {
	p := kit.Colors()
	width := t.BaseWidget.Size().Width
	if len(t.rows) == 0 {
		text := say.T("No value")
		if t.bad != "" {
			text = t.bad
		}
		t.write(t.cut(text, width-20), 10, y, p.Muted, t.bad != "", nil, 12)
		return
	}
	r := t.rows[i]
	if i == t.chosen {
		t.fill(2, y, width-4, t.rowHeight, p.AccentSoft, 4)
	} else if i == t.hover {
		t.fill(2, y, width-4, t.rowHeight, p.Well, 4)
	}
	x := 8 + float32(r.depth)*16
	if r.more > 0 {
		t.write(say.F("Show %d of %d more", min(jsonPage, r.more), r.more), x+16, y, p.AccentInk, false, nil, 12)
		return
	}
	n := r.node
	if n.size() > 0 {
		icon := kit.IconChevronRight
		if n.open {
			icon = kit.IconChevronDown
		}
		t.write(string(icon), x, y, p.Muted, false, kit.IconFont(), 13)
	}
	x += 16
	name := n.key
	switch {
	case n.parent == nil:
		name = t.Root
	case n.index >= 0:
		name = fmt.Sprint(n.index)
	}
	if name != "" {
		x += t.write(t.cut(name, width-x-24), x, y, p.Ink, true, nil, 12)
		x += t.write(": ", x, y, p.Muted, true, nil, 12)
	}
	ink, text := p.Muted, n.text
	switch n.kind {
	case '"':
		ink = p.Syntax[kit.TokenString]
	case '0':
		ink = p.Syntax[kit.TokenNumber]
	case 't':
		ink = p.Syntax[kit.TokenKeyword]
	case '{', '[':
		text = n.summary()
	}
	x += t.write(t.cut(text, width-x-14), x, y, ink, true, nil, 12)
	if (i == t.hover || i == t.chosen && t.focused) && t.PathShown != nil && t.PathShown() {
		if path := "+ " + n.path(t.Base); width-x-24 > 60 {
			t.write(t.cut(path, width-x-24), x+10, y, p.AccentInk, true, nil, 11)
		}
	}
}

// cut shortens a mono text by counting, which is cheap for very long ones.
func (t *JSONTree) cut(s string, width float32) string {
	w := kit.Measure("MMMMMMMMMM", 12, fyne.TextStyle{Monospace: true}, nil).Width / 10
	n := max(1, int(width/w))
	if len(s) <= n {
		return s
	}
	k := 0
	for i := range s {
		if k == n-1 {
			return s[:i] + "…"
		}
		k++
	}
	return s
}

func (t *JSONTree) toggle(i int) {
	r := t.rows[i]
	switch {
	case r.more > 0:
		r.node.shown += jsonPage
	case r.node.size() > 0:
		r.node.open = !r.node.open
	default:
		return
	}
	t.flatten()
	t.draw()
}

func (t *JSONTree) pick(i int) {
	if t.rows[i].more > 0 {
		t.toggle(i)
		return
	}
	t.chosen = i
	t.draw()
	if t.OnPick != nil {
		t.OnPick(t.rows[i].node.path(t.Base))
	}
}

// MouseDown is part of desktop.Mouseable.
func (t *JSONTree) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary && !t.grab(e) && t.OnDrag != nil {
		if i := t.rowAt(e.Position.Y); i >= 0 && i < len(t.rows) && t.rows[i].more == 0 {
			t.drags = i + 1
		}
	}
}

// MouseUp is part of desktop.Mouseable.
func (t *JSONTree) MouseUp(*desktop.MouseEvent) { t.held = false }

// Dragged is part of fyne.Draggable.
func (t *JSONTree) Dragged(e *fyne.DragEvent) {
	if t.held {
		t.pull(e.Dragged.DY)
		return
	}
	if i := t.drags - 1; i >= 0 && i < len(t.rows) {
		t.dragged = e.AbsolutePosition
		t.OnDrag(t.rows[i].node.path(t.Base), t.dragged)
	}
}

// DragEnd is part of fyne.Draggable.
func (t *JSONTree) DragEnd() {
	i, held := t.drags-1, t.held
	t.held, t.drags = false, 0
	if !held && i >= 0 && i < len(t.rows) && t.OnDrop != nil {
		t.OnDrop(t.rows[i].node.path(t.Base), t.dragged)
	}
}

// Tapped opens or closes at the arrow, and picks elsewhere.
func (t *JSONTree) Tapped(e *fyne.PointEvent) {
	i := t.rowAt(e.Position.Y)
	if i < 0 || i >= len(t.rows) {
		return
	}
	kit.Focus(t)
	if x := 8 + float32(t.rows[i].depth)*16; e.Position.X >= x-4 && e.Position.X < x+16 || t.OnPick == nil {
		t.chosen = i
		t.toggle(i)
		t.draw()
		return
	}
	t.pick(i)
}

// TappedSecondary offers to copy.
func (t *JSONTree) TappedSecondary(e *fyne.PointEvent) {
	i := t.rowAt(e.Position.Y)
	c := fyne.CurrentApp().Driver().CanvasForObject(t)
	if i < 0 || i >= len(t.rows) || t.rows[i].more > 0 || c == nil {
		return
	}
	t.chosen = i
	t.draw()
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("",
		fyne.NewMenuItem(say.T("Copy value"), func() { t.CopyValue() }),
		fyne.NewMenuItem(say.T("Copy path"), func() { t.CopyPath() })), c, e.AbsolutePosition)
}

// MouseIn is part of desktop.Hoverable.
func (t *JSONTree) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (t *JSONTree) MouseMoved(e *desktop.MouseEvent) {
	if i := t.rowAt(e.Position.Y); i != t.hover {
		t.hover = i
		t.draw()
	}
}

// MouseOut is part of desktop.Hoverable.
func (t *JSONTree) MouseOut() { t.hover = -1; t.draw() }

// TypedKey walks with the arrow keys, opens with Right, closes with Left, and
// picks with Enter.
func (t *JSONTree) TypedKey(e *fyne.KeyEvent) {
	if len(t.rows) == 0 {
		if e.Name == fyne.KeyEscape {
			kit.EscapeFrom(t)
		}
		return
	}
	i := max(0, t.chosen)
	n := t.rows[i]
	switch e.Name {
	case fyne.KeyDown:
		i = min(t.chosen+1, len(t.rows)-1)
	case fyne.KeyUp:
		i = max(0, i-1)
	case fyne.KeyHome:
		i = 0
	case fyne.KeyEnd:
		i = len(t.rows) - 1
	case fyne.KeyRight:
		if n.more == 0 && !n.node.open {
			t.toggle(i)
		}
	case fyne.KeyLeft:
		if n.more == 0 && n.node.open && n.node.size() > 0 {
			t.toggle(i)
		} else {
			for i > 0 && t.rows[i].depth >= n.depth {
				i--
			}
		}
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		t.pick(i)
	case fyne.KeyEscape:
		kit.EscapeFrom(t)
		return
	}
	t.chosen = i
	t.reveal(i)
	t.draw()
}

// TypedShortcut copies the chosen value.
func (t *JSONTree) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok {
		t.CopyValue()
		return
	}
	kit.Forward(s)
}

func (t *JSONTree) node() *jsonNode {
	if t.chosen < 0 || t.chosen >= len(t.rows) {
		return t.root
	}
	return t.rows[t.chosen].node
}

// CopyValue puts the chosen value, or all of it, on the clipboard.
func (t *JSONTree) CopyValue() {
	if n := t.node(); n != nil {
		fyne.CurrentApp().Clipboard().SetContent(n.copied())
	}
}

// CopyPath puts the expression that reaches the chosen value on the clipboard.
func (t *JSONTree) CopyPath() {
	if n := t.node(); n != nil {
		fyne.CurrentApp().Clipboard().SetContent(n.path(t.Base))
	}
}
