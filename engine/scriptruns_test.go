package engine

import (
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// A script that starts runs without end is refused more at last, also after a new start,
// and goes on once some have ended. Whoever is no script starts what they like.
func TestRunsOfScriptsAreBounded(t *testing.T) {
	f := newFixture(t).open()
	f.world.Quiet = true
	req := run.Request{Flow: flowOf(script("a", gate1)), Trigger: run.Trigger{Kind: "api", By: run.ByScript + "x"}}
	f.byScripts.known, f.byScripts.open = true, scriptRunsMost-1
	first, err := f.Start(bg, req)
	f.try(err)
	if _, err := f.Start(bg, req); !fault.HasCode(err, "run.crowded") {
		t.Errorf("one too many: %v", err)
	}
	_, err = f.Start(bg, run.Request{Flow: req.Flow, Trigger: run.Trigger{Kind: "test"}})
	f.try(err)
	f.untilWaiting(first.ID)
	f.try(f.Decide(bg, run.Decision{Run: first.ID, Step: "a", Approve: true}))
	f.untilDone(first.ID)
	second, err := f.Start(bg, req)
	f.try(err)
	f.stop()
	f.open()
	third, err := f.Start(bg, req)
	f.try(err)
	if f.byScripts.open != 2 {
		t.Errorf("%d are counted after a new start", f.byScripts.open)
	}
	for _, id := range []run.ID{second.ID, third.ID} {
		f.try(f.Cancel(bg, id, "", ""))
	}
	if f.byScripts.open != 0 {
		t.Errorf("%d are counted at the end", f.byScripts.open)
	}
}
