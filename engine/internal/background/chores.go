package background

import (
	"slices"
	"sync"

	"sluice/engine/run"
)

// Chores are what goes on in the background, so that who waits for its end can name
// what does not stop.
type Chores struct {
	mu sync.Mutex
	at map[*chore]bool
}

type chore struct {
	what string
	run  run.ID // "" where it belongs to none
}

// Begin notes a chore, until end is called. id is "" where it belongs to no run.
func (c *Chores) Begin(what string, id run.ID) (end func()) {
	ch := &chore{what, id}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == nil {
		c.at = make(map[*chore]bool)
	}
	c.at[ch] = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.at, ch)
	}
}

// Names lists what goes on, in order.
func (c *Chores) Names() (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.at {
		name := ch.what
		if ch.run != "" {
			name += " of run " + string(ch.run)
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
