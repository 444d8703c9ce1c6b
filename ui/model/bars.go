package model

import (
	"time"

	"sluice/engine/run"
	"sluice/ui/say"
)

// Bar is a stretch of time on the timeline of a run.
type Bar struct {
	From, To float64 // from 0 to 1
	Wait     bool    // for people
	Role     Role
}

// BarRow is a line of the timeline: a step, or the time in which it waited.
type BarRow struct {
	StepRow
	Bars []Bar
	Wait bool // the line of the waiting of the step above
}

// Timeline returns the steps of the shown run with their times, working and waiting told
// apart, and both in all: of the run as far as it has come, whatever moment is looked at.
// Of each loop the chosen iteration is shown.
func (m *Model) Timeline() (rows []BarRow, working, waiting string) {
	r := m.whole()
	if r == nil || r.state == nil || len(r.log) == 0 {
		return nil, "", ""
	}
	now, m2 := m.now, *m
	m2.run, m2.replay, m2.now = r, nil, m.wall // to be told of as far as it has come
	seen := m2.see(r)
	end := m.wall
	if r.status() == run.StatusDone {
		end = r.last
	}
	s := r.scaleOf().until(end)
	for i, row := range m2.Rows() {
		st := seen.items[i].st
		line := BarRow{StepRow: row}
		if st == nil {
			rows = append(rows, line)
			continue
		}
		from, to := st.from, st.to
		if from.IsZero() {
			from, to = st.Started, st.Ended
			if g := st.Gate; g != nil {
				to = g.Opened
			}
		}
		if to.IsZero() {
			to = end
		}
		if st.Kept == "" {
			role := Good
			if st.Err != nil && st.Gate == nil || st.Phase == run.Done && st.Outcome == run.Canceled {
				role = Bad
			}
			line.Bars = []Bar{{From: s.of(from), To: s.of(to), Role: role}}
			if line.Time = took(to.Sub(from)); role == Bad && st.Outcome == run.Failed {
				line.Time = say.T(textFailedWord)
			}
		} else {
			line.Time = say.T(textKeptWord)
		}
		rows = append(rows, line)
		if g := st.Gate; g != nil && st.Kept == "" {
			until := g.Ended
			if until.IsZero() {
				until = end
			}
			wait := BarRow{Wait: true, StepRow: StepRow{Module: row.Module, Name: row.Name, Step: row.Step, Depth: row.Depth, Inner: row.Inner, Title: textWaitingFor2(g.Required), Time: took(until.Sub(g.Opened)), Selected: row.Selected}}
			wait.Bars = []Bar{{From: s.of(g.Opened), To: s.of(until), Wait: true, Role: AwaitsPeople}}
			rows = append(rows, wait)
		}
	}
	m.now = now
	var work time.Duration
	for _, sp := range r.spans {
		to := sp.to
		if to.IsZero() {
			to = end
		}
		work += max(0, to.Sub(sp.from))
	}
	working = took(work)
	w := r.waited()
	for _, m := range r.flow().Value.Modules { // and those that still wait
		if st, ok := r.step(run.StepID(m.ID)); ok && st.Kept == "" && st.Gate != nil && st.Gate.Ended.IsZero() {
			w += max(0, end.Sub(st.Gate.Opened))
		}
	}
	if w > 0 {
		waiting = took(w)
	}
	return rows, working, waiting
}
