package pane

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// A setting is found by its name and by what people call it, and gets the keyboard.
func TestASettingIsFound(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewSettings(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	d.h.Window.Resize(fyne.NewSize(1100, 700))
	names := map[string]bool{}
	for _, n := range p.Names() {
		if names[n.Name] || n.Card == "" {
			t.Errorf("%q of %q", n.Name, n.Card)
		}
		names[n.Name] = true
		p.Find(n.Name)
	}
	if len(names) < 10 {
		t.Errorf("%d settings", len(names))
	}
	shown := func() (out []string) {
		for _, c := range p.cards {
			if c.object.Visible() {
				out = append(out, c.title)
			}
		}
		return out
	}
	for query, want := range map[string][]string{"theme": {"Look"}, "GMAIL secret": {"Google"}, "nothing at all": nil} {
		p.search.SetText(query)
		p.show()
		if got := shown(); !slices.Equal(got, want) {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	p.search.SetText("port")
	p.show()
	p.findFirst()
	if len(shown()) != len(p.cards) || d.h.Window.Canvas().Focused() == nil {
		t.Errorf("Enter leads to %q, keyboard at %v", shown(), d.h.Window.Canvas().Focused())
	}
}

// Cards stand side by side where there is room.
func TestSettingsUseTheWidth(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewSettings(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	for width, want := range map[float32]int{1440: 2, 1100: 1, 1920: 3} {
		d.h.Window.Resize(fyne.NewSize(width, 900))
		at := map[float32]bool{}
		for _, c := range p.cards {
			at[c.object.Position().X] = true
		}
		if len(at) != want {
			t.Errorf("at %v there are %d columns, want %d", width, len(at), want)
		}
	}
}
