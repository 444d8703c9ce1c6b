package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sluice/engine"
)

// canceledAfter is a context that is canceled the n-th time that it is asked.
type canceledAfter struct {
	context.Context
	cancel context.CancelFunc
	asked  atomic.Int64 // by more than one goroutine
	most   int64
}

func (c *canceledAfter) Err() error {
	if c.asked.Add(1) > c.most {
		c.cancel()
	}
	return c.Context.Err()
}

// A command that is told to end before it has done anything says so in plain words: not
// that something unexpected happened, and not that the file cannot be opened.
func TestACommandThatIsStopped(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	dir := t.TempDir()
	data, file, other := filepath.Join(dir, "data"), filepath.Join(dir, "mine.yaml"), filepath.Join(dir, "other.db")
	if err := os.WriteFile(file, []byte("summary: Mine\nvalue: {modules: []}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	if code := execute(t.Context(), []string{"import", file, "--data", data}, &told, &told); code != exitOK {
		t.Fatal(told.String())
	}
	if err := engine.Backup(t.Context(), data, other); err != nil {
		t.Fatal(err)
	}
	workspace := filepath.Join(dir, "ws")
	if err := os.MkdirAll(filepath.Join(workspace, "f", "shop"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"backup", filepath.Join(dir, "new.db")},
		{"restore", other},
		{"salvage", other, "--to", filepath.Join(dir, "new.db")},
		{"verify"},
		{"runs"},
		{"list"},
		{"versions", "u/me/mine"},
		{"export", "u/me/mine"},
		{"export", filepath.Join(dir, "out")},
		{"import", file, "--path", "u/me/again"},
		{"import", workspace},
		{"run", file, "--listen", "127.0.0.1:0"},
		{"serve", "--listen", "127.0.0.1:0"},
	} {
		for n := range 6 {
			if listens := args[0] == "run" || args[0] == "serve"; listens && n > 0 {
				break // it does not ask, it waits
			}
			inner, cancel := context.WithCancel(t.Context())
			if n == 0 {
				cancel()
			}
			var out, errOut bytes.Buffer
			code := execute(&canceledAfter{Context: inner, cancel: cancel, most: int64(n)}, append(args, "--data", data), &out, &errOut)
			cancel()
			text := errOut.String()
			if strings.Contains(text, "unexpected") || strings.Contains(text, "context canceled") || strings.Contains(text, "cannot be") || strings.Contains(text, "damaged") {
				t.Errorf("%v, stopped at look %d: %d %s", args, n, code, text)
			}
			if args[0] == "backup" && n == 0 && (code != exitFailed || !strings.Contains(text, "Nothing was written") || !strings.Contains(text, "(backup.stopped)")) {
				t.Errorf("%v: %d %q", args, code, text)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.part*")); len(left) > 0 {
				t.Errorf("%v left %v", args, left)
			}
			_ = os.Remove(filepath.Join(dir, "new.db"))
			_ = os.RemoveAll(filepath.Join(dir, "out"))
		}
	}
}
