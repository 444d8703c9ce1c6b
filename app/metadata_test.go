package main

import (
	"os"
	"strings"
	"testing"
)

// The binary and the package must say the same of themselves.
func TestMetadataIsFyneApp(t *testing.T) {
	b, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`ID = "` + appID + `"`, `Name = "` + appName + `"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("FyneApp.toml lacks %s", want)
		}
	}
}
