package canvas

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/tiles"
)

func (c *FlowCanvas) drawTile(b *model.Box, x, y, z float32) {
	t := tiles.Of(b.Tile)
	colors := kit.Colors().Tiles[t.Kind]
	size := kit.Round(32 * z)
	if b.Role != model.AwaitsPeople || t.Kind != kit.TileApproval {
		c.pool.rect(x, y, size, size, colors[0], 8*z)
	}
	f := face{size: 11 * z, style: fyne.TextStyle{Bold: true}}
	text := t.Letters
	if t.Icon != "" {
		f, text = face{size: 16 * z, icon: true}, string(t.Icon)
	}
	c.pool.centered(text, f, x+size/2, y+size/2, colors[1])
}
