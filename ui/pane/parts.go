package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/kit"
)

// page is a place of the window: a bar on top, the rest below.
func page(bar, body fyne.CanvasObject) fyne.CanvasObject {
	top := kit.NewBox(kit.OnPanel, kit.None, 0, kit.MinSize(0, kit.TopBarHeight, kit.Pad(10, 16, 10, 16, bar)))
	return kit.Dock(kit.VBox(0, top, kit.HLine()), nil, nil, nil, body)
}

// heading is the left part of a bar: what this place is.
func heading(title, about string) fyne.CanvasObject {
	return kit.HBox(10, middle(kit.Heading(title)), middle(kit.NewTxt(about).In(kit.Muted)))
}

// middle centers a thing in the height of its row.
func middle(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(middleLayout{}, o)
}

type middleLayout struct{}

func (middleLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objs {
		m := o.MinSize()
		h := min(m.Height, s.Height)
		o.Resize(fyne.NewSize(s.Width, h))
		o.Move(fyne.NewPos(0, float32(int((s.Height-h)/2))))
	}
}

func (middleLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objs {
		if o.Visible() {
			m = m.Max(o.MinSize())
		}
	}
	return m
}

// sheet puts a list on a card in the middle of a pane.
func sheet(rows ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Scroll(kit.PadAll(20, kit.VBox(0, kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.VBox(0, rows...)))))
}

// width gives an object a fixed width in a row.
func width(w float32, o fyne.CanvasObject) fyne.CanvasObject { return kit.Fixed(w, 0, o) }

// roleOf is how an outcome is colored.
func roleOf(status run.Status, o run.Outcome) kit.Role {
	switch o {
	case run.Succeeded, run.Approved:
		return kit.Good
	case run.Failed, run.Refused, run.Expired:
		return kit.Bad
	case run.Canceled, run.Skipped:
		return kit.Neutral
	}
	if status == run.StatusSuspended {
		return kit.Waiting
	}
	return kit.Accent
}

// stateWord says where a run stands.
func stateWord(status run.Status, o run.Outcome) string {
	switch o {
	case run.Succeeded:
		return "Succeeded"
	case run.Failed:
		return "Failed"
	case run.Refused:
		return "Denied"
	case run.Expired:
		return "Time ran out"
	case run.Canceled:
		return "Canceled"
	case run.Skipped:
		return "Stopped early"
	}
	switch status {
	case run.StatusSuspended:
		return "Waiting for approval"
	case run.StatusSleeping:
		return "Sleeping"
	}
	return "Running"
}

// ago tells a past time as people do.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour && t.Local().Day() == now.Local().Day():
		return "today " + t.Local().Format("15:04")
	case d < 7*24*time.Hour:
		return t.Local().Format("Mon 15:04")
	}
	return t.Local().Format("2 Jan 2006")
}

// left tells how long a deadline is away.
func left(deadline, now time.Time) string {
	d := deadline.Sub(now)
	switch {
	case deadline.IsZero():
		return "no end"
	case d <= 0:
		return "over"
	case d < time.Hour:
		return fmt.Sprintf("%d min left", int(d.Minutes())+1)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h left", int(d.Hours()))
	}
	return fmt.Sprintf("%d days left", int(d.Hours()/24))
}

// lines puts sentences below each other, leaving out those that are empty.
func lines(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), "\n")
}

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
