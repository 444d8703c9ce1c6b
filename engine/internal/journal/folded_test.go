package journal

import (
	"fmt"
	"testing"

	"sluice/engine/run"
)

func TestKeptStatesAreBounded(t *testing.T) {
	var s folded
	for i := range 10 {
		s.put(&foldedRun{id: run.ID(fmt.Sprint(i)), n: foldedMost / 3})
	}
	if len(s.runs) != 3 || s.get("9") == nil || s.get("0") != nil {
		t.Errorf("%d states are kept", len(s.runs))
	}
	s.put(&foldedRun{id: "huge", n: 2 * foldedMost})
	if len(s.runs) != 1 || s.get("huge") == nil {
		t.Errorf("%d states are kept beside a huge one", len(s.runs)-1)
	}
}

func TestStatesThatGrowAreBounded(t *testing.T) {
	var s folded
	for i := range 3 {
		s.put(&foldedRun{id: run.ID(fmt.Sprint(i)), n: 1000})
	}
	s.grew(s.get("2"), foldedMost-1000)
	if len(s.runs) != 2 || s.get("0") != nil || s.get("2") == nil {
		t.Errorf("%d states are kept", len(s.runs))
	}
}
