package code

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// barKind is what the bar above the text is for.
type barKind int

const (
	barFind barKind = iota
	barReplace
	barLine
)

// bar is the row above the text in which one looks for something.
type bar struct {
	c    *Editor
	kind barKind
	box  *kit.Box

	find, with, line  *kit.Entry
	count             *kit.Text
	exact, word, expr *kit.Button
	prev, next        *kit.Button
	one, all          *kit.Button

	query query
	found []match
	lines *lineFinder // what it found before, of an expression
	err   error
	of    int  // the version of the text that was looked through
	read  bool // found is of query and that version
	begun spot // where the caret was before a letter was typed
	took  time.Duration
	wait  *fyne.Animation // until the text is looked through, where that takes long
}

// slow is how long a look through the text may take while a key is handled. One that
// takes longer waits for a pause in typing.
const (
	slow      = 8 * time.Millisecond
	slowPause = 150 * time.Millisecond
)

// soon looks through the text and goes on; at once, if the last look was quick.
func (b *bar) soon(then func()) {
	if b.kind == barLine || b.read && b.of == b.c.version || b.took < slow {
		b.look()
		then()
		return
	}
	if b.wait != nil {
		b.wait.Stop()
	}
	b.found = nil
	b.wait = fyne.NewAnimation(slowPause, func(done float32) {
		if done == 1 && b.c.bar == b {
			b.look()
			then()
		}
	})
	b.wait.Start()
}

// openBar shows the bar and gives it the keyboard. What is selected is looked for.
func (c *Editor) openBar(kind barKind) {
	if c.readOnly && kind == barReplace {
		kind = barFind
	}
	old := c.bar
	b := &bar{c: c, kind: kind}
	if old != nil {
		b.query = old.query
	} else {
		b.query = c.sought
	}
	b.begun, _ = c.selection()
	if text := c.buf.slice(c.selection()); text != "" && !strings.Contains(text, "\n") && len(c.more) == 0 {
		b.query.text = text
		if b.query.pattern {
			b.query.pattern = false
		}
	}
	b.build()
	if old != nil && old.with != nil && b.with != nil {
		b.with.SetText(old.with.Text())
	}
	c.bar = b
	c.arrange()
	first := b.find
	if kind == barLine {
		first = b.line
	}
	// The driver knows the canvas of the editor; that of a field it has not drawn yet it
	// does not.
	if on := fyne.CurrentApp().Driver().CanvasForObject(c); on != nil {
		on.Focus(first.Focusable())
	}
	first.SelectAll()
	b.tell()
}

// closeBar takes the bar away; the keyboard goes back to the text.
func (c *Editor) closeBar() {
	if c.bar == nil {
		return
	}
	c.sought = c.bar.query
	c.bar = nil
	c.arrange()
	kit.Focus(c)
}

// arrange lays the editor out anew after the bar came or went.
func (c *Editor) arrange() {
	c.BaseWidget.Refresh()
	if c.lay != nil {
		c.lay(c.BaseWidget.Size())
	}
	kit.Relayout(c)
	c.reveal()
	c.draw()
}

func (b *bar) build() {
	shut := kit.IconButton(kit.IconClose, say.T(textClose), kit.Ghost, b.c.closeBar).AsSmall()
	if b.kind == barLine {
		b.line = b.entry(textGoToLine(len(b.c.buf.lines)), func() {
			if n, err := strconv.Atoi(strings.TrimSpace(b.line.Text())); err == nil {
				b.c.closeBar()
				b.c.GoTo(max(1, n))
			}
		})
		b.line.OnChanged = func(s string) {
			n, err := strconv.Atoi(strings.TrimSpace(s))
			b.line.SetBad(s != "" && err != nil)
			if err == nil {
				b.c.GoTo(max(1, n))
			}
		}
		b.box = kit.NewBox(kit.OnPanel, kit.None, 0, kit.VBox(0, kit.Pad(4, 4, 4, 4, kit.HBox(4, kit.Grow(b.line), shut)), kit.HLine()))
		return
	}
	b.find = b.entry(say.T(textFind), func() { b.step(!shiftHeld()) })
	b.find.SetText(b.query.text)
	b.find.OnChanged = func(s string) {
		b.query.text = s
		b.changed()
	}
	toggle := func(name, tip string, on *bool) *kit.Button {
		t := kit.NewButton(name, kit.Ghost, nil).AsSmall().WithTip(tip)
		t.OnTapped = func() {
			*on = !*on
			t.SetKind(toggled(*on))
			b.changed()
		}
		t.SetKind(toggled(*on))
		return t
	}
	b.exact = toggle("Aa", say.T(textExact), &b.query.exact)
	b.word = toggle("W", say.T(textWord), &b.query.word)
	b.expr = toggle(".*", say.T(textPattern), &b.query.pattern)
	b.count = kit.Caption("")
	b.prev = kit.IconButton(kit.IconChevronUp, say.T(textPrevious), kit.Ghost, func() { b.step(false) }).AsSmall()
	b.next = kit.IconButton(kit.IconChevronDown, say.T(textNext), kit.Ghost, func() { b.step(true) }).AsSmall()
	top := kit.HBox(4, kit.Grow(b.find), b.prev, b.next, shut)
	how := kit.HBox(4, b.exact, b.word, b.expr, kit.Grow(kit.Pad(7, 4, 0, 6, b.count)))
	rows := kit.VBox(4, top, how)
	if b.kind == barReplace {
		b.with = b.entry(say.T(textReplaceWith), b.replace)
		b.one = kit.NewButton(say.T(textReplace), kit.Outline, b.replace).AsSmall()
		b.all = kit.NewButton(say.T(textReplaceAll), kit.Outline, b.replaceAll).AsSmall()
		rows.Add(kit.HBox(4, kit.Grow(b.with), b.one, b.all))
	}
	b.box = kit.NewBox(kit.OnPanel, kit.None, 0, kit.VBox(0, kit.Pad(4, 4, 4, 4, rows), kit.HLine()))
}

func toggled(on bool) kit.ButtonKind {
	if on {
		return kit.Soft
	}
	return kit.Ghost
}

// entry is a field of the bar: Enter does something, Escape closes the bar, and the
// editor's own keys work in it, too.
func (b *bar) entry(hint string, enter func()) *kit.Entry {
	e := kit.NewEntry(hint)
	e.OnKey = func(k *fyne.KeyEvent) bool {
		switch k.Name {
		case fyne.KeyReturn, fyne.KeyEnter:
			enter()
		case fyne.KeyEscape:
			b.c.closeBar()
		case fyne.KeyF3:
			b.step(!shiftHeld())
		default:
			return false
		}
		return true
	}
	e.OnShortcut = func(s fyne.Shortcut) bool {
		x, ok := s.(*desktop.CustomShortcut)
		if !ok || x.Modifier != fyne.KeyModifierShortcutDefault {
			return false
		}
		switch x.KeyName {
		case fyne.KeyF:
			b.c.openBar(barFind)
		case fyne.KeyH:
			b.c.openBar(barReplace)
		case fyne.KeyG:
			b.c.openBar(barLine)
		default:
			return false
		}
		return true
	}
	return e
}

// shiftHeld reports whether Shift is down.
func shiftHeld() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

// changed looks for something else, from where the caret was before.
func (b *bar) changed() {
	b.read = false
	b.soon(func() {
		if i := b.after(b.begun); i >= 0 {
			b.show(b.found[i])
		} else {
			b.c.moveTo(b.begun, false)
		}
		b.tell()
	})
}

// look reads the text, unless it was read as it is.
func (b *bar) look() {
	if b.kind == barLine || b.read && b.of == b.c.version {
		return
	}
	began := time.Now()
	b.found, b.err = b.query.again(b.c.buf, &b.lines)
	b.took = time.Since(began)
	b.read, b.of = true, b.c.version
}

// findAgain looks through a text that has changed.
func (c *Editor) findAgain() {
	if b := c.bar; b != nil && b.kind != barLine {
		b.soon(func() {
			b.tell()
			c.draw()
		})
	}
}

// after is the first place that begins at a place or behind it, else the first of all;
// -1 where there is none.
func (b *bar) after(p spot) int {
	if len(b.found) == 0 {
		return -1
	}
	n, _ := slices.BinarySearchFunc(b.found, p, func(m match, p spot) int { return m.from.compare(p) })
	return n % len(b.found)
}

// at is the place that is selected, -1 if none is.
func (b *bar) at() int {
	from, to := b.c.selection()
	n, ok := slices.BinarySearchFunc(b.found, from, func(m match, p spot) int { return m.from.compare(p) })
	if ok && b.found[n].to == to {
		return n
	}
	return -1
}

func (b *bar) show(m match) {
	c := b.c
	c.one()
	c.buf.seal()
	c.mark, c.caret = m.from, m.to
	c.setGoals()
	c.shown()
}

// step shows the next place, or the one before.
func (b *bar) step(on bool) {
	b.look()
	from, to := b.c.selection()
	i := -1
	if on {
		if i = b.after(to); b.at() < 0 {
			i = b.after(from)
		}
	} else if len(b.found) > 0 {
		n, _ := slices.BinarySearchFunc(b.found, from, func(m match, p spot) int { return m.from.compare(p) })
		i = (n - 1 + len(b.found)) % len(b.found)
	}
	if i >= 0 {
		b.show(b.found[i])
		b.begun = b.found[i].from
	}
	b.tell()
}

// step3 is F3: it goes on to the next place, also with the bar closed.
func (c *Editor) step3(back bool) {
	switch {
	case c.small:
	case c.bar != nil && c.bar.kind != barLine:
		c.bar.step(!back)
	case c.sought.text == "":
		c.openBar(barFind)
	default:
		b := &bar{c: c, query: c.sought, kind: barFind}
		b.look()
		b.step(!back)
	}
}

// replace replaces the place that is selected and goes on to the next one.
func (b *bar) replace() {
	b.look()
	i := b.at()
	if i < 0 {
		b.step(true)
		return
	}
	m := b.found[i]
	b.c.edit(m.from, m.to, b.query.replacement(m, b.with.Text()), false)
	b.look()
	if i = b.after(b.c.caret); i >= 0 {
		b.show(b.found[i])
	}
	b.tell()
}

// replaceAll replaces all places in one step of undo.
func (b *bar) replaceAll() {
	b.look()
	var edits []edit
	for _, m := range b.found {
		edits = append(edits, edit{from: m.from, to: m.to, pre: b.query.replacement(m, b.with.Text())})
	}
	n := len(edits)
	if n == 0 {
		return
	}
	b.c.one()
	b.c.apply(edits, false, nil)
	b.look()
	b.tell()
	b.count.SetText(textReplaced(n))
}

// tell says how many places there are and which one is shown.
func (b *bar) tell() {
	if b.count == nil {
		return
	}
	b.look()
	words, role := "", kit.Muted
	switch {
	case b.query.text == "":
	case b.err != nil:
		words, role = textBadPattern(b.err), kit.Bad
	case len(b.found) == 0:
		words, role = say.T(textNotFound), kit.Bad
	default:
		words = textFound(b.at()+1, len(b.found))
	}
	b.count.SetText(words)
	b.count.In(role)
	b.count.Refresh()
	b.find.SetBad(b.query.text != "" && len(b.found) == 0)
	none := ""
	if len(b.found) == 0 {
		none = say.T(textNotFound)
	}
	for _, x := range []*kit.Button{b.prev, b.next, b.one, b.all} {
		if x != nil {
			x.OffIf(none)
		}
	}
}
