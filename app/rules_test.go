package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house. Each has its reason beside it; a rule that nobody
// checks is not true in a month.

// layers lists what each package may import of ours, and what it must not
// reach at all, directly or through others.
var layers = []struct {
	pkg    string
	ours   []string // allowed imports of ours, without "sluice/"
	reach  []string // forbidden in the whole dependency tree (prefixes)
	reason string
}{
	{"engine/fault", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "words sit at the bottom"},
	{"engine/flow", []string{"engine/fault"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "definitions are pure"},
	{"engine/run", []string{"engine/flow", "engine/fault"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "the core decides and nothing else"},
	{"engine", []string{"engine/flow", "engine/run", "engine/fault", "engine/internal/sqlite"}, []string{"fyne.io", "modernc.org/quickjs"}, "the shell knows no adapter"},
	{"engine/expr", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/script", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/web", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/mail", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/vault", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"hub", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "a catalog is data"},
	{"assets", nil, []string{"fyne.io", "net/http"}, "no code that understands them"},
	{"ui/model", words, []string{"fyne.io", "modernc.org/sqlite"}, "what the screen knows is testable without a screen"},
	{"ui/kit", []string{"assets"}, []string{"modernc.org/sqlite"}, "widgets know no flows"},
	{"ui/canvas", []string{"assets", "ui/kit", "ui/model"}, []string{"modernc.org/sqlite"}, "the canvas draws scenes"},
	{"ui/form", append([]string{"ui/kit", "assets"}, words...), []string{"modernc.org/sqlite"}, "forms show schemas"},
	{"ui/pane", append([]string{"ui/kit", "ui/canvas", "ui/form", "ui/model", "assets", "hub"}, words...), []string{"modernc.org/sqlite"}, "the window does not import the engine"},
	{"ui", append([]string{"ui/kit", "ui/canvas", "ui/form", "ui/model", "ui/pane", "assets", "hub"}, words...), []string{"modernc.org/sqlite"}, "the window does not import the engine"},
}

var words = []string{"engine/flow", "engine/run", "engine/fault"}

func TestImportRules(t *testing.T) {
	type pkg struct {
		ImportPath string
		Imports    []string
		Deps       []string
	}
	for _, l := range layers {
		if _, err := os.Stat(filepath.Join("..", l.pkg)); err != nil {
			t.Errorf("%s: %v", l.pkg, err)
			continue
		}
		out, err := exec.Command("go", "list", "-tags", "ci", "-json=ImportPath,Imports,Deps", "sluice/"+l.pkg).Output()
		if err != nil {
			t.Fatalf("go list %s: %v", l.pkg, err)
		}
		dec := json.NewDecoder(bytes.NewReader(out))
		for {
			var p pkg
			if err := dec.Decode(&p); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			for _, imp := range p.Imports {
				ours, ok := strings.CutPrefix(imp, "sluice/")
				if ok && !slices.Contains(l.ours, ours) {
					t.Errorf("%s imports %s: %s", l.pkg, ours, l.reason)
				}
			}
			for _, dep := range p.Deps {
				for _, bad := range l.reach {
					if dep == bad || strings.HasPrefix(dep, bad+"/") {
						t.Errorf("%s reaches %s: %s", l.pkg, dep, l.reason)
					}
				}
			}
		}
	}
}

// TestCoreHasNoClock: a journal replays to the same state on every machine at
// every time, so the core may not ask the world anything.
func TestCoreHasNoClock(t *testing.T) {
	for name, f := range goFiles(t, "../engine/run") {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/simtest/") {
			continue
		}
		for _, imp := range f.Imports {
			switch path := strings.Trim(imp.Path.Value, `"`); path {
			case "math/rand", "math/rand/v2", "crypto/rand", "os", "sync", "sync/atomic", "context":
				t.Errorf("%s imports %s", name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine", name)
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "NewTimer"}, n.Sel.Name) {
					t.Errorf("%s uses time.%s", name, n.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestOnePump: DoAndWait gives back-pressure and deadlocks when it is called
// from the main goroutine, so it has one place: the pump.
func TestOnePump(t *testing.T) {
	var places []string
	for name, f := range goFiles(t, "../ui") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "DoAndWait" {
				places = append(places, name)
			}
			return true
		})
	}
	if len(places) != 1 {
		t.Errorf("DoAndWait is used in %v, want one place", places)
	}
}

// TestFileSizes: a file is a paragraph of the story. 700 lines is the hard
// limit.
func TestFileSizes(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		b, err := os.ReadFile(path)
		if n := bytes.Count(b, []byte("\n")); n > 700 {
			t.Errorf("%s has %d lines", path, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPackageDocs: every package says in one paragraph what it is.
func TestPackageDocs(t *testing.T) {
	documented := map[string]bool{}
	for name, f := range goFiles(t, "..") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		dir := filepath.Dir(name)
		documented[dir] = documented[dir] || f.Doc != nil && len(f.Doc.Text()) > 40
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestExportedNamesAreDocumented: a public name without a sentence is a
// question to its author.
func TestExportedNamesAreDocumented(t *testing.T) {
	for name, f := range goFiles(t, "..") {
		if strings.HasSuffix(name, "_test.go") || f.Name.Name == "main" {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Recv == nil && d.Doc == nil {
					t.Errorf("%s: %s has no doc comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
						t.Errorf("%s: %s has no doc comment", name, ts.Name.Name)
					}
				}
			}
		}
	}
}

// goFiles parses all Go files below dir.
func goFiles(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		files[filepath.ToSlash(path)] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
