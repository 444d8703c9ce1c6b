package flow

import "testing"

func TestHighStakes(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, `{}`: false, `null`: false, `[]`: false, `{"high_stakes":false}`: false, `{"high_stakes":null}`: false,
		`{"high_stakes":true}`: true, `{"note":1, "high_stakes" : "yes"}`: true, `{"high_stakes":0}`: true,
	} {
		m := Module{XSluice: Raw(text)}
		if got := m.HighStakes(); got != want {
			t.Errorf("%s: %v", text, got)
		}
		for _, on := range []bool{true, false} {
			if m.SetHighStakes(on); m.HighStakes() != on {
				t.Errorf("%s, set to %v: %s", text, on, m.XSluice)
			}
		}
	}
	m := Module{XSluice: Raw(`{"note":1}`)}
	if m.SetHighStakes(true); string(m.XSluice) != `{"high_stakes":true,"note":1}` {
		t.Errorf("%s", m.XSluice)
	}
	if m.SetHighStakes(false); string(m.XSluice) != `{"note":1}` {
		t.Errorf("%s", m.XSluice)
	}
}
