package assets

import "embed"

// InterRegular is the face of running text.
//
//go:embed font/Inter-Regular.otf
var InterRegular []byte

// InterMedium is the face of labels that should stand out a little.
//
//go:embed font/Inter-Medium.otf
var InterMedium []byte

// InterSemiBold is the face of titles and buttons.
//
//go:embed font/Inter-SemiBold.otf
var InterSemiBold []byte

// InterItalic is the face of emphasized text.
//
//go:embed font/Inter-Italic.otf
var InterItalic []byte

// MonoRegular is the face of code, ids and paths.
//
//go:embed font/JetBrainsMono-Regular.ttf
var MonoRegular []byte

// MonoMedium is the face of code that should stand out.
//
//go:embed font/JetBrainsMono-Medium.ttf
var MonoMedium []byte

// Icons is the icon font; ui/kit names its code points.
//
//go:embed font/Icons.ttf
var Icons []byte

// AppIcon is the app's picture, 512 pixels square.
//
//go:embed icon/sluice.png
var AppIcon []byte

// AppIconSVG is the same picture as curves.
//
//go:embed icon/sluice.svg
var AppIconSVG []byte

// Licenses are the licenses of the fonts and icons, for the About page.
//
//go:embed license/*.txt
var Licenses embed.FS
