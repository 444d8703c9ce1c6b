// Package locale gives Fyne a language to begin with where the system names
// none it can read.
//
// Fyne asks for the language while it is being initialized, long before main,
// and complains on standard error about "C.UTF-8", which is what bare Debian and
// most containers have. Go initializes packages by import path as soon as what
// they import is ready: this one imports next to nothing, so its turn comes
// before Fyne's, which waits for text/template. Script workers and the command
// line are the same program and keep quiet by the same means.
package locale

import (
	"os"
	"strings"
)

func init() {
	if os.Getenv("LANGUAGE") != "" {
		return
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		switch v := os.Getenv(name); {
		case v == "":
			continue
		case strings.HasPrefix(v, "C.") || strings.HasPrefix(v, "POSIX."):
			_ = os.Setenv("LANGUAGE", "en") // Fyne prefers it; nothing else changes for the scripts
		}
		return
	}
}
