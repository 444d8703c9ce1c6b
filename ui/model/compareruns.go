package model

import (
	"encoding/json"
	"slices"
	"strconv"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// CompareRow is a step in two runs side by side.
type CompareRow struct {
	Module string
	Name   string
	Title  string
	Depth  int
	A, B   CompareSide
	Same   bool // as far as it is known without reading the values
	Known  bool // Same is known
}

// CompareSide is a step in one of them.
type CompareSide struct {
	Word   string // how it stands
	Role   Role
	Time   string
	Result run.Ref // zero: there is none
	Error  string
}

// Comparison holds two runs of one flow beside each other.
type Comparison struct {
	A, B RunHeader
	Rows []CompareRow
}

// CompareRuns puts the shown run and another one of the flow side by side: of each step of the
// flow itself how it ended and its result. Of a loop it is that of all iterations.
func (m *Model) CompareRuns(other *run.State) (c Comparison, ok bool) {
	a := m.whole()
	if a == nil || a.state == nil || other == nil {
		return c, false
	}
	ma, mb := *m, *m
	ma.run, ma.replay, ma.now = a, nil, m.wall
	b := newRunView(other.ID())
	b.state, b.plan = other, other.Plan()
	at, began := other.Started()
	b.began, b.at = began, at
	_, b.last = other.Last()
	b.seq = 1
	mb.run, mb.replay, mb.followed, mb.now = b, nil, b.id, m.wall
	c.A, _ = ma.Header()
	c.B, _ = mb.Header()
	list := func(f *flow.Flow) (out []CompareRow) {
		flow.Walk(f, func(s *flow.Module, _ flow.Place, depth int) {
			out = append(out, CompareRow{Module: s.ID, Name: s.ID, Title: m.Title(s), Depth: depth})
		})
		return out
	}
	c.Rows = list(a.flow())
	for _, row := range list(b.flow()) {
		if !slices.ContainsFunc(c.Rows, func(r CompareRow) bool { return r.Module == row.Module }) {
			c.Rows = append(c.Rows, row)
		}
	}
	sa, sb := ma.see(a), mb.see(b)
	for i := range c.Rows {
		row := &c.Rows[i]
		row.A, row.B = side(sa, row.Module), side(sb, row.Module)
		switch {
		case row.A.Word != row.B.Word || row.A.Error != row.B.Error || row.A.Result.IsZero() != row.B.Result.IsZero():
			row.Known = true
		case alike(row.A.Result, row.B.Result):
			row.Same, row.Known = true, true
		case row.A.Result.Inline != nil && row.B.Result.Inline != nil:
			row.Same, row.Known = len(DiffJSON(row.A.Result.Inline, row.B.Result.Inline, 1)) == 0, true
		}
	}
	return c, true
}

func side(s *sight, module string) (out CompareSide) {
	at, ok := s.byModule[module]
	if !ok || s.items[at].st == nil {
		out.Word = say.T(textNotReached)
		return out
	}
	st := s.items[at].st
	out.Word, out.Role, out.Result = word(st), s.items[at].role(), st.Result
	if st.Err != nil {
		out.Error = oneLine(say.Failure(st.Err.Message))
	}
	if to := st.Ended; !to.IsZero() {
		out.Time = took(to.Sub(st.Started) - gateTime(st))
	}
	return out
}

// alike reports whether two values are known to be the same without being read.
func alike(a, b run.Ref) bool {
	return a.Hash != "" && a.Hash == b.Hash && a.Item == b.Item || a.Hash == "" && a.Inline != nil && string(a.Inline) == string(b.Inline) || a.IsZero() && b.IsZero()
}

// ValueChange is a place in two JSON values at which they differ.
type ValueChange struct {
	Path string // "result.items[3].name"; "" for the whole
	A, B string // what is there, shortened; "" for nothing
}

// DiffJSON lists where two JSON values differ, not more than most places.
func DiffJSON(a, b json.RawMessage, most int) []ValueChange {
	var out []ValueChange
	diffJSON("", a, b, most, 0, &out)
	return out
}

// diffDeep is how deep it is looked for differences.
const diffDeep = 40

func diffJSON(path string, a, b json.RawMessage, most, depth int, out *[]ValueChange) {
	if len(*out) >= most || string(a) == string(b) {
		return
	}
	var oa, ob map[string]json.RawMessage
	var la, lb []json.RawMessage
	switch {
	case depth > diffDeep:
	case isKind(a, '{') && isKind(b, '{') && json.Unmarshal(a, &oa) == nil && json.Unmarshal(b, &ob) == nil:
		names := map[string]bool{}
		for n := range oa {
			names[n] = true
		}
		for n := range ob {
			names[n] = true
		}
		sorted := make([]string, 0, len(names))
		for n := range names {
			sorted = append(sorted, n)
		}
		slices.Sort(sorted)
		for _, n := range sorted {
			diffJSON(path+keyPath(n), oa[n], ob[n], most, depth+1, out)
		}
		return
	case isKind(a, '[') && isKind(b, '[') && json.Unmarshal(a, &la) == nil && json.Unmarshal(b, &lb) == nil:
		for i := range max(len(la), len(lb)) {
			var x, y json.RawMessage
			if i < len(la) {
				x = la[i]
			}
			if i < len(lb) {
				y = lb[i]
			}
			diffJSON(path+"["+strconv.Itoa(i)+"]", x, y, most, depth+1, out)
			if len(*out) >= most {
				return
			}
		}
		return
	}
	if a != nil && b != nil && flow.Alike(flow.Raw(a), flow.Raw(b)) { // written otherwise
		return
	}
	*out = append(*out, ValueChange{Path: path, A: cut(oneLine(string(a)), 80), B: cut(oneLine(string(b)), 80)})
}

func isKind(v json.RawMessage, first byte) bool {
	for _, c := range v {
		if c > ' ' {
			return c == first
		}
	}
	return false
}

// keyPath is how a field is named in a path.
func keyPath(name string) string {
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return "[" + quote(name) + "]"
		}
	}
	if name == "" {
		return `[""]`
	}
	return "." + name
}
