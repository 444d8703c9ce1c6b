package flow

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Note is a text that lies on the canvas: beside the steps, or around some of them.
type Note struct {
	ID     string
	Text   string
	Color  string // as the file has it: a name, or #rrggbb
	Around bool   // it is of the type group: it surrounds Steps
	Locked bool
	Steps  []string
	// X, Y, W and H are where it lies and how large it is; nil where the file does
	// not say.
	X, Y, W, H *float64
}

// Group is a run of neighboring steps that has a name and can be folded away.
type Group struct {
	Summary    string
	Note       string
	Folded     bool // when the flow is opened
	Start, End string
	Color      string
}

// Notes are those of a flow, in the order of the file. What is no note is passed over,
// and kept.
func Notes(f *Flow) (list []Note) {
	for _, one := range drawn(f.Value.Notes) {
		if id, ok := one.get("id").text(); ok && id != "" {
			list = append(list, noteOf(one))
		}
	}
	return list
}

// Groups are those of a flow. Their places in this list name them.
func Groups(f *Flow) (list []Group) {
	for _, one := range drawn(f.Value.Groups) {
		list = append(list, groupOf(one))
	}
	return list
}

// drawn reads a list of objects; nil where there is none.
func drawn(raw Raw) []*node {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	n, err := readTree(raw)
	if err != nil || n.kind() != '[' {
		return nil
	}
	return n.kids
}

func noteOf(n *node) Note {
	word := func(key string) string { s, _ := n.get(key).text(); return s }
	out := Note{ID: word("id"), Text: word("text"), Color: word("color"), Around: word("type") == "group", Locked: isTrue(n.get("locked"))}
	if in := n.get("contained_node_ids"); in != nil {
		for _, k := range in.kids {
			if id, ok := k.text(); ok {
				out.Steps = append(out.Steps, id)
			}
		}
	}
	out.X, out.Y = numberIn(n.get("position"), "x"), numberIn(n.get("position"), "y")
	out.W, out.H = numberIn(n.get("size"), "width"), numberIn(n.get("size"), "height")
	return out
}

func groupOf(n *node) Group {
	word := func(key string) string { s, _ := n.get(key).text(); return s }
	return Group{Summary: word("summary"), Note: word("note"), Folded: isTrue(n.get("autocollapse")), Start: word("start_id"), End: word("end_id"), Color: word("color")}
}

func isTrue(n *node) bool { return n != nil && n.kind() == 't' }

func numberIn(n *node, key string) *float64 {
	if n == nil {
		return nil
	}
	var v float64
	if k := n.get(key); k == nil || k.kind() == 'n' || json.Unmarshal(k.src, &v) != nil {
		return nil
	}
	return &v
}

// set changes a member of an object, or adds it; a nil text leaves one away that is
// not there yet.
func (n *node) set(key string, text Raw) {
	for i, k := range n.keys {
		if k == key {
			if text == nil {
				text = Raw("null")
			}
			n.kids[i] = leaf(text)
			return
		}
	}
	if text != nil {
		n.keys, n.kids = append(n.keys, key), append(n.kids, leaf(text))
	}
}

func leaf(text Raw) *node {
	n, err := readTree(text)
	if err != nil {
		panic("flow: a member of broken JSON: " + err.Error())
	}
	return n
}

func newObject() *node { return &node{src: []byte("{}"), keys: []string{}, kids: []*node{}} }

func (n Note) write(to *node) {
	to.set("id", quote(n.ID))
	to.set("text", quote(n.Text))
	to.set("color", quote(n.Color))
	kind := "free"
	if n.Around {
		kind = "group"
	}
	to.set("type", quote(kind))
	pair := func(key, a, b string, x, y *float64) {
		if x == nil || y == nil {
			return
		}
		in := to.get(key)
		if in == nil || in.kind() != '{' {
			to.set(key, Raw("{}"))
			in = to.get(key)
		}
		in.set(a, decimal(*x))
		in.set(b, decimal(*y))
	}
	pair("position", "x", "y", n.X, n.Y)
	pair("size", "width", "height", n.W, n.H)
	if n.Locked || to.get("locked") != nil {
		to.set("locked", Raw(strconv.FormatBool(n.Locked)))
	}
	if n.Around {
		ids := &node{src: []byte("[]"), kids: []*node{}}
		for _, id := range n.Steps {
			ids.kids = append(ids.kids, leaf(quote(id)))
		}
		to.set("contained_node_ids", ids.rewrite())
	}
}

func decimal(v float64) Raw { return Raw(strconv.FormatFloat(v, 'f', -1, 64)) }

func (g Group) write(to *node) {
	word := func(key, text string) {
		if text != "" || to.get(key) != nil {
			to.set(key, quote(text))
		}
	}
	word("summary", g.Summary)
	word("note", g.Note)
	if g.Folded || to.get("autocollapse") != nil {
		to.set("autocollapse", Raw(strconv.FormatBool(g.Folded)))
	}
	to.set("start_id", quote(g.Start))
	to.set("end_id", quote(g.End))
	word("color", g.Color)
}

// AddNote puts a note on the canvas. One without an id gets the next free one.
func AddNote(f *Flow, n Note) (*Flow, error) {
	if n.ID == "" {
		n.ID = NewNoteID(f)
	}
	for _, have := range Notes(f) {
		if have.ID == n.ID {
			return nil, noEdit("There is a note "+quoteName(n.ID)+" already", "Nothing was changed.")
		}
	}
	g := *f
	one := newObject()
	n.write(one)
	g.Value.Notes = listText(append(drawn(f.Value.Notes), one))
	return &g, nil
}

// NewNoteID returns the next free id of a note.
func NewNoteID(f *Flow) string {
	all := Notes(f)
	for i := 1; ; i++ {
		id := fmt.Sprintf("note-%d", i)
		if !slices.ContainsFunc(all, func(n Note) bool { return n.ID == id }) {
			return id
		}
	}
}

// SetNote changes a note. What the file says of it beyond that stays.
func SetNote(f *Flow, id string, change func(*Note)) (*Flow, error) {
	kids := drawn(f.Value.Notes)
	for _, one := range kids {
		if got, ok := one.get("id").text(); ok && got == id {
			n := noteOf(one)
			change(&n)
			n.write(one)
			g := *f
			g.Value.Notes = listText(kids)
			return &g, nil
		}
	}
	return nil, noEdit("There is no note "+quoteName(id), "It may have been removed. Nothing was changed.")
}

// RemoveNote takes a note away.
func RemoveNote(f *Flow, id string) (*Flow, error) {
	kids := drawn(f.Value.Notes)
	left := slices.DeleteFunc(slices.Clone(kids), func(n *node) bool { got, ok := n.get("id").text(); return ok && got == id })
	if len(left) == len(kids) {
		return nil, noEdit("There is no note "+quoteName(id), "It may have been removed. Nothing was changed.")
	}
	g := *f
	g.Value.Notes = listText(left)
	return &g, nil
}

// listText writes a list anew; nil where it is empty.
func listText(kids []*node) Raw {
	if len(kids) == 0 {
		return nil
	}
	return (&node{src: []byte("[]"), kids: kids}).rewrite()
}

// AddGroup makes a group of the steps from one to another, which stand in one sequence.
func AddGroup(f *Flow, g Group) (*Flow, error) {
	if len(MembersOf(f, g)) == 0 {
		return nil, noEdit("A group takes neighboring steps of one sequence", "Nothing was changed.")
	}
	out := *f
	one := newObject()
	g.write(one)
	out.Value.Groups = listText(append(drawn(f.Value.Groups), one))
	return &out, nil
}

// SetGroup changes a group. What the file says of it beyond that stays.
func SetGroup(f *Flow, at int, change func(*Group)) (*Flow, error) {
	kids := drawn(f.Value.Groups)
	if at < 0 || at >= len(kids) {
		return nil, noEdit("There is no such group", "It may have been removed. Nothing was changed.")
	}
	g := groupOf(kids[at])
	change(&g)
	g.write(kids[at])
	out := *f
	out.Value.Groups = listText(kids)
	return &out, nil
}

// RemoveGroup takes a group away; its steps stay.
func RemoveGroup(f *Flow, at int) (*Flow, error) {
	kids := drawn(f.Value.Groups)
	if at < 0 || at >= len(kids) {
		return nil, noEdit("There is no such group", "It may have been removed. Nothing was changed.")
	}
	out := *f
	out.Value.Groups = listText(slices.Delete(kids, at, at+1))
	return &out, nil
}

// MembersOf are the ids of the steps of a group that stand in its sequence, from its
// start to its end; nil where these are not in one.
func MembersOf(f *Flow, g Group) (ids []string) {
	a, from := Find(f, g.Start)
	b, to := Find(f, g.End)
	if a == nil || b == nil || from.Index < 0 || from.Container != to.Container || from.Branch != to.Branch || from.Index > to.Index {
		return nil
	}
	Walk(f, func(m *Module, at Place, _ int) {
		if at.Container == from.Container && at.Branch == from.Branch && at.Index >= from.Index && at.Index <= to.Index {
			ids = append(ids, m.ID)
		}
	})
	return ids
}

// KeepDrawn mends the groups and notes of a flow after an edit that took steps away
// or moved them: a group goes on with the steps that it has left, and goes with its last.
func KeepDrawn(was, now *Flow) *Flow {
	if len(now.Value.Groups) == 0 && len(now.Value.Notes) == 0 {
		return now
	}
	where := map[string]Place{}
	Walk(now, func(m *Module, at Place, _ int) { where[m.ID] = at })
	out := *now
	changed := false
	if kids := drawn(now.Value.Groups); kids != nil {
		kept := kids[:0:0]
		for _, one := range kids {
			g := groupOf(one)
			had := MembersOf(was, g)
			if len(had) == 0 || len(MembersOf(now, g)) > 0 && g.has(where) {
				kept = append(kept, one)
				continue
			}
			changed = true
			if g.Start, g.End = endsLeft(had, where); g.Start != "" {
				g.write(one)
				kept = append(kept, one)
			}
		}
		if changed {
			out.Value.Groups = listText(kept)
		}
	}
	if kids := drawn(now.Value.Notes); kids != nil {
		dirty := false
		had := map[string]bool{}
		Walk(was, func(m *Module, _ Place, _ int) { had[m.ID] = true })
		for _, one := range kids {
			n := noteOf(one)
			some := slices.DeleteFunc(slices.Clone(n.Steps), func(id string) bool { _, ok := where[id]; return had[id] && !ok })
			if n.Around && len(some) != len(n.Steps) {
				n.Steps, dirty = some, true
				n.write(one)
			}
		}
		if dirty {
			out.Value.Notes, changed = listText(kids), true
		}
	}
	if !changed {
		return now
	}
	return &out
}

// has reports whether the ends of a group are there.
func (g Group) has(where map[string]Place) bool {
	_, a := where[g.Start]
	_, b := where[g.End]
	return a && b
}

// endsLeft are the ends of what is left of a group: of the sequence that most of its
// steps stand in.
func endsLeft(had []string, where map[string]Place) (start, end string) {
	type seq struct {
		container string
		branch    int
	}
	in := map[seq][]string{}
	var best seq
	for _, id := range had {
		if at, ok := where[id]; ok {
			s := seq{at.Container, at.Branch}
			if in[s] = append(in[s], id); len(in[s]) > len(in[best]) {
				best = s
			}
		}
	}
	list := in[best]
	if len(list) == 0 {
		return "", ""
	}
	byPlace := func(a, b string) int { return cmp.Compare(where[a].Index, where[b].Index) }
	return slices.MinFunc(list, byPlace), slices.MaxFunc(list, byPlace)
}
