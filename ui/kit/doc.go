// Package kit holds the look of Sluice and the small widgets it is made of:
// colors, sizes, fonts, icons, buttons, fields, rows and dialogs.
//
// A widget takes a value and callbacks; it does not fetch, sort or format. All of
// it runs on Fyne's goroutine, no widget starts another. State lives in the
// widget, never in its renderer, because renderers of hidden widgets are thrown
// away. Colors are read from Colors when a widget refreshes, so that a change of
// theme reaches everything on the screen.
package kit
