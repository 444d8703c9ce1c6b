package workspace

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"sluice/engine/flow"
)

// How long names may be. Windows' older programs take 260 characters for a whole
// path, of which some belong to the folder that is written into.
const (
	maxPath   = 200 // UTF-16 units, below the folder
	maxPart   = 240 // bytes
	shortPart = 60  // what a part is shortened to
)

// place gives the files names that every system can hold, and the references
// between them those names.
func (w *writer) place() ([]flow.KeptFile, Report) {
	names := newNames(slices.Sorted(maps.Keys(w.out)), w.opts.NamesAsIs)
	where := tree{files: map[string][]byte{}, short: w.short}
	for name, f := range w.out {
		where.files[name] = f.data
	}
	var files []flow.KeptFile
	for name, f := range w.out {
		data, l := f.data, f.line
		l.File = name
		to := names.by[name]
		if kind := itemKind(name); kind != "" || path.Base(name) == "flow.yaml" || path.Base(name) == "flow.yml" || path.Base(name) == "flow.json" {
			change := map[string]string{}
			for _, r := range where.references(name, data) {
				want := names.by[r.target]
				if r.relative {
					want = strings.TrimPrefix(want, path.Dir(to)+"/")
				}
				have := strings.ReplaceAll(path.Clean(r.text), `\`, "/")
				if have != want && (r.relative || path.Join(path.Dir(to), have) != want) && (names.renamed(r.target) || r.target != where.as(r, name)) {
					change[r.text] = want
				}
			}
			if len(change) > 0 {
				if anew, err := rewrite(name, data, change); err == nil {
					data = anew
					if l.What == Written {
						l.What, l.Why = Changed, "It names files that were given names for every system."
					}
				}
			}
		}
		if to != name {
			l.As = to
			if l.What == Written {
				l.What, l.Why = Changed, "Its name was made one that every system can hold; import gives it back."
			}
		}
		if n := units(to); n > maxPath && !w.opts.NamesAsIs {
			l.What, l.Why, l.Do = Changed, "Its path is long even so; older programs on Windows may not open it.", "Use fewer folders, or shorter names."
		}
		files = append(files, flow.KeptFile{Path: to, Data: data})
		w.report.add(l)
	}
	if len(names.short) > 0 {
		data, err := json.MarshalIndent(nameList{names.short}, "", "  ")
		if err == nil {
			files = append(files, flow.KeptFile{Path: NamesFile, Data: append(data, '\n')})
			w.report.add(Line{File: NamesFile, What: Written, Why: "It tells what shortened names stand for; import reads it."})
		}
	}
	slices.SortFunc(files, func(a, b flow.KeptFile) int { return cmp.Compare(a.Path, b.Path) })
	w.report.sort()
	return files, w.report
}

// as is the name that a reference says, without any rule for names.
func (t tree) as(r reference, name string) string {
	p := path.Clean(strings.ReplaceAll(r.text, `\`, "/"))
	if _, ok := t.files[p]; ok && !r.relative {
		return p
	}
	return path.Join(path.Dir(name), p)
}

// names are the names under which files are written.
type names struct {
	by    map[string]string // by the file's own name
	short map[string]string // what shortened parts stand for
}

func (n names) renamed(name string) bool { return n.by[name] != name }

// newNames finds names. The files are sorted, so the same files get the same
// names each time.
func newNames(files []string, asIs bool) names {
	n := names{by: map[string]string{}, short: map[string]string{}}
	if asIs {
		for _, name := range files {
			n.by[name] = name
		}
		return n
	}
	long := map[string]bool{} // parts, by their path, of files with a long path
	for _, name := range files {
		if units(SafePath(name)) <= maxPath {
			continue
		}
		for i := range len(name) + 1 {
			if i == len(name) || name[i] == '/' {
				long[name[:i]] = true
			}
		}
	}
	made := map[string]string{}           // what a path became
	taken := map[string]map[string]bool{} // folded names, by the folder that they became
	for _, name := range files {
		from, to := "", ""
		for _, part := range strings.Split(name, "/") {
			from = strings.TrimPrefix(from+"/"+part, "/")
			if made[from] != "" {
				to = made[from]
				continue
			}
			if taken[to] == nil {
				taken[to] = map[string]bool{}
			}
			as := n.part(part, long[from], taken[to])
			taken[to][fold(as)] = true
			to = strings.TrimPrefix(to+"/"+as, "/")
			made[from] = to
		}
		n.by[name] = to
	}
	return n
}

// part finds the name of one part of a path that none of the taken equals.
func (n names) part(part string, long bool, taken map[string]bool) string {
	as := SafeName(part)
	if taken[fold(as)] {
		as = apart(part)
	}
	if len(as) > maxPart || long && units(as) > shortPart || taken[fold(as)] {
		as = shorten(part)
		n.short[as] = part
	}
	return as
}

// shorten makes a short name that only this part has.
func shorten(part string) string {
	stem, end, _ := strings.Cut(part, ".")
	if end != "" {
		end = "." + end
	}
	if strings.HasSuffix(stem, "__flow") && end == "" {
		stem, end = strings.TrimSuffix(stem, "__flow"), "__flow"
	}
	if len(end) > shortPart/2 {
		end = path.Ext(part)
	}
	if len(end) > shortPart/2 {
		end = ""
	}
	sum := sha256.Sum256([]byte(part))
	mark := "~" + hex.EncodeToString(sum[:5])
	cut := SafeName(strings.TrimRight(stem, ". "))
	for room := shortPart - len(end) - len(mark); len(cut) > room; {
		_, size := utf8.DecodeLastRuneInString(cut)
		cut = cut[:len(cut)-size]
	}
	return SafeName(cut + mark + end)
}

// units counts a name as Windows does.
func units(name string) int { return len(utf16.Encode([]rune(name))) }
