package script

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"sluice/engine/run"
	"sluice/engine/script/child"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/scripttest"
)

// A result of some megabytes passes whole, in every language.
func TestLargeResult(t *testing.T) {
	size := 10_000_000
	if scripttest.Race { // the engines take twenty times as long then
		size = 1_000_000
	}
	x := newJS(t)
	for _, s := range []struct {
		exec           Executor
		language, code string
	}{
		{x, "bun", fmt.Sprintf("export const main = () => 'x'.repeat(%d)", size)},
		{&child.Python{}, "python3", fmt.Sprintf("def main():\n    return 'x' * %d", size)},
		{&child.Bash{}, "bash", fmt.Sprintf("head -c %d /dev/zero | tr '\\0' x", size)},
	} {
		log := &scripttest.Log{}
		v, err := s.exec.Run(context.Background(), scripttest.Job(s.language, s.code, `{}`), log)
		if err != nil || len(v) != size+2 || v[size] != 'x' {
			t.Errorf("%s: %d bytes, %v", s.language, len(v), err)
		}
		if len(log.String()) > 2*job.MaxLine {
			t.Errorf("%s: log of %d bytes", s.language, len(log.String()))
		}
	}
}

// One that is too large fails its step with a word on what to do, and the next
// step runs.
func TestTooLargeResult(t *testing.T) {
	if scripttest.Race {
		return // all its work is inside the engines
	}
	x := newJS(t)
	for _, s := range []struct {
		exec                 Executor
		language, code, name string
	}{
		{x, "bun", "export const main = () => 'x'.repeat(1e9)", "OutOfMemory"},
		{x, "bun", "export const main = () => 'x'.repeat(70e6)", job.ResultTooLarge},
		{&child.Python{}, "python3", "def main():\n    return 'x' * 100_000_000", job.ResultTooLarge},
		{&child.Bash{}, "bash", "head -c 100000000 /dev/zero | tr '\\0' x", job.ResultTooLarge},
		{&child.Bash{}, "bash", "truncate -s 1G result.json", job.ResultTooLarge},
	} {
		_, err := s.exec.Run(context.Background(), scripttest.Job(s.language, s.code, `{}`), &scripttest.Log{})
		f, ok := errors.AsType[*run.Failure](err)
		if !ok || f.Name != s.name || f.Hint == "" || (f.Code == "script.result") != (s.name == job.ResultTooLarge) {
			t.Errorf("%s: %+v", s.code, err)
		}
	}
	scripttest.Honest(t, x)
}
