package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/process"
)

const (
	grace     = 300 * time.Millisecond // between asking a child to end and ending it
	drainTime = 500 * time.Millisecond // for output that outlives the child
)

// child runs one job in a process of its own, in the job's folder.
type child struct {
	dir     string
	log     *job.Log
	hand    []byte   // what it reads on its standard input: the job's environment and arguments, which no command line shows
	last    string   // the last line that it printed
	lines   []string // the last few lines of both outputs
	env     []string // that others may see
	merged  bool     // both outputs are one, in the order of printing
	keep    int      // how much of a long line is kept in last; 0: as much as is logged
	timeout time.Duration
	mu      sync.Mutex // of last and lines: something that keeps an output open may print on
}

// newChild prepares the job's folder. When the job has none, one is made and
// the returned function removes it.
func newChild(j run.Job, log io.Writer) (*child, func(), error) {
	c := &child{dir: j.Dir, log: job.NewLog(log), timeout: job.TimeLimit(j)}
	done := func() {}
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "sluice-job-")
		if err != nil {
			return nil, nil, job.CannotStart(err)
		}
		c.dir, done = dir, func() { _ = os.RemoveAll(dir) }
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, nil, job.CannotStart(err)
	}
	_ = os.Chmod(c.dir, 0o700)
	if j.Shared != "" {
		if err := linkFolder(j.Shared, c.path("shared")); err != nil {
			done()
			return nil, nil, job.CannotStart(fmt.Errorf("reach the shared folder: %w", err))
		}
	}
	return c, done, nil
}

func (c *child) path(name string) string { return filepath.Join(c.dir, name) }

func (c *child) write(name string, data []byte) error {
	if err := os.WriteFile(c.path(name), data, 0o600); err != nil {
		return job.CannotStart(err)
	}
	return nil
}

// result reads a file that the child wrote; false if it wrote none. Whatever the
// child left under that name, a pipe or a link or a device, reading it ends.
func (c *child) result(name string) ([]byte, bool, error) {
	root, err := os.OpenRoot(c.dir) // links do not lead out of it
	if errors.Is(err, os.ErrNotExist) {
		return nil, false, nil // it removed its folder
	}
	if err != nil {
		return nil, false, cannotRead(name)
	}
	defer root.Close()
	b, err := job.ReadFile(root, name, job.MaxResult)
	var large *job.SizeError
	switch {
	case errors.Is(err, os.ErrNotExist):
		if _, err := root.Lstat(name); err == nil {
			return nil, false, cannotRead(name) // a link to nothing
		}
		return nil, false, nil
	case errors.As(err, &large):
		return nil, false, job.TooLarge(large.Size)
	case err != nil:
		return nil, false, cannotRead(name)
	}
	return b, true, nil
}

// cannotRead is about a file of a result that is no file.
func cannotRead(name string) *run.Failure {
	return &run.Failure{
		Name: "ResultError", Message: fmt.Sprintf("%s is not a plain file in the step's own folder, so it was not read", name),
		Hint: "Write the result into a plain file, or print it as the last line.",
	}
}

// run starts a program and waits for it. The error tells that it could not be
// started, was stopped, or how it exited (*exec.ExitError).
func (c *child) run(ctx context.Context, name string, args ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", run.ErrNotBegun, err)
	}
	upTo, cancel := context.WithTimeoutCause(ctx, c.timeout, job.ErrTimeUp)
	defer cancel()
	cmd := exec.CommandContext(upTo, name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(process.Env(), "HOME="+c.dir, "PWD="+c.dir)
	cmd.Env = append(cmd.Env, c.env...)
	out := &stream{most: c.keep, log: func(s string) {
		c.mu.Lock()
		c.last = s
		c.mu.Unlock()
		c.line(s)
	}}
	errs := out
	if !c.merged {
		errs = &stream{log: c.line}
	}
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.WaitDelay = grace + drainTime
	var hard *time.Timer
	cmd.Cancel = func() error {
		err := process.Terminate(cmd)
		hard = time.AfterFunc(grace, func() { _ = process.Kill(cmd) })
		return err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return job.CannotStart(err)
	}
	tree, err := process.Start(cmd)
	if err != nil {
		return job.CannotStart(err)
	}
	defer tree.Forget()
	go func() { // the child waits for this, so the script begins under its limits
		_, _ = in.Write(c.hand) // if it ends early, how it ended tells more
		_ = in.Close()
	}()
	err = <-tree.Ended
	if hard != nil {
		hard.Stop() // the group's number may soon be another's
	}
	_ = process.Kill(cmd) // what the script left running in its group
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) || upTo.Err() != nil {
		tree.EndRest() // and what left it: nothing may act beside another attempt
	}
	out.end()
	errs.end()
	switch cause := context.Cause(upTo); {
	case errors.Is(cause, job.ErrTimeUp):
		return job.TimedOut(c.timeout)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil // it ended well; something it started kept its output open
	}
	return err
}

// lastLines is how many lines of its log an error of a child carries.
const lastLines = 10

// line logs a line of either output.
func (c *child) line(s string) {
	c.log.Line(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines) == lastLines {
		c.lines = append(c.lines[:0], c.lines[1:]...)
	}
	if len(s) > lastLineMax {
		s = strings.ToValidUTF8(s[:lastLineMax], "") + "…"
	}
	c.lines = append(c.lines, s)
}

// lastLine is the last line that was printed.
func (c *child) lastLine() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// lastLineMax bounds a line in an error, in bytes.
const lastLineMax = 1 << 10

// colors are what programs put into their output for terminals.
var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// exited is the error of a child that ended badly, in Windmill's words, which
// flows compare.
func (c *child) exited(what string, exit *exec.ExitError) *run.Failure {
	how, code := strconv.Itoa(exit.ExitCode()), ""
	if exit.ExitCode() < 0 {
		how = exit.String()
		if process.Terminated(exit) {
			code = run.CodeEnded
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	text := strings.TrimSpace(strings.ReplaceAll(strings.Join(c.lines, "\n"), c.dir+string(filepath.Separator), ""))
	return &run.Failure{
		Name:    "ExecutionErr",
		Code:    code,
		Message: fmt.Sprintf("exit code for %q: %s, last log lines:\n\n%s", what, how, colors.ReplaceAllString(text, "")),
	}
}
