package kit

import (
	"image/color"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// noteTints are the lines of notes and groups, by the names that files use.
var noteTints = map[string]color.NRGBA{
	"yellow": rgb(0xE0B100), "blue": rgb(0x3B82D6), "green": rgb(0x2F9E5F), "purple": rgb(0x7C6BE0), "pink": rgb(0xD9609B),
	"orange": rgb(0xE0803A), "cyan": rgb(0x2AA8B8), "red": rgb(0xD64545), "lime": rgb(0x7CA82B), "gray": rgb(0x8B98A9),
}

// NoteTint is the color of a note or a group: one of those that files name, or #rrggbb.
// What is neither is gray.
func NoteTint(name string) color.NRGBA {
	name = strings.ToLower(strings.TrimSpace(name))
	if c, ok := noteTints[name]; ok {
		return c
	}
	if hex, ok := strings.CutPrefix(name, "#"); ok {
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		if v, err := strconv.ParseUint(hex, 16, 32); err == nil && len(hex) == 6 {
			return rgb(uint32(v))
		}
	}
	return noteTints["gray"]
}

// NoteGround is the ground of a note in a color: so near to that of panels that text
// of the ink can be read on it.
func (p *Palette) NoteGround(name string) color.NRGBA { return p.mix(NoteTint(name), 0.09) }

// NoteLine is the line around a note or a group in a color.
func (p *Palette) NoteLine(name string) color.NRGBA { return p.mix(NoteTint(name), 0.7) }

// mix puts some of a color on the ground of panels.
func (p *Palette) mix(c color.NRGBA, part float64) color.NRGBA {
	one := func(a, b uint8) uint8 { return uint8(float64(a)*(1-part) + float64(b)*part) }
	return color.NRGBA{R: one(p.Panel.R, c.R), G: one(p.Panel.G, c.G), B: one(p.Panel.B, c.B), A: 255}
}

// NoteTints lists the names of the colors that notes can have.
func NoteTints() []string { return slices.Sorted(maps.Keys(noteTints)) }
