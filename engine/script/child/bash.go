package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/signature"
)

// Bash runs shell scripts as Windmill does. A script gets its arguments by
// position, in the order in which it names them: name="$1". It ends at the first
// command that fails. Its result is what it writes to result.json; else, as text,
// what it writes to result.out, or the last line it prints to either output.
type Bash struct{}

// bashStart is what bash is told on its command line, which others on this
// computer can read: it takes what is for it alone from its standard input and
// then reads the script.
const bashStart = `eval "$(</dev/stdin)"; exec </dev/null; . "$0"`

// bashHand is the text that bashStart reads: the job's environment, the
// arguments, and set -e, as Windmill has it. The trap notes the line of the
// command that ended the script: set -e itself says nothing.
func bashHand(env map[string]string, argv []string, line string) []byte {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&b, "export %s=%s\n", k, shellWord(env[k]))
	}
	b.WriteString("set --")
	for _, a := range argv {
		b.WriteString(" " + shellWord(a))
	}
	fmt.Fprintf(&b, "\ntrap %s ERR\nset -e\n", shellWord(`[[ $- != *e* ]] || printf %s "$LINENO" >`+shellWord(line)))
	return []byte(b.String())
}

// shellWord is text as one word of the shell.
func shellWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Run runs one job; see [sluice/engine.Executor].
func (*Bash) Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error) {
	bash, err := findBash()
	if err != nil {
		return nil, noBash(runtime.GOOS)
	}
	c, done, err := newChild(j, log)
	if err != nil {
		return nil, err
	}
	defer done()
	var args map[string]json.RawMessage
	if len(j.Args) > 0 {
		if err := json.Unmarshal(j.Args, &args); err != nil {
			return nil, fmt.Errorf("read arguments: %w", err)
		}
	}
	params := signature.Positionals(j.Code.Content)
	last := 0
	for _, p := range params {
		last = max(last, p.Position)
	}
	argv := make([]string, last)
	for _, p := range params {
		argv[p.Position-1] = plainText(args[p.Name])
	}
	c.keep, c.merged = job.MaxResult, true
	if err := c.write("script.sh", []byte(j.Code.Content)); err != nil {
		return nil, err
	}
	c.hand = bashHand(j.Env, argv, c.path(bashLineFile))
	if err := c.run(ctx, bash, "-c", bashStart, c.path("script.sh")); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			return nil, err
		}
		f := c.exited("bash run", exit)
		if b, ok, _ := c.result(bashLineFile); ok {
			f.Line, _ = strconv.Atoi(string(b))
		} else {
			f.Line = bashLine(c.lastLine()) // of a script that cannot be read, or a function
		}
		return nil, f
	}
	b, ok, err := c.result("result.json")
	if err != nil {
		return nil, err
	}
	if ok && len(b) > 0 {
		if !json.Valid(b) {
			return nil, &run.Failure{Name: "ResultError", Message: "The script wrote a result.json that is not JSON", Hint: "Write it with jq, or print the result as the last line."}
		}
		return b, nil
	}
	if b, ok, err = c.result("result.out"); err != nil {
		return nil, err
	}
	text := string(b)
	if !ok || text == "" {
		text = strings.TrimSpace(c.lastLine())
	}
	if len(text) > job.MaxResult {
		return nil, job.TooLarge(int64(len(text)))
	}
	return json.Marshal(strings.ToValidUTF8(text, "\uFFFD"))
}

// bashLineFile holds the line of the command that ended a script.
const bashLineFile = ".line"

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
