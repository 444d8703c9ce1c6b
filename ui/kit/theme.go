package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sluice/assets"
)

// Sizes of type, in the window's units. They are whole: Fyne draws letters in the size that
// it is given and sets them apart as in the next whole one.
const (
	TextCaption float32 = 11
	TextBase    float32 = 13
	TextHeading float32 = 15
	TextTitle   float32 = 20
	TextCode    float32 = 13
)

// Sizes of things, from the 4-pixel grid.
const (
	ControlHeight  float32 = 32
	ControlSmall   float32 = 26
	Radius         float32 = 8
	CardRadius     float32 = 11
	DialogRadius   float32 = 14
	RailWidth      float32 = 64
	TopBarHeight   float32 = 52
	InspectorWidth float32 = 384
	RunPanelHeight float32 = 214
)

// The faces as Fyne knows them.
var (
	faceRegular = fyne.NewStaticResource("Inter-Regular.otf", assets.InterRegular)
	faceMedium  = fyne.NewStaticResource("Inter-Medium.otf", assets.InterMedium)
	faceBold    = fyne.NewStaticResource("Inter-SemiBold.otf", assets.InterSemiBold)
	faceItalic  = fyne.NewStaticResource("Inter-Italic.otf", assets.InterItalic)
	faceMono    = fyne.NewStaticResource("JetBrainsMono-Regular.ttf", assets.MonoRegular)
	faceMonoMed = fyne.NewStaticResource("JetBrainsMono-Medium.ttf", assets.MonoMedium)
	faceIcons   = fyne.NewStaticResource("Icons.ttf", assets.Icons)
)

// IconFont is the face that Icon runes are drawn with, for painters that place
// text themselves.
func IconFont() fyne.Resource { return faceIcons }

// MediumFont is Inter between regular and semibold. Use it for words of our own
// only: other faces fall back to bundled emoji and symbols, this one does not.
func MediumFont() fyne.Resource { return faceMedium }

type look struct {
	pal  *Palette
	base fyne.Theme
}

// NewTheme returns Sluice's theme and makes its palette the current one. It
// ignores Fyne's own light or dark setting: who follows the system calls it again.
func NewTheme(dark bool) fyne.Theme {
	Use(dark)
	return &look{pal: current, base: theme.DefaultTheme()}
}

func (l *look) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Symbol:
		return l.base.Font(s)
	case s.Monospace && s.Bold:
		return faceMonoMed
	case s.Monospace:
		return faceMono
	case s.Bold:
		return faceBold
	case s.Italic:
		return faceItalic
	}
	return faceRegular
}

func (l *look) Icon(n fyne.ThemeIconName) fyne.Resource { return l.base.Icon(n) }

func (l *look) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := l.pal
	switch n {
	case theme.ColorNameBackground:
		return p.Background
	case theme.ColorNameForeground:
		return p.Ink
	case theme.ColorNameButton, theme.ColorNameHeaderBackground:
		return p.Well
	case theme.ColorNameDisabledButton:
		return p.Well
	case theme.ColorNameDisabled:
		return p.Faint
	case theme.ColorNamePlaceHolder:
		return p.Muted
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return p.AccentInk
	case theme.ColorNameForegroundOnPrimary:
		return p.OnAccent
	case theme.ColorNameError:
		return p.Bad
	case theme.ColorNameForegroundOnError:
		return p.OnBad
	case theme.ColorNameSuccess:
		return p.Good
	case theme.ColorNameWarning:
		return p.WaitingInk
	case theme.ColorNameForegroundOnSuccess, theme.ColorNameForegroundOnWarning:
		return p.OnAccent
	case theme.ColorNameFocus:
		return p.Focus
	case theme.ColorNameHover:
		return p.Well
	case theme.ColorNamePressed:
		return p.Press
	case theme.ColorNameSelection:
		return p.Select
	case theme.ColorNameInputBackground, theme.ColorNameInputBorder:
		return color.Transparent // fields draw their own box
	case theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		if p.Dark { // a shadow does not set a menu off from a dark panel
			return p.Well
		}
		return p.Panel
	case theme.ColorNameSeparator, theme.ColorNameInnerWindowBorder:
		return p.Line
	case theme.ColorNameScrollBar:
		return p.LineStrong
	case theme.ColorNameScrollBarBackground:
		return color.Transparent
	case theme.ColorNameShadow:
		return p.Shadow
	}
	v := theme.VariantLight
	if p.Dark {
		v = theme.VariantDark
	}
	return l.base.Color(n, v)
}

func (l *look) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return TextBase
	case theme.SizeNameCaptionText:
		return TextCaption
	case theme.SizeNameSubHeadingText:
		return TextHeading
	case theme.SizeNameHeadingText:
		return TextTitle
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding, theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameMenuRadius, theme.SizeNamePopupRadius:
		return 8
	case theme.SizeNameInputBorder:
		return 0
	case theme.SizeNameSelectionRadius:
		return 3
	case theme.SizeNameCardRadius:
		return CardRadius
	case theme.SizeNameDialogRadius:
		return DialogRadius
	case theme.SizeNameInlineIcon:
		return 18
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameSeparatorThickness, theme.SizeNameSplitThickness:
		return 1
	}
	return l.base.Size(n)
}
