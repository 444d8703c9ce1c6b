package page

import "sync"

// Limits of what a stranger can make us hold.
const (
	maxBody   = 1 << 20  // bytes of a form or a payload
	maxDrain  = 16 << 20 // bytes read past the limit, so that the answer arrives
	maxBodies = 32       // large bodies being read at once
	smallBody = 64 << 10 // bytes of a body that is not large
	linkMany  = 4        // bodies being read at once that come by one link
)

// linkSlots bounds how many bodies come by one link at once.
type linkSlots struct {
	mu sync.Mutex
	by map[string]int
}

func (s *linkSlots) take(link string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[link] >= linkMany {
		return false
	}
	if s.by == nil {
		s.by = map[string]int{}
	}
	s.by[link]++
	return true
}

func (s *linkSlots) free(link string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[link]--; s.by[link] <= 0 {
		delete(s.by, link)
	}
}
