package pane

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/ui/form"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// The tabs of a schedule's page.
const (
	pageWhen = iota
	pageInputs
	pageFails
	pageRuns
)

var scheduleTabs = []string{say.Mark("When"), say.Mark("Inputs"), say.Mark("If it fails"), say.Mark("Runs")}

// schedulePage shows and changes one schedule.
type schedulePage struct {
	*sheet
	s     *schedules
	d     *model.ScheduleDraft
	state schedule.State

	// of the tab When
	pace   model.Pace
	chips  []*kit.Button
	detail *fyne.Container
	cron   *kit.Entry
	next   *fyne.Container

	form   *form.Form // of the inputs, while they are shown
	schema flow.Raw
	builds int // pages of inputs that were asked for; the answer to an older one is dropped

	fires  *fyne.Container
	most   int // times that are listed
	listed int // lists that were asked for
}

func newSchedulePage(s *schedules, d *model.ScheduleDraft, x schedule.State) *schedulePage {
	g := &schedulePage{s: s, d: d, state: x, most: runsPage}
	g.sheet = newSheet(s.p, g)
	g.pace, _ = model.PaceOf(g.d.Cron, g.d.Version)
	return g
}

func (g *schedulePage) kind() string     { return "schedule" }
func (g *schedulePage) isNew() bool      { return g.d.New }
func (g *schedulePage) changed() bool    { return g.d.Changed() }
func (g *schedulePage) called() string   { return g.d.Called() }
func (g *schedulePage) summary() *string { return &g.d.Summary }
func (g *schedulePage) tabs() []string   { return say.All(scheduleTabs) }
func (g *schedulePage) about() string    { return aboutTarget(g.d.Target, kindWord(g.d.IsFlow)) }
func (g *schedulePage) problem() error   { return g.state.Problem }

func (g *schedulePage) tile() (kit.TileKind, kit.Icon) { return kit.TileBranch, kit.IconClock }

func (g *schedulePage) fieldOf(err error) string { return g.d.FieldOf(err) }

func (g *schedulePage) key() triggerKey {
	if g.d.New {
		return triggerKey{}
	}
	return triggerKey{g.s, g.d.Path}
}

func (g *schedulePage) page(tab int) fyne.CanvasObject {
	switch tab {
	case pageInputs:
		return g.inputs()
	case pageFails:
		return g.fails()
	case pageRuns:
		return g.runs()
	}
	return g.when()
}

func (g *schedulePage) left() { g.form, g.fires = nil, nil }

func (g *schedulePage) closed() {
	if !g.d.Changed() {
		delete(g.s.drafts, g.d.Path)
	}
}

func (g *schedulePage) judge() (field, err string) {
	pv := g.d.Preview(g.h.Now())
	if f := g.fields[model.FieldCron]; f != nil {
		f.SetHint(pv.Words)
	}
	g.showNext(pv)
	return pv.Field, pv.Err
}

// tick tells coming times from now on.
func (g *schedulePage) tick() {
	if g.tab == pageWhen {
		g.showNext(g.d.Preview(g.h.Now()))
	}
}

func (g *schedulePage) stays() time.Duration {
	now := g.h.Now()
	if t, err := g.d.Timing(); err == nil && g.tab == pageWhen {
		if next := t.Next(now); !next.IsZero() {
			return model.TimeStays(now, next)
		}
	}
	return time.Minute
}

func (g *schedulePage) follow() (again bool) {
	i := g.s.index(g.d.Path)
	if i < 0 {
		return false
	}
	g.state = g.s.all[i]
	if !g.d.Changed() {
		fresh := model.EditSchedule(g.state.Schedule)
		same := fresh.Same(g.d)
		*g.d = *fresh
		if !same {
			g.pace, _ = model.PaceOf(g.d.Cron, g.d.Version)
			return true
		}
	}
	g.d.Enabled = g.state.Enabled
	if g.tab == pageRuns {
		g.readFires()
	}
	return false
}

func (g *schedulePage) acts(row *fyne.Container) {
	row.Add(kit.NewButton(say.T("Run now"), kit.Outline, func() { g.s.runNow(g.d.Path) }).With(kit.IconPlay))
	row.Add(kit.Space())
	row.Add(kit.NewButton(say.T("Delete"), kit.Danger, func() { g.s.remove(g.state) }))
}

func (g *schedulePage) revert() {
	*g.d = *model.EditSchedule(g.state.Schedule)
	g.pace, _ = model.PaceOf(g.d.Cron, g.d.Version)
}

// Fields of which only what is typed can be wrong.
const (
	failureTimes  = "on_failure_times"
	recoveryTimes = "on_recovery_times"
	pauseField    = "paused_until"
)

func (g *schedulePage) tabOf(field string) int {
	switch field {
	case model.FieldArgs, model.FieldTarget:
		return pageInputs
	case model.FieldOnFailure, model.FieldOnRecovery, model.FieldOnSuccess, model.FieldFailureArgs, model.FieldRecoveryArgs, model.FieldSuccessArgs, failureTimes, recoveryTimes:
		return pageFails
	}
	return pageWhen
}

func (g *schedulePage) ready() bool {
	if g.form == nil {
		return true
	}
	_, ok := g.form.Value()
	return ok
}

func (g *schedulePage) store() (save func(ctx context.Context) error, saved func()) {
	g.d.Trim()
	x, isNew, read := g.d.Schedule, g.d.New, g.schemaOf()
	save = func(ctx context.Context) error {
		if isNew && read != nil { // nobody may have looked at the form, where they stand
			if schema, err := read(); err == nil {
				x.Args = model.WithDefaults(schema, x.Args)
			}
		}
		if isNew { // which takes no other's place
			if _, err := g.h.Schedules.Schedule(ctx, x.Path); err == nil {
				return fault.New("schedule.path", say.T("There is a schedule of this path already"), say.T("Choose another name behind the last slash."))
			}
		}
		return g.h.Schedules.SaveSchedule(ctx, x)
	}
	return save, func() {
		*g.d = *model.EditSchedule(x)
		g.state.Schedule, g.state.Problem = x, nil
		g.s.drafts[x.Path] = g.d
		g.h.Tell(say.T("Saved"))
	}
}
