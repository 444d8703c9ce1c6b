package job

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Bounds of a job's log.
const (
	MaxLine = 16 << 10
	MaxLog  = 8 << 20
)

// Log writes whole lines to a job's log, one Write each, and cuts what is
// too long or too much.
type Log struct {
	mu    sync.Mutex
	w     io.Writer
	total int
	full  bool
}

// NewLog returns the log of a job that is written to w.
func NewLog(w io.Writer) *Log { return &Log{w: w} }

// Line writes one line without its end.
func (l *Log) Line(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full {
		return
	}
	s = strings.TrimSuffix(s, "\r")
	if len(s) > MaxLine {
		s = strings.ToValidUTF8(s[:MaxLine], "") + "… (line cut)"
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if l.total += len(s) + 1; l.total > MaxLog {
		l.full = true
		s = fmt.Sprintf("(the log is full at %d MB; the rest is left out)", MaxLog>>20)
	}
	// A log that cannot be written is no reason to fail a step.
	_, _ = io.WriteString(l.w, s+"\n")
}
