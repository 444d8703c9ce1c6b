package flow

import (
	"fmt"
	"strings"
	"unicode"
)

// Folder writes a flow as the files of a NAME.flow folder: flow.yaml, and each
// script and lock in a file of its own. The names are relative to the folder
// and safe on every system.
func Folder(f *Flow) (map[string][]byte, error) { return FolderAs(f, nil) }

// FolderAs is Folder for a flow that had a folder before: old tells which files
// a step's script and lock were in, "" for none, so that they keep their names.
func FolderAs(f *Flow, old func(m *Module) (script, lock string)) (map[string][]byte, error) {
	files := map[string][]byte{}
	names := fileNames{taken: map[string]bool{}}
	had := map[*Module][2]string{}
	if old != nil {
		Every(f, func(m *Module) {
			if _, ok := m.Value.(*RawScript); ok {
				script, lock := old(m)
				had[m] = [2]string{script, lock}
				for _, name := range had[m] {
					if base, _, ok := strings.Cut(name, ".inline_script."); ok {
						names.taken[fold(base)] = true
					}
				}
			}
		})
	}
	g := mapModules(f, func(m *Module) *Module {
		v, ok := m.Value.(*RawScript)
		if !ok {
			return m
		}
		if _, isRef := InlineName(v.Content); isRef {
			return m // it was never resolved: leave the reference alone
		}
		w, c := *v, *m
		base, script, lock := "", had[m][0], had[m][1]
		if free(files, script, v.Content) {
			base, _, _ = strings.Cut(script, ".inline_script.")
		} else {
			base = names.base(m)
			script, lock = base+".inline_script."+extension(v.Language), ""
		}
		files[script] = []byte(v.Content)
		w.Content = "!inline " + script
		if _, isRef := InlineName(v.Lock); v.Lock != "" && !isRef {
			if !free(files, lock, v.Lock) {
				lock = base + ".inline_script.lock"
			}
			if !free(files, lock, v.Lock) {
				lock = names.base(m) + ".inline_script.lock"
			}
			files[lock] = []byte(v.Lock)
			w.Lock = "!inline " + lock
		}
		c.Value = &w
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

// fileNames hands out names that differ without regard to case.
type fileNames struct{ taken map[string]bool }

func (n *fileNames) base(m *Module) string {
	base := fileBase(m.Summary)
	if base == "" {
		base = fileBase(m.ID)
	}
	name := base
	if base == "" {
		base, name = "inline_script", "inline_script_0"
	}
	for i := 1; n.taken[fold(name)]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	n.taken[fold(name)] = true
	return name
}

func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// fileBase keeps of a title what every file system takes in a name.
func fileBase(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(title)) {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte('_')
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_', r == '-':
			b.WriteRune(r)
		}
		if b.Len() >= 80 {
			break
		}
	}
	name := b.String()
	switch name {
	case "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
		"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9":
		name += "_" // Windows keeps these for devices
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

func extension(language string) string {
	if e, ok := extensions[language]; ok {
		return e
	}
	return "txt"
}
