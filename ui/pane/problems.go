package pane

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// problemList is the list below the canvas of what is wrong with the flow: a press on a line
// leads to the field, and the buttons on it mend it.
type problemList struct {
	p      *Editor
	count  *kit.Text
	col    *fyne.Container
	scroll *container.Scroll
	object *fyne.Container
	rows   []*kit.Row
	lines  []model.ProblemLine
	at     int        // the line that was gone to last, -1: none
	of     *flow.Flow // the lines are of it
	soon   bool       // fixes of a large flow are on their way
}

// problemsHeight is how high the list is at most.
const problemsHeight = 220

// problemsMost is how many lines are listed at once.
const problemsMost = 200

func newProblemList(p *Editor) *problemList {
	l := &problemList{p: p, count: kit.Caption(""), col: kit.VBox(0), at: -1}
	l.scroll = kit.Scroll(l.col)
	head := kit.HBox(8, host.Middle(kit.NewText(say.T(textProblems)).Bold()), host.Middle(l.count), kit.Space(),
		host.Middle(kit.IconButton(kit.IconChevronUp, say.T(textProblemBefore), kit.Ghost, func() { p.NextProblem(-1) }).AsSmall()),
		host.Middle(kit.IconButton(kit.IconChevronDown, say.T(textProblemNext), kit.Ghost, func() { p.NextProblem(1) }).AsSmall()),
		host.Middle(kit.IconButton(kit.IconClose, say.T("Close (Esc)"), kit.Ghost, func() { l.show(false) }).AsSmall()))
	l.object = kit.VBox(0, kit.HLine(), kit.NewBox(kit.OnPanel, kit.None, 0, kit.VBox(0, kit.Pad(6, 14, 6, 14, head), kit.HLine(), kit.Fixed(0, problemsHeight, l.scroll))))
	l.object.Hide()
	return l
}

// Problems shows the list of problems, or takes it away.
func (p *Editor) Problems() {
	doc := p.h.Model.Doc()
	if doc == nil || doc.ReadOnly {
		return
	}
	p.problems.show(!p.problems.object.Visible())
}

func (l *problemList) show(on bool) {
	if on == l.object.Visible() {
		return
	}
	if !on {
		l.object.Hide()
		l.p.below.Refresh()
		l.p.FocusCanvas()
		return
	}
	l.object.Show()
	l.of = nil
	l.refresh()
	l.p.below.Refresh()
	l.object.Refresh() // it was never painted, perhaps, and gets the keyboard
	if len(l.rows) > 0 {
		l.p.h.Window.Canvas().Focus(l.rows[max(0, min(l.at, len(l.rows)-1))])
	}
}

// refresh lists the problems of the flow as it is, and leaves the keyboard where it is.
func (l *problemList) refresh() {
	doc := l.p.h.Model.Doc()
	if !l.object.Visible() || doc == nil || doc.Flow == l.of && len(l.lines) == len(l.p.h.Model.ProblemList()) {
		return
	}
	if doc.ReadOnly {
		l.object.Hide()
		l.p.below.Refresh()
		return
	}
	m := l.p.h.Model
	if l.of != nil && !m.FixesNow() && slices.Equal(l.lines, m.ProblemList()) { // a key in a large flow
		l.of = doc.Flow
		l.fixSoon()
		return
	}
	now, had := l.p.h.Window.Canvas().Focused(), -1
	for i, r := range l.rows {
		walkTree(r, func(o fyne.CanvasObject) {
			if f, ok := o.(fyne.Focusable); ok && f == now {
				had = i
			}
		})
	}
	l.of, l.lines, l.rows = doc.Flow, m.ProblemList(), nil
	errors, warnings := m.ProblemCounts()
	l.count.SetText(textProblemCounts(errors, warnings))
	if l.at >= len(l.lines) {
		l.at = len(l.lines) - 1
	}
	l.col.Objects = nil
	if len(l.lines) == 0 {
		l.at = -1
		l.col.Add(kit.PadAll(16, kit.HBox(8, kit.NewGlyphSized(kit.IconCircleCheck, kit.Good, 18), kit.NewText(say.T(textNoProblems)))))
	}
	now2 := m.FixesNow()
	step := "\x00"
	for i, line := range l.lines {
		if i == problemsMost {
			l.col.Add(kit.PadAll(14, kit.Caption(say.F("And %d more; mend some of these first", len(l.lines)-i))))
			break
		}
		if line.Step != step {
			step = line.Step
			l.col.Add(l.stepHead(line))
		}
		var fixes []model.Fix
		if now2 && i < 40 {
			fixes = m.Fixes(line.Problem)
		}
		row := l.row(i, line, fixes)
		l.rows = append(l.rows, row)
		l.col.Add(row)
	}
	kit.Walked(l.rows...)
	for i, r := range l.rows {
		walked := r.OnKey
		r.OnKey = func(e *fyne.KeyEvent) bool {
			if e.Name == fyne.KeyEscape {
				l.show(false)
				return true
			}
			return walked(e)
		}
		r.Select(i == l.at)
	}
	l.col.Refresh()
	l.scroll.Refresh()
	if had >= 0 && len(l.rows) > 0 {
		l.p.h.Window.Canvas().Focus(l.rows[min(had, len(l.rows)-1)])
	} else if had >= 0 {
		l.p.FocusCanvas()
	}
	if !now2 {
		l.fixSoon()
	}
}

// fixSoon adds the fixes of the line that was gone to, in a large flow, after a pause.
func (l *problemList) fixSoon() {
	if l.soon {
		return
	}
	l.soon = true
	l.p.h.Later(400*time.Millisecond, func() {
		l.soon = false
		doc := l.p.h.Model.Doc()
		if doc == nil || doc.Flow != l.of || !l.object.Visible() || l.at < 0 || l.at >= len(l.rows) {
			return
		}
		if fixes := l.p.h.Model.Fixes(l.lines[l.at].Problem); len(fixes) > 0 {
			l.rows[l.at].Content = l.content(l.lines[l.at], fixes)
			l.rows[l.at].Refresh()
			l.col.Refresh()
		}
	})
}

// stepHead names the step of the lines below it.
func (l *problemList) stepHead(line model.ProblemLine) fyne.CanvasObject {
	if line.Step == "" {
		return kit.Pad(8, 14, 2, 14, kit.Caption(say.T(textOfTheFlow)))
	}
	return kit.Pad(8, 14, 2, 14, kit.HBox(8, host.Middle(kit.IDPill(line.Step)), kit.Grow(host.Middle(kit.Caption(line.Name).Ellipsis()))))
}

func (l *problemList) row(i int, line model.ProblemLine, fixes []model.Fix) *kit.Row {
	return kit.NewRow(l.content(line, fixes), func() { l.p.goToProblem(i) })
}

func (l *problemList) content(line model.ProblemLine, fixes []model.Fix) fyne.CanvasObject {
	icon, role := kit.IconWarning, kit.Waiting
	if line.Serious() {
		icon, role = kit.IconAlert, kit.Bad
	}
	words := kit.VBox(2, kit.NewText(line.Title).Ellipsis())
	if line.Hint != "" {
		words.Add(kit.Caption(line.Hint).Ellipsis())
	}
	acts := kit.HBox(6)
	for _, fix := range fixes {
		acts.Add(kit.NewButton(kit.Shorten(fix.Name, 220, kit.TextCaption, fyne.TextStyle{}, nil), kit.Outline, func() { l.p.mend(line.Problem, fix) }).AsSmall())
	}
	return kit.Pad(6, 14, 6, 14, kit.HBox(10, host.Middle(kit.NewGlyphSized(icon, role, 16)), kit.Grow(words), host.Middle(acts)))
}

// NextProblem goes to the next problem of the flow, or to the one before with -1, and shows
// the list.
func (p *Editor) NextProblem(delta int) {
	m, l := p.h.Model, p.problems
	doc := m.Doc()
	if doc == nil || doc.ReadOnly {
		return
	}
	at := m.NextProblem(l.at, delta)
	if at < 0 {
		p.h.Tell(say.T(textNoProblems))
		return
	}
	if !l.object.Visible() {
		l.object.Show()
		l.of = nil
		l.refresh()
		p.below.Refresh()
	}
	p.goToProblem(at)
}

// goToProblem shows the field that a line of the list is about, and gives it the keyboard.
func (p *Editor) goToProblem(at int) {
	l := p.problems
	if at < 0 || at >= len(l.lines) {
		return
	}
	l.at = at
	for i, r := range l.rows {
		r.Select(i == at)
	}
	if at < len(l.rows) {
		kit.Reveal(l.rows[at])
	}
	line := l.lines[at].Problem
	p.inspector.GoTo(line)
	if line.Field == "id" && line.Step != "" {
		p.rename(line.Step)
	}
	if !p.h.Model.FixesNow() {
		l.fixSoon()
	}
}

// mend does what a fix of a problem does.
func (p *Editor) mend(pr flow.Problem, fix model.Fix) {
	p.Leave()
	switch {
	case fix.Undo:
		p.Undo()
	case fix.Replace:
		p.h.Changed(p.h.Model.Select(pr.Step))
		p.Replace()
	case fix.AddResource:
		p.inspector.AddResource(fix.Type, func(path string) {
			p.ReadResources()
			p.h.Do(fix.Put(path))
			p.inspector.Rebuild()
		})
	case fix.Edit.Do != nil:
		p.doTelling(fix.Edit)
		p.inspector.Rebuild()
	}
}

// ReadResources lets the model know which resources there are.
func (p *Editor) ReadResources() {
	host.AskThen(p.h, p.h.Library.Resources, func(list []flow.Resource) { p.h.Changed(p.h.Model.SetResources(list)) })
}

// walkTree calls f for an object and what rows and containers in it hold.
func walkTree(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	f(o)
	switch x := o.(type) {
	case *kit.Row:
		walkTree(x.Content, f)
	case *fyne.Container:
		for _, c := range x.Objects {
			walkTree(c, f)
		}
	}
}
