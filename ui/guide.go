package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/pane"
	"sluice/ui/say"
)

// settingGuide is how far the guided way through a first flow has come.
const settingGuide = "guide"

// guidePause is the time between two looks at where the control is that the guide points
// at: what is around it moves.
const guidePause = 200 * time.Millisecond

// guide leads through a first flow, beside the work.
type guide struct {
	u     *UI
	way   model.Guide
	card  *kit.Guide
	offer *fyne.Container // above all places, once
	said  model.Sight
	shown bool
	led   bool   // its request is shown
	kept  string // as it was kept last
	ticks bool   // the next look is on its way
}

func newGuide(u *UI) *guide {
	return &guide{u: u, card: kit.NewGuide(), offer: kit.VBox(0)}
}

// read takes up how far the way has come, and offers it where nobody has done anything yet.
func (g *guide) read() {
	g.u.ask(func(ctx context.Context) (func(), error) {
		kept, err := g.u.cfg.Library.Setting(ctx, settingGuide)
		if err != nil {
			return nil, err
		}
		runs, err := g.u.cfg.Lists.Runs(ctx, RunQuery{Limit: 1})
		return func() {
			g.kept = kept
			g.way = model.ReadGuide(kept)
			switch {
			case g.way.On:
				g.look()
			case !g.way.Told && len(runs) == 0:
				g.way.Told = true
				g.keep()
				g.propose()
			}
		}, err
	})
}

// propose offers the way.
func (g *guide) propose() {
	b := kit.NewBanner(kit.Accent, say.T("New here? Build a flow that asks before it goes on"), say.T("It takes two minutes, in the program itself. It can be left at any time, and is found again under Help."))
	b.Do(say.T("Show me how"), g.begin).Closing(g.refuse)
	g.offer.Objects = []fyne.CanvasObject{kit.Pad(8, 16, 8, 16, b)}
	g.fit()
}

func (g *guide) refuse() {
	g.offer.Objects = nil
	g.fit()
}

func (g *guide) fit() {
	g.offer.Refresh()
	g.u.ground.Refresh()
}

// begin goes on where the way was left, or begins it.
func (g *guide) begin() {
	g.refuse()
	g.way.Begin()
	g.look()
	if g.said.Station == model.GuideFlow || g.said.Away {
		g.take()
	}
}

// leave ends it for now.
func (g *guide) leave() {
	g.way.Leave()
	g.keep()
	g.card.Hide()
	g.shown = false
}

// keep stores how far it has come.
func (g *guide) keep() {
	now := g.way.Setting()
	if now == g.kept {
		return
	}
	g.kept = now
	g.u.ask(func(ctx context.Context) (func(), error) {
		return nil, g.u.cfg.Library.SetSetting(ctx, settingGuide, now)
	})
}

// recolor makes the words anew, in the colors that the window has now.
func (g *guide) recolor() {
	g.shown = false
	g.look()
}

// look shows what is to be done now.
func (g *guide) look() {
	if !g.way.On {
		return
	}
	u := g.u
	at := model.GuideElsewhere
	switch u.place {
	case host.PlaceFlows:
		at = model.GuideAtFlows
	case host.PlaceEditor:
		at = model.GuideAtEditor
	case host.PlaceApprovals:
		at = model.GuideAtInbox
	default:
	}
	s := g.way.Look(u.model, at)
	g.keep()
	if s != g.said || !g.shown {
		g.said, g.shown = s, true
		var take func()
		if s.Away || s.Station == model.GuideInbox {
			take = g.take
		}
		g.card.Say(pane.GuideCard(s, take, g.leave))
	}
	g.point()
	g.tick()
}

// tick looks again in a moment.
func (g *guide) tick() {
	if g.ticks {
		return
	}
	g.ticks = true
	g.u.after(guidePause, func() {
		g.ticks = false
		g.look()
	})
}

// point shows where.
func (g *guide) point() {
	u, spot := g.u, kit.Spot{}
	g.led = g.led && g.said.Station == model.GuideDecide
	switch s := g.said.Station; {
	case s == model.GuideFlow && !g.said.Away:
		spot = u.flows.NewFlowSpot()
	case s == model.GuideInbox:
		spot = u.rail.spot(host.PlaceApprovals)
	case s == model.GuideDecide:
		g.led = g.led || u.inbox.LeadTo(g.way.Run) // once: the person may look at others
		spot = u.inbox.GuideSpot(g.way.Run)
	case !g.said.Away:
		spot = u.editor.GuideSpot(s)
	}
	g.card.Point(u.win.Canvas(), spot)
}

// take leads to where the way goes on.
func (g *guide) take() {
	u := g.u
	switch {
	case g.said.Station == model.GuideFlow:
		u.visit(host.PlaceFlows)
	case g.said.Station == model.GuideInbox:
		u.visit(host.PlaceApprovals)
	default:
		if doc := u.model.Doc(); doc != nil && doc.Path == g.way.Path && !doc.ReadOnly {
			u.visit(host.PlaceEditor)
			return
		}
		host.AskThen(u.host, u.cfg.Library.Flows, func(list []flow.Stored) {
			for _, f := range list {
				if f.Path == g.way.Path {
					u.openFlow(f)
					return
				}
			}
			g.way.Forget() // it was deleted or renamed
			g.look()
			u.visit(host.PlaceFlows)
		})
	}
}

// spot is where a place is on the rail.
func (r *rail) spot(p host.Place) kit.Spot {
	for _, s := range r.stops {
		if s.place == p {
			return kit.Spot{Of: s}
		}
	}
	return kit.Spot{}
}
