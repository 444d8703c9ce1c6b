package script

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Bounds of a job's log.
const (
	maxLine = 16 << 10
	maxLog  = 8 << 20
)

// lineLog writes whole lines to a job's log, one Write each, and cuts what is
// too long or too much.
type lineLog struct {
	mu    sync.Mutex
	w     io.Writer
	total int
	full  bool
}

// line writes one line without its end.
func (l *lineLog) line(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full {
		return
	}
	s = strings.TrimSuffix(s, "\r")
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "") + "… (line cut)"
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if l.total += len(s) + 1; l.total > maxLog {
		l.full = true
		s = fmt.Sprintf("(the log is full at %d MB; the rest is left out)", maxLog>>20)
	}
	// A log that cannot be written is no reason to fail a step.
	_, _ = io.WriteString(l.w, s+"\n")
}

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
	if room := max(s.most, maxLine) + 1 - len(s.part); len(b) > room {
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
