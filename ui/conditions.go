package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// conditions shows lasting troubles above every place until they are cured.
type conditions struct {
	u     *UI
	box   *fyne.Container
	shown string
}

func newConditions(u *UI) *conditions { return &conditions{u: u, box: kit.VBox(0)} }

// settle is how long a trouble must last before it shows: what mends itself at
// once need not alarm anybody.
const settle = 3 * time.Second

// refresh shows what troubles there are now.
func (c *conditions) refresh() {
	key := ""
	var banners []fyne.CanvasObject
	for _, t := range c.u.cfg.Library.Conditions() {
		if age := time.Since(t.Since); age < settle {
			c.u.after(settle-age, c.refresh)
			continue
		}
		key += string(t.Code) + t.Subject + t.Title + t.Hint
		banners = append(banners, kit.Pad(8, 16, 8, 16, c.banner(t)))
	}
	if key == c.shown {
		return
	}
	c.shown = key
	c.box.Objects = banners
	c.box.Refresh()
	c.u.ground.Refresh()
}

// banner is one trouble with its cure.
func (c *conditions) banner(t fault.Condition) fyne.CanvasObject {
	role := kit.Waiting
	if t.Severity == fault.Alarm {
		role = kit.Bad
	}
	if t.Code == "backup.restored" {
		role = kit.Good
	}
	title := say.Engine(t.Title)
	if t.Subject != "" {
		title += " (" + t.Subject + ")"
	}
	b := kit.NewBanner(role, title, say.Engine(t.Hint))
	if t.Code == "mail.signin" {
		b.Do(say.T("Open Resources"), func() { c.u.visit(host.PlaceResources) })
	}
	if t.Severity == fault.Notice {
		b.Do(say.T("Dismiss"), func() {
			c.u.cfg.Library.CureCondition(t.Code, t.Subject)
			c.refresh()
		})
	}
	return b
}
