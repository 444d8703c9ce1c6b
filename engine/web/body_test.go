package web

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slowly gives a byte of a body each second; it ends when it is closed.
type slowly struct{ ended chan struct{} }

func (s slowly) Read(b []byte) (int, error) {
	select {
	case <-s.ended:
		return 0, io.ErrUnexpectedEOF
	case <-time.After(time.Second):
		b[0] = 'x'
		return 1, nil
	}
}

// cutWriter ends a body when its reading is cut off.
type cutWriter struct {
	*httptest.ResponseRecorder
	ended chan struct{}
}

func (w cutWriter) SetReadDeadline(time.Time) error { close(w.ended); return nil }

// Large bodies are held up to so many bytes; more wait in turn, for a while. Small ones need
// no room, and one that trickles in makes room for those that wait.
func TestBodiesWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewBodies(10, 10, 10).Within(MaxBody, 1)
		hold := func(size int, length bool) (n int, free func(), err error) {
			r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", size)))
			if !length {
				r.ContentLength = -1
			}
			b, free, err := p.Hold(httptest.NewRecorder(), r, "a")
			return len(b), free, err
		}
		for _, length := range []bool{true, false} {
			for _, size := range []int{0, 1, SmallBody - 1, SmallBody, SmallBody + 1, MaxBody - 1, MaxBody} {
				n, free, err := hold(size, length)
				if free(); n != size || err != nil {
					t.Errorf("%d bytes, whose number is told %v: %d, %v", size, length, n, err)
				}
			}
			if _, free, err := hold(MaxBody+1, length); !errors.Is(err, ErrTooLarge) {
				t.Errorf("too large: %v", err)
			} else {
				free()
			}
		}

		_, first, err := hold(MaxBody, true)
		if err != nil {
			t.Fatal(err)
		}
		if n, free, err := hold(SmallBody-1, true); n != SmallBody-1 || err != nil {
			t.Errorf("a small one beside it: %d, %v", n, err)
		} else {
			free()
		}
		began := time.Now()
		if _, _, err := hold(SmallBody, true); CodeOf(err) != "engine.busy" || time.Since(began) != roomTime {
			t.Errorf("no room: %v after %v", err, time.Since(began))
		}
		go func() { time.Sleep(roomTime / 2); first() }()
		began = time.Now()
		_, second, err := hold(MaxBody, false)
		if err != nil || time.Since(began) != roomTime/2 {
			t.Errorf("room in time: %v after %v", err, time.Since(began))
		}
		waits := make(chan struct{})
		go func() {
			defer close(waits)
			if _, _, err := hold(MaxBody, true); err == nil {
				t.Error("there was room")
			}
		}()
		synctest.Wait()
		began = time.Now()
		if _, _, err := hold(MaxBody, true); CodeOf(err) != "engine.busy" || time.Since(began) != 0 {
			t.Errorf("too many wait: %v after %v", err, time.Since(began))
		}
		<-waits
		second()

		slow := slowly{make(chan struct{})}
		cut := make(chan error)
		go func() {
			r := httptest.NewRequest("POST", "/", slow)
			r.ContentLength = MaxBody
			_, free, err := p.Hold(cutWriter{httptest.NewRecorder(), slow.ended}, r, "slow")
			free()
			cut <- err
		}()
		time.Sleep(roomTime)
		select {
		case err := <-cut:
			t.Errorf("a slow one is cut off, and nobody waits: %v", err)
		default:
		}
		done := make(chan error)
		go func() {
			_, free, err := hold(MaxBody, true)
			free()
			done <- err
		}()
		if err := <-cut; !errors.Is(err, ErrIncomplete) {
			t.Errorf("a slow one: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("who waited: %v", err)
		}
	})
}
