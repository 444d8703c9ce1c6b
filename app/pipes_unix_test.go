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
