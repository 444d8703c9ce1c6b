package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"sluice/engine/run"
)

// Bash runs shell scripts. A script gets its arguments by position, in the
// order in which it names them: name="$1". Its result is what it writes to
// result.json, else the last line it prints.
type Bash struct {
	Timeout time.Duration // of a job that names none; 0: DefaultTimeout
}

// bashArg is a line such as  name="${1:-default}"  at the top level of a script.
var bashArg = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+|local[ \t]+|declare[ \t]+)?([A-Za-z_]\w*)=(?:"\$(\d|\{(\d+)(?::?-([^"]*?))?\})"|\$(\d|\{(\d+)(?::?-([^}\s]*?))?\}))[ \t]*;?[ \t]*(?:#.*)?$`)

// bashParam is one argument of a shell script.
type bashParam struct {
	name     string
	position int
	fallback *string
}

// bashParams finds the arguments that a script names.
func bashParams(content string) []bashParam {
	var out []bashParam
	seen := map[int]bool{}
	for _, m := range bashArg.FindAllStringSubmatch(content, -1) {
		short, long, def, braced := m[2], m[3], m[4], strings.Contains(m[0], ":-") || strings.Contains(m[0], "}")
		if short == "" {
			short, long, def = m[5], m[6], m[7]
		}
		digits := short
		if long != "" {
			digits = long
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > 99 || seen[n] {
			continue
		}
		seen[n] = true
		p := bashParam{name: m[1], position: n}
		if braced && strings.Contains(m[0], "-") && long != "" {
			p.fallback = &def
		}
		out = append(out, p)
	}
	return out
}

var findBash = sync.OnceValues(func() (string, error) { return exec.LookPath("bash") })

// Run runs one job; see Executor.
func (x *Bash) Run(ctx context.Context, job run.Job, log io.Writer) (json.RawMessage, error) {
	bash, err := findBash()
	if err != nil {
		return nil, &run.Failure{Name: "NoBash", Message: "This computer has no bash", Hint: "Install bash, or write the step in TypeScript.", Code: "script.nobash"}
	}
	c, done, err := newChild(job, log, x.Timeout)
	if err != nil {
		return nil, err
	}
	defer done()
	var args map[string]json.RawMessage
	if len(job.Args) > 0 {
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return nil, fmt.Errorf("read arguments: %w", err)
		}
	}
	params := bashParams(job.Code.Content)
	last := 0
	for _, p := range params {
		last = max(last, p.position)
	}
	argv := make([]string, last)
	for _, p := range params {
		argv[p.position-1] = plainText(args[p.name])
	}
	c.keep = maxResult
	if err := c.write("script.sh", []byte(job.Code.Content)); err != nil {
		return nil, err
	}
	if err := c.run(ctx, bash, append([]string{c.path("script.sh")}, argv...)...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			return nil, err
		}
		f := &run.Failure{Name: "ExitError", Message: fmt.Sprintf("The script ended with code %d", exit.ExitCode())}
		if exit.ExitCode() < 0 {
			f.Message = "The script was ended: " + exit.String()
		}
		if c.lastErr != "" {
			f.Message += ": " + c.lastErr
			f.Line = bashLine(c.lastErr)
		}
		return nil, f
	}
	b, ok, err := c.result("result.json")
	if err != nil {
		return nil, err
	}
	if ok {
		if !json.Valid(b) {
			return nil, &run.Failure{Name: "ResultError", Message: "The script wrote a result.json that is not JSON", Hint: "Write it with jq, or print the result as the last line."}
		}
		return b, nil
	}
	if c.last == "" {
		return json.RawMessage("null"), nil
	}
	if len(c.last) > maxResult {
		return nil, tooLarge(int64(len(c.last)))
	}
	return asJSON(strings.TrimSpace(c.last)), nil
}

var bashAt = regexp.MustCompile(`script\.sh: line (\d+):`)

// bashLine finds the line that the shell's own message names.
func bashLine(s string) int {
	if m := bashAt.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// plainText is a value as a shell argument: text as it is, nothing as empty,
// the rest as JSON.
func plainText(v json.RawMessage) string {
	var s string
	if len(v) == 0 || string(v) == "null" {
		return ""
	}
	if json.Unmarshal(v, &s) == nil {
		return strings.ReplaceAll(s, "\x00", "")
	}
	return string(v)
}
