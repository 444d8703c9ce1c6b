package jobs

import "container/heap"

// jobQueue holds the jobs that no worker has yet: those of higher priority
// first, and among equals the one that came first. A job that is dropped stays
// until its turn comes and is skipped then.
type jobQueue struct {
	heap   jobHeap
	serial int64
}

func (q *jobQueue) len() int { return len(q.heap) }

// push adds a job. One that was here before takes its old place.
func (q *jobQueue) push(j *job) {
	if j.place == 0 {
		q.serial++
		j.place = q.serial
	}
	heap.Push(&q.heap, j)
}

// first is the job that pop would return. There must be one.
func (q *jobQueue) first() *job { return q.heap[0] }

func (q *jobQueue) pop() *job { return heap.Pop(&q.heap).(*job) }

// remove takes a job out, if it is here.
func (q *jobQueue) remove(j *job) {
	if j.index >= 0 && j.index < len(q.heap) && q.heap[j.index] == j {
		heap.Remove(&q.heap, j.index)
	}
}

type jobHeap []*job

func (h jobHeap) Len() int { return len(h) }

func (h jobHeap) Less(a, b int) bool {
	if h[a].priority != h[b].priority {
		return h[a].priority > h[b].priority
	}
	return h[a].place < h[b].place
}

func (h jobHeap) Swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].index, h[b].index = a, b
}

func (h *jobHeap) Push(x any) {
	j := x.(*job)
	j.index = len(*h)
	*h = append(*h, j)
}

func (h *jobHeap) Pop() any {
	old := *h
	j := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return j
}
