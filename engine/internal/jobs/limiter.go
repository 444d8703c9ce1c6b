package jobs

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
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A limit bounds how many jobs, or runs, of one key are under way or have begun
// within its window, over all runs. What begins takes a slot, a row that
// outlives the process; what finds none is held here, in the order in which it
// came, and begins when a slot becomes free. Nobody polls: a slot becomes free
// by the end of a job or run, or by a timer at the end of a window.

// waiters are what waits for slots of one key.
type waiters struct {
	jobs []*job
	runs []waitingRun
	next time.Time // when a window frees a slot; zero: not before something ends
}

// waitingRun is a run that waits for leave to begin.
type waitingRun struct {
	id  run.ID
	cmd run.Admit
}

// slotKey names what a limit counts: the filled-in key, or what the command
// names when it has none.
func (p *pass) slotKey(l run.Limit, args run.Ref, otherwise string) (string, error) {
	if l.Key == "" {
		return otherwise, nil
	}
	key := strings.ReplaceAll(l.Key, "$workspace", workspace)
	if !strings.Contains(key, "$args[") {
		return "key:" + key, nil
	}
	raw, err := journal.ReadRef(p.tx.View, args)
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
func (p *pass) takeSlot(r *writer.Run, step run.StepID, attempt int, key string, l run.Limit) (ok bool, next time.Time, err error) {
	now := p.tx.Now.UnixNano()
	if err := p.tx.PruneSlots(now); err != nil {
		return false, next, err
	}
	slot := sqlite.Slot{Key: key, Run: r.Key, Step: string(step), Attempt: attempt, Began: now, Until: p.tx.Now.Add(l.Window).UnixNano()}
	n, free, err := p.tx.CountSlots(slot, now)
	switch {
	case err != nil:
		return false, next, err
	case n < l.Max:
		return true, next, p.tx.TakeSlot(slot)
	case free != 0:
		next = journal.FromNano(free)
	}
	return false, next, nil
}

// freeSlot gives back what a job, or with step "*" a whole run, had taken.
func (p *pass) freeSlot(r *writer.Run, step run.StepID, attempt int) error {
	keys, err := p.tx.EndSlot(r.Key, string(step), attempt)
	if err != nil {
		return err
	}
	for _, key := range keys {
		p.noteFreed(key)
	}
	return nil
}

// noteFreed has what waits for a key looked at.
func (p *pass) noteFreed(key string) {
	if p.freed == nil {
		p.freed = make(map[string]bool)
	}
	p.freed[key] = true
}

// wait lets something wait for a slot.
func (p *pass) wait(key string, next time.Time, add func(h *waiters)) {
	h := p.s.waiters[key]
	if h == nil {
		h = &waiters{}
		p.s.waiters[key] = h
	}
	p.restore(key, h)
	add(h)
	h.next = next
	p.wakeBy(next)
}

// restore has waiters put back as it is now, should the transaction fail. Its lists
// only grow at the end and shrink at the front, so their headers are enough.
func (p *pass) restore(key string, h *waiters) {
	was := *h
	p.tx.Undo(func() { *h = was; p.s.waiters[key] = h })
}

// wakeBy has the clock have the waiters looked at again.
func (p *pass) wakeBy(at time.Time) {
	if !at.IsZero() && (p.wakeAt.IsZero() || at.Before(p.wakeAt)) {
		p.wakeAt = at
	}
}

// admitFreed begins what waits for the slots that became free in this transaction.
func (p *pass) admitFreed() error {
	for len(p.freed) > 0 {
		for key := range p.freed {
			delete(p.freed, key)
			if err := p.admitWaiters(key); err != nil {
				return err
			}
		}
	}
	return nil
}

// admitWaiters begins what waits for a key, as far as the limits let it.
func (p *pass) admitWaiters(key string) error {
	h := p.s.waiters[key]
	if h == nil {
		return nil
	}
	p.restore(key, h)
	h.next = time.Time{}
	for len(h.runs) > 0 {
		begun, next, err := p.admitRun(key, h.runs[0])
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
		begun, next, err := p.admitJob(key, h.jobs[0])
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
		delete(p.s.waiters, key)
	}
	p.wakeBy(h.next)
	return nil
}

// admitJob queues a job that waited, if there is a slot or the job is not wanted any
// more.
func (p *pass) admitJob(key string, j *job) (done bool, next time.Time, err error) {
	if j.dropped || p.dropped[j.jobKey] {
		return true, next, nil
	}
	r, err := p.tx.Load(j.run)
	if fault.HasCode(err, journal.CodeDamaged) {
		return true, next, nil
	}
	if err != nil {
		return false, next, err
	}
	ok, next, err := p.takeSlot(r, j.step, j.attempt, key, j.limit)
	if ok && err == nil {
		p.enqueue(j)
	}
	return ok, next, err
}

// admitRun lets a run begin that waited, if there is a slot or the run no longer asks.
func (p *pass) admitRun(key string, w waitingRun) (done bool, next time.Time, err error) {
	r, err := p.tx.Load(w.id)
	if fault.HasCode(err, journal.CodeDamaged) {
		return true, next, nil
	}
	if err != nil {
		return false, next, err
	}
	if !slices.ContainsFunc(r.State.Outstanding(), func(cmd run.Command) bool { _, ok := cmd.(run.Admit); return ok }) {
		return true, next, nil
	}
	ok, next, err := p.takeSlot(r, "", 0, key, w.cmd.Limit)
	if err != nil || !ok {
		return false, next, err
	}
	err = p.tx.Apply(r, run.Admitted{})
	if errors.Is(err, run.ErrStale) {
		err = nil
	}
	return true, next, err
}

// admit answers a run that asks for leave to begin, or has it wait.
func (p *pass) admit(r *writer.Run, cmd run.Admit) ([]run.Event, error) {
	otherwise := "flow:" + r.Path
	if r.Path == "" {
		otherwise = "flow:" + r.Flow
	}
	key, err := p.slotKey(cmd.Limit, cmd.Args, otherwise)
	if err != nil {
		return nil, err
	}
	add := func(h *waiters) { h.runs = append(h.runs, waitingRun{r.ID, cmd}) }
	if h := p.s.waiters[key]; h == nil || len(h.runs) == 0 { // who came first goes first
		ok, next, err := p.takeSlot(r, "", 0, key, cmd.Limit)
		if err != nil {
			return nil, err
		}
		if ok {
			return []run.Event{run.Admitted{}}, nil
		}
		p.wait(key, next, add)
		return nil, nil
	}
	p.wait(key, p.s.waiters[key].next, add)
	return nil, nil
}

// limitKey names what the limit of a job counts.
func (p *pass) limitKey(j *job) (string, error) {
	otherwise := "script:" + j.code.Path
	if j.code.Path == "" {
		otherwise = "code:" + journal.ShortHash(j.code.Language, j.code.Content)
	}
	return p.slotKey(j.limit, j.args, otherwise)
}

// acquire takes the slot that a job's limit asks for, or has the job wait.
func (p *pass) acquire(r *writer.Run, j *job) (bool, error) {
	if j.limit.Max <= 0 {
		return true, nil
	}
	key, err := p.limitKey(j)
	if err != nil {
		return false, fmt.Errorf("limit of step %s: %w", j.step, err)
	}
	var next time.Time
	if h := p.s.waiters[key]; h == nil || len(h.jobs) == 0 {
		ok, at, err := p.takeSlot(r, j.step, j.attempt, key, j.limit)
		if err != nil || ok {
			return ok, err
		}
		next = at
	} else {
		next = h.next
	}
	p.wait(key, next, func(h *waiters) { h.jobs = append(h.jobs, j) })
	return false, nil
}

// freeDue tries the waiters whose window has freed a slot.
func (p *pass) freeDue() error {
	for key, h := range p.s.waiters {
		switch {
		case h.next.IsZero():
		case h.next.After(p.tx.Now):
			p.wakeBy(h.next)
		default:
			p.noteFreed(key)
		}
	}
	return p.admitFreed()
}
