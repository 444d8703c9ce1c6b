//go:build walk

package walk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A screen is an X display without a monitor.
type screen struct {
	t       testing.TB
	display string
	shots   string // folder for screenshots; "" for none
	home    string // of the person who sits before it
}

// newScreen starts Xvfb on a free display, with a window manager.
func newScreen(t testing.TB) *screen {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatalf("Xvfb (Debian package xvfb): %v", err)
	}
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	w.Close()
	buf := make([]byte, 16)
	n, err := r.Read(buf)
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	s := &screen{t: t, display: ":" + strings.TrimSpace(string(buf[:n])), shots: os.Getenv("WALK_SHOTS"), home: t.TempDir()}
	wm := exec.Command("openbox")
	wm.Env = append(os.Environ(), "DISPLAY="+s.display)
	if err := wm.Start(); err != nil {
		t.Fatalf("openbox: %v", err)
	}
	t.Cleanup(func() { wm.Process.Kill(); wm.Wait() })
	return s
}

// A window is a Sluice on the screen.
type window struct {
	*screen
	cmd   *exec.Cmd
	id    string
	probe *http.Client
	err   *lockedBuffer
	done  chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// spot is what the program's probe tells of a visible text.
type spot struct {
	Text, Kind string
	X, Y, W, H float64
}

// program is the built Sluice.
func program(t testing.TB) string {
	t.Helper()
	bin := os.Getenv("SLUICE_BIN")
	if bin == "" {
		t.Fatal("SLUICE_BIN names no program: use make walk")
	}
	return bin
}

// command runs a command line of Sluice and returns what it printed.
func command(t testing.TB, args ...string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	c := exec.CommandContext(ctx, program(t), args...)
	c.Env = append(os.Environ(), "SLUICE_KEYRING=file", "DISPLAY=", "WAYLAND_DISPLAY=")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("sluice %s: %v\n%s", strings.Join(args, " "), err, &errs)
	}
	return string(out)
}

// freeAddress is an address that nobody listens at.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// open starts Sluice in a window on a data folder, with its pages at listen.
func (s *screen) open(data, listen string, env ...string) *window {
	s.t.Helper()
	_, err := os.Stat(filepath.Join(data, "sluice.db"))
	first := err != nil
	sock := filepath.Join(s.t.TempDir(), "probe")
	w := &window{screen: s, cmd: exec.Command(program(s.t), "--data", data, "--listen", listen), err: new(lockedBuffer), done: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), append([]string{"DISPLAY=" + s.display, "WAYLAND_DISPLAY=", "LANG=en_US.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1",
		"SLUICE_PROBE=" + sock, "SLUICE_KEYRING=file", "FYNE_SCALE=1", "HOME=" + s.home, "XDG_CONFIG_HOME=" + s.home,
		"XDG_CACHE_HOME=" + s.home, "XDG_RUNTIME_DIR=" + s.home}, env...)...)
	w.cmd.Stdout, w.cmd.Stderr = w.err, w.err
	if err := w.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { w.cmd.Wait(); close(w.done) }()
	s.t.Cleanup(func() {
		w.kill()
		if strings.Contains(w.err.String(), "Error in Fyne call thread") {
			s.t.Errorf("the window was touched from another goroutine: %s", w.err)
		}
	})
	w.probe = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", sock)
		}}}
	w.wait("the window", func() bool {
		out, err := w.tool("search", "--onlyvisible", "--name", "Sluice")
		w.id, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
		return err == nil && w.id != ""
	})
	w.tool("windowsize", "--sync", w.id, "1440", "900")
	w.tool("windowmove", w.id, "0", "0")
	w.tool("windowactivate", "--sync", w.id)
	w.wait("a window that is laid out in its size", func() bool { // else a press goes where a word was
		before := w.spots()
		pause(300 * time.Millisecond)
		return len(before) > 0 && slices.Equal(before, w.spots())
	})
	if first { // the guided way is offered, once
		w.see("Show me how")
		w.click("\ue1b2")
		w.wait("the offer to go", func() bool { return !w.shows("Show me how") })
	}
	return w
}

// again waits until the program has ended and the one that it started has its window.
func (w *window) again() {
	w.t.Helper()
	w.wait("end of the process", func() bool { return errors.Is(w.cmd.Process.Signal(syscall.Signal(0)), os.ErrProcessDone) })
	w.wait("the window of the next process", func() bool {
		out, err := w.tool("search", "--onlyvisible", "--name", "Sluice")
		w.id, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
		return err == nil && w.id != ""
	})
	out, _ := w.tool("getwindowpid", w.id)
	pid, err := strconv.Atoi(strings.TrimSpace(out))
	if err != nil {
		w.t.Fatalf("the next process is not known: %q", out)
	}
	w.t.Cleanup(func() {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // it is no child of the walk
		}
	})
	w.tool("windowsize", "--sync", w.id, "1440", "900")
	w.tool("windowmove", w.id, "0", "0")
}

// kill ends the program as a power cut would.
func (w *window) kill() {
	w.cmd.Process.Kill()
	<-w.done
}

// tool runs xdotool on the display.
func (w *window) tool(args ...string) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	c := exec.CommandContext(ctx, "xdotool", args...)
	c.Env = append(os.Environ(), "DISPLAY="+w.display)
	out, err := c.Output()
	return string(out), err
}

// wait polls a condition of the outside world until it holds.
func (w *window) wait(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !ok() {
		select {
		case <-w.done:
			w.t.Fatalf("Sluice ended while the walk waited for %s: %s", what, w.err)
		default:
		}
		if time.Now().After(deadline) {
			w.shot("stuck")
			w.t.Fatalf("no %s within a minute; on the screen: %s\n%s", what, w.texts(), w.err)
		}
		pause(50 * time.Millisecond)
	}
}

// pause lets the display go on: it has no event to wait for.
func pause(d time.Duration) { <-time.After(d) }

// spots returns what is visible.
func (w *window) spots() []spot {
	resp, err := w.probe.Get("http://probe/")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var list []spot
	_ = json.NewDecoder(resp.Body).Decode(&list)
	return list
}

// texts joins what is visible, for messages.
func (w *window) texts() string {
	var b strings.Builder
	for _, s := range w.spots() {
		fmt.Fprintf(&b, "%q ", s.Text)
	}
	return b.String()
}

// rail is the width of the strip of places at the left.
const rail = 64

// find returns the place of a text: the topmost that reads exactly so, else the
// topmost that begins so. The strip at the left does not count.
func (w *window) find(text string) (found spot, ok bool) {
	exact := false
	for _, s := range w.spots() {
		if s.X < rail || !strings.HasPrefix(s.Text, text) || (exact && s.Text != text) {
			continue
		}
		found, ok, exact = s, true, s.Text == text
	}
	return found, ok
}

// see waits until a text is visible and returns its place.
func (w *window) see(text string) spot {
	w.t.Helper()
	var found spot
	w.wait(fmt.Sprintf("%q", text), func() (ok bool) {
		found, ok = w.find(text)
		return ok
	})
	return found
}

// shows reports whether a text is visible now.
func (w *window) shows(text string) bool {
	_, ok := w.find(text)
	return ok
}

// visit opens a place by the strip at the left.
func (w *window) visit(place string) {
	w.t.Helper()
	var at spot
	w.wait("place "+place, func() bool {
		for _, s := range w.spots() {
			if s.X < rail && s.Text == place {
				at = s
				return true
			}
		}
		return false
	})
	w.clickAt(at)
}

// click presses the mouse on a visible text.
func (w *window) click(text string) {
	w.t.Helper()
	w.clickAt(w.see(text))
}

func (w *window) clickAt(s spot) {
	w.t.Helper()
	w.tool("mousemove", "--window", w.id, fmt.Sprint(int(s.X+s.W/2)), fmt.Sprint(int(s.Y+s.H/2)))
	pause(200 * time.Millisecond) // pointer moves are handled at the next frame, clicks at once
	if _, err := w.tool("click", "1"); err != nil {
		w.t.Fatalf("click on %q: %v", s.Text, err)
	}
	pause(100 * time.Millisecond)
}

// roll turns the wheel over what is under the middle of the window, down to a text.
func (w *window) roll(text string) {
	w.t.Helper()
	w.wait(fmt.Sprintf("%q, further down", text), func() bool {
		if w.shows(text) {
			return true
		}
		w.tool("mousemove", "--window", w.id, "700", "500")
		pause(200 * time.Millisecond)
		w.tool("click", "--repeat", "3", "--delay", "50", "5")
		pause(300 * time.Millisecond)
		return false
	})
}

// typeText types with the keyboard.
func (w *window) typeText(text string) {
	w.t.Helper()
	if _, err := w.tool("type", "--delay", "30", text); err != nil {
		w.t.Fatalf("type %q: %v", text, err)
	}
}

// key presses keys by name.
func (w *window) key(keys ...string) {
	w.t.Helper()
	if _, err := w.tool(append([]string{"key"}, keys...)...); err != nil {
		w.t.Fatalf("key %v: %v", keys, err)
	}
}

// shot keeps a picture of the window when WALK_SHOTS names a folder.
func (w *window) shot(name string) {
	if w.shots == "" {
		return
	}
	pause(400 * time.Millisecond)
	c := exec.Command("import", "-window", w.id, filepath.Join(w.shots, name+".png"))
	c.Env = append(os.Environ(), "DISPLAY="+w.display)
	if out, err := c.CombinedOutput(); err != nil {
		w.t.Logf("screenshot %s: %v %s", name, err, out)
	}
}
