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
