package main

import "golang.org/x/sys/windows"

// mayRaise lets the Sluice that was open before take the front: Windows gives that only to
// what the person has just used, which is this start, and else lets its button flash.
func mayRaise() {
	const anyProcess = ^uintptr(0) // ASFW_ANY
	if p := windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow"); p.Find() == nil {
		_, _, _ = p.Call(anyProcess)
	}
}
