package model

import (
	"testing"

	"sluice/engine/flow"
)

func TestCardsTellWhatIsWrong(t *testing.T) {
	f := flowOf(ts("a"), &flow.Module{ID: "l", Value: &flow.Agent{}})
	m := New()
	m.Open("p", f)
	s := m.Scene()
	if b, _ := s.Box("l"); !b.Serious || b.Line != b.Problem || b.Problem == "" {
		t.Errorf("an agent, which cannot run: %+v", b)
	}
	if b, _ := s.Box("a"); b.Serious || b.Problem != "" {
		t.Errorf("a good step: %+v", b)
	}
	seen := map[string]bool{}
	for _, p := range m.Problems() {
		if seen[p.Step+p.Title] {
			t.Errorf("told twice: %s", p.Title)
		}
		seen[p.Step+p.Title] = true
	}
	if ok, why := m.CanTest(); ok || why == "" {
		t.Errorf("a flow with an agent can be tested: %v %q", ok, why)
	}
}

func TestScenesAreNotChangedAfterwards(t *testing.T) {
	m := New()
	m.Open("p", refund())
	m.Select("a")
	before := m.Scene()
	m.Select("b")
	m.Do(Delete("a"))
	if b, _ := before.Box("a"); !b.Selected {
		t.Error("a scene that was handed out changed")
	}
	if b, ok := m.sceneBox("b"); !ok || !b.Selected {
		t.Error("the new scene does not show the selection")
	}
}

func BenchmarkScene1000(b *testing.B) {
	m := New()
	m.Open("p", longFlow(1000))
	for b.Loop() {
		m.Scene()
	}
}
