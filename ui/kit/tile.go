package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// TileKind is what an icon tile stands for.
type TileKind int

// The kinds of tiles.
const (
	TilePlain TileKind = iota
	TileTS
	TilePY
	TileSH
	TileJS
	TileApproval
	TileBranch
	TileInput
	TileBad
)

// TileColors returns ground and ink of a kind, for painters that draw tiles
// themselves.
func TileColors(k TileKind) (ground, ink color.NRGBA) {
	c := Colors().Tiles[k]
	return c[0], c[1]
}

// TileMark returns the letters of a kind, or the icon if it has no letters.
func TileMark(k TileKind) (letters string, icon Icon) {
	switch k {
	case TileTS:
		return "TS", NoIcon
	case TilePY:
		return "PY", NoIcon
	case TileSH:
		return "SH", NoIcon
	case TileJS:
		return "JS", NoIcon
	case TileInput:
		return "IN", NoIcon
	case TileApproval:
		return "", IconCheck
	case TileBranch:
		return "", IconSplit
	case TileBad:
		return "", IconWarning
	}
	return "", IconPackage
}

// Tile is a small square that tells the kind or language of a thing.
type Tile struct {
	widget.BaseWidget
	Kind    TileKind
	Letters string // instead of the kind's own mark
	Icon    Icon
	Edge    float32 // edge, 32 if not set otherwise

	rect *canvas.Rectangle
	text *canvas.Text
	icon *canvas.Text
}

// NewTile returns the tile of a kind with its own mark.
func NewTile(k TileKind) *Tile {
	t := &Tile{Kind: k, Edge: 32}
	t.ExtendBaseWidget(t)
	return t
}

// NewTileWith returns a tile with letters or an icon of one's own.
func NewTileWith(k TileKind, letters string, icon Icon) *Tile {
	t := NewTile(k)
	t.Letters, t.Icon = letters, icon
	return t
}

// AsSmall makes it 22 units large, for rows.
func (t *Tile) AsSmall() *Tile { t.Edge = 22; return t }

// MinSize is a square.
func (t *Tile) MinSize() fyne.Size { return fyne.NewSquareSize(t.Edge) }

func (t *Tile) paint() {
	ground, ink := TileColors(t.Kind)
	letters, icon := t.Letters, t.Icon
	if letters == "" && icon == NoIcon {
		letters, icon = TileMark(t.Kind)
	}
	fillRect(t.rect, ground, nil, 0, t.Edge/4)
	t.text.Text, t.text.TextSize, t.text.Color, t.text.Hidden = letters, t.Edge*0.36, ink, letters == ""
	t.icon.Text, t.icon.TextSize, t.icon.Color, t.icon.Hidden = string(icon), t.Edge*0.5, ink, letters != ""
	t.lay(t.BaseWidget.Size())
	t.text.Refresh()
	t.icon.Refresh()
}

func (t *Tile) lay(s fyne.Size) {
	x, y := Round((s.Width-t.Edge)/2), Round((s.Height-t.Edge)/2)
	Place(t.rect, x, y, t.Edge, t.Edge)
	centerText(t.text, x, y, t.Edge, t.Edge)
	centerText(t.icon, x, y, t.Edge, t.Edge)
}

// CreateRenderer is part of fyne.Widget.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	t.rect, t.text, t.icon = canvas.NewRectangle(nil), canvas.NewText("", nil), newIconText("", 16)
	t.text.TextStyle.Bold = true
	t.paint()
	return &Painted{Of: t, Parts: []fyne.CanvasObject{t.rect, t.text, t.icon}, Place: t.lay, Least: t.MinSize, Paint: t.paint}
}
