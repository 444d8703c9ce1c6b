package model

import (
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/say"
)

// SetStep changes one step. what names the change for the history ("Rename");
// typing names the control where each key is a change, so that typing in it is one
// undo step; it is "" for changes that stand alone. do gets a copy whose pointers
// are shared: it must replace what they lead to, not write into it.
func SetStep(id, what, typing string, do func(*flow.Module)) Edit {
	e := Edit{Name: textEdit(what, id), Do: func(f *flow.Flow) (*flow.Flow, error) {
		return flow.Update(f, id, func(m flow.Module) flow.Module {
			do(&m)
			return m
		})
	}}
	if typing != "" {
		e.Merge = typing + "\x00" + id
	}
	return e
}

// SetFlow changes the flow itself; do gets a copy as in SetStep.
func SetFlow(what, typing string, do func(*flow.Flow)) Edit {
	return Edit{Name: what, Merge: typing, Do: func(f *flow.Flow) (*flow.Flow, error) {
		g := *f
		do(&g)
		return &g, nil
	}}
}

// Add puts a ready step at a place and selects it. A step without an id gets
// the next free one.
func (m *Model) Add(at flow.Place, s *flow.Module) Edit {
	if s.ID == "" && m.doc != nil {
		c := *s
		c.ID = flow.NewID(m.doc.Flow)
		s = &c
	}
	return Edit{Name: say.F("Add step %s", s.ID), Select: s.ID, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Insert(f, at, s) }}
}

// Delete takes a step out; its neighbor is selected then.
func Delete(id string) Edit {
	return Edit{Name: say.F("Delete step %s", id), Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Remove(f, id) }}
}

// Move moves a step among its siblings.
func Move(id string, delta int) Edit {
	return Edit{Name: say.F("Move step %s", id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		g, err := flow.Move(f, id, delta)
		if err == nil && samePlace(f, g, id) {
			return f, nil // at the end already: nothing to undo
		}
		return g, err
	}}
}

func samePlace(f, g *flow.Flow, id string) bool {
	_, a := flow.Find(f, id)
	_, b := flow.Find(g, id)
	return a == b
}

// MoveTo moves a step to another place.
func MoveTo(id string, to flow.Place) Edit {
	return Edit{Name: say.F("Move step %s", id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.MoveTo(f, id, to) }}
}

// Duplicate puts a copy of a step with new ids right after it.
func (m *Model) Duplicate(id string) Edit {
	e := Edit{Name: say.F("Duplicate step %s", id)}
	if m.doc == nil {
		return e
	}
	s, at := flow.Find(m.doc.Flow, id)
	if s == nil || at.Index < 0 {
		e.Do = func(f *flow.Flow) (*flow.Flow, error) {
			return nil, fault.New(flow.CodeEdit, say.T("This step stands alone"), say.T("Only steps of the flow itself can be duplicated."))
		}
		return e
	}
	twin := flow.Fresh(m.doc.Flow, s)
	at.Index++
	e.Select = twin.ID
	e.Do = func(f *flow.Flow) (*flow.Flow, error) { return flow.Insert(f, at, twin) }
	return e
}

// Rename gives a step another id; expressions that mention it follow.
func Rename(id, to string) Edit {
	return Edit{Name: say.F("Rename step %s", id), Select: to, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Rename(f, id, to) }}
}

// SetSummary names a step; it comes with each key.
func SetSummary(id, text string) Edit {
	return SetStep(id, say.T("Rename"), "name", func(m *flow.Module) { m.Summary = text })
}

// SetInput fills one input of a step; nil takes it out. It comes with each key.
func SetInput(id, name string, in *flow.Input) Edit {
	return SetStep(id, say.F("Set %s", name), "input "+name, func(m *flow.Module) { setInputs(m, flow.InputsOf(m).Set(name, in)) })
}

// setInputs puts inputs where the module keeps them.
func setInputs(m *flow.Module, in *flow.Inputs) {
	switch v := m.Value.(type) {
	case *flow.RawScript:
		c := *v
		c.Inputs, m.Value = in, &c
	case *flow.Script:
		c := *v
		c.Inputs, m.Value = in, &c
	case *flow.Subflow:
		c := *v
		c.Inputs, m.Value = in, &c
	case *flow.Agent:
		c := *v
		c.Inputs, m.Value = in, &c
	default:
		return
	}
	m.LegacyInputs = nil
}

// SetCode changes the code of a step; typing names what of it is one undo step.
func SetCode(id, content, typing string) Edit {
	return SetStep(id, say.T("Edit the code"), typing, func(m *flow.Module) {
		if v, ok := m.Value.(*flow.RawScript); ok {
			c := *v
			c.Content, c.Lock, m.Value = content, "", &c
		}
	})
}

// SetLanguage changes the language of a step's code. A script that is as it was
// when it was added begins anew in that language.
func SetLanguage(id, language string) Edit {
	return SetStep(id, say.T("Change the language"), "", func(m *flow.Module) {
		if v, ok := m.Value.(*flow.RawScript); ok {
			c := *v
			if c.Content == NewScript(c.Language) {
				c.Content = NewScript(language)
			}
			c.Language, c.Lock, m.Value = language, "", &c
		}
	})
}

// SetApproval lets the flow wait for people after a step, or not.
func SetApproval(id string, on bool) Edit {
	return SetStep(id, say.T("Turn approval on or off"), "", func(m *flow.Module) {
		m.Suspend = nil
		if on {
			wait := defaultTimeout.Seconds()
			m.Suspend = &flow.Suspend{RequiredEvents: 1, Timeout: &wait}
		}
	})
}

// SetSuspend changes what a step asks of people; of one that asks nobody it
// changes nothing. typing is as in SetStep.
func SetSuspend(id, what, typing string, do func(*flow.Suspend)) Edit {
	return SetStep(id, what, typing, func(m *flow.Module) {
		if m.Suspend == nil {
			return
		}
		s := *m.Suspend
		do(&s)
		m.Suspend = &s
	})
}

// Fork copies the code of a script that a step names into the flow, to be
// changed there. Inputs and settings stay.
func (m *Model) Fork(id string) Edit {
	return Edit{Name: say.F("Fork the script of step %s", id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		s, _ := flow.Find(f, id)
		if s == nil {
			return nil, flow.ErrNotFound
		}
		v, ok := s.Value.(*flow.Script)
		if !ok {
			return nil, fault.New(flow.CodeEdit, say.T("This step's code is in the flow already"), say.T("Nothing was changed."))
		}
		code, ok := m.lookup(v.Path)
		if !ok {
			return nil, fault.New(flow.CodeEdit, say.F("The script %q is not known here", v.Path), say.T("Nothing was changed."))
		}
		return flow.Update(f, id, func(s flow.Module) flow.Module {
			if s.Summary == "" {
				s.Summary = code.Summary
			}
			s.Value = &flow.RawScript{Content: code.Content, Language: code.Language, Path: v.Path, Inputs: flow.InputsOf(&s)}
			s.LegacyInputs = nil
			return s
		})
	}}
}

// AddBranch adds a way to a branch step. Of one to one it has no condition yet: one that
// is always true would take every run.
func AddBranch(id string) Edit {
	return Edit{Name: textEdit(say.T("Add a branch"), id), Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.AddBranch(f, id, &flow.Branch{}) }}
}

// RemoveBranch takes a way of a branch step out, with its steps.
func RemoveBranch(id string, at int) Edit {
	return Edit{Name: textEdit(say.T("Take a branch out"), id), Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.RemoveBranch(f, id, at) }}
}

// SetBranch changes a way of a branch step: its condition or its name.
func SetBranch(id string, at int, what string, do func(*flow.Branch)) Edit {
	return Edit{Name: textEdit(what, id), Merge: what + "\x00" + id + "\x00" + textBranch(at), Do: func(f *flow.Flow) (*flow.Flow, error) {
		return flow.SetBranch(f, id, at, func(b flow.Branch) flow.Branch {
			do(&b)
			return b
		})
	}}
}

// neighbor returns the step to select when one has gone from old to now: the
// one that came after it, else the one before, else what it stood in.
func neighbor(old, now *flow.Flow, id string) string {
	s, at := flow.Find(old, id)
	if s == nil {
		return ""
	}
	left := func(id string) bool { m, _ := flow.Find(now, id); return m != nil }
	best, before := "", ""
	flow.Walk(old, func(m *flow.Module, p flow.Place, _ int) {
		if p.Container != at.Container || p.Branch != at.Branch || !left(m.ID) {
			return
		}
		switch {
		case p.Index > at.Index && best == "":
			best = m.ID
		case p.Index < at.Index:
			before = m.ID
		}
	})
	switch {
	case best != "":
		return best
	case before != "":
		return before
	case at.Container != "" && at.Container != id && left(at.Container):
		return at.Container
	case at.Container != "" && at.Container != id:
		return neighbor(old, now, at.Container)
	}
	return InputID
}
