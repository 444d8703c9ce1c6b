package model

import (
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/say"
)

// Measures of notes.
const (
	noteWidth  float32 = 220
	noteHeight float32 = 110
	noteLeast  float32 = 60
	noteHead   float32 = 26 // of one that surrounds steps
)

// NoteColors are the colors that a note or a group can have here. A file may name
// others.
var NoteColors = []string{"yellow", "blue", "green", "purple", "pink", "orange", "cyan", "gray"}

// notes places the notes of a flow: a free one where it says, one that surrounds steps
// above these.
func (l *layout) notes(f *flow.Flow) {
	all := flow.Notes(f)
	if len(all) == 0 {
		return
	}
	rect := map[string]Rect{}
	var bounds Rect
	for _, b := range l.Boxes {
		rect[b.ID] = b.Rect
		bounds = bounds.Union(b.Rect)
	}
	for _, fr := range l.Frames {
		rect[fr.ID] = rect[fr.ID].Union(fr.Rect)
		bounds = bounds.Union(fr.Rect)
	}
	free := bounds.Y
	for _, n := range all {
		if l.noted[n.ID] {
			continue
		}
		var around Rect
		if n.Around {
			for _, id := range n.Steps {
				if into := l.hidden[id]; into != "" {
					id = into
				}
				around = around.Union(rect[id])
			}
		}
		b := Box{Kind: BoxNote, ID: notePrefix + n.ID, Title: noteText(n.Text), Color: n.Color, Locked: n.Locked}
		if around.W > 0 {
			around = around.Grow(14)
			around.Y, around.H = around.Y-noteHead, around.H+noteHead
			l.Frames = append(l.Frames, Frame{Rect: around, ID: b.ID, Color: n.Color, Group: true})
			b.Rect, b.Around = Rect{around.X, around.Y, around.W, noteHead}, true
		} else {
			b.W, b.H = sizeOr(n.W, noteWidth), sizeOr(n.H, noteHeight)
			if n.X != nil && n.Y != nil {
				b.X, b.Y = bounded(*n.X), bounded(*n.Y)
			} else {
				b.X, b.Y = bounds.X+bounds.W+asideGap, free
				free += b.H + framePad
			}
		}
		l.Boxes, l.mods = append(l.Boxes, b), append(l.mods, nil)
	}
}

// noteText is what a note says: it is in Markdown, of which the canvas draws the words and
// the lists.
func noteText(md string) string {
	lines := strings.Split(md, "\n")
	for i, line := range lines {
		words := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(words)]
		if head := strings.TrimLeft(words, "#"); head != words && strings.HasPrefix(head, " ") {
			words = head[1:]
		}
		if item, ok := strings.CutPrefix(words, "- "); ok {
			words = "• " + item
		} else if item, ok := strings.CutPrefix(words, "* "); ok {
			words = "• " + item
		}
		lines[i] = indent + unmarked(words)
	}
	return strings.Join(lines, "\n")
}

// unmarked takes away the signs around what is strong or code, where they come in pairs.
func unmarked(s string) string {
	for _, sign := range []string{"**", "__", "`"} {
		for {
			before, rest, ok := strings.Cut(s, sign)
			inner, after, pair := strings.Cut(rest, sign)
			if !ok || !pair || strings.TrimSpace(inner) == "" {
				break
			}
			s = before + inner + after
		}
	}
	return s
}

// bounded keeps a place that a file names on the canvas.
func bounded(v float64) float32 { return float32(max(-1e5, min(v, 1e5))) }

func sizeOr(v *float64, otherwise float32) float32 {
	if v == nil {
		return otherwise
	}
	return max(noteLeast, min(float32(*v), 2000))
}

// AddNote puts a note on the canvas, with its corner at a place of the scene, and
// selects it.
func (m *Model) AddNote(at Point) Edit {
	if m.doc == nil {
		return Edit{Name: say.T(textAddNote), Do: func(*flow.Flow) (*flow.Flow, error) { return nil, errNoFlow() }}
	}
	id := flow.NewNoteID(m.doc.Flow)
	n := flow.Note{ID: id, Color: NoteColors[0]}
	putNote(&n, Rect{at.X, at.Y, noteWidth, noteHeight})
	return Edit{Name: say.T(textAddNote), Select: notePrefix + id, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.AddNote(f, n) }}
}

func putNote(n *flow.Note, r Rect) {
	x, y, w, h := float64(int(r.X)), float64(int(r.Y)), float64(int(r.W)), float64(int(r.H))
	n.X, n.Y, n.W, n.H = &x, &y, &w, &h
}

// AddNoteAround puts a note around steps.
func (m *Model) AddNoteAround(ids []string) Edit {
	id := flow.NewNoteID(m.doc.Flow)
	return Edit{Name: say.T(textAddNote), Select: notePrefix + id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		return flow.AddNote(f, flow.Note{ID: id, Color: NoteColors[0], Around: true, Steps: ids})
	}}
}

// PlaceNote moves a note, or changes its size.
func PlaceNote(id string, r Rect) Edit {
	r.W, r.H = max(noteLeast, r.W), max(noteLeast, r.H)
	return setNote(id, say.T(textMoveNote), "", func(n *flow.Note) { putNote(n, r) })
}

// MoveNote moves a note by some steps of the keyboard; presses in a row are one undo step.
func (m *Model) MoveNote(id string, dx, dy float32) Edit {
	scene := m.layout()
	b, _ := scene.Box(notePrefix + id)
	b.X, b.Y = b.X+dx, b.Y+dy
	return setNote(id, say.T(textMoveNote), "move note", func(n *flow.Note) { putNote(n, b.Rect) })
}

// WriteNote changes what a note says; it comes with each key.
func WriteNote(id, text string) Edit {
	return setNote(id, say.T(textWriteNote), "note", func(n *flow.Note) { n.Text = text })
}

// ColorNote changes the color of a note.
func ColorNote(id, color string) Edit {
	return setNote(id, say.T(textColorNote), "", func(n *flow.Note) { n.Color = color })
}

func setNote(id, what, typing string, do func(*flow.Note)) Edit {
	e := Edit{Name: what, Do: func(f *flow.Flow) (*flow.Flow, error) {
		for _, n := range flow.Notes(f) {
			if n.ID == id && n.Locked {
				return nil, fault.New(flow.CodeEdit, say.T("This note is locked"), say.T("Unlock it in the program that locked it, or take it away."))
			}
		}
		return flow.SetNote(f, id, do)
	}}
	if typing != "" {
		e.Merge = typing + "\x00" + id
	}
	return e
}

// DeleteNote takes a note away.
func DeleteNote(id string) Edit {
	return Edit{Name: say.T(textDeleteNote), Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.RemoveNote(f, id) }}
}

// NoteOf returns the note that a box stands for.
func (m *Model) NoteOf(box string) (flow.Note, bool) {
	id, ok := strings.CutPrefix(box, notePrefix)
	if !ok || m.doc == nil {
		return flow.Note{}, false
	}
	for _, n := range flow.Notes(m.doc.Flow) {
		if n.ID == id {
			return n, true
		}
	}
	return flow.Note{}, false
}

// GroupOf returns the group that a box stands for, and its place among all.
func (m *Model) GroupOf(box string) (g flow.Group, at int, ok bool) {
	number, ok := strings.CutPrefix(box, groupPrefix)
	if !ok || m.doc == nil {
		return g, 0, false
	}
	at, err := strconv.Atoi(number)
	all := flow.Groups(m.doc.Flow)
	if err != nil || at < 0 || at >= len(all) {
		return g, 0, false
	}
	return all[at], at, true
}

// Group makes a group of neighboring steps, and of what stands between them.
func (m *Model) Group(ids []string) Edit {
	e := Edit{Name: textSteps(say.In("edit", "Group"), ids), Do: func(f *flow.Flow) (*flow.Flow, error) {
		if len(ids) == 0 {
			return nil, errStands()
		}
		if _, _, err := between(f, ids); err != nil {
			return nil, err
		}
		return flow.AddGroup(f, flow.Group{Summary: textGroup, Start: ids[0], End: ids[len(ids)-1], Color: "blue"})
	}}
	if m.doc != nil {
		e.Select = groupID(len(flow.Groups(m.doc.Flow)))
	}
	return e
}

// SetGroup changes a group; typing is as in SetStep.
func SetGroup(at int, what, typing string, do func(*flow.Group)) Edit {
	e := Edit{Name: what, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.SetGroup(f, at, do) }}
	if typing != "" {
		e.Merge = typing + "\x00" + groupID(at)
	}
	return e
}

// Ungroup takes a group away; its steps stay.
func Ungroup(at int) Edit {
	return Edit{Name: say.T(textUngroup), Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.RemoveGroup(f, at) }}
}

// WithoutNotes is an edit that takes notes away, too.
func WithoutNotes(e Edit, ids []string) Edit {
	do := e.Do
	if do == nil {
		do = func(f *flow.Flow) (*flow.Flow, error) { return f, nil }
		if e.Name = say.T(textDeleteNote); len(ids) > 1 {
			e.Name = say.N(len(ids), "Delete %d note", "Delete %d notes")
		}
	}
	e.Do = func(f *flow.Flow) (*flow.Flow, error) {
		f, err := do(f)
		for _, id := range ids {
			if err == nil {
				f, err = flow.RemoveNote(f, id)
			}
		}
		return f, err
	}
	return e
}
