package pane

import (
	"context"
	"testing"
	"time"

	"sluice/ui/kit"
)

// Work that lasts is told with how far it is, and closing what tells it gives it up; what is
// done at once is not told.
func TestWorkThatLastsIsToldAndGivenUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		lasts  bool
		closes bool
	}{{"at once", false, false}, {"to its end", true, false}, {"given up", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			d := sit(t, twoSteps)
			var calls, later []func()
			d.h.Later = func(_ time.Duration, f func()) { later = append(later, f) }
			real := d.h.Ask
			d.h.Ask = func(call func(context.Context) (func(), error), otherwise ...func()) {
				calls = append(calls, func() { real(call, otherwise...) })
			}
			ended, stopped := false, false
			atWork(d.h, "Comparing", func(ctx context.Context, far func(done, of int)) (func(), error) {
				far(3, 10)
				if c.lasts { // what the window's goroutine does meanwhile
					later[0]()
					if got := saidIn(inDialog[*kit.Text](d)); got != "Comparing 3 of 10" {
						t.Errorf("told is %q", got)
					}
				}
				if c.closes {
					inDialog[*kit.Button](d)[0].OnTapped()
				}
				stopped = ctx.Err() != nil
				return func() { ended = true }, ctx.Err()
			})
			for len(calls) > 0 {
				call := calls[0]
				calls = calls[1:]
				call()
			}
			if !c.lasts {
				later[0]() // the pause after which it would be told
			}
			if stopped != c.closes || ended == c.closes {
				t.Errorf("stopped %v, ended %v", stopped, ended)
			}
			if top := d.h.Window.Canvas().Overlays().Top(); top != nil {
				t.Error("a dialog stays")
			}
			if len(d.failed) > 0 {
				t.Error(d.failed)
			}
		})
	}
}

func saidIn(list []*kit.Text) (said string) {
	for _, t := range list {
		if t.Text != "" {
			said += t.Text + " "
		}
	}
	return said[:max(0, len(said)-1)]
}
