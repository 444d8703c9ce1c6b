package js

import (
	"bufio"
	"os"
	"os/exec"
	"testing"
	"time"

	"sluice/engine/internal/frame"
	"sluice/engine/script/internal/scripttest"
)

// A worker whose Sluice is gone must not run on, whatever its script does.
func TestWorkerEndsWithItsPipe(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), workerEnv+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		kind byte
		body string
	}{
		{frameJob, `{"file":"step.js","base":true,"memory":100000000}`},
		{frameEnv, `{}`},
		{frameSource, `export function main() { console.log("begun"); for (;;) {} }`},
		{frameArgs, `{}`},
	} {
		if err := frame.Write(in, f.kind, []byte(f.body)); err != nil {
			t.Fatal(err)
		}
	}
	if kind, body, err := frame.Read(bufio.NewReader(out)); err != nil || kind != frameLog || string(body) != "begun" {
		t.Fatalf("frame %q %s, %v", kind, body, err)
	}
	in.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the worker ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatal("the worker runs on")
	}
}

// A job that takes longer than the worker waits before it looks for Sluice is
// followed by others as any job is.
func TestJobAfterALongOne(t *testing.T) {
	x := newJS(t)
	for range 2 {
		v, err := x.Run(t.Context(), scripttest.Job("bun", "export async function main() { await new Promise((r) => setTimeout(r, 120)); return 1 }", `{}`), &scripttest.Log{})
		if err != nil || string(v) != "1" {
			t.Fatalf("%s, %v", v, err)
		}
		scripttest.Honest(t, x)
	}
}
