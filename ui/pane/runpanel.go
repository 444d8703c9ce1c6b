package pane

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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

// RunPanel shows the run of the open flow: its steps on the left, what is known
// of the selected one on the right.
type RunPanel struct {
	h *host.Host

	title      *kit.Text
	line       *kit.Paragraph
	again      *kit.Button
	restart    *kit.Button
	clock      *kit.Button // the timeline on or off
	compare    *kit.Button
	old        *kit.Button // the flow was changed since: show it as it ran
	replay     *replayBar
	times      *timelineView
	headed     string
	flashes    int  // votes that came
	timed      bool // the timeline is shown
	split      *kit.Split
	steps      *fyne.Container // the list of steps, or the timeline
	state      *kit.Pill
	stop       *kit.Button
	rows       *fyne.Container
	scroll     *container.Scroll
	chosen     string // the line that was brought into view
	acts, foot *fyne.Container
	head, left *fyne.Container
	tabs       *kit.Segments
	chip       *kit.Pill
	bar        *fyne.Container // of the chip and the tabs
	ids        float32         // how wide the ids of the steps are
	body       *fyne.Container
	object     fyne.CanvasObject

	tab        int
	run        run.ID // shown
	shown      string // what the body was built for
	acted      string // what the buttons were made for
	listed     []model.StepRow
	asked      string     // the step whose people were shown unasked
	unasked    run.StepID // the loop whose iterations were
	log        *data.LogPane
	finds      *data.LogPane // what is searched while a result is shown as text
	view       string        // how results are looked at
	iterations *iterationView
	looped     bool // the tab of iterations is there
	at         host.LogPlace
	timer      bool // logs are being read
	picking    runPicking
	// Again runs the flow with the same input once more.
	Again func()
	// RestartItems are the places at which a new run can start with what this one came to.
	RestartItems func() []*fyne.MenuItem
	// Tall gives the panel the height of the timeline, or that of the list.
	Tall func(bool)
	// Compare compares the run with another one; AsItRan shows the flow as it was then.
	Compare, AsItRan func()
	// ShowLine shows a line of a step's script.
	ShowLine func(module string, line int)
	// Closed is called when the person folds the panel away.
	Closed func()
}

const (
	tabResult = iota
	tabLogs
	tabApprovals
	tabInputs
	tabIterations // of a loop only
)

var runTabs = []string{say.Mark("Result"), say.Mark("Logs"), say.Mark("Approvals"), say.Mark("Inputs")}

// NewRunPanel makes the panel.
func NewRunPanel(h *host.Host) *RunPanel {
	p := &RunPanel{h: h, title: kit.Strong(""), line: kit.NewParagraph("", kit.Muted).Sized(kit.TextCaption), state: kit.NewPill("", kit.Neutral),
		rows: kit.VBox(0), acts: kit.HBox(8), chip: kit.IDPill(""), body: container.NewStack(), log: data.NewLogPane(host.NothingYet())}
	p.stop = kit.NewButton(say.T("Cancel run"), kit.Danger, p.cancel).AsSmall()
	p.iterations = newIterationView(p)
	p.tabs = kit.Tabs(say.All(runTabs), 0, func(i int) { p.tab = i; p.shown, p.picking.look = "", ""; p.detail() })
	fold := kit.IconButton(kit.IconChevronDown, say.T("Fold the run away"), kit.Ghost, func() { p.Closed() }).AsSmall()
	p.again = kit.NewButton(say.T("Run again"), kit.Outline, func() { p.Again() }).AsSmall()
	p.again.Hide()
	p.makeTimeline()
	p.head = kit.VBox(3, kit.HBox(10, host.Middle(p.title), host.Middle(p.state), kit.Space(), host.Middle(p.old), host.Middle(p.again), host.Middle(p.restart), host.Middle(p.stop)), p.line)
	head := kit.Pad(6, 10, 7, 14, p.head)
	p.foot = kit.VBox(0, kit.HLine(), kit.Pad(8, 14, 8, 14, p.acts))
	p.foot.Hide()
	p.scroll = kit.Scroll(p.rows)
	p.steps = container.NewStack(p.scroll)
	p.left = kit.Dock(kit.VBox(0, head, kit.HLine()), p.foot, nil, nil, p.steps)
	p.bar = kit.HBox(8, host.Middle(kit.MinSize(40, 0, kit.HBox(0, p.chip))), p.tabs, kit.Grow(p.pickingHint()), host.Middle(p.compare), host.Middle(p.clock), host.Middle(fold))
	right := kit.Dock(kit.VBox(0, kit.Pad(2, 10, 0, 14, p.bar), kit.HLine()), nil, nil, nil, p.body)
	p.split = kit.NewSplit(p.left, right, listWidth, 320, 1100).Lead()
	p.split.Rest = detailLeast
	p.object = kit.NewBox(kit.OnPanel, kit.None, 0, kit.Dock(p.replay.object, nil, nil, nil, p.split))
	return p
}

// Object is the panel.
func (p *RunPanel) Object() fyne.CanvasObject { return p.object }

// fresh reports, once, that another run is shown than before.
func (p *RunPanel) fresh() bool {
	now := p.h.Model.Followed()
	if now == p.run {
		return false
	}
	p.run, p.shown = now, ""
	return now != ""
}

// Refresh shows the run as it is.
func (p *RunPanel) Refresh() {
	h, ok := p.h.Model.Header()
	if !ok {
		p.title.SetText(say.T("No run yet"))
		p.line.Text = ""
		p.line.Hide()
		p.again.Hide()
		p.refreshTimeline(h)
		p.rows.Objects, p.acts.Objects, p.body.Objects = nil, nil, nil
		p.listed, p.acted, p.shown = nil, "", ""
		p.foot.Hide()
		p.state.Hide()
		p.stop.Hide()
		p.left.Refresh()
		return
	}
	p.title.SetText(h.Title)
	p.state.Show()
	p.state.Set(h.State, host.RoleOf(h.Role))
	p.refreshTimeline(h)
	if p.line.Text != h.Line || p.again.Visible() != h.CanAgain || p.stop.Visible() != h.CanCancel {
		p.line.Text = h.Line
		host.Show(p.line, h.Line != "")
		host.Show(p.again, h.CanAgain)
		host.Show(p.stop, h.CanCancel)
		p.left.Refresh() // the head may be higher now: the box around it lays nothing out
	}
	p.head.Refresh() // the words have other widths now
	p.list(p.h.Model.Rows())
	p.detail()
}

// list shows the steps. A line that is as it was stays, so that a press on it
// is not lost while the run goes on.
func (p *RunPanel) list(rows []model.StepRow) {
	if w := idWidth(rows); w != p.ids {
		p.ids, p.listed, p.rows.Objects = w, nil, nil
	}
	same := len(rows) == len(p.listed)
	for i, r := range rows {
		if i < len(p.listed) && p.listed[i] == r {
			continue
		}
		same = false
		if i < len(p.rows.Objects) {
			p.rows.Objects[i] = p.row(r)
		} else {
			p.rows.Add(p.row(r))
		}
	}
	if !same {
		p.rows.Objects = p.rows.Objects[:len(rows)]
		p.listed = rows
		p.rows.Refresh()
	}
	for i, r := range rows {
		if at := string(p.run) + r.Name + string(r.Step); r.Selected && at != p.chosen {
			p.chosen = at
			for _, pause := range []time.Duration{showPause, 8 * showPause} { // it has its place by then; the panel itself may still open
				p.h.Later(pause, func() {
					if i < len(p.rows.Objects) && p.chosen == at {
						p.bring(p.rows.Objects[i])
					}
				})
			}
		}
	}
}

// showPause is the time after which what was made has been laid out.
const showPause = 40 * time.Millisecond

// bring scrolls a line into view.
func (p *RunPanel) bring(o fyne.CanvasObject) {
	y, h, view := o.Position().Y, o.Size().Height, p.scroll.Size().Height
	if at := p.scroll.Offset.Y; y < at || y+h > at+view {
		p.scroll.ScrollToOffset(fyne.NewPos(0, max(0, y-(view-h)/2)))
	}
}

// row is one step.
func (p *RunPanel) row(r model.StepRow) fyne.CanvasObject {
	name := kit.NewText(r.Title).Ellipsis()
	if r.Faint {
		name.In(kit.Muted)
	}
	line := kit.HBox(10, host.Middle(kit.NewDot(host.RoleOf(r.Role))), host.Middle(host.Width(p.ids, kit.HBox(0, kit.IDPill(shortID(r.Name))))), kit.Grow(host.Middle(name)))
	if r.Iteration > 0 {
		line.Add(host.Middle(p.iterationChooser(r)))
	}
	if r.Opens {
		icon, tip := kit.IconChevronRight, say.T("Show the steps of this flow")
		if r.Open {
			icon, tip = kit.IconChevronDown, say.T("Hide the steps of this flow")
		}
		line.Add(host.Middle(kit.IconButton(icon, tip, kit.Ghost, func() { p.h.Changed(p.h.Model.OpenInside(r.Step, !r.Open)) }).AsSmall()))
	}
	if r.Badge != "" {
		line.Add(host.Middle(kit.NewPill(r.Badge, badgeRole(r))))
	}
	if r.Word != "" && r.Badge == "" {
		line.Add(host.Middle(kit.Caption(r.Word)))
	}
	line.Add(host.Middle(kit.NewText(r.Time).In(kit.Muted)))
	row := kit.NewRow(kit.Pad(2, 14, 2, 14+float32(min(r.Depth, 8))*14, kit.MinSize(0, kit.ControlSmall, line)), func() {
		if !p.lookAt(r) {
			p.h.Changed(p.h.Model.SelectRow(r))
		}
	})
	row.Selected = r.Selected
	return row
}

// badgeRole is amber only where people are asked.
func badgeRole(r model.StepRow) kit.Role {
	if r.Role == model.AwaitsPeople {
		return kit.Waiting
	}
	return kit.Neutral
}

// iterationChooser goes to the iteration before and after.
func (p *RunPanel) iterationChooser(r model.StepRow) fyne.CanvasObject {
	at := r.Iteration - 1
	to := func(i int) func() { return func() { p.h.Changed(p.h.Model.ChooseIteration(r.Step, i)) } }
	back := kit.IconButton(kit.IconChevronLeft, say.T("The iteration before"), kit.Ghost, to(at-1)).AsSmall()
	back.OffIf(host.Why(at == 0, say.T("This is the first iteration")))
	next := kit.IconButton(kit.IconChevronRight, say.T("The next iteration"), kit.Ghost, to(at+1)).AsSmall()
	next.OffIf(host.Why(at+1 >= r.Iterations, say.T("This is the last iteration so far")))
	return kit.HBox(0, back, host.Middle(kit.Caption(say.F("iteration %d", r.Iteration))), next)
}

// detail shows what is known of the selected step.
func (p *RunPanel) detail() {
	if p.looksAside() {
		return
	}
	d, ok := p.h.Model.Detail()
	iterations, looped := p.h.Model.Iterations()
	p.tabFor(looped)
	if looped && d.Step == iterations.Step && p.looped && p.unasked != iterations.Step {
		p.unasked, p.tab = iterations.Step, tabIterations // the iterations are what matters of a loop
		p.tabs.Select(p.tab)
	}
	if looped && p.tab == tabIterations {
		p.name(iterations.Module)
		p.buttons(d)
		p.iterations.show(iterations)
		return
	}
	if !ok {
		p.name(p.h.Model.Selected())
		p.put("not reached "+p.h.Model.Selected(), func() fyne.CanvasObject {
			return kit.PadAll(14, kit.NewText(say.T("The run has not come to this step.")).In(kit.Muted))
		})
		p.buttons(d)
		return
	}
	p.name(model.First(d.Module, "run"))
	p.buttons(d)
	asks := string(d.Run) + string(d.Step)
	if d.Role == model.AwaitsPeople && p.asked != asks { // people are what matters about it now
		p.asked, p.tab = asks, tabApprovals
		p.tabs.Select(p.tab)
	}
	if d.Approval == nil && p.tab == tabApprovals {
		p.tab = tabResult
		p.tabs.Select(p.tab)
	}
	switch p.tab {
	case tabLogs:
		p.logs(d)
	case tabApprovals:
		p.timeline(d)
	case tabInputs:
		p.value(d, d.Inputs, say.T("Nothing went into this step."), "flow_input")
	default:
		p.result(d)
	}
}

// name tells on the chip whose detail is shown.
func (p *RunPanel) name(id string) {
	if text := shortID(id); text != p.chip.Text {
		p.chip.Set(text, kit.Neutral)
		p.bar.Refresh() // the tabs give way
	}
}

// idRoom is how much of a step's id is shown at most.
const idRoom = 120

func shortID(id string) string {
	return kit.Shorten(id, idRoom, kit.TextCaption, fyne.TextStyle{Monospace: true}, nil)
}

// idWidth is the width of the column that holds the ids of some steps.
func idWidth(rows []model.StepRow) float32 {
	w := float32(34)
	for _, r := range rows {
		w = max(w, kit.IDPill(shortID(r.Name)).MinSize().Width)
	}
	return w
}

// tabFor adds the tab of iterations, or takes it away.
func (p *RunPanel) tabFor(looped bool) {
	if looped == p.looped {
		return
	}
	p.looped = looped
	labels := say.All(runTabs)
	if looped {
		labels = append(labels, say.T("Iterations"))
	} else if p.tab == tabIterations {
		p.tab = tabResult
	}
	p.tabs.SetLabels(labels)
	p.tabs.Select(p.tab)
}

// buttons are the acts of a step that asks people.
func (p *RunPanel) buttons(d model.Detail) {
	b, _ := json.Marshal(d.Approval) // all that the buttons act upon
	key := string(d.Run) + string(d.Step) + string(b)
	if p.acted == key {
		return
	}
	p.acted = key
	p.acts.Objects = nil
	if a := d.Approval; a != nil && (a.State == run.ApprovalWaiting || a.State == run.ApprovalEarly) {
		page := kit.NewButton(say.T("Open page as you"), kit.Outline, func() { p.open(a) }).AsSmall()
		page.Tip = say.F("Opens the approval page; an answer there is recorded as “%s”", run.DesktopUser)
		var copied *kit.Button
		copied = kit.NewButton(say.T("Copy link…"), kit.Outline, func() { p.copyLink(copied, a) }).AsSmall()
		p.acts.Add(page)
		p.acts.Add(copied)
		if mailed(a) {
			p.acts.Add(kit.NewButton(say.T("Send again"), kit.Outline, func() { p.mailAgain(a) }).AsSmall())
		}
	}
	host.Show(p.foot, len(p.acts.Objects) > 0)
	p.acts.Refresh()
	p.left.Refresh() // the list has the room
}

// put shows an object unless the body shows it already.
func (p *RunPanel) put(key string, make func() fyne.CanvasObject) {
	if p.shown == key {
		return
	}
	p.shown = key
	p.body.Objects = []fyne.CanvasObject{make()}
	p.body.Refresh()
}

// result shows the result, or why there is none.
func (p *RunPanel) result(d model.Detail) {
	if f := d.Failure; f != nil {
		p.put(fmt.Sprintf("failure %s %s %v", d.Run, d.Step, *f), func() fyne.CanvasObject {
			col := kit.VBox(8, p.failure(d, f))
			if line, _ := p.h.Model.CodeError(d.Module); line > 0 && line == f.Line {
				col.Add(codeLine(line, p.h.Model.CodeLine(d.Module, line)))
			}
			if f.Stack != "" {
				col.Add(kit.Pad(0, 0, 0, 11, kit.NewParagraph(strings.TrimRight(f.Stack, "\n"), kit.Muted).Mono())) // below the words
			}
			return kit.Scroll(kit.PadAll(14, col))
		})
		return
	}
	base := "results." + d.Module
	if d.Module == "" {
		base = "result"
	}
	p.value(d, d.Result, say.T("No result yet."), base)
}

// codeLine shows the line that a script failed in.
func codeLine(line int, text string) fyne.CanvasObject {
	return kit.NewBox(kit.OnWell, kit.None, kit.Radius, kit.Pad(8, 12, 8, 12,
		kit.TopHBox(12, kit.Mono(strconv.Itoa(line)).In(kit.Muted), kit.Grow(kit.NewParagraph(text, kit.Ink).Mono()))))
}

// failure tells why there is no result. Of a step that was lost it tells what that
// means: nobody can know what it did.
func (p *RunPanel) failure(d model.Detail, f *run.Failure) fyne.CanvasObject {
	title, hint := say.Failure(f.Message), say.Engine(f.Hint)
	if f.Name == run.NameLost {
		title = say.T("Sluice stopped while this step was running")
		hint = say.T("It may have done its work, or a part of it; its result was not recorded. Look first at what it changes, then run the flow again. What the other steps did is kept.")
	}
	b := kit.NewBanner(kit.Bad, title, hint)
	if line, _ := p.h.Model.CodeError(d.Module); line > 0 && line == f.Line {
		b.Do(say.F("Show line %d", line), func() { p.ShowLine(d.Module, line) })
	}
	if h, ok := p.h.Model.Header(); ok && h.CanAgain && f.Name == run.NameLost {
		b.Do(say.T("Run again from this flow"), func() { p.Again() })
	}
	return b
}

// value shows a JSON value as a tree. It is read when it is looked at.
func (p *RunPanel) value(d model.Detail, ref run.Ref, none, base string) {
	if ref.IsZero() {
		p.put(fmt.Sprintf("none %s %s %d %s", d.Run, d.Step, p.tab, none), func() fyne.CanvasObject { return kit.PadAll(14, kit.NewText(none).In(kit.Muted)) })
		return
	}
	id, _ := json.Marshal(ref)
	key := fmt.Sprintf("value %s %s %d %s", d.Run, d.Step, p.tab, id)
	if p.shown == key {
		return
	}
	p.shown = key
	p.h.Ask(func(ctx context.Context) (func(), error) {
		raw, err := p.h.Runs.Value(ctx, ref)
		v := data.ReadJSON(raw) // here, as it may be large
		return func() {
			if p.shown == key {
				tree := data.NewJSONTree(model.First(d.Module, "run"), base, v)
				p.pickFrom(tree, base)
				p.body.Objects = []fyne.CanvasObject{p.viewed(raw, tree)}
				p.body.Refresh()
			}
		}, err
	})
}

// logs shows what the step printed, as it comes.
func (p *RunPanel) logs(d model.Detail) {
	place := host.LogPlace{Run: d.Run, Step: d.Step, Attempt: d.Attempt}
	if d.Attempt == 0 {
		p.put(fmt.Sprintf("nolog %s %s", d.Run, d.Step), func() fyne.CanvasObject {
			return kit.PadAll(14, kit.NewText(say.T("This step runs no code.")).In(kit.Muted))
		})
		return
	}
	if p.at.Run != place.Run || p.at.Step != place.Step || p.at.Attempt != place.Attempt {
		p.at = place
		p.log.Clear()
		p.log.Log.SetPlaceholder(host.NothingYet())
	}
	p.put(fmt.Sprintf("log %s %s", d.Run, d.Step), func() fyne.CanvasObject { return p.log.Object() })
	p.read(d.Running)
}

// read takes the next part of the log, and again soon while the step runs.
func (p *RunPanel) read(running bool) {
	if p.timer {
		return
	}
	p.timer = true
	at := p.at
	p.h.Ask(func(ctx context.Context) (func(), error) {
		b, err := p.h.Runs.Logs(ctx, at.Run, at.Step, at.Attempt, at.Offset)
		return func() {
			p.timer = false
			if p.at == at && len(b) > 0 {
				p.at.Offset += int64(len(b))
				p.log.Append(string(b))
			}
			if !running && p.at == at && len(b) == 0 {
				p.log.Log.SetPlaceholder(host.Nothing())
			}
			if running && p.tab == tabLogs {
				p.h.Later(host.LogPause, func() {
					if d, ok := p.h.Model.Detail(); ok && p.tab == tabLogs {
						p.logs(d)
					}
				})
			}
		}, err
	}, func() { p.timer = false })
}

// timeline tells who was asked, who answered, and what is awaited.
func (p *RunPanel) timeline(d model.Detail) {
	key := "timeline " + string(d.Run) + string(d.Step)
	for _, l := range d.Timeline {
		key += "\n" + l.When + l.Text()
	}
	p.put(key, func() fyne.CanvasObject {
		col := kit.VBox(2)
		for _, l := range d.Timeline {
			col.Add(kit.TopHBox(10, kit.Pad(2, 0, 0, 0, host.Width(72, kit.Mono(l.When).In(kit.Muted))), kit.Grow(kit.NewParagraph(l.Text(), textRole(l.Role)))))
		}
		return kit.Scroll(kit.PadAll(14, col))
	})
}

func textRole(r model.Role) kit.Role {
	if r == model.Idle || r == model.Passed {
		return kit.Ink
	}
	return host.RoleOf(r)
}

// open opens the page of a request as the person at the desk. The page of somebody
// else would be answered in their name.
func (p *RunPanel) open(a *run.Approval) {
	host.AskThen(p.h, func(ctx context.Context) (run.Links, error) {
		return p.h.People.TakeLink(ctx, a.Run, a.Step, run.DesktopUser)
	},
		func(l run.Links) { p.h.Open(l.Page) })
}

// copyLink asks whose link is to be handed on, and copies a fresh one.
func (p *RunPanel) copyLink(from fyne.CanvasObject, a *run.Approval) {
	if items := p.linkItems(a); len(items) > 0 {
		kit.ShowMenu(from, items...)
		return
	}
	takeLink(p.h, a.Run, a.Step, run.DesktopUser)
}

// linkItems names each person who has not answered.
func (p *RunPanel) linkItems(a *run.Approval) (items []*fyne.MenuItem) {
	for _, w := range model.Unanswered(a) {
		if w.Person != run.DesktopUser {
			items = append(items, fyne.NewMenuItem(say.F("Link for %s", w.Person), func() { takeLink(p.h, a.Run, a.Step, w.Person) }))
		}
	}
	return items
}

// takeLink copies a fresh link for a person.
func takeLink(h *host.Host, id run.ID, step run.StepID, person string) {
	host.AskThen(h, func(ctx context.Context) (run.Links, error) { return h.People.TakeLink(ctx, id, step, person) }, func(l run.Links) {
		fyne.CurrentApp().Clipboard().SetContent(l.Page)
		if person == run.DesktopUser {
			h.Tell(say.T("Your own link copied"))
			return
		}
		h.Tell(say.F("Link for %[1]s copied. Whoever has it can answer as %[1]s; that it was taken here is recorded", person))
	})
}

// mailed reports whether somebody who has not answered was asked by mail.
func mailed(a *run.Approval) bool {
	return slices.ContainsFunc(model.Unanswered(a), func(w run.AskedPerson) bool { return w.Mail != "" })
}

// mailAgain mails everyone who has not answered once more.
func (p *RunPanel) mailAgain(a *run.Approval) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		sent := 0
		for _, w := range model.Unanswered(a) {
			if w.Mail != "" {
				if err := p.h.People.SendAgain(ctx, a.Run, a.Step, w.Person); err != nil {
					return nil, err
				}
				sent++
			}
		}
		return func() {
			p.h.Tell(say.N(sent, "%d fresh mail is in the outbox", "%d fresh mails are in the outbox"))
		}, nil
	})
}

// cancel ends the run.
func (p *RunPanel) cancel() {
	id := p.h.Model.Followed()
	if id == "" {
		return
	}
	p.h.Confirm(say.T("Cancel this run?"), say.T("It ends at once as canceled; the links that were sent say so."), say.T("Cancel run"), func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return nil, p.h.Runs.Cancel(ctx, id, run.DesktopUser, "")
		})
	})
}
