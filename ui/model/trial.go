package model

import (
	"sluice/engine/run"
	"sluice/ui/say"
)

// FollowTest shows a run of one step alone on the step. The run of the flow stays.
func (m *Model) FollowTest(step string, b run.Begun) Dirty {
	r := newRunView(b.ID)
	r.trial = true
	if m.trials == nil {
		m.trials = map[string]*runView{}
	}
	m.trials[step] = r
	d := m.takeBegun(b)
	d.Panes |= PaneInspector
	return d
}

// Trial is what is known of the last test of a step alone.
type Trial struct {
	Run       run.ID
	State     string // "Succeeded"
	Role      Role
	Line      string // "Took 42 ms"
	CanCancel bool
	Running   bool
	Step      run.StepID // whose logs to read
	Attempt   int        // 0: there are none
	Result    run.Ref
	Failure   *run.Failure
}

// Trial returns the last test of a step alone; ok is false where there was none
// since the flow was opened.
func (m *Model) Trial(step string) (t Trial, ok bool) {
	r := m.trials[step]
	if r == nil {
		return t, false
	}
	t = Trial{Run: r.id, State: say.T(textStarting), Role: Busy, Running: true}
	switch {
	case r.broken != "":
		t.State, t.Role, t.Line, t.Running = say.T(textDamaged), Bad, r.broken, false
		return t, true
	case r.state == nil:
		return t, true
	}
	outcome, failure := r.outcome()
	t.Running = r.status() != run.StatusDone
	t.CanCancel, t.State = t.Running, say.T(textRunning)
	if !t.Running {
		t.State, t.Role = outcomeWord(outcome), roleOfOutcome(outcome)
		t.Line = textTook(took(r.last.Sub(r.at)))
		t.Result, t.Failure = r.result(), failure
	}
	if mods := r.flow().Value.Modules; len(mods) == 1 {
		if st, ok := r.step(run.StepID(mods[0].ID)); ok && st.Job != "" {
			t.Step, t.Attempt = st.ID, st.Attempt
			if !t.Running && !st.to.IsZero() {
				t.Line = textTook(took(st.to.Sub(st.from)))
			}
			if st.Err != nil {
				t.Failure = st.Err
			}
		}
	}
	return t, true
}
