package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// available are the packages that scripts in TypeScript and JavaScript can import,
// without "node:".
var available = []string{
	"assert", "buffer", "crypto", "events", "fs", "fs/promises", "os", "path", "process", "querystring", "timers", "timers/promises", "url", "util",
}

// clientImport matches every spelling of the client's name.
var clientImport = regexp.MustCompile(`^(?:npm:|jsr:)?(?:wmill|windmill-client|@windmill/client)(?:@[^/]*)?$|^https?://(?:deno\.land/x/windmill|esm\.sh/windmill-client|unpkg\.com/windmill-client)(?:@[^/]*)?(?:/mod\.ts|/.*)?$`)

// ClientImport reports whether a script that imports a name means the client.
func ClientImport(name string) bool { return clientImport.MatchString(name) }

// Available reports whether a script in TypeScript or JavaScript can import a package.
func Available(name string) bool {
	return ClientImport(name) || slices.Contains(available, strings.TrimPrefix(name, "node:"))
}

// Packages names the steps whose code imports a package that is not available here,
// as far as their text tells: types that are imported go when it runs, which only the
// compiler knows. The start of a run asks the compiler.
func Packages(f *Flow) []Problem {
	var found []Problem
	Every(f, func(m *Module) {
		v, ok := m.Value.(*RawScript)
		if !ok || family(v.Language) != "javascript" || !Runnable(v.Language) {
			return
		}
		imports, sure := Imports(v.Language, v.Content)
		for _, im := range imports {
			if !sure || Available(im.Name) || len(ImportPaths(v.Language, "", im)) > 0 {
				continue
			}
			found = append(found, Problem{
				Code: ProblemCannotRun, Severity: SeverityWarning, Step: m.ID, Field: "value.content",
				Title: fmt.Sprintf("The step imports %s, which is not available here (line %d)", quoteName(im.Name), im.Line),
				Hint:  "A run of this flow is refused before its first step, unless only types are imported. Call a service by fetch, or write the step in Python.",
			})
		}
	})
	return found
}
