// Package ui is the window: panes, menus, shortcuts, and the one pump that
// brings the journal to the screen.
package ui
