// Package scripttest holds what the tests of all languages need: a job, a log that
// can be waited for, a server that notes what it is asked.
package scripttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/run"
)

// Job is a job that runs a script.
func Job(language, content, args string) run.Job {
	return run.Job{
		ID: "job-1", Code: run.Code{Language: language, Content: content}, Args: json.RawMessage(args),
		Timeout: 20 * time.Second, Env: map[string]string{"WM_WORKSPACE": "sluice", "WM_JOB_ID": "job-1"},
	}
}

// Log is a log that can be waited for.
type Log struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	want string
	seen chan struct{}
	once sync.Once
}

// WaitingLog returns a log and a channel that closes once a text was written to it.
func WaitingLog(want string) (*Log, <-chan struct{}) {
	l := &Log{want: want, seen: make(chan struct{})}
	return l, l.seen
}

// Write is what a job says.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen != nil && strings.Contains(string(b), l.want) {
		l.once.Do(func() { close(l.seen) })
	}
	return l.buf.Write(b)
}

func (l *Log) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.buf.String() }

// Failure checks that an error is a failure of that name, and returns it.
func Failure(t *testing.T, err error, name string) *run.Failure {
	t.Helper()
	f, ok := errors.AsType[*run.Failure](err)
	if !ok || f.Name != name {
		t.Fatalf("error %v, want a failure %s", err, name)
	}
	return f
}

// Honest checks that who runs TypeScript still does.
func Honest(t *testing.T, x interface {
	Run(ctx context.Context, job run.Job, log io.Writer) (json.RawMessage, error)
}) {
	t.Helper()
	v, err := x.Run(context.Background(), Job("bun", "export const main = (a: number) => a + 1", `{"a":1}`), &Log{})
	if err != nil || string(v) != "2" {
		t.Fatalf("afterwards an honest script gives %s, %v", v, err)
	}
}
