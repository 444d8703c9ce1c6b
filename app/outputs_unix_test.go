//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/engine/workspace"
)

// A report goes through no link that lies in the folder it is about, however that is
// spelled; a link that its user has elsewhere is followed.
func TestAReportFollowsNoLinkOfTheFolder(t *testing.T) {
	const held = "mine"
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(at("dir/sub"), 0o755))
	must(os.Mkdir(at("elsewhere"), 0o755))
	must(os.Symlink(at("dir"), at("also")))
	must(os.Symlink(at("elsewhere"), at("dir/out")))
	must(os.WriteFile(at("dir/old.txt"), []byte("an older report, longer than the new one: "+strings.Repeat("x", 1000)), 0o644))
	for _, tt := range []struct {
		dir, file, target string // target: where a link leads
		fails             bool
	}{
		{"dir", "dir/report.txt", "mine1", true},
		{"dir", "dir/sub/report.json", "mine2", true},
		{"also", "dir/another.txt", "mine3", true},
		{"dir", "also/third.txt", "mine4", true},
		{"dir", "dir/out/report.txt", "", true},
		{"dir", "dir/sub", "", true},
		{"dir", "dir/nowhere.txt", "not there", true},
		{"dir", "dir/old.txt", "", false},
		{"dir", "dir/new.txt", "", false},
		{"dir", "own.txt", "mine5", false},
		{"dir", "elsewhere/plain.txt", "", false},
	} {
		target := at(tt.target)
		if tt.target != "" {
			if tt.target != "not there" {
				must(os.WriteFile(target, []byte(held), 0o644))
			}
			must(os.Symlink(target, at(tt.file)))
		}
		var out bytes.Buffer
		o := &options{out: &out, errOut: &out}
		err := o.tell(workspace.Report{Lines: []workspace.Line{{File: "f/a", What: workspace.Kept}}}, "Imported", at(tt.dir), at(tt.file), false)
		if (err != nil) != tt.fails {
			t.Errorf("%s of %s: %v", tt.file, tt.dir, err)
		}
		if tt.target != "" {
			b, err := os.ReadFile(target)
			if tt.target == "not there" && !os.IsNotExist(err) || tt.target != "not there" && (string(b) == held) != tt.fails {
				t.Errorf("%s of %s: where the link leads there is %q, %v", tt.file, tt.dir, b, err)
			}
		}
		if b, err := os.ReadFile(at(tt.file)); !tt.fails && (err != nil || !bytes.Contains(b, []byte("f/a")) || bytes.Contains(b, []byte("older"))) {
			t.Errorf("%s: %q, %v", tt.file, b, err)
		}
	}
	if _, err := os.Stat(at("elsewhere/report.txt")); err == nil {
		t.Error("a report went out of the folder")
	}
}

// What is told of a crash goes into a file of its own, whatever lies in the folder.
func TestACrashFollowsNoLink(t *testing.T) {
	was := crashDir
	defer func() { crashDir = was }()
	crashDir = t.TempDir()
	target := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(target, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range 60 { // whatever second it is
		if err := os.Symlink(target, filepath.Join(crashDir, "crash-"+time.Now().Add(time.Duration(i)*time.Second).Format("20060102-150405")+".txt")); err != nil {
			t.Fatal(err)
		}
	}
	name, err := crashFile("it broke")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(target); err != nil || string(b) != "mine" {
		t.Errorf("another file holds %q, %v", b, err)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "it broke" {
		t.Errorf("%s holds %q, %v", name, b, err)
	}
}
