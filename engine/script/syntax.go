package script

import (
	"context"
	"errors"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"sluice/engine/flow"
	"sluice/engine/script/child"
)

// readTime is how long a look at the syntax of a script may take.
const readTime = 2 * time.Second

// Problems tells what cannot be read of a script. Nothing of it is run. known is
// false of a language that nobody here can read; the error says why that cannot be told
// now, such as that its interpreter is missing.
func (s *Set) Problems(ctx context.Context, language, content string) (found []flow.CodeProblem, known bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	switch language {
	case "bun", "deno", "nativets", "bunnative", "nodejs", "javascript":
		found, err = s.js.Problems(ctx, language, content)
	case "python3":
		found, err = new(child.Python).Problems(ctx, content)
	case "bash":
		found, err = new(child.Bash).Problems(ctx, content)
	case "go":
		found = goErrors(content)
	case "ansible":
		found = yamlErrors(content)
	default:
		return nil, false, nil
	}
	return found, true, err
}

func goErrors(content string) (found []flow.CodeProblem) {
	_, err := parser.ParseFile(token.NewFileSet(), "", content, parser.SkipObjectResolution|parser.AllErrors)
	list, _ := errors.AsType[scanner.ErrorList](err)
	lines := strings.Split(content, "\n")
	for _, e := range list {
		at := flow.CodeProblem{Line: e.Pos.Line, Message: e.Msg}
		if n := e.Pos.Line; n >= 1 && n <= len(lines) {
			at.From = len([]rune(lines[n-1][:min(max(0, e.Pos.Column-1), len(lines[n-1]))]))
		}
		found = append(found, at)
	}
	return found
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func yamlErrors(content string) []flow.CodeProblem {
	var n yaml.Node
	err := yaml.Unmarshal([]byte(content), &n)
	if err == nil {
		return nil
	}
	e := flow.CodeProblem{Line: 1, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Message = m[2]
	}
	return []flow.CodeProblem{e}
}
