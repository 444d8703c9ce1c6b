package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"sluice/engine/disk"
)

// mendPreferences fills in the file in which Fyne keeps how the window was, if it is empty,
// as a kill or a power cut leaves it: Fyne would tell of it at each start. What cannot be
// mended is left to Fyne.
func mendPreferences() {
	if root, err := preferencesRoot(); err == nil {
		_ = fillEmpty(filepath.Join(root, "fyne", appID, "preferences.json"))
	}
}

// preferencesRoot is where Fyne keeps the preferences of all programs, before it was
// started.
func preferencesRoot() (string, error) {
	switch runtime.GOOS {
	case "darwin":
		home, err := os.UserHomeDir()
		return filepath.Join(home, "Library", "Preferences"), err
	case "windows":
		home, err := os.UserHomeDir()
		return filepath.Join(home, "AppData", "Roaming"), err
	}
	return os.UserConfigDir()
}

// fillEmpty makes of an empty file one that says nothing in JSON, and leaves any other as
// it is.
func fillEmpty(path string) error {
	st, err := os.Lstat(path)
	if err != nil || !st.Mode().IsRegular() || st.Size() > 0 {
		return err
	}
	// Added to its end: of what somebody writes meanwhile, Fyne reads the first value.
	f, err := disk.OpenToAdd(path)
	if err != nil {
		return err
	}
	_, err = f.WriteString("{}\n")
	return errors.Join(err, f.Close())
}
