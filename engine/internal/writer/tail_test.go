package writer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
)

func linesOf(ids ...int64) (lines []line) {
	for _, id := range ids {
		lines = append(lines, line{run.Entry{ID: id}, 1})
	}
	return lines
}

// The end of the journal gives out what it holds, and says so where it does not
// hold all that was asked for.
func TestTailKnowsWhatItHolds(t *testing.T) {
	var end tail
	if _, ok := end.since(0, 10); ok {
		t.Error("an empty tail knows the whole journal")
	}
	end.advance(linesOf(5, 6, 7)...)
	end.advance()
	end.advance(linesOf(8)...)
	for _, tt := range []struct {
		after int64
		most  int
		want  []int64
		ok    bool
	}{
		{3, 10, nil, false},
		{4, 10, []int64{5, 6, 7, 8}, true},
		{4, 2, []int64{5, 6}, true},
		{6, 10, []int64{7, 8}, true},
		{8, 10, nil, true},
		{9, 10, nil, true},
	} {
		rows, ok := end.since(tt.after, tt.most)
		var got []int64
		for _, r := range rows {
			got = append(got, r.ID)
		}
		if d := cmp.Diff(tt.want, got); d != "" || ok != tt.ok {
			t.Errorf("since(%d, %d) knows: %v\n%s", tt.after, tt.most, ok, d)
		}
	}
	end.advance(linesOf(11)...) // 9 and 10 were committed, and nobody heard
	if _, ok := end.since(8, 10); ok {
		t.Error("the tail takes lines that do not follow each other for all there are")
	}
	if rows, ok := end.since(10, 10); !ok || len(rows) != 1 {
		t.Errorf("since(10) = %v, %v", rows, ok)
	}
	end.forget()
	if _, ok := end.since(10, 10); ok {
		t.Error("the tail knows what was written anew")
	}
}

// However long the journal gets, its end in memory is bounded, and those who
// were given lines keep them.
func TestTailIsBounded(t *testing.T) {
	var end tail
	end.advance(linesOf(1)...)
	first, _ := end.since(0, 1)
	for id := int64(2); id <= 3*tailMost; id++ {
		end.advance(linesOf(id)...)
	}
	if n := len(end.lines); n != tailMost || end.bytes != n {
		t.Errorf("%d lines of %d bytes are held", n, end.bytes)
	}
	if rows, ok := end.since(3*tailMost-1, 9); !ok || len(rows) != 1 || rows[0].ID != 3*tailMost {
		t.Errorf("the newest is %v, %v", rows, ok)
	}
	if _, ok := end.since(tailMost, 1); ok {
		t.Error("lines that were dropped are known")
	}
	large := line{run.Entry{ID: 3*tailMost + 1}, tailBytes + 1}
	end.advance(large)
	if end.bytes > tailBytes {
		t.Errorf("%d bytes are held", end.bytes)
	}
	if len(first) != 1 || first[0].ID != 1 {
		t.Errorf("a reader's lines became %v", first)
	}
}
