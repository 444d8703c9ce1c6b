package journal

import (
	"container/list"
	"encoding/json"
	"fmt"
	"testing"
)

func TestListCacheIsBounded(t *testing.T) {
	c := listCache{by: map[string]*list.Element{}}
	big := []json.RawMessage{json.RawMessage("1")}
	for i := range 5 {
		c.put(fmt.Sprint(i), listsMax/3, big)
	}
	if c.size > listsMax || len(c.by) != c.old.Len() {
		t.Errorf("%d bytes in %d lists of %d", c.size, c.old.Len(), len(c.by))
	}
	if _, ok := c.get("4"); !ok {
		t.Error("the latest list is not kept")
	}
	if _, ok := c.get("0"); ok {
		t.Error("the oldest list is kept")
	}
	c.put("huge", listsMax+1, big)
	if _, ok := c.get("huge"); ok {
		t.Error("a list beyond the bound is kept")
	}
}
