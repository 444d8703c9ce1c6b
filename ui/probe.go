//go:build !walk

package ui

import "fyne.io/fyne/v2"

// probe does nothing in the program that people use; see probe_walk.go.
func probe(fyne.Window) {}
