package canvas

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// tileLook is what a tile shows: two letters or an icon, on a ground.
type tileLook struct {
	kind kit.TileKind
	text string
	icon kit.Icon
}

var tiles = map[model.Tile]tileLook{
	model.TileInput:      {kit.TileInput, "IN", ""},
	model.TileTypeScript: {kit.TileTS, "TS", ""},
	model.TileJavaScript: {kit.TileJS, "JS", ""},
	model.TilePython:     {kit.TilePY, "PY", ""},
	model.TileBash:       {kit.TileSH, "SH", ""},
	model.TileGo:         {kit.TileTS, "GO", ""},
	model.TileCode:       {kit.TilePlain, "", kit.IconCode},
	model.TileApproval:   {kit.TileApproval, "", kit.IconUserCheck},
	model.TileHub:        {kit.TilePlain, "", kit.IconPackage},
	model.TileScript:     {kit.TilePlain, "", kit.IconFileCode},
	model.TileBranch:     {kit.TileBranch, "", kit.IconSplit},
	model.TileLoop:       {kit.TileBranch, "", kit.IconRepeat},
	model.TileFlow:       {kit.TileInput, "", kit.IconFlow},
	model.TileIdentity:   {kit.TilePlain, "", kit.IconEqual},
	model.TileSleep:      {kit.TilePlain, "", kit.IconTimer},
	model.TileAgent:      {kit.TileBranch, "", kit.IconSparkles},
	model.TileUnknown:    {kit.TileBad, "", kit.IconHelp},
}

func (c *FlowCanvas) drawTile(b *model.Box, x, y, z float32) {
	t, ok := tiles[b.Tile]
	if !ok {
		t = tiles[model.TileUnknown]
	}
	colors := kit.Colors().Tiles[t.kind]
	size := kit.Round(32 * z)
	if b.Role != model.AwaitsPeople || t.kind != kit.TileApproval {
		c.pool.rect(x, y, size, size, colors[0], 8*z)
	}
	f := face{size: 11 * z, style: fyne.TextStyle{Bold: true}}
	text := t.text
	if t.icon != "" {
		f, text = face{size: 16 * z, icon: true}, string(t.icon)
	}
	c.pool.centered(text, f, x+size/2, y+size/2, colors[1])
}
