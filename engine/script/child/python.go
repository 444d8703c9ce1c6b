package child

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/python"
)

//go:embed python/wrapper.py
var pythonWrapper []byte

//go:embed python/wmill.py
var pythonClient []byte

// Python runs Python 3 scripts with the interpreter of this computer. main gets
// its arguments by name; "import wmill" finds our own client.
type Python struct{}

// Run runs one job; see [sluice/engine.Executor].
func (*Python) Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error) {
	interpreter, err := python.Find()
	if err != nil {
		return nil, err
	}
	c, done, err := newChild(j, log)
	if err != nil {
		return nil, err
	}
	defer done()
	args := j.Args
	if len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	if err := os.MkdirAll(c.path("lib"), 0o700); err != nil {
		return nil, job.CannotStart(err)
	}
	for name, data := range map[string][]byte{
		"script.py": []byte(j.Code.Content), "wrapper.py": pythonWrapper, filepath.Join("lib", "wmill.py"): pythonClient,
	} {
		if err := c.write(name, data); err != nil {
			return nil, err
		}
	}
	for p, text := range j.Code.Imports {
		name := filepath.Join("lib", filepath.FromSlash(p)+".py")
		if err := os.MkdirAll(filepath.Dir(c.path(name)), 0o700); err != nil {
			return nil, job.CannotStart(err)
		}
		if err := c.write(name, []byte(text)); err != nil {
			return nil, err
		}
	}
	// -B writes no caches into the folder; the environment was made by us.
	c.env = append(c.env, "PYTHONUSERBASE="+interpreter.Base)
	if c.hand, err = json.Marshal(map[string]any{"env": j.Env, "args": args}); err != nil {
		return nil, fmt.Errorf("read arguments: %w", err)
	}
	most := strconv.Itoa(job.MaxResult)
	err = c.run(ctx, interpreter.Path, "-B", "-u", "-X", "utf8", c.path("wrapper.py"), job.Entry(j), most, job.TooLargeHint, packageOf(j.Code))
	exit, exited := errors.AsType[*exec.ExitError](err)
	if err != nil && !exited {
		return nil, err
	}
	if b, ok, rerr := c.result("error.json"); rerr != nil {
		return nil, rerr
	} else if ok {
		var t struct {
			Name    string          `json:"name"`
			Message string          `json:"message"`
			Stack   string          `json:"stack"`
			Hint    string          `json:"hint"`
			Extra   json.RawMessage `json:"extra"`
			Line    int             `json:"line"`
			Missing string          `json:"missing"` // the module that was not found
		}
		if json.Unmarshal(b, &t) == nil {
			if t.Missing != "" {
				t.Message, t.Hint = missingModule(t.Missing, interpreter.Path)
			}
			return nil, &run.Failure{Name: t.Name, Message: t.Message, Stack: t.Stack, Hint: t.Hint, Line: t.Line, Extra: t.Extra, Code: job.CodeOf(t.Name)}
		}
	}
	b, ok, rerr := c.result("result.json")
	switch {
	case rerr != nil:
		return nil, rerr
	case exited:
		f := c.exited("python run", exit)
		f.Hint = "The Python process ended before main returned: the script may have called os._exit, crashed in a native module or used too much memory."
		return nil, f
	case !ok:
		return nil, &run.Failure{
			Name: "ScriptDied", Message: "The Python process ended before main returned, without a result",
			Hint: "The script may have called os._exit.",
		}
	case !json.Valid(b):
		return nil, &run.Failure{Name: "ResultError", Message: "What main returned cannot be written as JSON"}
	}
	return b, nil
}
