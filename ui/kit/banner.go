package kit

import (
	"fyne.io/fyne/v2"

	"sluice/ui/say"
)

// Banner tells a trouble or a success: what happened, and what to do about it.
// It lies in a pane, or flies in as a toast.
type Banner struct {
	Box
	Role    Role
	Title   string
	Hint    string
	Details string // what Copy details puts on the clipboard
	Act     string // verb of the one button that cures it
	OnAct   func()
	Other   string // verb of a second way to cure it
	OnOther func()
	OnClose func() // nil: cannot be closed
}

// NewBanner returns a banner of two lines.
func NewBanner(r Role, title, hint string) *Banner {
	b := &Banner{Role: r, Title: title, Hint: hint}
	b.ExtendBaseWidget(b)
	b.Build()
	return b
}

// Do adds the button that cures it.
func (b *Banner) Do(verb string, act func()) *Banner {
	b.Act, b.OnAct = verb, act
	b.Build()
	return b
}

// Else adds a second button, for another way to cure it.
func (b *Banner) Else(verb string, act func()) *Banner {
	b.Other, b.OnOther = verb, act
	b.Build()
	return b
}

// Copying adds a button that copies details.
func (b *Banner) Copying(details string) *Banner {
	b.Details = details
	b.Build()
	return b
}

// Closing adds a cross.
func (b *Banner) Closing(closed func()) *Banner {
	b.OnClose = closed
	b.Build()
	return b
}

func bannerIcon(r Role) (Icon, Surface) {
	switch r {
	case Good:
		return IconCircleCheck, SoftGood
	case Bad:
		return IconAlert, SoftBad
	case Waiting:
		return IconWarning, SoftWaiting
	case Accent:
		return IconInfo, SoftAccent
	}
	return IconInfo, OnWell
}

// Build lays it out anew after its fields changed.
func (b *Banner) Build() {
	icon, ground := bannerIcon(b.Role)
	title := NewParagraph(b.Title, Ink)
	title.Style.Bold = true
	words := VBox(2, title)
	if b.Hint != "" {
		words.Add(NewParagraph(b.Hint, Ink).Sized(12))
	}
	if b.Act != "" || b.Details != "" {
		acts := Wrap(8)
		if b.Act != "" {
			acts.Add(NewButton(b.Act, Outline, func() {
				if b.OnAct != nil {
					b.OnAct()
				}
			}).AsSmall())
		}
		if b.Other != "" {
			acts.Add(NewButton(b.Other, Outline, func() { b.OnOther() }).AsSmall())
		}
		if b.Details != "" {
			acts.Add(NewButton(say.T("Copy details"), Ghost, func() { fyne.CurrentApp().Clipboard().SetContent(b.Details) }).AsSmall().With(IconCopy))
		}
		words.Add(Pad(6, 0, 0, 0, acts))
	}
	top := float32(0)
	if b.OnClose != nil { // beside the cross, which is higher than a line
		top = 3
	}
	row := TopHBox(10, Pad(top+1, 0, 0, 0, NewGlyphSized(icon, b.Role, 18)), Grow(Pad(top, 0, 0, 0, words)))
	if b.OnClose != nil {
		row.Add(IconButton(IconClose, say.T("Close"), Ghost, func() { b.OnClose() }).AsSmall())
	}
	b.Fill, b.Radius = ground, CardRadius
	b.Content = PadAll(12, row)
	b.Refresh()
}

// topRow is a row whose objects hang from the top.
type topRow struct{ rowLayout }

func (l topRow) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	var x float32
	for i, w := range l.widths(objs, s.Width) {
		if objs[i].Visible() {
			Place(objs[i], x, 0, w, heightAt(objs[i], w))
			x += w + l.gap
		}
	}
}

// TopHBox is an HBox whose objects hang from the top instead of being centered.
func TopHBox(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	c := HBox(gap, objs...)
	c.Layout = topRow{rowLayout{gap}}
	return c
}

// Empty fills a pane that has nothing in it yet: what this place is for, and the
// first act. verb may be "".
func Empty(icon Icon, title, text, verb string, act func()) *fyne.Container {
	if verb == "" {
		return EmptyWith(icon, title, text)
	}
	return EmptyWith(icon, title, text, NewButton(verb, Primary, act))
}

// EmptyWith is Empty with several acts.
func EmptyWith(icon Icon, title, text string, acts ...fyne.CanvasObject) *fyne.Container {
	tile := NewTileWith(TileInput, "", icon)
	tile.Edge = 48
	words := NewParagraph(text, Muted)
	words.Centered = true
	col := VBox(10, Center(tile), Heading(title).Aligned(fyne.TextAlignCenter), words)
	if len(acts) > 0 {
		col.Add(Pad(6, 0, 0, 0, Center(HBox(8, acts...))))
	}
	return Center(Fixed(360, 0, col))
}
