package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluice/engine/run"
)

// actingFlow is a flow whose step does something that shows and then takes long.
func actingFlow(language, content string) string {
	return fmt.Sprintf(`summary: Acts
value:
  modules:
    - id: act
      value:
        type: rawscript
        language: %s
        content: |
          %s
        input_transforms:
          file: {type: javascript, expr: flow_input.file}
`, language, strings.ReplaceAll(content, "\n", "\n          "))
}

// awaitLines waits until a file has that many lines and returns them.
func awaitLines(t *testing.T, file string, n int) []string {
	t.Helper()
	for range 3000 {
		b, _ := os.ReadFile(file)
		if got := strings.Fields(string(b)); len(got) >= n {
			return got
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Fatalf("%s has not %d lines", file, n)
	return nil
}

// endBegins presses Ctrl+C and returns when the end has begun: a second one that
// came before would be taken for the first.
func (p *process) endBegins(url string) {
	p.t.Helper()
	_ = p.cmd.Process.Signal(os.Interrupt)
	for range 3000 {
		c, err := net.Dial("tcp", strings.TrimPrefix(hostOf(url), "http://"))
		if err != nil {
			return
		}
		c.Close()
		<-time.After(10 * time.Millisecond)
	}
	p.t.Fatal("it does not end")
}

// A step that Ctrl+C cuts off in the middle is told, counts as lost and is not
// done again, in any language and by any command.
func TestCutOffStepIsNotRepeated(t *testing.T) {
	bash := actingFlow("bash", "file=\"$1\"\necho acted >> \"$file\"\nsleep 60")
	python := actingFlow("python3", "import time\ndef main(file):\n    open(file, 'a').write('acted\\n')\n    time.sleep(60)")
	script := strings.Replace(actingFlow("bun", "import * as fs from 'node:fs'\nexport async function main(file: string) {\n  fs.appendFileSync('./shared/acted', 'acted\\n')\n  for (;;) {}\n}"),
		"value:\n", "value:\n  same_worker: true\n", 1)
	for _, tt := range []struct{ name, flow, command string }{
		{"bash by run", bash, "run"},
		{"python by run", python, "run"},
		{"script by run", script, "run"},
		{"bash by serve", bash, "serve"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, acted := t.TempDir(), filepath.Join(t.TempDir(), "acted")
			input := `{"file":` + strconv.Quote(acted) + `}`
			args := []string{"run", write(t, "flow.yaml", tt.flow), "--input", input, "--json", "--data", data, "--listen", "127.0.0.1:0"}
			var id run.ID
			if tt.command == "serve" {
				out, err := sluiceOutput(t, append(args[:len(args)-2], "--no-wait")...)
				if err != nil {
					t.Fatal(err)
				}
				var begun event
				if err := json.Unmarshal([]byte(out), &begun); err != nil {
					t.Fatal(err)
				}
				id = begun.Run
				if _, err := os.Stat(acted); err == nil {
					t.Fatal("--no-wait began a step that it would have cut off")
				}
				args = []string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0"}
			}
			p := startSluice(t, nil, args...)
			url := p.must("listening").URL
			if tt.command == "run" {
				id = p.must("started").Run
			}
			if tt.name == "script by run" {
				acted = filepath.Join(data, "shared", string(id), "acted")
			}
			awaitLines(t, acted, 1)
			p.endBegins(url)
			_ = p.cmd.Process.Signal(os.Interrupt)
			cut, end := p.both("cut", "finished")
			if cut.Step != "act" {
				t.Errorf("cut %+v", cut)
			}
			if end.Run != id || end.Outcome != run.Failed || end.Error == nil || end.Error.StepID != "act" {
				t.Errorf("the end of the run is told as %+v", end)
			}
			if code := p.wait(); tt.command == "run" && code != exitFailed {
				t.Errorf("exit code %d", code)
			}

			p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
			p.must("listening")
			out, err := sluiceOutput(t, "runs", "--json", "--data", data)
			if err != nil || !strings.Contains(out, `"outcome":"failed"`) {
				t.Errorf("runs: %s, %v", out, err)
			}
			p.interrupt()
			if tt.name != "script by run" { // whose shared folder is gone with its run
				if got := awaitLines(t, acted, 1); len(got) != 1 {
					t.Errorf("it acted %d times", len(got))
				}
			}
		})
	}
}

// A service manager sends its signal to every program of the service.
func TestSignalToAllIsNoFailureOfTheStep(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no such signal")
	}
	for name, flow := range map[string]string{
		"bash":   actingFlow("bash", "file=\"$1\"\necho $$ >> \"$file\"\nexec sleep 60"),
		"python": actingFlow("python3", "import os, time\ndef main(file):\n    open(file, 'a').write('%d\\n' % os.getpid())\n    time.sleep(60)"),
	} {
		t.Run(name, func(t *testing.T) {
			data, file := t.TempDir(), filepath.Join(t.TempDir(), "pid")
			p := startSluice(t, nil, "run", write(t, "flow.yaml", flow), "--input", `{"file":`+strconv.Quote(file)+`}`, "--json", "--data", data, "--listen", "127.0.0.1:0")
			pid, err := strconv.Atoi(awaitLines(t, file, 1)[0])
			if err != nil {
				t.Fatal(err)
			}
			step, err := os.FindProcess(pid)
			if err != nil {
				t.Fatal(err)
			}
			_ = step.Signal(syscall.SIGTERM)
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			if cut := p.must("cut"); cut.Step != "act" {
				t.Errorf("cut %+v", cut)
			}
			if end := p.must("finished"); end.Outcome != run.Failed {
				t.Errorf("finished %+v", end)
			}
			p.wait()
		})
	}
}

// A step that ends within a few seconds of Ctrl+C has its result.
func TestCtrlCWaitsForAStep(t *testing.T) {
	data, acted := t.TempDir(), filepath.Join(t.TempDir(), "acted")
	p := startSluice(t, nil, "run", write(t, "flow.yaml", actingFlow("bash", "file=\"$1\"\necho acted >> \"$file\"\nwhile [ ! -e \"$file.go\" ]; do sleep 0.02; done\necho done")),
		"--input", `{"file":`+strconv.Quote(acted)+`}`, "--json", "--data", data, "--listen", "127.0.0.1:0")
	url := p.must("listening").URL
	awaitLines(t, acted, 1)
	p.endBegins(url)
	if err := os.WriteFile(acted+".go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ends := 0
	for e := range p.lines {
		switch {
		case e.Event == "cut":
			t.Errorf("it was cut off: %+v", e)
		case e.Event == "finished" && e.Outcome == run.Succeeded:
			ends++
		}
	}
	if code := p.wait(); ends != 1 || code != exitOK {
		t.Errorf("the run's end was told %d times; exit code %d: %s", ends, code, p.err)
	}
	if !strings.Contains(p.err.String(), "Waiting a few seconds for step act of run ") {
		t.Errorf("nothing was told of the wait: %s", p.err)
	}
	p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	out, err := sluiceOutput(t, "runs", "--json", "--data", data)
	if err != nil || !strings.Contains(out, `"outcome":"`+string(run.Succeeded)+`"`) {
		t.Errorf("runs: %s, %v", out, err)
	}
}

// The end of one run does not cut off the steps of others in the folder.
func TestEndOfARunWaitsForOtherRuns(t *testing.T) {
	data, acted := t.TempDir(), filepath.Join(t.TempDir(), "acted")
	input := `{"file":` + strconv.Quote(acted) + `}`
	other := write(t, "other.yaml", actingFlow("bash", "file=\"$1\"\necho acted >> \"$file\"\nwhile [ ! -e \"$file.go\" ]; do sleep 0.02; done"))
	if _, err := sluiceOutput(t, "run", other, "--input", input, "--data", data, "--no-wait"); err != nil {
		t.Fatal(err)
	}
	p := startSluice(t, nil, "run", write(t, "flow.yaml", actingFlow("bash", "file=\"$1\"\nwhile [ ! -e \"$file\" ]; do sleep 0.02; done\necho own")), "--input", input, "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("finished")
	<-time.After(100 * time.Millisecond) // for the mistake to show: it would end now
	if err := os.WriteFile(acted+".go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if e, ok := p.next("cut"); ok {
		t.Errorf("it was cut off: %+v", e)
	}
	p.wait()
	out, err := sluiceOutput(t, "runs", "--json", "--data", data)
	if err != nil || strings.Count(out, `"outcome":"succeeded"`) != 2 {
		t.Errorf("runs: %s, %v; standard error: %s", out, err, p.err)
	}
}

// strays starts what tries to outlive its step: in a session, with an environment
// and under a parent of its own.
const strays = `file="$1"
sleep 300 & echo $! >> "$file"
setsid bash -c 'echo $$ >> "$0"; exec sleep 300' "$file" &
setsid env -i /bin/bash -c 'cd /; echo $$ >> "$0"; exec sleep 300' "$file" < /dev/null > /dev/null 2>&1 &
(setsid nohup bash -c 'trap "" TERM HUP; echo $$ >> "$0"; while :; do sleep 1; done' "$file" > /dev/null 2>&1 &)
`

// What a step started ends with Sluice, or at its next start after a kill.
func TestNothingOutlivesSluice(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds processes in /proc")
	}
	for _, tt := range []struct {
		name, end string // of the step's script
		killed    bool
	}{
		{"killed in the middle", "sleep 300", true},
		{"killed after the step", "echo done", true},
		{"ended in the middle", "sleep 300", false},
		{"ended after the step", "echo done", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, file := t.TempDir(), filepath.Join(t.TempDir(), "pids")
			flow := actingFlow("bash", strays+"while [ \"$(wc -l < \"$file\")\" -lt 4 ]; do sleep 0.02; done\n"+tt.end)
			if tt.end == "echo done" {
				flow = strings.Replace(flow, "id: act\n", "id: act\n      suspend: {required_events: 1, timeout: 600}\n", 1)
			}
			p := startSluice(t, nil, "run", write(t, "flow.yaml", flow), "--input", `{"file":`+strconv.Quote(file)+`}`, "--json", "--data", data, "--listen", "127.0.0.1:0")
			url := p.must("listening").URL
			pids := awaitLines(t, file, 4)
			if tt.end == "echo done" {
				p.must("waiting")
			}
			if tt.killed {
				p.kill()
				p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
				p.must("listening")
			} else {
				p.endBegins(url)
				p.interrupt()
			}
			for _, pid := range pids {
				awaitEnd(t, pid)
			}
		})
	}
}

// awaitEnd waits until a process is no more.
func awaitEnd(t *testing.T, pid string) {
	t.Helper()
	for range 200 { // the kernel needs a moment to bury it
		b, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(b), ") Z ") {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	b, _ := os.ReadFile("/proc/" + pid + "/cmdline")
	t.Errorf("process %s lives on: %q", pid, b)
}
