//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const inlineFlow = "summary: x\nvalue:\n  modules:\n    - id: c\n      value: {type: rawscript, content: '!inline %', language: bash, input_transforms: {}}\n"

// What a flow's folder does not hold itself is not read, whatever asks for the flow.
func TestFlowFoldersReadNothingElse(t *testing.T) {
	tmp := t.TempDir()
	secret := filepath.Join(tmp, "secret.txt")
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(os.WriteFile(secret, []byte("root:hidden"), 0o600))
	for _, tt := range []struct {
		name, inline string
		make         func(dir string) error
		says         string
	}{
		{"away", "l.sh", func(dir string) error { return os.Symlink(secret, dir+"/l.sh") }, "is a link"},
		{"up", "l.sh", func(dir string) error { return os.Symlink("../secret.txt", dir+"/l.sh") }, "is a link"},
		{"within", "l.sh", func(dir string) error { return os.Symlink("flow.yaml", dir+"/l.sh") }, "is a link"},
		{"through", "sub/secret.txt", func(dir string) error { return os.Symlink(tmp, dir+"/sub") }, "is a link"},
		{"pipe", "l.sh", func(dir string) error { return syscall.Mkfifo(dir+"/l.sh", 0o600) }, "is a pipe"},
		{"zero", "l.sh", func(dir string) error { return os.Symlink("/dev/zero", dir+"/l.sh") }, "is a link"},
		{"folder", "l.sh", func(dir string) error { return os.Mkdir(dir+"/l.sh", 0o700) }, "a folder, not a file"},
		{"flow", "", func(dir string) error { return os.Remove(dir + "/flow.yaml") }, "no flow in the folder"},
		{"flowlink", "", func(dir string) error {
			return os.Rename(dir+"/flow.yaml", dir+"/real.yaml")
		}, ""},
		{"flowpipe", "", func(dir string) error {
			if err := os.Remove(dir + "/flow.yaml"); err != nil {
				return err
			}
			return syscall.Mkfifo(dir+"/flow.yaml", 0o600)
		}, "is a pipe"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			dir := filepath.Join(tmp, tt.name+".flow")
			try(os.Mkdir(dir, 0o700))
			try(os.WriteFile(dir+"/flow.yaml", []byte(strings.ReplaceAll(inlineFlow, "%", tt.inline)), 0o600))
			try(tt.make(dir))
			says := tt.says
			if tt.name == "flowlink" {
				try(os.Symlink("real.yaml", dir+"/flow.yaml"))
				says = "is a link"
			}
			for _, args := range [][]string{
				{"validate", dir}, {"format", dir}, {"import", dir, "--path", "f/q/x", "--data", data},
				{"import", dir, "--path", "f/q/x", "--replace", "--data", data}, {"run", dir, "--data", data, "--listen", "127.0.0.1:0"},
			} {
				code, out := calls(t, args...)
				if code != exitUsage || !strings.Contains(out, says) || strings.Contains(out, "hidden") {
					t.Errorf("%s: %d %s", args[0], code, out)
				}
			}
		})
	}
	real := filepath.Join(tmp, "real.flow")
	try(os.Mkdir(real, 0o700))
	try(os.WriteFile(real+"/flow.yaml", []byte(strings.ReplaceAll(inlineFlow, "%", "own.sh")), 0o600))
	try(os.WriteFile(real+"/own.sh", []byte("echo own"), 0o600))
	named := filepath.Join(tmp, "named.flow")
	try(os.Symlink(real, named))
	if code, out := calls(t, "format", named); code != exitOK || !strings.Contains(out, "echo own") {
		t.Errorf("a folder that is named by a link: %d %s", code, out)
	}
}

// A workspace is read without its links, pipes and devices, and one that lies in the
// place of a file is told.
func TestWorkspacesReadNothingElse(t *testing.T) {
	tmp := t.TempDir()
	dir, data := filepath.Join(tmp, "ws"), filepath.Join(tmp, "data")
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(os.WriteFile(tmp+"/secret.txt", []byte("root:hidden"), 0o600))
	try(os.MkdirAll(dir+"/f/a/x.flow", 0o700))
	try(os.WriteFile(dir+"/f/a/x.flow/flow.yaml", []byte(strings.ReplaceAll(inlineFlow, "%", "l.sh")), 0o600))
	try(os.Symlink(tmp+"/secret.txt", dir+"/f/a/x.flow/l.sh"))
	try(syscall.Mkfifo(dir+"/f/a/y.ts", 0o600))
	try(os.WriteFile(dir+"/f/a/y.script.yaml", []byte("summary: y\n"), 0o600))
	try(syscall.Mkfifo(dir+"/sluice-names.json", 0o600))
	try(os.Symlink("/dev/zero", dir+"/f/a/z.py"))
	try(os.Symlink(tmp, dir+"/f/out"))
	code, out := calls(t, "import", dir, "--data", data)
	if code != exitUsage || !strings.Contains(out, "f/a/x.flow/l.sh") || !strings.Contains(out, "It is a link or a device, not a file") {
		t.Errorf("import: %d %s", code, out)
	}
	_, exported := calls(t, "export", "f/a/x", "--to", "json", "--data", data)
	if strings.Contains(out+exported, "hidden") {
		t.Error("a link was followed")
	}
	if code, out := calls(t, "import", tmp+"/nothing", "--data", data); code != exitUsage {
		t.Errorf("nothing: %d %s", code, out)
	}
}

// An export writes through no link that lies where it writes, and waits for no pipe.
func TestExportsWriteThroughNoLink(t *testing.T) {
	tmp := t.TempDir()
	o := &options{data: filepath.Join(tmp, "data"), out: &bytes.Buffer{}, errOut: &bytes.Buffer{}}
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	flowFile := filepath.Join(tmp, "a.yaml")
	try(os.WriteFile(flowFile, []byte("summary: a\nvalue: {modules: []}\n"), 0o600))
	for _, path := range []string{"f/a/x", "f/b/x", "f/c/x"} {
		if code, out := calls(t, "import", flowFile, "--path", path, "--data", o.data); code != exitOK {
			t.Fatalf("import: %d %s", code, out)
		}
	}
	dir := filepath.Join(tmp, "out")
	try(os.MkdirAll(dir+"/f/mine", 0o700))
	try(os.WriteFile(tmp+"/precious", []byte("keep"), 0o600))
	try(os.Symlink("mine", dir+"/f/a"))
	try(os.MkdirAll(dir+"/f/b/x.flow", 0o700))
	try(os.Symlink(tmp+"/precious", dir+"/f/b/x.flow/flow.yaml"))
	try(os.MkdirAll(dir+"/f/c/x.flow", 0o700))
	try(syscall.Mkfifo(dir+"/f/c/x.flow/flow.yaml", 0o600))
	code, out := calls(t, "export", dir, "--replace", "--data", o.data)
	if code != exitUsage || !strings.Contains(out, "f/a/x.flow/flow.yaml") || !strings.Contains(out, "links in a folder are not followed") {
		t.Errorf("export: %d %s", code, out)
	}
	if list, err := os.ReadDir(dir + "/f/mine"); err != nil || len(list) != 0 {
		t.Errorf("written through a link: %v, %v", list, err)
	}
	if b, err := os.ReadFile(tmp + "/precious"); err != nil || string(b) != "keep" {
		t.Errorf("written through a link: %q, %v", b, err)
	}
	for _, name := range []string{"/f/b/x.flow/flow.yaml", "/f/c/x.flow/flow.yaml"} {
		if st, err := os.Lstat(dir + name); err != nil || !st.Mode().IsRegular() {
			t.Errorf("%s: %v, %v", name, st, err)
		}
	}
	try(os.Symlink(tmp+"/nowhere", tmp+"/l.flow"))
	if code, out := calls(t, "export", "f/a/x", "--to", tmp+"/l.flow", "--data", o.data); code != exitUsage || !strings.Contains(out, "exists already") {
		t.Errorf("export over a link: %d %s", code, out)
	}
	if _, err := os.Lstat(tmp + "/nowhere"); err == nil {
		t.Error("what a link leads to was made")
	}
}
