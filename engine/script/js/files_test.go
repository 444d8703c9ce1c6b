package js

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sluice/engine/run"
	"sluice/engine/script/internal/scripttest"
)

// Nothing but the shared folder is open to a script in the engine.
func TestFilesOutsideTheSharedFolder(t *testing.T) {
	x := newJS(t)
	dir := t.TempDir()
	if err := os.Symlink("/etc", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ expr, want string }{
		{`fs.readFileSync("/etc/passwd", "utf8")`, "EACCES: a step sees only the folder ./shared"},
		{`fs.readFileSync("shared/../etc/passwd", "utf8")`, "EACCES: a step sees only the folder ./shared"},
		{`fs.readFileSync("sharedx", "utf8")`, "EACCES: a step sees only the folder ./shared"},
		{`fs.readFileSync("shared/out/passwd", "utf8")`, "EIO: "},
		{`fs.writeFileSync("shared/out/sluice-test", "x")`, "EIO: "},
		{`fs.renameSync("shared/out", "/tmp/out")`, "EACCES: permission denied"},
		{`fs.rmSync("shared", { recursive: true })`, "EACCES: permission denied"},
		{`fs.readFileSync("shared/none", "utf8")`, "ENOENT: no such file or directory, read 'shared/none'"},
		{`fs.readFileSync("shared", "utf8")`, "EIO: not a file"},
		{`fs.writeFileSync("shared/a\0b", "x")`, "EIO: "},
	} {
		j := scripttest.Job("bun", "import * as fs from 'fs'\nexport function main() { return "+tt.expr+" }", `{}`)
		j.Shared = dir
		_, err := x.Run(context.Background(), j, &scripttest.Log{})
		f, ok := errors.AsType[*run.Failure](err)
		if !ok || !strings.HasPrefix(f.Message, tt.want) || f.Line != 2 {
			t.Errorf("%s: %v (line %d), want %s", tt.expr, err, f.Line, tt.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err != nil {
		t.Error(err)
	}
}

// Without same_worker there is no folder, and the refusal says when there is.
func TestNoSharedFolder(t *testing.T) {
	x := newJS(t)
	_, err := x.Run(context.Background(), scripttest.Job("bun", "import { readFileSync } from 'fs'\nexport const main = () => readFileSync('a')", `{}`), &scripttest.Log{})
	if f, ok := errors.AsType[*run.Failure](err); !ok || f.Name != "ImportError" || !strings.Contains(f.Hint, "same_worker") {
		t.Errorf("error %v", err)
	}
	_, err = x.Run(context.Background(), scripttest.Job("bun", "export const main = () => Bun.file('shared/a').text()", `{}`), &scripttest.Log{})
	if f, ok := errors.AsType[*run.Failure](err); !ok || !strings.Contains(f.Message, "same_worker") {
		t.Errorf("error %v", err)
	}
}

// What a script writes in all is bounded: files, copies of them, and the blocks that
// files and folders take however little is in them.
func TestWhatAScriptWritesIsBounded(t *testing.T) {
	dir := t.TempDir()
	text := strings.Repeat("x", 10_000)
	for _, tt := range []struct {
		op, name string
		args     []any
		costs    int64
	}{
		{"write", "shared/a", []any{text}, 10_000},
		{"append", "shared/a", []any{text}, 10_000},
		{"write", "shared/new", []any{text}, 10_000 + diskBlock},
		{"copy", "shared/a", []any{"shared/b"}, 10_000 + diskBlock},
		{"mkdir", "shared/d/e/f", []any{true}, 3 * diskBlock},
		{"mkdir", "shared/g", []any{false}, diskBlock},
	} {
		for _, room := range []int64{tt.costs, tt.costs - 1} {
			here := filepath.Join(dir, tt.op+strings.ReplaceAll(tt.name, "/", "-"), strconv.FormatBool(room == tt.costs))
			for _, err := range []error{os.MkdirAll(here, 0o700), os.WriteFile(filepath.Join(here, "a"), []byte(text), 0o600)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			m := &machine{task: &task{shared: here, written: maxWritten - room}}
			_, err := m.file(tt.op, tt.name, append([]any{tt.name}, tt.args...))
			if full := err != nil && strings.HasPrefix(err.Error(), "ENOSPC: a step writes 1024 MB in all"); full != (room < tt.costs) || err != nil && !full {
				t.Errorf("%s of %s with %d bytes of room: %v", tt.op, tt.name, room, err)
			}
		}
	}
}
