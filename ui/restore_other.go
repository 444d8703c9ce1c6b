//go:build !windows

package ui

import "fyne.io/fyne/v2"

// restore has nothing to do: showing a window brings it back.
func restore(fyne.Window) {}
