package web

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Who comes to full places gets one: of the key that holds the most, the one that is
// furthest behind is cut off, once.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost []string
		held := map[string]*Place{}
		p := NewPlaces(4, 3)
		take := func(key, name string, moved int) {
			time.Sleep(time.Second)
			held[name] = p.Take(key, func() { lost = append(lost, name) })
			held[name].Moved(moved)
		}
		want := func(names string) {
			t.Helper()
			if got := strings.Join(lost, " "); got != names {
				t.Errorf("cut off: %q, want %q", got, names)
			}
		}
		take("a", "a1", 0)
		take("b", "b1", 0)
		take("b", "b2", 0)
		take("b", "b3", 0)
		want("")
		take("c", "c1", 0) // full: b holds the most, and b1 is the oldest of it
		want("b1")
		take("b", "b4", 1<<20) // and again
		want("b1 b2")
		held["b3"].Leave()
		take("b", "b5", 0)
		take("d", "d1", 0) // b4 is older than b5 and has sent much
		want("b1 b2 b5")
		held["b4"].Leave()
		take("e", "e1", 0)
		take("f", "f1", 0) // one each: a1 is the oldest
		want("b1 b2 b5 a1")
		for _, name := range []string{"c1", "d1", "e1"} {
			if !held[name].Leave() {
				t.Errorf("%s was cut off", name)
			}
		}
		if held["a1"].Leave() {
			t.Error("a1 was not cut off")
		}
		take("f", "f2", 0)
		take("f", "f3", 0)
		take("f", "f4", 0) // one key has three at most
		want("b1 b2 b5 a1 f1")
	})
}
