package model

import (
	"slices"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/ui/say"
)

// Outside decides what a person is told of outside the window: requests that have come,
// answers to them, and failures. The zero value is ready.
type Outside struct {
	since   time.Time       // when the newest request that is known was opened
	known   map[string]bool // requests that were opened then
	asks    map[string]Target
	answers []Answered
	failed  map[run.ID]string // runs that may have failed, with what was said
	failing map[string]bool   // flows whose failure was told
	trouble map[[2]string]bool
	look    bool // requests may have come or gone
}

// Answered is an answer that somebody gave elsewhere.
type Answered struct {
	Run   run.ID
	Vote  run.DecisionMade
	Asked string // the question
	Flow  string // its name
}

// Target is what a notice is about, and where its press leads: a request, a run, or, with
// neither, the window.
type Target struct {
	Run  run.ID
	Step run.StepID
}

// Notice is something that a person is told outside the window. A later one of the same
// key takes its place.
type Notice struct {
	Key, Title, Body string
	To               Target
}

// noticesMost is how many of a kind are told one by one: of more, their number is.
const noticesMost = 3

// SkipTo takes for known what was opened before a time, and what is listed.
func (o *Outside) SkipTo(now time.Time, list []run.Approval) {
	o.since, o.known = now, map[string]bool{}
	for i := range list {
		o.know(&list[i])
	}
}

func (o *Outside) know(a *run.Approval) {
	if a.Opened.After(o.since) {
		o.since, o.known = a.Opened, map[string]bool{}
	}
	o.known[keyOf(a.Run, a.Step)] = true
}

func keyOf(id run.ID, step run.StepID) string {
	return "request " + string(id) + " " + string(step)
}

// Hear takes in what happened, and reports whether there may be something to tell.
func (o *Outside) Hear(batch []run.Entry) bool {
	for _, e := range batch {
		switch ev := e.Event.(type) {
		case run.DecisionMade:
			o.look = true
			if ev.Via != run.ViaDesktop {
				o.answers = append(o.answers, Answered{Run: e.Run, Vote: ev})
			}
		case run.JobFailed:
			o.fail(e.Run, say.Failure(ev.Err.Message))
		case run.JobLost:
			o.fail(e.Run, "")
		case run.Evaluated:
			if ev.Err != nil {
				o.fail(e.Run, say.Failure(ev.Err.Message))
			}
		case run.JobSucceeded, run.TimerFired, run.CancelRequested:
			o.look = true
		case run.Started, run.Admitted, run.Recalled, run.JobStarted, run.JobInterrupted, run.AskNoted, run.LinkMinted, run.MailNoted:
			// Nothing has been opened, answered or failed by them.
		}
	}
	return o.look || len(o.answers)+len(o.failed) > 0
}

// failedMost bounds the runs that are looked at for one telling.
const failedMost = 50

func (o *Outside) fail(id run.ID, why string) {
	if o.failed == nil {
		o.failed = map[run.ID]string{}
	}
	if _, has := o.failed[id]; has || len(o.failed) < failedMost {
		o.failed[id] = why
	}
}

// Wanted is what has to be read to tell something.
type Wanted struct {
	Since   time.Time // requests from then on
	Limit   int       // so many of them
	Answers []Answered
	Failed  map[run.ID]string
	Failing []string // flows of which the newest run may have succeeded
	Open    []Target // requests that were told and may be over
}

// Want takes what has to be read.
func (o *Outside) Want() Wanted {
	w := Wanted{Since: o.since, Limit: len(o.known) + 100, Answers: o.answers, Failed: o.failed}
	for flow := range o.failing {
		w.Failing = append(w.Failing, flow)
	}
	for _, t := range o.asks {
		w.Open = append(w.Open, t)
	}
	o.answers, o.failed, o.look = nil, nil, false
	return w
}

// Found is what was read.
type Found struct {
	Now       time.Time
	Requests  []run.Approval
	Answers   []Answered
	Ended     []run.Summary     // of the runs that may have failed
	Why       map[run.ID]string // what was said
	Recovered []string          // flows whose newest run succeeded
	Over      []Target          // requests that are over
}

// Tell says what to tell and what to take back. Who sees what it is about already is not
// told.
func (o *Outside) Tell(f Found, seen func(Target) bool) (tell []Notice, back []string) {
	for _, t := range f.Over {
		key := keyOf(t.Run, t.Step)
		delete(o.asks, key)
		back = append(back, key)
	}
	for _, flow := range f.Recovered {
		delete(o.failing, flow)
	}
	tell = append(tell, o.requests(f, seen)...)
	tell = append(tell, o.answered(f.Answers, seen)...)
	return append(tell, o.failures(f, seen)...), back
}

func (o *Outside) requests(f Found, seen func(Target) bool) (out []Notice) {
	for i := range f.Requests {
		a := &f.Requests[i]
		key, to := keyOf(a.Run, a.Step), Target{a.Run, a.Step}
		if a.Opened.Before(o.since) || a.Opened.Equal(o.since) && o.known[key] {
			continue
		}
		o.know(a)
		if a.MyVote != nil || seen(to) {
			continue
		}
		out = append(out, Notice{key, First(a.Ask.Question, a.StepName, say.T("A request waits")), dots(say.F("%s waits for an answer", a.FlowName), TimeLeft(f.Now, a.Deadline)), to})
	}
	if len(out) > noticesMost {
		return []Notice{{"requests", say.F("%d requests wait for an answer", len(out)), say.F("The oldest: %s", out[0].Title), out[0].To}}
	}
	for _, n := range out {
		if o.asks == nil {
			o.asks = map[string]Target{}
		}
		if len(o.asks) < failedMost {
			o.asks[n.Key] = n.To
		}
	}
	return out
}

func (o *Outside) answered(list []Answered, seen func(Target) bool) (out []Notice) {
	for _, a := range list {
		to := Target{Run: a.Run}
		if seen(to) {
			continue
		}
		who := First(a.Vote.Person, say.T("Somebody"))
		title := say.F("%s denied", who)
		if a.Vote.Approve {
			title = say.F("%s approved", who)
		}
		body := dots(a.Flow, a.Asked)
		if r := strings.TrimSpace(a.Vote.Reason); r != "" && !a.Vote.Approve {
			body += "\n" + cut(oneLine(r), 200)
		}
		out = append(out, Notice{"answer " + keyOf(a.Run, a.Vote.Step), title, body, to})
	}
	if n := len(out); n > noticesMost {
		return []Notice{{"answers", say.F("%d answers have come", n), say.F("The latest: %s", out[n-1].Title), out[n-1].To}}
	}
	return out
}

// failures tells of a flow that fails once, until it has succeeded again or somebody has
// looked.
func (o *Outside) failures(f Found, seen func(Target) bool) (out []Notice) {
	for _, r := range f.Ended {
		flow := First(r.Path, r.FlowName)
		switch {
		case r.Outcome != run.Failed:
			continue
		case seen(Target{Run: r.ID}):
			delete(o.failing, flow)
			continue
		case o.failing[flow]:
			continue
		}
		if o.failing == nil {
			o.failing = map[string]bool{}
		}
		o.failing[flow] = true
		out = append(out, Notice{"failure " + flow, say.F("%s failed", First(r.FlowName, r.Path, say.T("A run"))), cut(oneLine(f.Why[r.ID]), 200), Target{Run: r.ID}})
	}
	if n := len(out); n > noticesMost {
		return []Notice{{"failures", say.F("%d flows failed", n), say.F("The latest: %s", out[n-1].Title), out[n-1].To}}
	}
	return out
}

// settled is how long a trouble lasts before it is told: most mend themselves at once.
const settled = 3 * time.Second

// Troubles tells of each lasting trouble once, as long as it lasts.
func (o *Outside) Troubles(now time.Time, list []fault.Condition, seen bool) (tell []Notice, back []string) {
	still := map[[2]string]bool{}
	for _, c := range list {
		key := [2]string{string(c.Code), c.Subject}
		told := o.trouble[key]
		if !told && now.Sub(c.Since) < settled {
			continue
		}
		still[key] = true
		if !told && !seen && c.Code != "backup.restored" {
			tell = append(tell, Notice{troubleKey(key), dots(say.Engine(c.Title), c.Subject), say.Engine(c.Hint), Target{}})
		}
	}
	for key := range o.trouble {
		if !still[key] {
			back = append(back, troubleKey(key))
		}
	}
	slices.Sort(back)
	o.trouble = still
	return tell, back
}

func troubleKey(k [2]string) string { return "trouble " + k[0] + " " + k[1] }
