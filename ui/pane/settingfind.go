package pane

import (
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// SettingName is a setting by which it can be found.
type SettingName struct {
	Name string
	Card string // it stands in
	Also string // words by which somebody might look for it

	at fyne.CanvasObject // its control; nil for what is only read
}

// settingCard is a card of settings.
type settingCard struct {
	title  string
	names  []SettingName
	object *kit.Box
	jump   *kit.Row
}

// card adds a card with what it holds.
func (p *Settings) card(title string, names []SettingName, content fyne.CanvasObject) {
	for i := range names {
		names[i].Card = title
	}
	p.cards = append(p.cards, &settingCard{title: title, names: names, object: kit.Card(content)})
}

// Names are all settings by which they can be found.
func (p *Settings) Names() (out []SettingName) {
	p.Object()
	for _, c := range p.cards {
		out = append(out, c.names...)
	}
	return out
}

// show shows the cards that hold something of what is looked for.
func (p *Settings) show() {
	q, any := model.NewQuery(p.search.Text()), false
	for _, c := range p.cards {
		on := len(q) == 0
		for _, n := range c.names {
			on = on || q.In(n.Name+" "+n.Card+" "+n.Also)
		}
		any = any || on
		host.Show(c.object, on)
		host.Show(c.jump, on)
	}
	p.none.SetText("")
	if !any {
		p.none.SetText(say.F("No setting matches “%s”.", strings.TrimSpace(p.search.Text())))
	}
	p.body.Refresh()
	p.scroll.ScrollToTop()
	p.scroll.Refresh()
}

// findFirst goes to the first setting that is found.
func (p *Settings) findFirst() {
	q := model.NewQuery(p.search.Text())
	for _, n := range p.Names() {
		if len(q) > 0 && q.In(n.Name+" "+n.Card+" "+n.Also) {
			p.Find(n.Name)
			return
		}
	}
}

// Find shows a setting and gives it the keyboard.
func (p *Settings) Find(name string) {
	p.search.SetText("")
	p.show()
	for _, c := range p.cards {
		for _, n := range c.names {
			if n.Name == name {
				p.reveal(c.object, n.at)
				return
			}
		}
	}
}

// reveal scrolls to a card, and gives a control in it the keyboard.
func (p *Settings) reveal(card *kit.Box, at fyne.CanvasObject) {
	kit.Reveal(card)
	if at != nil {
		kit.FocusIn(at)
	}
	card.Flash(p.h.Later)
}

// SetTheme applies a theme setting and keeps it.
func (p *Settings) SetTheme(setting string) {
	p.save(host.SettingTheme, setting)
	p.h.SetTheme(setting)
	for i, t := range themes {
		if t == setting {
			p.theme.Select(i)
		}
	}
}
