package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Sluice's own log does not grow without end: one of its length before is kept.
func TestOwnLogIsBounded(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sluice.log")
	line := append(bytes.Repeat([]byte("x"), 1<<20-1), '\n')
	for range 3 { // starts
		d, err := openDiary(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 9 {
			if n, err := d.Write(line); n != len(line) || err != nil {
				t.Fatal(n, err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]int64{name: 7 << 20, name + ".1": 10 << 20} {
		st, err := os.Stat(file)
		if err != nil || st.Size() != want {
			t.Errorf("%s: %v, %v", file, st, err)
		}
	}
	if files, err := filepath.Glob(name + "*"); err != nil || len(files) != 2 {
		t.Errorf("%q, %v", files, err)
	}
}
