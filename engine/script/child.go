package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sluice/engine/run"
)

const (
	grace     = 300 * time.Millisecond // between asking a child to end and ending it
	drainTime = 500 * time.Millisecond // for output that outlives the child
)

// child runs one job in a process of its own, in the job's folder.
type child struct {
	job     run.Job
	dir     string
	log     *lineLog
	last    string   // the last line of standard output that is not blank
	lastErr string   // likewise of standard error
	env     []string // besides the job's
	keep    int      // how much of a long line of standard output is kept in last; 0: as much as is logged
	timeout time.Duration
}

// newChild prepares the job's folder. When the job has none, one is made and
// the returned function removes it.
func newChild(job run.Job, log io.Writer, timeout time.Duration) (*child, func(), error) {
	c := &child{job: job, dir: job.Dir, log: &lineLog{w: log}, timeout: job.Timeout}
	if c.timeout <= 0 {
		c.timeout = timeout
	}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	done := func() {}
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "sluice-job-")
		if err != nil {
			return nil, nil, cannotStart(err)
		}
		c.dir, done = dir, func() { _ = os.RemoveAll(dir) }
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, nil, cannotStart(err)
	}
	_ = os.Chmod(c.dir, 0o700)
	if job.Shared != "" {
		if err := linkFolder(job.Shared, c.path("shared")); err != nil {
			done()
			return nil, nil, cannotStart(fmt.Errorf("reach the shared folder: %w", err))
		}
	}
	return c, done, nil
}

func (c *child) path(name string) string { return filepath.Join(c.dir, name) }

func (c *child) write(name string, data []byte) error {
	if err := os.WriteFile(c.path(name), data, 0o600); err != nil {
		return cannotStart(err)
	}
	return nil
}

// result reads a file that the child wrote; false if it wrote none.
func (c *child) result(name string) ([]byte, bool, error) {
	f, err := os.Open(c.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	if s, err := f.Stat(); err != nil {
		return nil, false, err
	} else if s.Size() > maxResult {
		return nil, false, tooLarge(s.Size())
	}
	b, err := io.ReadAll(io.LimitReader(f, maxResult+1))
	if err != nil {
		return nil, false, err
	}
	return b, true, nil
}

func tooLarge(size int64) *run.Failure {
	return &run.Failure{
		Name: resultTooLarge, Message: fmt.Sprintf("The result has %d MB; a step may return %d MB", size>>20, maxResult>>20),
		Hint: tooLargeHint, Code: codeOf(resultTooLarge),
	}
}

// run starts a program and waits for it. The error tells that it could not be
// started, was stopped, or how it exited (*exec.ExitError).
func (c *child) run(ctx context.Context, name string, args ...string) error {
	upTo, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeUp)
	defer cancel()
	cmd := exec.CommandContext(upTo, name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(plainEnv(), "HOME="+c.dir, "PWD="+c.dir)
	cmd.Env = append(cmd.Env, c.env...)
	for k, v := range c.job.Env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out := &stream{most: c.keep, log: func(s string) {
		if s != "" {
			c.last = s
		}
		c.log.line(s)
	}}
	errs := &stream{log: func(s string) {
		if s != "" {
			c.lastErr = strings.ReplaceAll(s, c.dir+string(filepath.Separator), "")
		}
		c.log.line(s)
	}}
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.WaitDelay = grace + drainTime
	cmd.Cancel = func() error {
		err := askGroup(cmd)
		time.AfterFunc(grace, func() { _ = killGroup(cmd) })
		return err
	}
	ended, err := spawn(cmd)
	if err != nil {
		return cannotStart(err)
	}
	limit(cmd.Process.Pid, 0)
	err = <-ended
	_ = killGroup(cmd) // what the script left running in its group
	out.end()
	errs.end()
	switch cause := context.Cause(upTo); {
	case errors.Is(cause, errTimeUp):
		return timedOut(c.timeout)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil // it ended well; something it started kept its output open
	}
	return err
}

// asJSON returns text as it is if it is JSON, else as a JSON string.
func asJSON(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return mustJSON(text)
}
