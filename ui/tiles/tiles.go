// Package tiles says how the kinds of steps look in small: on a card, in the inspector,
// in lists.
package tiles

import (
	"sluice/ui/kit"
	"sluice/ui/model"
)

// Look is what a tile shows: two letters or an icon, on a ground.
type Look struct {
	Kind    kit.TileKind
	Letters string
	Icon    kit.Icon
}

var looks = map[model.Tile]Look{
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

// Of returns the look of a kind of step.
func Of(t model.Tile) Look {
	l, ok := looks[t]
	if !ok {
		return looks[model.TileUnknown]
	}
	return l
}

// New returns the tile of a kind of step.
func New(t model.Tile) *kit.Tile {
	l := Of(t)
	return kit.NewTileWith(l.Kind, l.Letters, l.Icon)
}
