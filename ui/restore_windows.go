package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

var (
	user32     = windows.NewLazySystemDLL("user32.dll")
	isIconic   = user32.NewProc("IsIconic")
	showWindow = user32.NewProc("ShowWindow")
)

// restore brings back a window that is minimized: there showing and focusing it does not.
func restore(w fyne.Window) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return
	}
	native.RunNative(func(context any) {
		const asBefore = 9 // SW_RESTORE
		if c, ok := context.(driver.WindowsWindowContext); ok {
			if minimized, _, _ := isIconic.Call(c.HWND); minimized != 0 {
				_, _, _ = showWindow.Call(c.HWND, asBefore)
			}
		}
	})
}
