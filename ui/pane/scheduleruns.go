package pane

import (
	"context"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// runs is the tab about its times so far.
func (g *schedulePage) runs() fyne.CanvasObject {
	g.fires = kit.VBox(0)
	if g.d.New {
		return kit.NewParagraph(say.T("It has not been saved yet."), kit.Muted)
	}
	g.readFires()
	return g.fires
}

// readFires reads the last times again.
func (g *schedulePage) readFires() {
	g.listed++
	mine, path, most := g.listed, g.d.Path, g.most
	g.h.Ask(func(ctx context.Context) (func(), error) {
		fires, err := g.h.Schedules.Fires(ctx, path, most+1)
		if err != nil {
			return nil, err
		}
		var ids []run.ID
		for _, f := range fires[:min(len(fires), most)] {
			if id := model.First(f.Run, f.Open); id != "" {
				ids = append(ids, run.ID(id))
			}
		}
		runs, err := readRuns(ctx, g.h, ids)
		return func() {
			if mine == g.listed && g.fires != nil {
				g.showFires(fires, runs)
			}
		}, err
	})
}

func (g *schedulePage) showFires(fires []schedule.Fire, runs map[run.ID]run.Summary) {
	more := len(fires) > g.most
	lines := model.Schedules{Now: g.h.Now(), Runs: runs}
	zone := lines.Now.Location()
	if z, err := schedule.Zone(g.state.Zone); err == nil {
		zone = z
	}
	var rows []fyne.CanvasObject
	for _, f := range fires[:min(len(fires), g.most)] {
		l := lines.Fire(f, zone)
		rows = append(rows, g.p.runRow(l.Due, l.Note, l.Word, l.Role, l.Run))
	}
	switch {
	case len(rows) == 0:
		rows = append(rows, kit.NewParagraph(say.T("It was not due yet."), kit.Muted))
	case more:
		rows = append(rows, kit.Pad(12, 6, 12, 6, kit.HBox(0, kit.NewButton(say.T("Show older ones"), kit.Outline, func() { g.most += runsPage; g.readFires() }))))
	}
	g.fires.Objects = rows
	g.fires.Refresh()
	kit.Relayout(g.fires)
}
