package js

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
