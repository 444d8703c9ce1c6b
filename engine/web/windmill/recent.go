package windmill

import "sync"

// recent is a small memory of what was learned last: a map that forgets its
// oldest entries.
type recent[V any] struct {
	most int

	mu    sync.Mutex
	by    map[string]V
	order []string // of by's keys, oldest first
}

func (m *recent[V]) put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.by == nil {
		m.by = make(map[string]V)
	}
	if _, ok := m.by[key]; !ok {
		if len(m.order) >= m.most {
			delete(m.by, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, key)
	}
	m.by[key] = v
}

func (m *recent[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.by[key]
	return v, ok
}
