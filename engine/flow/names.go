package flow

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/plain"
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

// pathMost is how long a path may be, in bytes.
const pathMost = 1000

// CheckPath refuses what cannot be the path of a flow, script, resource or
// variable: every item lies in a folder of a person, u/ANN/…, or a shared one,
// f/SHOP/… (g/… of old), as in Windmill, and each part of its path is a name that
// a reference can quote and a folder can be made of. What it takes can be
// exported and comes back under the same path. Code: resource.path.
func CheckPath(path string) error {
	bad := func(why string) error {
		return fault.Newf("resource.path", "Write it like u/me/name or f/shop/name: letters, digits and _ between slashes.", "%q cannot be a path: %s", path, why)
	}
	parts := strings.Split(path, "/")
	switch {
	case len(parts) < 3 || parts[0] != "u" && parts[0] != "f" && parts[0] != "g":
		return bad("it begins with u/ and a person, or f/ and a folder, and has a name after that")
	case len(path) > pathMost:
		return bad("it is too long")
	case !utf8.ValidString(path) || strings.ContainsFunc(path, plain.Acts) || strings.ContainsAny(path, "\"\\"):
		return bad("it has signs that cannot be quoted")
	}
	for _, p := range parts {
		switch {
		case p == "":
			return bad("a part of it has no name")
		case p == "." || p == "..":
			return bad(". and .. are no names")
		case strings.TrimSpace(p) != p:
			return bad("a name begins or ends with a blank")
		}
	}
	return nil
}

// FreePath returns path, or path_2 and so on where that is taken.
func FreePath(path string, taken func(string) bool) string {
	free := path
	for i := 2; taken(free); i++ {
		free = fmt.Sprintf("%s_%d", path, i)
	}
	return free
}
