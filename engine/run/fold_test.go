package run

import (
	"errors"
	"slices"
	"testing"

	"sluice/engine/fault"
)

func TestOtherRulesAreRefused(t *testing.T) {
	for _, rules := range []int{0, -1, RulesNow + 1} {
		b := newBench(t, "value: {modules: []}", nil)
		if _, err := b.state.Next(epoch, Started{Rules: rules}); !fault.HasCode(err, "run.rules") {
			t.Errorf("rules %d: %v", rules, err)
		}
		if seq, at := b.state.Last(); seq != 0 || !at.IsZero() {
			t.Errorf("rules %d: the state moved to %d, %v", rules, seq, at)
		}
	}
}

func TestFoldFindsDamage(t *testing.T) {
	b := newBench(t, "value: {modules: [{id: a, value: {type: rawscript, language: bun, content: ''}}]}", nil)
	for _, ev := range []Event{Started{Rules: 1}, JobStarted{Step: "a", Attempt: 1, Job: "j"}, JobSucceeded{Step: "a", Attempt: 1}} {
		if _, err := b.apply(epoch, ev); err != nil {
			t.Fatal(err)
		}
	}
	whole := b.journal
	for reason, journal := range map[string][]Entry{
		"a missing entry":   {whole[0], whole[2]},
		"an entry twice":    {whole[0], whole[0], whole[1]},
		"a wrong beginning": {whole[1]},
		"the wrong order":   {whole[0], whole[2], whole[1]},
		"another run's":     {whole[0], {Run: "x", Seq: 2, At: epoch, Event: whole[1].Event}},
		"no event":          {whole[0], {Run: testID, Seq: 2, At: epoch}},
		"an impossible one": {whole[0], {Run: testID, Seq: 2, At: epoch, Event: TimerFired{Step: "a", Kind: TimerRetry}}},
	} {
		if _, err := Fold(b.plan, testID, slices.Values(journal)); err == nil {
			t.Errorf("%s went unnoticed", reason)
		}
	}
	if _, err := Fold(b.plan, testID, slices.Values(whole)); err != nil {
		t.Error(err)
	}
}

func TestErrorsTellTheirKind(t *testing.T) {
	b := newBench(t, "value: {modules: []}", nil)
	if _, err := b.state.Next(epoch, nil); err == nil {
		t.Error("no event at all was accepted")
	}
	var r error = &Refusal{Kind: RefusalDecided, Who: "dana", When: epoch, Approved: true}
	if got, want := r.Error(), "vote not counted: decided by dana at 2030-01-02T03:00:00Z"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if errors.Is(r, ErrStale) {
		t.Error("a refusal is told as stale")
	}
}
