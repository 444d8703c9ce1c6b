package script

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/script/internal/process"
)

// formatters are the programs that lay out scripts of a language, the best first; what
// they print takes the place of what they read.
var formatters = map[string][][]string{
	"typescript": {{"prettier", "--parser", "typescript"}, {"biome", "format", "--stdin-file-path=script.ts"}, {"deno", "fmt", "--ext", "ts", "-"}},
	"python3":    {{"black", "-q", "-"}, {"ruff", "format", "-q", "-"}},
	"bash":       {{"shfmt", "-i", "2", "-ci"}},
	"rust":       {{"rustfmt", "--quiet"}},
	"rlang":      nil,
	"nu":         nil,
	"php":        nil,
}

// formatTime is how long one may take.
const formatTime = 10 * time.Second

// Formatter names what lays out scripts of a language here, "" if nothing does, and
// what would.
func Formatter(language string) (here string, would []string) {
	if language == "go" {
		return "gofmt", nil
	}
	for _, argv := range formatters[family(language)] {
		if _, err := exec.LookPath(argv[0]); err == nil {
			return argv[0], nil
		}
		would = append(would, argv[0])
	}
	return "", would
}

func family(language string) string {
	switch language {
	case "bun", "deno", "nativets", "bunnative", "nodejs", "javascript":
		return "typescript"
	}
	return language
}

// Format lays a script out with what [Formatter] names. Nothing of the script is run.
func Format(ctx context.Context, language, content string) (string, error) {
	here, _ := Formatter(language)
	if here == "gofmt" {
		out, err := format.Source([]byte(content))
		if err != nil {
			return "", fault.Because(err, "script.format", "The script cannot be laid out before it can be read", "Nothing was changed. What is wrong is underlined.")
		}
		return string(out), nil
	}
	for _, argv := range formatters[family(language)] {
		if argv[0] != here {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, formatTime)
		defer cancel()
		cmd := process.Quiet(exec.CommandContext(ctx, argv[0], argv[1:]...))
		cmd.Dir, cmd.Env = os.TempDir(), process.Env()
		cmd.Stdin = strings.NewReader(content)
		cmd.WaitDelay = time.Second
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			return "", fault.Because(fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String())), "script.format", here+" did not lay the script out", "Nothing was changed. Most often the script cannot be read as it is.")
		}
		if len(bytes.TrimSpace(out)) == 0 && strings.TrimSpace(content) != "" {
			return "", fault.New("script.format", here+" gave nothing back", "Nothing was changed.")
		}
		return string(out), nil
	}
	return "", fault.New("script.format", "Nothing on this computer lays out such a script", "Nothing was changed.")
}
