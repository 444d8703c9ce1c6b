//go:build !windows && !darwin

// Package sessiontest is a desktop session for tests: a bus of its own, with a service for
// notifications and a tray that speak the real protocols.
package sessiontest

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// Bus is a message bus.
type Bus struct {
	t       testing.TB
	Address string
}

// NewBus starts a bus, which ends with the test.
func NewBus(t testing.TB) *Bus {
	t.Helper()
	c := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", "--address=unix:path="+filepath.Join(t.TempDir(), "bus"))
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatalf("dbus-daemon (Debian package dbus-daemon): %v", err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the bus does not tell its address: %v", err)
	}
	return &Bus{t, strings.TrimSpace(line)}
}

// Connect makes a connection, which ends with the test.
func (b *Bus) Connect() *dbus.Conn {
	b.t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { conn.Close() })
	return conn
}

func (b *Bus) own(conn *dbus.Conn, name string) {
	b.t.Helper()
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		b.t.Fatalf("own %s: %v %v", name, reply, err)
	}
}

// Shown is a notification as the service was asked for it.
type Shown struct {
	ID       uint32
	App      string
	Replaces uint32
	Icon     string
	Title    string
	Body     string
	Actions  []string
	Hints    map[string]dbus.Variant
	Expires  int32
}

// Notifier is a service for notifications.
type Notifier struct {
	conn *dbus.Conn
	can  []string

	mu     sync.Mutex
	last   uint32
	Shown  chan Shown
	Closed chan uint32
}

const (
	notifier     = "org.freedesktop.Notifications"
	notifierPath = dbus.ObjectPath("/org/freedesktop/Notifications")
)

// NewNotifier shows notifications on a bus, and can what is named.
func NewNotifier(b *Bus, can ...string) *Notifier {
	b.t.Helper()
	n := &Notifier{conn: b.Connect(), can: can, Shown: make(chan Shown, 100), Closed: make(chan uint32, 100)}
	if err := n.conn.ExportMethodTable(map[string]any{"GetCapabilities": n.capabilities, "Notify": n.notify, "CloseNotification": n.close}, notifierPath, notifier); err != nil {
		b.t.Fatal(err)
	}
	b.own(n.conn, notifier)
	return n
}

func (n *Notifier) capabilities() ([]string, *dbus.Error) { return n.can, nil }

func (n *Notifier) notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, expires int32) (uint32, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := replaces
	if id == 0 {
		n.last++
		id = n.last
	}
	n.Shown <- Shown{id, app, replaces, icon, title, body, actions, hints, expires}
	return id, nil
}

func (n *Notifier) close(id uint32) *dbus.Error {
	n.Closed <- id
	n.Close(id, 3)
	return nil
}

// Press presses a notification, which goes with it.
func (n *Notifier) Press(id uint32, action string) {
	_ = n.conn.Emit(notifierPath, notifier+".ActionInvoked", id, action)
	n.Close(id, 2)
}

// Close ends a notification, for a reason of the specification.
func (n *Notifier) Close(id, reason uint32) {
	_ = n.conn.Emit(notifierPath, notifier+".NotificationClosed", id, reason)
}

// End takes the service from the bus.
func (n *Notifier) End() { n.conn.Close() }

// Tray shows the icons of programs.
type Tray struct {
	conn  *dbus.Conn
	Items chan string // what was registered, by the sender's name
}

const (
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
)

// NewTray shows a tray on a bus, with a host or without one.
func NewTray(b *Bus, host bool) *Tray {
	b.t.Helper()
	tr := &Tray{conn: b.Connect(), Items: make(chan string, 10)}
	register := func(sender dbus.Sender, _ string) *dbus.Error {
		tr.Items <- string(sender)
		return nil
	}
	err := tr.conn.ExportMethodTable(map[string]any{"RegisterStatusNotifierItem": register}, watcherPath, watcher)
	if err == nil {
		_, err = prop.Export(tr.conn, watcherPath, prop.Map{watcher: {"IsStatusNotifierHostRegistered": {Value: host}}})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.own(tr.conn, watcher)
	return tr
}

// End takes the tray from the bus.
func (tr *Tray) End() { tr.conn.Close() }

// Entry is an item of a menu as the tray sees it.
type Entry struct {
	ID    int32
	Label string
	Off   bool
}

const menuPath = dbus.ObjectPath("/StatusNotifierItem/menu")

// Menu reads the menu of an item, without what is hidden.
func (tr *Tray) Menu(item string) ([]Entry, error) {
	var revision uint32
	var root struct {
		ID    int32
		Props map[string]dbus.Variant
		Items []dbus.Variant
	}
	err := tr.conn.Object(item, menuPath).Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, v := range root.Items {
		var it struct {
			ID    int32
			Props map[string]dbus.Variant
			Items []dbus.Variant
		}
		if err := dbus.Store([]any{v.Value()}, &it); err != nil {
			return nil, err
		}
		prop := func(name string) any { return it.Props[name].Value() }
		if visible, ok := prop("visible").(bool); ok && !visible {
			continue
		}
		e := Entry{ID: it.ID}
		e.Label, _ = prop("label").(string)
		on, ok := prop("enabled").(bool)
		e.Off = ok && !on
		if kind, _ := prop("type").(string); kind == "separator" {
			e.Label = "-"
		}
		out = append(out, e)
	}
	return out, nil
}

// Press presses an entry of a menu whose label begins so.
func (tr *Tray) Press(item, label string) error {
	list, err := tr.Menu(item)
	if err != nil {
		return err
	}
	for _, e := range list {
		if strings.HasPrefix(e.Label, label) && !e.Off {
			return tr.conn.Object(item, menuPath).Call("com.canonical.dbusmenu.Event", 0, e.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err
		}
	}
	return fmt.Errorf("no %q in %v", label, list)
}

// Tap presses the icon itself.
func (tr *Tray) Tap(item string) error {
	return tr.conn.Object(item, "/StatusNotifierItem").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err
}

// Property reads a property of an icon.
func (tr *Tray) Property(item, name string) any {
	v, err := tr.conn.Object(item, "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem." + name)
	if err != nil {
		return err
	}
	return v.Value()
}

// Sleep tells on a bus, as logind does, that the computer is about to sleep, or has woken.
func Sleep(b *Bus, conn *dbus.Conn, begins bool) error {
	return conn.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", begins)
}

// OwnLogin makes a connection that stands for logind.
func OwnLogin(b *Bus) *dbus.Conn {
	b.t.Helper()
	conn := b.Connect()
	b.own(conn, "org.freedesktop.login1")
	return conn
}

// Next takes the next of a channel; a minute without one ends the test.
func Next[T any](t testing.TB, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(time.Minute):
		t.Fatalf("no %s within a minute", what)
	}
	return v
}
