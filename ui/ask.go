package ui

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// ask makes a call off the main goroutine. It shows that it works when the
// call takes longer than a blink, and turns errors into words. It is the only
// place of the window that starts calls.
func (u *UI) ask(call func(context.Context) (func(), error), otherwise ...func()) {
	if u.ctx.Err() != nil {
		return
	}
	u.calls.Add(1)
	go func() {
		defer u.calls.Done()
		then, err := guarded(u.ctx, call)
		if u.ctx.Err() != nil {
			return // the window is closing
		}
		later(func() {
			if err != nil {
				u.trouble(err)
				for _, f := range otherwise {
					f()
				}
				return
			}
			if then != nil {
				then()
			}
		})
	}()
}

// later runs f on Fyne's goroutine; tests put a function in its place.
var later = func(f func()) { fyne.Do(f); wake() }

// guarded turns a panic of a call into an error.
func guarded(ctx context.Context, call func(context.Context) (func(), error)) (then func(), err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return call(ctx)
}

// trouble shows an error: what happened, and what to do.
func (u *UI) trouble(err error) {
	f := model.Fault(err)
	b := kit.NewBanner(kit.Bad, f.Title, f.Hint)
	if f.Err != nil {
		b.Copying(fmt.Sprintf("%s\n%s: %v", f.Title, f.Code, f.Err))
	}
	kit.ShowToast(u.win.Canvas(), b)
}

// tell shows a passing message.
func (u *UI) tell(text string) {
	kit.ShowToast(u.win.Canvas(), kit.NewBanner(kit.Good, text, ""))
}

// waitCalls gives running calls a moment to end.
func (u *UI) waitCalls(d time.Duration) {
	done := make(chan struct{})
	go func() { u.calls.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(d):
	}
}
