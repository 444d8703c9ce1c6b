package session

import (
	"os"
	"path/filepath"
)

// loginFile is where launchd looks for what it starts for a person.
func loginFile() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", loginName+".plist"), err
}

func (a AtLogin) loginText() string { return a.launchAgent() }
