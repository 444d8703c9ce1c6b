package child

import (
	"bytes"
	"sync"

	"sluice/engine/script/internal/job"
)

// stream is one of a child's outputs: it cuts bytes into lines.
type stream struct {
	mu   sync.Mutex
	log  func(string)
	most int // of a line, what is over is dropped; 0: a little more than is logged
	part []byte
}

func (s *stream) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(b)
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			break
		}
		s.add(b[:i])
		s.log(string(s.part))
		s.part, b = s.part[:0], b[i+1:]
	}
	s.add(b)
	return n, nil
}

func (s *stream) add(b []byte) {
	if room := max(s.most, job.MaxLine) + 1 - len(s.part); len(b) > room {
		b = b[:max(room, 0)]
	}
	s.part = append(s.part, b...)
}

// end writes a last line that has no end.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.part) > 0 {
		s.log(string(s.part))
		s.part = nil
	}
}
