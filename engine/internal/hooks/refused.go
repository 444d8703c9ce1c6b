package hooks

import (
	"sync"
	"time"
)

const (
	tellAt     = 10        // wrong signatures within
	refusedFor = time.Hour // from which on they are told
	countMost  = 1000      // that are counted
)

// refusals knows when wrong signatures came, by the path of the hook.
type refusals struct {
	mu sync.Mutex
	at map[string][]time.Time
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
