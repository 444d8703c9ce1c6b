package flow

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Import is what a script's text brings in from elsewhere.
type Import struct {
	Name  string   // as written: "lodash", "./lib", "f.app.lib"
	Names []string // Python: what is taken from it, each of which may be a module
	Line  int      // from 1
}

// Imports reads what a script imports when it is loaded, in the order of its
// lines; sure is false where the text cannot be told for certain. It is a quick
// reader for asking further: what the language itself makes of the text counts.
func Imports(language, source string) (found []Import, sure bool) {
	switch language {
	case "python3":
		return pythonImports(source), true
	case "bash":
		return nil, true
	}
	return scriptImports(source)
}

// scriptImports reads import … from "x", import "x", export … from "x",
// import("x") and require("x"). What only types name is left out.
func scriptImports(source string) (found []Import, sure bool) {
	toks, sure := scan(source)
	is := func(i int, text string) bool {
		return i >= 0 && i < len(toks) && toks[i].kind != tokText && toks[i].text == text
	}
	for i, t := range toks {
		if t.kind != tokText {
			continue
		}
		switch {
		case is(i-1, "import"), is(i-1, "(") && (is(i-2, "import") || is(i-2, "require")) && !property(toks, i-2):
		case is(i-1, "from"):
			from := statement(toks, i-1)
			if from < 0 || is(from+1, "type") && !is(from+2, "from") && !is(from+2, ",") {
				continue
			}
		default:
			continue
		}
		found = append(found, Import{Name: t.text, Line: 1 + strings.Count(source[:t.start], "\n")})
	}
	return found, sure
}

// statement finds the word import or export that begins the clause before a from;
// -1 if it is another from.
func statement(toks []tok, at int) int {
	for i := at - 1; i >= 0; i-- {
		switch t := toks[i]; {
		case t.kind == tokName && (t.text == "import" || t.text == "export"):
			return i
		case t.kind == tokName, t.kind == tokText:
		case t.kind == tokMark && strings.Contains("{},*", t.text):
		default:
			return -1
		}
	}
	return -1
}

var (
	pythonImport = regexp.MustCompile(`^import[ \t]+([^#;]+)`)
	pythonFrom   = regexp.MustCompile(`^from[ \t]+(\.*[\p{L}\p{N}_.]*)[ \t]+import[ \t]+\(?([^#;]*)`)
	pythonName   = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_.]*`)
	longText     = regexp.MustCompile(`(?s)"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''`)
)

// pythonImports reads the imports that stand at the beginning of a line: those
// inside a function or a try need not be there.
func pythonImports(source string) (found []Import) {
	source = longText.ReplaceAllStringFunc(source, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
	n := 0
	for text := range strings.Lines(source) {
		n++
		if m := pythonImport.FindStringSubmatch(text); m != nil {
			for part := range strings.SplitSeq(m[1], ",") {
				if name := pythonName.FindString(strings.TrimSpace(part)); name != "" {
					found = append(found, Import{Name: name, Line: n})
				}
			}
		} else if m := pythonFrom.FindStringSubmatch(text); m != nil && m[1] != "" {
			im := Import{Name: m[1], Line: n}
			rest := m[2]
			if strings.Contains(text, "(") && !strings.Contains(text, ")") {
				// The names go on over the next lines.
				after := source[lineStart(source, n):]
				if i := strings.IndexByte(after, '('); i >= 0 {
					rest, _, _ = strings.Cut(after[i+1:], ")")
				}
			}
			for part := range strings.SplitSeq(rest, ",") {
				if name := pythonName.FindString(strings.TrimSpace(part)); name != "" {
					im.Names = append(im.Names, name)
				}
			}
			found = append(found, im)
		}
	}
	return found
}

// lineStart is where line n, from 1, begins.
func lineStart(s string, n int) int {
	at := 0
	for ; n > 1; n-- {
		at += strings.IndexByte(s[at:], '\n') + 1
	}
	return at
}

// ImportPaths are the paths under which a script of the library may lie that an
// import names, the likeliest first: of "./lib", "/f/app/lib.ts" and "f.app.lib".
// From is the path of the script that imports, "" for code inside a flow, which
// has no place that "./" could count from.
func ImportPaths(language, from string, im Import) []string {
	if language == "python3" {
		return pythonPaths(from, im)
	}
	name := im.Name
	switch {
	case strings.HasPrefix(name, "/"):
		name = strings.TrimPrefix(name, "/")
	case strings.HasPrefix(name, "."):
		if from == "" {
			return nil
		}
		name = path.Join(path.Dir(from), name)
	}
	for _, ext := range []string{".ts", ".js", ".mts", ".tsx"} {
		name = strings.TrimSuffix(name, ext)
	}
	return libraryPaths(name)
}

func pythonPaths(from string, im Import) []string {
	dots := len(im.Name) - len(strings.TrimLeft(im.Name, "."))
	name := strings.ReplaceAll(im.Name[dots:], ".", "/")
	if dots > 0 {
		if from == "" {
			return nil
		}
		base := path.Dir(from)
		for range dots - 1 {
			base = path.Dir(base)
		}
		name = path.Join(base, name)
	}
	names := []string{name}
	for _, n := range im.Names {
		names = append(names, name+"/"+n)
	}
	return libraryPaths(names...)
}

// libraryPaths keeps what can be a path of the library.
func libraryPaths(names ...string) []string {
	return slices.DeleteFunc(names, func(n string) bool {
		return !(strings.HasPrefix(n, "f/") || strings.HasPrefix(n, "u/")) || strings.Count(n, "/") < 2 || CheckPath(n) != nil
	})
}

// Imported are the scripts of the library that a script imports, and those that
// they import, by path. Get looks one up: its language and text, false if there is
// none or it cannot be imported by that language.
func Imported(language, from, source string, get func(path string) (language, source string, ok bool)) map[string]string {
	var out map[string]string
	var take func(language, from, source string)
	take = func(language, from, source string) {
		imports, _ := Imports(language, source)
		for _, im := range imports {
			for _, p := range ImportPaths(language, from, im) {
				if _, have := out[p]; have {
					continue
				}
				l, text, ok := get(p)
				if !ok || family(l) != family(language) {
					continue
				}
				if out == nil {
					out = map[string]string{}
				}
				out[p] = text
				take(l, p, text)
			}
		}
	}
	take(language, from, source)
	return out
}

// family is which scripts can import each other.
func family(language string) string {
	switch language {
	case "python3", "bash":
		return language
	}
	return "javascript"
}
