package flow

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Folder writes a flow as the files of a NAME.flow folder: flow.yaml, and each
// script and lock in a file of its own, those of AI agents' tools too. The names
// are relative to the folder and safe on every system.
func Folder(f *Flow) (map[string][]byte, error) { return FolderAs(f, FileNames{}) }

// FileNames says how the files of a flow's folder are called. The zero value is
// for a folder NAME.flow that is new.
type FileNames struct {
	// Old tells which files a step's script and lock were in, "" for none, so that
	// they keep their names.
	Old func(m *Module) (script, lock string)
	// Short leaves ".inline_script" out, as nonDottedPaths of wmill.yaml asks.
	Short bool
	// DefaultTS is the runtime whose TypeScript files end in .ts alone; "" is bun.
	DefaultTS string
}

// FolderAs is Folder with names of a given kind. New files are called as
// Windmill's command line client calls them (windmill-cli 1.819.0), so that its
// next pull finds each file in its place.
func FolderAs(f *Flow, as FileNames) (map[string][]byte, error) {
	files := map[string][]byte{}
	names := fileNames{taken: map[string]bool{}}
	infix := ".inline_script."
	if as.Short {
		infix = "."
	}
	old := as.Old
	if old == nil {
		old = func(*Module) (string, string) { return "", "" }
	}
	EveryScript(f, func(m *Module, _ *RawScript) {
		script, lock := old(m)
		for _, name := range []string{script, lock} {
			if base, ok := baseOf(name, infix); ok {
				names.taken[fold(base)] = true
			}
		}
	})
	// place puts a script into its files and returns what stands in its place.
	place := func(m *Module, v *RawScript) (content, lock string) {
		if _, isRef := InlineName(v.Content); isRef {
			return v.Content, v.Lock // it was never resolved: leave the reference alone
		}
		script, locked := old(m)
		var base string
		if free(files, script, v.Content) {
			base, _ = baseOf(script, infix)
		} else {
			base = names.base(m)
			script, locked = base+infix+as.extension(v.Language), ""
		}
		files[script] = []byte(v.Content)
		if _, isRef := InlineName(v.Lock); v.Lock == "" || isRef {
			return "!inline " + script, v.Lock
		}
		if !free(files, locked, v.Lock) {
			locked = base + infix + "lock"
		}
		if !free(files, locked, v.Lock) {
			locked = names.base(m) + infix + "lock"
		}
		files[locked] = []byte(v.Lock)
		return "!inline " + script, "!inline " + locked
	}
	g := mapModules(f, func(m *Module) *Module {
		c := *m
		switch v := m.Value.(type) {
		case *RawScript:
			w := *v
			w.Content, w.Lock = place(m, v)
			c.Value = &w
		case *Agent:
			tree, tools := v.tools()
			if tree == nil {
				return m
			}
			for _, t := range tools {
				t.set(place(t.step, t.step.Value.(*RawScript)))
			}
			w := *v
			w.Tools = tree.rewrite()
			c.Value = &w
		default:
			return m
		}
		return &c
	})
	y, err := g.YAML()
	if err != nil {
		return nil, err
	}
	files["flow.yaml"] = y
	return files, nil
}

// free reports whether a text can stand in the file of a name.
func free(files map[string][]byte, name, text string) bool {
	have, taken := files[name]
	return name != "" && fold(name) != "flow.yaml" && (!taken || string(have) == text)
}

// baseOf is what stands before the infix and the ending in a file's name.
func baseOf(name, infix string) (base string, ok bool) {
	if base, _, ok := strings.Cut(name, ".inline_script."); ok {
		return base, true
	}
	dir, file := path.Split(name)
	base, _, ok = strings.Cut(file, ".")
	return dir + base, ok && infix == "."
}

// fileNames hands out names that differ without regard to case.
type fileNames struct {
	taken  map[string]bool
	number int // of the last name that was taken already
}

func (n *fileNames) base(m *Module) string {
	title := m.Summary
	if title == "" && !m.had("summary") {
		title = m.ID
	}
	base := fileBase(title)
	name := base
	if base == "" {
		base, name = "inline_script", "inline_script_0"
	}
	for n.taken[fold(name)] {
		n.number++
		name = fmt.Sprintf("%s_%d", base, n.number)
	}
	n.taken[fold(name)] = true
	return name
}

func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// nameMost is how long a name made of a title may be, in bytes: the client has
// no bound, but file systems do.
const nameMost = 80

var (
	notInNames = regexp.MustCompile("[/\\\\:*?\"<>|\\x00-\\x1f\\x7f]")
	blanks     = regexp.MustCompile("[ _]+")
	devices    = regexp.MustCompile("^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")
)

// fileBase keeps of a title what every file system takes in a name.
func fileBase(title string) string {
	name := notInNames.ReplaceAllString(title, "")
	name = strings.ToLower(strings.Trim(blanks.ReplaceAllString(name, "_"), "._"))
	for len(name) > nameMost {
		_, size := utf8.DecodeLastRuneInString(name)
		name = strings.TrimRight(name[:len(name)-size], "._")
	}
	if devices.MatchString(name) {
		name = "_" + name // Windows keeps these for devices
	}
	return name
}

var extensions = map[string]string{
	"bun": "ts", "bunnative": "ts", "deno": "deno.ts", "nativets": "native.ts", "javascript": "js",
	"python3": "py", "go": "go", "bash": "sh", "powershell": "ps1", "postgresql": "pg.sql",
	"mysql": "my.sql", "bigquery": "bq.sql", "snowflake": "sf.sql", "mssql": "ms.sql",
	"oracledb": "odb.sql", "duckdb": "duckdb.sql", "graphql": "gql", "php": "php", "rust": "rs",
	"csharp": "cs", "nu": "nu", "java": "java", "ruby": "rb", "rlang": "r", "ansible": "playbook.yml",
}

func (as FileNames) extension(language string) string {
	switch {
	case as.DefaultTS == "deno" && language == "deno":
		return "ts"
	case as.DefaultTS == "deno" && language == "bun":
		return "bun.ts"
	}
	if e, ok := extensions[language]; ok {
		return e
	}
	return "txt"
}
