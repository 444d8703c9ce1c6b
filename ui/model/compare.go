package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// Change is one difference between two states of a flow.
type Change struct {
	Step  string     // id of the step; "" of the flow itself
	Title string     // what the step is called, in the state that has it
	Kind  ChangeKind // what happened
	Field string     // what of it, as the screen calls it; "" where it is the whole step
	Was   string     // what it was, on one line; "" for nothing
	Now   string
	// Asks tells that the change is about who is asked, or what it takes to go on: those
	// come first.
	Asks  bool
	Lines []DiffLine // of code and other long texts: what changed line by line
}

// ChangeKind tells what happened to a step or a field.
type ChangeKind int

// The kinds of changes.
const (
	Altered ChangeKind = iota
	Added
	Removed
	Shifted // the step stands elsewhere
)

// DiffLine is a line of a text that was changed, or one beside it.
type DiffLine struct {
	Was, Now int // its number in either text, from 1; 0 where it is not there
	Text     string
}

// Compare lists what changed between two states of a flow, who is asked first, then in
// the order of the newer one.
func (m *Model) Compare(was, now *flow.Flow) []Change {
	c := comparison{m: m, was: was, now: now}
	c.flowItself()
	old, fresh := stepsOf(was), stepsOf(now)
	for _, s := range fresh.list {
		before, there := old.by[s.mod.ID]
		if !there {
			c.add(Change{Step: s.mod.ID, Title: m.Title(s.mod), Kind: Added, Asks: IsApproval(s.mod)})
			continue
		}
		if before.prior != s.prior || !inList(before.at, s.at) {
			if moved(old, fresh, s.mod.ID) {
				c.add(Change{Step: s.mod.ID, Title: m.Title(s.mod), Kind: Shifted, Asks: IsApproval(s.mod)})
			}
		}
		if before.mod != s.mod {
			c.fields(s.mod.ID, m.Title(s.mod), ownFields(before.mod), ownFields(s.mod))
		}
	}
	for _, s := range old.list {
		if _, there := fresh.by[s.mod.ID]; !there {
			c.add(Change{Step: s.mod.ID, Title: m.Title(s.mod), Kind: Removed, Asks: IsApproval(s.mod)})
		}
	}
	slices.SortStableFunc(c.out, func(a, b Change) int { return rank(a) - rank(b) })
	return c.out
}

func rank(c Change) int {
	if c.Asks {
		return 0
	}
	return 1
}

// comparison gathers the changes between two states of a flow.
type comparison struct {
	m        *Model
	was, now *flow.Flow
	out      []Change
}

func (c *comparison) add(ch Change) { c.out = append(c.out, ch) }

// placed is a step and where it stands.
type placed struct {
	mod   *flow.Module
	at    flow.Place
	prior string // the id of the step before it, "" if it is the first
}

type placedSteps struct {
	list []placed
	by   map[string]placed
}

func stepsOf(f *flow.Flow) (out placedSteps) {
	out.by = map[string]placed{}
	last := map[flow.Place]string{}
	note := func(s *flow.Module, at flow.Place) {
		list := at
		list.Index = 0
		p := placed{s, at, last[list]}
		last[list] = s.ID
		out.list = append(out.list, p)
		out.by[s.ID] = p
	}
	flow.Walk(f, func(s *flow.Module, at flow.Place, _ int) { note(s, at) })
	for i, s := range []*flow.Module{f.Value.FailureModule, f.Value.PreprocessorModule} {
		if s != nil {
			note(s, flow.Place{Container: "#aside", Branch: i})
		}
	}
	return out
}

// moved reports whether a step that is in both states was moved, and not only those
// around it: it stands in another list, or another of its list's old members precedes it.
func moved(old, fresh placedSteps, id string) bool {
	a, b := old.by[id], fresh.by[id]
	if !inList(a.at, b.at) {
		return true
	}
	before := func(in, other placedSteps, at flow.Place) (ids []string) {
		for _, s := range in.list {
			o, both := other.by[s.mod.ID]
			if both && inList(s.at, at) && inList(o.at, other.by[id].at) && s.at.Index < at.Index {
				ids = append(ids, s.mod.ID)
			}
		}
		slices.Sort(ids)
		return ids
	}
	return !slices.Equal(before(old, fresh, a.at), before(fresh, old, b.at))
}

// inList reports whether two places are in the same list of steps.
func inList(a, b flow.Place) bool { return a.Container == b.Container && a.Branch == b.Branch }

// flowItself compares what a flow says apart from its steps.
func (c *comparison) flowItself() {
	c.fields("", "", flowFields(c.was), flowFields(c.now))
}

// fields compares what two states say under each name.
func (c *comparison) fields(step, title string, was, now map[string]json.RawMessage) {
	var names []string
	for name := range was {
		names = append(names, name)
	}
	for name := range now {
		if _, both := was[name]; !both {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if x, y := fieldRank(a), fieldRank(b); x != y {
			return x - y
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		a, b := was[name], now[name]
		if flow.Alike(flow.Raw(a), flow.Raw(b)) {
			continue
		}
		ch := Change{Step: step, Title: title, Field: c.label(step, name), Was: said(a), Now: said(b), Asks: asksPeople(name)}
		switch {
		case a == nil:
			ch.Kind = Added
		case b == nil:
			ch.Kind = Removed
		}
		if x, y := longText(a), longText(b); strings.Contains(x+y, "\n") {
			ch.Lines = diffLines(x, y)
			ch.Was, ch.Now = "", textLinesChanged(ch.Lines)
		}
		c.add(ch)
	}
}

// fieldRank orders the fields of a step: its approval, its inputs, its code, the rest.
func fieldRank(name string) int {
	switch {
	case asksPeople(name):
		return 0
	case strings.HasPrefix(name, inputField):
		return 1
	case name == "content":
		return 2
	case name == "summary":
		return 4
	}
	return 3
}

// asksPeople reports whether a field of a step says who is asked, or what it takes to go
// on.
func asksPeople(name string) bool {
	if strings.HasPrefix(name, "suspend") || name == "x-sluice" {
		return true
	}
	input, ok := strings.CutPrefix(name, inputField)
	return ok && (strings.Contains(input, "email") || strings.Contains(input, "approver"))
}

// label is what a field is called on the screen, in the state of the flow that has it.
func (c *comparison) label(step, name string) string {
	if step == "" {
		if rest, ok := strings.CutPrefix(name, "schema."); ok {
			return textFlowInput(rest)
		}
		return textFlowField(name)
	}
	if rest, ok := strings.CutPrefix(name, "suspend."); ok {
		return textApprovalField(rest)
	}
	if name == "mock" {
		return say.T(textMocked)
	}
	if name == "content" {
		return say.T(textCode)
	}
	if s, _ := flow.Find(c.now, step); s != nil {
		return c.m.labelIn(c.now, step, name)
	}
	return c.m.labelIn(c.was, step, name)
}

// ownFields is what a step says without the steps inside it: by the names under which
// problems tell of its fields.
func ownFields(s *flow.Module) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	b, err := s.MarshalJSON()
	if err != nil {
		return out
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(b, &top) != nil {
		return out
	}
	delete(top, "id")
	for name, v := range top {
		var in map[string]json.RawMessage
		switch name {
		case "value":
			if json.Unmarshal(v, &in) == nil {
				valueFields(in, out)
			}
		case "suspend":
			if json.Unmarshal(v, &in) == nil {
				for k, x := range in {
					out["suspend."+k] = x
				}
			}
		case "mock":
			if s.Mock != nil && s.Mock.Enabled {
				out[name] = json.RawMessage(s.Mock.ReturnValue)
			}
		default:
			out[name] = v
		}
	}
	return out
}

// valueFields adds what the value of a step says.
func valueFields(value, out map[string]json.RawMessage) {
	for name, v := range value {
		switch name {
		case "modules", "default":
			// steps of their own
		case "input_transforms":
			var in map[string]json.RawMessage
			if json.Unmarshal(v, &in) == nil {
				for k, x := range in {
					out[inputField+k] = x
				}
			}
		case "branches":
			var list []map[string]json.RawMessage
			if json.Unmarshal(v, &list) == nil {
				for i, b := range list {
					for k, x := range b {
						if k != "modules" {
							out[fmt.Sprintf("branches[%d].%s", i, k)] = x
						}
					}
				}
			}
		default:
			out[name] = v
		}
	}
}

// flowFields is what a flow says apart from its steps.
func flowFields(f *flow.Flow) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	c := *f
	c.Value.Modules, c.Value.FailureModule, c.Value.PreprocessorModule = nil, nil, nil
	b, err := c.JSON()
	if err != nil {
		return out
	}
	var top, in map[string]json.RawMessage
	if json.Unmarshal(b, &top) != nil {
		return out
	}
	for name, v := range top {
		in = nil
		switch name {
		case "value":
			if json.Unmarshal(v, &in) == nil {
				for k, x := range in {
					switch k {
					case "modules":
					case "groups", "notes":
						out[k] = drawnInWords(f, k)
					default:
						out[k] = x
					}
				}
			}
		case "schema":
			var s struct {
				Properties map[string]json.RawMessage `json:"properties"`
				Required   json.RawMessage            `json:"required"`
				Order      json.RawMessage            `json:"order"`
			}
			if json.Unmarshal(v, &s) == nil {
				for k, x := range s.Properties {
					out["schema."+k] = x
				}
				if s.Required != nil && string(s.Required) != "[]" {
					out["required"] = s.Required
				}
				if s.Order != nil {
					out["order"] = s.Order
				}
			}
		default:
			out[name] = v
		}
	}
	return out
}

// saidMax bounds what is told of a value, in letters.
const saidMax = 160

// said tells a value on one line: an expression as it is written, anything else in words.
func said(v json.RawMessage) string {
	if v == nil {
		return ""
	}
	var in struct {
		Type  string
		Expr  *string
		Value json.RawMessage
	}
	if json.Unmarshal(v, &in) == nil {
		switch {
		case in.Type == "javascript" && in.Expr != nil:
			return cut(oneLine(*in.Expr), saidMax)
		case in.Type == "static":
			return cut(words(in.Value), saidMax)
		}
	}
	return cut(words(v), saidMax)
}

// longText is a text that is to be compared by lines; "" of anything else.
func longText(v json.RawMessage) string {
	var text string
	var in struct{ Type, Expr string }
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	if json.Unmarshal(v, &in) == nil && in.Type == "javascript" {
		return in.Expr
	}
	return ""
}

// diffContext is how many lines beside a change are told with it.
const diffContext = 2

// diffLines compares two texts by lines.
func diffLines(was, now string) (out []DiffLine) {
	end := func(s string) string {
		if s == "" || strings.HasSuffix(s, "\n") {
			return s
		}
		return s + "\n"
	}
	was, now = end(was), end(now)
	d, err := udiff.ToUnifiedDiff("", "", was, udiff.Lines(was, now), diffContext)
	if err != nil {
		return nil
	}
	for _, h := range d.Hunks {
		a, b := h.FromLine, h.ToLine
		for _, l := range h.Lines {
			line := DiffLine{Text: strings.TrimSuffix(l.Content, "\n")}
			if l.Kind != udiff.Insert {
				line.Was = a
				a++
			}
			if l.Kind != udiff.Delete {
				line.Now = b
				b++
			}
			out = append(out, line)
		}
	}
	return out
}

// StillScene draws a state of a flow as it is, without a run; marks say of a step what
// happened to it.
func (m *Model) StillScene(f *flow.Flow, marks []Change) Scene {
	l := lay(f)
	s := l.Scene
	s.ReadOnly = true
	fields, whole := map[string]int{}, map[string]ChangeKind{}
	for _, c := range marks {
		if c.Field != "" {
			fields[c.Step]++
		} else {
			whole[c.Step] = c.Kind
		}
	}
	for i := range s.Boxes {
		b := &s.Boxes[i]
		switch b.Kind {
		case BoxInput:
			b.Tile, b.Title, b.Chip = TileInput, say.T(textInput), say.T(textInputChip)
			if b.Line = dots(inputNames(f.Schema)...); b.Line == "" {
				b.Line = say.T(textNoInputs)
			}
			continue
		case BoxEnd:
			b.Title = say.T(textEnd)
			continue
		case BoxStep:
		}
		mod := l.mods[i]
		if mod == nil { // a note or a group
			continue
		}
		b.Tile, _ = m.Kind(mod)
		b.Title, b.Chip, b.Line, b.Approval = m.Title(mod), b.ID, m.idleLine(mod), IsApproval(mod)
		if kind, is := whole[b.ID]; is {
			switch kind {
			case Added:
				b.Role, b.Line = Good, say.T(textStepAdded)
			case Removed:
				b.Role, b.Line = Bad, say.T(textStepRemoved)
			case Shifted, Altered:
				b.Role, b.Line = Busy, say.T(textStepMoved)
			}
		}
		if n := fields[b.ID]; n > 0 {
			b.Role, b.Line = Busy, dots(map[bool]string{true: say.T(textStepMoved)}[whole[b.ID] == Shifted], say.N(n, "%d change", "%d changes"))
		}
	}
	return s
}

// drawnInWords tells what lies on the canvas beside the steps: the groups, or the notes.
func drawnInWords(f *flow.Flow, what string) json.RawMessage {
	var list []string
	if what == "groups" {
		for _, g := range flow.Groups(f) {
			list = append(list, textGroupInWords(g))
		}
	} else {
		for _, n := range flow.Notes(f) {
			list = append(list, textNoteInWords(n))
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return nil
	}
	return b
}
