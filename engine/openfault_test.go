package engine

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
)

// A file that does not open says what is wrong with it, and stays as it is.
func TestFilesThatDoNotOpen(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notes.db")
	other, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.Exec(`CREATE TABLE note (text); INSERT INTO note VALUES ('mine')`)
	other.Close()
	foreign, rerr := os.ReadFile(name)
	if err != nil || rerr != nil {
		t.Fatal(err, rerr)
	}
	for _, tt := range []struct {
		name  string
		spoil func([]byte) []byte
		code  fault.Code
		says  string
	}{
		{"no database", func(b []byte) []byte { return bytes.Repeat([]byte("no database\n"), len(b)/12) }, "engine.damaged", "does not begin as a database does"},
		{"cut", func(b []byte) []byte { return b[:len(b)/4096/2*4096] }, "engine.damaged", "cut off"},
		{"first table spoiled", func(b []byte) []byte { copy(b[100:], bytes.Repeat([]byte{0xff}, 500)); return b }, "engine.damaged", "damaged"},
		{"another program's", func([]byte) []byte { return foreign }, "engine.foreign", "not Sluice's"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t).open()
			f.untilDone(f.start(script("a", "")))
			f.stop()
			name := filepath.Join(f.cfg.Dir, datadir.FileName)
			whole, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			spoiled := tt.spoil(bytes.Clone(whole))
			if err := os.WriteFile(name, spoiled, 0o600); err != nil {
				t.Fatal(err)
			}
			cfg := f.cfg
			f.Engine = nil // nothing more to look at
			_, err = Open(bg, cfg)
			if !fault.HasCode(err, tt.code) || !strings.Contains(fault.From(err).Title, tt.says) || !strings.Contains(fault.From(err).Hint, "Nothing was changed") {
				t.Errorf("Open = %v", err)
			}
			if r, err := OpenReader(cfg.Dir); err == nil {
				if _, err = r.Runs(bg, Filter{}); !fault.HasCode(err, tt.code) {
					t.Errorf("Runs = %v", err)
				}
				r.Close()
			} else if !fault.HasCode(err, tt.code) {
				t.Errorf("OpenReader = %v", err)
			}
			if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, spoiled) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}
