package data

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/ui/kit"
)

// Of a long list only what is in view is asked for; keys and presses choose, open and
// switch lines.
func TestBoard(t *testing.T) {
	stage(t)
	on, asked := map[int]bool{}, map[int]bool{}
	b := NewBoard(func(i int) BoardLine {
		asked[i] = true
		return BoardLine{Cells: [3]BoardCell{{Text: fmt.Sprint("line ", i)}}, On: on[i]}
	})
	opened := -1
	b.OnPick = func(i int) { b.Set(10_000, i) }
	b.OnOpen = func(i int) { opened = i }
	b.OnSwitch = func(i int, v bool) { on[i] = v }
	show(t, b, 900, 600)
	b.Set(10_000, 0)
	if len(asked) == 0 || len(asked) > 12 {
		t.Errorf("%d lines are asked for", len(asked))
	}
	key(b, fyne.KeyDown, fyne.KeyDown, fyne.KeySpace, fyne.KeyReturn)
	if b.Chosen() != 2 || !on[2] || opened != 2 {
		t.Errorf("%d is chosen, %v are on, %d was opened", b.Chosen(), on, opened)
	}
	key(b, fyne.KeyEnd)
	if from, to := b.InView(); b.Chosen() != 9_999 || to != 10_000 || from < 9_980 {
		t.Errorf("%d is chosen, %d to %d are in view", b.Chosen(), from, to)
	}
	key(b, fyne.KeyHome)
	test.TapAt(b, fyne.NewPos(200, 3*boardRow+10))
	if b.Chosen() != 3 || on[3] {
		t.Errorf("%d is chosen, %v are on", b.Chosen(), on)
	}
	test.TapAt(b, fyne.NewPos(b.Size().Width-boardSide-16, boardRow+30))
	if b.Chosen() != 3 || !on[1] {
		t.Errorf("after a press on a switch %d is chosen, %v are on", b.Chosen(), on)
	}
}

// The tile of a line is seen on the ground of one that is chosen, too.
func TestTheTileOfAChosenLine(t *testing.T) {
	stage(t)
	b := NewBoard(func(i int) BoardLine { return BoardLine{Tile: kit.TileInput} })
	show(t, b, 900, 600)
	for _, dark := range []bool{false, true} {
		kit.Use(dark)
		b.Set(1, 0)
		if ground, tile := b.rect[0].FillColor, b.rect[1].FillColor; ground == tile || ground != kit.Colors().AccentSoft {
			t.Errorf("dark %v: a tile of %v on %v", dark, tile, ground)
		}
	}
}
