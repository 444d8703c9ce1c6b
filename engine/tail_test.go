package engine

import "testing"

// Who reads along sees the same lines from memory as from the file.
func TestWatchFromMemoryIsAsFromTheFile(t *testing.T) {
	f := newFixture(t)
	f.open()
	id := f.start(script("a", ""), script("b", ""))
	f.await(id)
	if from, ok := f.writer.Since(0, 1000); !ok || len(from) == 0 {
		t.Fatal("nothing is held")
	}
	f.sameFromMemory() // as every test does that ends with a look at the file
}
