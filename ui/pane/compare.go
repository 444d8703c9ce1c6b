package pane

import (
	"context"
	"encoding/json"
	"slices"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Compare asks for another run of the flow, and puts the two side by side.
func (p *Editor) Compare() {
	doc, id := p.h.Model.Doc(), p.h.Model.Followed()
	if doc == nil || id == "" {
		return
	}
	path := doc.Path
	host.AskThen(p.h, func(ctx context.Context) ([]run.Summary, error) {
		return p.h.Lists.Runs(ctx, host.RunQuery{Path: path, Limit: flowRunsMost})
	}, func(list []run.Summary) {
		list = slices.DeleteFunc(list, func(s run.Summary) bool { return s.ID == id })
		p.chooseRun(say.T(textCompareWith), list, p.compareWith, false)
	})
}

// changesMost is how many places are told of one step.
const changesMost = 20

// compareWith compares the shown run with another one.
func (p *Editor) compareWith(id run.ID) {
	var other *run.State
	atWork(p.h, say.T(textReadingRun), func(ctx context.Context, _ func(int, int)) (then func(), err error) {
		other, err = p.fold(ctx, id)
		return func() { p.compareTo(other) }, err
	})
}

// compareTo compares the shown run with another one that was read.
func (p *Editor) compareTo(other *run.State) {
	if c, ok := p.h.Model.CompareRuns(other); ok {
		atWork(p.h, say.T(textComparing), func(ctx context.Context, far func(done, of int)) (func(), error) {
			changes := make([][]model.ValueChange, len(c.Rows))
			for i := range c.Rows {
				r := &c.Rows[i]
				far(i, len(c.Rows))
				if r.Same || r.A.Result.IsZero() || r.B.Result.IsZero() {
					continue
				}
				var side [2]json.RawMessage
				for k, ref := range []run.Ref{r.A.Result, r.B.Result} {
					v, err := p.h.Runs.Value(ctx, ref)
					if err != nil {
						return nil, err
					}
					side[k] = v
				}
				changes[i] = model.DiffJSON(side[0], side[1], changesMost)
				r.Same, r.Known = r.A.Word == r.B.Word && len(changes[i]) == 0, true
			}
			return func() { p.showComparison(c, changes) }, nil
		})
	}
}

// showComparison shows two runs side by side.
func (p *Editor) showComparison(c model.Comparison, changes [][]model.ValueChange) {
	rows := kit.VBox(0)
	var d *host.Dialog
	rows.Add(kit.Pad(10, 16, 8, 16, kit.HBox(12, kit.Grow(kit.Space()), host.Width(250, kit.Strong(c.A.Title+" · "+c.A.State).Ellipsis()), host.Width(250, kit.Strong(c.B.Title+" · "+c.B.State).Ellipsis()))))
	rows.Add(kit.HLine())
	for i, r := range c.Rows {
		col := kit.VBox(4)
		verdict := kit.Caption("")
		col.Add(kit.HBox(12, host.Middle(kit.IDPill(shortID(r.Name))), kit.Grow(host.Middle(kit.NewText(r.Title).Ellipsis())), host.Middle(verdict), host.Middle(host.Width(250, compareSide(r.A))), host.Middle(host.Width(250, compareSide(r.B)))))
		role, word := kit.Muted, say.T(textSame)
		if !r.Same {
			role, word = kit.Waiting, say.T(textDiffers)
		}
		if r.A.Result.IsZero() && r.B.Result.IsZero() && r.Same {
			word = ""
		}
		verdict.In(role).SetText(word)
		for n, ch := range changes[i] {
			if n == changesMost-1 {
				col.Add(kit.Caption(say.T(textMoreChanges)))
				break
			}
			col.Add(kit.TopHBox(12, kit.Grow(kit.Mono(model.First(ch.Path, "result")).Sized(kit.TextCaption).Ellipsis()), host.Width(250, kit.Mono(model.First(ch.A, "—")).Sized(kit.TextCaption).Ellipsis()), host.Width(250, kit.Mono(model.First(ch.B, "—")).Sized(kit.TextCaption).Ellipsis())))
		}
		rows.Add(kit.NewRow(kit.Pad(8, 16, 8, 16+float32(min(r.Depth, 6))*12, col), func() {
			d.Close()
			p.h.Changed(p.h.Model.Select(r.Module))
		}).Lined())
	}
	d = host.Modal(p.h, kit.ModalSpec{Title: say.T(textComparison), Width: 980, Height: 560, Body: kit.Scroll(rows), Flush: true, Passing: true,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Close"), kit.Outline, func() { d.Close() })}})
}

func compareSide(s model.CompareSide) *kit.Text {
	text := s.Word
	if s.Time != "" {
		text += " · " + s.Time
	}
	if s.Error != "" {
		text += " · " + s.Error
	}
	return kit.NewText(text).In(host.RoleOf(s.Role)).Ellipsis()
}
