//go:build cgo && !test

package ui

import (
	"sync/atomic"
	"time"

	"github.com/go-gl/glfw/v3.4/glfw"

	"fyne.io/fyne/v2"
)

// Fyne's loop looks for something to do sixty times a second, which costs 2 % of a
// core while nothing happens. A window that nobody has touched for a while sleeps
// in the system's own wait for events instead, which ends with the next key, press
// or call.
const (
	restAfterEvent = 5 * time.Second  // by then nothing moves any more that a key or press began
	restAfterCall  = time.Second      // by then what a call changed was drawn
	restLong       = 2 * time.Second  // what Fyne itself wants done waits no longer than this
	restHidden     = 30 * time.Second // without a window it wants nothing but to know within a minute what is still used
	restHiddenCall = 100 * time.Millisecond
	restGap        = 20 * time.Millisecond // one step of Fyne's loop, which draws
)

var (
	stirred atomic.Int64 // counts the calls to Fyne's goroutine
	asleep  atomic.Bool
)

// wake ends a sleep, from any goroutine, for a call that waits in Fyne's queue.
func wake() {
	stirred.Add(1)
	if asleep.Load() {
		defer func() { _ = recover() }() // the window has ended meanwhile
		glfw.PostEmptyEvent()
	}
}

// restSoon lets the window's loop sleep after a while.
func (u *UI) restSoon(d time.Duration) {
	seen := stirred.Load()
	time.AfterFunc(d, func() {
		if u.ctx.Err() == nil {
			fyne.Do(func() { u.rest(seen) })
		}
	})
}

// rest sleeps until something happens. What does, or a call since seen were
// counted, keeps the loop awake for some time.
func (u *UI) rest(seen int64) {
	if u.ctx.Err() != nil {
		return
	}
	asleep.Store(true) // before the look at what stirred: whoever comes later sees it
	defer asleep.Store(false)
	if stirred.Load() == seen {
		began, long := time.Now(), restLong
		if u.back.hidden {
			long = restHidden
		}
		glfw.WaitEventsTimeout(long.Seconds())
		switch {
		case stirred.Load() != seen:
		case time.Since(began) >= long-5*time.Millisecond:
			u.restSoon(restGap)
			return
		default:
			u.restSoon(restAfterEvent)
			return
		}
	}
	if u.back.hidden {
		u.restSoon(restHiddenCall)
		return
	}
	u.restSoon(restAfterCall)
}

// fitScreen makes a window that is larger than the screen as large as there is room.
func (u *UI) fitScreen() {
	m := glfw.GetPrimaryMonitor()
	if m == nil {
		return
	}
	const bar = 40 // for the title, which the screen's own measure leaves out
	_, _, w, h := m.GetWorkarea()
	scale, now := u.win.Canvas().Scale(), u.win.Canvas().Size()
	room := fyne.NewSize(float32(w)/scale, float32(h-bar)/scale)
	if fit := now.Min(room); w > 0 && h > 0 && fit != now {
		u.win.Resize(fit)
	}
}
