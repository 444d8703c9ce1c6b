package child

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/flow"
	"sluice/engine/script/internal/process"
	"sluice/engine/script/internal/python"
)

// compiler tells what Python's own compiler has against a script, and runs none of it.
//
//go:embed syntax.py
var compiler string

// Problems tells what Python cannot read of a script, or doubts. Nothing of the script
// is run. The error says why that cannot be told here.
func (*Python) Problems(ctx context.Context, content string) ([]flow.CodeProblem, error) {
	interpreter, err := python.Find()
	if err != nil {
		return nil, err
	}
	cmd := process.Quiet(exec.CommandContext(ctx, interpreter.Path, "-I", "-B", "-X", "utf8", "-c", compiler))
	cmd.Env = process.Env()
	cmd.Stdin = strings.NewReader(content)
	cmd.WaitDelay = 500 * time.Millisecond
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("have Python read a script: %w", err)
	}
	var found []flow.CodeProblem
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("read what Python says of a script: %w", err)
	}
	return found, nil
}

// Problems tells what bash cannot read of a script. Nothing of the script is run.
// The error says why that cannot be told here.
func (*Bash) Problems(ctx context.Context, content string) ([]flow.CodeProblem, error) {
	bash, err := findBash()
	if err != nil {
		return nil, noBash(runtime.GOOS)
	}
	cmd := process.Quiet(exec.CommandContext(ctx, bash, "--noprofile", "--norc", "-n"))
	cmd.Env = append(process.Env(), "LC_ALL=C", "LANGUAGE=C")
	cmd.Stdin = strings.NewReader(content)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.WaitDelay = 500 * time.Millisecond
	if err := cmd.Run(); err != nil && said.Len() == 0 {
		return nil, fmt.Errorf("have bash read a script: %w", err)
	}
	return bashErrors(said.String(), content), nil
}

var (
	bashSays  = regexp.MustCompile(`(?m)^[^\n]*?line (\d+): (.*)$`)
	bashToken = regexp.MustCompile("near (?:unexpected token )?[`'](.+)'$")
)

// bashErrors reads what bash says. It names a line, then shows it once more.
func bashErrors(said, content string) (found []flow.CodeProblem) {
	lines := strings.Split(content, "\n")
	for _, m := range bashSays.FindAllStringSubmatch(said, -1) {
		n, _ := strconv.Atoi(m[1])
		e := flow.CodeProblem{Line: n, Message: strings.TrimPrefix(m[2], "syntax error: ")}
		if strings.HasPrefix(e.Message, "`") && len(found) > 0 {
			continue // the line itself
		}
		for e.Line > 1 && e.Line > len(lines) || e.Line > 1 && e.Line == len(lines) && strings.TrimSpace(lines[e.Line-1]) == "" {
			e.Line-- // the end of the script is told as the line behind it
		}
		if t := bashToken.FindStringSubmatch(e.Message); t != nil && e.Line >= 1 && e.Line <= len(lines) {
			if at := strings.Index(lines[e.Line-1], t[1]); at >= 0 {
				e.From = utf8.RuneCountInString(lines[e.Line-1][:at])
				e.To = e.From + utf8.RuneCountInString(t[1])
			}
		}
		found = append(found, e)
	}
	return found
}
