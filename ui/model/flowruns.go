package model

import (
	"sluice/engine/run"
)

// RunTitle is when a run began, and by what.
func (m *Model) RunTitle(s run.Summary) string { return textRun(s.Trigger, when(m.wall, s.Started)) }

// RunBy is who started a run, as far as known and not said by its title.
func (m *Model) RunBy(s run.Summary) string {
	if of, _, ok := s.Trigger.Restarted(); ok {
		return textRestartOf(s.Trigger.Person, string(of))
	}
	switch s.Trigger.Kind {
	case run.TriggerSchedule, run.TriggerWebhook, run.TriggerForm, run.TriggerHandler:
		return string(s.ID)
	}
	if s.Trigger.By != "" {
		return s.Trigger.By
	}
	return s.Trigger.Kind
}

// RunLasted is how long a run lasted, with what it waited, or goes on.
func (m *Model) RunLasted(s run.Summary) string {
	if s.Ended.IsZero() {
		return textGoesOnFor(took(max(0, m.wall.Sub(s.Started))))
	}
	return textLastedFor(took(s.Ended.Sub(s.Started)))
}

// RunStarted tells of which flow of the library the shown run is, and when it began.
func (m *Model) RunStarted() (s run.Summary, ok bool) {
	r := m.whole()
	if r == nil || r.state == nil {
		return s, false
	}
	return run.Summary{ID: r.id, Path: r.began.Path, Started: r.at}, true
}

// RunIsOfOther reports whether the shown run is of another version than the flow that is open,
// or may be, as it goes on while that is edited.
func (m *Model) RunIsOfOther() bool {
	r := m.whole()
	if r == nil || r.plan == nil || m.doc == nil || m.doc.ReadOnly {
		return false
	}
	if r.status() == run.StatusDone {
		return m.changedSince(r).flow
	}
	return false
}

// AsItRan opens the flow of the shown run as it was then, to look at only.
func (m *Model) AsItRan() Dirty {
	r := m.whole()
	if r == nil || r.plan == nil {
		return Dirty{}
	}
	f := r.plan.Flow()
	m.doc = &Document{Path: r.began.Path, Flow: f, saved: f, ReadOnly: true}
	m.selected = ""
	return all.And(Dirty{Shape: true, Select: true})
}
