package pane

import (
	"context"
	"sync/atomic"
	"time"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// workingPause is after how long work that goes on is told, with a way to give it up.
const workingPause = 400 * time.Millisecond

// workingBeat is how often it is told how far the work is.
const workingBeat = 200 * time.Millisecond

// atWork does work that may be long, away from the window. What lasts is told in a dialog
// with how far it is; closing that gives the work up.
func atWork(h *host.Host, title string, work func(ctx context.Context, far func(done, of int)) (then func(), err error)) {
	var done, of atomic.Int64
	ended := false
	up, giveUp := context.WithCancel(context.Background())
	var d *host.Dialog
	end := func() {
		ended = true
		giveUp()
		if d != nil {
			d.Close()
		}
	}
	h.Ask(func(ctx context.Context) (func(), error) {
		defer context.AfterFunc(ctx, giveUp)()
		then, err := work(up, func(d, o int) { done.Store(int64(d)); of.Store(int64(o)) })
		if up.Err() != nil {
			return func() {}, nil // it was given up
		}
		return func() {
			end()
			then()
		}, err
	}, end)
	h.Later(workingPause, func() {
		if ended {
			return
		}
		far := kit.NewText("").In(kit.Muted)
		var beat func()
		beat = func() {
			if ended {
				return
			}
			if n := of.Load(); n > 0 {
				far.SetText(say.F("%s of %s", say.Number(done.Load()), say.Number(n)))
			}
			h.Later(workingBeat, beat)
		}
		d = h.DialogWith(kit.ModalSpec{Title: title, Width: 360, Body: kit.MinSize(0, 20, far), Passing: true, OnClose: func() { ended = true; giveUp() }})
		beat()
	})
}
