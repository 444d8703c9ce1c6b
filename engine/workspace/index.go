package workspace

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// origin is an item as the files of a tree tell it.
type origin struct {
	ref   Ref
	main  string   // the file that tells about it; for a script without one, its code
	files []string // all its files, the main one first

	flow     flow.Stored
	script   flow.StoredScript
	resource flow.Resource
	variable flow.Variable
	schedule Scheduled

	code, lock string // of a script: its other files
	attached   string // of a resource: the file with its content
	fileset    string // of a resource: the folder with its files
	absent     bool   // a secret variable without a value that can be used
	note       string // what is worth telling although it was taken
}

// index finds the items of a tree. What is wrong with files is in the lines.
type index struct {
	tree
	settings
	opts  ReadOptions
	items map[Ref]*origin
	owner map[string]*origin
	lines map[string]Line // of files that no item claims

	modules map[string]bool        // scripts with more files than one
	text    func(path string) bool // whether a resource is text that a step stored
}

func newIndex(t tree, opts ReadOptions) *index {
	ix := &index{tree: t, opts: opts, items: map[Ref]*origin{}, owner: map[string]*origin{}, lines: map[string]Line{}, modules: map[string]bool{}, text: func(string) bool { return false }}
	ix.readSettings()
	ix.readTexts()
	var metas, codes []string
	dirs := map[string][]string{} // the folders of flows, and what lies in them
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		dir, kind := special(name)
		switch base := path.Base(name); {
		case kind == "flow":
			dirs[dir] = append(dirs[dir], name)
		case !underRoot(name):
			if _, _, ok := itemFile(base); ok || strings.HasSuffix(path.Dir(name), ".flow") || strings.HasSuffix(path.Dir(name), "__flow") {
				ix.lines[name] = Line{What: Kept, Why: "It is not below u/ or f/, where scripts and flows live.", Do: "Move it there to use it."}
			}
		case kind == "module":
			ix.modules[strings.TrimSuffix(dir, "__mod")] = true
			if base, ok := strings.CutPrefix(name, dir+"/script."); ok && !strings.Contains(base, "/") {
				switch base {
				case "yaml", "yml", "json":
					metas = append(metas, name)
				case "lock": // it is found with what tells about the script
				default:
					codes = append(codes, name)
				}
			}
		case kind != "":
		default:
			stem, kind, ok := itemFile(base)
			full := path.Join(path.Dir(name), stem)
			switch {
			case ok && kind != Flow && ix.elsewhere(stem):
				ix.lines[name] = Line{What: Kept, Why: "It is for one workspace or branch only."}
			case ok && kind == Flow:
				ix.flow(full, name)
			case ok && kind == Resource:
				ix.resource(full, name)
			case ok && kind == Variable:
				ix.variable(full, name)
			case ok && kind == Schedule:
				ix.schedule(full, name)
			case ok && kind == Script:
				metas = append(metas, name)
			default:
				if _, _, ok := ix.codeFile(base); ok {
					codes = append(codes, name)
				}
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		ix.folder(dir, dirs[dir])
	}
	ix.scripts(metas, codes)
	return ix
}

// underRoot reports whether items live there.
func underRoot(name string) bool {
	return strings.HasPrefix(name, "u/") || strings.HasPrefix(name, "f/") || strings.HasPrefix(name, "g/")
}

// special finds the outermost folder that is one thing as a whole.
func special(name string) (dir, kind string) {
	if !underRoot(name) {
		return "", ""
	}
	parts := strings.Split(name, "/")
	for i, p := range parts[:len(parts)-1] {
		if i == 0 {
			continue
		}
		for _, s := range []struct{ end, kind string }{
			{".flow", "flow"}, {"__flow", "flow"}, {".raw_app", "app"}, {"__raw_app", "app"}, {".app", "app"}, {"__app", "app"},
			{"__mod", "module"}, {"__dbt", "dbt"}, {".fileset", "fileset"},
		} {
			if strings.HasSuffix(p, s.end) {
				return strings.Join(parts[:i+1], "/"), s.kind
			}
		}
	}
	return "", ""
}

// itemFile splits the name of a file that tells about one item.
func itemFile(base string) (stem string, kind Kind, ok bool) {
	for _, ext := range []string{".yaml", ".yml", ".json"} {
		name, ok := strings.CutSuffix(base, ext)
		if !ok {
			continue
		}
		for _, kind := range []Kind{Flow, Script, Resource, Variable, Schedule} {
			if stem, ok := strings.CutSuffix(name, "."+string(kind)); ok && stem != "" {
				return stem, kind, true
			}
		}
	}
	return "", "", false
}

// readSettings reads wmill.yaml.
func (ix *index) readSettings() {
	ix.defaultTs, ix.places = "bun", map[string]bool{}
	data, ok := ix.files[settingsFile]
	if !ok {
		return
	}
	o, err := decodeObject(settingsFile, data)
	if err != nil {
		ix.lines[settingsFile] = Line{What: Refused, Why: told(err), Do: "It is kept as it is, and read as if it were empty. Correct it and import again."}
		return
	}
	ix.nonDotted = string(o.by["nonDottedPaths"]) == "true"
	if ts := o.text("defaultTs"); ts == "deno" || ts == "bun" {
		ix.defaultTs = ts
	}
	for _, key := range []string{"gitBranches", "git_branches", "environments", "workspaces"} {
		if list, err := readObject(o.by[key]); err == nil {
			for _, name := range list.keys {
				ix.places[name] = true
				ix.places[strings.ReplaceAll(name, "/", "_")] = true
			}
		}
	}
}

// elsewhere reports whether a name ends in that of a workspace or branch.
func (ix *index) elsewhere(stem string) bool {
	i := strings.LastIndexByte(stem, '.')
	return i > 0 && ix.places[stem[i+1:]]
}

// claim notes an item, unless there is one of its kind and path already.
func (ix *index) claim(o *origin) {
	if first, twice := ix.items[o.ref]; twice {
		ix.lines[o.main] = Line{What: Refused, Ref: o.ref, Why: "The file " + first.main + " stands for the same " + string(o.ref.Kind) + ".",
			Do: "That one was read; this one is kept as it is. Remove one of the two."}
		return
	}
	ix.items[o.ref] = o
	for _, f := range o.files {
		if ix.owner[f] == nil {
			ix.owner[f] = o
		}
	}
}

// refuse notes why a file is no item.
func (ix *index) refuse(name string, ref Ref, err error, do string) {
	ix.lines[name] = Line{What: Refused, Ref: ref, Why: told(err), Do: do}
}

// told is an error as a sentence or two.
func told(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "It cannot be read: " + err.Error() + "."
	}
	if f.Code == flow.CodeEmpty {
		return f.Title + "."
	}
	return strings.TrimSpace(f.Title + ". " + strings.ReplaceAll(f.Hint, " The file was left as it was.", ""))
}
