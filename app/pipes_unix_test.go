//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What is no file is refused wherever a file is named: a pipe is not waited for, and
// of a device that has no end nothing is kept.
func TestPipesAndDevicesAreRefused(t *testing.T) {
	tmp := t.TempDir()
	data, out := filepath.Join(tmp, "data"), filepath.Join(tmp, "out")
	pipe, flowFile := filepath.Join(tmp, "pipe"), filepath.Join(tmp, "flow.yaml")
	for _, err := range []error{
		os.Mkdir(out, 0o700), syscall.Mkfifo(pipe, 0o600), os.WriteFile(flowFile, []byte("summary: a\nvalue: {modules: []}\n"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if code, told := calls(t, "import", flowFile, "--path", "f/a/x", "--data", data); code != exitOK {
		t.Fatalf("import: %d %s", code, told)
	}
	for _, odd := range []string{pipe, "/dev/zero"} {
		for _, args := range [][]string{
			{"validate", odd}, {"format", odd}, {"import", odd, "--data", data}, {"run", odd, "--data", data, "--listen", "127.0.0.1:0"},
			{"run", flowFile, "--input", "@" + odd, "--data", data, "--listen", "127.0.0.1:0"},
			{"restore", odd, "--data", data}, {"salvage", odd, "--to", filepath.Join(out, "new.db"), "--data", data},
		} {
			if code, told := calls(t, args...); code == exitOK || !strings.Contains(told, "a pipe, a device or a folder, not a file") {
				t.Errorf("%v: %d %s", args, code, told)
			}
		}
	}
	if list, err := os.ReadDir(out); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	name := filepath.Join(data, "sluice.db")
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	for _, makeOdd := range []func() error{
		func() error { return syscall.Mkfifo(name, 0o600) },
		func() error { return os.Symlink("/dev/zero", name) },
		func() error { return os.Mkdir(name, 0o700) },
	} {
		if err := makeOdd(); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"verify"}, {"runs"}, {"serve", "--listen", "127.0.0.1:0"}, {"backup", filepath.Join(out, "b.db")}} {
			if code, told := calls(t, append(args, "--data", data)...); code == exitOK || !strings.Contains(told, "In the place of Sluice's file there is a") {
				t.Errorf("%v: %d %s", args, code, told)
			}
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// What another program writes is still read.
func TestStreams(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip(err)
	}
	w.WriteString("summary: streamed\nvalue: {modules: []}\n")
	w.Close()
	if code, told := calls(t, "format", "/dev/fd/"+strconv.Itoa(int(r.Fd()))); code != exitOK || !strings.Contains(told, "streamed") {
		t.Errorf("%d %s", code, told)
	}
}

// Whatever lies in the place of a file of the data folder, no command waits for it.
func TestPipesInTheDataFolder(t *testing.T) {
	tmp := t.TempDir()
	data, flowFile := filepath.Join(tmp, "data"), filepath.Join(tmp, "flow.yaml")
	if err := os.WriteFile(flowFile, []byte("summary: a\nvalue: {modules: []}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, told := calls(t, "run", flowFile, "--data", data, "--listen", "127.0.0.1:0"); code != exitOK {
		t.Fatalf("run: %d %s", code, told)
	}
	for name, refused := range map[string]bool{
		"sluice.db-journal": true, "sluice.db-wal": true, "sluice.db-shm": true, "sluice.lock": true, "sluice.db-last": true, "sluice.log": true, "vault.key": true, "children": false,
		"outbox": false, "logs": false, "work": false, "shared": false,
	} {
		odd, kept := filepath.Join(data, name), filepath.Join(tmp, "kept")
		was := os.Rename(odd, kept) == nil
		if err := syscall.Mkfifo(odd, 0o600); err != nil {
			t.Fatal(err)
		}
		code, told := calls(t, "run", flowFile, "--data", data, "--listen", "127.0.0.1:0")
		if refused != (code != exitOK) || refused && (!strings.Contains(told, name) && !strings.Contains(told, "In the place of") || strings.Contains(told, "unexpected")) {
			t.Errorf("%s: %d %s", name, code, told)
		}
		for _, args := range [][]string{{"runs"}, {"verify"}, {"backup", filepath.Join(tmp, "backup-"+name)}} {
			calls(t, append(args, "--data", data)...) // they may say what they like, and end
		}
		if err := os.RemoveAll(odd); err != nil {
			t.Fatal(err)
		}
		if was {
			if err := os.Rename(kept, odd); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A report is written to a file, or nothing is done.
func TestReportsGoToFiles(t *testing.T) {
	tmp := t.TempDir()
	in, data, pipe := filepath.Join(tmp, "in"), filepath.Join(tmp, "data"), filepath.Join(tmp, "pipe")
	for _, err := range []error{os.MkdirAll(filepath.Join(in, "f", "a"), 0o700), syscall.Mkfifo(pipe, 0o600),
		os.WriteFile(filepath.Join(in, "wmill.yaml"), []byte("defaultTs: bun\n"), 0o600), os.WriteFile(filepath.Join(in, "f", "a", "x.variable.yaml"), []byte("value: v\nis_secret: false\ndescription: ''\n"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, odd := range []string{pipe, "/dev/zero", tmp} {
		for _, args := range [][]string{{"import", in}, {"export", filepath.Join(tmp, "out")}} {
			if code, told := calls(t, append(args, "--report", odd, "--data", data)...); code != exitUsage || !strings.Contains(told, "Nothing was done") {
				t.Errorf("%v to %s: %d %s", args, odd, code, told)
			}
		}
	}
	if _, err := os.Lstat(filepath.Join(tmp, "out")); err == nil {
		t.Error("a folder was written")
	}
	file := filepath.Join(tmp, "report.txt")
	for _, was := range []string{"", strings.Repeat("older ", 1000)} {
		if err := os.WriteFile(file, []byte(was), 0o600); err != nil {
			t.Fatal(err)
		}
		code, told := calls(t, "import", in, "--report", file, "--data", data)
		b, err := os.ReadFile(file)
		if code != exitOK || err != nil || len(b) == 0 || strings.Contains(string(b), "older") {
			t.Errorf("import: %d %s, the report is %q, %v", code, told, b, err)
		}
	}
}
