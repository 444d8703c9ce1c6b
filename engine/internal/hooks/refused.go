package hooks

import (
	"slices"
	"strings"
	"sync"
	"time"

	"sluice/engine/hook"
)

const (
	tellAt     = 10        // wrong signatures within
	refusedFor = time.Hour // from which on they are told
	countMost  = 1000      // that are counted
)

// What is kept of what a hook refused.
const (
	refusalsMost = 20  // refusals
	whyMost      = 300 // bytes of a reason
)

// refusals knows when wrong signatures came, and what was refused last, by the path of the
// hook.
type refusals struct {
	mu   sync.Mutex
	at   map[string][]time.Time
	last map[string][]hook.Refusal // oldest first
}

// note keeps what was refused.
func (r *refusals) note(path, why string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		r.last = make(map[string][]hook.Refusal)
	}
	if len(why) > whyMost {
		why = strings.ToValidUTF8(why[:whyMost], "") + "…"
	}
	list := r.last[path]
	if n := len(list); n > 0 && list[n-1].Why == why {
		list[n-1].At = now
		list[n-1].Times++
		return
	}
	list = append(list, hook.Refusal{At: now, Why: why, Times: 1})
	r.last[path] = slices.Clone(list[max(0, len(list)-refusalsMost):])
}

// since lists what was refused since a hook was made, newest first.
func (r *refusals) since(path string, made time.Time) (out []hook.Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range slices.Backward(r.last[path]) {
		if !x.At.Before(made) {
			out = append(out, x)
		}
	}
	return out
}

// add notes one and returns how many came within the hour.
func (r *refusals) add(path string, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = make(map[string][]time.Time)
	}
	if len(r.at[path]) < countMost {
		r.at[path] = append(r.at[path], now)
	}
	return r.prune(path, now)
}

// within returns how many came within the hour.
func (r *refusals) within(path string, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.prune(path, now)
}

func (r *refusals) prune(path string, now time.Time) int {
	list := r.at[path]
	for len(list) > 0 && now.Sub(list[0]) >= refusedFor {
		list = list[1:]
	}
	if list == nil {
		return 0
	}
	r.at[path] = list
	return len(list)
}

func (r *refusals) forget(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, path)
}
