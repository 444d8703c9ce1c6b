package logs

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A log, and all logs of a run together, end at a bound, also after another process wrote a
// part of them; it is told where that is, and how much was left out.
func TestLogsAreBounded(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	quiet := slog.New(slog.DiscardHandler)
	mega := bytes.Repeat([]byte("x"), 1<<20)
	write := func(b *Bounds, name string, megas int) (size int64, end string) {
		t.Helper()
		path := filepath.Join(folder, name)
		f := b.New(path, quiet)
		for range megas {
			if n, err := f.Write(mega); n != len(mega) || err != nil {
				t.Fatal(n, err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return int64(bytes.Count(text, []byte("x"))), string(text[max(0, len(text)-120):])
	}
	b := new(Bounds)
	for _, step := range []struct {
		name          string
		megas, kept   int64
		told, leftOut string
		anew          bool // by another process
	}{
		{"a.1.log", 64, 64, "", "", false},
		{"b.1.log", 70, 64, "the log is longer than 64 MB", "…, 6 MB left out\n", false},
		{"c.1.log", 64, 64, "", "", false},
		{"d.1.log", 60, 60, "", "", false},
		{"e.1.log", 9, 3, "the logs of this run are longer than 256 MB", "…, 6 MB left out\n", true},
		{"f.1.log", 1, 0, "the logs of this run are longer than 256 MB", "…, 1 MB left out\n", false},
	} {
		if step.anew {
			b = new(Bounds)
		}
		kept, end := write(b, step.name, int(step.megas))
		if kept != step.kept<<20 || !strings.Contains(end, step.told) || !strings.HasSuffix(end, step.leftOut) || step.told == "" && strings.Contains(end, "left out") {
			t.Errorf("%s: %d MB and %q", step.name, kept>>20, end)
		}
	}
}
