package model

import (
	"slices"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/say"
)

// burst is how long a pause in typing may be within one undo step.
const burst = 2 * time.Second

// historyMax is how many changes can be undone.
const historyMax = 1000

// Edit is one thing a person does to a flow: a name for the history and a pure
// function from the flow as it is to the flow as it should be. An error leaves
// everything as it was.
type Edit struct {
	Name string // "Delete step c"
	// Merge is set on edits that come with each key. Edits in a row with the
	// same Merge become one undo step, unless the person paused between them.
	Merge string
	Do    func(*flow.Flow) (*flow.Flow, error)
	// Select is the step to be selected afterwards; "" leaves the selection.
	Select string
	// Also are all steps to be selected afterwards, where these are several.
	Also []string
}

// Document is the open flow with its history. Flows are never changed in place,
// so undoing is going back to an older pointer.
type Document struct {
	Path string // in the library; "" for a flow that is not there yet
	Flow *flow.Flow
	// ReadOnly is set on the flow of a run that was opened to look at: nothing
	// of it may be changed or stored.
	ReadOnly bool

	past  []state // oldest first
	next  []state // what Redo brings back, nearest last
	saved *flow.Flow
	live  Live
	merge string // of the last edit
	last  time.Time
}

// state is a flow with the edit that leads away from it.
type state struct {
	flow     *flow.Flow // nil: it is still to be read
	selected string
	name     string
	read     func() (*flow.Flow, error)
}

// Saved reports whether the flow is stored as it is on the screen.
func (d *Document) Saved() bool { return d.saved == d.Flow }

// Open shows a flow. What was open before must have been stored by the caller.
func (m *Model) Open(path string, f *flow.Flow) Dirty {
	m.doc = &Document{Path: path, Flow: f, saved: f}
	m.selected, m.more, m.inner, m.trials = "", nil, "", nil
	m.beginFolded()
	clear(m.params.last)
	m.follow("")
	return all.And(Dirty{Shape: true, Select: true})
}

// Close shows no flow.
func (m *Model) Close() Dirty {
	m.doc, m.selected, m.more, m.inner = nil, "", nil, ""
	m.follow("")
	return all.And(Dirty{Shape: true, Select: true})
}

var all = Dirty{Panes: PaneCanvas | PaneInspector | PaneRun | PaneRuns | PaneInbox | PaneHistory | PaneProblems | PaneTitle}

// Doc returns the open document, nil if there is none.
func (m *Model) Doc() *Document { return m.doc }

// Do makes a change. What an Edit refuses is told in Dirty.Err.
func (m *Model) Do(e Edit) Dirty {
	if m.doc == nil {
		return Dirty{Err: errNoFlow()}
	}
	d := m.doc
	if d.ReadOnly {
		return Dirty{Err: fault.New("model.read_only", say.T(whyReadOnly), say.T(hintReadOnly))}
	}
	g, err := e.Do(d.Flow)
	if err != nil {
		return Dirty{Err: fault.From(err)}
	}
	if g == d.Flow {
		return Dirty{}
	}
	g = flow.KeepDrawn(d.Flow, g)
	merged := e.Merge != "" && e.Merge == d.merge && len(d.past) > 0 && len(d.next) == 0 && m.now.Sub(d.last) < burst
	if !merged {
		d.past = append(d.past, state{flow: d.Flow, selected: m.selected, name: e.Name})
		if over := len(d.past) - historyMax; over > 0 {
			d.past = slices.Delete(d.past, 0, over)
		}
	}
	d.next, d.merge, d.last = nil, e.Merge, m.now
	dirty := m.show(g, e.Select)
	if len(e.Also) > 0 {
		dirty = dirty.And(m.SelectSteps(e.Also))
	}
	return dirty
}

// show makes g the flow on the screen.
func (m *Model) show(g *flow.Flow, selected string) Dirty {
	was, old := m.selected, m.doc.Flow
	m.doc.Flow = g
	m.looks.keepFolded(old, g)
	if selected != "" {
		m.selected, m.more, m.inner = selected, nil, ""
		m.unfold(selected)
	}
	m.keepChosen()
	if m.keepSelection(); m.selected == "" && was != "" {
		m.selected = neighbor(old, g, was)
	}
	return Dirty{
		Panes:  PaneCanvas | PaneInspector | PaneHistory | PaneProblems | PaneTitle | PaneRun,
		Shape:  true,
		Save:   true,
		Select: m.selected != was,
	}
}

// keepSelection lets go of a step that is no more.
func (m *Model) keepSelection() {
	if m.selected == InputID || m.selected == EndID || m.selected == "" {
		return
	}
	if strings.HasPrefix(m.selected, "#") && m.there(m.selected) {
		return
	}
	if s, _ := flow.Find(m.doc.Flow, m.selected); s == nil {
		m.selected, m.inner = "", ""
	}
}

// Undo takes the last change back.
func (m *Model) Undo() Dirty { return m.UndoTo(0) }

// UndoTo takes back the n+1 last changes: n counts lines of History().Past.
func (m *Model) UndoTo(n int) Dirty {
	d := m.doc
	if d == nil || n < 0 || n >= len(d.past) {
		return Dirty{}
	}
	for i := len(d.past) - 1 - n; i < len(d.past); i++ {
		if s := &d.past[i]; s.flow == nil {
			f, err := s.read()
			if err != nil {
				return Dirty{Err: fault.From(err)}
			}
			s.flow = f
		}
	}
	var to state
	now, selected := d.Flow, m.selected
	for range n + 1 {
		to = d.past[len(d.past)-1]
		d.past = d.past[:len(d.past)-1]
		d.next = append(d.next, state{flow: now, selected: selected, name: to.name})
		now, selected = to.flow, to.selected
	}
	d.merge = ""
	return m.restore(to)
}

// Redo makes the change again that was taken back last.
func (m *Model) Redo() Dirty {
	d := m.doc
	if d == nil || len(d.next) == 0 {
		return Dirty{}
	}
	to := d.next[len(d.next)-1]
	d.next = d.next[:len(d.next)-1]
	d.past = append(d.past, state{flow: d.Flow, selected: m.selected, name: to.name})
	d.merge = ""
	return m.restore(to)
}

func (m *Model) restore(to state) Dirty {
	was := m.selected
	m.selected = to.selected
	dirty := m.show(to.flow, "")
	dirty.Select = m.selected != was
	return dirty
}

// History is what can be undone and redone, by name, the nearest first.
type History struct {
	Past []string
	Next []string
}

// History returns the named history for menus and lists.
func (m *Model) History() History {
	var h History
	if m.doc == nil {
		return h
	}
	for _, s := range m.doc.past {
		h.Past = append(h.Past, s.name)
	}
	for _, s := range m.doc.next {
		h.Next = append(h.Next, s.name)
	}
	slices.Reverse(h.Past)
	slices.Reverse(h.Next)
	return h
}

// MarkSaved says that f was stored as a document's flow, and whether another version
// runs. A change made since then stays unsaved.
func (m *Model) MarkSaved(doc *Document, f *flow.Flow, behind bool) Dirty {
	doc.saved, doc.live.Behind = f, behind
	if doc != m.doc {
		return Dirty{}
	}
	return Dirty{Panes: PaneTitle}
}

// Select makes a step the selected one; "" selects none.
func (m *Model) Select(id string) Dirty {
	if strings.HasPrefix(id, innerPrefix) {
		return m.selectInner(id)
	}
	if id == m.selected && len(m.more) == 0 && m.inner == "" {
		return Dirty{}
	}
	m.selected, m.within, m.more, m.inner = id, "", nil, ""
	shape := false
	if m.doc != nil {
		m.doc.merge = ""
		shape = m.unfold(id)
		m.keepSelection()
	}
	return Dirty{Shape: shape, Panes: PaneCanvas | PaneInspector | PaneRun, Nodes: []string{id}, Select: true}
}

// Selected returns the id of the selected box.
func (m *Model) Selected() string { return m.selected }

// SelectedStep returns the selected step, nil if none is.
func (m *Model) SelectedStep() *flow.Module {
	if m.doc == nil || m.selected == "" {
		return nil
	}
	s, _ := flow.Find(m.doc.Flow, m.selected)
	return s
}

// Name returns the flow's name for titles.
func (m *Model) Name() string {
	if m.doc == nil {
		return ""
	}
	if s := oneLine(m.doc.Flow.Summary); s != "" {
		return s
	}
	if m.doc.Path != "" {
		return readable(lastPart(m.doc.Path))
	}
	return say.T(textUntitled)
}

func errNoFlow() error {
	return fault.New("model.no_flow", say.T(whyNoFlow), "")
}
