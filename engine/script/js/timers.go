package js

import (
	"cmp"
	"container/heap"
	"time"
)

// timer is one of a script's timers. Those of the same millisecond go off in the
// order in which they were set, as in browsers and node.
type timer struct {
	due   int64         // millisecond of the job
	count int           // timers that were set before
	at    time.Duration // when it may go off: never early
	id    int
}

// timers are those of a job that are yet to go off, the first on top.
type timers struct {
	list  []timer
	count int
}

func (t *timers) Len() int { return len(t.list) }
func (t *timers) Less(i, j int) bool {
	a, b := t.list[i], t.list[j]
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.count, b.count)) < 0
}
func (t *timers) Swap(i, j int) { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *timers) Push(x any)    { t.list = append(t.list, x.(timer)) }
func (t *timers) Pop() any {
	last := t.list[len(t.list)-1]
	t.list = t.list[:len(t.list)-1]
	return last
}

// set sets a timer at a time of the job.
func (t *timers) set(now time.Duration, ms, id int) {
	t.count++
	heap.Push(t, timer{now.Milliseconds() + int64(ms), t.count, now + time.Duration(ms)*time.Millisecond, id})
}

// next waits for what happens next: the end of work outside, or a timer.
func (t *task) next() event {
	for t.timers.Len() > 0 && t.pending[t.timers.list[0].id] == nil { // it was stopped
		heap.Pop(&t.timers)
	}
	if t.timers.Len() == 0 {
		return <-t.events
	}
	first := t.timers.list[0]
	select {
	case ev := <-t.events:
		return ev
	default:
	}
	if wait := first.at - time.Since(t.born); wait > 0 {
		bell := time.NewTimer(wait)
		defer bell.Stop()
		select {
		case ev := <-t.events:
			return ev
		case <-bell.C:
		}
	}
	heap.Pop(&t.timers)
	return event{id: first.id}
}
