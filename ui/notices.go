package ui

import (
	"context"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/ui/model"
	"sluice/ui/session"
)

// noticePause gathers what happens at the same time, and lets what is decided at once be
// decided.
const noticePause = 500 * time.Millisecond

// hear takes in what happened, to tell of it outside the window.
func (u *UI) hear(batch []run.Entry) {
	if u.back.outside.Hear(batch) {
		u.noticeSoon()
	}
}

// noticeSoon looks in a moment at what there is to tell.
func (u *UI) noticeSoon() {
	if u.back.looking {
		u.back.again = true
		return
	}
	u.back.looking = true
	u.after(noticePause, u.notice)
}

// notice reads what has come, and tells it.
func (u *UI) notice() {
	w := u.back.outside.Want()
	done := func() {
		u.back.looking = false
		if u.back.again {
			u.back.again = false
			u.noticeSoon()
		}
	}
	u.ask(func(ctx context.Context) (func(), error) {
		f, err := u.find(ctx, w)
		return func() {
			tell, back := u.back.outside.Tell(f, u.sees)
			u.tellOutside(tell, back)
			done()
		}, err
	}, done)
}

// find reads what is needed to tell what was heard of.
func (u *UI) find(ctx context.Context, w model.Wanted) (f model.Found, err error) {
	f = model.Found{Now: time.Now(), Why: w.Failed}
	if f.Requests, err = u.cfg.Lists.RequestsSince(ctx, w.Since, w.Limit); err != nil {
		return f, err
	}
	for _, a := range w.Answers {
		if len(w.Answers) <= answersRead { // of more only the number is told
			if q, err := u.cfg.People.ApprovalOf(ctx, a.Run, a.Vote.Step); err == nil {
				a.Asked, a.Flow = q.Ask.Question, q.FlowName
			}
		}
		f.Answers = append(f.Answers, a)
	}
	for id := range w.Failed {
		s, err := u.cfg.Lists.Run(ctx, id)
		if err == nil {
			f.Ended = append(f.Ended, s)
		} else if !fault.HasCode(err, "run.unknown") {
			return f, err
		}
	}
	for _, flow := range w.Failing {
		list, err := u.cfg.Lists.Runs(ctx, RunQuery{Path: flow, Limit: 1})
		if err == nil && len(list) > 0 && list[0].Outcome == run.Succeeded {
			f.Recovered = append(f.Recovered, flow)
		}
	}
	for _, t := range w.Open {
		if a, err := u.cfg.People.ApprovalOf(ctx, t.Run, t.Step); err == nil && (a.State != run.ApprovalWaiting || a.MyVote != nil) {
			f.Over = append(f.Over, t)
		}
	}
	return f, nil
}

// answersRead is how many answers are told one by one.
const answersRead = 3

// skipKnown takes for known which requests are open: whoever starts Sluice sees how many
// there are.
func (u *UI) skipKnown() {
	now := time.Now()
	u.back.outside.SkipTo(now, nil)
	u.ask(func(ctx context.Context) (func(), error) {
		list, err := u.cfg.Lists.RequestsSince(ctx, now, skipMost) // some, where the clock was set back
		return func() { u.back.outside.SkipTo(now, list) }, err
	})
}

const skipMost = 1000

// tellTroubles tells of lasting troubles outside the window.
func (u *UI) tellTroubles() {
	tell, back := u.back.outside.Troubles(time.Now(), u.cfg.Library.Conditions(), u.sees(model.Target{}))
	u.tellOutside(tell, back)
}

// tellOutside shows notices, and takes back those that tell nothing any more.
func (u *UI) tellOutside(tell []model.Notice, back []string) {
	for _, key := range back {
		u.session.Withdraw(key)
	}
	for _, n := range tell {
		open := func() { u.lead(n.To) }
		if n.To == (model.Target{}) {
			open = u.show
		}
		u.session.Notify(session.Note{Key: n.Key, Title: n.Title, Body: n.Body, Open: func() { later(open) }})
	}
}
