package people

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

func numbered(i int) [sha256.Size]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
}

// Every link is one, and of what is none nearly nothing is taken for one, however many
// links there are.
func TestLinkFilter(t *testing.T) {
	for _, links := range []int{0, 1, leastFilter, 100_000} {
		b := newLinkBits(links)
		for i := range links {
			b.add(numbered(i))
		}
		if b.n.Load() > b.room() {
			t.Errorf("%d links have no room", links)
		}
		for i := range links {
			if !b.may(numbered(i)) {
				t.Fatalf("link %d of %d is told to be none", i, links)
			}
		}
		wrong := 0
		for i := range 100_000 {
			if b.may(numbered(-1 - i)) {
				wrong++
			}
		}
		if wrong > 1000 {
			t.Errorf("with %d links %d of 100,000 texts may be links", links, wrong)
		}
	}
}
