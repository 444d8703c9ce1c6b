package pane

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// retention says for how long things are kept.
type retention struct {
	h    *host.Host
	rows []*retentionRow
}

// retentionRow is for how long one kind of thing is kept.
type retentionRow struct {
	key, label, goes string
	ask              string // what is asked before
	days             int
	times            []int
	choice           *kit.Segments
}

func newRetention(h *host.Host) *retention {
	r := &retention{h: h, rows: []*retentionRow{
		{key: host.SettingKeepDays, ask: say.T("Let old runs go?"), label: say.T("Runs that succeeded"), goes: say.Mark("Runs that succeeded and ended more than %s ago are removed for good now, and others as they grow that old: what they did, who decided what, their values, mails and logs. A backup made before holds them, but not the logs.")},
		{key: host.SettingKeepOthers, ask: say.T("Let old runs go?"), label: say.T("Failed, denied, expired and canceled runs"), goes: say.Mark("Runs that failed, were denied or canceled, or expired more than %s ago are removed for good now, and others as they grow that old: what they did, who decided what, their values, mails and logs. A backup made before holds them, but not the logs.")},
		{key: host.SettingKeepLogs, ask: say.T("Let old logs go?"), label: say.T("Logs of their steps"), goes: say.Mark("What steps printed is removed for good now where their run ended more than %s ago, and that of others as they grow that old. The runs stay. No backup holds logs.")},
	}}
	for _, row := range r.rows {
		row.choice = kit.NewSegments([]string{""}, 0, func(i int) { r.ask(row, row.times[i]) })
		row.show(0)
	}
	return r
}

// object is what the card holds.
func (r *retention) object() fyne.CanvasObject {
	col := kit.VBox(14, kit.Heading(say.T("How long things are kept")))
	for _, row := range r.rows {
		col.Add(kit.VBox(6, kit.NewText(row.label), kit.HBox(0, row.choice)))
	}
	col.Add(kit.NewParagraph(say.T("Older ones go for good, in the background. Open requests stay with all that led to them, and what is still to be sent. A flow can say otherwise for its own runs, in its settings in the editor."), kit.Muted))
	return col
}

// show shows for how many days it is.
func (row *retentionRow) show(days int) {
	row.days, row.times = days, model.TimesOf(days)
	labels := make([]string, len(row.times))
	for i, t := range row.times {
		labels[i] = model.DaysWords(t)
	}
	row.choice.SetLabels(labels)
	row.choice.Select(slices.Index(row.times, days))
}

// read takes the settings as they are stored.
func (r *retention) read(values map[string]string) {
	for _, row := range r.rows {
		days, _ := strconv.Atoi(values[row.key]) // "" is for ever
		row.show(days)
	}
}

// ask keeps for longer at once, and for a shorter time once that was agreed to: what goes
// is gone.
func (r *retention) ask(row *retentionRow, days int) {
	take := func() {
		text := ""
		if days > 0 {
			text = strconv.Itoa(days)
		}
		row.show(days)
		saveSetting(r.h, row.key, text)
	}
	if !model.Shorter(row.days, days) {
		take()
		return
	}
	row.show(row.days) // until it is agreed to
	r.h.Confirm(row.ask, fmt.Sprintf(say.Of(row.goes), textAge(days)), say.T("Let them go"), take)
}

// roomCard tells what takes how much room.
type roomCard struct {
	h    *host.Host
	body *fyne.Container
	last time.Time // when it was measured
	busy bool
}

// measureEvery is how old figures are that are measured again when the pane is shown.
const measureEvery = 10 * time.Minute

func newRoom(h *host.Host) *roomCard { return &roomCard{h: h, body: kit.VBox(8)} }

// object is what the card holds.
func (c *roomCard) object() fyne.CanvasObject {
	return kit.VBox(14, kit.HBox(8, kit.Grow(kit.Heading(say.T("Room on the disk"))), kit.NewButton(say.T("Measure again"), kit.Outline, c.measure).AsSmall()), c.body)
}

// refresh measures what was not measured for a while.
func (c *roomCard) refresh() {
	if time.Since(c.last) > measureEvery {
		c.measure()
	}
}

// measure looks at the folder, beside the window.
func (c *roomCard) measure() {
	if c.busy {
		return
	}
	c.busy, c.last = true, time.Now()
	c.tell(say.T("Measuring…"))
	c.busy = true
	c.h.Ask(func(ctx context.Context) (func(), error) {
		u, err := c.h.Library.Usage(ctx)
		return func() { c.show(u) }, err
	}, func() { c.tell(say.T("It could not be measured.")) })
}

// tell shows a line in the place of figures.
func (c *roomCard) tell(line string) {
	c.busy = false
	c.body.Objects = []fyne.CanvasObject{kit.Caption(line)}
	c.body.Refresh()
}

// show shows what was found.
func (c *roomCard) show(u run.Usage) {
	line := func(what, size string, r kit.Role) fyne.CanvasObject {
		return kit.HBox(12, kit.Grow(kit.NewText(what).In(r).Ellipsis()), kit.NewText(size).In(r))
	}
	c.busy = false
	c.body.Objects = nil
	total := model.Size(u.Total())
	if u.Partial {
		total = say.F("more than %s", total)
	}
	c.body.Add(line(say.T("In all"), total, kit.Ink))
	for _, k := range u.Kinds {
		c.body.Add(line(model.RoomWords(k.Kind), model.Size(k.Bytes), kit.Muted))
	}
	if len(u.Flows) > 0 {
		c.body.Add(kit.Strong(say.T("Flows whose runs take most, about")))
	}
	for _, f := range u.Flows {
		c.body.Add(line(model.FlowRoomWords(f), say.N(f.Runs, "%d run, %s", "%d runs, %s", model.Size(f.Bytes)), kit.Muted))
	}
	if !u.Shrinks {
		c.body.Add(kit.Caption(say.T("This file was made by an earlier Sluice. Its free room is used again; the file becomes smaller at a start, once a quarter of it is free.")))
	}
	c.body.Refresh()
}
