package kit

import "image/color"

// Role says what a color means. Widgets take roles, never colors, so that the
// same state has the same color everywhere.
type Role int

// The roles. Waiting is the one that must be found at a glance.
const (
	Ink      Role = iota // text
	Muted                // secondary text
	Accent               // links, selection, the primary act
	OnAccent             // text on the accent fill
	Waiting              // suspended, approval
	Good                 // succeeded, approved
	Bad                  // failed, refused, destructive
	Branch               // branches, loops
	Neutral              // things without a state
	OnRail               // text on the dark rail
	OnRailMuted
)

// Token is what a piece of code or of a JSON value is, as far as its color goes.
type Token uint8

// The kinds of tokens.
const (
	TokenPlain Token = iota
	TokenKeyword
	TokenName
	TokenString
	TokenNumber
	TokenComment
	TokenPunct
	TokenType
	tokens
)

// Palette is every color of one theme.
type Palette struct {
	Dark bool

	Background color.NRGBA // canvas, behind panels
	Panel      color.NRGBA // panels, cards, dialogs
	Field      color.NRGBA // inside of inputs
	Well       color.NRGBA // quiet fill: neutral pills, code blocks, hover
	Press      color.NRGBA // a well that is pressed
	Rail       color.NRGBA // left rail, dark in both themes
	RailActive color.NRGBA // chosen place on the rail
	RailInk    color.NRGBA
	RailMuted  color.NRGBA
	Ink        color.NRGBA
	Muted      color.NRGBA
	Faint      color.NRGBA // disabled text, idle dots: never the only carrier of a fact
	Line       color.NRGBA // borders
	LineStrong color.NRGBA // borders that can be grabbed or pressed, wires
	Grid       color.NRGBA // canvas dots

	Accent      color.NRGBA // fill of the primary act
	AccentHover color.NRGBA
	AccentInk   color.NRGBA // accent as text
	AccentSoft  color.NRGBA
	OnAccent    color.NRGBA
	WaitingInk  color.NRGBA
	WaitingLine color.NRGBA // amber border, dot
	WaitingSoft color.NRGBA
	Good        color.NRGBA
	GoodSoft    color.NRGBA
	Bad         color.NRGBA
	BadHover    color.NRGBA
	BadSoft     color.NRGBA
	OnBad       color.NRGBA
	Branch      color.NRGBA
	BranchSoft  color.NRGBA

	Select color.NRGBA // selected text
	Focus  color.NRGBA // ring around what has the keyboard
	Shadow color.NRGBA
	Dim    color.NRGBA // over the window while a dialog is open

	Tiles  map[TileKind][2]color.NRGBA // ground and ink of icon tiles
	Syntax [tokens]color.NRGBA         // of code
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

func alpha(c color.NRGBA, a uint8) color.NRGBA { c.A = a; return c }

var lightPalette = Palette{
	Background: rgb(0xF6F7F9), Panel: rgb(0xFFFFFF), Field: rgb(0xFFFFFF), Well: rgb(0xF1F3F6), Press: rgb(0xE6EAEF),
	Rail: rgb(0x0F1B2D), RailActive: rgb(0x1D2D47), RailInk: rgb(0xFFFFFF), RailMuted: rgb(0x9AA7B8),
	Ink: rgb(0x16202E), Muted: rgb(0x606C7F), Faint: rgb(0xA3ACB9), Line: rgb(0xE3E7ED), LineStrong: rgb(0xAEB8C6), Grid: rgb(0xDCE1E8),
	Accent: rgb(0x0B7A75), AccentHover: rgb(0x096660), AccentInk: rgb(0x0A746F), AccentSoft: rgb(0xE0F2F0), OnAccent: rgb(0xFFFFFF),
	WaitingInk: rgb(0xA65707), WaitingLine: rgb(0xF0A63C), WaitingSoft: rgb(0xFEF3E2),
	Good: rgb(0x19764A), GoodSoft: rgb(0xE5F5EC), Bad: rgb(0xB42318), BadHover: rgb(0x911B12), BadSoft: rgb(0xFDECEA), OnBad: rgb(0xFFFFFF),
	Branch: rgb(0x5B4BC4), BranchSoft: rgb(0xEEECFB),
	Select: rgb(0xC9E8E4), Focus: alpha(rgb(0x0B7A75), 0x90), Shadow: alpha(rgb(0x101828), 0x24), Dim: alpha(rgb(0x101828), 0x78),
	Tiles: map[TileKind][2]color.NRGBA{
		TileTS: {rgb(0xE3EFFA), rgb(0x1D5FA8)}, TilePY: {rgb(0xEAF2E0), rgb(0x3F6B1F)}, TileSH: {rgb(0xECEFF3), rgb(0x46536A)},
		TileJS: {rgb(0xFBF3D0), rgb(0x7A5B00)}, TileApproval: {rgb(0xFEF3E2), rgb(0xA65707)}, TileBranch: {rgb(0xEEECFB), rgb(0x5B4BC4)},
		TileInput: {rgb(0xE0F2F0), rgb(0x0A746F)}, TilePlain: {rgb(0xF1F3F6), rgb(0x606C7F)}, TileBad: {rgb(0xFDECEA), rgb(0xB42318)},
	},
	Syntax: [tokens]color.NRGBA{
		TokenPlain: rgb(0x16202E), TokenKeyword: rgb(0x7A3FB5), TokenName: rgb(0x1D5FA8), TokenString: rgb(0x19764A), TokenNumber: rgb(0xA65707),
		TokenComment: rgb(0x606C7F), TokenPunct: rgb(0x4A576B), TokenType: rgb(0x0A746F),
	},
}

var darkPalette = Palette{
	Dark:       true,
	Background: rgb(0x0E141C), Panel: rgb(0x151D28), Field: rgb(0x111924), Well: rgb(0x1C2633), Press: rgb(0x263141),
	Rail: rgb(0x0A0F16), RailActive: rgb(0x1C2B44), RailInk: rgb(0xFFFFFF), RailMuted: rgb(0x93A0B1),
	Ink: rgb(0xE6EBF2), Muted: rgb(0x8B98A9), Faint: rgb(0x566375), Line: rgb(0x263141), LineStrong: rgb(0x465468), Grid: rgb(0x1E2835),
	Accent: rgb(0x2CB5AC), AccentHover: rgb(0x45C9C0), AccentInk: rgb(0x2CB5AC), AccentSoft: rgb(0x12312F), OnAccent: rgb(0x06201E),
	WaitingInk: rgb(0xF0A63C), WaitingLine: rgb(0xF0A63C), WaitingSoft: rgb(0x33260F),
	Good: rgb(0x4CC38A), GoodSoft: rgb(0x12301F), Bad: rgb(0xF97066), BadHover: rgb(0xFF8D84), BadSoft: rgb(0x3A1613), OnBad: rgb(0x2A0906),
	Branch: rgb(0xA59BF5), BranchSoft: rgb(0x231F45),
	Select: rgb(0x1B4A47), Focus: alpha(rgb(0x2CB5AC), 0xA0), Shadow: alpha(rgb(0x000000), 0x60), Dim: alpha(rgb(0x000000), 0x98),
	Tiles: map[TileKind][2]color.NRGBA{
		TileTS: {rgb(0x13294A), rgb(0x6FB1F5)}, TilePY: {rgb(0x1C2A12), rgb(0x8CC46A)}, TileSH: {rgb(0x222C3A), rgb(0xA9B6C8)},
		TileJS: {rgb(0x2E2710), rgb(0xE5C452)}, TileApproval: {rgb(0x33260F), rgb(0xF0A63C)}, TileBranch: {rgb(0x231F45), rgb(0xA59BF5)},
		TileInput: {rgb(0x12312F), rgb(0x2CB5AC)}, TilePlain: {rgb(0x1C2633), rgb(0x9AA7B8)}, TileBad: {rgb(0x3A1613), rgb(0xF97066)},
	},
	Syntax: [tokens]color.NRGBA{
		TokenPlain: rgb(0xE6EBF2), TokenKeyword: rgb(0xC79BF2), TokenName: rgb(0x7FB8F5), TokenString: rgb(0x6FCF9D), TokenNumber: rgb(0xF0B35C),
		TokenComment: rgb(0x8391A3), TokenPunct: rgb(0xA9B6C8), TokenType: rgb(0x4CC9C0),
	},
}

var current = &lightPalette

// Colors returns the palette in use.
func Colors() *Palette { return current }

// Use chooses the palette that widgets draw with from their next refresh on.
// NewTheme calls it; settings call it only through NewTheme.
func Use(dark bool) {
	current = &lightPalette
	if dark {
		current = &darkPalette
	}
}

// Of returns a role's color as text or line.
func (p *Palette) Of(r Role) color.NRGBA {
	switch r {
	case Muted, Neutral:
		return p.Muted
	case Accent:
		return p.AccentInk
	case OnAccent:
		return p.OnAccent
	case Waiting:
		return p.WaitingInk
	case Good:
		return p.Good
	case Bad:
		return p.Bad
	case Branch:
		return p.Branch
	case OnRail:
		return p.RailInk
	case OnRailMuted:
		return p.RailMuted
	}
	return p.Ink
}

// Soft returns the ground that goes with a role's text.
func (p *Palette) Soft(r Role) color.NRGBA {
	switch r {
	case Accent:
		return p.AccentSoft
	case Waiting:
		return p.WaitingSoft
	case Good:
		return p.GoodSoft
	case Bad:
		return p.BadSoft
	case Branch:
		return p.BranchSoft
	case OnAccent:
		return p.Accent
	case OnRail, OnRailMuted:
		return p.RailActive
	}
	return p.Well
}

// Strong returns the fill of a dot or border of a role: brighter than its text.
func (p *Palette) Strong(r Role) color.NRGBA {
	switch r {
	case Waiting:
		return p.WaitingLine
	case Accent:
		return p.Accent
	case Neutral, Muted:
		return p.Faint
	}
	return p.Of(r)
}
