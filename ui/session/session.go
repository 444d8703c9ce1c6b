package session

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a session is told. Its functions are called from goroutines of the
// session.
type Config struct {
	Name   string           // of the program
	Icon   []byte           // its picture, a PNG
	OnTray func(there bool) // a tray has come, or gone; nil: nobody asks
	OnOpen func()           // the icon in the tray was pressed
	// Main runs a function on the goroutine of the window system.
	Main func(func())
	// Send shows a notification where there is no service of freedesktop.org for it.
	Send func(title, body string)
}

// Note is a notification.
type Note struct {
	Key   string // what it is about: a later one about the same takes its place
	Title string
	Body  string
	Open  func() // it was pressed
}

// Item is an entry of the tray's menu.
type Item struct {
	Label  string
	Do     func()
	Off    bool // it says something, and cannot be pressed
	Hidden bool
	Line   bool // a line between others
}

// Session is the desktop session as far as it can be reached. What cannot be reached is
// no error: there is no tray then, or nobody shows notifications.
type Session struct {
	cfg  Config
	stop context.CancelFunc
	done sync.WaitGroup
	tray atomic.Bool
	menu menu

	mu    sync.Mutex
	queue []order // what is to be shown or taken back
	wake  chan struct{}
}

// order is a notification, or the end of one.
type order struct {
	note Note
	end  bool
}

// queueMost bounds what waits for a service that does not answer: older ones are old
// news by then.
const queueMost = 50

// Open begins to listen to the session. It does not wait for anything.
func Open(cfg Config) *Session {
	ctx, stop := context.WithCancel(context.Background())
	s := &Session{cfg: cfg, stop: stop, wake: make(chan struct{}, 1)}
	s.menu.init(s)
	s.done.Go(func() { s.listen(ctx) })
	return s
}

// Close ends it, and takes the icon out of the tray.
func (s *Session) Close() {
	s.stop()
	s.done.Wait()
	s.menu.end()
}

// Tray reports whether something shows the icons of a tray.
func (s *Session) Tray() bool { return s.tray.Load() }

func (s *Session) setTray(there bool) {
	if s.tray.Swap(there) != there && s.cfg.OnTray != nil {
		s.cfg.OnTray(there)
	}
}

// SetMenu sets what the tray's menu says. Each menu has as many items as the first one.
func (s *Session) SetMenu(tip string, items []Item) { s.menu.set(tip, items) }

// Notify shows a notification, soon.
func (s *Session) Notify(n Note) { s.order(order{note: n}) }

// Withdraw takes one back that tells nothing any more.
func (s *Session) Withdraw(key string) { s.order(order{note: Note{Key: key}, end: true}) }

func (s *Session) order(o order) {
	s.mu.Lock()
	for i, old := range s.queue {
		if old.note.Key == o.note.Key {
			s.queue = append(s.queue[:i], s.queue[i+1:]...)
			break
		}
	}
	if s.queue = append(s.queue, o); len(s.queue) > queueMost {
		s.queue = s.queue[1:]
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// next takes the oldest order.
func (s *Session) next() (o order, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return o, false
	}
	o = s.queue[0]
	s.queue = s.queue[1:]
	return o, true
}

// How long to wait before a bus that could not be reached is tried again.
const (
	again     = 30 * time.Second
	againMost = 10 * time.Minute
)

// insist calls f until ctx ends, with pauses that grow while f cannot begin.
func insist(ctx context.Context, f func(ctx context.Context) (began bool)) {
	for pause := again; ctx.Err() == nil; pause = min(2*pause, againMost) {
		if f(ctx) {
			pause = again
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
