package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	{"engine/plain", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "words sit at the bottom"},
	{"engine/fault", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "words sit at the bottom"},
	{"engine/disk", nil, []string{"fyne.io", "modernc.org", "net/http"}, "it opens files, whatever is in them"},
	{"engine/flow", []string{"engine/disk", "engine/fault", "engine/plain"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "definitions are pure"},
	{"engine/run", []string{"engine/flow", "engine/fault"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "the core decides and nothing else"},
	{"engine/patience", nil, []string{"fyne.io", "modernc.org", "net/http"}, "it is a word between who asks and who writes"},
	{"engine/schedule", []string{"engine/fault"}, []string{"fyne.io", "modernc.org", "net/http"}, "a calendar has no clock"},
	{"engine/hook", []string{"engine/fault"}, []string{"fyne.io", "modernc.org", "net/http"}, "a signature is arithmetic"},
	{"engine/form", []string{"engine/fault", "engine/flow", "engine/run"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "a form is words"},
	{"engine/shown", []string{"engine/run"}, []string{"fyne.io", "modernc.org", "net/http"}, "what is shown is words"},
	{"engine/workspace", []string{"engine/disk", "engine/flow", "engine/fault", "engine/plain", "engine/schedule"}, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "a folder is read and written without a library"},
	{"engine/internal/datadir", []string{"engine/disk", "engine/fault", "engine/run", "engine/internal/sqlite"}, shell, "a folder is held without running it"},
	{"engine/internal/logs", []string{"engine/disk", "engine/run"}, append([]string{"modernc.org"}, shell...), "files of text"},
	{"engine/internal/health", []string{"engine/fault", "engine/internal/sqlite"}, shell, "it tells troubles, whoever has them"},
	{"engine/internal/background", []string{"engine/run"}, append([]string{"modernc.org"}, shell...), "it runs what it is handed"},
	{"engine/internal/journal", []string{"engine/fault", "engine/run", "engine/internal/sqlite"}, shell, "it reads, and decides nothing"},
	{"engine/internal/library", []string{"engine/fault", "engine/flow", "engine/run", "engine/internal/health", "engine/internal/journal", "engine/internal/sqlite"}, shell, "it stores and finds, and runs nothing"},
	{"engine/internal/writer", []string{"engine/fault", "engine/patience", "engine/run", "engine/internal/health", "engine/internal/journal", "engine/internal/sqlite"}, shell, "it does not know what it carries"},
	{"engine/internal/eval", append([]string{"engine/flow"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/jobs", append([]string{"engine/flow", "engine/internal/logs"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/schedules", append([]string{"engine/flow", "engine/schedule"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/endpoint", append([]string{"engine/flow"}, parts...), shell, "it does not know what comes to an address"},
	{"engine/internal/forms", append([]string{"engine/flow", "engine/form", "engine/internal/endpoint"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/hooks", append([]string{"engine/flow", "engine/hook", "engine/internal/endpoint"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/people", append([]string{"engine/flow"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine/internal/clock", parts, shell, "no part knows another: they are given each other"},
	{"engine/internal/search", []string{"engine/flow", "engine/run", "engine/internal/background", "engine/internal/journal", "engine/internal/sqlite"}, shell, "it reads the journal, and changes nothing of it"},
	{"engine/internal/usage", []string{"engine/run", "engine/internal/sqlite"}, shell, "it counts, and changes nothing"},
	{"engine/internal/maintenance", append([]string{"engine/disk", "engine/flow", "engine/internal/logs"}, parts...), shell, "no part knows another: they are given each other"},
	{"engine", append([]string{"engine/flow", "engine/internal/clock", "engine/internal/datadir", "engine/internal/endpoint", "engine/internal/eval", "engine/internal/forms", "engine/internal/hooks", "engine/internal/jobs", "engine/internal/library", "engine/internal/logs", "engine/internal/maintenance", "engine/internal/people", "engine/internal/schedules", "engine/internal/search", "engine/internal/usage", "engine/schedule"}, parts...), []string{"fyne.io", "modernc.org/quickjs"}, "the shell knows no adapter"},
	{"engine/internal/frame", nil, []string{"fyne.io", "modernc.org", "net/http"}, "it carries bytes"},
	{"engine/internal/javascript", nil, []string{"fyne.io", "modernc.org", "net/http"}, "it is text for the engine of JavaScript"},
	{"engine/expr", append([]string{"engine/internal/frame", "engine/internal/javascript"}, words...), []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/script/internal/process", []string{"engine/disk"}, []string{"fyne.io", "modernc.org", "net/http"}, "it starts what it is handed"},
	{"engine/script/internal/python", []string{"engine/run", "engine/script/internal/process"}, []string{"fyne.io", "modernc.org", "net/http"}, "it finds a program"},
	{"engine/script/internal/job", []string{"engine/fault", "engine/run"}, []string{"fyne.io", "modernc.org", "net/http"}, "what all languages share knows none"},
	{"engine/script/child", append([]string{"engine/script/internal/job", "engine/script/internal/process", "engine/script/internal/python", "engine/script/signature"}, words...), []string{"fyne.io", "modernc.org", "net/http"}, "it knows no engine of its own"},
	{"engine/script/signature", []string{"engine/flow", "engine/run", "engine/script/internal/process", "engine/script/internal/python"}, []string{"fyne.io", "modernc.org", "net/http"}, "it reads, and runs nothing"},
	{"engine/script/js", append([]string{"engine/internal/frame", "engine/internal/javascript", "engine/script/internal/job", "engine/script/internal/process", "engine/script/signature"}, words...), []string{"fyne.io", "modernc.org/sqlite"}, "it knows no interpreter of this computer"},
	{"engine/script", []string{"engine/fault", "engine/flow", "engine/run", "engine/script/child", "engine/script/internal/process", "engine/script/js"}, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/web", []string{"engine/fault", "engine/run"}, []string{"fyne.io", "modernc.org/sqlite", "html/template"}, "it is the few lines that both listeners need"},
	{"engine/web/page", append([]string{"engine/form", "engine/shown", "engine/web"}, words...), []string{"fyne.io", "modernc.org/sqlite"}, "the world reaches it, so it knows no call that starts or reads a run but by the secret of an address"},
	{"engine/web/hook", append([]string{"engine/hook", "engine/web"}, words...), []string{"fyne.io", "modernc.org/sqlite", "html/template"}, "what it asks for is handed to it"},
	{"engine/web/windmill", append([]string{"engine/patience", "engine/schedule", "engine/web"}, words...), []string{"fyne.io", "modernc.org/sqlite", "html/template"}, "it draws no page and takes no vote: who does is handed to it"},
	{"engine/mail", append([]string{"engine/shown"}, words...), []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"engine/vault", words, []string{"fyne.io", "modernc.org/sqlite"}, "adapters stand alone"},
	{"app/locale", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "it comes before all else"},
	{"hub", nil, []string{"fyne.io", "modernc.org/sqlite", "net/http"}, "a catalog is data"},
	{"assets", nil, []string{"fyne.io", "net/http"}, "no code that understands them"},
	{"ui/say", nil, []string{"fyne.io", "modernc.org/sqlite"}, "words sit at the bottom"},
	{"ui/model", append([]string{"ui/say", "engine/form", "engine/hook", "engine/schedule", "engine/shown"}, words...), []string{"fyne.io", "modernc.org/sqlite"}, "what the screen knows is testable without a screen"},
	{"ui/kit", []string{"assets", "engine/plain", "ui/say"}, []string{"modernc.org/sqlite"}, "widgets know no flows"},
	{"ui/kit/code", []string{"engine/plain", "ui/kit", "ui/say"}, []string{"modernc.org/sqlite"}, "an editor knows languages, no flows"},
	{"ui/kit/data", []string{"engine/plain", "ui/kit", "ui/say"}, []string{"modernc.org/sqlite"}, "it shows values and lines, whatever they are of"},
	{"ui/tiles", []string{"ui/kit", "ui/model", "ui/say"}, []string{"modernc.org/sqlite"}, "one look for a kind of step"},
	{"ui/canvas", []string{"assets", "engine/plain", "ui/kit", "ui/model", "ui/tiles", "ui/say"}, []string{"modernc.org/sqlite"}, "the canvas draws scenes"},
	{"ui/form", append([]string{"ui/say", "ui/kit", "assets"}, words...), []string{"modernc.org/sqlite"}, "forms show schemas"},
	{"ui/sheet", append([]string{"ui/say", "ui/kit", "engine/shown"}, words...), []string{"modernc.org/sqlite"}, "it draws what others are shown"},
	{"ui/session", []string{"engine/disk", "engine/plain", "ui/say"}, []string{"fyne.io/fyne", "modernc.org", "net/http"}, "it knows the desktop, and nothing of what Sluice does"},
	{"ui/host", append([]string{"ui/say", "engine/form", "engine/hook", "engine/schedule", "ui/kit", "ui/model"}, words...), []string{"modernc.org/sqlite"}, "what panes have at hand knows no pane"},
	{"ui/inspector", append([]string{"ui/say", "ui/kit", "ui/kit/code", "ui/kit/data", "ui/form", "ui/host", "ui/model", "ui/sheet", "ui/tiles", "hub"}, words...), []string{"modernc.org/sqlite"}, "the page of a step knows no other pane, and no canvas"},
	{"ui/pane", append([]string{"ui/say", "engine/form", "engine/hook", "engine/schedule", "ui/kit", "ui/kit/code", "ui/kit/data", "ui/canvas", "ui/form", "ui/host", "ui/inspector", "ui/model", "assets", "hub"}, words...), []string{"modernc.org/sqlite"}, "the window does not import the engine"},
	{"ui", append([]string{"ui/say", "ui/kit", "ui/canvas", "ui/form", "ui/host", "ui/model", "ui/pane", "ui/session", "assets", "hub", "engine/disk"}, words...), []string{"modernc.org/sqlite"}, "the window does not import the engine"},
}

// parts are what every part of the engine stands on.
var parts = []string{"engine/fault", "engine/run", "engine/internal/background", "engine/internal/health", "engine/internal/journal", "engine/internal/sqlite", "engine/internal/writer"}

// shell is what the engine must not reach.
var shell = []string{"fyne.io", "modernc.org/quickjs", "net/http"}

var words = []string{"engine/flow", "engine/run", "engine/fault", "engine/plain"}

// free may import what they like: the package that plugs all together, and
// what only tests import.
var free = []string{"app", "app/walk", "engine/enginetest", "engine/internal/sqlite", "engine/mail/googletest", "engine/run/simtest", "engine/script/internal/scripttest", "ui/session/sessiontest"}

func TestImportRules(t *testing.T) {
	type pkg struct {
		ImportPath string
		Imports    []string
		Deps       []string
	}
	packages := map[string]pkg{}
	list := exec.Command("go", "list", "-tags", "ci", "-json=ImportPath,Imports,Deps", "sluice/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(p.ImportPath, "sluice/")] = p
	}
	for _, l := range layers {
		p, ok := packages[l.pkg]
		if !ok {
			t.Errorf("there is no package %s", l.pkg)
		}
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, "sluice/"); ok && !slices.Contains(l.ours, ours) {
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
		delete(packages, l.pkg)
	}
	for path, p := range packages {
		if !slices.Contains(free, path) {
			t.Errorf("%s has no rule about what it may import", path)
		}
		for _, imp := range p.Imports {
			if path == "app" && (strings.HasSuffix(imp, "test") && strings.HasPrefix(imp, "sluice/")) {
				t.Errorf("the program imports %s, which is for tests", imp)
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
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "NewTimer", "NewTicker", "Tick"}, n.Sel.Name) {
					t.Errorf("%s uses time.%s", name, n.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestOneWriter: a decision is recorded once because one goroutine writes the file.
func TestOneWriter(t *testing.T) {
	writes := regexp.MustCompile(`\b(db|DB)\.Write\(`)
	seen := 0
	err := filepath.WalkDir("../engine", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(filepath.ToSlash(path), "internal/sqlite/") {
			return err
		}
		b, err := os.ReadFile(path)
		if n := len(writes.FindAll(b, -1)); n > 0 {
			seen += n
			if !strings.Contains(filepath.ToSlash(path), "internal/writer/") {
				t.Errorf("%s writes the file, beside the writer", path)
			}
		}
		return err
	})
	if err != nil || seen == 0 {
		t.Errorf("%d places where the file is written, %v", seen, err)
	}
}

// TestDoorsOfFiles: what a person names, or what came in a folder, may be a link to
// anything, a pipe or a device. Package disk refuses those; other places open only what
// Sluice itself made, and each is listed.
func TestDoorsOfFiles(t *testing.T) {
	checkDoors(t, "package disk opens what may be no file", regexp.MustCompile(`\b(os\.(ReadFile|Open|DirFS|OpenRoot)|fs\.ReadFile)\(`),
		"engine/disk/disk.go",
		"engine/internal/datadir/lock_unix.go", // the data folder
		"engine/internal/sqlite/flush_unix.go", // a folder, to flush it
		"engine/internal/sqlite/schemapages.go",
		"engine/internal/sqlite/wal.go", // of the copy that salvage made
		"engine/script/child/child.go",  // folders of a step, which its own code fills
		"engine/script/js/files.go",
		"engine/script/internal/process/system_linux.go",
		"engine/vault/keyfile.go", // it looks at the kind of file itself
	)
}

// TestDoorsToWrite is TestDoorsOfFiles for what is written.
func TestDoorsToWrite(t *testing.T) {
	checkDoors(t, "package disk opens what may be no file", regexp.MustCompile(`\bos\.(WriteFile|Create|OpenFile|Truncate)\(`),
		"engine/disk/disk.go",
		"engine/internal/datadir/lock.go", // once disk.Itself has looked
		"engine/internal/datadir/work.go", // a folder with a new name
		"engine/internal/sqlite/backup.go",
		"engine/internal/sqlite/head.go",
		"engine/internal/sqlite/open.go", // once datadir.CheckLog has looked
		"engine/internal/sqlite/salvage.go",
		"engine/internal/sqlite/schemapages.go",
		"engine/internal/sqlite/wal.go",
		"engine/script/child/child.go", // folders of a step
	)
}

// TestProgramsStartQuietly: a program that Sluice's window starts would show a console for
// a moment on Windows, unless process.Quiet or process.Start sees to it.
func TestProgramsStartQuietly(t *testing.T) {
	checkDoors(t, "process.Quiet hides its console", regexp.MustCompile(`[^(]exec\.Command(Context)?\(`),
		"app/desktop.go", // Sluice itself, with its window
		"engine/script/child/child.go",
		"engine/script/internal/process/start.go",
		"engine/script/internal/process/system_bsd.go",
		"ui/session/sessiontest/sessiontest.go", // of tests
	)
}

// checkDoors finds calls that one package has its way of, and lists where they may be.
func checkDoors(t *testing.T, why string, opens *regexp.Regexp, own ...string) {
	t.Helper()
	seen := 0
	for _, root := range []string{"../app", "../engine", "../hub", "../ui"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			name := strings.TrimPrefix(filepath.ToSlash(path), "../")
			if m := opens.Find(b); m != nil && slices.Contains(own, name) {
				seen++
			} else if m != nil {
				t.Errorf("%s calls %s…): %s", name, bytes.TrimSpace(m), why)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen != len(own) {
		t.Errorf("%d of the %d places that are listed call it", seen, len(own))
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
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil {
					t.Errorf("%s: %s has no doc comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
							t.Errorf("%s: %s has no doc comment", name, s.Name.Name)
						}
					case *ast.ValueSpec:
						if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
							t.Errorf("%s: %s has no doc comment", name, s.Names[0].Name)
						}
					}
				}
			}
		}
	}
}

// exportedReceiver: a function, or a method of an exported type that does not
// only say its value in words.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	if slices.Contains([]string{"Error", "String", "Unwrap"}, d.Name.Name) {
		return false
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
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

// TestDocLinks: a link in a comment leads to a name that its package has.
func TestDocLinks(t *testing.T) {
	link := regexp.MustCompile(`\[([A-Z]\w*)(?:\.([A-Z]\w*))?\]`)
	names := map[string]map[string]bool{} // by folder; "Type", "Type.Method"
	files := goFiles(t, "..")
	for name, f := range files {
		dir := filepath.Dir(name)
		if names[dir] == nil {
			names[dir] = map[string]bool{}
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				n := d.Name.Name
				if d.Recv != nil {
					n = strings.TrimLeft(types.ExprString(d.Recv.List[0].Type), "*") + "." + n
				}
				names[dir][n] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[dir][s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							names[dir][n.Name] = true
						}
					}
				}
			}
		}
	}
	links := 0
	for name, f := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, c := range f.Comments {
			for _, m := range link.FindAllStringSubmatch(c.Text(), -1) {
				links++
				if to := strings.Trim(m[0], "[]"); !names[filepath.Dir(name)][to] {
					t.Errorf("%s: the link %s leads nowhere", name, m[0])
				}
			}
		}
	}
	if links < 15 {
		t.Errorf("only %d links were found", links)
	}
}

// TestWords: a name says what the glossary in package engine means by it, so that who
// searches for a word finds the thing, and nothing else.
func TestWords(t *testing.T) {
	taken := map[string]string{ // words that a name must not have, and what is meant
		"turn": "iteration", "turns": "iterations", "lend": "yield", "lends": "yield", "lent": "yielded", "hire": "yield",
		"unhold": "admit", "holding": "waiters", "tidy": "maintenance", "turnstile": "admission", "house": "server",
		"do1": "execute", "btn": "button", "txt": "text", "para": "paragraph", "seg": "segments",
	}
	stored := []string{"TooManyTurns"} // names that files, flows and programs know
	part := regexp.MustCompile(`[A-Z]?[a-z0-9]+|[A-Z]+`)
	for name, f := range goFiles(t, "..") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || slices.Contains(stored, id.Name) {
				return true
			}
			for _, w := range part.FindAllString(id.Name, -1) {
				if say := taken[strings.ToLower(w)]; say != "" {
					t.Errorf("%s: the name %s has the word %q, where the glossary says %q", name, id.Name, strings.ToLower(w), say)
				}
			}
			return true
		})
	}
}
