#!/usr/bin/env bash
# fyne.io/fyne/v2 v2.8.0: a field that has the keyboard in an overlay is never told when
# that overlay is removed.
#
# One would expect that a Focusable gets FocusLost for each FocusGained, as the interface
# promises. Each overlay has a focus manager of its own, and OverlayStack.Remove
# forgets the manager together with the overlay: the canvas says that nothing has the
# keyboard, while the field believes that it has. For widget.Entry this keeps the
# animation of its caret going for as long as the program runs, so that a window with
# nothing to show goes on being painted. Moving the keyboard away first (Canvas.Focus(nil),
# before the overlay goes) tells it.
#
# Seen with the software driver: after Remove gained=1 lost=0 and Focused()=nil; with Focus(nil) before it lost=1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init look >go.log 2>&1
go get fyne.io/fyne/v2@v2.8.0 >>go.log 2>&1
cat >look_test.go <<'GO'
package look

import (
	"fmt"
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

type field struct {
	widget.Entry
	gained, lost int
}

func (f *field) FocusGained() { f.gained++; f.Entry.FocusGained() }
func (f *field) FocusLost()   { f.lost++; f.Entry.FocusLost() }

func TestLook(t *testing.T) {
	test.NewTempApp(t)
	out, err := os.Create("seen.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, first := range []bool{false, true} {
		w := test.NewTempWindow(t, widget.NewLabel("below"))
		f := &field{}
		f.ExtendBaseWidget(f)
		w.Canvas().Overlays().Add(f)
		f.Resize(fyne.NewSize(100, 40))
		w.Canvas().Focus(f)
		if first {
			w.Canvas().Focus(nil)
		}
		w.Canvas().Overlays().Remove(f)
		fmt.Fprintf(out, "keyboard taken away first %t: gained %d, lost %d, the canvas says %v\n", first, f.gained, f.lost, w.Canvas().Focused())
	}
}
GO
go mod tidy >>go.log 2>&1
CGO_ENABLED=0 go test -count=1 . >test.log 2>&1 || { cat test.log; exit 1; }
cat seen.txt
cat >want.txt <<'T'
keyboard taken away first false: gained 1, lost 0, the canvas says <nil>
keyboard taken away first true: gained 1, lost 1, the canvas says <nil>
T
diff want.txt seen.txt && echo "as it was seen"
