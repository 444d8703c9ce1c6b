package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/plain"
	"sluice/engine/run"
)

// runReader reads runs: the engine, and once that has closed, what it left.
type runReader interface {
	Log(context.Context, run.ID) ([]run.Entry, error)
	Logs(ctx context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error)
	PlanOf(ctx context.Context, hash string) (*run.Plan, error)
	Value(context.Context, run.Ref) (json.RawMessage, error)
}

// A follower tells what happens to runs, as the journal grows.
type follower struct {
	h    *server
	r    *report
	read runReader
	only run.ID // tells of this run alone; "" tells of all
	runs map[run.ID]*followed

	after int64                    // the last entry that was looked at
	mails map[string]run.MailNoted // of the only run: what was told of those that did not go out
}

// followed is a run that something was told of, or that something happened to.
type followed struct {
	state *run.State // nil until something happens
	last  int64      // the last entry in state
	told  []run.StepID
	old   []run.StepID // gates that were open before this process
	over  bool         // nothing more is told
}

// follow tells what happens to a run, or to all runs for id "", until the run
// ends or ctx does. It begins with the requests that are open and goes on with
// what is new since this process opened the folder: what an earlier one told is
// not told again.
func (h *server) follow(ctx context.Context, r *report, id run.ID) error {
	f := &follower{h: h, r: r, read: h.eng, only: id, runs: map[run.ID]*followed{}, after: h.since}
	err := f.follow(ctx)
	if ctx.Err() == nil {
		return err
	}
	h.close()
	if outcome := f.rest(context.WithoutCancel(ctx)); outcome != "" {
		return h.ended(id, outcome)
	}
	return err
}

func (f *follower) follow(ctx context.Context) error {
	h, id := f.h, f.only
	defer h.watchTrouble(ctx)()
	if id == "" {
		if err := f.open(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	defer f.left(ctx)
	for ctx.Err() == nil {
		for batch, err := range h.eng.Watch(ctx, f.after) {
			if err != nil { // serve must not end over it: people may be deciding
				h.log.Error("follow the journal", "after", f.after, "err", err)
				break
			}
			touched := f.fold(ctx, batch)
			if ctx.Err() != nil {
				break // rest looks at the batch again
			}
			f.after = batch[len(batch)-1].ID
			for _, touched := range touched {
				if done, err := f.tell(ctx, touched); done || err != nil && ctx.Err() == nil && id != "" {
					return err
				} else if err != nil {
					h.log.Error("follow", "run", touched, "err", err)
				}
			}
		}
		select { // it ended with an error, or the engine closes
		case <-time.After(followAgain):
		case <-ctx.Done():
		}
	}
	if id != "" {
		return &exitError{code: exitFailed, err: errors.New("Stopped. The run waits in the data folder; `sluice serve` or the window carries it on.")}
	}
	return nil
}

// rest tells of what came while the engine closed: a step that ended in time, or that
// was cut off, may have been the last of its run. It returns the outcome of the only run,
// "" where that is not over or was told before.
func (f *follower) rest(ctx context.Context) (only run.Outcome) {
	r, err := engine.OpenReader(f.h.opts.data)
	if err != nil {
		plain.Fprintf(f.h.opts.errOut, "How the runs ended cannot be told: %v\n", err)
		return ""
	}
	defer r.Close()
	f.read = r
	if f.only != "" {
		f.of(f.only)
	} else if err := f.unseen(ctx, r); err != nil {
		f.h.log.Error("read what came while the engine closed", "after", f.after, "err", err)
	}
	for _, id := range slices.Sorted(maps.Keys(f.runs)) {
		x := f.runs[id]
		if x.over {
			continue
		}
		entries, err := r.Log(ctx, id)
		if err != nil {
			continue // it was set aside, and the list of runs says why
		}
		f.fold(ctx, slices.DeleteFunc(entries, func(e run.Entry) bool { return e.ID <= f.after }))
		if x.state == nil || x.state.Status() != run.StatusDone {
			continue
		}
		outcome, _, _ := x.state.Outcome()
		if err := f.finished(ctx, id, x); err == nil && id == f.only {
			only = outcome
		}
	}
	return only
}

// unseen learns of the runs whose news had not come here when the engine closed.
func (f *follower) unseen(ctx context.Context, r *engine.Reader) error {
	ids, err := r.Since(ctx, f.after)
	for _, id := range ids {
		f.of(id)
	}
	return err
}

// followAgain is how long to wait before the journal is watched again.
const followAgain = time.Second

// openMax is how many open requests a start tells of: a list of thousands helps
// nobody.
const openMax = 100

// open tells of the requests that wait already.
func (f *follower) open(ctx context.Context) error {
	list, err := f.h.eng.Approvals(ctx, openMax)
	if err != nil {
		return err
	}
	all, err := f.h.eng.Waiting(ctx, 0)
	if err != nil {
		return err
	}
	for _, a := range list {
		f.waiting(ctx, f.of(a.Run), a, true)
	}
	if all > len(list) {
		f.r.more(all - len(list))
	}
	return nil
}

// of is what is known of a run here.
func (f *follower) of(id run.ID) *followed {
	x := f.runs[id]
	if x == nil {
		x = &followed{}
		f.runs[id] = x
	}
	return x
}

// fold applies entries to their runs and returns the runs, in order.
func (f *follower) fold(ctx context.Context, batch []run.Entry) []run.ID {
	var touched []run.ID
	for _, e := range batch {
		x := f.of(e.Run)
		if x.over || e.ID <= x.last || f.only != "" && e.Run != f.only {
			continue
		}
		if err := f.apply(ctx, x, e); ctx.Err() != nil && err != nil {
			x.state = nil // folded anew by rest
			return touched
		} else if err != nil {
			f.h.log.Error("follow", "run", e.Run, "entry", e.ID, "err", err)
			x.over, x.state = true, nil
			continue
		}
		if !slices.Contains(touched, e.Run) {
			touched = append(touched, e.Run)
		}
	}
	return touched
}

// apply folds one entry in, after those that came before it.
func (f *follower) apply(ctx context.Context, x *followed, e run.Entry) error {
	if x.state == nil {
		if err := f.before(ctx, x, e); err != nil || x.over {
			return err
		}
	}
	if _, err := x.state.Next(e.At, e.Event); err != nil {
		return err
	}
	x.last = e.ID
	switch v := e.Event.(type) {
	case run.MailNoted:
		if v.Title != "" {
			f.mail(e.Run, v)
		}
	case run.Started:
		if f.only == "" { // whoever started the only one knows
			f.r.begun(e.Run, v)
		}
	case run.JobSucceeded:
		f.logs(ctx, e.Run, v.Step, v.Attempt)
	case run.JobFailed:
		f.logs(ctx, e.Run, v.Step, v.Attempt)
		f.failed(v)
	case run.Admitted, run.AskNoted, run.CancelRequested, run.DecisionMade, run.Evaluated, run.JobInterrupted, run.JobLost, run.JobStarted, run.LinkMinted, run.Recalled, run.TimerFired:
		// Nothing is printed for them.
	}
	return nil
}

// mail tells of a mail that did not go out.
func (f *follower) mail(id run.ID, m run.MailNoted) {
	if f.only != "" {
		if f.mails == nil {
			f.mails = map[string]run.MailNoted{}
		}
		f.mails[m.Mail] = m
	}
	f.r.mail(id, m)
}

// How long an end waits for mails that can be sent: a provider answers within
// seconds or not at all.
const (
	mailTime     = 30 * time.Second
	mailTimeStop = 3 * time.Second // when it was told to stop
)

// left waits until the mails of the only run were sent, and tells of those that
// stay behind.
func (f *follower) left(ctx context.Context) {
	if f.only == "" {
		return
	}
	limit := mailTime
	if ctx.Err() != nil {
		ctx, limit = context.WithoutCancel(ctx), mailTimeStop
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	mails, err := f.h.eng.Unsent(ctx, f.only)
	if err != nil {
		f.h.log.Error("read the mails that are left", "run", f.only, "err", err)
		return
	}
	for _, m := range mails {
		if m.Title == "" {
			m.Title, m.Hint = "It waits in the outbox", "`sluice serve` or the window sends it."
		}
		if f.mails[m.Mail] != m {
			f.mail(f.only, m)
		}
	}
}

// before folds what a run's journal holds up to an entry. A run that was over by
// then has nothing new to tell.
func (f *follower) before(ctx context.Context, x *followed, e run.Entry) error {
	entries, err := f.read.Log(ctx, e.Run)
	if err != nil {
		return err
	}
	for _, old := range entries {
		if st, ok := old.Event.(run.Started); ok {
			if x.state, err = f.newState(ctx, e.Run, st); err != nil {
				return err
			}
		}
		if old.ID >= e.ID {
			break
		}
		if _, err := x.state.Next(old.At, old.Event); err != nil {
			return err
		}
	}
	x.old = run.OpenApprovals(x.state)
	if x.state.Status() == run.StatusDone {
		x.over, x.state = true, nil
	}
	return nil
}

// newState prepares the fold of one run.
func (f *follower) newState(ctx context.Context, id run.ID, st run.Started) (*run.State, error) {
	plan, err := f.read.PlanOf(ctx, st.Flow)
	if err != nil {
		return nil, err
	}
	return run.NewState(plan, id), nil
}

// tell tells of a run's gates that have opened and of its end. It is done when
// the only run that is followed is.
func (f *follower) tell(ctx context.Context, id run.ID) (done bool, err error) {
	x := f.runs[id]
	if x.over {
		return false, nil
	}
	for _, step := range run.OpenApprovals(x.state) {
		if a, err := f.h.eng.ApprovalOf(ctx, id, step); err == nil && a.State == run.ApprovalWaiting {
			f.waiting(ctx, x, a, slices.Contains(x.old, step)) // else it was decided meanwhile, or is not open yet
		}
	}
	if x.state.Status() != run.StatusDone {
		return false, nil
	}
	outcome, _, _ := x.state.Outcome()
	if err := f.finished(ctx, id, x); err != nil {
		return true, err
	}
	if f.only == "" {
		return false, nil
	}
	return true, exitOf(outcome)
}

// finished tells the end of a run that is over.
func (f *follower) finished(ctx context.Context, id run.ID, x *followed) error {
	outcome, ref, failure := x.state.Outcome()
	var value []byte
	if f.only != "" || f.r.json {
		var err error
		if value, err = f.read.Value(ctx, ref); err != nil {
			return err
		}
	}
	x.over, x.state = true, nil
	f.r.finished(id, outcome, value, failure)
	if f.only == "" {
		delete(f.runs, id) // it says nothing more
	}
	return nil
}

// exitOf ends the program with the code that an outcome means; it was told already.
func exitOf(outcome run.Outcome) error {
	if c := code(outcome); c != exitOK {
		return &exitError{code: c, quiet: true}
	}
	return nil
}

// waiting tells of a gate, once, with a fresh link for everyone who was asked. One
// that is old gets none unless nobody was given one yet, or they were asked for:
// each is a way to decide, and a start is no reason for more of them.
func (f *follower) waiting(ctx context.Context, x *followed, a run.Approval, old bool) {
	if slices.Contains(x.told, a.Step) {
		return
	}
	x.told = append(x.told, a.Step)
	if f.r.noLinks {
		f.r.waiting(a, nil)
		return
	}
	if old && !f.r.links {
		given, err := f.h.eng.LinkGiven(ctx, a.Run, a.Step)
		if err != nil {
			f.h.log.Error("look for links", "run", a.Run, "step", a.Step, "err", err)
		}
		if given || err != nil {
			f.r.waiting(a, nil)
			f.r.given()
			return
		}
	}
	var links []run.Links
	for _, p := range a.People {
		l, err := f.h.eng.MintLink(ctx, a.Run, a.Step, p.Person)
		if err != nil {
			f.h.log.Error("mint link", "run", a.Run, "step", a.Step, "err", err)
			continue
		}
		links = append(links, l)
	}
	f.r.waiting(a, links)
}

// logs prints what a step printed, where a person reads along.
func (f *follower) logs(ctx context.Context, id run.ID, step run.StepID, attempt int) {
	if f.only == "" || f.r.json {
		return
	}
	b, err := f.read.Logs(ctx, id, step, attempt, 0)
	if err != nil {
		f.h.log.Error("read the log", "run", id, "step", step, "err", err)
		return
	}
	f.r.logs(step, b)
}

// failed tells of an attempt that did not succeed: the run may go on all the same.
func (f *follower) failed(v run.JobFailed) {
	if f.only != "" && !f.r.json {
		v.Err.StepID = "" // it is told where the log stands
		v.Err.Message, _, _ = strings.Cut(v.Err.Message, lastLogLines)
		f.r.logs(v.Step, []byte("failed: "+why(&v.Err)))
	}
}
