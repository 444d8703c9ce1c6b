package pane

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/schedule"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// when is the tab about its times.
func (g *schedulePage) when() fyne.CanvasObject {
	col := kit.VBox(16)
	if g.d.New {
		col.Add(g.path(&g.d.Path))
	}
	g.chips = nil
	chips := kit.Wrap(6)
	for i, word := range say.All(model.Paces) {
		b := kit.NewButton(word, kit.Outline, func() { g.setPace(model.Pace(i)) }).AsSmall()
		g.chips = append(g.chips, b)
		chips.Add(b)
	}
	g.detail = container.NewStack()
	col.Add(kit.NewField(say.In("verb", "Runs"), "", false, kit.VBox(8, chips, g.detail)))
	g.cron = g.entryIn(kit.NewEntry("0 0 9 * * MON-FRI").AsMono(), g.d.Cron, func(s string) {
		g.d.Cron = s
		if p, _ := model.PaceOf(s, g.d.Version); p != g.pace {
			g.pace = p
			g.showPace()
		}
		g.edited(model.FieldCron)
	})
	cron := kit.NewField(say.T("Cron"), say.T("seconds first"), false, g.cron)
	if g.d.Version == "v1" {
		cron.Name = say.T("v1: seconds first, Sunday is 1")
	}
	g.fields[model.FieldCron] = cron
	col.Add(cron)
	zone := kit.NewSuggest(g.d.Zone, "Europe/Berlin", func(text string) (out []kit.Suggestion) {
		for _, z := range model.FindZones(text, 8) {
			out = append(out, kit.Suggestion{Text: z})
		}
		return out
	}, func(text string) { g.d.Zone = strings.TrimSpace(text); g.edited(model.FieldZone) })
	col.Add(g.field(say.T("Time zone"), model.FieldZone, false, zone))
	g.next = kit.VBox(6)
	col.Add(kit.NewField(say.T("Next five"), "", false, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, kit.Pad(10, 12, 10, 12, g.next))))
	col.Add(g.missed())
	col.Add(g.overlap())
	pause := g.entry(g.d.PauseText(), "2026-12-24 18:00", nil)
	field := g.field(say.T("Pause until"), pauseField, false, pause)
	field.Hint = say.T("In the schedule's zone. Empty: it is not paused.")
	pause.OnChanged = func(s string) {
		if !g.d.SetPause(s) {
			g.unread(pauseField, say.T("Write it as 2026-12-24 18:00"))
			return
		}
		g.edited(pauseField)
	}
	col.Add(field)
	g.showPace()
	return col
}

// setPace writes the cron text of a plain choice.
func (g *schedulePage) setPace(p model.Pace) {
	_, detail := model.PaceOf(g.d.Cron, g.d.Version)
	if p == model.EveryMinutes {
		detail = "15"
	} else if !strings.Contains(detail, ":") {
		detail = "09:00"
	}
	g.pace = p
	if text, ok := p.Cron(detail, g.d.Version); ok {
		g.d.Cron = text
		g.cron.SetText(text)
		g.edited(model.FieldCron)
	}
	g.showPace()
}

// showPace shows which plain choice the cron text is, with its time.
func (g *schedulePage) showPace() {
	for i, b := range g.chips {
		b.SetKind(kit.Outline)
		if model.Pace(i) == g.pace {
			b.SetKind(kit.Soft)
		}
	}
	_, detail := model.PaceOf(g.d.Cron, g.d.Version)
	g.detail.Objects = nil
	if g.pace != model.OwnCron {
		before, after := say.In("clock", "at"), ""
		if g.pace == model.EveryMinutes {
			before, after = say.In("minutes", "every"), say.In("every", "minutes")
		}
		e := g.entry(detail, "", nil)
		e.OnChanged = func(s string) {
			text, ok := g.pace.Cron(s, g.d.Version)
			e.SetBad(!ok)
			if ok {
				g.d.Cron = text
				g.cron.SetText(text)
				g.edited(model.FieldCron)
			}
		}
		g.detail.Objects = []fyne.CanvasObject{kit.HBox(8, host.Middle(kit.NewText(before).In(kit.Muted)), host.Width(76, e), host.Middle(kit.NewText(after).In(kit.Muted)), kit.Space())}
	}
	g.detail.Refresh()
	kit.Relayout(g.detail)
}

// showNext lists the next times.
func (g *schedulePage) showNext(pv model.SchedulePreview) {
	if g.next == nil || g.tab != pageWhen {
		return
	}
	var rows []fyne.CanvasObject
	if g.s.lines.Paused {
		rows, pv.Next = append(rows, kit.NewText(say.T("Paused, as all schedules are")).In(kit.Muted)), nil
	}
	for _, n := range pv.Next {
		side := strings.Trim(n.Yours+" · "+n.Away, " ·")
		rows = append(rows, kit.HBox(10, host.Width(150, kit.NewText(n.At).Ellipsis()), kit.Grow(kit.NewText(side).In(kit.Muted).Ellipsis())))
	}
	if len(rows) == 0 {
		rows = append(rows, kit.NewText(say.T("None, as it stands")).In(kit.Muted))
	}
	many := len(g.next.Objects) != len(rows)
	g.next.Objects = rows
	g.next.Refresh()
	if many {
		kit.Relayout(g.next)
	}
}

// week is how old what was missed may be where nothing is said, in seconds.
const week = 7 * 24 * 3600

// missed says what becomes of what was missed.
func (g *schedulePage) missed() fyne.CanvasObject {
	kinds := []schedule.Missed{schedule.MissedLatest, schedule.MissedSkip, schedule.MissedAll}
	field := g.age(say.T("Not older than"), model.FieldAge, g.d.Own.MaxAge, week, func(s float64) { g.d.Own.MaxAge = s })
	field.Hint = say.T("The flow is told when it was due.")
	choice := kit.NewSegments([]string{say.T("Run the latest once"), say.T("Skip"), say.T("All")}, max(0, slices.Index(kinds, g.d.Own.Missed)), func(i int) {
		g.d.Own.Missed = kinds[i]
		host.Show(field, kinds[i] != schedule.MissedSkip)
		kit.Relayout(field)
		g.edited(model.FieldAge)
	})
	host.Show(field, g.d.Own.Missed != schedule.MissedSkip)
	return kit.VBox(10, kit.NewField(say.T("When it was missed"), "", false, kit.HBox(0, choice, kit.Space())), field)
}

// overlap says what becomes of a time while an earlier run is open.
func (g *schedulePage) overlap() fyne.CanvasObject {
	chosen := 2
	if g.d.NoOverlap {
		chosen = 0
		if g.d.Own.QueueOne {
			chosen = 1
		}
	}
	choice := kit.NewSegments([]string{say.T("Leave it out"), say.T("Queue one"), say.T("Start beside")}, chosen, func(i int) {
		g.d.NoOverlap, g.d.Own.QueueOne = i < 2, i == 1
		g.edited("")
	})
	return kit.NewField(say.T("While one still runs"), "", false, kit.HBox(0, choice, kit.Space()))
}
