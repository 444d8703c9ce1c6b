package inspector

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// tabOf is the tab of a step's page on which a field of a problem stands, "" for the one
// that is open.
func tabOf(m *flow.Module, field string) string {
	head, _, _ := strings.Cut(field, ".")
	if at := strings.Index(head, "["); at >= 0 {
		head = head[:at]
	}
	_, subflow := m.Value.(*flow.Subflow)
	switch field {
	case "value.content", "value.language":
		return "Code"
	case "value.path", "value.type":
		if subflow {
			return "Flow"
		}
		return "Code"
	case "value.input_transforms":
		return "Inputs"
	}
	switch head {
	case "input_transforms":
		return "Inputs"
	case "branches":
		return "Branches"
	case "iterator", "parallelism":
		return "Loop"
	case "suspend":
		return "Approval"
	case "stop_after_if", "stop_after_all_iters_if":
		switch m.Value.(type) {
		case *flow.ForLoop, *flow.WhileLoop:
			return "Loop"
		case *flow.BranchAll:
			return "Branches"
		case *flow.Agent, *flow.BranchOne, *flow.Identity, *flow.RawScript, *flow.Script, *flow.Subflow, *flow.Unknown:
		}
		return "Settings"
	case "skip_if", "sleep", "timeout", "retry", "mock", "cache_ttl", "delete_after_secs":
		return "Settings"
	}
	return ""
}

// line finds the line of the code that a problem names, in any language: "(line 3)".
var line = regexp.MustCompile(`\(\pL+ (\d+)\)$`)

// GoTo shows the field that a problem is about, and gives it the keyboard.
func (p *Inspector) GoTo(pr flow.Problem) {
	m := p.h.Model
	id := pr.Step
	if id == "" && strings.HasPrefix(pr.Field, "schema") {
		id = model.InputID
	}
	p.h.Changed(m.Select(id))
	s := m.SelectedStep()
	if s == nil {
		return
	}
	field := m.FieldOf(pr)
	if tab := tabOf(s, field); tab != "" {
		p.Open(tab)
	}
	if found := line.FindStringSubmatch(pr.Title); found != nil && p.shownCode != nil {
		n, _ := strconv.Atoi(found[1])
		p.h.Window.Canvas().Focus(p.shownCode)
		p.shownCode.GoTo(n)
		return
	}
	p.wanted = field
	if p.arrive(); p.wanted != "" && p.tab == tabOf(s, field) && !strings.HasPrefix(field, "input_transforms") {
		p.wanted = ""
		p.Enter() // the field is not one of its own
	}
}

// arrive gives the keyboard to the field that is wanted, once it is there: some pages read
// first what a script or flow asks for.
func (p *Inspector) arrive() {
	if p.wanted == "" {
		return
	}
	f := p.fieldOf(p.wanted)
	if f == nil {
		return
	}
	p.wanted = ""
	done := false
	walk(f.Control, func(o fyne.CanvasObject) {
		if done {
			return
		}
		if e, ok := o.(*code.Editor); ok {
			done = true
			p.h.Window.Canvas().Focus(e)
			return
		}
		if x := focusable(o); x != nil {
			done = true
			p.h.Window.Canvas().Focus(x)
		}
	})
	kit.Reveal(f)
}

// fieldOf finds the field of the page that a problem names: "input_transforms.sum",
// "skip_if.expr".
func (p *Inspector) fieldOf(name string) (found *kit.Field) {
	if f := p.places[name]; f != nil {
		return f
	}
	if name == "value.content" || name == "" {
		return nil
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "suspend."), "value.")
	if rest, ok := strings.CutPrefix(name, "retry."); ok {
		if name = "retry"; strings.HasPrefix(rest, "retry_if") {
			name = "retry_if"
		}
	}
	name = strings.TrimSuffix(name, ".expr")
	walk(p.body, func(o fyne.CanvasObject) {
		if f, ok := o.(*kit.Field); ok && f.Name == name && found == nil {
			found = f
		}
	})
	return found
}

// fixes are those of the problems of the step that is shown.
type fixes struct {
	of   *flow.Flow
	step string
	list map[string][]model.Fix // by the title of the problem
	soon bool                   // they are on their way
}

// fixesPause is the pause in typing after which fixes of a large flow are looked for: each is
// tried.
const fixesPause = 400 * time.Millisecond

// fixesFor returns the fixes of a problem of the step that is shown, as far as they are
// known yet.
func (p *Inspector) fixesFor(pr flow.Problem) []model.Fix {
	doc := p.h.Model.Doc()
	if p.Mend == nil || pr.Step != p.id || doc.ReadOnly {
		return nil
	}
	if p.fixes.of == doc.Flow && p.fixes.step == p.id {
		return p.fixes.list[pr.Title]
	}
	if p.h.Model.FixesNow() {
		return p.h.Model.Fixes(pr)
	}
	if !p.fixes.soon {
		p.fixes.soon = true
		p.h.Later(fixesPause, func() {
			p.fixes.soon = false
			doc := p.h.Model.Doc()
			if doc == nil {
				return
			}
			known := fixes{of: doc.Flow, step: p.id, list: map[string][]model.Fix{}}
			for _, pr := range p.h.Model.Problems() {
				if pr.Step == p.id && len(known.list) < 3 {
					known.list[pr.Title] = p.h.Model.Fixes(pr)
				}
			}
			p.fixes = known
			p.tell()
		})
	}
	return nil
}

// mends adds the fixes of a problem to its banner.
func (p *Inspector) mends(b *kit.Banner, pr flow.Problem) {
	for i, fix := range p.fixesFor(pr) {
		do := func() { p.Mend(pr, fix) }
		if i == 0 {
			b.Do(fix.Name, do)
		} else if i == 1 {
			b.Else(fix.Name, do)
		}
	}
	if pr.Step == p.id && b.Act == "" && p.fieldOf(p.h.Model.FieldOf(pr)) == nil && tabOf(p.shown, p.h.Model.FieldOf(pr)) != "" {
		b.Do(say.T("Go there"), func() { p.GoTo(pr) })
	}
}
