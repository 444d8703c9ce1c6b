// Package kit holds the look of Sluice and the small widgets it is made of:
// colors, sizes, fonts, icons, buttons, fields, rows and dialogs.
//
// A widget takes a value and callbacks; it does not fetch, sort or format. All of
// it runs on Fyne's goroutine, no widget starts another. State lives in the
// widget, never in its renderer, because renderers of hidden widgets are thrown
// away. Colors are read from Colors when a widget refreshes, so that a change of
// theme reaches everything on the screen.
//
// Text and Paragraph are not Fyne's Label. That has 16 pixels from line to line
// where ours has 20, no name for the color of most of our texts, 8 pixels around
// itself that take presses, and selectable it is one more stop of Tab. A theme of
// its own cures color and padding, but then a thousand take ten times the time of a
// thousand paragraphs (2.2 s, 200 MB); plain ones take three times that of Text.
package kit
