package model

import (
	"sluice/engine/flow"
	"sluice/engine/run"
)

// Measures of the scene in world units; at 100 % one unit is one pixel.
const (
	CardWidth  float32 = 252
	CardHeight float32 = 58
	Distance   float32 = 42 // between a card and the next
	Apart      float32 = 34 // between the columns of a branch
	EndWidth   float32 = 64
	EndHeight  float32 = 28
	PlusRadius float32 = 10
	PillHeight float32 = 22
)

// Ids of the boxes that stand for no step. They cannot clash with a step's.
const (
	InputID = "#input"
	EndID   = "#end"
)

// PreprocessorID is the id of a flow's preprocessor step, whatever its file says.
const PreprocessorID = "preprocessor"

// Scene is what the canvas draws, in world units. A Scene is never changed
// after it was made, so that it can be handed on.
type Scene struct {
	Boxes  []Box
	Wires  []Wire
	Pluses []Plus
	Pills  []Pill
	Frames []Frame // outer before inner
	Bounds Rect
	// ReadOnly is set where nothing may be added or changed: a run's own flow.
	ReadOnly bool
	buckets  map[int]bucket
}

// Point is a place in the world; y grows downward.
type Point struct{ X, Y float32 }

// Rect is an upright rectangle.
type Rect struct{ X, Y, W, H float32 }

// BoxKind tells what a box stands for.
type BoxKind int

// The kinds of boxes.
const (
	BoxStep BoxKind = iota
	BoxInput
	BoxEnd
	BoxNote  // a text; Around: the head of one that surrounds steps
	BoxGroup // the head of a group, or the card that stands for it
	BoxPlace // an empty sequence, where the keyboard stops to add its first step
)

// Box is a card on the canvas.
type Box struct {
	Rect
	ID       string
	Below    string // id of the box that the way leads to next; the first of several
	Kind     BoxKind
	Tile     Tile
	Chip     string // the id as it is shown
	Title    string
	Line     string // the most useful thing now: "TypeScript · 42 ms"
	Role     Role
	Approval bool // people are asked here
	Selected bool
	Problem  string // what is wrong with it; "" if nothing is known
	Serious  bool   // the problem keeps the flow from running
	Vain     bool   // the problem is that it reads what is not there
	Mocked   bool   // its result is pinned
	Pins     bool   // a press pins the result that it had in the shown run, or takes the pin away
	Skipped  bool   // no run takes it
	Also     bool   // selected beside the one that is Selected
	Match    bool   // the search on the canvas found it
	Fold     Fold   // of what it holds
	Opens    bool   // it runs a flow that can be shown in place
	Inner    bool   // of an opened flow: nothing of it can be changed here
	Around   bool   // a note that surrounds steps
	Locked   bool
	Color    string   // of a note or group, as its file has it
	Members  []string // of a group: the steps in it
}

// Chosen reports whether a box is one of those that are selected.
func (b *Box) Chosen() bool { return b.Selected || b.Also }

// FoldAt is the middle of the button by which what the box holds is folded or shown.
func (b *Box) FoldAt() Point { return Point{b.X, b.Y + b.H/2} }

// PinAt is the middle of the button by which its result is pinned.
func (b *Box) PinAt() Point { return Point{b.X + b.W, b.Y + b.H/2} }

// Tile names the picture at the left of a card.
type Tile string

// The tiles: languages, kinds of containers, and what is neither.
const (
	TileInput      Tile = "input"
	TileTypeScript Tile = "typescript"
	TileJavaScript Tile = "javascript"
	TilePython     Tile = "python"
	TileBash       Tile = "bash"
	TileGo         Tile = "go"
	TileCode       Tile = "code" // any other language
	TileApproval   Tile = "approval"
	TileHub        Tile = "hub"
	TileScript     Tile = "script" // of the workspace
	TileBranch     Tile = "branch"
	TileLoop       Tile = "loop"
	TileFlow       Tile = "flow"
	TileIdentity   Tile = "identity"
	TileSleep      Tile = "sleep"
	TileAgent      Tile = "agent"
	TileUnknown    Tile = "unknown"
)

// Role is the meaning that a state is drawn with.
type Role int

// The roles. Idle is a step that the run has not reached, or no run at all.
const (
	Idle Role = iota
	Busy
	AwaitsPeople
	Good
	Bad
	Passed // skipped or canceled
)

// RoleOf returns how a step's phase and outcome are drawn.
func RoleOf(p run.Phase, o run.Outcome) Role {
	switch p {
	case run.Evaluating, run.Running, run.Retrying:
		return Busy
	case run.Waiting:
		return AwaitsPeople
	case run.Sleeping:
		return Good
	case run.Done:
		return roleOfOutcome(o)
	}
	return Idle
}

func roleOfOutcome(o run.Outcome) Role {
	switch o {
	case run.Succeeded, run.Approved:
		return Good
	case run.Failed, run.Refused, run.Expired:
		return Bad
	case run.Skipped, run.Canceled:
		return Passed
	}
	return Idle
}

// Wire is a way between boxes: upright and level pieces, whose corners the
// canvas rounds.
type Wire struct {
	Points []Point
	From   string // box the way leaves
	To     string // box it leads to; "" where a sequence inside a container ends
	Way    int    // of a branch, as in flow.Place; anyWay of all others
	Taken  bool   // the shown run went there
	Faint  bool   // leads beside the flow
	Plus   int    // the place to add a step on it, of Pluses; -1: none
}

// Plus is a place where a step can be added.
type Plus struct {
	At    Point
	Place flow.Place
	After string // id of the box above, for the keyboard
}

// Pill is a label on a wire: a branch's condition.
type Pill struct {
	Rect      // the widest it may be; the text is centered and cut
	Text      string
	Container string // id of the branch step; "" for a mere label
	Branch    int    // as in flow.Place
	Code      bool   // an expression: drawn in the code face
	Empty     bool   // a condition that is still to be written
}

// Frame surrounds the steps of a loop, of parallel branches, of a group, a note or an
// opened flow.
type Frame struct {
	Rect
	ID    string // of the container
	Depth int    // 0 for the outermost
	Bad   bool   // the failure step's
	Group bool   // of a group or a note: it bears its color
	Inner bool   // of the flow that a step runs
	Color string
}

// Center returns the middle of r.
func (r Rect) Center() Point { return Point{r.X + r.W/2, r.Y + r.H/2} }

// Contains reports whether p lies in r.
func (r Rect) Contains(p Point) bool {
	return p.X >= r.X && p.X < r.X+r.W && p.Y >= r.Y && p.Y < r.Y+r.H
}

// Overlaps reports whether r and o share a point.
func (r Rect) Overlaps(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// Grow returns r with d more on each side.
func (r Rect) Grow(d float32) Rect { return Rect{r.X - d, r.Y - d, r.W + 2*d, r.H + 2*d} }

// Union returns the smallest rectangle around r and o. An empty one adds nothing.
func (r Rect) Union(o Rect) Rect {
	if r.W == 0 && r.H == 0 {
		return o
	}
	if o.W == 0 && o.H == 0 {
		return r
	}
	x, y := min(r.X, o.X), min(r.Y, o.Y)
	return Rect{x, y, max(r.X+r.W, o.X+o.W) - x, max(r.Y+r.H, o.Y+o.H) - y}
}
