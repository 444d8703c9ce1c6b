package pane

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Palette finds in one list all that the window leads to, and does it.
type Palette struct {
	h *host.Host
	// Items are what there is; what fills them calls Show when more has come.
	Items model.Palette
	// Do does what a line leads to, once the palette is closed.
	Do func(model.PaletteItem)

	search *kit.Entry
	list   *data.FindList
	none   *kit.Text
	lines  []model.PaletteLine
	modal  *kit.Modal
	asked  int // searches through the runs so far; the answer to an older one is dropped
}

const (
	paletteLines  = 60  // that are listed
	paletteWidth  = 640 // and how large it is
	paletteHeight = 430
	paletteRuns   = 12 // runs that are looked for
	// palettePause is how long nobody types before the runs are looked through.
	palettePause = 120 * time.Millisecond
)

// NewPalette makes it.
func NewPalette(h *host.Host) *Palette { return &Palette{h: h} }

// IsOpen reports whether it is shown.
func (p *Palette) IsOpen() bool { return p.modal != nil && !p.modal.Closed() }

// Open shows it, empty, with the keyboard in its field; a second time it closes it.
func (p *Palette) Open() {
	if p.IsOpen() {
		p.modal.Close()
		return
	}
	p.search = kit.NewSearch(say.T(textPaletteAsk))
	p.list = data.NewFindList(p.line, p.take)
	p.none = kit.NewText("").In(kit.Muted)
	p.list.OnKey = p.key
	p.search.OnKey = p.key
	p.search.OnSubmitted = func(string) { p.take(p.list.Chosen()) }
	p.search.OnChanged = func(string) { p.choose(0); p.lookSoon() }
	p.asked++
	p.choose(0)
	head := kit.HBox(14, kit.Grow(p.search), host.Middle(kit.Caption(say.T(textPaletteKey))))
	p.modal = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Head: head, Width: paletteWidth, Height: paletteHeight, Flush: true, Passing: true,
		Body: container.NewStack(p.list, kit.Pad(14, 18, 14, 18, kit.VBox(0, p.none))), Focus: p.search.Focusable(), Note: kit.Caption(say.T(textPaletteNote))})
	p.list.Set(len(p.lines), p.list.Chosen())
}

// Show finds again, as there is more to be found.
func (p *Palette) Show() {
	if p.IsOpen() {
		p.choose(p.list.Chosen())
	}
}

// choose lists what matches, with one of it chosen.
func (p *Palette) choose(i int) {
	text := strings.TrimSpace(p.search.Text())
	p.lines = p.Items.Find(text, paletteLines)
	p.none.SetText("")
	if len(p.lines) == 0 {
		p.none.SetText(textPaletteNone(text))
	}
	p.list.Set(len(p.lines), i)
}

// line is one line of the list.
func (p *Palette) line(i int) data.FindLine {
	l := p.lines[i]
	about := l.About
	if l.State != "" {
		about += " · " + l.State
	}
	return data.FindLine{Icon: iconsOfPalette[l.Kind], Text: l.Name, Marks: l.Marks, About: about, Note: l.Keys}
}

var iconsOfPalette = map[model.PaletteKind]kit.Icon{model.FoundCommand: kit.IconChevronRight, model.FoundStep: kit.IconSplit, model.FoundFlow: kit.IconFlow, model.FoundRequest: kit.IconShield,
	model.FoundRun: kit.IconCirclePlay, model.FoundScript: kit.IconFileCode, model.FoundResource: kit.IconPackage, model.FoundTrigger: kit.IconZap, model.FoundSetting: kit.IconSettings, model.FoundHub: kit.IconGrid}

// key moves through the list.
func (p *Palette) key(e *fyne.KeyEvent) bool {
	i, n := p.list.Chosen(), len(p.lines)
	switch e.Name {
	case fyne.KeyDown:
		i++
	case fyne.KeyUp:
		i--
	case fyne.KeyPageDown:
		i += p.list.Page()
	case fyne.KeyPageUp:
		i -= p.list.Page()
	case fyne.KeyReturn, fyne.KeyEnter:
		p.take(i)
		return true
	default:
		return false
	}
	switch { // from the last line to the first and back
	case i < 0 && e.Name == fyne.KeyUp:
		i = n - 1
	case i >= n && e.Name == fyne.KeyDown:
		i = 0
	}
	p.list.Set(n, i)
	return true
}

// take does what a line leads to.
func (p *Palette) take(i int) {
	if i < 0 || i >= len(p.lines) || !p.IsOpen() {
		return
	}
	it := p.lines[i].PaletteItem
	p.modal.Close()
	p.Items.Used(it)
	p.Do(it)
}

// lookSoon looks through the runs once nobody types for a moment.
func (p *Palette) lookSoon() {
	p.asked++
	mine := p.asked
	p.h.Later(palettePause, func() {
		if mine == p.asked && p.IsOpen() {
			p.look(mine)
		}
	})
}

// Look finds runs by what is in them, or without a query the newest ones.
func (p *Palette) Look() {
	p.asked++
	p.look(p.asked)
}

// look finds runs by what is in them.
func (p *Palette) look(mine int) {
	text := strings.TrimSpace(p.search.Text())
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Lists.Runs(ctx, host.RunQuery{Words: text, Limit: paletteRuns})
		return func() {
			if mine == p.asked && p.IsOpen() {
				p.SetRuns(list, text != "")
				p.Show()
			}
		}, err
	})
}

// SetRuns says which runs there are; held: they were found by what is in them.
func (p *Palette) SetRuns(list []run.Summary, held bool) {
	items := make([]model.PaletteItem, len(list))
	for i, s := range list {
		items[i] = model.RunItem(p.h.Now(), s)
		items[i].Held = held
	}
	p.Items.Set(model.FoundRun, items)
}
