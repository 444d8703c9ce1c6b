package engine

import (
	"cmp"
	"slices"
	"sync"

	"sluice/engine/fault"
)

type conditions struct {
	mu sync.Mutex
	by map[[2]string]fault.Condition
}

// Conditions returns the lasting troubles, loudest first, then oldest first.
func (e *Engine) Conditions() []fault.Condition {
	e.troubles.mu.Lock()
	defer e.troubles.mu.Unlock()
	out := make([]fault.Condition, 0, len(e.troubles.by))
	for _, c := range e.troubles.by {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b fault.Condition) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Since.Compare(b.Since), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// SetCondition shows a lasting trouble that was found outside the engine, such
// as an address that can not be reached. Since stays that of the first time.
func (e *Engine) SetCondition(c fault.Condition) { e.condition(c) }

// CureCondition takes a lasting trouble back.
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
}
