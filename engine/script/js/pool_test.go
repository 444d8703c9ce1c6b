package js

import (
	"errors"
	"testing"
	"testing/synctest"
)

// On Windows a process that is left by who starts it, before it runs, stands still for
// ever: it takes memory, and the program's file cannot be replaced.
func TestTheEndWaitsForAWorkerOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := make(chan struct{})
		x := New()
		x.pool.start = func() (*workerProcess, error) {
			<-begin
			return nil, errors.New("there is none")
		}
		over := false
		go func() { _ = x.Warm() }()
		synctest.Wait()
		go func() { x.Close(); over = true }()
		synctest.Wait()
		if over {
			t.Error("the end came while a worker was on its way")
		}
		close(begin)
		synctest.Wait()
		if !over {
			t.Error("there is no end")
		}
		if err := x.Warm(); err == nil || err.Error() == "there is none" {
			t.Errorf("after the end a worker is started: %v", err)
		}
	})
}
