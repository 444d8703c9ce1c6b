// Package session is the desktop session around the window: the tray, notifications,
// waking from sleep, and the start at login.
package session
