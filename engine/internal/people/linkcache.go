package people

import (
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"

	"sluice/engine/run"
)

// linksKept is how many links are kept in memory: those made or opened last. Most are
// opened soon after they were made, and voted by soon after they were opened.
const linksKept = 4096

// linkCache keeps what links open, by the hashes of their secrets. A link that was
// read before the last one was revoked is read again.
type linkCache struct {
	lru *lru.Cache[[sha256.Size]byte, run.Link]
}

func newLinkCache() linkCache {
	c, err := lru.New[[sha256.Size]byte, run.Link](linksKept)
	if err != nil {
		panic(err) // the size is not positive
	}
	return linkCache{c}
}

// get returns a link that was read when as many were revoked as now.
func (c linkCache) get(hash [sha256.Size]byte, revoked uint64) (run.Link, bool) {
	l, ok := c.lru.Get(hash)
	return l, ok && l.Read == revoked
}

func (c linkCache) put(hash [sha256.Size]byte, l run.Link) { c.lru.Add(hash, l) }
