// Package assets holds the files that are part of the program: fonts, the icon
// font and the app's picture. No code here understands them.
//
// The fonts are subsets: Latin, Greek, Cyrillic, punctuation, arrows and
// mathematical signs. JetBrains Mono is kept without its ligatures, because code
// is placed column by column. Icons is a subset of Lucide with one glyph added,
// a space: without it the height of an icon would depend on the fonts of the
// machine. Where its glyphs begin (the left side bearing) is set to where their ink does;
// as it came, they were drawn at the left of their square. The licenses lie in license/.
package assets
