package model

// Panes is a set of the places of the window that show data of the model.
type Panes uint

// The panes.
const (
	PaneCanvas    Panes = 1 << iota // the scene
	PaneInspector                   // the selected step
	PaneRun                         // the run panel below the canvas
	PaneRuns                        // the list of runs
	PaneInbox                       // open approvals
	PaneHistory                     // undo and redo
	PaneProblems
	PaneTitle // flow name, saved or not, counts on the rail
)

// Has reports whether p holds all of q.
func (p Panes) Has(q Panes) bool { return p&q == q }

// Dirty names what must be drawn again after something happened.
type Dirty struct {
	Panes  Panes
	Nodes  []string // ids of steps whose card says something else now
	Shape  bool     // boxes came, went or moved
	Save   bool     // the flow was changed: store it soon
	Select bool     // another step is selected: bring it into view
	Plans  bool     // NeedPlans has something
	Loads  bool     // NeedRuns has something
	Voted  *Voted   // a vote came while the run is shown as far as it has come
	Err    error    // why nothing was done, in words for the person
}

// And is the union of two Dirties; the first Err is kept.
func (d Dirty) And(e Dirty) Dirty {
	d.Panes |= e.Panes
	for _, n := range e.Nodes {
		d.Nodes = with(d.Nodes, n)
	}
	d.Shape, d.Save, d.Select = d.Shape || e.Shape, d.Save || e.Save, d.Select || e.Select
	d.Plans, d.Loads = d.Plans || e.Plans, d.Loads || e.Loads
	if e.Voted != nil {
		d.Voted = e.Voted
	}
	if d.Err == nil {
		d.Err = e.Err
	}
	return d
}

func with(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// Voted is a vote that has just come.
type Voted struct {
	Module  string // of the step of the flow itself that asked, or that holds what did
	Approve bool
}
