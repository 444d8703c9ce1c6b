package people

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"

	"sluice/engine/internal/sqlite"
)

// linkFilter tells of nearly every text that it is no link's secret, without a look into
// the file: a Bloom filter of the hashes of all links. It is made when first asked, and
// anew when there are too many links for it.
type linkFilter struct {
	now, next atomic.Pointer[linkBits]
	making    sync.Mutex
}

// linkBits are set at four places for each link.
type linkBits struct {
	words []atomic.Uint64
	n     atomic.Int64 // links in it
}

// bitsALink makes one text in four hundred one that may be a link's.
const bitsALink = 16

// leastFilter is for how many links the smallest filter has room.
const leastFilter = 1 << 12

func newLinkBits(links int) *linkBits {
	room := leastFilter
	for room < 2*links {
		room *= 2
	}
	return &linkBits{words: make([]atomic.Uint64, room*bitsALink/64)}
}

// room is for how many links a filter does its work.
func (b *linkBits) room() int64 { return int64(len(b.words) * 64 / bitsALink) }

// each visits the bits of a hash until it is told to stop.
func (b *linkBits) each(hash [sha256.Size]byte, visit func(word *atomic.Uint64, bit uint64) bool) bool {
	for at := 0; at < sha256.Size; at += 8 {
		i := binary.LittleEndian.Uint64(hash[at:]) % uint64(len(b.words)*64)
		if !visit(&b.words[i/64], 1<<(i%64)) {
			return false
		}
	}
	return true
}

func (b *linkBits) add(hash [sha256.Size]byte) {
	b.n.Add(1)
	b.each(hash, func(word *atomic.Uint64, bit uint64) bool { word.Or(bit); return true })
}

func (b *linkBits) may(hash [sha256.Size]byte) bool {
	return b.each(hash, func(word *atomic.Uint64, bit uint64) bool { return word.Load()&bit != 0 })
}

// put notes a link that is on the disk.
func (f *linkFilter) put(hash [sha256.Size]byte) {
	now, next := f.now.Load(), f.next.Load()
	if now != nil {
		now.add(hash)
	}
	if next != nil && next != now {
		next.add(hash)
	}
}

// may reports whether a hash may be a link's; true where it cannot be known.
func (f *linkFilter) may(db *sqlite.DB, hash [sha256.Size]byte) bool {
	b := f.now.Load()
	if b == nil || b.n.Load() > b.room() {
		b = f.fill(db)
	}
	return b == nil || b.may(hash)
}

// fill reads the links of the file. What is put meanwhile goes into what is filled, so
// that no link is missed.
func (f *linkFilter) fill(db *sqlite.DB) *linkBits {
	f.making.Lock()
	defer f.making.Unlock()
	if b := f.now.Load(); b != nil && b.n.Load() <= b.room() {
		return b // somebody else has
	}
	n, err := db.CountAllLinks()
	if err != nil {
		return nil
	}
	b := newLinkBits(n)
	f.next.Store(b)
	err = db.LinkHashes(func(hash []byte) { b.add([sha256.Size]byte(hash)) })
	if err != nil {
		f.next.Store(nil)
		return nil
	}
	f.now.Store(b)
	return b
}
