package model

import (
	"maps"
	"math"
	"slices"
	"sort"
	"time"

	"sluice/engine/run"
)

// A run can be looked at as it stood at any moment: its journal is folded up to there, by the
// core that the engine runs on. So that going back costs little in a run of very many entries,
// what it folded to is kept every so many of them.

// replayEvery is how many entries lie between two states that are kept.
const replayEvery = 1024

// replay is the moment of the shown run that is looked at. While there is one, Model.run is the
// run as it stood then.
type replay struct {
	live *runView
	at   int // entries that have happened
}

// scale tells where on a line the moments of a run lie: what took long is longer, and what
// took no time is still to be seen.
type scale struct {
	at  []time.Time
	x   []float64 // from 0 to 1
	sum float64   // the length that 1 stands for
}

// length is how long a time between two moments is on the line.
func length(d time.Duration) float64 { return 0.15 + math.Log2(1+float64(d.Milliseconds())) }

// until is the line as it goes on from the last moment to a time at which nothing has
// happened yet.
func (s *scale) until(t time.Time) *scale {
	last := len(s.at) - 1
	if last < 0 || !t.After(s.at[last]) {
		return s
	}
	out := &scale{at: append(slices.Clip(s.at), t), sum: s.sum + length(t.Sub(s.at[last]))}
	for _, x := range s.x {
		out.x = append(out.x, x*s.sum/out.sum)
	}
	out.x = append(out.x, 1)
	return out
}

// of is where a time lies.
func (s *scale) of(t time.Time) float64 {
	i := sort.Search(len(s.at), func(i int) bool { return s.at[i].After(t) }) - 1
	switch {
	case i < 0:
		return 0
	case i+1 >= len(s.at):
		return 1
	}
	part := float64(t.Sub(s.at[i])) / float64(s.at[i+1].Sub(s.at[i]))
	return s.x[i] + part*(s.x[i+1]-s.x[i])
}

// scaleOf makes the line of a run, anew where it has grown.
func (r *runView) scaleOf() *scale {
	if r.line != nil && len(r.line.at) == len(r.log) {
		return r.line
	}
	s := &scale{at: make([]time.Time, len(r.log)), x: make([]float64, len(r.log))}
	sum := 0.0
	for i, e := range r.log {
		s.at[i] = e.At
		if i > 0 {
			sum += length(e.At.Sub(r.log[i-1].At))
		}
		s.x[i] = sum
	}
	if sum > 0 {
		for i := range s.x {
			s.x[i] /= sum
		}
	}
	s.sum = sum
	r.line = s
	return s
}

// whole is the shown run as far as it has come, also while an earlier moment is looked at.
func (m *Model) whole() *runView {
	if m.replay != nil {
		return m.replay.live
	}
	return m.run
}

// Moment is the moment of a run that is looked at.
type Moment struct {
	Entry, Of int     // of the journal, from 1
	X         float64 // where it lies, from 0 to 1
	Live      bool    // it is the run as far as it has come
	When      string  // "14:05:47"
	Text      string  // "dana@acme.example approved"
}

// ReplayMark is a moment worth finding.
type ReplayMark struct {
	Entry int
	X     float64
	Role  Role
}

// Moment returns the moment that is looked at; ok is false where no run can be looked at so.
func (m *Model) Moment() (out Moment, ok bool) {
	r := m.whole()
	if r == nil || r.state == nil || r.broken != "" || len(r.log) == 0 {
		return out, false
	}
	out = Moment{Entry: len(r.log), Of: len(r.log), Live: m.replay == nil}
	if m.replay != nil {
		out.Entry = m.replay.at
	}
	e := r.log[out.Entry-1]
	out.X = r.scaleOf().x[out.Entry-1]
	out.When, out.Text = clock(m.wall, e.At), momentOf(e.Event)
	return out, true
}

// Marks are the votes and failures of the shown run, those that lie apart from each other.
func (m *Model) Marks() []ReplayMark {
	r := m.whole()
	if r == nil || len(r.log) == 0 {
		return nil
	}
	if r.marked == len(r.log) {
		return r.marks
	}
	s := r.scaleOf()
	var out []ReplayMark
	for i, e := range r.log {
		role := Idle
		switch ev := e.Event.(type) {
		case run.DecisionMade:
			if role = Good; !ev.Approve {
				role = Bad
			}
		case run.JobFailed, run.JobLost, run.CancelRequested:
			role = Bad
		case run.TimerFired:
			if ev.Kind == run.TimerDeadline {
				role = Bad
			}
		case run.Started, run.Evaluated, run.Admitted, run.Recalled, run.JobStarted, run.JobSucceeded, run.JobInterrupted, run.AskNoted, run.LinkMinted, run.MailNoted:
		}
		if role == Idle || len(out) > 0 && s.x[i]-out[len(out)-1].X < 0.002 && out[len(out)-1].Role == role {
			continue
		}
		out = append(out, ReplayMark{Entry: i + 1, X: s.x[i], Role: role})
	}
	r.marks, r.marked = out, len(r.log)
	return out
}

// MomentAt is the entry that lies at a place of the line, from 0 to 1.
func (m *Model) MomentAt(x float64) int {
	r := m.whole()
	if r == nil || len(r.log) == 0 {
		return 0
	}
	s := r.scaleOf()
	i := sort.SearchFloat64s(s.x, x)
	switch {
	case i >= len(s.x):
		i = len(s.x) - 1
	case i > 0 && x-s.x[i-1] < s.x[i]-x:
		i--
	}
	return i + 1
}

// ReplayTo shows the run as it stood when so many entries had happened; the last one is the
// run as far as it has come.
func (m *Model) ReplayTo(entry int) Dirty {
	r := m.whole()
	if r == nil || r.state == nil || r.broken != "" || len(r.log) == 0 {
		return Dirty{}
	}
	entry = max(1, min(entry, len(r.log)))
	d := Dirty{Panes: PaneCanvas | PaneRun}
	if entry == len(r.log) {
		m.run, m.replay = r, nil
		m.now = m.wall
		return d
	}
	past := m.run
	if m.replay == nil || m.replay.at > entry || entry-m.replay.at > 2*replayEvery {
		past = r.before(entry)
	}
	past.foldTo(r, entry)
	past.moved++
	m.run, m.replay = past, &replay{live: r, at: entry}
	m.now = r.log[entry-1].At.In(m.wall.Location())
	return d
}

// ReplayBy goes so many entries on, or back.
func (m *Model) ReplayBy(n int) Dirty {
	at, ok := m.Moment()
	if !ok {
		return Dirty{}
	}
	return m.ReplayTo(at.Entry + n)
}

// ReplayToMark goes to the next mark, or with a negative direction to the one before.
func (m *Model) ReplayToMark(direction int) Dirty {
	at, ok := m.Moment()
	if !ok {
		return Dirty{}
	}
	marks := m.Marks()
	if direction > 0 {
		for _, k := range marks {
			if k.Entry > at.Entry {
				return m.ReplayTo(k.Entry)
			}
		}
		return m.ReplayTo(at.Of)
	}
	for _, k := range slices.Backward(marks) {
		if k.Entry < at.Entry {
			return m.ReplayTo(k.Entry)
		}
	}
	return m.ReplayTo(1)
}

// ReplayPause is how long the moment that is looked at is shown while a run is played, so that
// a run of any length takes some seconds, and the entry that follows.
func (m *Model) ReplayPause() (pause time.Duration, next int) {
	r := m.whole()
	at, ok := m.Moment()
	if !ok || at.Entry >= at.Of {
		return 0, 0
	}
	const whole, frame = 8 * time.Second, 40 * time.Millisecond
	s := r.scaleOf()
	next = at.Entry + 1
	for next < at.Of && time.Duration((s.x[next-1]-at.X)*float64(whole)) < frame { // more than can be seen apart
		next++
	}
	return max(frame, time.Duration((s.x[next-1]-at.X)*float64(whole))), next
}

// before returns a view of the run that was kept for an entry or one before it.
func (r *runView) before(entry int) *runView {
	i := (entry - 1) / replayEvery
	for len(r.kept) < i { // up to the last that is needed
		at := newPast(r)
		if n := len(r.kept); n > 0 {
			at = r.kept[n-1].copy()
		}
		at.foldTo(r, (len(r.kept)+1)*replayEvery)
		r.kept = append(r.kept, at)
	}
	if i == 0 {
		return newPast(r)
	}
	return r.kept[i-1].copy()
}

// newPast is a run of which nothing has happened yet.
func newPast(r *runView) *runView {
	v := newRunView(r.id)
	v.plan, v.state, v.chosen, v.opened = r.plan, run.NewState(r.plan, r.id), r.chosen, r.opened
	return v
}

// foldTo applies what has happened up to an entry.
func (r *runView) foldTo(live *runView, entry int) {
	for r.seq < entry && r.broken == "" {
		e := live.log[r.seq]
		r.seq++
		r.look(e)
		r.apply(e)
	}
}

// copy is a view that goes on apart from this one.
func (r *runView) copy() *runView {
	c := *r
	c.state = r.state.Clone()
	c.spans, c.lists, c.far, c.taken = maps.Clone(r.spans), maps.Clone(r.lists), maps.Clone(r.far), maps.Clone(r.taken)
	c.notes = make(map[run.StepID][]note, len(r.notes))
	for id, list := range r.notes {
		list = slices.Clone(list)
		for i := range list {
			list[i].who = slices.Clone(list[i].who)
		}
		c.notes[id] = list
	}
	c.sight, c.seen = nil, 0
	return &c
}

// WaitedOf tells how long a run that is folded whole worked, and how long it waited for
// people: up to now where it still does.
func WaitedOf(s *run.State, now time.Time) (worked, waited string) {
	at, _ := s.Started()
	_, end := s.Last()
	if s.Status() != run.StatusDone && now.After(end) {
		end = now
	}
	var wait time.Duration
	for _, st := range s.Steps() {
		if g := st.Gate; g != nil && st.Kept == "" && st.ID.Within() == "" {
			to := g.Ended
			if to.IsZero() {
				to = end
			}
			wait += to.Sub(g.Opened)
		}
	}
	if wait > 0 {
		waited = textWaited(took(wait))
	}
	return textWorked(took(max(0, end.Sub(at)-wait))), waited
}
