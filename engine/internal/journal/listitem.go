package journal

import (
	"container/list"
	"encoding/json"
	"fmt"
	"sync"

	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// A loop's iterations each read one item of a stored list. Reading and parsing the
// whole list for each would make a long loop slower with every item it has, so
// the last lists are kept parsed.

// listsMax bounds the bytes of the kept lists.
const listsMax = 32 << 20

// lists is shared by all engines of a process: what lies under a hash never
// changes.
var lists = listCache{by: map[string]*list.Element{}}

type listCache struct {
	mu   sync.Mutex
	by   map[string]*list.Element
	old  list.List // of *parsedList, the latest used first
	size int
}

type parsedList struct {
	hash  string
	size  int
	items []json.RawMessage
}

// ListKept reports whether the stored list of a hash is parsed already: an item of it
// costs little then.
func ListKept(hash string) bool {
	_, ok := lists.get(hash)
	return ok
}

// readItem returns the item of a stored list that a Ref names.
func readItem(v sqlite.View, ref run.Ref) (json.RawMessage, error) {
	items, ok := lists.get(ref.Hash)
	if !ok {
		whole := ref
		whole.Item = 0
		data, err := ReadRef(v, whole)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &items); err != nil {
			return nil, fmt.Errorf("read a list: %w", err)
		}
		lists.put(ref.Hash, len(data), items)
	}
	if ref.Item > len(items) {
		return nil, fmt.Errorf("read item %d of list %s: it has %d", ref.Item, ref.Hash, len(items))
	}
	return items[ref.Item-1], nil
}

func (c *listCache) get(hash string) ([]json.RawMessage, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[hash]
	if e == nil {
		return nil, false
	}
	c.old.MoveToFront(e)
	return e.Value.(*parsedList).items, true
}

func (c *listCache) put(hash string, size int, items []json.RawMessage) {
	size += len(items) * 32 // the items are copies with a header each
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by[hash] != nil || size > listsMax {
		return
	}
	c.by[hash] = c.old.PushFront(&parsedList{hash, size, items})
	for c.size += size; c.size > listsMax; {
		l := c.old.Remove(c.old.Back()).(*parsedList)
		delete(c.by, l.hash)
		c.size -= l.size
	}
}
