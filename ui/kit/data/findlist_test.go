package data

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/ui/kit"
)

// A list of what was found draws what is in view alone, keeps the chosen line there, and
// marks the letters that match.
func TestWhatWasFoundIsListed(t *testing.T) {
	test.NewTempApp(t)
	kit.Use(false)
	asked, picked := map[int]bool{}, -1
	l := NewFindList(func(i int) FindLine {
		asked[i] = true
		return FindLine{Icon: kit.IconFlow, Text: fmt.Sprintf("Refund %d", i), Marks: []int{0, 1, 4}, About: "flow", Note: "Ctrl+J"}
	}, func(i int) { picked = i })
	win := test.NewTempWindow(t, l)
	win.Resize(fyne.NewSize(500, 300))
	l.Set(1000, 0)
	if len(asked) == 0 || len(asked) > 20 {
		t.Errorf("%d lines of 1,000 were asked for", len(asked))
	}
	clear(asked)
	l.Set(1000, 990)
	if !asked[990] {
		t.Error("the chosen line is not in view")
	}
	if l.Set(1000, 5000); l.Chosen() != 999 {
		t.Errorf("chosen is %d", l.Chosen())
	}
	l.Set(1000, 0)
	marked := ""
	for _, o := range l.text[:l.texts] {
		if o.Color == kit.Colors().AccentInk {
			marked += o.Text + " "
		}
	}
	if marked[:5] != "Re n " {
		t.Errorf("marked is %q", marked)
	}
	l.Tapped(&fyne.PointEvent{Position: fyne.NewPos(100, 6+32+4)})
	if picked != 1 {
		t.Errorf("a press picked %d", picked)
	}
	if l.Tapped(&fyne.PointEvent{Position: fyne.NewPos(100, 1)}); picked != 1 {
		t.Error("a press above the lines picked one")
	}
	l.Set(0, 0)
	l.Tapped(&fyne.PointEvent{Position: fyne.NewPos(100, 20)})
	if picked != 1 {
		t.Error("an empty list was picked from")
	}
}
