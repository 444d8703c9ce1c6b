//go:build !windows && !darwin

package session

import (
	"context"
	"image"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"

	"sluice/ui/say"
)

// The names of what is talked to: specifications StatusNotifierItem and Desktop
// Notifications of freedesktop.org, and systemd's logind.
const (
	busName = "org.freedesktop.DBus"
	busPath = "/org/freedesktop/DBus"

	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"

	notifier     = "org.freedesktop.Notifications"
	notifierPath = "/org/freedesktop/Notifications"

	login     = "org.freedesktop.login1"
	loginPath = "/org/freedesktop/login1"
)

const (
	callTime   = 10 * time.Second // a service that is started for the call takes its time
	expireTime = 30 * time.Second // of a notification: the window tells the same for as long as it is so
)

// listen talks to the session's bus until ctx ends.
func (s *Session) listen(ctx context.Context) {
	insist(ctx, func(ctx context.Context) bool {
		// Ordered: a press and the end of its notification come as two signals. Without a bus
		// none is started: nobody would listen at it.
		conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()), dbus.WithContext(ctx))
		if conn, err = greeted(conn, err); err != nil {
			return false
		}
		defer conn.Close()
		b := &bus{s: s, ctx: ctx, conn: conn, ids: map[string]uint32{}, open: map[uint32]Note{}}
		b.live()
		return true
	})
}

// greeted makes a connection ready for use.
func greeted(conn *dbus.Conn, err error) (*dbus.Conn, error) {
	if err != nil {
		return nil, err
	}
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// bus is a connection to the session's bus, used by one goroutine.
type bus struct {
	s    *Session
	ctx  context.Context
	conn *dbus.Conn

	asked bool              // the service was asked what it can
	can   []string          // what it can
	ids   map[string]uint32 // of what is shown, by key
	open  map[uint32]Note
}

// live deals with signals and orders until the connection ends.
func (b *bus) live() {
	signals := make(chan *dbus.Signal, 16)
	b.conn.Signal(signals)
	for _, name := range []string{watcher, notifier} {
		b.match(dbus.WithMatchSender(busName), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name))
		b.match(dbus.WithMatchInterface(name))
	}
	b.lookForTray()
	for {
		for o, ok := b.s.next(); ok; o, ok = b.s.next() {
			if o.end {
				b.close(o.note.Key)
			} else {
				b.notify(o.note)
			}
		}
		select {
		case sig, ok := <-signals:
			if !ok {
				b.s.setTray(false) // the bus ended, and with it the icon for good
				return
			}
			b.hear(sig)
		case <-b.s.wake:
		case <-b.ctx.Done():
			return
		}
	}
}

func (b *bus) match(o ...dbus.MatchOption) {
	_ = b.conn.AddMatchSignalContext(b.ctx, o...) // without it nothing is heard of that, as where it is not there
}

func (b *bus) hear(sig *dbus.Signal) {
	name := ""
	if len(sig.Body) > 0 {
		name, _ = sig.Body[0].(string)
	}
	switch sig.Name {
	case busName + ".NameOwnerChanged":
		switch name {
		case watcher:
			b.lookForTray()
		case notifier: // another service knows nothing of what this one shows
			b.asked, b.can = false, nil
			clear(b.ids)
			clear(b.open)
		}
	case watcher + ".StatusNotifierHostRegistered", watcher + ".StatusNotifierHostUnregistered":
		b.lookForTray()
	case notifier + ".ActionInvoked":
		if n, ok := b.open[number(sig)]; ok && n.Open != nil {
			n.Open()
		}
	case notifier + ".NotificationClosed":
		id := number(sig)
		if n, ok := b.open[id]; ok {
			delete(b.ids, n.Key)
			delete(b.open, id)
		}
	}
}

// number is the first part of a signal, the id of a notification.
func number(sig *dbus.Signal) uint32 {
	if len(sig.Body) == 0 {
		return 0
	}
	id, _ := sig.Body[0].(uint32)
	return id
}

func (b *bus) call(name, path, method string, into []any, args ...any) error {
	ctx, stop := context.WithTimeout(b.ctx, callTime)
	defer stop()
	return b.conn.Object(name, dbus.ObjectPath(path)).CallWithContext(ctx, method, 0, args...).Store(into...)
}

// lookForTray finds out whether something shows icons: a watcher of which no host is left
// takes them, and shows them to nobody.
func (b *bus) lookForTray() {
	there := false
	if b.call(busName, busPath, busName+".NameHasOwner", []any{&there}, watcher) != nil || !there {
		b.s.setTray(false)
		return
	}
	var host dbus.Variant
	if b.call(watcher, watcherPath, "org.freedesktop.DBus.Properties.Get", []any{&host}, watcher, "IsStatusNotifierHostRegistered") == nil {
		if is, ok := host.Value().(bool); ok && !is {
			b.s.setTray(false)
			return
		}
	}
	b.s.menu.start()
	b.s.setTray(true)
}

// picture is an icon as notifications carry it.
type picture struct {
	Width, Height, Stride int32
	Alpha                 bool
	Bits, Channels        int32
	Data                  []byte
}

func pictureOf(img *image.NRGBA) picture {
	return picture{iconSize, iconSize, int32(img.Stride), true, 8, 4, img.Pix}
}

func (b *bus) notify(n Note) {
	if !b.asked {
		if b.call(notifier, notifierPath, notifier+".GetCapabilities", []any{&b.can}) != nil {
			return // nobody shows notifications; the tray and the window tell the same
		}
		b.asked = true
	}
	title, body := plainLine(n.Title), plainText(n.Body)
	if slices.Contains(b.can, "body-markup") {
		body = markup.Replace(body)
	}
	var actions []string
	if n.Open != nil && slices.Contains(b.can, "actions") {
		actions = []string{"default", say.T("Open"), "open", say.T("Open")} // a press on it, and a button where there are some
	}
	hints := map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("sluice")}
	if img, err := shrunk(b.s.cfg.Icon); err == nil {
		hints["image-data"] = dbus.MakeVariant(pictureOf(img))
	}
	var id uint32
	if b.call(notifier, notifierPath, notifier+".Notify", []any{&id}, b.s.cfg.Name, b.ids[n.Key], "sluice", title, body, actions, hints, int32(expireTime.Milliseconds())) != nil {
		return
	}
	if old, ok := b.ids[n.Key]; ok {
		delete(b.open, old)
	}
	b.ids[n.Key], b.open[id] = id, n
}

func (b *bus) close(key string) {
	if id, ok := b.ids[key]; ok {
		delete(b.ids, key)
		delete(b.open, id)
		_ = b.call(notifier, notifierPath, notifier+".CloseNotification", nil, id)
	}
}

// Wakes calls woke each time the computer has slept, until ctx ends. Where no service
// tells of it the clocks are compared, which takes half a minute.
func Wakes(ctx context.Context, woke func()) {
	go insist(ctx, func(ctx context.Context) bool {
		conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
		if err != nil {
			return false
		}
		defer conn.Close()
		signals := make(chan *dbus.Signal, 4)
		conn.Signal(signals)
		if conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(login), dbus.WithMatchObjectPath(loginPath), dbus.WithMatchInterface(login+".Manager"), dbus.WithMatchMember("PrepareForSleep")) != nil {
			return false
		}
		for sig := range signals {
			if len(sig.Body) != 1 {
				continue
			}
			if begins, ok := sig.Body[0].(bool); ok && !begins {
				woke()
			}
		}
		return true
	})
}
