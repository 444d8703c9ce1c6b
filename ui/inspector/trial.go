package inspector

import (
	"context"
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// TabTest is the tab that tests a step alone.
const TabTest = "Test step"

// trialView shows the last test of a step alone, on the step: the run of the flow
// stays where it is.
type trialView struct {
	h      *host.Host
	step   string
	box    *fyne.Container
	result *fyne.Container
	shown  string // what the box was made for
	value  string // whose result is shown
	log    *data.LogView
	at     host.LogPlace
	timer  bool // the log is being read
	cancel func(run.ID)
	// showLine shows a line of a step's script.
	showLine func(id string, line int)
}

func newTrialView(h *host.Host) *trialView {
	v := &trialView{h: h, box: kit.VBox(12), result: kit.VBox(0), log: data.NewLogView(host.NothingYet())}
	v.cancel = func(id run.ID) {
		h.Ask(func(ctx context.Context) (func(), error) { return nil, h.Runs.Cancel(ctx, id, run.DesktopUser, "") })
	}
	return v
}

// Sizes of what a test shows.
const (
	trialResult = 220
	trialLog    = 140
)

// show shows the last test of a step as it stands.
func (v *trialView) show(step string) {
	t, ok := v.h.Model.Trial(step)
	b, _ := json.Marshal(t) // all that is shown
	key := step + string(b)
	if key == v.shown {
		return
	}
	v.shown = key
	if step != v.step {
		v.step, v.value, v.result.Objects = step, "", nil
	}
	v.box.Objects = nil
	if ok {
		head := kit.HBox(8, host.Middle(kit.NewPill(t.State, host.RoleOf(t.Role))), kit.Grow(host.Middle(kit.Caption(t.Line).Ellipsis())))
		if t.CanCancel {
			head.Add(kit.NewButton(say.T("Cancel"), kit.Danger, func() { v.cancel(t.Run) }).AsSmall())
		}
		v.box.Add(kit.HLine())
		v.box.Add(head)
		switch {
		case t.Failure != nil:
			v.box.Add(v.failure(t.Failure))
		case !t.Result.IsZero():
			v.read(t)
			v.box.Add(v.result)
		}
		if t.Attempt > 0 {
			if at := (host.LogPlace{Run: t.Run, Step: t.Step, Attempt: t.Attempt}); v.at.Run != at.Run || v.at.Attempt != at.Attempt {
				v.at = at
				v.log.Clear()
				v.log.SetPlaceholder(host.NothingYet())
			}
			v.box.Add(kit.Caption(say.T("What it printed")))
			v.box.Add(kit.MinSize(0, trialLog, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, v.log)))
			v.follow(t)
		}
	}
	v.box.Refresh()
}

// failure tells why the test has no result.
func (v *trialView) failure(f *run.Failure) fyne.CanvasObject {
	b := kit.NewBanner(kit.Bad, say.Failure(f.Message), say.Engine(f.Hint))
	if line, _ := v.h.Model.CodeError(v.step); line > 0 {
		b.Do(say.F("Show line %d", line), func() { v.showLine(v.step, line) })
	}
	col := kit.VBox(8, b)
	if f.Stack != "" {
		col.Add(kit.NewParagraph(strings.TrimRight(f.Stack, "\n"), kit.Muted).Mono())
	}
	return col
}

// read shows the result once it was read.
func (v *trialView) read(t model.Trial) {
	key := string(t.Run)
	if v.value == key {
		return
	}
	v.value = key
	v.h.Ask(func(ctx context.Context) (func(), error) {
		raw, err := v.h.Runs.Value(ctx, t.Result)
		value := data.ReadJSON(raw) // here, as it may be large
		return func() {
			if v.value != key {
				return
			}
			tree := data.NewJSONTree(v.step, "results."+v.step, value)
			tree.OnPick = func(path string) { v.h.Copy(path, say.T("Path")) }
			v.result.Objects = []fyne.CanvasObject{kit.MinSize(0, trialResult, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, tree))}
			v.box.Refresh()
		}, err
	}, func() { v.value = "" })
}

// follow takes the next part of the log, and again soon while the test runs.
func (v *trialView) follow(t model.Trial) {
	if v.timer {
		return
	}
	v.timer = true
	at := v.at
	v.h.Ask(func(ctx context.Context) (func(), error) {
		b, err := v.h.Runs.Logs(ctx, at.Run, at.Step, at.Attempt, at.Offset)
		return func() {
			v.timer = false
			if v.at == at && len(b) > 0 {
				v.at.Offset += int64(len(b))
				v.log.Append(string(b))
			}
			more := t.Running || len(b) > 0 // what it printed last comes with its end
			if now, ok := v.h.Model.Trial(v.step); ok && now.Run == t.Run && more {
				v.h.Later(host.LogPause, func() { v.follow(now) })
			} else if v.at == at && !more {
				v.log.SetPlaceholder(host.Nothing())
			}
		}, err
	}, func() { v.timer = false })
}

// test is the page that runs the step alone.
func (p *Inspector) test(m *flow.Module) fyne.CanvasObject {
	p.trial.shown = ""
	p.trial.show(m.ID)
	return kit.VBox(14,
		kit.NewParagraph(say.T("Runs this step alone. You are asked for what its expressions read; the values of the flow's last run stand there to begin with. The run of the flow that is shown below stays as it is."), kit.Muted),
		kit.HBox(8, kit.NewButton(say.T("Test step"), kit.Primary, func() { p.TestStep(m.ID) }).With(kit.IconPlay)),
		p.trial.box)
}

// Open shows a tab of the selected step.
func (p *Inspector) Open(tab string) {
	p.tab = tab
	p.Rebuild()
}
