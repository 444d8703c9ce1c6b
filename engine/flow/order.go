package flow

// sequence tells which steps can have a result when another one is worked out.
type sequence struct {
	mods map[string]*Module
	way  map[string][]Place // from the root to the step, by its id
	at   map[Place]*Module
}

func newSequence(f *Flow) sequence {
	o := sequence{mods: map[string]*Module{}, way: map[string][]Place{}, at: map[Place]*Module{}}
	Walk(f, func(m *Module, at Place, _ int) {
		o.at[at] = m
		if _, double := o.way[m.ID]; double {
			return
		}
		o.mods[m.ID] = m
		around := o.way[at.Container]
		o.way[m.ID] = append(around[:len(around):len(around)], at)
	})
	return o
}

// late tells in words why a step has no result yet when another reads it, "" where
// it may have one. In a loop whose iterations follow each other a later step may have
// one of the iteration before.
func (o sequence) late(reader, target string) string {
	a, b := o.way[reader], o.way[target]
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	if same == len(a) || same == len(b) {
		return "" // one of them holds the other, or it reads its own
	}
	for i := range same + 1 {
		switch v := o.value(a[i].Container).(type) {
		case *ForLoop:
			if !v.Parallel {
				return ""
			}
		case *WhileLoop:
			return ""
		}
	}
	if a[same].Branch != b[same].Branch {
		switch v := o.value(a[same].Container).(type) {
		case *BranchOne:
			return "which is on another branch: only one of them is taken"
		case *BranchAll:
			if v.Parallel {
				return "which runs at the same time"
			}
		}
		if b[same].Branch < a[same].Branch {
			return ""
		}
		return "which runs after it"
	}
	if b[same].Index > a[same].Index {
		return "which runs after it"
	}
	return ""
}

// gate returns the step whose approval a step hears the answers of: the one right
// before it, else that which its container hears of. "" if nobody is asked there.
func (o sequence) gate(reader string) string {
	way := o.way[reader]
	for i := len(way) - 1; i >= 0; i-- {
		prior := way[i]
		prior.Index--
		if m := o.at[prior]; m != nil && m.Suspend != nil && m.Suspend.RequiredEvents > 0 {
			return m.ID
		}
	}
	return ""
}

func (o sequence) value(id string) any {
	if m := o.mods[id]; m != nil {
		return m.Value
	}
	return nil
}

// Order tells of a flow which steps come before which.
type Order struct {
	o   sequence
	ids []string // of the steps, as they stand in the flow
	at  map[string]int
}

// OrderOf reads the order of a flow's steps.
func OrderOf(f *Flow) *Order {
	o := &Order{o: newSequence(f), at: map[string]int{}}
	Walk(f, func(m *Module, _ Place, _ int) {
		if _, double := o.at[m.ID]; !double {
			o.at[m.ID] = len(o.ids)
			o.ids = append(o.ids, m.ID)
		}
	})
	return o
}

// Before lists the steps whose results another can read, the nearest first: those that
// stand before it and are not on a branch that is not taken with it. The step that handles
// a failure can read all.
func (o *Order) Before(reader string) (ids []string) {
	end, known := o.at[reader]
	if !known {
		end = len(o.ids)
	}
	for i := end - 1; i >= 0; i-- {
		if id := o.ids[i]; !known || !o.holds(id, reader) && o.o.late(reader, id) == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Reads reports whether a step can have the result of another when it is worked out; in
// a loop that of the iteration before counts.
func (o *Order) Reads(reader, target string) bool {
	_, known := o.at[reader]
	return !known || reader != target && !o.holds(target, reader) && o.o.late(reader, target) == ""
}

// Step returns a step by its id, nil if the flow has none of that name.
func (o *Order) Step(id string) *Module { return o.o.mods[id] }

// holds reports whether a step stands somewhere in another.
func (o *Order) holds(outer, inner string) bool {
	for _, p := range o.o.way[inner] {
		if p.Container == outer {
			return true
		}
	}
	return false
}

// Gate returns the step whose approval a step hears the answers of, "" if none.
func (o *Order) Gate(reader string) string { return o.o.gate(reader) }

// Prior returns the step whose result is the previous_result of another, "" where that
// is the input of the flow.
func (o *Order) Prior(reader string) string {
	way := o.o.way[reader]
	for i := len(way) - 1; i >= 0; i-- {
		p := way[i]
		if p.Index--; o.o.at[p] != nil {
			return o.o.at[p].ID
		}
	}
	return ""
}

// Loops lists the loops that a step stands in, outermost first.
func (o *Order) Loops(reader string) (ids []string) {
	for _, p := range o.o.way[reader] {
		switch o.o.value(p.Container).(type) {
		case *ForLoop, *WhileLoop:
			ids = append(ids, p.Container)
		}
	}
	return ids
}
