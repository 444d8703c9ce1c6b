package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// A limit bounds how many jobs, or runs, of one key are under way or have begun
// within its window, over all runs. What begins takes a slot, a row that
// outlives the process; what finds none is held here, in the order in which it
// came, and begins when a slot becomes free. Nobody polls: a slot becomes free
// by the end of a job or run, or by a timer at the end of a window.

// holding is what waits for slots of one key.
type holding struct {
	jobs []*job
	runs []heldRun
	next time.Time // when a window frees a slot; zero: not before something ends
}

// heldRun is a run that waits for leave to begin.
type heldRun struct {
	id  run.ID
	cmd run.Admit
}

// slotKey names what a limit counts: the filled-in key, or what the command
// names when it has none.
func (t *turn) slotKey(l run.Limit, args run.Ref, otherwise string) (string, error) {
	if l.Key == "" {
		return otherwise, nil
	}
	key := strings.ReplaceAll(l.Key, "$workspace", workspace)
	if !strings.Contains(key, "$args[") {
		return "key:" + key, nil
	}
	raw, err := journal.ReadRef(t.tx.View, args)
	if err != nil {
		return "", err
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(raw, &fields) // what is no object has no fields
	return "key:" + argName.ReplaceAllStringFunc(key, func(s string) string {
		v := bytes.TrimSpace(fields[s[len("$args["):len(s)-1]])
		var text string
		if json.Unmarshal(v, &text) == nil {
			return text
		}
		return string(v)
	}), nil
}

var argName = regexp.MustCompile(`\$args\[[^\]]*\]`)

// workspace is what stands for $workspace: there is one.
const workspace = "sluice"

// takeSlot takes a slot if the limit leaves one. It returns when a window frees
// the next one, the zero time if only an end can.
func (t *turn) takeSlot(c *live, step run.StepID, attempt int, key string, l run.Limit) (ok bool, next time.Time, err error) {
	now := t.now.UnixNano()
	if err := t.tx.PruneSlots(now); err != nil {
		return false, next, err
	}
	slot := sqlite.Slot{Key: key, Run: c.Key, Step: string(step), Attempt: attempt, Began: now, Until: t.now.Add(l.Window).UnixNano()}
	n, free, err := t.tx.CountSlots(slot, now)
	switch {
	case err != nil:
		return false, next, err
	case n < l.Max:
		return true, next, t.tx.TakeSlot(slot)
	case free != 0:
		next = journal.FromNano(free)
	}
	return false, next, nil
}

// freeSlot gives back what a job, or with step "*" a whole run, had taken.
func (t *turn) freeSlot(c *live, step run.StepID, attempt int) error {
	keys, err := t.tx.EndSlot(c.Key, string(step), attempt)
	if err != nil {
		return err
	}
	for _, key := range keys {
		t.freed[key] = true
	}
	return nil
}

// hold lets something wait for a slot.
func (t *turn) hold(key string, next time.Time, add func(h *holding)) {
	h := t.e.held[key]
	if h == nil {
		h = &holding{}
		t.e.held[key] = h
	}
	t.restore(key, h)
	add(h)
	h.next = next
	t.wakeAt(next)
}

// restore has a holding put back as it is now, should the turn fail. Its lists
// only grow at the end and shrink at the front, so their headers are enough.
func (t *turn) restore(key string, h *holding) {
	was := *h
	t.undo = append(t.undo, func() { *h = was; t.e.held[key] = h })
}

// wakeAt has the timer look at the holdings again.
func (t *turn) wakeAt(at time.Time) {
	if !at.IsZero() && (t.release.IsZero() || at.Before(t.release)) {
		t.release = at
	}
}

// unhold begins what waits for the slots that became free in this turn.
func (t *turn) unhold() error {
	for len(t.freed) > 0 {
		for key := range t.freed {
			delete(t.freed, key)
			if err := t.tryHeld(key); err != nil {
				return err
			}
		}
	}
	return nil
}

// tryHeld begins what waits for a key, as far as the limits let it.
func (t *turn) tryHeld(key string) error {
	h := t.e.held[key]
	if h == nil {
		return nil
	}
	t.restore(key, h)
	h.next = time.Time{}
	for len(h.runs) > 0 {
		begun, next, err := t.admitHeld(key, h.runs[0])
		if err != nil {
			return err
		}
		if !begun {
			h.next = next
			break
		}
		h.runs = h.runs[1:]
	}
	for len(h.jobs) > 0 {
		begun, next, err := t.beginHeld(key, h.jobs[0])
		if err != nil {
			return err
		}
		if !begun {
			if h.next.IsZero() || !next.IsZero() && next.Before(h.next) {
				h.next = next
			}
			break
		}
		h.jobs = h.jobs[1:]
	}
	if len(h.runs)+len(h.jobs) == 0 {
		delete(t.e.held, key)
	}
	t.wakeAt(h.next)
	return nil
}

// beginHeld queues a held job, if there is a slot or the job is not wanted any
// more.
func (t *turn) beginHeld(key string, j *job) (done bool, next time.Time, err error) {
	if j.dropped || t.drops[j.jobKey] {
		return true, next, nil
	}
	c, err := t.state(j.run)
	if fault.HasCode(err, journal.CodeDamaged) {
		return true, next, nil
	}
	if err != nil {
		return false, next, err
	}
	ok, next, err := t.takeSlot(c, j.step, j.attempt, key, j.limit)
	if ok && err == nil {
		t.enqueue(j)
	}
	return ok, next, err
}

// admitHeld lets a run begin, if there is a slot or the run no longer asks.
func (t *turn) admitHeld(key string, r heldRun) (done bool, next time.Time, err error) {
	c, err := t.state(r.id)
	if fault.HasCode(err, journal.CodeDamaged) {
		return true, next, nil
	}
	if err != nil {
		return false, next, err
	}
	if !slices.ContainsFunc(c.State.Outstanding(), func(cmd run.Command) bool { _, ok := cmd.(run.Admit); return ok }) {
		return true, next, nil
	}
	ok, next, err := t.takeSlot(c, "", 0, key, r.cmd.Limit)
	if err != nil || !ok {
		return false, next, err
	}
	err = t.applyTo(c, run.Admitted{})
	if errors.Is(err, run.ErrStale) {
		err = nil
	}
	return true, next, err
}

// admit answers a run that asks for leave to begin, or holds it.
func (t *turn) admit(c *live, cmd run.Admit) ([]run.Event, error) {
	otherwise := "flow:" + c.Path
	if c.Path == "" {
		otherwise = "flow:" + c.Flow
	}
	key, err := t.slotKey(cmd.Limit, cmd.Args, otherwise)
	if err != nil {
		return nil, err
	}
	wait := func(h *holding) { h.runs = append(h.runs, heldRun{c.ID, cmd}) }
	if h := t.e.held[key]; h == nil || len(h.runs) == 0 { // who came first goes first
		ok, next, err := t.takeSlot(c, "", 0, key, cmd.Limit)
		if err != nil {
			return nil, err
		}
		if ok {
			return []run.Event{run.Admitted{}}, nil
		}
		t.hold(key, next, wait)
		return nil, nil
	}
	t.hold(key, t.e.held[key].next, wait)
	return nil, nil
}

// limitKey names what the limit of a job counts.
func (t *turn) limitKey(j *job) (string, error) {
	otherwise := "script:" + j.code.Path
	if j.code.Path == "" {
		otherwise = "code:" + library.ShortHash(j.code.Language, j.code.Content)
	}
	return t.slotKey(j.limit, j.args, otherwise)
}

// mayBegin takes the slot that a job's limit asks for, or holds the job.
func (t *turn) mayBegin(c *live, j *job) (bool, error) {
	if j.limit.Max <= 0 {
		return true, nil
	}
	key, err := t.limitKey(j)
	if err != nil {
		return false, fmt.Errorf("limit of step %s: %w", j.step, err)
	}
	var next time.Time
	if h := t.e.held[key]; h == nil || len(h.jobs) == 0 {
		ok, at, err := t.takeSlot(c, j.step, j.attempt, key, j.limit)
		if err != nil || ok {
			return ok, err
		}
		next = at
	} else {
		next = h.next
	}
	t.hold(key, next, func(h *holding) { h.jobs = append(h.jobs, j) })
	return false, nil
}

// freeDue tries the holdings whose window has freed a slot.
func (t *turn) freeDue() error {
	for key, h := range t.e.held {
		switch {
		case h.next.IsZero():
		case h.next.After(t.now):
			t.wakeAt(h.next)
		default:
			t.freed[key] = true
		}
	}
	return t.unhold()
}
