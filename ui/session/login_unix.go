//go:build !windows && !darwin

package session

import (
	"os"
	"path/filepath"
)

// loginFile is where desktops look for what they start (Desktop Application Autostart
// Specification).
func loginFile() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", "sluice.desktop"), err
}

func (a AtLogin) loginText() string { return a.desktopEntry() }
