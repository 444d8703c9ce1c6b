package engine

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
)

// conditions are the lasting troubles. Each has one way to end:
//
//	engine.disk_full, engine.disk   a commit that goes through
//	engine.unreadable               a read or a commit that goes through
//	run.damaged                     the run is set aside for good; it is told until Sluice ends
//	mail.signin                     the account is entered anew, signed in again or removed, or sends a mail
//	engine.slept, engine.clock      notices: at their time, or when they are dismissed
//	vault.missing                   the key is put back
//	backup.restored                 a notice: when it is dismissed
type conditions struct {
	mu  sync.Mutex
	by  map[[2]string]fault.Condition
	end map[[2]string]time.Time // of notices
}

// noticeFor is how long a notice is shown that nobody dismisses.
const noticeFor = 12 * time.Hour

// notice shows something that is over, until a time at most.
func (e *Engine) notice(c fault.Condition, until time.Time) {
	c.Severity = fault.Notice
	e.condition(c)
	e.troubles.mu.Lock()
	defer e.troubles.mu.Unlock()
	if e.troubles.end == nil {
		e.troubles.end = make(map[[2]string]time.Time)
	}
	e.troubles.end[[2]string{string(c.Code), c.Subject}] = until
}

// Conditions returns the lasting troubles, loudest first, then oldest first.
func (e *Engine) Conditions() []fault.Condition {
	e.troubles.mu.Lock()
	defer e.troubles.mu.Unlock()
	out := make([]fault.Condition, 0, len(e.troubles.by))
	now := e.cfg.wall()
	for key, c := range e.troubles.by {
		if end, notice := e.troubles.end[key]; notice && !end.After(now) {
			delete(e.troubles.by, key)
			delete(e.troubles.end, key)
			continue
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b fault.Condition) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Since.Compare(b.Since), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// SetCondition shows a lasting trouble that was found outside the engine, such
// as an address that cannot be reached. Since stays that of the first time.
func (e *Engine) SetCondition(c fault.Condition) { e.condition(c) }

// CureCondition takes a lasting trouble back, or dismisses a notice.
func (e *Engine) CureCondition(code fault.Code, subject string) { e.cure(code, subject) }

func (e *Engine) condition(c fault.Condition) {
	e.troubles.mu.Lock()
	defer e.troubles.mu.Unlock()
	key := [2]string{string(c.Code), c.Subject}
	if old, ok := e.troubles.by[key]; ok {
		c.Since = old.Since
	} else if c.Since.IsZero() {
		c.Since = e.cfg.wall()
	}
	if e.troubles.by == nil {
		e.troubles.by = make(map[[2]string]fault.Condition)
	}
	e.troubles.by[key] = c
}

func (e *Engine) cure(code fault.Code, subject string) {
	e.troubles.mu.Lock()
	defer e.troubles.mu.Unlock()
	delete(e.troubles.by, [2]string{string(code), subject})
	delete(e.troubles.end, [2]string{string(code), subject})
}
