package say

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is what the packages of the window say.
type source struct {
	name   string            // of its catalogue
	files  []*ast.File       // without tests
	const_ map[string]string // constants of the package
	texts  map[string]string // asked for, with the place
	many   map[string]string // the text of one, by that of many
	wrong  []string
}

var fset = token.NewFileSet()

// exported are the names of texts that another package says.
var exported = regexp.MustCompile("^Text[A-Z]")

// sources reads the packages that speak to a person at the window.
func sources(t *testing.T) []*source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []*source
	for _, top := range []string{"ui", "app"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(dir string, d os.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(root, dir)
			switch rel = filepath.ToSlash(rel); {
			case d.Name() == "testdata" || rel == "ui/say" || rel == "app/walk":
				return filepath.SkipDir
			}
			s := &source{name: strings.ReplaceAll(strings.TrimPrefix(rel, "ui/"), "/", "-"), const_: map[string]string{}, texts: map[string]string{}, many: map[string]string{}}
			entries, err := os.ReadDir(dir)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
					continue
				}
				f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, 0)
				if err != nil {
					return err
				}
				s.files = append(s.files, f)
			}
			s.read()
			all = append(all, s)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// value is the text of a constant expression.
func (s *source) value(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			v, err := strconv.Unquote(e.Value)
			return v, err == nil
		}
	case *ast.Ident:
		v, ok := s.const_[e.Name]
		return v, ok
	case *ast.ParenExpr:
		return s.value(e.X)
	case *ast.BinaryExpr:
		x, ok := s.value(e.X)
		y, ok2 := s.value(e.Y)
		return x + y, ok && ok2 && e.Op == token.ADD
	}
	return "", false
}

// read finds what a package says.
func (s *source) read() {
	for range 2 { // a constant may be made of one further down
		for _, f := range s.files {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for _, spec := range g.Specs {
					v := spec.(*ast.ValueSpec)
					for i, name := range v.Names {
						if i < len(v.Values) {
							if text, ok := s.value(v.Values[i]); ok {
								s.const_[name.Name] = text
								if exported.MatchString(name.Name) { // for other packages, which say it by Of
									s.texts[text] = fset.Position(name.Pos()).String()
								}
							}
						}
					}
				}
			}
		}
	}
	for _, f := range s.files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, what := said(n)
			if what == "" {
				return true
			}
			at := fset.Position(call.Pos()).String()
			text := func(i int) string {
				if i >= len(call.Args) {
					return ""
				}
				v, ok := s.value(call.Args[i])
				if !ok {
					s.wrong = append(s.wrong, fmt.Sprintf("%s: what is given to say.%s is no constant", at, what))
				}
				return v
			}
			switch what {
			case "T", "F", "Mark":
				s.texts[text(0)] = at
			case "In", "MarkIn":
				s.texts[text(0)+meaning+text(1)] = at
			case "N":
				s.many[text(2)] = text(1)
			}
			return true
		})
	}
	delete(s.texts, "") // told above
}

// said is a call of this package.
func said(n ast.Node) (*ast.CallExpr, string) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil, ""
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "say" && slices.Contains([]string{"T", "F", "N", "In", "Mark", "MarkIn"}, sel.Sel.Name) {
			return call, sel.Sel.Name
		}
	}
	return nil, ""
}

// verb is one of a format; its index may be told.
var verb = regexp.MustCompile(`%(?:%|([-+#0]*)(?:\[(\d+)\])?(\d*(?:\.\d+)?)([a-zA-Z]))`)

// verbs are those of a format by their argument.
func verbs(format string) map[int]string {
	m, next := map[int]string{}, 1
	for _, v := range verb.FindAllStringSubmatch(format, -1) {
		if v[4] == "" {
			continue
		}
		if v[2] != "" {
			next, _ = strconv.Atoi(v[2])
		}
		m[next] = v[1] + v[3] + v[4]
		next++
	}
	return m
}

// TestEveryTextHasItsTranslation reads what the window says and the catalogues. With
// SLUICE_CATALOG=write it adds what is missing, as English, for you to translate, and
// takes out what is dead.
func TestEveryTextHasItsTranslation(t *testing.T) {
	write := os.Getenv("SLUICE_CATALOG") == "write"
	for _, l := range Languages[1:] {
		known := map[string]string{} // by key, in all catalogues: one text has one translation
		owner := map[string]string{}
		had := map[string]string{} // what any catalogue says, to begin with
		files, _ := filepath.Glob(filepath.Join("catalog", "*."+l.Code+".json"))
		for _, f := range files {
			texts, _, _ := forms(filepath.Base(f))
			for key, text := range texts {
				if !strings.HasPrefix(text, "TODO") {
					had[key] = text
				}
			}
		}
		for _, s := range sources(t) {
			for _, w := range s.wrong {
				t.Error(w)
			}
			name := s.name + "." + l.Code + ".json"
			texts, plurals := map[string]string{}, map[string]map[string]string{}
			if len(s.texts)+len(s.many) > 0 || exists(name) {
				if exists(name) || !write {
					var err error
					if texts, plurals, err = forms(name); err != nil {
						t.Error(err)
						continue
					}
				}
			}
			for key, at := range s.texts {
				_, english, in := strings.Cut(key, meaning)
				if !in {
					english = key
				}
				switch got, ok := texts[key]; {
				case !ok && write:
					texts[key] = cmp.Or(had[key], "TODO "+english)
				case !ok:
					t.Errorf("%s: %q is not in %s", at, key, name)
				case got == "" || strings.HasPrefix(got, "TODO"):
					t.Errorf("%s: %q has no translation", name, key)
				case !maps.Equal(verbs(got), verbs(english)):
					t.Errorf("%s: %q and %q have not the same verbs", name, english, got)
				case edges(got) != edges(english):
					t.Errorf("%s: %q and %q begin or end differently", name, english, got)
				}
				if before, ok := known[key]; ok && before != texts[key] {
					t.Errorf("%q is %q in %s and %q in %s: say.In tells meanings apart", key, before, owner[key], texts[key], name)
				}
				known[key], owner[key] = texts[key], name
			}
			for many, one := range s.many {
				got, ok := plurals[many]
				switch {
				case !ok && write:
					plurals[many] = map[string]string{"one": "TODO " + one, "other": "TODO " + many}
				case !ok:
					t.Errorf("%s: %q has no plural in %s", s.name, many, name)
				case got["other"] == "" || got["one"] == "" || strings.HasPrefix(got["other"], "TODO") || strings.HasPrefix(got["one"], "TODO"):
					t.Errorf("%s: %q has no translation", name, many)
				}
				for form, text := range got {
					had := verbs(many)
					for i, v := range verbs(text) {
						if had[i] != v {
							t.Errorf("%s: %q: the form %q has %%[%d]%s", name, many, form, i, v)
						}
					}
					if n := verbs(text); len(n) > 0 && len(n) < len(had) && !strings.Contains(text, "%[") {
						t.Errorf("%s: %q: the form %q leaves arguments out and does not say which: write %%[2]s", name, many, form)
					}
				}
				if n := verbs(one); len(n) > 0 && len(n) < len(verbs(many)) && !strings.Contains(one, "%[") {
					t.Errorf("%s: %q leaves arguments out and does not say which: write %%[2]s", s.name, one)
				}
			}
			for key := range texts {
				if _, ok := s.texts[key]; !ok {
					if write {
						delete(texts, key)
						continue
					}
					t.Errorf("%s: nobody says %q", name, key)
				}
			}
			for key := range plurals {
				if _, ok := s.many[key]; !ok {
					if write {
						delete(plurals, key)
						continue
					}
					t.Errorf("%s: nobody says %q", name, key)
				}
			}
			if len(texts)+len(plurals) == 0 {
				continue
			}
			want := encode(texts, plurals)
			if write {
				if err := os.WriteFile(filepath.Join("catalog", name), want, 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got, _ := os.ReadFile(filepath.Join("catalog", name)); !bytes.Equal(got, want) {
				t.Errorf("%s is not sorted, or not written as the others are: SLUICE_CATALOG=write go test ./ui/say writes it anew", name)
			}
		}
	}
}

// edges are the spaces at both ends, which a translation keeps.
func edges(s string) string {
	return fmt.Sprint(len(s)-len(strings.TrimLeft(s, " \n")), len(s)-len(strings.TrimRight(s, " \n")))
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join("catalog", name))
	return err == nil
}

// forms reads a catalogue as it lies in the folder.
func forms(name string) (map[string]string, map[string]map[string]string, error) {
	data, err := os.ReadFile(filepath.Join("catalog", name))
	if err != nil {
		return nil, nil, err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	texts, plurals := map[string]string{}, map[string]map[string]string{}
	for key, v := range raw {
		var text string
		var forms map[string]string
		if json.Unmarshal(v, &text) == nil {
			texts[key] = text
		} else if err := json.Unmarshal(v, &forms); err != nil {
			return nil, nil, fmt.Errorf("%s: %q: %w", name, key, err)
		} else {
			plurals[key] = forms
		}
	}
	return texts, plurals, nil
}

// encode writes a catalogue: sorted, one text a line.
func encode(texts map[string]string, plurals map[string]map[string]string) []byte {
	quote := func(v any) string {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(v)
		return strings.TrimSpace(b.String())
	}
	lines := map[string]string{}
	for key, text := range texts {
		lines[key] = quote(text)
	}
	for key, f := range plurals {
		var parts []string
		for _, form := range slices.Sorted(maps.Keys(f)) {
			parts = append(parts, quote(form)+": "+quote(f[form]))
		}
		lines[key] = "{" + strings.Join(parts, ", ") + "}"
	}
	var b bytes.Buffer
	for i, key := range slices.Sorted(maps.Keys(lines)) {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "\t%s: %s", quote(key), lines[key])
	}
	return []byte("{\n" + b.String() + "\n}\n")
}
