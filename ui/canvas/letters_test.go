package canvas

import (
	"testing"

	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
)

// Fyne sets letters apart as in the next whole size: in any other size they would stand
// too far from each other.
func TestLettersHaveAWholeSizeAtEachZoom(t *testing.T) {
	c, _ := stage(t, false, 900, 700, scene())
	texts := 0
	for rung := lowestRung; rung <= highestRung; rung++ {
		c.zoomTo(rung, c.middle())
		for _, o := range c.world.Objects {
			if text, ok := o.(*canvas.Text); ok {
				texts++
				if text.TextSize != kit.Round(text.TextSize) || text.TextSize < 1 {
					t.Fatalf("at %.0f %% %q has the size %v", c.Zoom()*100, text.Text, text.TextSize)
				}
			}
		}
	}
	if texts == 0 {
		t.Fatal("no text was drawn")
	}
}
