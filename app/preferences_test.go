package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// An empty file of preferences is filled in before Fyne reads it; one that says something,
// and one that is not there, stay as they are.
func TestEmptyPreferencesAreFilledIn(t *testing.T) {
	home := t.TempDir()
	for _, key := range []string{"HOME", "USERPROFILE"} {
		t.Setenv(key, home)
	}
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	root := map[string]string{"windows": "AppData/Roaming", "darwin": "Library/Preferences"}[runtime.GOOS]
	if root == "" {
		root = ".config"
	}
	path := filepath.Join(home, filepath.FromSlash(root), "fyne", appID, "preferences.json")
	mendPreferences()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Fatalf("a file was made where none was: %v", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for was, want := range map[string]string{"": "{}", "\n": "\n", `{"a":1}`: `{"a":1}`, "{": "{"} {
		if err := os.WriteFile(path, []byte(was), 0o600); err != nil {
			t.Fatal(err)
		}
		mendPreferences()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want == "{}" {
			var values map[string]any
			if err := json.Unmarshal(b, &values); err != nil {
				t.Errorf("an empty file became %q: %v", b, err)
			}
		} else if string(b) != want {
			t.Errorf("%q became %q", was, b)
		}
	}
}
