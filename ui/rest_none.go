//go:build !cgo || test

package ui

import "time"

const restAfterEvent = time.Second

// wake, restSoon and fitScreen do nothing where tests draw the window themselves.
func wake() {}

func (u *UI) restSoon(time.Duration) {}

func (u *UI) fitScreen() {}
