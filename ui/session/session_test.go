//go:build !windows && !darwin

package session

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/ui/session/sessiontest"
)

// icon is a picture for tests.
var icon = func() []byte {
	b, err := os.ReadFile("../../assets/icon/sluice.png")
	if err != nil {
		panic(err)
	}
	return b
}()

var trayTested bool

// opened is a session on a bus.
func opened(t *testing.T, b *sessiontest.Bus) (s *Session, tray chan bool, taps chan struct{}) {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.Address)
	tray, taps = make(chan bool, 10), make(chan struct{}, 10)
	s = Open(Config{Name: "Sluice", Icon: icon, Main: func(f func()) { f() }, OnTray: func(is bool) { tray <- is }, OnOpen: func() { taps <- struct{}{} }})
	t.Cleanup(s.Close)
	return s, tray, taps
}

func TestANotificationIsPlainTextWithOneAction(t *testing.T) {
	for _, markup := range []bool{false, true} {
		can := []string{"body", "actions"}
		want := "Refund of <b>1</b> & more\nnext"
		if markup {
			can, want = append(can, "body-markup"), "Refund of &lt;b&gt;1&lt;/b&gt; &amp; more\nnext"
		}
		b := sessiontest.NewBus(t)
		n := sessiontest.NewNotifier(b, can...)
		s, _, _ := opened(t, b)
		pressed := make(chan string, 1)
		s.Notify(Note{Key: "a", Title: "Dana \u202eevil\x07 <i>\n asks", Body: "Refund of <b>1</b> & more\nnext\u2066", Open: func() { pressed <- "a" }})
		got := sessiontest.Next(t, "notification", n.Shown)
		if got.App != "Sluice" || got.Title != "Dana evil <i> asks" || got.Body != want || got.Expires != 30_000 || got.Replaces != 0 {
			t.Errorf("with markup %t: %+v", markup, got)
		}
		for i, a := range got.Actions {
			if i%2 == 1 && a != "Open" {
				t.Errorf("an action is called %q", a)
			}
		}
		n.Press(got.ID, "default")
		if sessiontest.Next(t, "press", pressed) != "a" {
			t.Error("another was opened")
		}
	}
}

func TestALaterNotificationAboutTheSameTakesItsPlace(t *testing.T) {
	b := sessiontest.NewBus(t)
	n := sessiontest.NewNotifier(b, "body")
	s, _, _ := opened(t, b)
	s.Notify(Note{Key: "a", Title: "one", Open: func() {}})
	first := sessiontest.Next(t, "notification", n.Shown)
	if len(first.Actions) != 0 {
		t.Errorf("a service without actions is given %q", first.Actions)
	}
	s.Notify(Note{Key: "b", Title: "other"})
	other := sessiontest.Next(t, "notification", n.Shown)
	s.Notify(Note{Key: "a", Title: "two"})
	if second := sessiontest.Next(t, "notification", n.Shown); second.Replaces != first.ID || other.Replaces != 0 {
		t.Errorf("it replaces %d, want %d", second.Replaces, first.ID)
	}
	s.Withdraw("a")
	if id := sessiontest.Next(t, "end of a notification", n.Closed); id != first.ID {
		t.Errorf("%d was closed, want %d", id, first.ID)
	}
	s.Notify(Note{Key: "a", Title: "three"})
	if third := sessiontest.Next(t, "notification", n.Shown); third.Replaces != 0 {
		t.Errorf("it replaces %d, which is closed", third.Replaces)
	}
}

// Where nobody shows notifications nothing is said, and once somebody does it goes on.
func TestAServiceForNotificationsMayComeLater(t *testing.T) {
	b := sessiontest.NewBus(t)
	s, _, _ := opened(t, b)
	s.Notify(Note{Key: "a", Title: "lost"})
	n := sessiontest.NewNotifier(b, "body")
	deadline := time.Now().Add(time.Minute)
	for { // the one that was lost says nothing, so that is done when a later one is shown
		s.Notify(Note{Key: "b", Title: "shown"})
		if got := sessiontest.Next(t, "notification", n.Shown); got.Title == "shown" {
			break
		} else if time.Now().After(deadline) {
			t.Fatal("the last one is never shown")
		}
	}
	n.End()
	m := sessiontest.NewNotifier(b, "body")
	s.Notify(Note{Key: "b", Title: "again"})
	for got := sessiontest.Next(t, "notification", m.Shown); got.Title != "again"; {
		got = sessiontest.Next(t, "notification", m.Shown)
	}
}

// The library of the tray has one icon in a process, so this is one test.
func TestTheTray(t *testing.T) {
	if trayTested {
		t.Skip("one icon in a process")
	}
	trayTested = true
	b := sessiontest.NewBus(t)
	empty := sessiontest.NewTray(b, false)
	s, there, taps := opened(t, b)
	did := make(chan string, 10)
	items := func(oldest string) []Item {
		return []Item{{Label: "2 requests wait", Do: func() { did <- "requests" }}, {Label: oldest, Hidden: oldest == "", Do: func() { did <- oldest }}, {Line: true},
			{Label: "Pause schedules", Off: true}, {Label: "Quit Sluice", Do: func() { did <- "quit" }}}
	}
	s.SetMenu("Sluice", items("Ship_it?"))
	if s.Tray() {
		t.Error("a watcher without a host counts as a tray")
	}
	empty.End()
	tray := sessiontest.NewTray(b, true)
	if !sessiontest.Next(t, "tray", there) || !s.Tray() {
		t.Fatal("the tray is not seen")
	}
	item := sessiontest.Next(t, "icon", tray.Items)
	if id := tray.Property(item, "Id"); id != "Sluice" {
		t.Errorf("the icon is called %v", id)
	}
	labels := func(want ...string) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for {
			list, err := tray.Menu(item)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range list {
				got = append(got, e.Label)
			}
			if slices.Equal(got, want) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the menu says %q, want %q", got, want)
			}
		}
	}
	labels("2 requests wait", "Ship__it?", "-", "Pause schedules", "Quit Sluice")
	for label, want := range map[string]string{"Ship": "Ship_it?", "Quit": "quit"} {
		if err := tray.Press(item, label); err != nil {
			t.Fatal(err)
		}
		if got := sessiontest.Next(t, "press", did); got != want {
			t.Errorf("%s did %q", label, got)
		}
	}
	s.SetMenu("Sluice", items(""))
	labels("2 requests wait", "-", "Pause schedules", "Quit Sluice")
	if err := tray.Tap(item); err != nil {
		t.Fatal(err)
	}
	sessiontest.Next(t, "press of the icon", taps)
	tray.End()
	if sessiontest.Next(t, "end of the tray", there) {
		t.Error("the tray is said to be there")
	}
	again := sessiontest.NewTray(b, true)
	sessiontest.Next(t, "icon in the next tray", again.Items)
	if !sessiontest.Next(t, "tray", there) {
		t.Error("the next tray is not seen")
	}
}

func TestWithoutABusNothingHappens(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	s := Open(Config{})
	s.Notify(Note{Key: "a", Title: "nobody"})
	if s.Tray() {
		t.Error("there is a tray")
	}
	s.Close()
}

func TestWaking(t *testing.T) {
	b := sessiontest.NewBus(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", b.Address)
	login := sessiontest.OwnLogin(b)
	woke := make(chan struct{}, 1)
	Wakes(t.Context(), func() {
		select {
		case woke <- struct{}{}:
		default:
		}
	})
	deadline := time.After(time.Minute)
	for {
		if err := sessiontest.Sleep(b, login, true); err != nil {
			t.Fatal(err)
		}
		if err := sessiontest.Sleep(b, login, false); err != nil {
			t.Fatal(err)
		}
		select { // it hears from when it has asked to
		case <-woke:
			return
		case <-deadline:
			t.Fatal("waking is not heard")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestTheIconIsSmall(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(small(icon)))
	if err != nil || img.Bounds().Dx() != iconSize || img.Bounds().Dy() != iconSize {
		t.Fatalf("%v %v", img.Bounds(), err)
	}
	if _, _, _, a := img.At(iconSize/2, iconSize/2).RGBA(); a == 0 {
		t.Error("it is empty")
	}
	if i := ico(small(icon)); !bytes.HasPrefix(i, []byte{0, 0, 1, 0, 1, 0}) || !bytes.Equal(i[22:], small(icon)) {
		t.Errorf("no icon of Windows: % x", i[:22])
	}
}

func TestStartAtLogin(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	a := AtLogin{Program: "/opt/my apps/sluice", Args: []string{"--hidden", "--data", `/home/d$n"a\x`}}
	if on, err := a.On(); on || err != nil {
		t.Fatal(on, err)
	}
	for range 2 {
		if err := a.Set(true); err != nil {
			t.Fatal(err)
		}
	}
	if on, err := a.On(); !on || err != nil {
		t.Fatal(on, err)
	}
	name := filepath.Join(dir, "autostart", "sluice.desktop")
	b, err := os.ReadFile(name)
	if want := `Exec="/opt/my apps/sluice" "--hidden" "--data" "/home/d\\$n\\"a\\\\x"` + "\n"; err != nil || !strings.Contains(string(b), want) {
		t.Errorf("%v\n%s", err, b)
	}
	for _, off := range []string{"Hidden=true", "X-GNOME-Autostart-enabled=false"} {
		if err := os.WriteFile(name, append(b, off...), 0o600); err != nil {
			t.Fatal(err)
		}
		if on, err := a.On(); on || err != nil {
			t.Errorf("with %s: %t %v", off, on, err)
		}
	}
	for range 2 {
		if err := a.Set(false); err != nil {
			t.Fatal(err)
		}
	}
	if on, err := a.On(); on || err != nil {
		t.Error(on, err)
	}
}

func TestCommandLinesOfOtherSystems(t *testing.T) {
	a := AtLogin{Program: `C:\Program Files\Sluice\sluice.exe`, Args: []string{"--hidden", "--data", `D:\my data\`, `a"b`, ""}}
	if got, want := a.runValue(), `"C:\Program Files\Sluice\sluice.exe" --hidden --data "D:\my data\\" "a\"b" ""`; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	got := AtLogin{Program: "/Applications/A&B.app/sluice", Args: []string{"--hidden"}}.launchAgent()
	for _, want := range []string{"<string>/Applications/A&amp;B.app/sluice</string>\n\t\t<string>--hidden</string>", "<key>RunAtLoad</key>\n\t<true/>", "<string>app.sluice.desktop</string>"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}
