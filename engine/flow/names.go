package flow

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Slug makes the last part of a library path from a file's name, or from the
// flow's summary where the file is only called flow.yaml.
func Slug(file, summary string) string {
	base := filepath.Base(filepath.Clean(file))
	for _, ext := range []string{".yaml", ".yml", ".json", ".flow", "__flow"} {
		base = strings.TrimSuffix(base, ext)
	}
	if base == "flow" || base == "." || base == "" {
		base = summary
	}
	if s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(base), "_"), "_"); s != "" {
		return s
	}
	return "flow"
}

// FreePath returns path, or path_2 and so on where that is taken.
func FreePath(path string, taken func(string) bool) string {
	free := path
	for i := 2; taken(free); i++ {
		free = fmt.Sprintf("%s_%d", path, i)
	}
	return free
}
