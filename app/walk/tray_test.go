//go:build walk

package walk

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluice/ui/session/sessiontest"
)

// twiceFlow asks twice, one after the other.
const twiceFlow = `{"summary":"Ask twice","value":{"modules":[
 {"id":"a","summary":"First question","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":3600}},
 {"id":"b","summary":"Second question","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":3600}}]}}`

// visible reports whether the window is on the screen.
func (w *window) visible() bool {
	out, err := w.tool("search", "--onlyvisible", "--name", "Sluice")
	return err == nil && strings.TrimSpace(out) != ""
}

// TestTheTray closes the window to the tray, starts Sluice once more, is told of a request
// by a notification, presses that, and quits from the tray.
func TestTheTray(t *testing.T) {
	b := sessiontest.NewBus(t)
	tray := sessiontest.NewTray(b, true)
	notes := sessiontest.NewNotifier(b, "body", "actions", "body-markup")
	s := newScreen(t)
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "twice.json")
	if err := os.WriteFile(file, []byte(twiceFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "run", file, "--no-wait", "--data", data)
	w := s.open(data, freeAddress(t), "DBUS_SESSION_BUS_ADDRESS="+b.Address)
	item := sessiontest.Next(t, "icon in the tray", tray.Items)
	gone := func() { t.Helper(); w.wait("a window that is gone", func() bool { return !w.visible() }) }
	back := func() { t.Helper(); w.wait("a window that is back", w.visible) }
	says := func(label string) {
		t.Helper()
		w.wait("the tray's "+label, func() bool {
			list, err := tray.Menu(item)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if strings.HasPrefix(e.Label, label) {
					return true
				}
			}
			return false
		})
	}
	says("1 request waits")

	w.key("alt+F4")
	w.see("1 request is open")
	w.shot("tray-1-asked")
	w.click("Keep running in the tray")
	gone()

	again := exec.Command(program(t), "--data", data)
	again.Env = w.cmd.Env
	if out, err := again.CombinedOutput(); err != nil || !strings.Contains(string(out), "brought to the front") {
		t.Fatalf("a second start: %v\n%s", err, out)
	}
	back()
	w.key("alt+F4")
	gone()

	if err := tray.Press(item, "Oldest"); err != nil {
		t.Fatal(err)
	}
	back()
	w.see("Approve and continue")
	w.shot("tray-2-inbox")
	w.click("Approve and continue")
	w.see("Take it back")
	w.key("alt+F4")
	gone()
	note := sessiontest.Next(t, "notification", notes.Shown)
	if !strings.Contains(note.Body, "Ask twice") {
		t.Errorf("it says %+v", note)
	}
	notes.Press(note.ID, "default")
	back()
	w.see("Approve and continue")
	w.see(note.Title)

	w.key("alt+F4")
	gone()
	if err := tray.Press(item, "Quit"); err != nil {
		t.Fatal(err)
	}
	back()
	w.see("1 request is open")
	w.shot("tray-3-quit")
	w.click("Quit")
	<-w.done
}

// TestStartInTheTray begins without a window, as at login, and is opened from the tray.
// Told to end, it ends without ever having been seen.
func TestStartInTheTray(t *testing.T) {
	b := sessiontest.NewBus(t)
	tray := sessiontest.NewTray(b, true)
	s := newScreen(t)
	data := filepath.Join(t.TempDir(), "data")
	start := func() (w *window, item string) {
		t.Helper()
		w = &window{screen: s, cmd: exec.Command(program(t), "--data", data, "--listen", freeAddress(t), "--hidden"), err: new(lockedBuffer), done: make(chan struct{})}
		w.cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "WAYLAND_DISPLAY=", "LANG=en_US.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "SLUICE_KEYRING=file", "FYNE_SCALE=1", "HOME="+s.home,
			"XDG_CONFIG_HOME="+s.home, "XDG_CACHE_HOME="+s.home, "XDG_RUNTIME_DIR="+s.home, "DBUS_SESSION_BUS_ADDRESS="+b.Address)
		w.cmd.Stdout, w.cmd.Stderr = w.err, w.err
		if err := w.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() { w.cmd.Wait(); close(w.done) }()
		t.Cleanup(w.kill)
		return w, sessiontest.Next(t, "icon in the tray", tray.Items)
	}
	w, _ := start()
	pause(3 * time.Second)
	if w.visible() {
		t.Error("the window is shown")
	}
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-w.done
	if !w.cmd.ProcessState.Success() {
		t.Errorf("it ended with %v\n%s", w.cmd.ProcessState, w.err)
	}

	w, item := start()
	w.wait("the menu", func() bool { l, err := tray.Menu(item); return err == nil && len(l) > 0 })
	if err := tray.Press(item, "Open Sluice"); err != nil {
		t.Fatal(err)
	}
	w.wait("the window", w.visible)
	w.id, _ = w.tool("search", "--onlyvisible", "--name", "Sluice")
	w.id = strings.TrimSpace(w.id)
	pause(2 * time.Second) // it is drawn
	w.shot("tray-4-opened")
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-w.done
}
