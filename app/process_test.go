package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sluice/engine/run"
)

// A process is a sluice of its own that a test talks to.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	lines chan event
	err   *bytes.Buffer
	done  chan error
}

// startSluice runs this test binary as sluice with --json. env adds variables.
func startSluice(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(exe, args...), lines: make(chan event, 1000), err: new(bytes.Buffer), done: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), append([]string{asSluice + "=1", "SLUICE_KEYRING=file", "DISPLAY=", "WAYLAND_DISPLAY="}, env...)...)
	p.cmd.Stderr = p.err
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s := bufio.NewScanner(out)
		s.Buffer(nil, 1<<24)
		for s.Scan() {
			var e event
			if json.Unmarshal(s.Bytes(), &e) == nil {
				p.lines <- e
			}
		}
		close(p.lines)
		p.done <- p.cmd.Wait()
	}()
	t.Cleanup(func() { p.kill() })
	return p
}

// sluiceOutput runs sluice to its end and returns what it printed.
func sluiceOutput(t testing.TB, args ...string) (string, error) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), asSluice+"=1", "SLUICE_KEYRING=file")
	out, err := cmd.Output()
	return string(out), err
}

// next waits for a line of that kind; the others before it are passed over. It
// reports false when the process ended first.
func (p *process) next(kind string) (event, bool) {
	p.t.Helper()
	timeout := time.After(60 * time.Second)
	for {
		select {
		case e, ok := <-p.lines:
			if !ok {
				return event{}, false
			}
			if e.Event == kind {
				return e, true
			}
		case <-timeout:
			p.kill()
			p.t.Fatalf("no %q within a minute; stderr: %s", kind, p.err)
		}
	}
}

// both waits for a line of either kind, whichever comes first, and returns them in the
// order of the arguments.
func (p *process) both(one, other string) (a, b event) {
	p.t.Helper()
	for timeout := time.After(60 * time.Second); a.Event == "" || b.Event == ""; {
		select {
		case e, ok := <-p.lines:
			switch {
			case !ok:
				p.t.Fatalf("ended before %q and %q; stderr: %s", one, other, p.err)
			case e.Event == one && a.Event == "":
				a = e
			case e.Event == other && b.Event == "":
				b = e
			}
		case <-timeout:
			p.kill()
			p.t.Fatalf("no %q and %q within a minute; stderr: %s", one, other, p.err)
		}
	}
	return a, b
}

// must is next for a line that has to come.
func (p *process) must(kind string) event {
	p.t.Helper()
	e, ok := p.next(kind)
	if !ok {
		p.t.Fatalf("ended before %q; stderr: %s", kind, p.err)
	}
	return e
}

// kill ends the process as a power cut would, and waits.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	p.wait()
}

// wait waits for the end and returns the exit code, -1 after a signal.
func (p *process) wait() int {
	if p.done != nil {
		for range p.lines {
		}
		<-p.done
		p.done = nil
	}
	return p.cmd.ProcessState.ExitCode()
}

// interrupt asks for an orderly end.
func (p *process) interrupt() int {
	_ = p.cmd.Process.Signal(os.Interrupt)
	return p.wait()
}

// post sends JSON to an address and returns the status and the body.
func post(t testing.TB, url, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// tryPost is post for a server that may die meanwhile.
func tryPost(url, body string) (int, error) {
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	return resp.StatusCode, nil
}

// get reads a page.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// write puts a file into a fresh folder and returns its path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	file := t.TempDir() + "/" + name
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// personLinks finds a person's links in a waiting line.
func personLinks(t testing.TB, e event, person string) run.Links {
	t.Helper()
	for _, l := range e.Links {
		if l.Person == person {
			return l
		}
	}
	t.Fatalf("no link for %s in %+v", person, e.Links)
	return run.Links{}
}
